use crate::error::Result;
use crate::inference::{Estimate, Level};
use crate::num;
use crate::preference::{TiedScores, logistic, pairwise_accuracy};
use crate::reward::figures::{check_batch, mean_estimate};

/// Rewards of annotated pairs.
///
/// # Missing values
/// A pair with a missing reward is not a pair: leave it out of all lists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MmRewardPairs<'a> {
    /// Of the chosen responses; of the first of a tie.
    pub chosen: &'a [f64],
    /// Of the rejected responses; of the second of a tie.
    pub rejected: &'a [f64],
    /// Which pairs the annotators hold for ties; none if not given.
    pub ties: Option<&'a [bool]>,
    /// By how much each chosen response should lead; 0 if not given.
    pub margins: Option<&'a [f64]>,
}

/// Weights of [`mm_reward_model_loss`].
///
/// # Source
/// The released trainer's defaults; it has none for ties, whose 1 is ours.
///
/// # Examples
/// ```
/// use probity::reward::MmRewardModelOptions;
/// assert_eq!(MmRewardModelOptions::default().centering, 0.01);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MmRewardModelOptions {
    /// Of the squared differences of ties.
    pub tie_weight: f64,
    /// Of the squared sums of rewards (`center_rewards_coefficient`).
    pub centering: f64,
    /// Of the losses of ranking and ties (`float_rewards_weight`).
    pub reward_weight: f64,
    /// Of the critic's language-modelling losses (`critic_rewards_weight`).
    pub critic_weight: f64,
    /// The critic's losses on chosen and rejected responses; none where no critic is trained (`no_critic`).
    pub critic_losses: Option<(f64, f64)>,
}

impl Default for MmRewardModelOptions {
    fn default() -> Self {
        Self { tie_weight: 1.0, centering: 0.01, reward_weight: 1.0, critic_weight: 1.0, critic_losses: None }
    }
}

/// The loss of a reward model on pairs and ties; see [`mm_reward_model_loss`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MmRewardModelObjective {
    /// Mean over the pairs that are no ties; 0 if all are.
    pub ranking_loss: f64,
    /// Mean squared difference of the ties, without its weight; 0 if there are none.
    pub tie_loss: f64,
    /// The whole.
    pub loss: f64,
    /// Derivative of the whole by each reward of a chosen response.
    pub grad_chosen: Vec<f64>,
    /// Derivative of the whole by each reward of a rejected response.
    pub grad_rejected: Vec<f64>,
}

impl MmRewardPairs<'_> {
    fn check(&self) -> Result<usize> {
        let columns =
            [("rewards of chosen responses", self.chosen), ("rewards of rejected responses", self.rejected)];
        let n = check_batch("reward model loss", "pairs", &columns)?;
        if let Some(ties) = self.ties {
            num::check_same_length("marks of ties", n, ties.len())?;
        }
        if let Some(margins) = self.margins {
            num::check_same_length("margins", n, margins.len())?;
            num::check_finite("margins", margins)?;
        }
        Ok(n)
    }

    fn is_tie(&self, i: usize) -> bool {
        self.ties.is_some_and(|ties| ties[i])
    }
}

/// The loss of a critique-based reward model: ranking, ties, centering, and the critic's own losses.
///
/// ```text
/// ranking = mean over pairs of −ln σ(r_c − r_r − margin)        tie = mean over ties of (r_c − r_r)²
/// L = w_f·(ranking + w_t·tie) + c·mean over all of (r_c + r_r)² + w_c·(critic chosen + critic rejected)
/// ```
///
/// # Undefined
/// Without pairs and ties.
///
/// # Source
/// MM-RLHF's released reward trainer. [`mm_reward_ranking`] tells how well it ranks.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length), [`Error::NotFinite`](crate::Error::NotFinite);
/// [`Error::Undefined`](crate::Error::Undefined) as said; [`Error::Overflow`](crate::Error::Overflow) if the loss leaves
/// the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::{MmRewardModelOptions, MmRewardPairs, mm_reward_model_loss};
/// let pairs = MmRewardPairs {
///     chosen: &[1.0, 2.0],
///     rejected: &[1.0, 1.0],
///     ties: Some(&[false, true]),
///     margins: None,
/// };
/// let found = mm_reward_model_loss(&pairs, &MmRewardModelOptions::default())?;
/// assert_eq!((found.ranking_loss, found.tie_loss), (std::f64::consts::LN_2, 1.0));
/// assert_eq!(found.loss, found.ranking_loss + found.tie_loss + 0.01 * (4.0 + 9.0) / 2.0);
/// let none = MmRewardPairs { chosen: &[], rejected: &[], ties: None, margins: None };
/// assert!(mm_reward_model_loss(&none, &MmRewardModelOptions::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn mm_reward_model_loss(
    pairs: &MmRewardPairs<'_>,
    options: &MmRewardModelOptions,
) -> Result<MmRewardModelObjective> {
    let n = pairs.check()?;
    let (on_chosen, on_rejected) = options.critic_losses.unwrap_or((0.0, 0.0));
    let critic = options.critic_weight * (on_chosen + on_rejected);
    let weights = [options.tie_weight, options.centering, options.reward_weight, critic];
    num::check_finite("weights of the reward model loss and the critic's term", &weights)?;
    let n_ties = (0..n).filter(|&i| pairs.is_tie(i)).count();
    let mean_over = |count: usize| if count == 0 { 0.0 } else { 1.0 / count as f64 };
    let (per_tie, per_pair, per_row) = (mean_over(n_ties), mean_over(n - n_ties), mean_over(n));
    let [mut ranking, mut tie, mut squares] = [num::Sum::default(); 3];
    let (mut grad_chosen, mut grad_rejected) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for i in 0..n {
        let (difference, sum) = (pairs.chosen[i] - pairs.rejected[i], pairs.chosen[i] + pairs.rejected[i]);
        let slope = if pairs.is_tie(i) {
            tie.add(difference * difference);
            options.tie_weight * per_tie * 2.0 * difference
        } else {
            let term = logistic(difference - pairs.margins.map_or(0.0, |margins| margins[i]), 1.0);
            ranking.add(term.value);
            per_pair * term.slope
        };
        squares.add(sum * sum);
        let centering = options.centering * per_row * 2.0 * sum;
        grad_chosen.push(options.reward_weight * slope + centering);
        grad_rejected.push(centering - options.reward_weight * slope);
    }
    // Sums of nothing are 0, and so is their mean.
    let (ranking_loss, tie_loss) = (ranking.value() * per_pair, tie.value() * per_tie);
    let loss = options.reward_weight * (ranking_loss + options.tie_weight * tie_loss)
        + options.centering * squares.value() * per_row
        + critic;
    num::check_range("the reward model loss", grad_chosen.iter().chain(&grad_rejected).chain([&loss]))?;
    Ok(MmRewardModelObjective { ranking_loss, tie_loss, loss, grad_chosen, grad_rejected })
}

/// How a reward model ranks pairs and ties; see [`mm_reward_ranking`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MmRewardRanking {
    /// Share of pairs that are no ties whose chosen response has strictly the greater reward; none if all are ties.
    pub accuracy: Option<Estimate>,
    /// Mean |r_c − r_r| over ties; none if there are none.
    pub tie_margin: Option<Estimate>,
}

/// How often the rewards rank pairs right, and how far apart they leave the responses of a tie.
///
/// # Undefined
/// Without pairs and ties.
///
/// # Source
/// The figures of MM-RLHF's released reward trainer. Wilson's interval for the accuracy, Student's over ties.
///
/// # Errors
/// As [`mm_reward_model_loss`].
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::{MmRewardPairs, mm_reward_ranking};
/// let ties = [false, false, true];
/// let pairs = MmRewardPairs {
///     chosen: &[1.0, 2.0, 3.0],
///     rejected: &[0.0, 2.0, 3.5],
///     ties: Some(&ties),
///     margins: None,
/// };
/// let found = mm_reward_ranking(&pairs, Level::default())?;
/// assert_eq!((found.accuracy.unwrap().value, found.tie_margin.unwrap().value), (0.5, 0.5));
/// let no_ties = MmRewardPairs { ties: None, ..pairs };
/// assert_eq!(mm_reward_ranking(&no_ties, Level::default())?.tie_margin, None);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn mm_reward_ranking(pairs: &MmRewardPairs<'_>, level: Level) -> Result<MmRewardRanking> {
    let n = pairs.check()?;
    let of = |tied: bool| -> (Vec<f64>, Vec<f64>) {
        (0..n).filter(|&i| pairs.is_tie(i) == tied).map(|i| (pairs.chosen[i], pairs.rejected[i])).unzip()
    };
    let (chosen, rejected) = of(false);
    let accuracy =
        pairwise_accuracy(&chosen, &rejected, TiedScores::Wrong, level).map(|found| found.accuracy);
    let (first, second) = of(true);
    let gaps: Vec<f64> = first.iter().zip(&second).map(|(a, b)| (a - b).abs()).collect();
    Ok(MmRewardRanking {
        accuracy: defined(accuracy)?,
        tie_margin: defined(mean_estimate("margin of ties", "ties", &gaps, level))?,
    })
}

/// An undefined figure is none.
fn defined(figure: Result<Estimate>) -> Result<Option<Estimate>> {
    match figure {
        Ok(estimate) => Ok(Some(estimate)),
        Err(error) if error.is_undefined() => Ok(None),
        Err(error) => Err(error),
    }
}
