use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::peer_review::ExamScores;

/// How much a reviewer counts by what it scored, before weights are divided by their sum.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum ReviewerWeight {
    /// All the same.
    #[default]
    Uniform,
    /// ln(p/(1 − p)): negative below one half.
    LogOdds,
    /// exp(α p).
    Exponential {
        /// The factor α.
        alpha: f64,
    },
    /// p^α.
    Power {
        /// The exponent α.
        alpha: f64,
    },
}

impl ReviewerWeight {
    fn of(self, score: f64) -> Result<f64> {
        let weight = match self {
            Self::Uniform => 1.0,
            Self::LogOdds => score.ln() - (-score).ln_1p(),
            Self::Exponential { alpha } => (alpha * score).exp(),
            Self::Power { alpha } => score.powf(alpha),
        };
        if weight.is_finite() {
            return Ok(weight);
        }
        let expected = "one whose weight is finite (log odds: strictly between 0 and 1)";
        Err(Error::argument("exam score of a reviewer", expected, score))
    }
}

/// How the scores of two exams become one weight.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Mixing {
    /// Each score becomes a weight, and the weights are mixed: the published code.
    Weights {
        /// The share of the exam against gold answers.
        gold: f64,
    },
    /// The scores are mixed, and the mixture becomes a weight: the documentation.
    Scores {
        /// The share of the exam against gold answers.
        gold: f64,
    },
}

impl Default for Mixing {
    fn default() -> Self {
        Self::Weights { gold: 0.5 }
    }
}

/// How much each reviewer counts; the weights sum to 1.
///
/// ```text
/// one exam: f(p)      two exams: g f(p_gold) + (1 − g) f(p_consistency), or f(g p_gold + (1 − g) p_consistency)
/// ```
///
/// Log odds of less than one half are negative: such a reviewer counts against what it says, unless an exam keeps it out.
///
/// # Undefined
/// Without reviewers; if the weights sum to 0.
///
/// # Missing values
/// An exam that was not held is `None` for every reviewer; uniform weights need no exam.
///
/// # Source
/// Chu et al. 2024, *PRE* (`PRE/eval.py`). That log odds of the pairwise exam's accuracy are the paper's headline setting is
/// from memory; the shipped configuration has uniform weights. The published code fails for any but uniform weights.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Argument`] for a weight that is not finite (log odds of 0 or 1), a share outside
/// 0..=1, or reviewers without a score.
///
/// # Examples
/// ```
/// use probity::peer_review::{ExamScores, Mixing, ReviewerWeight, reviewer_weights};
/// let score = |gold| ExamScores { gold: Some(gold), consistency: None };
/// let weights = reviewer_weights(&[score(0.75), score(0.25)], ReviewerWeight::Power { alpha: 1.0 }, Mixing::default())?;
/// assert_eq!(weights, [0.75, 0.25]);
/// // ln 3 and −ln 3 cancel out.
/// let cancelled = reviewer_weights(&[score(0.75), score(0.25)], ReviewerWeight::LogOdds, Mixing::default());
/// assert!(cancelled.unwrap_err().is_undefined());
/// assert!(reviewer_weights(&[score(1.0)], ReviewerWeight::LogOdds, Mixing::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn reviewer_weights(scores: &[ExamScores], weight: ReviewerWeight, mixing: Mixing) -> Result<Vec<f64>> {
    const METRIC: &str = "reviewer weights";
    if scores.is_empty() {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "reviewers" }));
    }
    let (Mixing::Weights { gold: share } | Mixing::Scores { gold: share }) = mixing;
    num::check_probability("share of the gold exam", share)?;
    let mix = |gold: f64, consistency: f64| share * gold + (1.0 - share) * consistency;
    let raw = |scores: &ExamScores| match (scores.gold, scores.consistency, mixing) {
        _ if weight == ReviewerWeight::Uniform => Ok(1.0),
        (Some(gold), Some(own), Mixing::Weights { .. }) => Ok(mix(weight.of(gold)?, weight.of(own)?)),
        (Some(gold), Some(own), Mixing::Scores { .. }) => weight.of(mix(gold, own)),
        (Some(score), None, _) | (None, Some(score), _) => weight.of(score),
        (None, None, _) => Err(Error::argument("exam scores", "a score a reviewer", "none")),
    };
    let raw = scores.iter().map(raw).collect::<Result<Vec<f64>>>()?;
    let total = num::sum(raw.iter().copied());
    // Log odds that cancel leave what rounding left of them.
    let scale = num::sum(raw.iter().map(|w| w.abs()));
    if !scale.is_finite() {
        return Err(Error::Overflow { what: "the sum of the reviewers' weights" });
    }
    if total.abs() <= scale * f64::EPSILON {
        return Err(Error::undefined(METRIC, Undefined::ZeroDenominator { what: "the sum of the weights" }));
    }
    Ok(raw.into_iter().map(|w| w / total).collect())
}
