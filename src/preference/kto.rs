use crate::error::{Error, Result, Undefined};
use crate::num;

/// What [`kto_loss`] is asked.
///
/// | option | default |
/// |---|---|
/// | [`beta`](Self::beta) | 0.1 |
/// | [`desirable_weight`](Self::desirable_weight) | 1 |
/// | [`undesirable_weight`](Self::undesirable_weight) | 1 |
///
/// # Examples
/// ```
/// use probity::preference::{KtoOptions, kto_loss};
/// let options = KtoOptions::new().desirable_weight(1.5);
/// assert_eq!(kto_loss(&[0.0], &[], &[], &options)?.loss, 0.75);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KtoOptions {
    beta: f64,
    desirable_weight: f64,
    undesirable_weight: f64,
}

impl Default for KtoOptions {
    fn default() -> Self {
        Self { beta: 0.1, desirable_weight: 1.0, undesirable_weight: 1.0 }
    }
}

impl KtoOptions {
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

    /// Weight of the desirable responses.
    #[must_use]
    pub fn desirable_weight(self, desirable_weight: f64) -> Self {
        Self { desirable_weight, ..self }
    }

    /// Weight of the undesirable responses.
    #[must_use]
    pub fn undesirable_weight(self, undesirable_weight: f64) -> Self {
        Self { undesirable_weight, ..self }
    }
}

/// What [`kto_loss`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct KtoObjective {
    /// The estimate of the divergence from the reference, 0 at least.
    pub kl: f64,
    /// Of each response, the desirable ones first.
    pub losses: Vec<f64>,
    /// Their mean.
    pub loss: f64,
    /// Derivative of the mean by each desirable log-ratio.
    pub grad_desirable: Vec<f64>,
    /// Derivative of the mean by each undesirable log-ratio.
    pub grad_undesirable: Vec<f64>,
}

/// KTO: single responses marked as desirable or not, against the divergence from the reference.
///
/// ```text
/// kl = max(0, mean of the log-ratios of mismatched responses)       a constant in the gradient
/// desirable      w_D·(1 − σ(β·(a − kl)))
/// undesirable    w_U·(1 − σ(β·(kl − b)))
/// ```
///
/// a and b are log-ratios ln π − ln π_ref of the responses. Without mismatched responses the divergence is taken for 0.
///
/// # Undefined
/// Without responses.
///
/// # Missing values
/// A response with a missing log-ratio is left out.
///
/// # Source
/// Ethayarajh et al. 2024, equation 8, with TRL's defaults; the mean is over all responses.
///
/// # Errors
/// [`Error::NotFinite`] or [`Error::Argument`] for what is outside its range; [`Error::Overflow`] if the objective leaves
/// that of `f64`; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::preference::{KtoOptions, kto_loss};
/// let found = kto_loss(&[3.0], &[3.0], &[2.0, 4.0], &KtoOptions::new())?;
/// assert_eq!((found.kl, found.loss), (3.0, 0.5));
/// assert!(kto_loss(&[], &[], &[1.0], &KtoOptions::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn kto_loss(
    desirable: &[f64],
    undesirable: &[f64],
    mismatched: &[f64],
    options: &KtoOptions,
) -> Result<KtoObjective> {
    let &KtoOptions { beta, desirable_weight, undesirable_weight } = options;
    num::check_finite("log-ratios of desirable responses", desirable)?;
    num::check_finite("log-ratios of undesirable responses", undesirable)?;
    num::check_finite("log-ratios of mismatched responses", mismatched)?;
    num::check_finite(
        "weights of desirable and undesirable responses",
        &[desirable_weight, undesirable_weight],
    )?;
    num::check_positive("beta", beta)?;
    let n = desirable.len() + undesirable.len();
    if n == 0 {
        return Err(Error::undefined("KTO", Undefined::Nothing { what: "responses" }));
    }
    let kl = if mismatched.is_empty() { 0.0 } else { num::mean(mismatched).max(0.0) };
    // 1 − σ(βs) and its derivative by s, weighted.
    let term = |weight: f64, s: f64| {
        let miss = num::sigmoid(-beta * s);
        (weight * miss, -weight * beta * miss * num::sigmoid(beta * s) / n as f64)
    };
    let (mut losses, grad_desirable): (Vec<f64>, Vec<f64>) =
        desirable.iter().map(|a| term(desirable_weight, a - kl)).unzip();
    let (more, grad_undesirable): (Vec<f64>, Vec<f64>) = undesirable
        .iter()
        .map(|b| term(undesirable_weight, kl - b))
        .map(|(loss, slope)| (loss, -slope))
        .unzip();
    losses.extend(more);
    let loss = num::mean(&losses);
    num::check_range(
        "the objective",
        [kl, loss].iter().chain(&losses).chain(&grad_desirable).chain(&grad_undesirable),
    )?;
    Ok(KtoObjective { kl, losses, loss, grad_desirable, grad_undesirable })
}
