use crate::error::Result;
use crate::inference::{Estimate, Level};
use crate::reward::figures::{check_batch, mean_estimate, share};

/// How a reward model ranks pairs; see [`reward_accuracy`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RewardAccuracy {
    /// Share of pairs whose chosen response has strictly the greater reward.
    pub accuracy: Estimate,
    /// Mean of chosen minus rejected.
    pub margin: Estimate,
    /// Pairs of equal rewards: they count as wrong.
    pub ties: u64,
}

/// How often a reward model gives the chosen response more than the rejected one, and how much more.
///
/// ```text
/// accuracy = #(r_c > r_r)/n        margin = mean(r_c − r_r)
/// ```
///
/// # Undefined
/// Without pairs.
///
/// # Missing values
/// A pair with a missing reward is not a pair: leave it out.
///
/// # Source
/// The accuracy of the released reward trainers of Secrets of RLHF and MM-RLHF, and of sequence-to-sequence reward
/// models: a tie is no success. Wilson's interval for the accuracy, Student's over pairs for the margin.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length), [`Error::NotFinite`](crate::Error::NotFinite);
/// [`Error::Undefined`](crate::Error::Undefined) as said.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::reward_accuracy;
/// let found = reward_accuracy(&[1.0, 2.0, 0.5, 3.0], &[0.0, 2.0, 1.0, 1.0], Level::default())?;
/// assert_eq!((found.accuracy.value, found.margin.value, found.ties), (0.5, 0.625, 1));
/// assert!(reward_accuracy(&[], &[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn reward_accuracy(chosen: &[f64], rejected: &[f64], level: Level) -> Result<RewardAccuracy> {
    let columns = [("rewards of chosen responses", chosen), ("rewards of rejected responses", rejected)];
    check_batch("reward accuracy", "pairs", &columns)?;
    let pairs = || chosen.iter().zip(rejected);
    let margins: Vec<f64> = pairs().map(|(c, r)| c - r).collect();
    Ok(RewardAccuracy {
        accuracy: share("reward accuracy", "the number of pairs", pairs().map(|(c, r)| c > r), level)?,
        margin: mean_estimate("reward margin", "pairs", &margins, level)?,
        ties: pairs().filter(|(c, r)| c == r).count() as u64,
    })
}
