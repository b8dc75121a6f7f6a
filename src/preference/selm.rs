use crate::error::Result;
use crate::num;
use crate::preference::judged::greatest_and_least;
use crate::preference::{
    ChosenRejected, ImplicitRewards, PairLogProbs, PairObjective, SoftLabels, soft_label_loss,
};

/// What [`selm_loss`] is asked.
///
/// | option | default |
/// |---|---|
/// | [`beta`](Self::beta) | 0.01 |
/// | [`alpha`](Self::alpha) | 0.001 |
///
/// The released recipes have α = 0.001 for Zephyr and 0.0001 for Llama-3 and Phi-3.
///
/// # Examples
/// ```
/// use probity::preference::SelmOptions;
/// assert_eq!(SelmOptions::new(), SelmOptions::new().beta(0.01).alpha(0.001));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SelmOptions {
    beta: f64,
    alpha: f64,
}

impl Default for SelmOptions {
    fn default() -> Self {
        Self { beta: 0.01, alpha: 0.001 }
    }
}

impl SelmOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// β, above 0.
    #[must_use]
    pub fn beta(self, beta: f64) -> Self {
        Self { beta, ..self }
    }

    /// The weight of the optimism; 0 is DPO.
    #[must_use]
    pub fn alpha(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }
}

/// Log-probabilities of the responses that the previous iteration's model wrote for the pairs' prompts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Generated<'a> {
    /// Under the policy.
    pub policy: &'a [f64],
    /// Under the reference; without it the loss is the paper's, which lacks a constant.
    pub reference: Option<&'a [f64]>,
}

/// What [`selm_loss`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SelmObjective {
    /// Losses, mean and gradients by the pairs' log-probabilities.
    pub objective: PairObjective,
    /// The mean of the DPO part alone.
    pub dpo_loss: f64,
    /// Derivative of the mean by the policy's log-probability of each generated response.
    pub grad_generated: Vec<f64>,
    /// Implicit rewards of the pairs.
    pub rewards: ImplicitRewards,
}

/// SELM's optimistic DPO: pairs as in DPO, and the reference's own responses made less likely.
///
/// ```text
/// L = −ln σ(β·d) + α·β·(ln π(generated) − ln π_ref(generated))
/// ∂L/∂ln π(generated) = α·β
/// ```
///
/// # Undefined
/// Without pairs, which [`PairLogProbs`] does not hold.
///
/// # Missing values
/// A pair without generated response is left out.
///
/// # Source
/// Zhang et al. 2024 (SELM), equation 6, and its released trainer, which keeps the reference's log-probability and knows
/// the sigmoid loss only.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length) for another number of generated responses than pairs;
/// [`Error::NotFinite`](crate::Error::NotFinite) for a number that is not finite; otherwise as [`soft_label_loss`].
///
/// # Examples
/// ```
/// use probity::preference::{Generated, PairLogProbs, SelmOptions, selm_loss};
/// let pairs = PairLogProbs::new((&[-1.0], &[-3.0]), (&[-2.0], &[-2.0]))?;
/// let generated = Generated { policy: &[-5.0], reference: Some(&[-7.0]) };
/// let found = selm_loss(&pairs, generated, &SelmOptions::new().beta(0.5).alpha(0.25))?;
/// assert!((found.objective.loss - found.dpo_loss - 0.25).abs() < 1e-15);
/// assert_eq!(found.grad_generated, [0.125]);
/// let nothing = Generated { policy: &[], reference: None };
/// assert!(selm_loss(&pairs, nothing, &SelmOptions::new()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn selm_loss(
    pairs: &PairLogProbs<'_>,
    generated: Generated<'_>,
    options: &SelmOptions,
) -> Result<SelmObjective> {
    let &SelmOptions { beta, alpha } = options;
    let n = pairs.count();
    num::check_same_length("log-probabilities of generated responses", n, generated.policy.len())?;
    num::check_finite("log-probabilities of generated responses", generated.policy)?;
    if let Some(reference) = generated.reference {
        num::check_same_length("reference log-probabilities of generated responses", n, reference.len())?;
        num::check_finite("reference log-probabilities of generated responses", reference)?;
    }
    num::check_finite("alpha", &[alpha])?;
    let mut objective = soft_label_loss(pairs, SoftLabels::same(1.0)?, beta)?;
    let dpo_loss = objective.loss;
    for (i, (loss, policy)) in objective.losses.iter_mut().zip(generated.policy).enumerate() {
        let reference = generated.reference.and_then(|r| r.get(i)).copied().unwrap_or(0.0);
        *loss += alpha * beta * (policy - reference);
    }
    objective.loss = num::mean(&objective.losses);
    let slope = alpha * beta / n as f64;
    num::check_range("the objective", objective.losses.iter().chain([&objective.loss, &slope]))?;
    Ok(SelmObjective { objective, dpo_loss, grad_generated: vec![slope; n], rewards: pairs.rewards(beta)? })
}

/// SELM's pair: the best and the worst of a prompt's candidates by rank, 1 being the best.
///
/// The candidates are the new response, the old chosen and the old rejected one, ranked by a ranker such as PairRM; any
/// number of them will do. `None` where that is one response, as with equal ranks: the released code then takes the first
/// candidate for both, a pair that teaches nothing.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// A candidate without rank is left out before. Ties: the first.
///
/// # Source
/// The released code of SELM.
///
/// # Errors
/// [`Error::NotFinite`](crate::Error::NotFinite) for a rank that is not finite.
///
/// # Examples
/// ```
/// use probity::preference::{ChosenRejected, selm_pair};
/// assert_eq!(selm_pair(&[2.0, 1.0, 3.0])?, Some(ChosenRejected { chosen: 1, rejected: 2 }));
/// assert_eq!(selm_pair(&[1.0, 1.0, 1.0])?, None);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn selm_pair(ranks: &[f64]) -> Result<Option<ChosenRejected>> {
    num::check_finite("ranks", ranks)?;
    Ok(greatest_and_least(ranks.iter().map(|rank| Some(-rank))))
}
