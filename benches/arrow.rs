//! Reading judgments from Arrow and Parquet, beside the CSV file with the same data and a memory read of the same bytes.
//!
//! The tables have 10⁶ rows unless `PROBITY_BENCH_ROWS` says otherwise.
#![allow(missing_docs, clippy::expect_used, reason = "a benchmark")]

mod common;

use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use probity::io::{Dialect, Format, LongTable, Strictness};

const RATERS: usize = 20;

fn judgments(rows: usize) -> impl Iterator<Item = (usize, usize, i64)> {
    (0..rows).map(|row| (row / RATERS, row % RATERS, ((row * 7919) % 5 + 1) as i64))
}

fn csv(rows: usize) -> String {
    let mut text = String::from("item,rater,label\n");
    for (item, rater, label) in judgments(rows) {
        writeln!(text, "item{item},rater{rater},{label}").expect("a string takes any text");
    }
    text
}

fn batch(columns: [ArrayRef; 3]) -> RecordBatch {
    RecordBatch::try_from_iter(["item", "rater", "label"].into_iter().zip(columns))
        .expect("columns of one length")
}

fn text(rows: usize) -> RecordBatch {
    batch([
        Arc::new(StringArray::from_iter_values(judgments(rows).map(|(item, ..)| format!("item{item}")))),
        Arc::new(StringArray::from_iter_values(judgments(rows).map(|(_, rater, _)| format!("rater{rater}")))),
        Arc::new(StringArray::from_iter_values(judgments(rows).map(|(.., label)| label.to_string()))),
    ])
}

fn dictionaries(rows: usize) -> RecordBatch {
    let keys = |texts: &dyn Fn(usize, usize, i64) -> String| -> ArrayRef {
        let mut keys = StringDictionaryBuilder::<Int32Type>::new();
        for (item, rater, label) in judgments(rows) {
            keys.append_value(texts(item, rater, label));
        }
        Arc::new(keys.finish())
    };
    batch([
        keys(&|item, _, _| format!("item{item}")),
        keys(&|_, rater, _| format!("rater{rater}")),
        keys(&|_, _, label| label.to_string()),
    ])
}

fn numbers(rows: usize) -> RecordBatch {
    batch([
        Arc::new(Int64Array::from_iter_values(judgments(rows).map(|(item, ..)| item as i64))),
        Arc::new(Int64Array::from_iter_values(judgments(rows).map(|(_, rater, _)| rater as i64))),
        Arc::new(Int64Array::from_iter_values(judgments(rows).map(|(.., label)| label))),
    ])
}

fn parquet(batch: &RecordBatch) -> Vec<u8> {
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).expect("a schema");
    writer.write(batch).expect("memory takes any bytes");
    writer.close().expect("memory takes any bytes");
    file
}

/// Every byte of the columns once.
fn read_columns(batch: &RecordBatch) -> u64 {
    let mut sum = 0u64;
    for array in batch.columns() {
        let data = array.to_data();
        let dictionary = data.child_data().first();
        for buffer in data.buffers().iter().chain(dictionary.iter().flat_map(|values| values.buffers())) {
            sum = sum.wrapping_add(common::read_bytes(buffer.as_slice()));
        }
    }
    sum
}

fn read(c: &mut Criterion) {
    let rows = std::env::var("PROBITY_BENCH_ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let table = LongTable::new("item", "rater", "label");
    let mut group = c.benchmark_group("a long table");
    group.sample_size(10).throughput(Throughput::Elements(rows as u64));
    let csv = csv(rows);
    group.bench_function("csv: read the bytes", |b| b.iter(|| common::read_bytes(black_box(csv.as_bytes()))));
    group.bench_function("csv: ratings", |b| {
        b.iter(|| table.read_from(csv.as_bytes(), Strictness::Strict).expect("a table"));
    });
    for (name, batch) in
        [("text", text(rows)), ("dictionaries", dictionaries(rows)), ("numbers", numbers(rows))]
    {
        group.bench_function(format!("{name}: read the bytes"), |b| {
            b.iter(|| read_columns(black_box(&batch)));
        });
        let batches = [batch];
        group.bench_function(format!("{name}: ratings"), |b| {
            b.iter(|| table.read_batches(&batches, Strictness::Strict).expect("a table"));
        });
        let file = parquet(&batches[0]);
        let of_parquet = table.clone().dialect(Dialect::new().format(Format::Parquet));
        group.bench_function(format!("{name} in parquet: ratings"), |b| {
            b.iter(|| of_parquet.read_from(file.as_slice(), Strictness::Strict).expect("a table"));
        });
    }
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
