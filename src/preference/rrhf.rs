use crate::error::Result;
use crate::num;
use crate::preference::ScoredList;
use crate::preference::lipo::{hinge, over_pairs};

/// What [`rrhf_loss`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RrhfObjective {
    /// The ranking loss.
    pub ranking: f64,
    /// weight·ranking + likelihood loss of the best response.
    pub loss: f64,
    /// Derivative by each score, the likelihood of the best held fixed.
    pub gradient: Vec<f64>,
    /// Position of the response with the greatest label.
    pub best: usize,
}

/// RRHF: responses ranked by their average log-probabilities, and the best one learnt.
///
/// ```text
/// ranking = Σ over i, j with ψᵢ > ψⱼ of max(0, sⱼ − sᵢ)        s: average log-probabilities
/// L = weight·ranking + NLL(best)
/// ```
///
/// The pairwise hinge of [`lipo_loss`](super::lipo_loss) with margin 0. The likelihood is given as a number, as released
/// code may sum or average over tokens; its derivative is 1.
///
/// # Undefined
/// Without responses, which [`ScoredList`] does not hold.
///
/// # Missing values
/// As [`ScoredList`]. Ties: equal labels make no pair, and the first of the greatest is the best.
///
/// # Source
/// Yuan et al. 2023 (RRHF), equations 2 to 4, from memory; the released code weighs the ranking loss.
///
/// # Errors
/// [`Error::NotFinite`](crate::Error::NotFinite) for a likelihood or weight that is not finite;
/// [`Error::Overflow`](crate::Error::Overflow) if the objective leaves the range of `f64`.
///
/// # Complexity
/// Quadratic in the list.
///
/// # Examples
/// ```
/// use probity::preference::{ScoredList, rrhf_loss};
/// let list = ScoredList::new(&[7.0, 3.0], &[-1.5, -1.0])?;
/// let found = rrhf_loss(&list, 12.0, 1.0)?;
/// assert_eq!((found.ranking, found.loss, found.best), (0.5, 12.5, 0));
/// assert_eq!(found.gradient, [-1.0, 1.0]);
/// assert!(rrhf_loss(&list, f64::NAN, 1.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn rrhf_loss(list: &ScoredList<'_>, nll_best: f64, weight: f64) -> Result<RrhfObjective> {
    num::check_finite("likelihood loss and weight", &[nll_best, weight])?;
    let found = over_pairs(list, |_, _, gap| hinge(gap, 0.0));
    let gradient: Vec<f64> = found.gradient.iter().map(|slope| weight * slope).collect();
    let loss = weight * found.loss + nll_best;
    num::check_range("the objective", gradient.iter().chain([&loss]))?;
    let best = num::descending(list.labels).first().copied().unwrap_or(0);
    Ok(RrhfObjective { ranking: found.loss, loss, gradient, best })
}
