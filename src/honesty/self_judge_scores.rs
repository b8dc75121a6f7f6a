use crate::calibration::TemperatureScaling;
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items};
use crate::num;

/// The expected digit, from the log-probabilities of the digits 0 to 9 as the next token.
///
/// ```text
/// Σ_d d·exp(l_d) / Σ_d exp(l_d)        over the digits that have a log-probability
/// ```
///
/// # Undefined
/// If no digit has one.
///
/// # Missing values
/// A digit that is not among the most probable tokens (20 are asked for in the paper) counts as impossible.
///
/// # Source
/// Self-J, released code (judge.py).
///
/// # Errors
/// [`Error::Argument`] for a log-probability that is above 0 or not finite; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::honesty::self_judge::expected_score;
/// let mut digits = [None; 10];
/// assert!(expected_score(&digits).unwrap_err().is_undefined());
/// (digits[2], digits[8]) = (Some(-1.5), Some(-1.5));
/// assert_eq!(expected_score(&digits)?, 5.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn expected_score(ln_probabilities: &[Option<f64>; 10]) -> Result<f64> {
    let given = ln_probabilities.iter().enumerate().filter_map(|(d, l)| Some((d as f64, (*l)?)));
    let (digits, logs): (Vec<f64>, Vec<f64>) = given.unzip();
    if let Some(l) = logs.iter().find(|l| !(l.is_finite() && **l <= 0.0)) {
        return Err(Error::argument("log-probability of a digit", "a finite number of at most 0", l));
    }
    if digits.is_empty() {
        return Err(Error::undefined("expected score", Undefined::Nothing { what: "digits" }));
    }
    let probabilities = TemperatureScaling::new(1.0)?.softmax(&logs)?;
    Ok(num::sum(probabilities.iter().zip(&digits).map(|(p, d)| p * d)))
}

/// The score a judge is trained on: its own evaluation of an answer and the similarity of the answer to the reference.
///
/// ```text
/// α·self-evaluation/greatest + (1 − α)·clip(cosine, 0, 1)
/// ```
///
/// # Source
/// Self-J says that the two are combined; the formula is ours, with α = 0.5 and scores from 0 to 9.
///
/// # Errors
/// [`Error::Argument`] for an evaluation that is not from 0 to the greatest, a greatest that is not above 0, a cosine that
/// is not from −1 to 1 within 10⁻⁶, and an α that is not from 0 to 1.
///
/// # Examples
/// ```
/// use probity::honesty::self_judge::blend;
/// assert_eq!(blend(4.5, 9.0, 1.0, 0.5)?, 0.75);
/// assert_eq!(blend(0.0, 9.0, -0.2, 0.5)?, 0.0);
/// assert!(blend(10.0, 9.0, 0.5, 0.5).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn blend(self_evaluation: f64, greatest: f64, cosine: f64, alpha: f64) -> Result<f64> {
    num::check_positive("greatest self-evaluation", greatest)?;
    if !(0.0..=greatest).contains(&self_evaluation) {
        return Err(Error::argument("self-evaluation", "a number from 0 to the greatest", self_evaluation));
    }
    // Cosines computed in single precision pass 1 a little.
    if cosine.is_nan() || cosine.abs() > 1.0 + 1e-6 {
        return Err(Error::argument("cosine", "a number from -1 to 1", cosine));
    }
    num::check_probability("alpha", alpha)?;
    Ok(alpha * self_evaluation / greatest + (1.0 - alpha) * cosine.clamp(0.0, 1.0))
}

/// The perplexity of an answer: exp(−mean log-probability of its tokens).
///
/// # Undefined
/// Without tokens.
///
/// # Source
/// A baseline of Self-J; the lower, the surer.
///
/// # Errors
/// [`Error::Argument`] for a log-probability that is above 0 or not finite; [`Error::Overflow`] if it leaves the range;
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::honesty::self_judge::perplexity;
/// assert!((perplexity(&[0.25f64.ln(), 0.25f64.ln()])? - 4.0).abs() < 1e-14);
/// assert!(perplexity(&[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn perplexity(ln_probabilities: &[f64]) -> Result<f64> {
    if let Some(l) = ln_probabilities.iter().find(|l| !(l.is_finite() && **l <= 0.0)) {
        return Err(Error::argument("log-probability of a token", "a finite number of at most 0", l));
    }
    if ln_probabilities.is_empty() {
        return Err(Error::undefined("perplexity", Undefined::Nothing { what: "tokens" }));
    }
    let perplexity = (-num::sum(ln_probabilities.iter().copied()) / ln_probabilities.len() as f64).exp();
    if perplexity.is_finite() { Ok(perplexity) } else { Err(Error::Overflow { what: "the perplexity" }) }
}

/// The variation ratio for the original (VRO): how far further samples are from the original answer, on average.
///
/// ```text
/// VRO = 1 − mean similarity to the original        with a Student t interval over samples
/// ```
///
/// # Undefined
/// Without samples.
///
/// # Source
/// A baseline of Self-J, as remembered; the higher, the less sure.
///
/// # Errors
/// [`Error::NotFinite`] for a similarity that is not finite; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::honesty::self_judge::variation_ratio_original;
/// use probity::inference::Level;
/// let vro = variation_ratio_original(&[0.75, 0.25], Level::default())?;
/// assert_eq!((vro.value, vro.items), (0.5, 2));
/// assert!(variation_ratio_original(&[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn variation_ratio_original(similarities: &[f64], level: Level) -> Result<Estimate> {
    let differences: Vec<f64> = similarities.iter().map(|s| 1.0 - s).collect();
    let bounds = (f64::NEG_INFINITY, f64::INFINITY);
    mean_over_items("variation ratio for original", "samples", &differences, bounds, level)
}
