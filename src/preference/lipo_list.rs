use crate::error::{Error, Result, Undefined};
use crate::num;

/// The responses to one prompt: a label and a score each.
///
/// Labels say how good the responses are (higher is better), scores what the policy makes of them: β·(ln π − ln π_ref)
/// for LiPO, average log-probabilities for RRHF.
///
/// # Undefined
/// Without responses.
///
/// # Missing values
/// A response without label or score is left out before.
///
/// # Errors
/// See [`ScoredList::new`].
///
/// # Examples
/// ```
/// use probity::preference::ScoredList;
/// let list = ScoredList::new(&[1.0, 0.0, 0.5], &[-0.2, 0.3, 0.3])?;
/// assert_eq!(list.ranks(), [3, 1, 2]);
/// assert!(ScoredList::new(&[], &[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoredList<'a> {
    pub(super) labels: &'a [f64],
    pub(super) scores: &'a [f64],
}

impl<'a> ScoredList<'a> {
    /// From labels and scores.
    ///
    /// # Errors
    /// [`Error::Length`] for lists that differ in length; [`Error::NotFinite`] for a number that is not finite;
    /// [`Error::Undefined`] without responses.
    pub fn new(labels: &'a [f64], scores: &'a [f64]) -> Result<Self> {
        num::check_same_length("scores of responses", labels.len(), scores.len())?;
        num::check_finite("labels of responses", labels)?;
        num::check_finite("scores of responses", scores)?;
        if labels.is_empty() {
            return Err(Error::undefined("list objective", Undefined::Nothing { what: "responses" }));
        }
        Ok(Self { labels, scores })
    }

    /// Ranks from 1 by score, highest first; ties in the order of the list.
    #[must_use]
    pub fn ranks(&self) -> Vec<u64> {
        let mut ranks = vec![0; self.scores.len()];
        num::descending(self.scores).into_iter().zip(1..).for_each(|(i, rank)| ranks[i] = rank);
        ranks
    }

    /// Each response with its label and score.
    pub(super) fn items(&self) -> impl Iterator<Item = (f64, f64)> + use<'a> {
        self.labels.iter().copied().zip(self.scores.iter().copied())
    }
}

/// How much a rank is discounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Discount {
    /// D(rank) = ln(1 + rank): as LiPO's equation 9 is printed.
    Ln,
    /// D(rank) = log₂(1 + rank): the usual one, and that of rax.
    Log2,
}

impl Discount {
    /// 1/D(rank).
    pub(super) fn of(self, rank: usize) -> f64 {
        let rank = rank as f64;
        match self {
            Self::Ln => 1.0 / rank.ln_1p(),
            Self::Log2 => 1.0 / (1.0 + rank).log2(),
        }
    }
}

/// Which loss of a list with labels ψ and scores s. Sums over pairs are over i, j with ψᵢ > ψⱼ: tied labels make no pair.
///
/// # Source
/// Liu et al. 2024 (LiPO), equations 5 to 11.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum ListLoss {
    /// `Σ ln(1 + e^−(sᵢ − sⱼ))`: DPO for a list of two.
    PairLogistic,
    /// `Σ max(0, 1 − (sᵢ − sⱼ))`: normalised SLiC for a list of two. The derivative at the kink is 0.
    PairHinge,
    /// `−Σₖ [s_τ(k) − ln Σ over j ≥ k of e^s_τ(j)]`, τ by descending label, ties in the order of the list: DPO-PL, PRO.
    ListMle,
    /// `Σ Δᵢⱼ·ln(1 + e^−(sᵢ − sⱼ))` with the weights of [`lipo_lambda_weights`](super::lipo_lambda_weights), constants in the
    /// gradient: LiPO-λ.
    Lambda {
        /// The discount in the weights.
        discount: Discount,
        /// Multiply by the length of the list, as rax does.
        list_scale: bool,
    },
    /// `−Σⱼ (ψⱼ/Σψ)·ln softmax(s)ⱼ`: ListNet. Labels are 0 at least.
    Softmax,
    /// The same with raw ψ, as rax has it.
    SoftmaxUnnormalised,
    /// `Σ (ψ − s)²`.
    PointMse,
    /// `−Σ ψ·ln σ(s) + (1 − ψ)·ln(1 − σ(s))`. Labels are from 0 to 1.
    PointSigmoid,
}

/// Whether a list's terms are added or averaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Reduction {
    /// As the paper's equations.
    #[default]
    Sum,
    /// As rax: over pairs, over responses for the pointwise losses, over lists (one) for the listwise.
    Mean,
}
