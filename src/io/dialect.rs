use std::path::Path;

use crate::io::{Error, ErrorKind, Result};

/// How records are laid out in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A record a line (or more, within quotes), fields separated by this byte.
    Delimited(u8),
    /// A JSON object a line.
    JsonLines,
    /// One JSON array of objects.
    JsonArray,
    /// Apache Parquet, of which only the columns asked for are read. From a path it is read by row groups; from another
    /// source it is held as a whole, because a Parquet file says at its end where its columns are.
    #[cfg(feature = "arrow")]
    Parquet,
}

impl Format {
    /// Comma-separated values.
    pub const CSV: Self = Self::Delimited(b',');
    /// Tab-separated values.
    pub const TSV: Self = Self::Delimited(b'\t');

    /// The format that a path's extension stands for: `csv`; `tsv`, `tab`; `jsonl`, `ndjson`; `json` (an array); with the feature
    /// `arrow` also `parquet` and `pq`.
    #[must_use]
    pub fn from_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::CSV),
            "tsv" | "tab" => Some(Self::TSV),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "json" => Some(Self::JsonArray),
            #[cfg(feature = "arrow")]
            "parquet" | "pq" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// How a file is written: its format, its header, and which words mean *missing*.
///
/// # Missing values
/// Unless said otherwise, the empty field and `NA`, `N/A`, `NaN`, `nan`, `null`, `NULL` are missing, as are JSON's
/// `null`, an absent key, and the bare tokens `NaN`, `Infinity` and `-Infinity` that some writers put into JSON. In Arrow
/// and Parquet a null and a NaN are missing too.
///
/// # Examples
/// ```
/// use probity::io::{Dialect, Format, LongTable, Strictness};
/// let dialect = Dialect::new().format(Format::Delimited(b';')).header(false).missing(["-1"]);
/// let import = LongTable::new(0, 1, 2)
///     .dialect(dialect)
///     .read_from("q1;ann;3\nq1;bob;-1\n".as_bytes(), Strictness::Strict)?;
/// assert_eq!((import.ratings.n_raters(), import.report.missing), (2, 1));
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    pub(super) format: Option<Format>,
    pub(super) header: bool,
    pub(super) quoting: bool,
    pub(super) trim: bool,
    missing: Vec<String>,
    /// Bytes in the longest missing marker: most fields need no comparison.
    longest_marker: usize,
}

impl Default for Dialect {
    fn default() -> Self {
        Self::new()
    }
}

impl Dialect {
    /// Format by extension (CSV if there is no path), with a header, quotes, blanks trimmed, the usual missing markers.
    #[must_use]
    pub fn new() -> Self {
        let plain = Self {
            format: None,
            header: true,
            quoting: true,
            trim: true,
            missing: Vec::new(),
            longest_marker: 0,
        };
        plain.missing(["", "NA", "N/A", "NaN", "nan", "null", "NULL"])
    }

    /// Sets the format, whatever the extension.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// Whether the first record names the columns. JSON Lines has names in every record and no header.
    #[must_use]
    pub fn header(mut self, header: bool) -> Self {
        self.header = header;
        self
    }

    /// Whether `"` encloses fields that hold delimiters, line breaks or doubled quotes. Off, it is a letter like others.
    #[must_use]
    pub fn quoting(mut self, quoting: bool) -> Self {
        self.quoting = quoting;
        self
    }

    /// Whether blanks around names and fields are dropped.
    #[must_use]
    pub fn trim(mut self, trim: bool) -> Self {
        self.trim = trim;
        self
    }

    /// The fields that mean a missing value, instead of the usual ones; compared after trimming.
    #[must_use]
    pub fn missing<S: Into<String>>(mut self, markers: impl IntoIterator<Item = S>) -> Self {
        self.missing = markers.into_iter().map(Into::into).collect();
        self.longest_marker = self.missing.iter().map(String::len).max().unwrap_or(0);
        self
    }

    /// The format to read a path with.
    pub(super) fn format_of(&self, path: &Path) -> Result<Format> {
        self.format.or_else(|| Format::from_path(path)).ok_or_else(|| {
            let found = path.extension().unwrap_or_default().to_string_lossy().into_owned();
            Error::of_file(ErrorKind::UnknownFormat { found })
        })
    }

    #[inline]
    pub(super) fn is_missing(&self, field: &str) -> bool {
        field.len() <= self.longest_marker && self.missing.iter().any(|marker| marker == field)
    }

    #[inline]
    pub(super) fn trimmed<'a>(&self, field: &'a str) -> &'a str {
        let blank = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
        let bytes = field.as_bytes();
        if self.trim && (blank(bytes.first()) || blank(bytes.last())) { field.trim_ascii() } else { field }
    }
}

/// A column, by name or by position (from 0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// The column whose name in the header, or whose JSON key, is this.
    Name(String),
    /// The column at this position, from 0.
    Position(usize),
}

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => write!(f, "{name:?}"),
            Self::Position(position) => write!(f, "at position {position}"),
        }
    }
}

impl Column {
    /// Its position among some names; without a header only positions are known.
    pub(super) fn find(&self, names: &[String], has_names: bool) -> Result<usize, ErrorKind> {
        let unknown =
            |nearest| ErrorKind::UnknownColumn { wanted: self.to_string(), columns: names.to_vec(), nearest };
        match self {
            Self::Position(position) if *position < names.len() => Ok(*position),
            Self::Position(_) => Err(unknown(None)),
            Self::Name(_) if !has_names => Err(ErrorKind::Data(crate::Error::argument(
                "column",
                "a position, because the file is read without a header",
                self,
            ))),
            Self::Name(name) => {
                let mut found = names.iter().enumerate().filter(|(_, n)| *n == name).map(|(i, _)| i);
                match (found.next(), found.next()) {
                    (Some(first), Some(second)) => {
                        Err(ErrorKind::ColumnTwice { name: name.clone(), first, second })
                    }
                    (Some(position), None) => Ok(position),
                    (None, _) => Err(unknown(nearest(name, names))),
                }
            }
        }
    }
}

impl From<&str> for Column {
    fn from(name: &str) -> Self {
        Self::Name(name.to_string())
    }
}

impl From<String> for Column {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

impl From<usize> for Column {
    fn from(position: usize) -> Self {
        Self::Position(position)
    }
}

/// One column or several that together name a thing: an item may be a row and a condition.
///
/// Several are joined with `:` (a `:` or `\` within one is escaped by `\`, so that different parts never give the same
/// name).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(pub(super) Vec<Column>);

impl<T: Into<Column>, const N: usize> From<[T; N]> for Columns {
    fn from(columns: [T; N]) -> Self {
        Self(columns.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Column>> From<Vec<T>> for Columns {
    fn from(columns: Vec<T>) -> Self {
        Self(columns.into_iter().map(Into::into).collect())
    }
}

macro_rules! single_column {
    ($($t:ty),+) => {
        $(impl From<$t> for Columns {
            fn from(column: $t) -> Self {
                Self(vec![column.into()])
            }
        })+
    };
}
single_column!(&str, String, usize, Column);

/// The name nearest to a misspelt one, if it is near at all.
fn nearest(wanted: &str, names: &[String]) -> Option<String> {
    let wanted = wanted.trim().to_lowercase();
    let reach = wanted.chars().count().div_ceil(3);
    let distance = |name: &String| edits(&wanted, &name.trim().to_lowercase());
    let best = names.iter().min_by_key(|name| distance(name))?;
    (distance(best) <= reach).then(|| best.clone())
}

/// Levenshtein's distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, &y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{edits, nearest};

    #[test]
    fn the_nearest_name_is_near() {
        let names = ["item", "Rater", "label"].map(String::from);
        assert_eq!(nearest("rater", &names).as_deref(), Some("Rater"));
        assert_eq!(nearest("lable", &names).as_deref(), Some("label"));
        assert_eq!(nearest("labels", &names).as_deref(), Some("label"));
        assert_eq!(nearest("worker", &names), None);
        assert_eq!((edits("kitten", "sitting"), edits("", "abc")), (3, 3));
    }
}
