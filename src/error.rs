//! Errors of the library: wrong input, and figures that are mathematically undefined.
//!
//! A caller meets three outcomes: a value, [`Error::Undefined`] (the data are fine, the figure does not
//! exist for them), and any other variant (the input is wrong; the message names what was expected and
//! what was found). Errors of reading files are [`crate::io::Error`] when the feature `io` is on.

use thiserror::Error;

/// The result of every fallible function of the crate outside [`crate::io`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a figure does not exist for the data given.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Undefined {
    /// There is nothing to compute from.
    #[error("there are no {what}")]
    Nothing {
        /// What is absent, in the plural (`items`, `judgments`, `complete rows`).
        what: &'static str,
    },
    /// There is too little to compute from.
    #[error("it needs at least {needed} {what}, found {found}")]
    TooFew {
        /// What there is too little of, in the plural.
        what: &'static str,
        /// The smallest number for which the figure is defined.
        needed: u64,
        /// The number found.
        found: u64,
    },
    /// No item carries two ratings, so no pair of judgments can be compared.
    #[error("no item has two or more ratings, so nothing can be paired")]
    NothingPairable,
    /// All judgments fall into one category, so chance agreement is 1 (expected disagreement 0).
    #[error("all judgments are the same category, so agreement by chance is certain")]
    OneCategory,
    /// Chance agreement is 1 (expected disagreement 0) although several categories are in use.
    #[error("agreement by chance is certain (expected agreement 1, expected disagreement 0)")]
    ChanceIsCertain,
    /// A quantity that the figure divides by has no variance.
    #[error("{what} does not vary")]
    NoVariance {
        /// The quantity that is constant.
        what: &'static str,
    },
    /// Too many resamples have no value, so their spread would describe the others only.
    #[error("{undefined} of {resamples} resamples have no value, allowed are {allowed}")]
    Resamples {
        /// Resamples without a value.
        undefined: u64,
        /// Resamples drawn.
        resamples: u64,
        /// The greatest number that may be without a value.
        allowed: u64,
    },
    /// Some contenders stand apart from all others, so that nothing bounds how far.
    #[error("{contenders} {relation} the others, so their distance is unbounded")]
    Apart {
        /// The names of the contenders that stand apart, joined for reading.
        contenders: String,
        /// How they stand to the others (`never lost to`).
        relation: &'static str,
    },
    /// A likelihood grows without end in a direction, so no parameters are the best.
    #[error("the likelihood has no maximum: {why}")]
    NoMaximum {
        /// In which direction it grows.
        why: &'static str,
    },
    /// A denominator is zero for another reason.
    #[error("{what} is zero")]
    ZeroDenominator {
        /// The denominator, in words.
        what: &'static str,
    },
}

/// What can go wrong outside of files.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum Error {
    /// The input is well formed but the figure does not exist for it.
    #[error("{metric} is undefined: {reason}")]
    Undefined {
        /// The figure asked for.
        metric: &'static str,
        /// Why it does not exist.
        reason: Undefined,
    },
    /// Two lengths that must agree do not, or a length is not a multiple of the row length.
    #[error("{what}: expected length {expected}, found {found}")]
    Length {
        /// Which argument.
        what: &'static str,
        /// The length it should have.
        expected: usize,
        /// The length it has.
        found: usize,
    },
    /// A category code lies outside the declared categories.
    #[error(
        "item {item}, rater {rater}: code {code} is not one of the {categories} categories 0..{categories}"
    )]
    Code {
        /// Item index.
        item: usize,
        /// Rater index.
        rater: usize,
        /// The code found.
        code: u64,
        /// The number of categories.
        categories: usize,
    },
    /// An index points outside what there is.
    #[error("{what} {index} does not exist: there are {len}")]
    Index {
        /// What is indexed (`item`, `rater`, `category`).
        what: &'static str,
        /// The index asked for.
        index: usize,
        /// How many there are.
        len: usize,
    },
    /// A label that was not declared.
    #[error("row {row}: label {label:?} is not among the declared labels: {declared}")]
    UnknownLabel {
        /// Row number, counted from 0 in the order of the calls.
        row: usize,
        /// The label found.
        label: String,
        /// The declared labels, joined for reading.
        declared: String,
    },
    /// A label that should be a finite number.
    #[error("row {row}: expected a finite number on {scale} scale, found {label:?}")]
    NotANumber {
        /// Row number, counted from 0 in the order of the calls.
        row: usize,
        /// The scale that needs numbers.
        scale: &'static str,
        /// The label found.
        label: String,
    },
    /// One rater rated one item twice.
    #[error("item {item:?}, rater {rater:?}: rated twice, in row {first} and in row {second}")]
    Duplicate {
        /// Item name or index.
        item: String,
        /// Rater name or index.
        rater: String,
        /// Row of the first rating, counted from 0.
        first: usize,
        /// Row of the second rating, counted from 0.
        second: usize,
    },
    /// A number that must be finite is not.
    #[error("{what}: expected a finite number, found {value} at position {index}")]
    NotFinite {
        /// Which argument.
        what: &'static str,
        /// Position in the argument.
        index: usize,
        /// The value found, written out.
        value: String,
    },
    /// The data have another level of measurement than the figure needs.
    #[error("{metric} needs {expected}, found {found}")]
    Scale {
        /// The figure asked for.
        metric: &'static str,
        /// What it needs.
        expected: &'static str,
        /// What the data are.
        found: &'static str,
    },
    /// An option or argument outside its range.
    #[error("{name}: expected {expected}, found {found}")]
    Argument {
        /// The argument.
        name: &'static str,
        /// What is allowed.
        expected: &'static str,
        /// What was given, written out.
        found: String,
    },
    /// Two tallies that describe different things cannot be merged.
    #[error("tallies cannot be merged: {what} differ ({left} against {right})")]
    Merge {
        /// What differs.
        what: &'static str,
        /// The value in the tally merged into.
        left: String,
        /// The value in the other tally.
        right: String,
    },
    /// A count left the range of 64 bits, or an index that of its integer type.
    #[error("{what} overflows")]
    Overflow {
        /// What overflowed.
        what: &'static str,
    },
    /// An iteration did not settle within its bound.
    #[error("{metric}: no convergence within {iterations} iterations")]
    NoConvergence {
        /// The figure asked for.
        metric: &'static str,
        /// Iterations done.
        iterations: u64,
    },
    /// A progress callback asked to stop.
    #[error("stopped by the progress callback")]
    Cancelled,
}

impl Error {
    /// Shorthand for [`Error::Undefined`].
    pub(crate) fn undefined(metric: &'static str, reason: Undefined) -> Self {
        Self::Undefined { metric, reason }
    }

    /// Shorthand for [`Error::Argument`].
    pub(crate) fn argument(
        name: &'static str,
        expected: &'static str,
        found: impl std::fmt::Display,
    ) -> Self {
        Self::Argument { name, expected, found: format!("{found}") }
    }

    /// Whether the data are fine and the figure just does not exist for them.
    #[must_use]
    pub fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined { .. })
    }
}
