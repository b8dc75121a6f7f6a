use std::fmt;
use std::path::{Path, PathBuf};

/// The result of every fallible function of [`crate::io`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A part of a table that holds its rows in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// A record batch, from 1.
    Batch(u64),
    /// A row group of a Parquet file, from 1.
    RowGroup(u64),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Batch(number) => write!(f, "batch {number}"),
            Self::RowGroup(number) => write!(f, "row group {number}"),
        }
    }
}

/// How one row is told from the others of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// The line on which the record starts, from 1.
    Line(u64),
    /// The number of the record, from 1, where there are no lines.
    Record(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Record(number) => write!(f, "record {number}"),
        }
    }
}

/// Where in a file something is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// The record batch or row group; `None` in files without.
    pub part: Option<Part>,
    /// The line on which the record starts, from 1; `None` if the trouble is with the file as a whole, or if it has no lines.
    pub line: Option<u64>,
    /// The number of the record, from 1; a header is no record.
    pub record: Option<u64>,
    /// The column.
    pub field: Option<String>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = self.part.map(|part| part.to_string());
        let line = self.line.map(|line| format!("line {line}"));
        let record = self.record.map(|record| format!("record {record}"));
        let field = self.field.as_ref().map(|field| format!("field {field:?}"));
        let parts: Vec<String> = [part, line, record, field].into_iter().flatten().collect();
        f.write_str(&parts.join(", "))
    }
}

/// Why a single row cannot be used. [`Strictness`](crate::io::Strictness) says what follows from it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The row has more or fewer fields than the header (without a header: than the first row).
    #[error("expected {expected} fields, found {found}")]
    FieldCount {
        /// Fields of the header.
        expected: usize,
        /// Fields of the row.
        found: usize,
    },
    /// The record is so long that it is no record.
    #[error("expected a record of at most {limit} bytes, found a longer one")]
    TooLong {
        /// Bytes that a record may have.
        limit: u64,
    },
    /// A quoted field runs to the end of the file.
    #[error("expected a closing quote, found the end of the file")]
    UnclosedQuote,
    /// A field that says what was judged, or by whom, is empty or a missing marker.
    #[error("expected {what}, found a missing value")]
    NoValue {
        /// What the column holds.
        what: &'static str,
    },
    /// The bytes are not UTF-8.
    #[error("expected UTF-8, found an invalid byte after {valid} valid bytes")]
    Utf8 {
        /// Valid bytes before the first invalid one.
        valid: usize,
    },
    /// The line is not JSON.
    #[error("expected a JSON object, found at byte {column} of the line: {problem}")]
    Json {
        /// Position in the line, from 1.
        column: usize,
        /// What the parser met.
        problem: String,
    },
    /// A file that should be one JSON array is not.
    #[error("expected one JSON array, found {found}")]
    BrokenArray {
        /// What was found instead.
        found: String,
    },
    /// A JSON value of another kind than the format has there.
    #[error("expected {expected}, found {found}")]
    WrongShape {
        /// What belongs there.
        expected: &'static str,
        /// What was found.
        found: &'static str,
    },
    /// A record, or a part of one, that holds no judgment in this sense.
    #[error("expected {expected}, found {found:?}")]
    NotAJudgment {
        /// What would be a judgment.
        expected: &'static str,
        /// What was found.
        found: String,
    },
    /// A JSON object has the same key twice.
    #[error("expected each key once, found it twice")]
    KeyTwice,
    /// A JSON array or object where a single value is needed.
    #[error("expected text, a number, true, false or null, found {found}")]
    NotAScalar {
        /// What was found.
        found: &'static str,
    },
    /// A label that should be a finite number.
    #[error("expected a finite number on {scale} scale, found {found:?}")]
    NotANumber {
        /// The scale that needs numbers.
        scale: &'static str,
        /// The label found.
        found: String,
    },
    /// A confidence that is not a number in its range.
    #[error("expected a number from 0 to {full}, found {found:?}")]
    NotAConfidence {
        /// The number that stands for certainty.
        full: f64,
        /// What was found.
        found: String,
    },
    /// A label that was not declared.
    #[error("expected one of the declared labels ({declared}), found {found:?}")]
    UnknownLabel {
        /// The declared labels.
        declared: String,
        /// The label found.
        found: String,
    },
    /// Two rows give one item different gold labels.
    #[error("expected the gold label {first:?} as in an earlier row of this item, found {found:?}")]
    GoldDiffers {
        /// The gold label met first.
        first: String,
        /// The gold label found here.
        found: String,
    },
    /// One rater rated one item twice; the other row counts.
    #[error("the same rater rates the same item in {kept}, which counts instead")]
    Repeated {
        /// The row that counts.
        kept: Place,
    },
    /// The winner is neither contender nor a tie.
    #[error("expected a winner ({expected}), found {found:?}")]
    UnknownWinner {
        /// What a winner may be.
        expected: String,
        /// The winner found.
        found: String,
    },
    /// A contender is compared with itself.
    #[error("expected two contenders, found {name:?} on both sides")]
    OneContender {
        /// The name on both sides.
        name: String,
    },
    /// Two rows hold the same sample of a question by the same model.
    #[error("expected each sample of a question once, found it in {first} too")]
    SampleTwice {
        /// The first row.
        first: Place,
    },
    /// Two rows hold the vote of the same participant on the same pair of values.
    #[error("expected each participant's vote on a pair once, found it in {first} too")]
    VoteTwice {
        /// The first row.
        first: Place,
    },
    /// Two rows of one item compare different contenders.
    #[error("expected the contenders {expected} as in an earlier row of this item, found {found}")]
    ContendersDiffer {
        /// The contenders met first.
        expected: String,
        /// The contenders found here.
        found: String,
    },
}

/// What can go wrong when reading a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file cannot be opened or read.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// The format follows neither from an option nor from the extension.
    #[error(
        "expected the extension csv, tsv, tab, json, jsonl or ndjson, or with the feature `arrow` parquet (or a format given in the dialect), found {found:?}"
    )]
    UnknownFormat {
        /// The extension found.
        found: String,
    },
    /// There is nothing in the file.
    #[error("expected {expected}, found an empty file")]
    Empty {
        /// What should have been there.
        expected: &'static str,
    },
    /// The file is not what its tool writes.
    #[error("expected {expected}, found {found}")]
    WrongFile {
        /// What the reader reads.
        expected: &'static str,
        /// What the file is instead.
        found: String,
    },
    /// A column that is not there.
    #[error("{}", unknown_column(wanted, columns, nearest.as_deref()))]
    UnknownColumn {
        /// The column asked for.
        wanted: String,
        /// The columns that there are.
        columns: Vec<String>,
        /// The column whose name comes closest.
        nearest: Option<String>,
    },
    /// A column that holds something else than single values.
    #[error("expected {expected}, found the type {found}")]
    ColumnType {
        /// What is read.
        expected: &'static str,
        /// The type of the column.
        found: String,
    },
    /// A column whose name the header has twice.
    #[error("expected one column {name:?}, found it at positions {first} and {second}")]
    ColumnTwice {
        /// The name.
        name: String,
        /// Its first position, from 0.
        first: usize,
        /// Its second position, from 0.
        second: usize,
    },
    /// One rater rated one item twice, and the options do not say which row counts.
    #[error("rater {rater:?} rates item {item:?} again: the first time is in {first}")]
    Duplicate {
        /// The item.
        item: String,
        /// The rater.
        rater: String,
        /// The row of the first rating.
        first: Place,
    },
    /// A row that cannot be used.
    #[error("{0}")]
    Row(Reason),
    /// Arrow batches or a Parquet file that cannot be decoded.
    #[cfg(feature = "arrow")]
    #[error("cannot be decoded: {0}")]
    Arrow(#[from] arrow_schema::ArrowError),
    /// The data or the options do not fit together.
    #[error("{0}")]
    Data(#[from] crate::Error),
}

fn unknown_column(wanted: &str, columns: &[String], nearest: Option<&str>) -> String {
    let guess = nearest.map_or_else(String::new, |name| format!(" (did you mean {name:?}?)"));
    format!("expected a column {wanted}{guess}, found the columns {}", columns.join(", "))
}

/// A file that cannot be read as asked: where, and what was expected and found.
///
/// # Examples
/// ```
/// use probity::io::{LongTable, Strictness};
/// let table = LongTable::new("item", "rater", "labl");
/// let error = table.read_from("item,rater,label\n".as_bytes(), Strictness::Strict).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#"line 1: expected a column "labl" (did you mean "label"?), found the columns item, rater, label"#
/// );
/// ```
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    path: Option<PathBuf>,
    location: Location,
    kind: ErrorKind,
}

impl Error {
    pub(super) fn new(location: Location, kind: impl Into<ErrorKind>) -> Self {
        Self(Box::new(Inner { path: None, location, kind: kind.into() }))
    }

    /// About the file as a whole.
    pub(super) fn of_file(kind: impl Into<ErrorKind>) -> Self {
        Self::new(Location::default(), kind)
    }

    pub(super) fn at_line(line: u64, kind: impl Into<ErrorKind>) -> Self {
        Self::new(Location { line: Some(line), ..Location::default() }, kind)
    }

    pub(super) fn with_path(mut self, path: &Path) -> Self {
        self.0.path = Some(path.to_path_buf());
        self
    }

    /// The file, if it was opened by its path.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// Line, record and field.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.0.location
    }

    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> Option<u64> {
        self.0.location.line
    }

    /// The record, from 1.
    #[must_use]
    pub fn record(&self) -> Option<u64> {
        self.0.location.record
    }

    /// The column.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.0.location.field.as_deref()
    }

    /// What was expected and found.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = self.path() {
            write!(f, "{}: ", path.display())?;
        }
        if *self.location() != Location::default() {
            write!(f, "{}: ", self.location())?;
        }
        write!(f, "{}", self.kind())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.kind() {
            ErrorKind::Io(error) => Some(error),
            ErrorKind::Data(error) => Some(error),
            #[cfg(feature = "arrow")]
            ErrorKind::Arrow(error) => Some(error),
            _ => None,
        }
    }
}
