use std::path::PathBuf;

use crate::io::{Location, Reason};

/// What follows from a row that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// The first such row is an error.
    Strict,
    /// Such rows are left out and listed in the [`ImportReport`].
    Lenient,
}

/// A row, or in a wide table a cell, that was left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Skipped {
    /// Where it is.
    pub location: Location,
    /// Why it was left out.
    pub reason: Reason,
}

impl std::fmt::Display for Skipped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.location, self.reason)
    }
}

/// What was read and what was left out.
///
/// In a long or pairwise table every row is a judgment, missing or skipped: the three add up to
/// [`rows`](Self::rows). In a wide table the same holds of its cells, except that a row which cannot be read at all is
/// skipped as one. In the log of a tool a record can hold several judgments, or none.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ImportReport {
    /// The file, if it was opened by its path.
    pub path: Option<PathBuf>,
    /// Records in the file; neither a header nor blank lines count.
    pub rows: u64,
    /// Records that there should be, where the file says so: a log may leave out what it counted.
    pub announced: Option<u64>,
    /// Judgments that are in the result.
    pub judgments: u64,
    /// Judgments whose label is empty or a missing marker.
    pub missing: u64,
    /// What the file says of itself beside its judgments, in its words and order (the model, the task, figures that the
    /// tool reports), and what the reader counted in it; the importers say which.
    pub facts: Vec<(String, String)>,
    /// What was left out, in the order in which it was found out (repeated judgments last).
    pub skipped: Vec<Skipped>,
}

impl ImportReport {
    /// What the file says of itself under this name.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.iter().find(|(known, _)| known == name).map(|(_, fact)| fact.as_str())
    }
}
