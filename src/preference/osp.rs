use crate::error::Result;
use crate::num;
use crate::preference::judged::judge_preference;
use crate::preference::{JudgePreference, PairLogProbs, PairObjective, SoftLabels, soft_label_loss};

/// Probabilities are moved this far from 0 and 1 before their logits are taken.
const LEAST_PROBABILITY: f64 = 1e-6;

/// OSP's judge: how probable the model finds it that the first response is better.
///
/// ```text
/// p = σ(ln P(token of the first) − ln P(token of the second)), the mean over both orders if both are given
/// ```
///
/// In each order the first number belongs to the token that names the first response, wherever it stood.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// Without the swapped order the probability is that of one order.
///
/// # Source
/// Zhai et al. 2024 (OSP), as summarised; [`scir_generative_probability`](super::scir_generative_probability) is the same
/// judge.
///
/// # Errors
/// [`Error::NotFinite`](crate::Error::NotFinite) for a log-probability that is not finite.
///
/// # Examples
/// ```
/// use probity::preference::osp_judge_probability;
/// let one_order = osp_judge_probability([-1.0, -1.0], None)?;
/// assert_eq!((one_order.probability, one_order.position_gap), (0.5, None));
/// // A judge who always prefers what stands first.
/// let biased = osp_judge_probability([-0.1, -2.0], Some([-2.0, -0.1]))?;
/// assert!((biased.probability - 0.5).abs() < 1e-15 && biased.position_gap > Some(0.7));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn osp_judge_probability(given: [f64; 2], swapped: Option<[f64; 2]>) -> Result<JudgePreference> {
    judge_preference(given, swapped)
}

/// Which pairs a ranking gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PairScheme {
    /// Every response with every later one.
    #[default]
    All,
    /// Every response with the next.
    Adjacent,
    /// The first with every other.
    BestVersusRest,
    /// The first with the last.
    BestWorst,
    /// The first with the last, the second with the last but one, and so on; the middle one stays alone.
    Fold,
}

/// A pair with the strength of its preference.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RankedPair {
    /// Position of the better response.
    pub chosen: usize,
    /// Position of the worse one.
    pub rejected: usize,
    /// How probable it is that the chosen one is better.
    pub strength: f64,
}

/// What [`osp_ranked_pairs`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RankedPairs {
    /// Positions of the responses, best first.
    pub order: Vec<usize>,
    /// The pairs that are strong enough, in the order of the ranking.
    pub pairs: Vec<RankedPair>,
}

/// OSP's ranked pairing: pairs of responses that were each compared with one baseline.
///
/// ```text
/// p[i] = P(response i is better than the baseline), moved into 1e-6 ..= 1 − 1e-6
/// order by p, best first; strength of (i, j) = σ(logit p[i] − logit p[j])
/// ```
///
/// n judgments rank n responses. Pairs weaker than `least_strength` are dropped: 0.5 keeps all.
///
/// # Undefined
/// Never: fewer than two responses give no pairs.
///
/// # Missing values
/// A response without judgment is left out before. Ties: the earlier response ranks first.
///
/// # Source
/// Zhai et al. 2024 (OSP). That all candidates meet one baseline is reported of the paper; chaining the comparisons by
/// their logits (Bradley-Terry) and the schemes are ours.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) for a number outside 0..1.
///
/// # Complexity
/// O(n²) pairs for [`PairScheme::All`], O(n log n) otherwise.
///
/// # Examples
/// ```
/// use probity::preference::{PairScheme, osp_ranked_pairs};
/// let found = osp_ranked_pairs(&[0.2, 0.8, 0.5], PairScheme::BestWorst, 0.5)?;
/// assert_eq!(found.order, [1, 2, 0]);
/// assert_eq!((found.pairs[0].chosen, found.pairs[0].rejected), (1, 0));
/// assert!((found.pairs[0].strength - 16.0 / 17.0).abs() < 1e-12);
/// assert!(osp_ranked_pairs(&[0.2], PairScheme::All, 0.5)?.pairs.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn osp_ranked_pairs(
    versus_baseline: &[f64],
    scheme: PairScheme,
    least_strength: f64,
) -> Result<RankedPairs> {
    num::check_probabilities("probabilities of being better than the baseline", versus_baseline)?;
    num::check_probability("least strength", least_strength)?;
    let clamped: Vec<f64> =
        versus_baseline.iter().map(|p| p.clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY)).collect();
    let logit = |p: f64| p.ln() - (-p).ln_1p();
    let mut order: Vec<usize> = (0..clamped.len()).collect();
    order.sort_by(|&i, &j| clamped[j].total_cmp(&clamped[i]));
    let n = order.len();
    let places: Vec<(usize, usize)> = match scheme {
        PairScheme::All => (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).collect(),
        PairScheme::Adjacent => (1..n).map(|b| (b - 1, b)).collect(),
        PairScheme::BestVersusRest => (1..n).map(|b| (0, b)).collect(),
        PairScheme::BestWorst => (n > 1).then(|| (0, n - 1)).into_iter().collect(),
        PairScheme::Fold => (0..n / 2).map(|a| (a, n - 1 - a)).collect(),
    };
    let pair = |(a, b): (usize, usize)| {
        let (chosen, rejected) = (order[a], order[b]);
        let strength = num::sigmoid(logit(clamped[chosen]) - logit(clamped[rejected]));
        RankedPair { chosen, rejected, strength }
    };
    let pairs = places.into_iter().map(pair).filter(|pair| pair.strength >= least_strength).collect();
    Ok(RankedPairs { order, pairs })
}

/// What [`osp_spce_loss`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SpceObjective {
    /// Losses, mean and gradients.
    pub objective: PairObjective,
    /// The margin β·d at which each pair's loss is least, logit p; `None` where there is none, at p of 0 or 1.
    pub optimal_margin: Vec<Option<f64>>,
    /// Each pair's least loss, the entropy of its strength.
    pub entropy_floor: Vec<f64>,
}

/// OSP's soft-preference cross-entropy: the logistic loss whose labels are the strengths of the preferences.
///
/// ```text
/// z = β·d       L = −[p·ln σ(z) + (1 − p)·ln σ(−z)]       least at z = logit p, where it is the entropy of p
/// ```
///
/// # Undefined
/// Without pairs, which [`PairLogProbs`] does not hold.
///
/// # Source
/// Zhai et al. 2024 (OSP), by the definition of the loss; β = 0.1. See [`soft_label_loss`].
///
/// # Errors
/// As [`SoftLabels::each`] and [`soft_label_loss`].
///
/// # Examples
/// ```
/// use probity::preference::{PairLogProbs, osp_spce_loss};
/// let pairs = PairLogProbs::new((&[-1.0, -1.0], &[-1.0, -1.0]), (&[-1.0, -1.0], &[-1.0, -1.0]))?;
/// let found = osp_spce_loss(&pairs, &[0.5, 1.0], 0.1)?;
/// assert_eq!(found.optimal_margin, [Some(0.0), None]);
/// assert_eq!(found.objective.losses[0], found.entropy_floor[0]);
/// assert_eq!(found.objective.grad_chosen[0], 0.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn osp_spce_loss(pairs: &PairLogProbs<'_>, strengths: &[f64], beta: f64) -> Result<SpceObjective> {
    let objective = soft_label_loss(pairs, SoftLabels::each(strengths)?, beta)?;
    let margin = |&p: &f64| (p > 0.0 && p < 1.0).then(|| p.ln() - (-p).ln_1p());
    Ok(SpceObjective {
        objective,
        optimal_margin: strengths.iter().map(margin).collect(),
        entropy_floor: strengths.iter().map(|&p| binary_entropy(p)).collect(),
    })
}

/// −p·ln p − (1 − p)·ln(1 − p), 0 at both ends.
pub(super) fn binary_entropy(p: f64) -> f64 {
    let part = |p: f64, ln_p: f64| if p > 0.0 { -p * ln_p } else { 0.0 };
    part(p, p.ln()) + part(1.0 - p, (-p).ln_1p())
}
