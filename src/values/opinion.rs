use crate::error::{Error, Result, Undefined};
use crate::num;

/// How alike two distributions of opinion are. From [`opinion_similarity`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct OpinionSimilarity {
    /// Jensen-Shannon divergence in bits, from 0 to 1.
    pub divergence: f64,
    /// Its square root, a metric.
    pub distance: f64,
    /// 1 − distance.
    pub similarity: f64,
}

/// How alike two distributions over the same answers are: 1 minus the Jensen-Shannon distance.
///
/// ```text
/// m = (p + q)/2        JSD = ½ Σ p log₂(p/m) + ½ Σ q log₂(q/m)        similarity = 1 − √JSD
/// ```
///
/// Weights are divided by their sum first, so counts may be given.
///
/// # Undefined
/// If there are no answers, or all weights of one side are 0.
///
/// # Source
/// GlobalOpinionQA (Durmus et al. 2023), which Yao et al. 2023 (arXiv 2308.12014) name; base 2.
///
/// # Errors
/// [`Error::Length`]; [`Error::NotFinite`]; [`Error::Argument`] for a negative weight.
///
/// # Examples
/// ```
/// use probity::values::opinion_similarity;
/// assert_eq!(opinion_similarity(&[1.0, 0.0], &[0.0, 3.0])?.similarity, 0.0);
/// assert_eq!(opinion_similarity(&[1.0, 2.0], &[2.0, 4.0])?.similarity, 1.0);
/// assert!(opinion_similarity(&[], &[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn opinion_similarity(p: &[f64], q: &[f64]) -> Result<OpinionSimilarity> {
    num::check_same_length("second distribution", p.len(), q.len())?;
    let (p, q) = (distribution(p)?, distribution(q)?);
    let half = |x: f64, y: f64| if x > 0.0 { x * (x / f64::midpoint(x, y)).log2() } else { 0.0 };
    let terms = p.iter().zip(&q).map(|(&x, &y)| half(x, y) + half(y, x));
    let divergence = (num::sum(terms) / 2.0).clamp(0.0, 1.0);
    let distance = divergence.sqrt();
    Ok(OpinionSimilarity { divergence, distance, similarity: 1.0 - distance })
}

fn distribution(weights: &[f64]) -> Result<Vec<f64>> {
    num::check_finite("weights", weights)?;
    if let Some(weight) = weights.iter().find(|w| **w < 0.0) {
        return Err(Error::argument("weights", "none below 0", weight));
    }
    // Divided by the greatest first, so that the sum stays finite.
    let greatest = weights.iter().copied().fold(0.0, f64::max);
    if greatest == 0.0 {
        let reason = Undefined::ZeroDenominator { what: "the sum of the weights" };
        return Err(Error::undefined("opinion similarity", reason));
    }
    let scaled: Vec<f64> = weights.iter().map(|w| w / greatest).collect();
    let total = num::sum(scaled.iter().copied());
    Ok(scaled.into_iter().map(|w| w / total).collect())
}
