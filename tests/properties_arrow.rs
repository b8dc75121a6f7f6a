//! What holds of reading Arrow and Parquet: a table is read as the CSV file with the same data, however its columns are
//! laid out, wherever it is cut into batches or row groups, and whatever is wrong with it.
#![cfg(feature = "arrow")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop there")]

use std::fmt::{Debug, Write};
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringDictionaryBuilder, UInt8Builder};
use arrow_array::types::{Int8Type, UInt32Type};
use arrow_array::{
    ArrayRef, BooleanArray, Float32Array, Float64Array, Int16Array, Int64Array, LargeStringArray, NullArray,
    RecordBatch, RecordBatchIterator, StringArray, StringViewArray, UInt8Array, UInt64Array,
};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use probity::io::{
    AnyFormat, Content, Dialect, Error, ErrorKind, Format, Import, ImportReport, LongTable, Part, Place,
    PredictionTable, Reason, Result, Strictness, WideTable,
};
use probity::ratings::{Duplicates, Labels, Scale};
use proptest::prelude::*;

/// A column of a table as text; `None` is missing.
type Texts = Vec<Option<String>>;

/// How a column of text can lie in memory.
#[derive(Debug, Clone, Copy)]
enum Layout {
    Plain,
    Large,
    View,
    SmallKeys,
    BigKeys,
}

fn layout() -> impl Strategy<Value = Layout> {
    prop_oneof![
        Just(Layout::Plain),
        Just(Layout::Large),
        Just(Layout::View),
        Just(Layout::SmallKeys),
        Just(Layout::BigKeys)
    ]
}

fn array(texts: &[Option<String>], layout: Layout) -> ArrayRef {
    let texts = texts.iter().map(Option::as_deref);
    match layout {
        Layout::Plain => Arc::new(texts.collect::<StringArray>()),
        Layout::Large => Arc::new(texts.collect::<LargeStringArray>()),
        Layout::View => Arc::new(texts.collect::<StringViewArray>()),
        Layout::SmallKeys => {
            let mut keys = StringDictionaryBuilder::<Int8Type>::new();
            texts.for_each(|text| keys.append_option(text));
            Arc::new(keys.finish())
        }
        Layout::BigKeys => {
            let mut keys = StringDictionaryBuilder::<UInt32Type>::new();
            texts.for_each(|text| keys.append_option(text));
            Arc::new(keys.finish())
        }
    }
}

const NAMES: [&str; 5] = ["item", "rater", "label", "gold", "group"];

/// A long table with gold labels and groups, and how its columns lie.
#[derive(Debug, Clone)]
struct Table {
    columns: [Texts; 5],
    layouts: [Layout; 5],
}

impl Table {
    fn rows(&self) -> usize {
        self.columns[0].len()
    }

    fn csv(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(NAMES).unwrap();
        for row in 0..self.rows() {
            writer.write_record(self.columns.each_ref().map(|c| c[row].as_deref().unwrap_or(""))).unwrap();
        }
        writer.into_inner().unwrap()
    }

    /// Batches of `size` rows; they share their dictionaries if the table is cut after it was built.
    fn batches(&self, size: usize, cut_whole: bool) -> Vec<RecordBatch> {
        let batch = |rows: std::ops::Range<usize>| {
            let columns = self.columns.iter().zip(self.layouts);
            let columns = columns.map(|(texts, layout)| array(&texts[rows.clone()], layout));
            RecordBatch::try_from_iter_with_nullable(
                NAMES.into_iter().zip(columns).map(|(n, c)| (n, c, true)),
            )
            .unwrap()
        };
        let starts = (0..self.rows()).step_by(size);
        let end = |start: usize| (start + size).min(self.rows());
        if cut_whole {
            let whole = batch(0..self.rows());
            return starts.map(|start| whole.slice(start, end(start) - start)).collect();
        }
        starts.map(|start| batch(start..end(start))).collect()
    }
}

fn table() -> impl Strategy<Value = Table> {
    let text = |texts: &[&'static str], share: f64| {
        let one = proptest::sample::select(texts.to_vec()).prop_map(str::to_string);
        proptest::option::weighted(share, one)
    };
    let name = || text(&["a", "b b", " c", "d:\\", "é", "NA", "e,\""], 0.95);
    let label = || text(&["1", "2", "1.0", "-3.5", "x", "nan", "1e3"], 0.9);
    let row = (name(), name(), label(), label(), name());
    let rows = proptest::collection::vec(row, 1..40);
    let layouts = [layout(), layout(), layout(), layout(), layout()];
    (rows, layouts).prop_map(|(rows, layouts)| {
        let mut columns: [Texts; 5] = Default::default();
        for (item, rater, label, gold, group) in rows {
            for (column, text) in columns.iter_mut().zip([item, rater, label, gold, group]) {
                column.push(text);
            }
        }
        Table { columns, layouts }
    })
}

#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "every combination is tried")]
struct Options {
    numeric: bool,
    declared: bool,
    gold: bool,
    group: bool,
    keep: Option<bool>,
    strict: bool,
}

fn options() -> impl Strategy<Value = Options> {
    let keep = proptest::option::weighted(0.8, any::<bool>());
    (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), keep, any::<bool>()).prop_map(
        |(numeric, declared, gold, group, keep, strict)| Options {
            numeric,
            declared,
            gold,
            group,
            keep,
            strict,
        },
    )
}

impl Options {
    fn table(&self) -> LongTable {
        let mut table = LongTable::new("item", "rater", "label").duplicates(match self.keep {
            None => Duplicates::Error,
            Some(true) => Duplicates::KeepFirst,
            Some(false) => Duplicates::KeepLast,
        });
        if self.numeric {
            table = table.scale(Scale::Interval);
        }
        if self.declared {
            table = table.labels(Labels::from_names(["2", "1", "-3.5"]).unwrap());
        }
        if self.gold {
            table = table.gold("gold");
        }
        if self.group {
            table = table.group(["group", "rater"]);
        }
        table
    }

    fn strictness(&self) -> Strictness {
        if self.strict { Strictness::Strict } else { Strictness::Lenient }
    }
}

/// A record instead of the line that it is on.
fn record(place: Place) -> Place {
    match place {
        Place::Line(line) => Place::Record(line - 1),
        place => place,
    }
}

/// What a result holds, without lines, batches and row groups.
fn content<T: Debug>(
    result: &Result<T>,
    report: impl Fn(&T) -> &ImportReport,
    data: impl Fn(&T) -> String,
) -> String {
    match result {
        Ok(import) => {
            let report = report(import);
            let skipped = report.skipped.iter().map(|skipped| {
                let reason = match &skipped.reason {
                    Reason::Repeated { kept } => Reason::Repeated { kept: record(*kept) },
                    reason => reason.clone(),
                };
                format!("{:?} {:?} {reason}", skipped.location.record, skipped.location.field)
            });
            let skipped = skipped.collect::<Vec<_>>();
            let counts = (report.rows, report.judgments, report.missing);
            format!("{counts:?} {skipped:#?} {}", data(import))
        }
        Err(error) => {
            let kind = match error.kind() {
                ErrorKind::Duplicate { item, rater, first } => format!("{item} {rater} {}", record(*first)),
                kind => kind.to_string(),
            };
            format!("{:?} {:?} {kind}", error.record(), error.field())
        }
    }
}

fn long(result: &Result<Import>) -> String {
    content(result, |import| &import.report, |i| format!("{:?} {:?} {:?}", i.ratings, i.gold, i.groups))
}

fn parquet(batches: &[RecordBatch], properties: WriterProperties) -> Vec<u8> {
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batches[0].schema(), Some(properties)).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.close().unwrap();
    file
}

fn as_parquet() -> Dialect {
    Dialect::new().format(Format::Parquet)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn batches_are_read_as_the_csv_file(
        table in table(),
        options in options(),
        size in 1usize..20,
        cut_whole in any::<bool>(),
    ) {
        let (reader, strictness) = (options.table(), options.strictness());
        let expected = long(&reader.read_from(table.csv().as_slice(), strictness));
        let batches = table.batches(size, cut_whole);
        prop_assert_eq!(&expected, &long(&reader.read_batches(&batches, strictness)));
        let schema = batches[0].schema();
        let stream = RecordBatchIterator::new(batches.into_iter().map(Ok), schema);
        prop_assert_eq!(&expected, &long(&reader.read_stream(stream, strictness)));
    }

    #[test]
    fn parquet_is_read_as_the_csv_file(
        table in table(),
        options in options(),
        group in 1usize..20,
        dictionary in any::<bool>(),
        tiny_dictionary in any::<bool>(),
        codec in proptest::sample::select(vec![
            Compression::UNCOMPRESSED,
            Compression::SNAPPY,
            Compression::GZIP(parquet::basic::GzipLevel::default()),
            Compression::LZ4_RAW,
        ]),
    ) {
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(group))
            .set_dictionary_enabled(dictionary)
            .set_dictionary_page_size_limit(if tiny_dictionary { 1 } else { 1 << 20 })
            .set_data_page_row_count_limit(3)
            .set_write_batch_size(2)
            .set_compression(codec)
            .build();
        let file = parquet(&table.batches(1 << 10, false), properties);
        let (reader, strictness) = (options.table(), options.strictness());
        let expected = long(&reader.read_from(table.csv().as_slice(), strictness));
        let reader = reader.dialect(as_parquet());
        prop_assert_eq!(expected, long(&reader.read_from(file.as_slice(), strictness)));
    }

    #[test]
    fn numbers_are_read_as_their_digits(
        rows in proptest::collection::vec(
            (any::<i16>(), 0u8..3, proptest::option::weighted(0.9, prop_oneof![Just(0.5f32), Just(-1.0), Just(0.1), Just(f32::NAN), Just(1e21), any::<f32>()])),
            1..50,
        ),
        kind in 0u8..4,
    ) {
        let items = Int16Array::from_iter_values(rows.iter().map(|row| row.0));
        let raters = UInt8Array::from_iter_values(rows.iter().map(|row| row.1));
        let labels: Vec<Option<f32>> = rows.iter().map(|row| row.2).collect();
        let (labels, texts): (ArrayRef, Vec<Option<String>>) = match kind {
            0 => (Arc::new(Float32Array::from(labels.clone())), labels.iter().map(|x| x.map(|x| x.to_string())).collect()),
            1 => {
                let wide: Vec<Option<f64>> = labels.iter().map(|x| x.map(f64::from)).collect();
                (Arc::new(Float64Array::from(wide.clone())), wide.iter().map(|x| x.map(|x| x.to_string())).collect())
            }
            2 => {
                let bits: Vec<Option<u64>> = labels.iter().map(|x| x.map(|x| u64::MAX - u64::from(x.to_bits() % 4))).collect();
                (Arc::new(UInt64Array::from(bits.clone())), bits.iter().map(|x| x.map(|x| x.to_string())).collect())
            }
            _ => {
                let signs: Vec<Option<bool>> = labels.iter().map(|x| x.map(|x| x > 0.0)).collect();
                (Arc::new(BooleanArray::from(signs.clone())), signs.iter().map(|x| x.map(|x| x.to_string())).collect())
            }
        };
        let columns: [(&str, ArrayRef); 3] = [("item", Arc::new(items)), ("rater", Arc::new(raters)), ("label", labels)];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let mut csv = String::from("item,rater,label\n");
        for (row, text) in rows.iter().zip(&texts) {
            writeln!(csv, "{},{},{}", row.0, row.1, text.as_deref().unwrap_or("")).unwrap();
        }
        for scale in [Scale::Nominal, Scale::Interval] {
            let reader = LongTable::new("item", "rater", "label").scale(scale).duplicates(Duplicates::KeepLast);
            let expected = long(&reader.read_from(csv.as_bytes(), Strictness::Lenient));
            prop_assert_eq!(expected, long(&reader.read_batches(std::slice::from_ref(&batch), Strictness::Lenient)));
        }
    }

    #[test]
    fn predictions_are_read_as_the_csv_file(
        rows in proptest::collection::vec((proptest::option::of(-0.1f32..1.1), proptest::option::of(any::<bool>())), 1..30),
        single in any::<bool>(),
        full in prop_oneof![Just(1.0), Just(100.0)],
    ) {
        let confidence: ArrayRef = if single {
            Arc::new(rows.iter().map(|row| row.0).collect::<Float32Array>())
        } else {
            Arc::new(rows.iter().map(|row| row.0.map(f64::from)).collect::<Float64Array>())
        };
        let right: ArrayRef = Arc::new(rows.iter().map(|row| row.1).collect::<BooleanArray>());
        let batch = RecordBatch::try_from_iter([("p", confidence), ("right", right)]).unwrap();
        let mut csv = String::from("p,right\n");
        for (p, right) in &rows {
            let p = p.map_or_else(String::new, |p| if single { p.to_string() } else { f64::from(p).to_string() });
            writeln!(csv, "{p},{}", right.map_or_else(String::new, |right| right.to_string())).unwrap();
        }
        let table = PredictionTable::new("p", "right").full(full).unwrap();
        let read = |result: &Result<_>| {
            content(result, |i: &probity::io::PredictionImport| &i.report, |i| format!("{:?}", i.groups))
        };
        let expected = read(&table.read_from(csv.as_bytes(), Strictness::Lenient));
        prop_assert_eq!(expected, read(&table.read_batches(&[batch], Strictness::Lenient)));
    }
}

/// Two raters of three items, with a gap.
fn small(label: ArrayRef) -> RecordBatch {
    let items: ArrayRef = Arc::new(StringArray::from(vec!["q1", "q1", "q2", "q2", "q3", "q3"]));
    let raters: ArrayRef = Arc::new(["ann", "bob"].repeat(3).into_iter().map(Some).collect::<StringArray>());
    RecordBatch::try_from_iter([("item", items), ("rater", raters), ("label", label)]).unwrap()
}

fn integers(labels: [Option<i64>; 6]) -> ArrayRef {
    Arc::new(Int64Array::from(labels.to_vec()))
}

fn reader() -> LongTable {
    LongTable::new("item", "rater", "label")
}

#[test]
fn errors_name_batch_or_row_group_record_and_field() {
    let good = small(integers([Some(1), Some(2), None, Some(1), Some(1), Some(1)]));
    let numeric = reader().scale(Scale::Interval).duplicates(Duplicates::KeepLast);
    let words: ArrayRef =
        Arc::new(["1", "2", "x", "4", "5", "6"].into_iter().map(Some).collect::<StringViewArray>());
    let bad = small(words);
    let strict = |table: &LongTable, batches: &[RecordBatch]| {
        table.read_batches(batches, Strictness::Strict).unwrap_err()
    };
    let error = strict(&numeric, &[bad.slice(0, 2), bad.slice(2, 4)]);
    assert_eq!(
        error.to_string(),
        r#"batch 2, record 3, field "label": expected a finite number on interval scale, found "x""#
    );
    assert_eq!(error.location().part, Some(Part::Batch(2)));

    // The same in a file.
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(2)).build();
    let path = std::env::temp_dir().join(format!("probity-arrow-{}.parquet", std::process::id()));
    std::fs::write(&path, parquet(&[bad], properties.clone())).unwrap();
    let error = numeric.read(&path, Strictness::Strict).unwrap_err();
    assert_eq!(
        (error.location().part, error.record(), error.line()),
        (Some(Part::RowGroup(2)), Some(3), None)
    );
    assert_eq!(error.path(), Some(path.as_path()));
    let lenient = numeric.read(&path, Strictness::Lenient).unwrap();
    assert_eq!((lenient.report.rows, lenient.report.judgments, lenient.report.skipped.len()), (6, 5, 1));
    assert_eq!(lenient.report.path, Some(path.clone()));
    std::fs::remove_file(&path).unwrap();

    // A judgment given twice, in two batches.
    let error = strict(&reader(), &[good.clone(), good.clone()]);
    assert_eq!(
        error.to_string(),
        r#"batch 2, record 7: rater "ann" rates item "q1" again: the first time is in record 1"#
    );
    let kept = numeric.read_batches(&[good.clone(), good.clone()], Strictness::Strict).unwrap();
    assert_eq!(
        kept.report.skipped[0].to_string(),
        "batch 1, record 1: the same rater rates the same item in record 7, which counts instead"
    );

    // Columns that are not there, or hold something else.
    let error = strict(&LongTable::new("item", "ratr", "label"), std::slice::from_ref(&good));
    assert_eq!(
        error.to_string(),
        r#"expected a column "ratr" (did you mean "rater"?), found the columns item, rater, label"#
    );
    let mut lists = ListBuilder::new(UInt8Builder::new());
    (0..6).for_each(|_| lists.append(true));
    let error = strict(&reader(), &[small(Arc::new(lists.finish()))]);
    let shown = error.to_string();
    let expected =
        r#"field "label": expected text, numbers or booleans, perhaps in a dictionary, found the type List("#;
    assert!(shown.starts_with(expected), "{shown}");
    assert!(matches!(error.kind(), ErrorKind::ColumnType { .. }));

    // Nothing at all.
    let error = strict(&reader(), &[]);
    assert_eq!(error.to_string(), "expected at least one record batch, found an empty file");
    let nothing = reader().read_batches(&[good.slice(0, 0)], Strictness::Strict).unwrap();
    assert_eq!((nothing.report.rows, nothing.ratings.n_items()), (0, 0));
}

#[test]
fn a_stream_that_breaks_says_where() {
    let good = small(integers([Some(1); 6]));
    let schema = good.schema();
    let broken = vec![Ok(good.clone()), Err(ArrowError::ComputeError("out of luck".into()))];
    let error = reader()
        .read_stream(RecordBatchIterator::new(broken, schema.clone()), Strictness::Lenient)
        .unwrap_err();
    assert_eq!(error.to_string(), "batch 2: cannot be decoded: Compute error: out of luck");
    // A batch with other columns than announced.
    let other = small(Arc::new(NullArray::new(6)));
    let error = reader()
        .read_stream(RecordBatchIterator::new(vec![Ok(good), Ok(other)], schema), Strictness::Lenient)
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("batch 2: cannot be decoded: Schema error: expected the columns item: Utf8")
    );
}

#[test]
fn wide_tables_read_every_column_that_is_not_set_aside() {
    let mut lists = ListBuilder::new(UInt8Builder::new());
    (0..3).for_each(|_| lists.append(true));
    let columns: [(&str, ArrayRef); 4] = [
        ("id", Arc::new(UInt8Array::from(vec![10, 11, 12]))),
        ("embedding", Arc::new(lists.finish())),
        ("ann", Arc::new(Int64Array::from(vec![Some(1), None, Some(2)]))),
        ("bob", Arc::new(Float64Array::from(vec![1.0, 2.0, f64::NAN]))),
    ];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).unwrap();
    let file = parquet(std::slice::from_ref(&batch), WriterProperties::default());
    let table = WideTable::raters_across().key("id").ignore("embedding");
    let csv = "id,ann,bob\n10,1,1\n11,,2\n12,2,\n";
    let expected = long(&WideTable::raters_across().key("id").read_from(csv.as_bytes(), Strictness::Strict));
    assert_eq!(expected, long(&table.read_batches(std::slice::from_ref(&batch), Strictness::Strict)));
    let table = table.dialect(as_parquet());
    assert_eq!(expected, long(&table.read_from(file.as_slice(), Strictness::Strict)));
    let error = WideTable::raters_across().key("id").read_batches(&[batch], Strictness::Strict).unwrap_err();
    assert_eq!(error.field(), Some("embedding"));
}

/// Beyond 65,535 labels the builder keeps plain numbers; what was learned of labels before must not get in the way.
#[test]
fn many_numbers_stay_numbers() {
    let n = 70_000u32;
    let label = |row: u32| f64::from(row % 66_000) / 8.0;
    let items: ArrayRef = Arc::new(Int64Array::from_iter_values((0..n).map(i64::from)));
    let raters: ArrayRef =
        Arc::new(StringArray::from_iter_values((0..n).map(|row| ["a", "b"][(row % 2) as usize])));
    let labels: ArrayRef = Arc::new(Float64Array::from_iter_values((0..n).map(label)));
    let batch = RecordBatch::try_from_iter([("item", items), ("rater", raters), ("label", labels)]).unwrap();
    let import = reader().scale(Scale::Interval).read_batches(&[batch], Strictness::Strict).unwrap();
    assert!(!import.ratings.is_categorical());
    let values = import.ratings.values().unwrap();
    assert!((0..n).all(|row| values.item(row as usize).eq([((row % 2) as usize, label(row))])));
}

#[test]
fn a_dictionary_may_hold_nulls_and_change() {
    let keys = |texts: [Option<&str>; 6]| -> ArrayRef {
        let mut builder = StringDictionaryBuilder::<Int8Type>::new();
        texts.into_iter().for_each(|text| builder.append_option(text));
        Arc::new(builder.finish())
    };
    let one = small(keys([Some("x"), Some("y"), None, Some("x"), Some("NA"), Some("x")]));
    let two = small(keys([Some("y"), Some("x"), Some("x"), None, Some("z"), Some("y")]));
    let rename = |batch: &RecordBatch| {
        let items: ArrayRef = Arc::new(StringArray::from(vec!["r1", "r1", "r2", "r2", "r3", "r3"]));
        let columns = [items, Arc::clone(batch.column(1)), Arc::clone(batch.column(2))];
        RecordBatch::try_new(batch.schema(), columns.to_vec()).unwrap()
    };
    let import = reader().read_batches(&[one, rename(&two)], Strictness::Strict).unwrap();
    let csv = "item,rater,label\nq1,ann,x\nq1,bob,y\nq2,ann,\nq2,bob,x\nq3,ann,NA\nq3,bob,x\n\
               r1,ann,y\nr1,bob,x\nr2,ann,x\nr2,bob,\nr3,ann,z\nr3,bob,y\n";
    let expected = long(&reader().read_from(csv.as_bytes(), Strictness::Strict));
    assert_eq!(expected, long(&Ok(import)));
}

/// Wherever a file is cut.
#[test]
fn files_that_are_cut_are_errors() {
    let batch = small(integers([Some(1), Some(2), None, Some(1), Some(1), Some(1)]));
    let properties = || WriterProperties::builder().set_max_row_group_row_count(Some(3));
    let read = |bytes: &[u8]| -> Result<Import, Error> {
        reader().dialect(as_parquet()).read_from(bytes, Strictness::Lenient)
    };
    for properties in [properties().build(), properties().set_compression(Compression::SNAPPY).build()] {
        let file = parquet(std::slice::from_ref(&batch), properties);
        assert_eq!(read(&file).unwrap().report.judgments, 5);
        for cut in 0..file.len() {
            assert!(read(&file[..cut]).is_err(), "cut at {cut}");
        }
    }
    assert!(read(b"item,rater,label\n").unwrap_err().to_string().starts_with("cannot be decoded: "));
}

#[cfg(feature = "arrow-zstd")]
#[test]
fn zstd_is_read() {
    let batch = small(integers([Some(1); 6]));
    let zstd = Compression::ZSTD(parquet::basic::ZstdLevel::default());
    let file = parquet(&[batch], WriterProperties::builder().set_compression(zstd).build());
    let import = reader().dialect(as_parquet()).read_from(file.as_slice(), Strictness::Strict).unwrap();
    assert_eq!(import.report.judgments, 6);
}

/// Columns that nobody asks for are not decoded, whatever their type.
#[test]
fn only_the_columns_asked_for_are_read() {
    let batch = small(integers([Some(1); 6]));
    let mut fields: Vec<Arc<Field>> = batch.schema().fields().iter().cloned().collect();
    fields.insert(1, Arc::new(Field::new("note", DataType::Binary, true)));
    let mut columns = batch.columns().to_vec();
    columns.insert(1, Arc::new(arrow_array::BinaryArray::from_iter_values(["a"; 6])));
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
    let file = parquet(std::slice::from_ref(&batch), WriterProperties::default());
    let expected = long(&reader().read_batches(&[batch], Strictness::Strict));
    assert_eq!(
        expected,
        long(&reader().dialect(as_parquet()).read_from(file.as_slice(), Strictness::Strict))
    );
}

/// A Parquet file that nobody introduces is read by the names of its columns, as a CSV file is.
#[test]
fn columns_of_parquet_are_told_by_their_names() {
    let batch = small(integers([Some(1), Some(2), None, Some(1), Some(1), Some(1)]));
    let file = parquet(std::slice::from_ref(&batch), WriterProperties::default());
    let expected = long(&reader().read_batches(std::slice::from_ref(&batch), Strictness::Strict));
    let read = |file: &[u8]| AnyFormat::new().read_from(file, Strictness::Strict);
    let long_table = read(&file).unwrap();
    assert_eq!(long_table.to_string(), "long table (item item, rater rater, label label)");
    let Content::Ratings(import) = long_table.content else { panic!("no ratings") };
    assert_eq!(expected, long(&Ok(import)));

    let path = std::env::temp_dir().join(format!("probity-{}.parquet", std::process::id()));
    std::fs::write(&path, &file).unwrap();
    let from_path = AnyFormat::new().read(&path, Strictness::Strict).map(|file| file.report().judgments);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(from_path.unwrap(), 5);

    let renamed = |names: [&str; 3]| {
        let columns = batch.columns().iter().cloned();
        let batch = RecordBatch::try_from_iter_with_nullable(
            names.into_iter().zip(columns).map(|(name, column)| (name, column, true)),
        );
        parquet(&[batch.unwrap()], WriterProperties::default())
    };
    let pairs = read(&renamed(["left", "right", "winner"])).unwrap_err();
    assert_eq!(pairs.field(), Some("winner"));
    assert_eq!(
        read(&renamed(["name", "age", "size"])).unwrap_err().to_string(),
        "expected a table of judgments or the log of a tool, found a table with the columns name, age, size"
    );
    for cut in 4..file.len() {
        assert!(read(&file[..cut]).is_err(), "cut at {cut}");
    }
}
