use std::ops::RangeInclusive;

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items, rate};

/// Answers on a Likert scale, summed up.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TopBox {
    /// The share of answers from the threshold on, with Wilson's interval.
    pub share: Estimate,
    /// The mean answer, with a t interval.
    pub mean: Estimate,
}

/// The share of answers in the upper boxes of a Likert scale, and the mean.
///
/// # Undefined
/// Without answers.
///
/// # Missing values
/// Who did not answer is left out by the caller.
///
/// # Source
/// The exit survey of arXiv 2404.10636 (5 boxes, threshold 4).
///
/// # Errors
/// [`Error::Argument`] for an answer outside the scale.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::moral_graph::top_box;
/// let found = top_box(&[5, 4, 2, 5], 1..=5, 4, Level::default())?;
/// assert_eq!((found.share.value, found.mean.value), (0.75, 4.0));
/// assert!(top_box(&[6], 1..=5, 4, Level::default()).is_err());
/// assert!(top_box(&[], 1..=5, 4, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn top_box(answers: &[u32], scale: RangeInclusive<u32>, threshold: u32, level: Level) -> Result<TopBox> {
    if answers.is_empty() {
        return Err(Error::undefined("top box", Undefined::Nothing { what: "answers" }));
    }
    if let Some(i) = answers.iter().position(|answer| !scale.contains(answer)) {
        let found = format!("{} at position {i} of a scale {scale:?}", answers[i]);
        return Err(Error::argument("answers", "answers on the scale", found));
    }
    let top = answers.iter().filter(|&&answer| answer >= threshold).count() as u64;
    let share = rate("top box", "the number of answers", top, answers.len() as u64, level)?;
    let numbers: Vec<f64> = answers.iter().map(|&answer| answer.into()).collect();
    let bounds = (f64::from(*scale.start()), f64::from(*scale.end()));
    Ok(TopBox { share, mean: mean_over_items("mean answer", "answers", &numbers, bounds, level)? })
}
