use crate::correction::kl_from_distributions;
use crate::error::{Error, Result, Undefined};
use crate::num;

/// Weights of the parts of [`distillation_loss`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DistillationWeights {
    /// Of the loss without a reference answer.
    pub without_reference: f64,
    /// Of the divergence from teacher to student.
    pub divergence: f64,
}

impl Default for DistillationWeights {
    /// 0.3 and 2, those of the released code.
    fn default() -> Self {
        Self { without_reference: 0.3, divergence: 2.0 }
    }
}

/// The loss and its divergence. From [`distillation_loss`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct DistillationLoss {
    /// Mean KL(teacher ‖ student) of a token.
    pub divergence: f64,
    /// All parts together.
    pub total: f64,
}

/// What a judge that has no reference answer is trained with, beside one that has.
///
/// ```text
/// L = L_with + 0.3·L_without + 2·KL        KL = mean over answer tokens of Σ_k t_k ln(t_k/s_k)
/// ```
///
/// `teacher` and `student` are the distributions over the vocabulary at each answer token (the end of the sequence is
/// none) with and without a reference answer. The teacher is a constant of the optimisation.
///
/// # Undefined
/// Without tokens, and where the student gives 0 to what the teacher does not.
///
/// # Source
/// Self-J, released code (kd.py).
///
/// # Errors
/// [`Error::NotFinite`] for a loss or weight that is not finite; [`Error::Length`] for distributions that differ in length;
/// [`Error::Argument`] for a probability that is not from 0 to 1; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::honesty::self_judge::{DistillationWeights, distillation_loss};
/// let weights = DistillationWeights::default();
/// let same = [[0.5, 0.5]];
/// assert_eq!(distillation_loss(1.0, 2.0, &same, &same, weights)?.total, 1.6);
/// assert!(distillation_loss::<[f64; 2]>(1.0, 2.0, &[], &[], weights).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn distillation_loss<R: AsRef<[f64]>>(
    loss_with_reference: f64,
    loss_without_reference: f64,
    teacher: &[R],
    student: &[R],
    weights: DistillationWeights,
) -> Result<DistillationLoss> {
    num::check_finite("losses", &[loss_with_reference, loss_without_reference])?;
    num::check_finite("weights of the losses", &[weights.without_reference, weights.divergence])?;
    if teacher.is_empty() {
        return Err(Error::undefined("distillation loss", Undefined::Nothing { what: "answer tokens" }));
    }
    let divergence = kl_from_distributions(teacher, student)? / teacher.len() as f64;
    let total = loss_with_reference
        + weights.without_reference * loss_without_reference
        + weights.divergence * divergence;
    if !total.is_finite() {
        return Err(Error::Overflow { what: "the distillation loss" });
    }
    Ok(DistillationLoss { divergence, total })
}
