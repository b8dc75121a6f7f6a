use crate::correlation::Concordance;
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items};
use crate::num;
use crate::preference::judged::greatest_and_least;
use crate::preference::{ChosenRejected, PairLogProbs, PairObjective, SoftLabels, soft_label_loss};

/// How alike two rankings of the same responses are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ConsistencyMethod {
    /// (τ + 1)/2 with Kendall's τ.
    #[default]
    Kendall,
    /// (ρ + 1)/2 with Spearman's ρ.
    Spearman,
    /// 1 if both models have the same best and the same worst response, else 0.
    TopOrder,
    /// What the released code tests under that name: 1 if the first response of the list has the same rank with both and
    /// the last one too.
    TopOrderReleased,
}

/// A prompt's responses with their rewards by two models; `None` where a reward is missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CreamPrompt<'a> {
    /// By the current model.
    pub current: &'a [Option<f64>],
    /// By the previous one.
    pub previous: &'a [Option<f64>],
}

/// Ranks from 1, ascending; equal scores get increasing ranks in the order of their appearance.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// None are allowed. No ties survive.
///
/// # Source
/// The `ordinal` method of scipy's `rankdata`, which CREAM's released code uses.
///
/// # Errors
/// [`Error::NotFinite`] for a score that is not finite.
///
/// # Examples
/// ```
/// use probity::preference::ordinal_ranks;
/// assert_eq!(ordinal_ranks(&[2.0, 1.0, 2.0])?, [2, 1, 3]);
/// assert!(ordinal_ranks(&[])?.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn ordinal_ranks(scores: &[f64]) -> Result<Vec<u64>> {
    num::check_finite("scores", scores)?;
    let mut order: Vec<usize> = (0..scores.len()).collect();
    // −0 equals 0.
    order.sort_by(|&i, &j| (scores[i] + 0.0).total_cmp(&(scores[j] + 0.0)));
    let mut ranks = vec![0; scores.len()];
    order.into_iter().zip(1..).for_each(|(i, rank)| ranks[i] = rank);
    Ok(ranks)
}

/// CREAM's consistency of a prompt: how alike the current and the previous model rank its responses, from 0 to 1.
///
/// ```text
/// ranks: ordinal, ascending
/// Kendall (τ + 1)/2, τ = (concordant − discordant)/(n(n − 1)/2)
/// Spearman (ρ + 1)/2, ρ = 1 − 6·Σd²/(n(n² − 1))
/// ```
///
/// # Undefined
/// Never an error: `None` where CREAM skips the prompt, which it does for lists that differ in length, with a missing
/// reward, or with fewer than two responses.
///
/// # Missing values
/// One skips the prompt. Ties: ranked in the order of appearance, so none are left.
///
/// # Source
/// Wang et al. 2024 (CREAM), equation 8 (Kendall), and its released code for the others.
///
/// # Errors
/// [`Error::NotFinite`] for a reward that is not finite.
///
/// # Complexity
/// O(n log n).
///
/// # Examples
/// ```
/// use probity::preference::{ConsistencyMethod, cream_consistency};
/// let current = [Some(1.0), Some(2.0), Some(3.0)];
/// let previous = [Some(30.0), Some(10.0), Some(20.0)];
/// let found = cream_consistency(&current, &previous, ConsistencyMethod::Kendall)?;
/// assert!((found.unwrap() - 1.0 / 3.0).abs() < 1e-15);
/// assert_eq!(cream_consistency(&current, &[Some(1.0), None, Some(2.0)], ConsistencyMethod::Kendall)?, None);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn cream_consistency(
    current: &[Option<f64>],
    previous: &[Option<f64>],
    method: ConsistencyMethod,
) -> Result<Option<f64>> {
    let ranks = |rewards: &[Option<f64>]| {
        rewards.iter().copied().collect::<Option<Vec<f64>>>().map(|r| ordinal_ranks(&r)).transpose()
    };
    let (Some(current), Some(previous)) = (ranks(current)?, ranks(previous)?) else { return Ok(None) };
    let n = current.len();
    if n != previous.len() || n < 2 {
        return Ok(None);
    }
    let same_place_of = |rank: u64| {
        let place = |ranks: &[u64]| ranks.iter().position(|&r| r == rank);
        place(&current) == place(&previous)
    };
    let share = |yes: bool| if yes { 1.0 } else { 0.0 };
    Ok(Some(match method {
        ConsistencyMethod::Kendall => {
            let of = |ranks: &[u64]| ranks.iter().map(|&r| r as f64).collect::<Vec<_>>();
            let pairs = Concordance::from_pairs(&of(&current), &of(&previous))?;
            // Without ties (τ + 1)/2 is the share of concordant pairs.
            pairs.concordant() as f64 / (pairs.concordant() + pairs.discordant()) as f64
        }
        ConsistencyMethod::Spearman => {
            let squares =
                num::sum(current.iter().zip(&previous).map(|(&a, &b)| (a as f64 - b as f64).powi(2)));
            let n = n as f64;
            1.0 - 3.0 * squares / (n * (n * n - 1.0))
        }
        ConsistencyMethod::TopOrder => share(same_place_of(n as u64) && same_place_of(1)),
        ConsistencyMethod::TopOrderReleased => {
            share(current.first() == previous.first() && current.last() == previous.last())
        }
    }))
}

/// CREAM's pair of a prompt: the responses with the greatest and the least reward of the current model.
///
/// `None` where these are one response, or a reward is missing.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// One gives no pair. Ties: the first.
///
/// # Source
/// Wang et al. 2024 (CREAM), section 4.3 and its released code.
///
/// # Errors
/// [`Error::NotFinite`] for a reward that is not finite.
///
/// # Examples
/// ```
/// use probity::preference::{ChosenRejected, cream_pair};
/// let rewards = [Some(0.1), Some(0.3), Some(0.3), Some(0.0)];
/// assert_eq!(cream_pair(&rewards)?, Some(ChosenRejected { chosen: 1, rejected: 3 }));
/// assert_eq!(cream_pair(&[Some(0.1), None])?, None);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn cream_pair(rewards: &[Option<f64>]) -> Result<Option<ChosenRejected>> {
    let Some(rewards) = rewards.iter().copied().collect::<Option<Vec<f64>>>() else { return Ok(None) };
    num::check_finite("rewards", &rewards)?;
    Ok(greatest_and_least(rewards.into_iter().map(Some)))
}

/// CREAM's figures of a data set: the consistency of its prompts and the pairs to learn from.
///
/// # Undefined
/// The mean without a prompt that counts; the standard deviation with fewer than two.
///
/// # Missing values
/// Prompts that [`cream_consistency`] skips stay out of the figures; their pairs may still exist, as a pair needs the
/// current model's rewards only.
///
/// # Intervals
/// Student's t over prompts for the mean, within 0..1.
///
/// # Source
/// As [`cream_consistency`]. After skipping prompts the released code pairs consistencies with the wrong prompts; here
/// each keeps its place. 1 − mean is the rate at which labels are flipped.
///
/// # Errors
/// As [`cream_dataset`].
///
/// # Examples
/// See [`cream_dataset`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CreamDataset {
    /// Of each prompt; `None` where it is skipped.
    pub per_prompt: Vec<Option<f64>>,
    /// Each prompt's pair, if it has one.
    pub pairs: Vec<Option<ChosenRejected>>,
    /// The mean over the prompts that count.
    pub mean: Result<Estimate>,
    /// The least consistency.
    pub min: Option<f64>,
    /// The greatest.
    pub max: Option<f64>,
    /// The sample standard deviation over the prompts that count.
    pub standard_deviation: Result<f64>,
    /// How many prompts count.
    pub valid: u64,
}

/// Consistency and pairs of all prompts: see [`CreamDataset`].
///
/// # Errors
/// [`Error::NotFinite`] for a reward that is not finite.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::preference::{ConsistencyMethod, CreamPrompt, cream_dataset};
/// let rewards = [Some(0.1), Some(0.3)];
/// let prompts = [
///     CreamPrompt { current: &rewards, previous: &rewards },
///     CreamPrompt { current: &rewards, previous: &[Some(1.0), Some(0.5)] },
///     CreamPrompt { current: &rewards, previous: &[None, Some(0.5)] },
/// ];
/// let found = cream_dataset(&prompts, ConsistencyMethod::Kendall, Level::default())?;
/// assert_eq!(found.per_prompt, [Some(1.0), Some(0.0), None]);
/// assert_eq!((found.mean?.value, found.valid), (0.5, 2));
/// let nothing = cream_dataset(&[], ConsistencyMethod::Kendall, Level::default())?;
/// assert!(nothing.mean.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn cream_dataset(
    prompts: &[CreamPrompt<'_>],
    method: ConsistencyMethod,
    level: Level,
) -> Result<CreamDataset> {
    let per_prompt: Vec<Option<f64>> =
        prompts.iter().map(|p| cream_consistency(p.current, p.previous, method)).collect::<Result<_>>()?;
    let valid: Vec<f64> = per_prompt.iter().flatten().copied().collect();
    let mean = mean_over_items("ranking consistency", "prompts that count", &valid, (0.0, 1.0), level);
    let standard_deviation = match &mean {
        Ok(mean) if valid.len() > 1 => {
            let squares = num::sum(valid.iter().map(|c| (c - mean.value).powi(2)));
            Ok((squares / (valid.len() as f64 - 1.0)).sqrt())
        }
        _ => {
            let found = valid.len() as u64;
            let reason = Undefined::TooFew { what: "prompts that count", needed: 2, found };
            Err(Error::undefined("standard deviation of consistency", reason))
        }
    };
    Ok(CreamDataset {
        pairs: prompts.iter().map(|p| cream_pair(p.current)).collect::<Result<_>>()?,
        mean,
        min: valid.iter().copied().reduce(f64::min),
        max: valid.iter().copied().reduce(f64::max),
        standard_deviation,
        valid: valid.len() as u64,
        per_prompt,
    })
}

/// CREAM's loss: DPO whose labels are as soft as the rankings are inconsistent.
///
/// ```text
/// z = β·d       L = −C·ln σ(z) − (1 − C)·ln σ(−z)
/// ```
///
/// C is the data set's mean for all pairs ([`SoftLabels::same`]) or each prompt's own ([`SoftLabels::each`], the dynamic
/// variant). C = 1 is DPO, C = 0 DPO with swapped labels; 1 − C is the ε of conservative DPO. The reward accuracy is
/// [`ImplicitRewards::accuracy`](super::ImplicitRewards::accuracy).
///
/// # Undefined
/// Without pairs, which [`PairLogProbs`] does not hold.
///
/// # Source
/// Wang et al. 2024 (CREAM), equation 7; β = 0.1.
///
/// # Errors
/// As [`soft_label_loss`].
///
/// # Examples
/// ```
/// use probity::preference::{DpoLoss, DpoOptions, PairLogProbs, SoftLabels, cream_loss, dpo_loss};
/// let pairs = PairLogProbs::new((&[-1.0], &[-3.0]), (&[-2.0], &[-2.0]))?;
/// let dpo = dpo_loss(&pairs, &DpoOptions::new(DpoLoss::Sigmoid))?;
/// assert_eq!(cream_loss(&pairs, SoftLabels::same(1.0)?, 0.1)?, dpo);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn cream_loss(pairs: &PairLogProbs<'_>, consistency: SoftLabels<'_>, beta: f64) -> Result<PairObjective> {
    soft_label_loss(pairs, consistency, beta)
}
