use std::collections::HashMap;
use std::hash::Hash;

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items};
use crate::num;
use crate::reward::figures::{check_batch, share};

/// The log-probability of each response: the self-reward that sharpening starts from.
///
/// # Missing values
/// A response without tokens has the log-probability 0.
///
/// # Source
/// Huang et al., The Sharpening Mechanism, section 2.
///
/// # Errors
/// [`Error::NotFinite`]; [`Error::Overflow`] if a sum leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::self_reward_log_prob;
/// assert_eq!(self_reward_log_prob(&[vec![-1.0, -2.0], vec![]])?, [-3.0, 0.0]);
/// assert!(self_reward_log_prob(&[[f64::NAN]]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn self_reward_log_prob<S: AsRef<[f64]>>(token_log_probs: &[S]) -> Result<Vec<f64>> {
    let sum = |tokens: &S| {
        num::check_finite("log-probabilities of tokens", tokens.as_ref())?;
        let sum = num::sum(tokens.as_ref().iter().copied());
        num::check_range("a sum of log-probabilities", [&sum])?;
        Ok(sum)
    };
    token_log_probs.iter().map(sum).collect()
}

/// The average log-probability a token of each response; none for one without tokens.
///
/// # Source
/// Huang et al., section 2.
///
/// # Errors
/// As [`self_reward_log_prob`].
///
/// # Examples
/// ```
/// use probity::reward::self_reward_length_normalised;
/// let found = self_reward_length_normalised(&[vec![-1.0, -2.0], vec![]])?;
/// assert_eq!(found, [Some(-1.5), None]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn self_reward_length_normalised<S: AsRef<[f64]>>(token_log_probs: &[S]) -> Result<Vec<Option<f64>>> {
    let sums = self_reward_log_prob(token_log_probs)?;
    let mean = |(sum, tokens): (f64, &S)| match tokens.as_ref().len() {
        0 => None,
        n => Some(sum / n as f64),
    };
    Ok(sums.into_iter().zip(token_log_probs).map(mean).collect())
}

/// The share of all responses that give the same answer as each.
///
/// # Missing values
/// A response without an answer has the reward 0 and stays in the denominator.
///
/// # Source
/// Huang et al., section 2, after self-consistency.
///
/// # Examples
/// ```
/// use probity::reward::self_reward_majority;
/// assert_eq!(self_reward_majority(&[Some(12), Some(7), Some(12), None]), [0.5, 0.25, 0.5, 0.0]);
/// assert!(self_reward_majority::<u8>(&[]).is_empty());
/// ```
#[must_use]
pub fn self_reward_majority<A: Eq + Hash>(answers: &[Option<A>]) -> Vec<f64> {
    let mut votes: HashMap<&A, u64> = HashMap::new();
    answers.iter().flatten().for_each(|answer| *votes.entry(answer).or_default() += 1);
    let n = answers.len() as f64;
    let share =
        |answer: &Option<A>| answer.as_ref().and_then(|a| votes.get(a)).map_or(0.0, |&v| v as f64 / n);
    answers.iter().map(share).collect()
}

/// Position and self-reward of the best response, the first on ties: the response that sharpening trains on.
///
/// # Undefined
/// Without a reward.
///
/// # Missing values
/// Responses without a reward are ignored.
///
/// # Source
/// Huang et al., SFT-sharpening: the training response of a prompt is the best of its N samples.
///
/// # Errors
/// [`Error::NotFinite`]; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::reward::sharpening_best;
/// let rewards = [None, Some(-3.0), Some(-1.0), Some(-1.0)];
/// assert_eq!(sharpening_best(&rewards)?, (2, -1.0));
/// // The best of the first two.
/// assert_eq!(sharpening_best(&rewards[..2])?, (1, -3.0));
/// assert!(sharpening_best(&rewards[..1]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn sharpening_best(rewards: &[Option<f64>]) -> Result<(usize, f64)> {
    let mut best: Option<(usize, f64)> = None;
    for (i, reward) in rewards.iter().enumerate() {
        let Some(reward) = *reward else { continue };
        if !reward.is_finite() {
            return Err(Error::NotFinite { what: "self-rewards", index: i, value: reward.to_string() });
        }
        if best.is_none_or(|(_, greatest)| reward > greatest) {
            best = Some((i, reward));
        }
    }
    best.ok_or(Error::undefined("best response", Undefined::Nothing { what: "self-rewards" }))
}

/// The samples of one prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct SharpeningPrompt {
    /// Self-reward of each sample.
    pub self_rewards: Vec<Option<f64>>,
    /// Whether each sample is right.
    pub correct: Vec<bool>,
}

/// How accuracy grows with the number of samples; see [`sharpening_accuracy`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SharpeningAccuracy {
    /// Share of prompts whose best of the first n samples is right, for each n.
    pub accuracy: Vec<Estimate>,
    /// Mean over prompts of the share of samples that are right.
    pub base_accuracy: Estimate,
}

/// Accuracy of the best of n samples by self-reward, for several n, beside that of a single sample.
///
/// # Undefined
/// Without prompts; if a prompt has no reward among its first n samples.
///
/// # Missing values
/// As [`sharpening_best`]. A prompt with fewer than n samples enters with all of them.
///
/// # Source
/// Huang et al., figure 1. The first n samples stand for n draws. Wilson's intervals, and Student's over prompts for the
/// base accuracy.
///
/// # Errors
/// [`Error::Length`] for a prompt with another number of marks than rewards; [`Error::Argument`] for n = 0;
/// [`Error::NotFinite`]; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::{SharpeningPrompt, sharpening_accuracy};
/// let prompt = SharpeningPrompt { self_rewards: vec![Some(-2.0), Some(-1.0)], correct: vec![false, true] };
/// let found = sharpening_accuracy(&[prompt], &[1, 2], Level::default())?;
/// assert_eq!((found.accuracy[0].value, found.accuracy[1].value), (0.0, 1.0));
/// assert_eq!(found.base_accuracy.value, 0.5);
/// assert!(sharpening_accuracy(&[], &[1], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn sharpening_accuracy(
    prompts: &[SharpeningPrompt],
    numbers: &[usize],
    level: Level,
) -> Result<SharpeningAccuracy> {
    for prompt in prompts {
        num::check_same_length("marks of samples", prompt.self_rewards.len(), prompt.correct.len())?;
        if prompt.correct.is_empty() {
            return Err(Error::undefined("best-of-n accuracy", Undefined::Nothing { what: "samples" }));
        }
    }
    let accuracy = |&n: &usize| {
        if n == 0 {
            return Err(Error::argument("number of samples", "at least 1", n));
        }
        let right = |prompt: &SharpeningPrompt| {
            let first = prompt.self_rewards.len().min(n);
            sharpening_best(&prompt.self_rewards[..first]).map(|(best, _)| prompt.correct[best])
        };
        let hits = prompts.iter().map(right).collect::<Result<Vec<_>>>()?;
        share("best-of-n accuracy", "the number of prompts", hits, level)
    };
    let rates: Vec<f64> = prompts
        .iter()
        .map(|p| p.correct.iter().filter(|right| **right).count() as f64 / p.correct.len() as f64)
        .collect();
    Ok(SharpeningAccuracy {
        accuracy: numbers.iter().map(accuracy).collect::<Result<_>>()?,
        base_accuracy: mean_over_items("accuracy of one sample", "prompts", &rates, (0.0, 1.0), level)?,
    })
}

/// Two responses to each prompt, with their log-probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharpeningPairs<'a> {
    /// Of the first and the second response under the policy.
    pub policy: (&'a [f64], &'a [f64]),
    /// Under the base policy.
    pub base: (&'a [f64], &'a [f64]),
    /// Their self-rewards; the log-probabilities under the base policy if none are given.
    pub self_rewards: Option<(&'a [f64], &'a [f64])>,
}

/// The square loss of RLHF-sharpening and its gradient; see [`rlhf_sharpening_loss`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SharpeningObjective {
    /// Of each pair.
    pub losses: Vec<f64>,
    /// Their sum.
    pub loss: f64,
    /// Derivative of the sum by each log-probability of a first response.
    pub grad_first: Vec<f64>,
    /// Derivative of the sum by each log-probability of a second response.
    pub grad_second: Vec<f64>,
}

/// How far the policy is from the one that maximises self-reward under KL regularisation.
///
/// ```text
/// L = Σ d²        d = β·(a − b) − (r₁ − r₂)
/// a, b = ln π − ln π_base of the first and second response        ∂L/∂ln π₁ = 2βd = −∂L/∂ln π₂
/// ```
///
/// # Undefined
/// Without pairs.
///
/// # Source
/// Huang et al., equations 4 and 8: a sum, not a mean.
///
/// # Errors
/// [`Error::Length`], [`Error::NotFinite`]; [`Error::Argument`] for β that is not above 0; [`Error::Undefined`] as said;
/// [`Error::Overflow`] if the loss leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::{SharpeningPairs, rlhf_sharpening_loss};
/// let pairs = SharpeningPairs {
///     policy: (&[-1.0], &[-4.0]),
///     base: (&[-2.0], &[-3.0]),
///     self_rewards: None,
/// };
/// let found = rlhf_sharpening_loss(&pairs, 0.25)?;
/// assert_eq!((found.loss, found.grad_first[0], found.grad_second[0]), (0.25, -0.25, 0.25));
/// assert!(rlhf_sharpening_loss(&pairs, 0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn rlhf_sharpening_loss(pairs: &SharpeningPairs<'_>, beta: f64) -> Result<SharpeningObjective> {
    let (r1, r2) = pairs.self_rewards.unwrap_or(pairs.base);
    let columns = [
        ("log-probabilities of first responses", pairs.policy.0),
        ("log-probabilities of second responses", pairs.policy.1),
        ("base log-probabilities of first responses", pairs.base.0),
        ("base log-probabilities of second responses", pairs.base.1),
        ("self-rewards of first responses", r1),
        ("self-rewards of second responses", r2),
    ];
    let n = check_batch("sharpening loss", "pairs", &columns)?;
    num::check_positive("beta", beta)?;
    let ratio = |i: usize| (pairs.policy.0[i] - pairs.base.0[i]) - (pairs.policy.1[i] - pairs.base.1[i]);
    let residuals: Vec<f64> = (0..n).map(|i| beta * ratio(i) - (r1[i] - r2[i])).collect();
    let losses: Vec<f64> = residuals.iter().map(|d| d * d).collect();
    let grad_first: Vec<f64> = residuals.iter().map(|d| 2.0 * beta * d).collect();
    let grad_second = grad_first.iter().map(|g| -g).collect();
    let loss = num::sum(losses.iter().copied());
    num::check_range("the sharpening loss", losses.iter().chain(&grad_first).chain([&loss]))?;
    Ok(SharpeningObjective { losses, loss, grad_first, grad_second })
}
