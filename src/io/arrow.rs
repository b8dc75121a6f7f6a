use std::cell::{Cell, OnceCell};
use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use arrow_array::{Array, RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};

use crate::io::arrow_cells::{Cells, Number, READABLE, Value, is_readable};
use crate::io::arrow_parquet::{RowGroups, Source};
use crate::io::memo::CellKey;
use crate::io::records::Step;
use crate::io::{Column, Error, ErrorKind, Location, Part, Result};

/// The methods of a table that read Arrow.
macro_rules! arrow_methods {
    ($import:ty) => {
        /// Reads record batches, which are not copied: see [Arrow and Parquet](crate::io#arrow-and-parquet).
        ///
        /// # Errors
        /// As `read`, with batch, record and field.
        pub fn read_batches(
            &self,
            batches: &[arrow_array::RecordBatch],
            strictness: $crate::io::Strictness,
        ) -> $crate::io::Result<$import> {
            let batches = $crate::io::arrow::Batches::of_slice(batches)?;
            self.load($crate::io::input::Input::<std::io::Empty>::Batches(batches), strictness)
        }

        /// Reads a stream of record batches, of which one is held at a time: the answer of a query, a Parquet file with
        /// options of one's own, or any iterator in an
        /// [`arrow_array::RecordBatchIterator`](https://docs.rs/arrow-array/latest/arrow_array/struct.RecordBatchIterator.html).
        ///
        /// # Errors
        /// As `read`, with batch, record and field.
        pub fn read_stream(
            &self,
            batches: impl arrow_array::RecordBatchReader + 'static,
            strictness: $crate::io::Strictness,
        ) -> $crate::io::Result<$import> {
            let batches = $crate::io::arrow::Batches::of_stream(batches);
            self.load($crate::io::input::Input::<std::io::Empty>::Batches(batches), strictness)
        }
    };
}
pub(super) use arrow_methods;

/// Record batches, one after the other.
pub(super) enum Batches {
    Stream { batches: Box<dyn RecordBatchReader>, read: u64 },
    Parquet(RowGroups),
}

impl Batches {
    pub(super) fn of_stream(batches: impl RecordBatchReader + 'static) -> Self {
        Self::Stream { batches: Box::new(batches), read: 0 }
    }

    pub(super) fn of_slice(batches: &[RecordBatch]) -> Result<Self> {
        let Some(first) = batches.first() else {
            return Err(Error::of_file(ErrorKind::Empty { expected: "at least one record batch" }));
        };
        // Batches share their buffers.
        let shared: Vec<RecordBatch> = batches.to_vec();
        Ok(Self::of_stream(RecordBatchIterator::new(shared.into_iter().map(Ok), first.schema())))
    }

    pub(super) fn of_parquet_file(file: File) -> Result<Self> {
        Self::of_parquet(Source::File(file))
    }

    pub(super) fn of_parquet_bytes(mut source: impl Read) -> Result<Self> {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).map_err(Error::of_file)?;
        Self::of_parquet(Source::Bytes(bytes.into()))
    }

    pub(super) fn of_parquet(source: Source) -> Result<Self> {
        RowGroups::open(source).map(Self::Parquet).map_err(|error| Error::of_file(decoding(error)))
    }

    fn schema(&self) -> SchemaRef {
        match self {
            Self::Stream { batches, .. } => batches.schema(),
            Self::Parquet(groups) => Arc::clone(groups.schema()),
        }
    }

    fn next(&mut self, wanted: &[usize]) -> Option<Result<RecordBatch, ArrowError>> {
        match self {
            Self::Parquet(groups) => groups.next(wanted),
            Self::Stream { batches, read } => {
                *read += 1;
                batches.next()
            }
        }
    }

    fn part(&self) -> Part {
        match self {
            Self::Stream { read, .. } => Part::Batch(*read),
            Self::Parquet(groups) => Part::RowGroup(groups.opened as u64),
        }
    }
}

/// What a decoder's refusal means to a reader of messages.
fn decoding(error: ArrowError) -> ErrorKind {
    if let ArrowError::ParquetError(message) = &error
        && let Some((_, codec)) = message.split_once("Disabled feature at compile time: ")
    {
        return ErrorKind::WrongFile {
            expected: "columns that are not compressed, or with snappy, gzip or LZ4 (zstd: feature `arrow-zstd`)",
            found: format!("the codec {codec}"),
        };
    }
    ErrorKind::Arrow(error)
}

/// A column that is read.
struct Field {
    cells: Cells,
    /// Counts the dictionaries that the column has had.
    dictionary: u64,
    /// The number in the row, written out when it is asked for.
    written: OnceCell<String>,
    /// What to write it into.
    spare: Cell<String>,
}

impl Field {
    fn forget(&mut self) {
        if let Some(text) = self.written.take() {
            self.spare.set(text);
        }
    }

    fn text(&self, row: usize) -> Option<&str> {
        match self.cells.value(row) {
            Value::Missing => None,
            Value::Text(text) => Some(text),
            Value::Number(number) => Some(self.written.get_or_init(|| {
                let mut text = self.spare.take();
                text.clear();
                // A string takes any text.
                let _ = write!(text, "{number}");
                text
            })),
        }
    }
}

/// The rows of record batches, one at a time.
pub(super) struct ArrowRows {
    batches: Batches,
    names: Vec<String>,
    schema: SchemaRef,
    /// Whether columns are read that nobody asked for.
    every_column: bool,
    asked: Vec<bool>,
    ignored: Vec<bool>,
    /// The columns that are read, in ascending order, once reading has begun.
    wanted: Vec<usize>,
    /// Of each column, what the batch holds.
    fields: Vec<Option<Field>>,
    begun: bool,
    row: usize,
    next: usize,
    rows: usize,
}

impl ArrowRows {
    pub(super) fn open(batches: Batches, every_column: bool) -> Self {
        let schema = batches.schema();
        let names: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
        let width = names.len();
        Self {
            batches,
            names,
            schema,
            every_column,
            asked: vec![false; width],
            ignored: vec![false; width],
            wanted: Vec::new(),
            fields: (0..width).map(|_| None).collect(),
            begun: false,
            row: 0,
            next: 0,
            rows: 0,
        }
    }

    pub(super) fn slot(&mut self, column: &Column) -> Result<usize, ErrorKind> {
        let slot = column.find(&self.names, true)?;
        self.asked[slot] = true;
        Ok(slot)
    }

    pub(super) fn slot_to_ignore(&mut self, column: &Column) -> Result<usize, ErrorKind> {
        let slot = column.find(&self.names, true)?;
        self.ignored[slot] = true;
        Ok(slot)
    }

    /// A column that is there and can be read.
    pub(super) fn optional_slot(&mut self, column: &Column) -> Option<usize> {
        let slot = column.find(&self.names, true).ok()?;
        self.asked[slot] = is_readable(self.schema.field(slot).data_type());
        self.asked[slot].then_some(slot)
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn part(&self) -> Option<Part> {
        self.begun.then(|| self.batches.part())
    }

    pub(super) fn advance(&mut self) -> Result<Step> {
        if !self.begun {
            self.begin()?;
        }
        while self.next == self.rows {
            let Some(batch) = self.batches.next(&self.wanted) else { return Ok(Step::End) };
            let batch = batch.map_err(|error| self.error(decoding(error), None))?;
            self.take(&batch)?;
        }
        self.row = self.next;
        self.next += 1;
        for &slot in &self.wanted {
            if let Some(field) = &mut self.fields[slot] {
                field.forget();
            }
        }
        Ok(Step::Record)
    }

    /// Settles which columns are read.
    fn begin(&mut self) -> Result<()> {
        let is_wanted = |&slot: &usize| self.asked[slot] || (self.every_column && !self.ignored[slot]);
        self.wanted = (0..self.names.len()).filter(is_wanted).collect();
        for &slot in &self.wanted {
            let of = self.schema.field(slot).data_type();
            if !is_readable(of) {
                return Err(self.unreadable(slot, &of.to_string()));
            }
        }
        self.begun = true;
        Ok(())
    }

    fn unreadable(&self, slot: usize, found: &str) -> Error {
        self.error(ErrorKind::ColumnType { expected: READABLE, found: found.to_string() }, Some(slot))
    }

    fn error(&self, kind: ErrorKind, slot: Option<usize>) -> Error {
        let field = slot.and_then(|slot| self.names.get(slot).cloned());
        Error::new(Location { part: self.part(), field, ..Location::default() }, kind)
    }

    /// Makes a batch the one that rows are read from.
    fn take(&mut self, batch: &RecordBatch) -> Result<()> {
        let is_stream = matches!(self.batches, Batches::Stream { .. });
        if is_stream && !Arc::ptr_eq(batch.schema_ref(), &self.schema) {
            self.check_alike(batch)?;
        }
        for (position, &slot) in self.wanted.iter().enumerate() {
            // Of a Parquet file nothing else was read.
            let array = batch.columns().get(if is_stream { slot } else { position });
            let Some(cells) = array.and_then(|array| Cells::of(array.as_ref())) else {
                let found =
                    array.map_or_else(|| "nothing".to_string(), |array| array.data_type().to_string());
                return Err(self.unreadable(slot, &found));
            };
            let before = self.fields[slot].take();
            let goes_on = |before: &Field| before.cells.has_dictionary_of(&cells);
            let dictionary =
                before.as_ref().map_or(0, |before| before.dictionary + u64::from(!goes_on(before)));
            self.fields[slot] =
                Some(Field { cells, dictionary, written: OnceCell::new(), spare: Cell::default() });
        }
        (self.next, self.rows) = (0, batch.num_rows());
        Ok(())
    }

    /// An error unless the batch has the columns that the stream said it would have.
    fn check_alike(&self, batch: &RecordBatch) -> Result<()> {
        let describe = |schema: &SchemaRef| {
            let fields =
                schema.fields().iter().map(|field| format!("{}: {}", field.name(), field.data_type()));
            fields.collect::<Vec<_>>().join(", ")
        };
        let same = |(a, b): (&Arc<arrow_schema::Field>, &Arc<arrow_schema::Field>)| {
            a.name() == b.name() && a.data_type() == b.data_type()
        };
        let (found, expected) = (batch.schema_ref(), &self.schema);
        if found.fields().len() == expected.fields().len()
            && expected.fields().iter().zip(found.fields()).all(same)
        {
            return Ok(());
        }
        let problem = format!("expected the columns {}, found {}", describe(expected), describe(found));
        Err(self.error(ErrorKind::Arrow(ArrowError::SchemaError(problem)), None))
    }

    #[inline]
    fn in_slot(&self, slot: usize) -> Option<&Field> {
        self.fields.get(slot)?.as_ref()
    }

    #[inline]
    pub(super) fn field(&self, slot: usize) -> Option<&str> {
        self.in_slot(slot)?.text(self.row)
    }

    /// The entry of a dictionary or the bits of a number.
    #[inline]
    pub(super) fn cell_key(&self, slot: usize) -> Option<CellKey> {
        let field = self.in_slot(slot)?;
        if let Some(entry) = field.cells.entry(self.row) {
            return Some(CellKey::Entry { dictionary: field.dictionary, entry });
        }
        match field.cells.value(self.row) {
            Value::Number(number) => Some(CellKey::Number(number.bits())),
            _ => None,
        }
    }

    /// A number of 64 bits, which is the number that its digits say.
    #[inline]
    pub(super) fn number(&self, slot: usize) -> Option<f64> {
        match self.in_slot(slot)?.cells.value(self.row) {
            Value::Number(Number::Double(number)) => Some(number),
            _ => None,
        }
    }
}
