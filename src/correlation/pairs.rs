use crate::error::{Error, Result, Undefined};
use crate::num::check_same_length;

/// The pairs in which both values are there: pairwise deletion.
///
/// A value is missing if it is `None` or NaN; slices of `f64` and of `Option<f64>` both go in.
///
/// # Errors
/// [`Error::Length`] if the slices differ in length.
///
/// # Examples
/// ```
/// use probity::correlation::complete_pairs;
/// let (x, y) = complete_pairs(&[Some(1.0), None, Some(3.0)], &[Some(4.0), Some(5.0), Some(6.0)])?;
/// assert_eq!((x, y), (vec![1.0, 3.0], vec![4.0, 6.0]));
/// let (x, _) = complete_pairs(&[1.0, f64::NAN], &[f64::NAN, 2.0])?;
/// assert!(x.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn complete_pairs<T: Into<Option<f64>> + Copy>(x: &[T], y: &[T]) -> Result<(Vec<f64>, Vec<f64>)> {
    check_same_length("y", x.len(), y.len())?;
    let present = |v: T| v.into().filter(|v: &f64| !v.is_nan());
    Ok(x.iter().zip(y).filter_map(|(&a, &b)| present(a).zip(present(b))).unzip())
}

/// Refuses what no rank can be given to: slices of different lengths, NaN, fewer than two pairs.
pub(super) fn check_rankable(metric: &'static str, x: &[f64], y: &[f64]) -> Result<()> {
    check_same_length("y", x.len(), y.len())?;
    for (what, values) in [("x", x), ("y", y)] {
        // A pass without an early exit vectorises; the position is looked for only if there is one.
        if values.iter().fold(false, |found, v| found | v.is_nan())
            && let Some(index) = values.iter().position(|v| v.is_nan())
        {
            return Err(Error::NotFinite { what, index, value: f64::NAN.to_string() });
        }
    }
    check_enough(metric, x.len() as u64)
}

pub(super) fn check_enough(metric: &'static str, found: u64) -> Result<()> {
    if found >= 2 {
        return Ok(());
    }
    Err(Error::undefined(metric, Undefined::TooFew { what: "pairs", needed: 2, found }))
}

/// The undefined result of a variable without variance.
pub(super) fn constant(metric: &'static str, what: &'static str) -> Error {
    Error::undefined(metric, Undefined::NoVariance { what })
}
