use crate::correlation::{Options, complete_pairs, kendall_tau_b, pearson, spearman};
use crate::error::Result;
use crate::inference::{Estimate, Level};
use crate::reward::figures::{check_columns, mean_estimate, share};

/// How a judge's scores agree with the gold ones; see [`sr_scoring`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SrScoring {
    /// Share of scores that are exactly right.
    pub accuracy: Estimate,
    /// Mean |score − gold|.
    pub mean_absolute_error: Estimate,
    /// Pearson's correlation; undefined if a variable is constant.
    pub pearson: Result<Estimate>,
    /// Spearman's, likewise.
    pub spearman: Result<Estimate>,
    /// Kendall's tau-b, likewise.
    pub kendall_tau_b: Result<Estimate>,
}

/// Accuracy, error and correlations of a judge's scores.
///
/// For a benchmark of pairs compare the scores of chosen and rejected with
/// [`pairwise_accuracy`](crate::preference::pairwise_accuracy): ties count half, or are wrong.
///
/// # Undefined
/// Without an input that has both scores.
///
/// # Missing values
/// Inputs without one of the two scores are left out.
///
/// # Source
/// Trivedi et al., Self-rationalization, the figures of fine-grained scoring. Wilson's interval for the accuracy,
/// Student's over inputs for the error.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length), [`Error::NotFinite`](crate::Error::NotFinite);
/// [`Error::Undefined`](crate::Error::Undefined) as said.
///
/// # Complexity
/// O(n log n).
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::sr_scoring;
/// let found = sr_scoring(&[Some(3.0), Some(3.0), None], &[3.0, 4.0, 5.0].map(Some), Level::default())?;
/// assert_eq!((found.accuracy.value, found.mean_absolute_error.value), (0.5, 0.5));
/// assert!(found.pearson.unwrap_err().is_undefined());
/// assert!(sr_scoring(&[], &[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn sr_scoring(predicted: &[Option<f64>], gold: &[Option<f64>], level: Level) -> Result<SrScoring> {
    let (predicted, gold) = complete_pairs(predicted, gold)?;
    check_columns(&[("predicted scores", &predicted), ("gold scores", &gold)])?;
    let inputs = || predicted.iter().zip(&gold);
    let errors: Vec<f64> = inputs().map(|(p, g)| (p - g).abs()).collect();
    let options = Options::new().level(level);
    Ok(SrScoring {
        accuracy: share("accuracy", "the number of inputs", inputs().map(|(p, g)| p == g), level)?,
        mean_absolute_error: mean_estimate("mean absolute error", "inputs", &errors, level)?,
        pearson: pearson(&predicted, &gold, &options),
        spearman: spearman(&predicted, &gold, &options),
        kendall_tau_b: kendall_tau_b(&predicted, &gold, &options),
    })
}
