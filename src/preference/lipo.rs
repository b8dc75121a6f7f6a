use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::preference::lipo_selection::Lambdas;
use crate::preference::soft_label::{Logistic, logistic};
use crate::preference::{ListLoss, Reduction, ScoredList};

/// What [`lipo_loss`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ListObjective {
    /// The loss of the list.
    pub loss: f64,
    /// Derivative by each score.
    pub gradient: Vec<f64>,
    /// Terms that entered: pairs, responses, or 1.
    pub terms: usize,
}

/// A loss of LiPO's for one list of responses.
///
/// ```text
/// pairs      i, j with ψᵢ > ψⱼ: f(sᵢ − sⱼ), weighted or not
/// listwise   −Σ over places k of [s − ln Σ over the remaining of eˢ], or −Σ weight·ln softmax(s)
/// pointwise  g(ψ, s)
/// ```
///
/// [`ListLoss`] has each of them. A list without pairs costs nothing, also in the mean.
///
/// # Undefined
/// [`ListLoss::Softmax`] of labels that sum to zero.
///
/// # Missing values
/// As [`ScoredList`]. Ties of labels make no pair.
///
/// # Source
/// Liu et al. 2024 (LiPO), equations 5 to 11. The authors ran rax with its defaults: [`Reduction::Mean`],
/// [`ListLoss::SoftmaxUnnormalised`], and for λ log₂ and the list scale.
///
/// # Errors
/// [`Error::Argument`] for a label outside what the loss takes; [`Error::Overflow`] if the objective leaves the range of
/// `f64`; [`Error::Undefined`] as above.
///
/// # Complexity
/// Quadratic in the list, linear for the softmax and the pointwise losses.
///
/// # Examples
/// ```
/// use probity::preference::{ListLoss, Reduction, ScoredList, lipo_loss};
/// let list = ScoredList::new(&[1.0, 0.0], &[0.3, -0.2])?;
/// let found = lipo_loss(&list, ListLoss::PairHinge, Reduction::Sum)?;
/// assert_eq!((found.loss, found.gradient, found.terms), (0.5, vec![-1.0, 1.0], 1));
/// let tied = ScoredList::new(&[0.5, 0.5], &[0.3, -0.2])?;
/// assert_eq!(lipo_loss(&tied, ListLoss::PairLogistic, Reduction::Mean)?.loss, 0.0);
/// let zero = ScoredList::new(&[0.0, 0.0], &[0.3, -0.2])?;
/// assert!(lipo_loss(&zero, ListLoss::Softmax, Reduction::Sum).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn lipo_loss(list: &ScoredList<'_>, loss: ListLoss, reduction: Reduction) -> Result<ListObjective> {
    let found = match loss {
        ListLoss::PairLogistic => over_pairs(list, |_, _, gap| logistic(gap, 1.0)),
        ListLoss::PairHinge => over_pairs(list, |_, _, gap| hinge(gap, 1.0)),
        ListLoss::Lambda { discount, list_scale } => {
            let lambdas = Lambdas::new(list, discount);
            let scale = if list_scale { list.labels.len() as f64 } else { 1.0 };
            over_pairs(list, |i, j, gap| {
                let (found, weight) = (logistic(gap, 1.0), scale * lambdas.weight(i, j));
                Logistic { value: weight * found.value, slope: weight * found.slope }
            })
        }
        ListLoss::ListMle => list_mle(list),
        ListLoss::Softmax => {
            check_weights(list)?;
            let total = num::sum(list.labels.iter().copied());
            if total == 0.0 {
                let reason = Undefined::ZeroDenominator { what: "the sum of the labels" };
                return Err(Error::undefined("softmax loss", reason));
            }
            softmax(list, total)
        }
        ListLoss::SoftmaxUnnormalised => {
            check_weights(list)?;
            softmax(list, 1.0)
        }
        ListLoss::PointMse => over_points(list, |label, score| {
            let gap = score - label;
            Logistic { value: gap * gap, slope: 2.0 * gap }
        }),
        ListLoss::PointSigmoid => {
            num::check_probabilities("labels of responses", list.labels)?;
            over_points(list, |label, score| logistic(score, label))
        }
    };
    reduced(found, reduction)
}

fn check_weights(list: &ScoredList<'_>) -> Result<()> {
    match list.labels.iter().find(|&&label| label < 0.0) {
        None => Ok(()),
        Some(label) => Err(Error::argument("labels of responses", "numbers, 0 at least", label)),
    }
}

fn reduced(found: ListObjective, reduction: Reduction) -> Result<ListObjective> {
    let ListObjective { mut loss, mut gradient, terms } = found;
    if reduction == Reduction::Mean && terms > 1 {
        loss /= terms as f64;
        gradient.iter_mut().for_each(|slope| *slope /= terms as f64);
    }
    num::check_range("the objective", gradient.iter().chain([&loss]))?;
    Ok(ListObjective { loss, gradient, terms })
}

/// max(0, margin − gap).
pub(super) fn hinge(gap: f64, margin: f64) -> Logistic {
    Logistic { value: (margin - gap).max(0.0), slope: if gap < margin { -1.0 } else { 0.0 } }
}

/// The sum over pairs of different labels of a term of their positions and the difference of their scores.
pub(super) fn over_pairs(
    list: &ScoredList<'_>,
    term: impl Fn(usize, usize, f64) -> Logistic,
) -> ListObjective {
    let mut gradient = vec![0.0; list.labels.len()];
    let (mut loss, mut terms) = (num::Sum::default(), 0);
    for (i, (better, high)) in list.items().enumerate() {
        for (j, (_, low)) in list.items().enumerate().filter(|(_, (label, _))| better > *label) {
            let found = term(i, j, high - low);
            loss.add(found.value);
            gradient[i] += found.slope;
            gradient[j] -= found.slope;
            terms += 1;
        }
    }
    ListObjective { loss: loss.value(), gradient, terms }
}

fn over_points(list: &ScoredList<'_>, term: impl Fn(f64, f64) -> Logistic) -> ListObjective {
    let (mut loss, mut gradient) = (num::Sum::default(), Vec::with_capacity(list.labels.len()));
    for (label, score) in list.items() {
        let found = term(label, score);
        loss.add(found.value);
        gradient.push(found.slope);
    }
    ListObjective { loss: loss.value(), terms: gradient.len(), gradient }
}

fn list_mle(list: &ScoredList<'_>) -> ListObjective {
    let order = num::descending(list.labels);
    let scores: Vec<f64> = order.iter().map(|&i| list.scores[i]).collect();
    let (mut loss, mut gradient) = (num::Sum::default(), vec![0.0; scores.len()]);
    for (place, (&score, &i)) in scores.iter().zip(&order).enumerate() {
        let remaining = &scores[place..];
        let total = num::ln_sum_exp(remaining);
        loss.add(total - score);
        gradient[i] -= 1.0;
        for (&other, &j) in remaining.iter().zip(&order[place..]) {
            gradient[j] += (other - total).exp();
        }
    }
    ListObjective { loss: loss.value(), gradient, terms: 1 }
}

/// Cross-entropy of the labels over `total` with the softmax of the scores.
fn softmax(list: &ScoredList<'_>, total: f64) -> ListObjective {
    let partition = num::ln_sum_exp(list.scores);
    let weights = num::sum(list.labels.iter().map(|label| label / total));
    let loss = num::sum(list.items().map(|(label, score)| label / total * (partition - score)));
    let slope = |(label, score): (f64, f64)| weights * (score - partition).exp() - label / total;
    ListObjective { loss, gradient: list.items().map(slope).collect(), terms: 1 }
}
