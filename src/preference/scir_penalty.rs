use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::preference::osp::binary_entropy;

/// Probabilities are moved this far from 0 and 1.
const LEAST_PROBABILITY: f64 = 1e-12;

/// What the disagreement of several models about a pair is measured by.
///
/// The paper's own expression is not known to us; all of these, and the default, are our choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PenaltyKind {
    /// Mean over pairs of models of ½·(KL(p‖q) + KL(q‖p)).
    #[default]
    SymmetricKl,
    /// Entropy of the mean probability less the mean entropy.
    JensenShannon,
    /// Mean over ordered pairs of models of −p·ln q − (1 − p)·ln(1 − q).
    CrossEntropy,
    /// −ln(Πp + Π(1 − p)): of the probability that independent draws from all models agree.
    AgreementNll,
}

/// What [`scir_penalty`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ScirPenalty {
    /// The disagreement of the models.
    pub consistency: f64,
    /// Their mean entropy: their lack of confidence.
    pub entropy: f64,
    /// consistency + weight·entropy.
    pub penalty: f64,
    /// Derivative of the penalty by each model's probability; 0 where that was moved away from 0 or 1.
    pub gradient: Vec<f64>,
}

/// SCIR's consistency penalty of one pair: how far its internal reward models disagree, and how unsure they are.
///
/// ```text
/// penalty = consistency(kind) + entropy_weight · mean over models of H(p),       H(p) = −p·ln p − (1 − p)·ln(1 − p)
/// ```
///
/// `probabilities` are those, by each model, that the first response is better, moved into 1e-12 ..= 1 − 1e-12.
///
/// # Undefined
/// For fewer than two models.
///
/// # Missing values
/// A model without a probability is left out before.
///
/// # Source
/// Zhou et al. 2025 (SCIR): a loss that draws the predictions together and rewards confidence is reported; its form and
/// weight are not, so that [`PenaltyKind`], its default and the weight (1 in our vectors) are ours.
///
/// # Errors
/// [`Error::Argument`] for a number outside 0..1; [`Error::NotFinite`] for a weight that is not finite;
/// [`Error::Undefined`] as above.
///
/// # Complexity
/// Quadratic in the models.
///
/// # Examples
/// ```
/// use probity::preference::{PenaltyKind, scir_penalty};
/// let agreed = scir_penalty(&[0.8, 0.8], PenaltyKind::SymmetricKl, 0.0)?;
/// assert_eq!((agreed.consistency, agreed.penalty), (0.0, 0.0));
/// let contradiction = scir_penalty(&[1.0, 0.0], PenaltyKind::SymmetricKl, 1.0)?;
/// assert!((contradiction.penalty - 27.631).abs() < 1e-3);
/// assert!(scir_penalty(&[0.4], PenaltyKind::SymmetricKl, 1.0).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn scir_penalty(probabilities: &[f64], kind: PenaltyKind, entropy_weight: f64) -> Result<ScirPenalty> {
    num::check_probabilities("probabilities of the models", probabilities)?;
    num::check_finite("entropy weight", &[entropy_weight])?;
    let models = probabilities.len();
    if models < 2 {
        let reason = Undefined::TooFew { what: "models", needed: 2, found: models as u64 };
        return Err(Error::undefined("consistency penalty", reason));
    }
    let sides: Vec<Side> = probabilities.iter().map(|&p| Side::new(p)).collect();
    let (consistency, mut gradient) = match kind {
        PenaltyKind::SymmetricKl => symmetric_kl(&sides),
        PenaltyKind::JensenShannon => jensen_shannon(&sides),
        PenaltyKind::CrossEntropy => cross_entropy(&sides),
        PenaltyKind::AgreementNll => agreement_nll(&sides),
    };
    let k = models as f64;
    let entropy = num::sum(sides.iter().map(|s| binary_entropy(s.p))) / k;
    for ((slope, side), &given) in gradient.iter_mut().zip(&sides).zip(probabilities) {
        *slope = if side.p == given { *slope - entropy_weight * side.logit() / k } else { 0.0 };
    }
    Ok(ScirPenalty { consistency, entropy, penalty: consistency + entropy_weight * entropy, gradient })
}

/// A probability inside 0..1 with the logarithms of both sides.
struct Side {
    p: f64,
    ln_p: f64,
    ln_rest: f64,
}

impl Side {
    fn new(p: f64) -> Self {
        let p = p.clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY);
        Self { p, ln_p: p.ln(), ln_rest: (-p).ln_1p() }
    }

    fn logit(&self) -> f64 {
        self.ln_p - self.ln_rest
    }
}

/// The mean over ordered pairs of different models, of a term with its derivatives by the two.
fn over_pairs(sides: &[Side], term: impl Fn(&Side, &Side) -> (f64, f64, f64)) -> (f64, Vec<f64>) {
    let count = (sides.len() * (sides.len() - 1)) as f64;
    let (mut value, mut gradient) = (num::Sum::default(), vec![0.0; sides.len()]);
    for (i, a) in sides.iter().enumerate() {
        for (j, b) in sides.iter().enumerate().filter(|&(j, _)| j != i) {
            let (of_pair, by_a, by_b) = term(a, b);
            value.add(of_pair);
            gradient[i] += by_a / count;
            gradient[j] += by_b / count;
        }
    }
    (value.value() / count, gradient)
}

/// ½·(KL(p‖q) + KL(q‖p)) = ½·(p − q)·(logit p − logit q).
fn symmetric_kl(sides: &[Side]) -> (f64, Vec<f64>) {
    over_pairs(sides, |a, b| {
        let (apart, logits) = (a.p - b.p, a.logit() - b.logit());
        let slope = |side: &Side, sign: f64| 0.5 * sign * (logits + apart / (side.p * (1.0 - side.p)));
        (0.5 * apart * logits, slope(a, 1.0), slope(b, -1.0))
    })
}

fn jensen_shannon(sides: &[Side]) -> (f64, Vec<f64>) {
    let k = sides.len() as f64;
    let centre = Side::new(num::sum(sides.iter().map(|s| s.p)) / k);
    let entropies = num::sum(sides.iter().map(|s| binary_entropy(s.p)));
    let gradient = sides.iter().map(|s| (s.logit() - centre.logit()) / k).collect();
    ((binary_entropy(centre.p) - entropies / k).max(0.0), gradient)
}

fn cross_entropy(sides: &[Side]) -> (f64, Vec<f64>) {
    over_pairs(sides, |a, b| {
        let value = -a.p * b.ln_p - (1.0 - a.p) * b.ln_rest;
        (value, -b.logit(), (1.0 - a.p) / (1.0 - b.p) - a.p / b.p)
    })
}

/// In logarithms, as the products of many models' probabilities leave the range.
fn agreement_nll(sides: &[Side]) -> (f64, Vec<f64>) {
    let all_first = num::sum(sides.iter().map(|s| s.ln_p));
    let all_second = num::sum(sides.iter().map(|s| s.ln_rest));
    let agreed = num::ln_sum_exp(&[all_first, all_second]);
    let (first, second) = ((all_first - agreed).exp(), (all_second - agreed).exp());
    (-agreed, sides.iter().map(|s| second / (1.0 - s.p) - first / s.p).collect())
}
