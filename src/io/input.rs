use std::fs::File;

#[cfg(feature = "arrow")]
use crate::io::arrow::Batches;
use crate::io::{Dialect, Format, Result};

/// Where the records of a table come from.
pub(super) enum Input<R> {
    /// Bytes that are read from front to end.
    Stream(R, Format),
    /// Columns.
    #[cfg(feature = "arrow")]
    Batches(Batches),
}

impl Input<File> {
    #[cfg_attr(
        not(feature = "arrow"),
        expect(clippy::unnecessary_wraps, reason = "the index of Parquet may be broken")
    )]
    pub(super) fn of_file(file: File, format: Format) -> Result<Self> {
        #[cfg(feature = "arrow")]
        if format == Format::Parquet {
            return Ok(Self::Batches(Batches::of_parquet_file(file)?));
        }
        Ok(Self::Stream(file, format))
    }
}

impl<R> Input<R> {
    /// CSV unless the dialect names a format.
    pub(super) fn of_source(source: R, dialect: &Dialect) -> Self {
        Self::Stream(source, dialect.format.unwrap_or(Format::CSV))
    }
}
