use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::{Encoding, PageType};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};

/// Rows decoded at a time.
const BATCH: usize = 8192;

/// A Parquet file, of which one row group after the other is read.
pub(super) struct RowGroups {
    bytes: Source,
    metadata: ArrowReaderMetadata,
    /// Row groups opened so far.
    pub(super) opened: usize,
    reader: Option<ParquetRecordBatchReader>,
}

/// Bytes that can be read from anywhere.
pub(super) enum Source {
    File(File),
    Bytes(Bytes),
}

impl Length for Source {
    fn len(&self) -> u64 {
        match self {
            Self::File(file) => Length::len(file),
            Self::Bytes(bytes) => Length::len(bytes),
        }
    }
}

impl ChunkReader for Source {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(match self {
            Self::File(file) => Box::new(file.get_read(start)?),
            Self::Bytes(bytes) => Box::new(bytes.get_read(start)?),
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        match self {
            Self::File(file) => file.get_bytes(start, length),
            Self::Bytes(bytes) => bytes.get_bytes(start, length),
        }
    }
}

impl Source {
    pub(super) fn again(&self) -> std::io::Result<Self> {
        Ok(match self {
            Self::File(file) => Self::File(file.try_clone()?),
            Self::Bytes(bytes) => Self::Bytes(bytes.clone()),
        })
    }
}

impl RowGroups {
    pub(super) fn open(bytes: Source) -> Result<Self, ArrowError> {
        let metadata = ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::new())?;
        Ok(Self { bytes, metadata, opened: 0, reader: None })
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    /// The next rows, of the wanted columns alone.
    pub(super) fn next(&mut self, wanted: &[usize]) -> Option<Result<arrow_array::RecordBatch, ArrowError>> {
        loop {
            if let Some(batch) = self.reader.as_mut().and_then(Iterator::next) {
                return Some(batch);
            }
            if self.opened == self.metadata.metadata().num_row_groups() {
                return None;
            }
            let group = self.opened;
            self.opened += 1;
            match self.group(group, wanted) {
                Ok(reader) => self.reader = Some(reader),
                Err(error) => return Some(Err(error.into())),
            }
        }
    }

    fn group(&self, group: usize, wanted: &[usize]) -> Result<ParquetRecordBatchReader, ParquetError> {
        let metadata = match self.schema_with_dictionaries(group, wanted) {
            Some(schema) => {
                let options = ArrowReaderOptions::new().with_schema(schema);
                ArrowReaderMetadata::try_new(self.metadata.metadata().clone(), options)?
            }
            None => self.metadata.clone(),
        };
        let columns = ProjectionMask::roots(metadata.parquet_schema(), wanted.iter().copied());
        ParquetRecordBatchReaderBuilder::new_with_metadata(self.bytes.again()?, metadata)
            .with_row_groups(vec![group])
            .with_projection(columns)
            .with_batch_size(BATCH)
            .build()
    }

    /// The schema in which text that the row group holds as a dictionary stays one; `None` if there is no such text.
    fn schema_with_dictionaries(&self, group: usize, wanted: &[usize]) -> Option<SchemaRef> {
        let (file, schema) = (self.metadata.metadata(), self.schema());
        let columns = file.file_metadata().schema_descr();
        let leaves = file.row_groups().get(group)?.columns().iter().take(columns.num_columns()).enumerate();
        let mut in_dictionary = vec![false; schema.fields().len()];
        for (leaf, _) in leaves.filter(|(_, chunk)| is_dictionary(chunk)) {
            let root = columns.get_column_root_idx(leaf);
            let is_text = |field: &Field| matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8);
            if wanted.contains(&root) && schema.fields().get(root).is_some_and(|field| is_text(field)) {
                in_dictionary[root] = true;
            }
        }
        let changed = in_dictionary.contains(&true);
        let fields = schema.fields().iter().zip(in_dictionary).map(|(field, in_dictionary)| {
            if !in_dictionary {
                return Arc::clone(field);
            }
            let of = DataType::Dictionary(Box::new(DataType::Int32), Box::new(field.data_type().clone()));
            Arc::new(Field::clone(field).with_data_type(of))
        });
        changed.then(|| {
            Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone()))
        })
    }
}

/// Whether every page of values is one of keys. A writer gives the dictionary up where it gets too long.
fn is_dictionary(chunk: &ColumnChunkMetaData) -> bool {
    const KEYS: [Encoding; 2] = [Encoding::RLE_DICTIONARY, Encoding::PLAIN_DICTIONARY];
    let is_of_values = |page: PageType| matches!(page, PageType::DATA_PAGE | PageType::DATA_PAGE_V2);
    if let Some(mask) = chunk.page_encoding_stats_mask() {
        return KEYS.into_iter().any(|encoding| mask.is_only(encoding));
    }
    chunk.page_encoding_stats().is_some_and(|pages| {
        pages.iter().filter(|page| is_of_values(page.page_type)).all(|page| KEYS.contains(&page.encoding))
    })
}
