use std::fs::File;
use std::path::Path;

use crate::io::input::Input;
use crate::io::{Dialect, Error, ImportReport, Result};

/// The methods that read the log of a tool, for a format with a method `load`.
macro_rules! log_reading {
    ($import:ty) => {
        /// Reads a file.
        ///
        /// # Errors
        /// [`Error`](crate::io::Error) with path, line, record and field: the file cannot be read or is none of this
        /// format, it says the same thing twice (unless an option says what counts), or, when reading strictly, the
        /// first record or judgment that cannot be used.
        pub fn read(
            &self,
            path: impl AsRef<std::path::Path>,
            strictness: $crate::io::Strictness,
        ) -> $crate::io::Result<$import> {
            let load = |file| self.load(file, strictness);
            $crate::io::reading::with_path(path.as_ref(), load, |import| &mut import.report)
        }

        /// Reads from any source.
        ///
        /// # Errors
        /// As [`Self::read`], without a path.
        pub fn read_from(
            &self,
            source: impl std::io::Read,
            strictness: $crate::io::Strictness,
        ) -> $crate::io::Result<$import> {
            self.load(source, strictness)
        }
    };
}
pub(super) use log_reading;

/// The methods that read a table, for one with a `dialect` and a method `load`.
macro_rules! table_reading {
    ($import:ty) => {
        /// Sets how the file is written.
        #[must_use]
        pub fn dialect(mut self, dialect: $crate::io::Dialect) -> Self {
            self.dialect = dialect;
            self
        }

        /// Reads a file.
        ///
        /// # Errors
        /// [`Error`](crate::io::Error) with path, line, record and field: the file cannot be read, its format is
        /// unknown, a column does not exist, a row says again what an earlier one says (unless an option says which
        /// counts), the options do not fit together, or, when reading strictly, the first row that cannot be used.
        pub fn read(
            &self,
            path: impl AsRef<std::path::Path>,
            strictness: $crate::io::Strictness,
        ) -> $crate::io::Result<$import> {
            let load = |input| self.load(input, strictness);
            $crate::io::reading::at_path(path.as_ref(), &self.dialect, load, |import| &mut import.report)
        }

        /// Reads from any source; CSV unless the dialect names a format.
        ///
        /// # Errors
        /// As [`Self::read`], without a path.
        pub fn read_from(
            &self,
            source: impl std::io::Read,
            strictness: $crate::io::Strictness,
        ) -> $crate::io::Result<$import> {
            self.load($crate::io::input::Input::of_source(source, &self.dialect), strictness)
        }
    };
}
pub(super) use table_reading;

/// Opens a file in the format that the dialect or the extension says, as [`with_path`].
pub(super) fn at_path<T>(
    path: &Path,
    dialect: &Dialect,
    load: impl FnOnce(Input<File>) -> Result<T>,
    report: impl FnOnce(&mut T) -> &mut ImportReport,
) -> Result<T> {
    with_path(path, |file| load(Input::of_file(file, dialect.format_of(path)?)?), report)
}

/// Opens a file, loads it, and names the path in the error or the report.
pub(super) fn with_path<T>(
    path: &Path,
    load: impl FnOnce(File) -> Result<T>,
    report: impl FnOnce(&mut T) -> &mut ImportReport,
) -> Result<T> {
    let loaded = File::open(path).map_err(Error::of_file).and_then(load);
    let mut loaded = loaded.map_err(|error| error.with_path(path))?;
    report(&mut loaded).path = Some(path.to_path_buf());
    Ok(loaded)
}
