use crate::error::{Error, Result, Undefined};
use crate::num;

/// One piece of a text to learn from: whose it is, what it says, and whether the model learns to say it.
///
/// The roles are those of the paper that builds the text: steps and reflections, or speakers.
///
/// # Examples
/// ```
/// use probity::correction::Segment;
/// let answer = Segment::learnt("answer", "42");
/// assert!(answer.loss && !Segment::read("question", "6 · 7?").loss);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment<R> {
    /// What the piece is, or who speaks.
    pub role: R,
    /// Its text.
    pub text: String,
    /// Whether the model learns to say it.
    pub loss: bool,
}

impl<R> Segment<R> {
    /// A piece that is read and not learnt.
    pub fn read(role: R, text: impl Into<String>) -> Self {
        Self { role, text: text.into(), loss: false }
    }

    /// A piece that is learnt.
    pub fn learnt(role: R, text: impl Into<String>) -> Self {
        Self { role, text: text.into(), loss: true }
    }
}

/// The share of the pieces that is learnt.
///
/// # Undefined
/// Without pieces.
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::correction::{Segment, loss_share};
/// assert_eq!(loss_share(&[Segment::read("error", "2 + 2 = 5"), Segment::learnt("step", "2 + 2 = 4")])?, 0.5);
/// assert!(loss_share::<()>(&[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn loss_share<R>(segments: &[Segment<R>]) -> Result<f64> {
    let learnt = segments.iter().filter(|segment| segment.loss).count();
    let reason = Undefined::Nothing { what: "segments" };
    num::ratio("share of learnt segments", learnt as f64, segments.len() as f64, reason)
}

/// The mean negative log-likelihood of the tokens that are learnt.
///
/// ```text
/// −mean of log_probs[i] over i with mask[i]
/// ```
///
/// # Undefined
/// If nothing is learnt.
///
/// # Source
/// The loss of S³c-Math (wrong steps masked), CCT (target only) and Agent-R (observations masked).
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::NotFinite`] for a learnt log-probability that is not finite;
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::correction::masked_nll;
/// assert_eq!(masked_nll(&[-0.5, -9.0, -1.5], &[true, false, true])?, 1.0);
/// assert!(masked_nll(&[-0.5], &[false]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn masked_nll(log_probs: &[f64], mask: &[bool]) -> Result<f64> {
    let metric = "masked negative log-likelihood";
    num::check_same_length("mask of the tokens", log_probs.len(), mask.len())?;
    let learnt: Vec<f64> =
        log_probs.iter().zip(mask).filter(|(_, learnt)| **learnt).map(|(p, _)| *p).collect();
    num::check_finite("log-probabilities of learnt tokens", &learnt)?;
    if learnt.is_empty() {
        return Err(Error::undefined(metric, Undefined::Nothing { what: "learnt tokens" }));
    }
    let n = learnt.len() as f64;
    // Each term is divided first: the sum of finite numbers may not be finite.
    Ok(-num::sum(learnt.into_iter().map(|p| p / n)))
}
