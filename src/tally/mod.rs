//! Tallies: the counts that figures are computed from, which record, merge and travel.
//!
//! *What is the least I must keep of the data to compute this figure later, or elsewhere?* A [`Tally`] answers with
//! unsigned integers wherever the data allow it: the same judgments give the same tally bit for bit, in any order, in
//! any split, on any number of threads or machines. Tallies are written with `serde` under a format name and a
//! version; reading checks both and every invariant.
//!
//! | tally | of | read by |
//! |---|---|---|
//! | [`PairCounts`] | two raters' codes of the same items | Cohen's kappa and kin |
//! | [`UnitCounts`], [`Patterns`] | how often each category was chosen, by item | Fleiss, Gwet, bootstrap |
//! | [`Coincidences`] | pairs of judgments within items, by number of raters | Krippendorff's alpha |
//! | [`Comparisons`] | who beat whom, how often | Bradley-Terry and kin |
//! | [`Transitions`] | verdicts before and after a correction | everything about self-correction |
//! | [`QuestionTransitions`] | the same, question by question | confidence and critique |
//! | [`RatioBins`] | ratios from 0 to 1 in bins | histograms of edit distances |
//! | [`Verdicts`] | what is right or wrong, and what it was judged to be | the figures of a critic |
//! | [`Moments`], [`UnitMoments`] | sums and squares of numbers, exact | variances, interval alpha |
//! | [`TwoWayMoments`] | sums and squares by item and by rater, exact | the intraclass correlations |
//! | [`PairMoments`] | sums, squares and products of two numbers, exact | Lin's concordance, Bland-Altman |
//! | [`ReliabilityBins`] | confidences and hits | calibration error |
//! | [`ScoreCounts`] | scores of few levels, by class | the area under the ROC curve |

mod coincidence;
mod comparisons;
mod histogram;
mod labelled;
mod moments;
mod pair;
mod pair_moments;
mod pattern;
mod question_transitions;
mod ratio_bins;
mod reliability;
mod score_counts;
pub(crate) mod stored;
mod transitions;
mod two_way;
mod unit;
mod units;
mod verdicts;

pub use coincidence::Coincidences;
pub use comparisons::{Comparison, Comparisons, Side};
pub use labelled::Labelled;
pub use moments::{Moments, UnitMoments};
pub use pair::PairCounts;
pub use pair_moments::PairMoments;
pub use pattern::Patterns;
pub use question_transitions::QuestionTransitions;
pub use ratio_bins::RatioBins;
pub use reliability::{BinClosure, ReliabilityBin, ReliabilityBins};
pub use score_counts::{MannWhitney, ScoreCounts};
pub use transitions::{Mark, Transitions};
pub use two_way::TwoWayMoments;
pub use unit::UnitCounts;
pub(crate) use units::Units;
pub use verdicts::Verdicts;

pub(crate) use unit::Scratch;

use crate::error::{Error, Result};
use crate::ratings::{Labels, Ratings};

/// A mergeable summary of records.
///
/// Recording is order-free, and merging is associative and commutative: any split of the records over any number of
/// tallies, merged in any order, equals one tally of all of them, bit for bit.
pub trait Tally: Sized + Clone {
    /// One observation.
    type Record<'a>;

    /// Adds one observation.
    ///
    /// # Errors
    /// If the observation does not fit the tally (a code outside the labels, a number that is not finite).
    /// The tally is then unchanged.
    fn record(&mut self, record: Self::Record<'_>) -> Result<()>;

    /// Adds all observations of another tally.
    ///
    /// # Errors
    /// [`Error::Merge`] if the tallies describe different things (other labels), [`Error::Overflow`] if a count leaves
    /// 64 bits. The tally is then unchanged.
    fn merge(&mut self, other: &Self) -> Result<()>;

    /// Observations recorded.
    fn records(&self) -> u64;
}

fn check_labels(left: &Labels, right: &Labels) -> Result<()> {
    if left == right {
        return Ok(());
    }
    Err(Error::Merge { what: "labels", left: left.names().join(", "), right: right.names().join(", ") })
}

fn check_code(labels: &Labels, item: usize, rater: usize, code: u32) -> Result<()> {
    if (code as usize) < labels.len() {
        return Ok(());
    }
    Err(Error::Code { item, rater, code: code.into(), categories: labels.len() })
}

/// Ratings whose columns are persons, or an error that names what was asked for.
pub(crate) fn check_identified(metric: &'static str, ratings: &Ratings) -> Result<()> {
    check_identified_as(metric, ratings.has_identified_raters())
}

/// The same for what is known of ratings.
pub(crate) fn check_identified_as(metric: &'static str, identified: bool) -> Result<()> {
    if identified {
        return Ok(());
    }
    Err(Error::Scale { metric, expected: "ratings with identified raters", found: "a table of counts" })
}

/// Two raters that exist and are persons.
fn check_two_raters(ratings: &Ratings, first: usize, second: usize) -> Result<()> {
    check_identified("a table of two raters", ratings)?;
    let len = ratings.n_raters();
    match [first, second].into_iter().find(|&index| index >= len) {
        Some(index) => Err(Error::Index { what: "rater", index, len }),
        None => Ok(()),
    }
}

/// That a tally of so many records has room for more: its total must stay within 64 bits, and so does every count.
pub(crate) fn check_room(records: u64, more: u64) -> Result<()> {
    let total = records.checked_add(more);
    total.map(drop).ok_or(Error::Overflow { what: "the total of a tally" })
}

pub(crate) fn add(count: &mut u64, more: u64) -> Result<()> {
    *count = count.checked_add(more).ok_or(Error::Overflow { what: "a count of a tally" })?;
    Ok(())
}

/// That counts of a file keep within 64 bits all together.
pub(crate) fn check_total(counts: impl IntoIterator<Item = u64>) -> Result<(), String> {
    let mut total = 0;
    counts.into_iter().try_for_each(|n| add(&mut total, n)).map_err(|error| error.to_string())
}

/// Adds the counts of another tally, cell by cell, where there is room for all of them.
pub(crate) fn add_each<'a>(
    mine: impl IntoIterator<Item = &'a mut u64>,
    others: impl IntoIterator<Item = u64>,
) {
    mine.into_iter().zip(others).for_each(|(mine, more)| *mine += more);
}
