use crate::consistency::NgramModel;
use crate::consistency::selfcheck_model::{check_order, check_smoothing};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, estimate_from_influence, mean_over_items};
use crate::num;

/// How n-grams are counted and scored.
///
/// | option | default |
/// |---|---|
/// | [`n`](Self::n) | 1 |
/// | [`lowercase`](Self::lowercase) | yes |
/// | [`smoothing`](Self::smoothing) | 0 for SelfCheckGPT ([`new`](Self::new)), 1 for the symbolic agent ([`symbolic`](Self::symbolic)) |
/// | [`level`](Self::level) | 0.95 |
///
/// # Examples
/// ```
/// use probity::consistency::NgramOptions;
/// assert!(NgramOptions::new().n(0).is_err() && NgramOptions::new().smoothing(-1.0).is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NgramOptions {
    n: usize,
    lowercase: bool,
    smoothing: f64,
    level: Level,
}

impl Default for NgramOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl NgramOptions {
    /// Those of SelfCheckGPT.
    #[must_use]
    pub fn new() -> Self {
        Self { n: 1, lowercase: true, smoothing: 0.0, level: Level::default() }
    }

    /// Those of SelfCheckAgent's symbolic agent.
    #[must_use]
    pub fn symbolic() -> Self {
        Self { smoothing: 1.0, ..Self::new() }
    }

    /// The length of the n-grams.
    ///
    /// # Errors
    /// [`Error::Argument`] unless it is from 1 to 255.
    pub fn n(self, n: usize) -> Result<Self> {
        Ok(Self { n: check_order(n)?, ..self })
    }

    /// Whether tokens are lower-cased.
    #[must_use]
    pub fn lowercase(self, lowercase: bool) -> Self {
        Self { lowercase, ..self }
    }

    /// What is added to every count.
    ///
    /// # Errors
    /// [`Error::Argument`] for a negative number or one that is not finite.
    pub fn smoothing(self, smoothing: f64) -> Result<Self> {
        Ok(Self { smoothing: check_smoothing(smoothing)?, ..self })
    }

    /// The confidence of the intervals.
    #[must_use]
    pub fn level(self, level: Level) -> Self {
        Self { level, ..self }
    }

    pub(super) fn smoothing_added(&self) -> f64 {
        self.smoothing
    }

    /// The model of a passage and its samples.
    pub(super) fn model<S: AsRef<str>>(
        &self,
        passage: &[Vec<S>],
        samples: &[Vec<Vec<S>>],
    ) -> Result<NgramModel> {
        let mut model = NgramModel::new(self.n, self.lowercase)?;
        for sentence in passage.iter().chain(samples.iter().flatten()) {
            model.record_sentence(sentence)?;
        }
        Ok(model)
    }

    /// The scores of a passage by the log-probability of each n-gram.
    pub(super) fn scores<S: AsRef<str>>(
        &self,
        model: &NgramModel,
        passage: &[Vec<S>],
        ln_probability: impl Fn(&[String]) -> Result<f64>,
    ) -> Result<NgramScores> {
        let mut sentences = Vec::with_capacity(passage.len());
        for (i, sentence) in passage.iter().enumerate() {
            let surprises = model.padded(sentence);
            let surprises = surprises.windows(self.n).map(|ngram| Ok(0.0 - ln_probability(ngram)?));
            let surprises = surprises.collect::<Result<Vec<f64>>>()?;
            sentences.push(SentenceSurprise::new(&surprises).ok_or_else(|| {
                Error::argument(
                    "sentences of the passage",
                    "at least one token in each",
                    format!("none in sentence {i}"),
                )
            })?);
        }
        NgramScores::new(sentences, self.level)
    }
}

/// How surprising a sentence is. Higher speaks for hallucination.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SentenceSurprise {
    /// −mean of ln p over the tokens.
    pub mean: f64,
    /// −minimum of ln p: the most surprising token.
    pub max: f64,
    /// −maximum of ln p: the least surprising token.
    pub min: f64,
    /// Tokens.
    pub tokens: usize,
}

impl SentenceSurprise {
    pub(super) fn new(surprises: &[f64]) -> Option<Self> {
        let &first = surprises.first()?;
        Some(Self {
            // Divided first: a sum of the greatest numbers has no finite value.
            mean: num::sum(surprises.iter().map(|s| s / surprises.len() as f64)),
            max: surprises.iter().copied().fold(first, f64::max),
            min: surprises.iter().copied().fold(first, f64::min),
            tokens: surprises.len(),
        })
    }
}

/// How surprising a passage is, sentence by sentence and as a whole. From [`selfcheck_ngram`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NgramScores {
    /// Every sentence.
    pub sentences: Vec<SentenceSurprise>,
    /// The mean over all tokens of the passage; the standard error takes sentences as clusters.
    pub mean: Estimate,
    /// The mean of the sentences' maxima.
    pub mean_of_max: Estimate,
    /// The mean of the sentences' minima.
    pub mean_of_min: Estimate,
}

impl NgramScores {
    fn new(sentences: Vec<SentenceSurprise>, level: Level) -> Result<Self> {
        if sentences.is_empty() {
            return Err(Error::undefined("n-gram score", Undefined::Nothing { what: "sentences" }));
        }
        let tokens: f64 = sentences.iter().map(|s| s.tokens as f64).sum();
        let mean = num::sum(sentences.iter().map(|s| s.mean * s.tokens as f64)) / tokens;
        // A ratio of two sums over sentences, linearised.
        let per_sentence = tokens / sentences.len() as f64;
        let influence: Vec<f64> =
            sentences.iter().map(|s| (s.mean - mean) * s.tokens as f64 / per_sentence).collect();
        let over = |method, part: fn(&SentenceSurprise) -> f64| {
            let values: Vec<f64> = sentences.iter().map(part).collect();
            mean_over_items(method, "sentences", &values, (f64::NEG_INFINITY, f64::INFINITY), level)
        };
        Ok(Self {
            mean: estimate_from_influence("mean surprise of tokens", mean, &influence, level, None),
            mean_of_max: over("mean of the sentences' greatest surprise", |s| s.max)?,
            mean_of_min: over("mean of the sentences' smallest surprise", |s| s.min)?,
            sentences,
        })
    }
}

/// SelfCheckGPT with an n-gram model: how surprising a passage is beside samples of the same model on the same prompt.
///
/// ```text
/// p(g) = (count(g) + k)/(total + k·V)     counted over the passage and all samples, V = distinct n-grams + 1
/// sentence: mean of −ln p, and its greatest value       passage: mean over tokens, mean of the sentences' greatest
/// ```
///
/// Passage and samples are lists of sentences of tokens ([`sentences`](crate::text::sentences) and
/// [`word_tokens`](crate::text::word_tokens) make them; the published figures hold for spaCy's tokens). A rare n-gram is
/// one that the samples do not repeat. p is the frequency of the whole n-gram, not that of a token after others.
///
/// # Undefined
/// Without sentences.
///
/// # Missing values
/// A sentence of the passage without tokens is an error; one of a sample counts nothing.
///
/// # Source
/// Manakul, Liusie and Gales 2023, "SelfCheckGPT" (arXiv 2303.08896), section 5.4, and its released code; used by
/// SelfCheckAgent (arXiv 2502.01812). The standard errors are ours.
///
/// # Errors
/// [`Error::Argument`] and [`Error::Undefined`] as above.
///
/// # Complexity
/// Linear in the tokens of passage and samples, times n.
///
/// # Examples
/// ```
/// use probity::consistency::{NgramOptions, selfcheck_ngram};
/// let words = |text: &'static str| vec![text.split(' ').collect::<Vec<_>>()];
/// let scores = selfcheck_ngram(
///     &words("born in Paris"),
///     &[words("born in London"), words("born in London")],
///     &NgramOptions::new(),
/// )?;
/// // "Paris" is one token of nine.
/// assert!((scores.sentences[0].max - 9f64.ln()).abs() < 1e-15);
/// assert_eq!(scores.mean.standard_error, None); // one sentence
/// assert!(selfcheck_ngram::<&str>(&[], &[], &NgramOptions::new()).unwrap_err().is_undefined());
/// assert!(selfcheck_ngram::<&str>(&[vec![]], &[], &NgramOptions::new()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn selfcheck_ngram<S: AsRef<str>>(
    passage: &[Vec<S>],
    samples: &[Vec<Vec<S>>],
    options: &NgramOptions,
) -> Result<NgramScores> {
    let model = options.model(passage, samples)?;
    let smoothing = options.smoothing;
    options.scores(&model, passage, |ngram| {
        model.ln_smoothed(model.count_of(ngram) as f64 + smoothing, smoothing)
    })
}
