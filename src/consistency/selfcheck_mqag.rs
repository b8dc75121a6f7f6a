use crate::error::{Error, Result, Undefined};
use crate::num;

/// One multiple-choice question about a passage, answered from the passage and from each sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MqagQuestion<'a> {
    /// Probability (or score) of each option, answering from the passage.
    pub answer: &'a [f64],
    /// Probability that the passage answers the question at all.
    pub answerability: f64,
    /// The same of each sample: options.
    pub sample_answers: &'a [Vec<f64>],
    /// The same of each sample: answerability.
    pub sample_answerability: &'a [f64],
}

/// How matches and mismatches with the samples become a score.
///
/// ```text
/// γ₁ = β₂/(1 − β₁)     γ₂ = β₁/(1 − β₂)     score = γ₂^mismatches/(γ₁^matches + γ₂^mismatches)
/// ```
///
/// β₁ and β₂ are the probabilities of a match if the sentence is true and of a mismatch if it is not.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum MqagMethod {
    /// Mismatches over samples that answer the question; ½ without such a sample.
    Counting {
        /// A question (or sample) less answerable than this is left out.
        threshold: f64,
    },
    /// By Bayes' rule, over samples that answer the question.
    Bayes {
        /// β₁.
        beta1: f64,
        /// β₂.
        beta2: f64,
        /// As in counting.
        threshold: f64,
    },
    /// By Bayes' rule, each sample with its answerability as weight; that of the passage does not enter.
    BayesWithAlpha {
        /// β₁.
        beta1: f64,
        /// β₂.
        beta2: f64,
    },
}

impl MqagMethod {
    /// The threshold that counting was published with.
    pub const THRESHOLD: f64 = 0.5;
    /// β₁ and β₂ of the published example.
    pub const BETA: f64 = 0.8;
}

/// SelfCheckGPT by questions and answers: how much the samples answer one question otherwise than the passage. 0 to 1;
/// higher speaks for hallucination.
///
/// Two answers match if their most probable options are the same (the first on ties). A question that the passage does
/// not answer has ½, except with [`MqagMethod::BayesWithAlpha`].
///
/// # Undefined
/// For a list of options that is empty.
///
/// # Source
/// Manakul, Liusie and Gales 2023 (arXiv 2303.08896), section 5.2, and its released code (which calls the threshold
/// `AT`). Its powers overflow for many samples; here the score is computed from their logarithms.
///
/// # Errors
/// [`Error::Length`] unless each sample has options and an answerability, all with as many options; [`Error::Argument`]
/// for an answerability or threshold outside 0..1 or a β outside 0..1 with both ends excluded; [`Error::NotFinite`];
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::{MqagMethod, MqagQuestion, mqag_score};
/// let question = MqagQuestion {
///     answer: &[0.7, 0.3],
///     answerability: 0.9,
///     sample_answers: &[vec![0.6, 0.4], vec![0.1, 0.9]],
///     sample_answerability: &[0.8, 1.0],
/// };
/// let counting = MqagMethod::Counting { threshold: MqagMethod::THRESHOLD };
/// assert_eq!(mqag_score(&question, counting)?, 0.5);
/// let bayes = MqagMethod::Bayes { beta1: 0.8, beta2: 0.8, threshold: 0.9 };
/// assert!((mqag_score(&question, bayes)? - 0.8).abs() < 1e-15); // γ₂/(1 + γ₂), γ₂ = 4
/// assert_eq!(mqag_score(&MqagQuestion { answerability: 0.2, ..question }, counting)?, 0.5);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn mqag_score(question: &MqagQuestion<'_>, method: MqagMethod) -> Result<f64> {
    let samples = question.sample_answers;
    num::check_same_length("answerability of samples", samples.len(), question.sample_answerability.len())?;
    num::check_probability("answerability of the passage", question.answerability)?;
    num::check_probabilities("answerability of samples", question.sample_answerability)?;
    let answer = chosen(question.answer)?;
    let mut matches = Vec::with_capacity(samples.len());
    for (options, &answerable) in samples.iter().zip(question.sample_answerability) {
        num::check_same_length("options of a sample", question.answer.len(), options.len())?;
        matches.push((chosen(options)? == answer, answerable));
    }
    // The weights of matches and of mismatches.
    let split = |weight: &dyn Fn(f64) -> f64| {
        let of = |kind| num::sum(matches.iter().filter(|m| m.0 == kind).map(|m| weight(m.1)));
        (of(true), of(false))
    };
    let above = |threshold: f64| move |answerable: f64| f64::from(answerable >= threshold);
    match method {
        MqagMethod::Counting { threshold } | MqagMethod::Bayes { threshold, .. }
            if question.answerability < check_threshold(threshold)? =>
        {
            Ok(0.5)
        }
        MqagMethod::Counting { threshold } => {
            let (same, other) = split(&above(threshold));
            Ok(if same + other > 0.0 { other / (same + other) } else { 0.5 })
        }
        MqagMethod::Bayes { beta1, beta2, threshold } => bayes(split(&above(threshold)), beta1, beta2),
        MqagMethod::BayesWithAlpha { beta1, beta2 } => bayes(split(&|answerable| answerable), beta1, beta2),
    }
}

fn check_threshold(threshold: f64) -> Result<f64> {
    num::check_probability("threshold of answerability", threshold)?;
    Ok(threshold)
}

fn bayes((same, other): (f64, f64), beta1: f64, beta2: f64) -> Result<f64> {
    for (name, beta) in [("beta1", beta1), ("beta2", beta2)] {
        if !(beta > 0.0 && beta < 1.0) {
            return Err(Error::argument(name, "a number between 0 and 1, both excluded", beta));
        }
    }
    let (ln_gamma1, ln_gamma2) = (beta2.ln() - (-beta1).ln_1p(), beta1.ln() - (-beta2).ln_1p());
    Ok(num::ln_sigmoid(other * ln_gamma2 - same * ln_gamma1).exp())
}

/// The most probable option; the first on ties.
fn chosen(options: &[f64]) -> Result<usize> {
    num::check_finite("options", options)?;
    let mut best: Option<(usize, f64)> = None;
    for (i, &p) in options.iter().enumerate() {
        if best.is_none_or(|b| p > b.1) {
            best = Some((i, p));
        }
    }
    best.map(|b| b.0).ok_or_else(|| Error::undefined("MQAG score", Undefined::Nothing { what: "options" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_samples_do_not_overflow() {
        let answers = vec![vec![1.0, 0.0]; 5000];
        let weights = vec![1.0; 5000];
        let method = MqagMethod::BayesWithAlpha { beta1: 0.95, beta2: 0.9 };
        let ask = |answer| MqagQuestion {
            answer,
            answerability: 1.0,
            sample_answers: &answers,
            sample_answerability: &weights,
        };
        assert_eq!(mqag_score(&ask(&[0.9, 0.1]), method), Ok(0.0));
        assert_eq!(mqag_score(&ask(&[0.1, 0.9]), method), Ok(1.0));
        assert!(mqag_score(&ask(&[0.1]), method).is_err());
        assert!(
            mqag_score(&ask(&[0.1, 0.9]), MqagMethod::BayesWithAlpha { beta1: 1.0, beta2: 0.5 }).is_err()
        );
    }
}
