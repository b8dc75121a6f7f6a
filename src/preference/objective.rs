use crate::error::Result;
use crate::num;

/// The loss of each pair, their mean, and the gradient of the mean.
///
/// The derivatives are by what was given of the policy: log-probabilities of responses, or their averages where the
/// objective takes averages.
///
/// # Errors
/// None of its own; every function that returns it says when the objective leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::preference::{DpoLoss, DpoOptions, PairLogProbs, dpo_loss};
/// let pairs = PairLogProbs::new((&[-1.0], &[-1.0]), (&[-1.0], &[-1.0]))?;
/// let found = dpo_loss(&pairs, &DpoOptions::new(DpoLoss::Sigmoid))?;
/// assert!((found.loss - std::f64::consts::LN_2).abs() < 1e-15);
/// assert_eq!((found.grad_chosen[0], found.grad_rejected[0]), (-0.05, 0.05));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PairObjective {
    /// Of each pair.
    pub losses: Vec<f64>,
    /// Their mean.
    pub loss: f64,
    /// Derivative of the mean by the log-probability of each chosen response.
    pub grad_chosen: Vec<f64>,
    /// Derivative of the mean by the log-probability of each rejected response.
    pub grad_rejected: Vec<f64>,
}

/// One pair's loss and its derivatives by the chosen and the rejected log-probability.
#[derive(Debug, Clone, Copy)]
pub(super) struct PairTerm {
    pub(super) value: f64,
    pub(super) chosen: f64,
    pub(super) rejected: f64,
}

impl PairObjective {
    /// From the terms of at least one pair.
    pub(super) fn from_terms(terms: impl Iterator<Item = PairTerm>) -> Result<Self> {
        let (mut losses, mut grad_chosen, mut grad_rejected) = (Vec::new(), Vec::new(), Vec::new());
        for term in terms {
            losses.push(term.value);
            grad_chosen.push(term.chosen);
            grad_rejected.push(term.rejected);
        }
        Self::from_parts(losses, grad_chosen, grad_rejected)
    }

    /// From losses and derivatives a pair: the derivatives become those of the mean.
    pub(crate) fn from_parts(
        losses: Vec<f64>,
        mut grad_chosen: Vec<f64>,
        mut grad_rejected: Vec<f64>,
    ) -> Result<Self> {
        let n = losses.len() as f64;
        grad_chosen.iter_mut().chain(&mut grad_rejected).for_each(|g| *g /= n);
        let loss = num::mean(&losses);
        num::check_range(
            "the objective",
            std::iter::once(&loss).chain(&losses).chain(&grad_chosen).chain(&grad_rejected),
        )?;
        Ok(Self { losses, loss, grad_chosen, grad_rejected })
    }
}
