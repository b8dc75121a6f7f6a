use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, mean_over_items, rate};
use crate::num;

/// The kind of question for which principles are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SalmonQuestion {
    /// Any.
    #[default]
    General,
    /// One that needs reasoning.
    Reasoning,
    /// One that tries to provoke.
    RedTeaming,
}

/// The weights of principles for a kind of question: 128 more for those whose name has what the question needs.
///
/// Reasoning asks for `reason` or `numerical`, red-teaming for `ethical` or `harmless`, whatever the case. The principles
/// are then drawn by [`draw_by_weight`](crate::rules::draw_by_weight), three for a question.
///
/// # Source
/// Sun et al. 2023 (SALMON, arXiv 2310.05910), `rl_trainer.py`.
///
/// # Errors
/// [`Error::NotFinite`] for a weight that is not finite.
///
/// # Examples
/// ```
/// use probity::rules::{SalmonQuestion, salmon_sampling_weights};
/// let principles = [("Consistent Reasoning", 1.0), ("Vivid", 1.0)];
/// assert_eq!(salmon_sampling_weights(&principles, SalmonQuestion::Reasoning)?, [129.0, 1.0]);
/// assert_eq!(salmon_sampling_weights(&principles, SalmonQuestion::RedTeaming)?, [1.0, 1.0]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn salmon_sampling_weights(principles: &[(&str, f64)], question: SalmonQuestion) -> Result<Vec<f64>> {
    const BOOST: f64 = 128.0;
    let needed: &[&str] = match question {
        SalmonQuestion::General => &[],
        SalmonQuestion::Reasoning => &["reason", "numerical"],
        SalmonQuestion::RedTeaming => &["ethical", "harmless"],
    };
    let weight = |&(name, weight): &(&str, f64)| {
        let name = name.to_lowercase();
        if needed.iter().any(|part| name.contains(part)) { weight + BOOST } else { weight }
    };
    let weights: Vec<f64> = principles.iter().map(weight).collect();
    num::check_finite("weights of the principles", &weights)?;
    Ok(weights)
}

/// How the reward of a whole response is shaped.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SalmonReward {
    /// What a response without its stop token gets.
    pub penalty: f64,
    /// Whether the penalty is added to the reward, or takes its place.
    pub relative: bool,
    /// What the greatest length is worth.
    pub length_bonus: f64,
    /// The greatest share of the length that counts.
    pub length_bound: f64,
}

impl SalmonReward {
    /// The settings of the published run: −6 added, a bonus of 5 up to a share of 0.8.
    #[must_use]
    pub fn published_run() -> Self {
        Self { penalty: -6.0, relative: true, length_bonus: 5.0, length_bound: 0.8 }
    }

    /// Settings of one's own; the defaults of the repository's arguments are −1, not relative, 0 and 1.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a number that is not finite.
    pub fn new(penalty: f64, relative: bool, length_bonus: f64, length_bound: f64) -> Result<Self> {
        num::check_finite("settings of the reward", &[penalty, length_bonus, length_bound])?;
        Ok(Self { penalty, relative, length_bonus, length_bound })
    }

    /// The bonus for the length, and the reward with it.
    ///
    /// ```text
    /// bonus = length_bonus · min(length_bound, multiplier · tokens / max_tokens)
    /// reward = (reward + penalty, or penalty if it is not relative: without the stop token only) + bonus
    /// ```
    ///
    /// # Undefined
    /// If `max_tokens` is 0.
    ///
    /// # Source
    /// Sun et al. 2023 (SALMON, arXiv 2310.05910), `ppo_trainer.py`.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a number that is not finite; [`Error::Undefined`] as above.
    ///
    /// # Examples
    /// ```
    /// use probity::rules::SalmonReward;
    /// let run = SalmonReward::published_run();
    /// assert_eq!(run.terminal(0.5, 512, 1024, 1.0, true)?, (2.5, 3.0));
    /// assert_eq!(run.terminal(0.5, 512, 1024, 0.0, false)?, (0.0, -5.5));
    /// assert!(run.terminal(0.5, 1, 0, 1.0, true).unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn terminal(
        &self,
        reward: f64,
        tokens: u32,
        max_tokens: u32,
        multiplier: f64,
        has_stop: bool,
    ) -> Result<(f64, f64)> {
        num::check_finite("reward and multiplier", &[reward, multiplier])?;
        let what = crate::error::Undefined::ZeroDenominator { what: "the greatest length" };
        let share = num::ratio("length bonus", f64::from(tokens), f64::from(max_tokens), what)?;
        let bonus = self.length_bonus * (multiplier * share).min(self.length_bound);
        let base = match (has_stop, self.relative) {
            (true, _) => reward,
            (false, true) => reward + self.penalty,
            (false, false) => self.penalty,
        };
        let total = base + bonus;
        if total.is_finite() {
            Ok((bonus, total))
        } else {
            Err(Error::Overflow { what: "the terminal reward" })
        }
    }
}

/// Which estimate of the divergence of one token enters the reward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SalmonKl {
    /// max(0, lp − ref).
    #[default]
    ClampedK1,
    /// exp(ref − lp) − 1 − (ref − lp).
    K3,
}

/// The divergence of each token, and its shaped reward.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SalmonShaped {
    /// Divergence by token.
    pub kl: Vec<f64>,
    /// Reward by token.
    pub rewards: Vec<f64>,
}

/// Rewards of the tokens of a response.
///
/// ```text
/// reward of a token = −β · KL of the token        the last one: + the terminal reward
/// ```
///
/// Where rewards are not whitened, the release multiplies them by 10 before it computes advantages.
///
/// # Source
/// Sun et al. 2023 (SALMON, arXiv 2310.05910), `ppo_trainer.py`; β = 0.01 and k1 in the published run.
///
/// # Errors
/// [`Error::Length`] if the lists differ in length; [`Error::NotFinite`] for a number that is not finite;
/// [`Error::Overflow`] if a reward leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::rules::{SalmonKl, salmon_shape_rewards};
/// let shaped = salmon_shape_rewards(&[-1.0, -0.5], &[-1.5, -0.25], 2.0, 0.5, SalmonKl::ClampedK1)?;
/// assert_eq!((shaped.kl, shaped.rewards), (vec![0.5, 0.0], vec![-0.25, 2.0]));
/// assert!(salmon_shape_rewards(&[], &[], 2.0, 0.5, SalmonKl::K3)?.rewards.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn salmon_shape_rewards(
    log_probs: &[f64],
    reference: &[f64],
    terminal: f64,
    beta: f64,
    estimator: SalmonKl,
) -> Result<SalmonShaped> {
    num::check_same_length("log-probabilities of the reference", log_probs.len(), reference.len())?;
    num::check_finite("log-probabilities", log_probs)?;
    num::check_finite("log-probabilities of the reference", reference)?;
    num::check_finite("terminal reward and β", &[terminal, beta])?;
    let divergence = |(lp, reference): (&f64, &f64)| match estimator {
        SalmonKl::ClampedK1 => (lp - reference).max(0.0),
        SalmonKl::K3 => (reference - lp).exp_m1() - (reference - lp),
    };
    let kl: Vec<f64> = log_probs.iter().zip(reference).map(divergence).collect();
    let mut rewards: Vec<f64> = kl.iter().map(|kl| -beta * kl).collect();
    if let Some(last) = rewards.last_mut() {
        *last += terminal;
    }
    if rewards.iter().all(|reward| reward.is_finite()) {
        Ok(SalmonShaped { kl, rewards })
    } else {
        Err(Error::Overflow { what: "a shaped reward" })
    }
}

/// The loss of a reward model on pairs.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SalmonRewardLoss {
    /// Loss by pair.
    pub losses: Vec<f64>,
    /// The probability that the model gives candidate 1, by pair.
    pub probabilities: Vec<f64>,
    /// Mean loss, with its t interval over pairs.
    pub mean: Estimate,
    /// Share of the pairs told rightly, with Wilson's interval; equal rewards count as a vote for candidate 1.
    pub accuracy: Estimate,
}

/// The loss of a reward model on pairs of candidates 0 and 1.
///
/// ```text
/// x = r₁ − r₀        loss = −ln σ(x) if 1 is chosen, −ln σ(−x) if 0 is
/// ```
///
/// A pair is (r₀, r₁, whether 1 is chosen).
///
/// # Undefined
/// Without pairs.
///
/// # Source
/// Sun et al. 2023 (SALMON, arXiv 2310.05910), `reward_model.py`.
///
/// # Errors
/// [`Error::NotFinite`] for a reward that is not finite, or whose difference is not; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::rules::salmon_reward_loss;
/// let loss = salmon_reward_loss(&[(0.0, 0.0, true), (0.0, 0.0, false)], Level::default())?;
/// assert_eq!((loss.mean.value, loss.accuracy.value), (std::f64::consts::LN_2, 0.5));
/// assert!(salmon_reward_loss(&[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn salmon_reward_loss(pairs: &[(f64, f64, bool)], level: Level) -> Result<SalmonRewardLoss> {
    let logits: Vec<f64> = pairs.iter().map(|(r0, r1, _)| r1 - r0).collect();
    num::check_finite("differences of rewards", &logits)?;
    let signed = |(x, (_, _, chosen)): (&f64, &(f64, f64, bool))| if *chosen { *x } else { -x };
    let losses: Vec<f64> = logits.iter().zip(pairs).map(signed).map(|x| -num::ln_sigmoid(x)).collect();
    let right = logits.iter().zip(pairs).filter(|(x, pair)| (**x >= 0.0) == pair.2).count() as u64;
    Ok(SalmonRewardLoss {
        probabilities: logits.iter().map(|&x| num::ln_sigmoid(x).exp()).collect(),
        mean: mean_over_items("reward-model loss", "pairs", &losses, (0.0, f64::INFINITY), level)?,
        accuracy: rate(
            "accuracy of the reward model",
            "the number of pairs",
            right,
            pairs.len() as u64,
            level,
        )?,
        losses,
    })
}
