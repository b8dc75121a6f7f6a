use crate::error::{Error, Result, Undefined};
use crate::num;

/// How the scores of a candidate's steps become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Aggregate {
    /// The weakest step.
    #[default]
    Min,
    /// The strongest step.
    Max,
    /// The last step.
    Last,
    /// The product of all steps.
    Product,
    /// The mean of all steps.
    Mean,
}

impl Aggregate {
    /// The score of some steps.
    ///
    /// # Errors
    /// [`Error::Undefined`] without steps; [`Error::NotFinite`] for a step that is not finite.
    ///
    /// # Examples
    /// ```
    /// use probity::search::Aggregate;
    /// assert_eq!(Aggregate::Min.of(&[0.9, 0.2, 0.7])?, 0.2);
    /// assert_eq!(Aggregate::Last.of(&[0.9, 0.2, 0.7])?, 0.7);
    /// assert!(Aggregate::Mean.of(&[]).unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn of(self, steps: &[f64]) -> Result<f64> {
        num::check_finite("step scores", steps)?;
        let Some(&last) = steps.last() else {
            return Err(Error::undefined("score of a candidate", Undefined::Nothing { what: "steps" }));
        };
        Ok(match self {
            Self::Min => steps.iter().copied().fold(last, f64::min),
            Self::Max => steps.iter().copied().fold(last, f64::max),
            Self::Last => last,
            Self::Product => steps.iter().product(),
            Self::Mean => num::sum(steps.iter().copied()) / steps.len() as f64,
        })
    }
}

/// The best candidate by score.
#[derive(Debug, Clone, PartialEq)]
pub struct BestOfN {
    /// Position of the best candidate; the first on ties.
    pub best: usize,
    /// Every candidate's score.
    pub scores: Vec<f64>,
}

/// The candidate with the greatest score; the first on ties.
///
/// # Undefined
/// Without candidates, or for a candidate without steps.
///
/// # Errors
/// As [`Aggregate::of`].
///
/// # Examples
/// ```
/// use probity::search::{Aggregate, best_of_n};
/// let found = best_of_n(&[vec![0.9, 0.1], vec![0.5, 0.5], vec![0.5]], Aggregate::Min)?;
/// assert_eq!((found.best, found.scores), (1, vec![0.1, 0.5, 0.5]));
/// assert!(best_of_n::<Vec<f64>>(&[], Aggregate::Min).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn best_of_n<S: AsRef<[f64]>>(candidates: &[S], aggregate: Aggregate) -> Result<BestOfN> {
    let scores: Vec<f64> =
        candidates.iter().map(|steps| aggregate.of(steps.as_ref())).collect::<Result<_>>()?;
    let best = first_greatest(&scores)
        .ok_or(Error::undefined("best of N", Undefined::Nothing { what: "candidates" }))?;
    Ok(BestOfN { best, scores })
}

/// Position of the greatest score, the first on ties.
pub(crate) fn first_greatest(scores: &[f64]) -> Option<usize> {
    let mut best = None;
    for (i, &score) in scores.iter().enumerate() {
        if best.is_none_or(|(_, greatest)| score > greatest) {
            best = Some((i, score));
        }
    }
    best.map(|(i, _)| i)
}
