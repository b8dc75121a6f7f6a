use crate::error::Result;
use crate::inference::{Estimate, Level, rate};
use crate::tally::{RatioBins, Tally};
use crate::text::edit_parts;

/// Share of problems whose two answers differ (SCoRe, figure 6), with Wilson's interval.
///
/// # Undefined
/// Without problems.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length) if the two differ in length; [`Error::Undefined`](crate::Error::Undefined) as
/// above.
///
/// # Examples
/// ```
/// use probity::correction::changed_answer_rate;
/// use probity::inference::Level;
/// let rate = changed_answer_rate(&["4", "4", "7", "1", "9"], &["4", "5", "7", "2", "9"], Level::default())?;
/// assert_eq!(rate.value, 0.4);
/// assert!(changed_answer_rate::<&str>(&[], &[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn changed_answer_rate<T: PartialEq>(first: &[T], second: &[T], level: Level) -> Result<Estimate> {
    crate::num::check_same_length("second answers", first.len(), second.len())?;
    let changed = first.iter().zip(second).filter(|(a, b)| a != b).count() as u64;
    rate("changed answer rate", "the number of answers", changed, first.len() as u64, level)
}

/// Histogram of how far second answers are from first ones: edit distance over both lengths, in `bins` bins.
///
/// ```text
/// ratio = Levenshtein(first, second)/(|first| + |second|), in characters; 0 for two empty texts
/// ```
///
/// A model that has learnt not to correct piles up at 0; one that has learnt to change nothing but the end, near it.
/// Histograms of shards merge ([`RatioBins`]).
///
/// # Source
/// Kumar et al. 2024 (SCoRe), figure 4. The number of bins is ours.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length) if the two differ in length; [`Error::Argument`](crate::Error::Argument) for
/// no bins or more than 2²⁰.
///
/// # Complexity
/// The product of the lengths of each pair.
///
/// # Examples
/// ```
/// use probity::correction::edit_ratio_histogram;
/// let bins = edit_ratio_histogram(&["x=2 so 4", "same", ""], &["x=3 so 9", "same", ""], 8)?;
/// assert_eq!(bins.counts()[..2], [2, 1]);
/// assert!(edit_ratio_histogram(&["a"], &[], 8).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn edit_ratio_histogram<S: AsRef<str>>(first: &[S], second: &[S], bins: usize) -> Result<RatioBins> {
    crate::num::check_same_length("second answers", first.len(), second.len())?;
    let mut histogram = RatioBins::new(bins)?;
    for (a, b) in first.iter().zip(second) {
        let (distance, both) = edit_parts(a.as_ref(), b.as_ref());
        histogram.record((distance as u64, both as u64))?;
    }
    Ok(histogram)
}
