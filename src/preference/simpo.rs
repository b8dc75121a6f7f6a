use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::preference::PairObjective;
use crate::preference::objective::PairTerm;
use crate::preference::soft_label::logistic;

/// What [`simpo_loss`] is asked.
///
/// | option | default |
/// |---|---|
/// | [`beta`](Self::beta) | 2 |
/// | [`gamma`](Self::gamma) | 0.5 |
/// | [`label_smoothing`](Self::label_smoothing) | 0 |
///
/// # Examples
/// ```
/// use probity::preference::{SimpoOptions, simpo_loss};
/// let strict = simpo_loss(&[-1.0], &[-1.0], &SimpoOptions::new().gamma(1.5))?;
/// assert!(strict.loss > simpo_loss(&[-1.0], &[-1.0], &SimpoOptions::new())?.loss);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SimpoOptions {
    beta: f64,
    gamma: f64,
    label_smoothing: f64,
}

impl Default for SimpoOptions {
    fn default() -> Self {
        Self { beta: 2.0, gamma: 0.5, label_smoothing: 0.0 }
    }
}

impl SimpoOptions {
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

    /// The margin γ that the rewards shall differ by.
    #[must_use]
    pub fn gamma(self, gamma: f64) -> Self {
        Self { gamma, ..self }
    }

    /// ε, from 0 to 1.
    #[must_use]
    pub fn label_smoothing(self, label_smoothing: f64) -> Self {
        Self { label_smoothing, ..self }
    }
}

/// SimPO: DPO without a reference, on average log-probabilities, with a margin.
///
/// ```text
/// z = β·(avg ln π(chosen) − avg ln π(rejected)) − γ
/// L = −(1 − ε)·ln σ(z) − ε·ln σ(−z)
/// ```
///
/// The gradient is by the averages: divide by a response's number of tokens for that by its tokens.
///
/// # Undefined
/// Without pairs.
///
/// # Missing values
/// A pair with a missing average is left out of both lists.
///
/// # Source
/// Meng et al. 2024, equation 6; defaults of TRL, which puts γ/β inside the product with β: the same thing.
///
/// # Errors
/// [`Error::Length`] for lists that differ in length; [`Error::NotFinite`] or [`Error::Argument`] for what is outside its
/// range; [`Error::Overflow`] if the objective leaves that of `f64`; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::preference::{SimpoOptions, simpo_loss};
/// let found = simpo_loss(&[-1.0], &[-1.25], &SimpoOptions::new())?;
/// assert!((found.loss - std::f64::consts::LN_2).abs() < 1e-15); // the margin is just met
/// assert!(simpo_loss(&[], &[], &SimpoOptions::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn simpo_loss(chosen: &[f64], rejected: &[f64], options: &SimpoOptions) -> Result<PairObjective> {
    let &SimpoOptions { beta, gamma, label_smoothing } = options;
    check_averages(chosen, rejected)?;
    num::check_positive("beta", beta)?;
    num::check_finite("gamma", &[gamma])?;
    num::check_probability("label smoothing", label_smoothing)?;
    PairObjective::from_terms(chosen.iter().zip(rejected).map(|(w, l)| {
        let found = logistic(beta * (w - l) - gamma, 1.0 - label_smoothing);
        PairTerm { value: found.value, chosen: beta * found.slope, rejected: -beta * found.slope }
    }))
}

/// Average log-probabilities of at least one pair.
pub(super) fn check_averages(chosen: &[f64], rejected: &[f64]) -> Result<()> {
    num::check_same_length("averages of rejected responses", chosen.len(), rejected.len())?;
    num::check_finite("averages of chosen responses", chosen)?;
    num::check_finite("averages of rejected responses", rejected)?;
    if chosen.is_empty() {
        return Err(Error::undefined("preference objective", Undefined::Nothing { what: "pairs" }));
    }
    Ok(())
}
