use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items};
use crate::num;
use crate::preference::{Discount, Preferred, ScoredList};

/// LiPO's scores: implicit rewards of the responses of a list.
///
/// ```text
/// s = β·(ln π − ln π_ref)
/// ```
///
/// # Undefined
/// Never.
///
/// # Missing values
/// A response without log-probability is left out before.
///
/// # Source
/// Liu et al. 2024 (LiPO), equation 4; β = 0.05 there.
///
/// # Errors
/// [`Error::Length`] for lists that differ in length; [`Error::NotFinite`] for a number that is not finite;
/// [`Error::Argument`] for a β that is not above 0; [`Error::Overflow`] if a score leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::preference::lipo_scores;
/// assert_eq!(lipo_scores(&[-4.0, -2.0], &[-6.0, -2.0], 0.5)?, [1.0, 0.0]);
/// assert!(lipo_scores(&[], &[], 0.5)?.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn lipo_scores(policy: &[f64], reference: &[f64], beta: f64) -> Result<Vec<f64>> {
    num::check_same_length("reference log-probabilities", policy.len(), reference.len())?;
    num::check_finite("log-probabilities", policy)?;
    num::check_finite("reference log-probabilities", reference)?;
    num::check_positive("beta", beta)?;
    let scores: Vec<f64> = policy.iter().zip(reference).map(|(p, r)| beta * (p - r)).collect();
    num::check_range("the objective", &scores)?;
    Ok(scores)
}

/// Whether a response's comparison with itself counts in its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Diagonal {
    /// It does, and the sum is divided by K.
    #[default]
    Included,
    /// It does not, and the sum is divided by K − 1.
    Excluded,
}

/// LiPO's labels from a pairwise ranker: the mean probability of winning.
///
/// ```text
/// ψ[k] = (1/K)·Σᵢ Ψ[k][i]        Ψ[k][i] = P(response k is better than response i)
/// ```
///
/// A ranking by people has Ψ of 1 where k is above i.
///
/// # Undefined
/// Without responses; with one, if the diagonal is left out.
///
/// # Missing values
/// None are allowed.
///
/// # Source
/// Liu et al. 2024 (LiPO), section 3.2.
///
/// # Errors
/// [`Error::Length`] for a matrix that is not square; [`Error::Argument`] for a number outside 0..1; [`Error::Undefined`]
/// as above.
///
/// # Examples
/// ```
/// use probity::preference::{Diagonal, lipo_labels};
/// let wins = [[0.5, 1.0], [0.0, 0.5]];
/// assert_eq!(lipo_labels(&wins, Diagonal::Included)?, [0.75, 0.25]);
/// assert_eq!(lipo_labels(&wins, Diagonal::Excluded)?, [1.0, 0.0]);
/// assert!(lipo_labels(&[[0.5]], Diagonal::Excluded).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn lipo_labels<R: AsRef<[f64]>>(wins: &[R], diagonal: Diagonal) -> Result<Vec<f64>> {
    let responses = wins.len();
    let least = match diagonal {
        Diagonal::Included => 1,
        Diagonal::Excluded => 2,
    };
    if responses < least {
        let reason = Undefined::TooFew { what: "responses", needed: least as u64, found: responses as u64 };
        return Err(Error::undefined("list labels", reason));
    }
    let label = |(k, row): (usize, &R)| {
        let row = row.as_ref();
        num::check_same_length("a row of the win matrix", responses, row.len())?;
        num::check_probabilities("probabilities of winning", row)?;
        let counts = |i: usize| diagonal == Diagonal::Included || i != k;
        let sum = num::sum(row.iter().enumerate().filter(|(i, _)| counts(*i)).map(|(_, p)| *p));
        Ok(sum / (responses + 1 - least) as f64)
    };
    wins.iter().enumerate().map(label).collect()
}

/// The gains and discounts that λ-weights are made of.
pub(super) struct Lambdas {
    gains: Vec<f64>,
    discounts: Vec<f64>,
}

impl Lambdas {
    pub(super) fn new(list: &ScoredList<'_>, discount: Discount) -> Self {
        let gains = list.labels.iter().map(|&label| gain(label)).collect();
        Self { gains, discounts: list.ranks().into_iter().map(|r| discount.of(r as usize)).collect() }
    }

    /// |Gᵢ − Gⱼ|·|1/D(τᵢ) − 1/D(τⱼ)|.
    pub(super) fn weight(&self, i: usize, j: usize) -> f64 {
        (self.gains[i] - self.gains[j]).abs() * (self.discounts[i] - self.discounts[j]).abs()
    }
}

/// 2^ψ − 1.
fn gain(label: f64) -> f64 {
    (label * std::f64::consts::LN_2).exp_m1()
}

/// What [`lipo_lambda_weights`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LambdaWeights {
    /// Ranks from 1 by score.
    pub ranks: Vec<u64>,
    /// Weights of the pairs, the better response's row and the worse one's column; 0 elsewhere.
    pub weights: Vec<Vec<f64>>,
}

/// LiPO-λ's weights: by how much DCG changes if two responses swap places.
///
/// ```text
/// Δᵢⱼ = |Gᵢ − Gⱼ|·|1/D(τᵢ) − 1/D(τⱼ)| for ψᵢ > ψⱼ        G = 2^ψ − 1, τ the rank by score
/// ```
///
/// # Undefined
/// Never.
///
/// # Missing values
/// As [`ScoredList`]. Tied scores rank in the order of the list.
///
/// # Source
/// Liu et al. 2024 (LiPO), equation 9, where D has a natural logarithm; rax has log₂ and multiplies by the list's length.
///
/// # Errors
/// [`Error::Overflow`] if a weight leaves the range of `f64`.
///
/// # Complexity
/// Quadratic in the list.
///
/// # Examples
/// ```
/// use probity::preference::{Discount, ScoredList, lipo_lambda_weights};
/// let list = ScoredList::new(&[0.0, 1.0], &[2.0, 1.0])?;
/// let found = lipo_lambda_weights(&list, Discount::Log2)?;
/// assert_eq!(found.ranks, [1, 2]);
/// assert!((found.weights[1][0] - (1.0 - 1.0 / 3f64.log2())).abs() < 1e-15);
/// assert_eq!(found.weights[0][1], 0.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn lipo_lambda_weights(list: &ScoredList<'_>, discount: Discount) -> Result<LambdaWeights> {
    let lambdas = Lambdas::new(list, discount);
    let row = |(i, better): (usize, &f64)| {
        let weight = |(j, label)| if better > label { lambdas.weight(i, j) } else { 0.0 };
        list.labels.iter().enumerate().map(weight).collect::<Vec<_>>()
    };
    let weights: Vec<Vec<f64>> = list.labels.iter().enumerate().map(row).collect();
    num::check_range("the objective", weights.iter().flatten())?;
    Ok(LambdaWeights { ranks: list.ranks(), weights })
}

/// What [`lipo_dcg`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Dcg {
    /// The discounted gain.
    pub dcg: f64,
    /// Divided by the greatest that the labels allow.
    pub ndcg: Result<f64>,
}

/// Discounted cumulative gain of a list ordered by its scores.
///
/// ```text
/// DCG = Σ over ranks up to k of (2^ψ − 1)/D(rank)        NDCG = DCG / DCG by descending label
/// ```
///
/// # Undefined
/// NDCG where the ideal is zero.
///
/// # Missing values
/// As [`ScoredList`]. Tied scores rank in the order of the list.
///
/// # Source
/// Liu et al. 2024 (LiPO), section 3.3; Järvelin and Kekäläinen 2002. log₂ is usual.
///
/// # Errors
/// [`Error::Overflow`] if the gain leaves the range of `f64`.
///
/// # Complexity
/// O(n log n).
///
/// # Examples
/// ```
/// use probity::preference::{Discount, ScoredList, lipo_dcg};
/// let list = ScoredList::new(&[1.0, 0.0], &[0.1, 0.7])?;
/// let found = lipo_dcg(&list, None, Discount::Log2)?;
/// assert_eq!(found.dcg, found.ndcg?);
/// assert_eq!(lipo_dcg(&list, Some(1), Discount::Log2)?.dcg, 0.0);
/// let zero = ScoredList::new(&[0.0], &[1.0])?;
/// assert!(lipo_dcg(&zero, None, Discount::Log2)?.ndcg.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn lipo_dcg(list: &ScoredList<'_>, k: Option<usize>, discount: Discount) -> Result<Dcg> {
    let gain_of = |order: Vec<usize>| {
        let places = order.into_iter().take(k.unwrap_or(usize::MAX)).zip(1..);
        num::sum(places.map(|(i, rank)| gain(list.labels[i]) * discount.of(rank)))
    };
    let (dcg, ideal) = (gain_of(num::descending(list.scores)), gain_of(num::descending(list.labels)));
    num::check_range("the objective", [&dcg, &ideal])?;
    let reason = Undefined::ZeroDenominator { what: "the gain of the ideal order" };
    Ok(Dcg { dcg, ndcg: num::ratio("NDCG", dcg, ideal, reason) })
}

/// What [`lipo_autosxs`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AutoSxs {
    /// The mean verdict, 1 for the first side.
    pub mean: Estimate,
    /// The side that wins, `None` for a tie.
    pub winner: Option<Preferred>,
}

/// LiPO's AutoSxS: the verdict of several decodes of a judge in both orders.
///
/// ```text
/// mean of verdicts, 1 for the first side, 0 for the second, ½ for a tie
/// the first side wins if mean − ½ > threshold, the second if ½ − mean > threshold
/// ```
///
/// # Undefined
/// Without verdicts.
///
/// # Missing values
/// A decode without verdict is left out before.
///
/// # Intervals
/// Student's t over decodes, within 0..1.
///
/// # Source
/// Liu et al. 2024 (LiPO), section 4.2: 8 decodes in each order, threshold 0.35. "Magnitude exceeds 0.35" is read as the
/// distance from one half.
///
/// # Errors
/// [`Error::Argument`] for a number outside 0..1; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::preference::{Preferred, lipo_autosxs};
/// let found = lipo_autosxs(&[1.0, 1.0, 1.0, 0.5], 0.35, Level::default())?;
/// assert_eq!((found.mean.value, found.winner), (0.875, Some(Preferred::First)));
/// assert_eq!(lipo_autosxs(&[1.0, 0.5], 0.35, Level::default())?.winner, None);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn lipo_autosxs(verdicts: &[f64], threshold: f64, level: Level) -> Result<AutoSxs> {
    num::check_probabilities("verdicts", verdicts)?;
    num::check_probability("threshold", threshold)?;
    let mean = mean_over_items("mean verdict", "verdicts", verdicts, (0.0, 1.0), level)?;
    let lead = mean.value - 0.5;
    let winner = if lead > threshold {
        Some(Preferred::First)
    } else if -lead > threshold {
        Some(Preferred::Second)
    } else {
        None
    };
    Ok(AutoSxs { mean, winner })
}
