use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::search::{Aggregate, BestOfN, best_of_n};

/// The weight that BSDetector gives to observed consistency.
pub const BS_DETECTOR_BETA: f64 = 0.7;

/// BSDetector: confidence from the consistency of other samples with an answer and the model's own reflection on it.
///
/// ```text
/// β·observed consistency + (1 − β)·self-reflection
/// ```
///
/// # Source
/// Chen and Mueller 2023, "Quantifying Uncertainty in Answers from any Language Model", to which the survey (arXiv
/// 2407.14507) points; the form and β = 0.7 ([`BS_DETECTOR_BETA`]) are from memory.
///
/// # Errors
/// [`Error::Argument`] for a number outside 0..1.
///
/// # Examples
/// ```
/// use probity::consistency::{BS_DETECTOR_BETA, bs_detector};
/// assert!((bs_detector(0.62, 0.9, BS_DETECTOR_BETA)? - 0.704).abs() < 1e-15);
/// assert_eq!(bs_detector(0.62, 0.9, 1.0)?, 0.62);
/// assert!(bs_detector(1.5, 0.9, 0.7).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn bs_detector(observed_consistency: f64, self_reflection: f64, beta: f64) -> Result<f64> {
    let inputs = [
        ("observed consistency", observed_consistency),
        ("self-reflection", self_reflection),
        ("beta", beta),
    ];
    for (name, value) in inputs {
        num::check_probability(name, value)?;
    }
    Ok(beta * observed_consistency + (1.0 - beta) * self_reflection)
}

/// How the probabilities of a sample's tokens become one score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TokenScore {
    /// Their geometric mean.
    #[default]
    Mean,
    /// The smallest.
    Min,
    /// Their product, the probability of the sample.
    Product,
}

/// Soft self-consistency: every sample's score from its token probabilities, and the best; the first on ties.
///
/// ```text
/// mean: exp((1/n) Σ ln pᵢ)      min: minᵢ pᵢ      product: exp(Σ ln pᵢ)
/// ```
///
/// It chooses where answers are too diverse to vote on.
///
/// # Undefined
/// Without samples, or for a sample without tokens.
///
/// # Source
/// Wang et al. 2024, "Soft Self-Consistency Improves Language Model Agents", to which the survey (arXiv 2407.14507)
/// points; from memory.
///
/// # Errors
/// [`Error::Argument`] for a log-probability above 0; [`Error::NotFinite`]; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::{TokenScore, soft_self_consistency};
/// let samples = [vec![-0.1, -0.2], vec![-0.01, -0.5], vec![-0.3]];
/// assert_eq!(soft_self_consistency(&samples, TokenScore::Mean)?.best, 0);
/// assert_eq!(soft_self_consistency(&samples, TokenScore::Min)?.scores[1], (-0.5f64).exp());
/// assert!(soft_self_consistency(&[vec![]], TokenScore::Mean).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn soft_self_consistency(token_ln_probabilities: &[Vec<f64>], score: TokenScore) -> Result<BestOfN> {
    let mut scores = Vec::with_capacity(token_ln_probabilities.len());
    for tokens in token_ln_probabilities {
        num::check_ln_probabilities("log-probabilities of tokens", tokens)?;
        if tokens.is_empty() {
            return Err(Error::undefined(
                "soft self-consistency",
                Undefined::Nothing { what: "tokens of a sample" },
            ));
        }
        let ln_score = match score {
            TokenScore::Mean => num::sum(tokens.iter().map(|ln_p| ln_p / tokens.len() as f64)),
            TokenScore::Min => tokens.iter().copied().fold(0.0, f64::min),
            // Not compensated: a compensation cannot come back from −∞, whose probability is 0.
            TokenScore::Product => tokens.iter().sum(),
        };
        scores.push([ln_score.exp()]);
    }
    best_of_n(&scores, Aggregate::Last)
}

/// The score of a decoding path that a confidence guides: the product over tokens of probability and confidence.
///
/// ```text
/// Π P(tokenᵢ | before) · confidence(tokenᵢ)     (equation 9; 1 for an empty path)
/// ```
///
/// # Source
/// The survey (arXiv 2407.14507), equation 9.
///
/// # Errors
/// [`Error::Length`]; [`Error::Argument`] for a number outside 0..1.
///
/// # Examples
/// ```
/// use probity::consistency::guided_decoding_score;
/// assert!((guided_decoding_score(&[0.9, 0.5, 0.8], &[1.0, 0.6, 0.7])? - 0.1512).abs() < 1e-15);
/// assert_eq!(guided_decoding_score(&[], &[])?, 1.0);
/// assert!(guided_decoding_score(&[0.5], &[1.2]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn guided_decoding_score(token_probability: &[f64], confidence: &[f64]) -> Result<f64> {
    num::check_same_length("confidence of tokens", token_probability.len(), confidence.len())?;
    num::check_probabilities("probabilities of tokens", token_probability)?;
    num::check_probabilities("confidence of tokens", confidence)?;
    Ok(token_probability.iter().zip(confidence).map(|(p, c)| p * c).product())
}
