use crate::error::{Error, Result};
use crate::num;
use crate::preference::{ChosenRejected, PairLogProbs, PairObjective, logistic};

/// Dynamic reward scaling: a pair whose responses a reward model tells far apart gets a greater β.
///
/// ```text
/// β(δ) = β₀·(1 + w·(1 − exp(−k·δ)))        δ = r(chosen) − r(rejected), clamped into β₀ ≤ β ≤ (1 + w)·β₀
/// ```
///
/// # Source
/// Zhang et al., MM-RLHF, section 4, with β₀ = 0.1, w = 0.5, k = 0.5. Formula, clamp and defaults are taken from an audit
/// of a public implementation that quotes the paper. The released trainer computes another β: [`mm_dpo_released_beta`].
///
/// # Errors
/// See the methods.
///
/// # Examples
/// ```
/// use probity::reward::MmDpoScaling;
/// let scaling = MmDpoScaling::default();
/// assert_eq!((scaling.beta(0.0)?, scaling.beta(-2.0)?), (0.1, 0.1));
/// assert!((scaling.beta(1e4)? - 0.15).abs() < 1e-15);
/// let free = MmDpoScaling { clamp: false, ..scaling };
/// assert!(free.beta(-2.0)? < 0.1);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MmDpoScaling {
    /// β₀.
    pub beta: f64,
    /// w: the greatest increase, as a share of β₀.
    pub weight: f64,
    /// k: how fast it is reached.
    pub rate: f64,
    /// Whether a rejected response with the greater reward leaves β₀ as it is. Otherwise such a pair gets a smaller β,
    /// which may be negative.
    pub clamp: bool,
}

impl Default for MmDpoScaling {
    fn default() -> Self {
        Self { beta: 0.1, weight: 0.5, rate: 0.5, clamp: true }
    }
}

impl MmDpoScaling {
    /// β of a pair with this margin of rewards.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a margin that is not finite; [`Error::Argument`] for β₀ or k not above 0, or a negative
    /// w; [`Error::Overflow`] if an unclamped β leaves the range of `f64`.
    pub fn beta(&self, margin: f64) -> Result<f64> {
        num::check_finite("margin of rewards", &[margin])?;
        num::check_positive("beta", self.beta)?;
        num::check_positive("rate of the scaling", self.rate)?;
        if !(self.weight >= 0.0 && self.weight.is_finite()) {
            return Err(Error::argument(
                "weight of the scaling",
                "a finite number of at least 0",
                self.weight,
            ));
        }
        let margin = if self.clamp { margin.max(0.0) } else { margin };
        let beta = self.beta * (1.0 - self.weight * (-self.rate * margin).exp_m1());
        if beta.is_finite() { Ok(beta) } else { Err(Error::Overflow { what: "beta" }) }
    }
}

/// β of the released trainer: from a factor computed beforehand for each pair.
///
/// ```text
/// β·(1 + w·f), at least 0.001
/// ```
///
/// # Source
/// MM-RLHF's trainer (`ls_factor`, which is 1 for data without it; `ls_factor_weight`, 0.1 in the sample script and 0 by
/// default). By default that trainer then puts a β of batch statistics and random draws in its place, which cannot be
/// computed again.
///
/// # Errors
/// [`Error::NotFinite`]; [`Error::Argument`] for β not above 0.
///
/// # Examples
/// ```
/// use probity::reward::mm_dpo_released_beta;
/// assert!((mm_dpo_released_beta(0.1, 0.1, 1.0)? - 0.11).abs() < 1e-15);
/// assert_eq!(mm_dpo_released_beta(0.1, 0.1, -20.0)?, 0.001);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn mm_dpo_released_beta(beta: f64, factor_weight: f64, factor: f64) -> Result<f64> {
    num::check_positive("beta", beta)?;
    num::check_finite("factor of a pair and its weight", &[factor_weight, factor, factor_weight * factor])?;
    Ok((beta * (1.0 + factor_weight * factor)).max(0.001))
}

/// DPO with a β of its own for each pair.
///
/// ```text
/// z = β_i·(a − b)        L = −p·ln σ(z) − (1 − p)·ln σ(−z)        ∂L/∂ln π(chosen) = β_i·(σ(z) − p)
/// ```
///
/// β is a constant in the gradient. With `certainty` p = 1 this is the paper's loss.
///
/// # Undefined
/// Without pairs, which [`PairLogProbs`] does not hold.
///
/// # Source
/// MM-RLHF, MM-DPO. The released trainer calls p its label smoothing, which is 1 there and then means no smoothing. Its
/// sample script adds 0.25 times the supervised loss of the chosen responses: add it to [`PairObjective::loss`].
///
/// # Errors
/// [`Error::Length`] for another number of βs than pairs; [`Error::NotFinite`]; [`Error::Argument`] for a certainty
/// outside 0..1; [`Error::Overflow`] if the objective leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::preference::PairLogProbs;
/// use probity::reward::{MmDpoScaling, mm_dpo_loss};
/// let pairs = PairLogProbs::new((&[-1.0, -1.0], &[-9.0, -1.0]), (&[-2.0, -1.0], &[-2.0, -1.0]))?;
/// let margins = [2.0, -1.0];
/// let betas = margins.map(|margin| MmDpoScaling::default().beta(margin).unwrap());
/// let found = mm_dpo_loss(&pairs, &betas, 1.0)?;
/// assert!((found.losses[1] - std::f64::consts::LN_2).abs() < 1e-15);
/// assert_eq!(found.grad_chosen[1], -0.025);
/// assert!(mm_dpo_loss(&pairs, &betas[..1], 1.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn mm_dpo_loss(pairs: &PairLogProbs<'_>, betas: &[f64], certainty: f64) -> Result<PairObjective> {
    num::check_same_length("betas", pairs.count(), betas.len())?;
    num::check_finite("betas", betas)?;
    num::check_probability("certainty", certainty)?;
    let terms = pairs.ratios().zip(betas).map(|((a, b), beta)| {
        let term = logistic(beta * (a - b), certainty);
        (term.value, beta * term.slope)
    });
    let (losses, grad_chosen): (Vec<f64>, Vec<f64>) = terms.unzip();
    let grad_rejected = grad_chosen.iter().map(|g| -g).collect();
    PairObjective::from_parts(losses, grad_chosen, grad_rejected)
}

/// The reward of a response that is judged through sampled critiques: the mean over the critiques of the reward of
/// response and critique.
///
/// # Missing values
/// A response without critiques has no score.
///
/// # Source
/// MM-RLHF, the critique-based reward model; the number of critiques is 1 in its released code.
///
/// # Errors
/// [`Error::NotFinite`]; [`Error::Overflow`] if a mean leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::mm_critique_scores;
/// assert_eq!(mm_critique_scores(&[vec![1.0, 2.0], vec![]])?, [Some(1.5), None]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn mm_critique_scores<R: AsRef<[f64]>>(rewards: &[R]) -> Result<Vec<Option<f64>>> {
    let score = |rewards: &R| {
        let rewards = rewards.as_ref();
        num::check_finite("rewards of a response with its critiques", rewards)?;
        if rewards.is_empty() {
            return Ok(None);
        }
        let mean = num::mean(rewards);
        if mean.is_finite() { Ok(Some(mean)) } else { Err(Error::Overflow { what: "a mean of rewards" }) }
    };
    rewards.iter().map(score).collect()
}

/// The pairs that a human ranking of responses gives: each response with every one that is ranked below it, in the order
/// of the first and then of the second. Rank 1 is the best; equal ranks give no pair.
///
/// # Source
/// MM-RLHF, the ranked annotation.
///
/// # Complexity
/// O(n²), as many as there can be pairs.
///
/// # Examples
/// ```
/// use probity::preference::ChosenRejected;
/// use probity::reward::mm_rank_pairs;
/// let pairs = mm_rank_pairs(&[2, 1, 2]);
/// assert_eq!(pairs, [0, 2].map(|rejected| ChosenRejected { chosen: 1, rejected }));
/// assert!(mm_rank_pairs(&[1, 1]).is_empty());
/// ```
#[must_use]
pub fn mm_rank_pairs<R: Ord>(ranks: &[R]) -> Vec<ChosenRejected> {
    let below = |chosen: usize| {
        let worse = (0..ranks.len()).filter(move |&rejected| ranks[chosen] < ranks[rejected]);
        worse.map(move |rejected| ChosenRejected { chosen, rejected })
    };
    (0..ranks.len()).flat_map(below).collect()
}
