use std::hash::Hash;

use crate::correlation::{Options, pearson};
use crate::error::{Error, Result, Undefined};
use crate::inference::Estimate;
use crate::num;
use crate::search::majority_vote;

/// How far the sampled answers to one question agree. From [`answer_consistency`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AnswerConsistency<'a, T> {
    /// Σ p·log₂p over distinct answers: 0 if all are the same, the lower the less consistent.
    pub negative_entropy_bits: f64,
    /// Distinct answers over samples, the disagreement of Active Prompting.
    pub unique_ratio: f64,
    /// The most frequent answer; the first seen on ties.
    pub majority: &'a T,
    /// Its share of the samples.
    pub majority_share: f64,
    /// How many samples.
    pub samples: usize,
}

/// How far the sampled answers to one question agree.
///
/// ```text
/// negative entropy = Σ p(y)·log₂ p(y) over distinct answers     (equation 4)
/// disagreement     = distinct answers / samples
/// majority share   = greatest count / samples
/// ```
///
/// # Undefined
/// Without samples.
///
/// # Missing values
/// There are none: a sample without an answer is an answer of its own kind (`None` of an `Option`), or left out.
///
/// # Source
/// Liang et al. 2024, "Internal Consistency and Self-Feedback in Large Language Models: A Survey" (arXiv 2407.14507),
/// equation 4; Diao et al. 2023 (Active Prompting) for the disagreement.
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::answer_consistency;
/// let c = answer_consistency(&["4", "3", "3", "3", "4"])?;
/// assert!((c.negative_entropy_bits + 0.971).abs() < 5e-4);
/// assert_eq!((*c.majority, c.majority_share, c.unique_ratio), ("3", 0.6, 0.4));
/// assert_eq!(answer_consistency(&["4"])?.negative_entropy_bits, 0.0);
/// assert!(answer_consistency::<u8>(&[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn answer_consistency<T: Eq + Hash>(samples: &[T]) -> Result<AnswerConsistency<'_, T>> {
    let answers: Vec<Option<&T>> = samples.iter().map(Some).collect();
    let vote = majority_vote(&answers)?.dereferenced();
    let n = samples.len() as f64;
    let entropy_bits = num::sum(vote.totals.iter().map(|t| t.1 / n * (t.1 / n).log2()));
    Ok(AnswerConsistency {
        negative_entropy_bits: entropy_bits,
        unique_ratio: vote.totals.len() as f64 / n,
        majority: vote.winner,
        majority_share: vote.share(),
        samples: samples.len(),
    })
}

/// How far sampled numbers agree. From [`numeric_consistency`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct NumericConsistency {
    /// Minus the mean square about the mean.
    pub negative_variance: f64,
    /// As [`AnswerConsistency::negative_entropy_bits`].
    pub negative_entropy_bits: f64,
    /// As [`AnswerConsistency::unique_ratio`].
    pub unique_ratio: f64,
    /// As [`AnswerConsistency::majority`].
    pub majority: f64,
    /// As [`AnswerConsistency::majority_share`].
    pub majority_share: f64,
    /// How many samples.
    pub samples: usize,
}

/// [`answer_consistency`] of numbers, with their variance.
///
/// ```text
/// negative variance = −(1/n) Σ (y − ȳ)²     (equation 3: of the samples, not of a population they come from)
/// ```
///
/// # Undefined
/// Without samples.
///
/// # Missing values
/// NaN is an error.
///
/// # Source
/// The survey (arXiv 2407.14507), equations 3 and 4; its first figure is the example below.
///
/// # Errors
/// [`Error::NotFinite`]; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::numeric_consistency;
/// let c = numeric_consistency(&[4.0, 3.0, 3.0, 3.0, 4.0])?;
/// assert!((c.negative_variance + 0.24).abs() < 1e-15);
/// assert_eq!((c.majority, c.majority_share), (3.0, 0.6));
/// assert_eq!(numeric_consistency(&[2.0])?.negative_variance, 0.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn numeric_consistency(samples: &[f64]) -> Result<NumericConsistency> {
    num::check_finite("samples", samples)?;
    // −0 and 0 are one answer.
    let bits: Vec<u64> = samples.iter().map(|y| (y + 0.0).to_bits()).collect();
    let answers = answer_consistency(&bits)?;
    let n = samples.len() as f64;
    // Divided first, so that a mean of large numbers stays in range.
    let mean = num::sum(samples.iter().map(|y| y / n));
    let variance = num::sum(samples.iter().map(|y| (y - mean) / n * (y - mean)));
    if !variance.is_finite() {
        return Err(Error::Overflow { what: "the variance of the samples" });
    }
    Ok(NumericConsistency {
        negative_variance: 0.0 - variance,
        negative_entropy_bits: answers.negative_entropy_bits,
        unique_ratio: answers.unique_ratio,
        majority: f64::from_bits(*answers.majority),
        majority_share: answers.majority_share,
        samples: answers.samples,
    })
}

/// The answer that a hidden state leans to. From [`latent_choice`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct LatentChoice {
    /// The most probable candidate; the first on ties.
    pub choice: usize,
    /// Its probability minus that of the runner-up; `None` with one candidate.
    pub margin: Option<f64>,
}

/// The most probable of some candidate tokens at one attention head or layer, and its lead.
///
/// The probabilities need not sum to 1: other tokens have some too.
///
/// # Undefined
/// Without candidates, and where every probability is 0.
///
/// # Source
/// The experiment of the survey (arXiv 2407.14507), section II, and its published notebook. The margin is ours.
///
/// # Errors
/// [`Error::Argument`] for a probability outside 0..1; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::latent_choice;
/// let choice = latent_choice(&[0.1, 0.5, 0.25])?;
/// assert_eq!((choice.choice, choice.margin), (1, Some(0.25)));
/// assert_eq!(latent_choice(&[0.4, 0.4, 0.2])?.choice, 0);
/// assert!(latent_choice(&[0.0, 0.0]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn latent_choice(probabilities: &[f64]) -> Result<LatentChoice> {
    num::check_probabilities("probabilities of candidates", probabilities)?;
    let mut best: Option<(usize, f64)> = None;
    let mut second: Option<f64> = None;
    for (i, &p) in probabilities.iter().enumerate() {
        match best {
            Some((_, lead)) if p <= lead => second = Some(second.map_or(p, |s| s.max(p))),
            _ => {
                second = best.map(|b| b.1);
                best = Some((i, p));
            }
        }
    }
    let undefined = |what| Error::undefined("latent choice", Undefined::Nothing { what });
    match best {
        None => Err(undefined("candidates")),
        Some((_, 0.0)) => Err(undefined("candidates with a probability above 0")),
        Some((choice, lead)) => Ok(LatentChoice { choice, margin: second.map(|s| lead - s) }),
    }
}

/// "Consistency is (almost) correctness", checked: the correlation, over questions, of a consistency with whether the
/// consistent answer is right.
///
/// # Undefined
/// If all questions are right, or all wrong, or the consistency does not vary, or there are fewer than two questions.
///
/// # Source
/// The hypothesis is the survey's (arXiv 2407.14507, section II); the point-biserial correlation is our way to check
/// it. Whether the consistency can stand for a probability is a question for calibration.
///
/// # Errors
/// [`Error::Length`]; [`Error::NotFinite`]; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::consistency_correctness;
/// use probity::correlation::Options;
/// let r = consistency_correctness(&[1.0, 0.5, 0.5, 1.0], &[true, false, false, true], &Options::new())?;
/// assert_eq!(r.value, 1.0);
/// assert!(consistency_correctness(&[1.0, 0.5], &[true, true], &Options::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn consistency_correctness(consistency: &[f64], correct: &[bool], options: &Options) -> Result<Estimate> {
    let correct: Vec<f64> = correct.iter().map(|&right| f64::from(right)).collect();
    pearson(consistency, &correct, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The survey's experiment (figure 5): the latent level is the widest, decoding no wider than responses.
    #[test]
    fn the_hourglass() {
        let entropy = |samples: &[f64]| numeric_consistency(samples).unwrap().negative_entropy_bits;
        let (response, decoding, latent) = (
            entropy(&[5., 3., 3., 3., 3.]),
            entropy(&[4., 4., 3., 4., 4.]),
            entropy(&[0., 0., 5., 4., 4., 4.]),
        );
        assert!((response + 0.722).abs() < 5e-4 && (decoding + 0.722).abs() < 5e-4);
        assert!((latent + 1.459).abs() < 5e-4);
        assert!(latent < response && response <= decoding);
    }

    #[test]
    fn numbers_at_the_edge() {
        assert_eq!(numeric_consistency(&[0.0, -0.0]).unwrap().unique_ratio, 0.5);
        assert!(matches!(numeric_consistency(&[1e300, -1e300]), Err(Error::Overflow { .. })));
        assert!(numeric_consistency(&[f64::NAN]).is_err());
        assert_eq!(latent_choice(&[0.5]).unwrap().margin, None);
    }
}
