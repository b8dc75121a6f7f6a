use crate::consistency::SentenceSurprise;
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items};
use crate::num;

/// The mean over samples of what each says of one sentence.
fn over_samples(metric: &'static str, scores: &[f64], greatest: f64, level: Level) -> Result<Estimate> {
    mean_over_items(metric, "samples", scores, (0.0, greatest), level)
}

/// SelfCheckGPT with natural language inference: the probability that the samples contradict a sentence.
///
/// ```text
/// P(contradiction) = e^c/(e^e + e^c) of the logits e (entailment) and c (contradiction), mean over samples
/// ```
///
/// `logits[sentence][sample]` is (entailment, contradiction); the logit of "neutral" is left out. One estimate a
/// sentence, with a Student t interval over samples.
///
/// # Undefined
/// For a sentence without samples.
///
/// # Source
/// Manakul, Liusie and Gales 2023 (arXiv 2303.08896), section 5.5. Its code gives the model (sentence, sample),
/// SelfCheckAgent's gives it (sample, sentence): what is the premise differs.
///
/// # Errors
/// [`Error::NotFinite`] for a logit that is not finite; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::selfcheck_nli;
/// use probity::inference::Level;
/// let scores = selfcheck_nli(&[vec![(0.0, 0.0), (0.0, 3f64.ln())]], Level::default())?;
/// assert!((scores[0].value - 0.625).abs() < 1e-15);
/// assert!(selfcheck_nli(&[vec![]], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn selfcheck_nli(logits: &[Vec<(f64, f64)>], level: Level) -> Result<Vec<Estimate>> {
    let score = |samples: &Vec<(f64, f64)>| {
        let both: Vec<f64> = samples.iter().flat_map(|&(e, c)| [e, c]).collect();
        num::check_finite("logits", &both)?;
        let contradicted: Vec<f64> = samples.iter().map(|(e, c)| num::ln_sigmoid(c - e).exp()).collect();
        over_samples("probability of a contradiction", &contradicted, 1.0, level)
    };
    logits.iter().map(score).collect()
}

/// SelfCheckGPT with BERTScore: how badly the samples' sentences match a sentence.
///
/// ```text
/// 1 − mean over samples of max over the sample's sentences of F1
/// ```
///
/// `f1[sentence][sample][sentence of the sample]`.
///
/// # Undefined
/// For a sentence without samples.
///
/// # Missing values
/// A sample without sentences is an error: leave it out.
///
/// # Source
/// Manakul, Liusie and Gales 2023 (arXiv 2303.08896), section 5.1.
///
/// # Errors
/// [`Error::NotFinite`]; [`Error::Argument`] for a sample without sentences or an F1 above 1; [`Error::Undefined`] as
/// above.
///
/// # Examples
/// ```
/// use probity::consistency::selfcheck_bertscore;
/// use probity::inference::Level;
/// let scores = selfcheck_bertscore(&[vec![vec![0.25, 0.75], vec![0.5]]], Level::default())?;
/// assert_eq!(scores[0].value, 0.375);
/// assert!(selfcheck_bertscore(&[vec![vec![]]], Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn selfcheck_bertscore(f1: &[Vec<Vec<f64>>], level: Level) -> Result<Vec<Estimate>> {
    let best = |(i, sample): (usize, &Vec<f64>)| {
        num::check_finite("F1 of sentences", sample)?;
        match sample.iter().copied().reduce(f64::max) {
            Some(best) if best <= 1.0 => Ok(1.0 - best),
            Some(best) => Err(Error::argument("F1 of sentences", "1 at most", best)),
            None => {
                Err(Error::argument("sentences of a sample", "at least one", format!("none in sample {i}")))
            }
        }
    };
    let score = |samples: &Vec<Vec<f64>>| {
        let worst = samples.iter().enumerate().map(best).collect::<Result<Vec<f64>>>()?;
        // A rescaled F1 can be negative.
        over_samples("1 − BERTScore", &worst, f64::INFINITY, level)
    };
    f1.iter().map(score).collect()
}

/// How a model's answer to "is the sentence supported by the context?" is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum PromptRule {
    /// The first word is "yes" or "no".
    #[default]
    Word,
    /// The text begins with the letters "yes" or "no", as in the published code.
    Prefix,
}

/// The score of a model's answer to "is the sentence supported by the context?": 0 for yes, 1 for no, ½ for anything
/// else.
///
/// White space at the start and case do not matter. What the published rule, [`PromptRule::Prefix`], reads into
/// ordinary answers, and the default does not:
///
/// | answer | prefix | word |
/// |---|---|---|
/// | Not sure. | 1 | ½ |
/// | Nothing in the context contradicts it. | 1 | ½ |
/// | Notably, it is supported. | 1 | ½ |
/// | November is right. | 1 | ½ |
/// | Yesterday it was. | 0 | ½ |
///
/// # Source
/// Manakul, Liusie and Gales 2023 (arXiv 2303.08896), section 5.6, and its released code for the prefix.
///
/// # Examples
/// ```
/// use probity::consistency::{PromptRule, selfcheck_prompt_answer};
/// let read = |text| (selfcheck_prompt_answer(text, PromptRule::Prefix), selfcheck_prompt_answer(text, PromptRule::Word));
/// assert_eq!((read(" Yes."), read("No, it is not")), ((0.0, 0.0), (1.0, 1.0)));
/// assert_eq!((read("Not sure"), read("")), ((1.0, 0.5), (0.5, 0.5)));
/// ```
#[must_use]
pub fn selfcheck_prompt_answer(text: &str, rule: PromptRule) -> f64 {
    let begins = |word: &str| {
        let text = text.trim_start();
        let (Some(start), Some(rest)) = (text.get(..word.len()), text.get(word.len()..)) else {
            return false;
        };
        let whole = !rest.starts_with(char::is_alphanumeric);
        start.eq_ignore_ascii_case(word) && (whole || rule == PromptRule::Prefix)
    };
    match (begins("yes"), begins("no")) {
        (true, _) => 0.0,
        (_, true) => 1.0,
        _ => 0.5,
    }
}

/// SelfCheckGPT by prompting: the mean over samples of [`selfcheck_prompt_answer`], for each sentence.
///
/// `answers[sentence][sample]`. One estimate a sentence, with a Student t interval over samples.
///
/// # Undefined
/// For a sentence without samples.
///
/// # Source
/// As [`selfcheck_prompt_answer`].
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::{PromptRule, selfcheck_prompt};
/// use probity::inference::Level;
/// let scores = selfcheck_prompt(&[vec!["Yes", "No", "No.", "N/A"]], PromptRule::Word, Level::default())?;
/// assert_eq!(scores[0].value, 0.625);
/// assert!(selfcheck_prompt::<&str>(&[vec![]], PromptRule::Word, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn selfcheck_prompt<S: AsRef<str>>(
    answers: &[Vec<S>],
    rule: PromptRule,
    level: Level,
) -> Result<Vec<Estimate>> {
    let score = |samples: &Vec<S>| {
        let scores: Vec<f64> =
            samples.iter().map(|text| selfcheck_prompt_answer(text.as_ref(), rule)).collect();
        over_samples("share of samples without support", &scores, 1.0, level)
    };
    answers.iter().map(score).collect()
}

/// What a model's own probabilities say of one sentence. From [`probability_baseline`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ProbabilityBaseline {
    /// Surprise at its tokens.
    pub surprise: SentenceSurprise,
    /// Mean over tokens of 2^H.
    pub mean_perplexity: f64,
    /// Greatest 2^H of a token.
    pub max_perplexity: f64,
}

/// Hallucination by the probabilities that a model gave to a sentence's tokens and to the likeliest tokens instead.
///
/// ```text
/// mean and greatest −ln p     mean and greatest 2^H, H = −Σ qᵢ log₂ qᵢ, q = the likeliest tokens' p, renormalised
/// ```
///
/// `tokens` has each token's log-probability, `likeliest` the log-probabilities of the likeliest tokens (the paper's
/// five) at its place.
///
/// # Undefined
/// Without tokens, or without likeliest tokens at a place.
///
/// # Source
/// Manakul, Liusie and Gales 2023 (arXiv 2303.08896), section 4.1, and the released notebook, which reports 2^H for H.
///
/// # Errors
/// [`Error::Length`] unless each token has a list; [`Error::Argument`] for a log-probability above 0;
/// [`Error::NotFinite`]; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::probability_baseline;
/// let b = probability_baseline(&[-0.5, -1.5], &[vec![-1.0, -1.0], vec![-0.5]])?;
/// assert_eq!((b.surprise.mean, b.surprise.max), (1.0, 1.5));
/// assert!((b.max_perplexity - 2.0).abs() < 1e-15 && (b.mean_perplexity - 1.5).abs() < 1e-15);
/// assert!(probability_baseline(&[], &[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn probability_baseline(tokens: &[f64], likeliest: &[Vec<f64>]) -> Result<ProbabilityBaseline> {
    const METRIC: &str = "probability baseline";
    num::check_same_length("lists of the likeliest tokens", tokens.len(), likeliest.len())?;
    num::check_ln_probabilities("log-probabilities of tokens", tokens)?;
    let surprises: Vec<f64> = tokens.iter().map(|ln_p| 0.0 - ln_p).collect();
    let surprise = SentenceSurprise::new(&surprises)
        .ok_or_else(|| Error::undefined(METRIC, Undefined::Nothing { what: "tokens" }))?;
    let mut perplexities = Vec::with_capacity(likeliest.len());
    for ln_p in likeliest {
        num::check_ln_probabilities("log-probabilities of the likeliest tokens", ln_p)?;
        let Some(greatest) = ln_p.iter().copied().reduce(f64::max) else {
            return Err(Error::undefined(METRIC, Undefined::Nothing { what: "likeliest tokens at a place" }));
        };
        // ln q = relative − ln Σ e^relative, and 2^(H in bits) = e^(H in nats).
        let relative: Vec<f64> = ln_p.iter().map(|v| v - greatest).collect();
        let total = num::sum(relative.iter().map(|v| v.exp()));
        let entropy = total.ln() - num::sum(relative.iter().map(|v| v.exp() / total * v));
        perplexities.push(entropy.exp());
    }
    Ok(ProbabilityBaseline {
        surprise,
        mean_perplexity: num::sum(perplexities.iter().copied()) / perplexities.len() as f64,
        max_perplexity: perplexities.iter().copied().fold(0.0, f64::max),
    })
}
