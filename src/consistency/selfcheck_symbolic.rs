use std::collections::{HashMap, HashSet};

use crate::consistency::{NgramModel, NgramOptions, NgramScores};
use crate::error::{Error, Result, Undefined};
use crate::num;

/// Which words count as the same, in part: a symmetric relation between words, not passed on (a ~ b and b ~ c leave
/// a and c apart).
///
/// # Examples
/// ```
/// use probity::consistency::SimilarWords;
/// let similar = SimilarWords::from_pairs([("Host", "presenter")]);
/// assert!(similar.contains("host", "Presenter") && similar.contains("presenter", "host"));
/// assert!(!similar.contains("host", "host"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SimilarWords {
    of: HashMap<String, HashSet<String>>,
}

/// The cosine of word vectors from which on the paper calls two words similar.
pub const SIMILAR_WORDS_COSINE: f64 = 0.9;

impl SimilarWords {
    /// From pairs of words, in either order. Words are compared in lower case.
    pub fn from_pairs<S: AsRef<str>>(pairs: impl IntoIterator<Item = (S, S)>) -> Self {
        let mut of: HashMap<String, HashSet<String>> = HashMap::new();
        for (a, b) in pairs {
            let (a, b) = (a.as_ref().to_lowercase(), b.as_ref().to_lowercase());
            if a != b {
                of.entry(a.clone()).or_default().insert(b.clone());
                of.entry(b).or_default().insert(a);
            }
        }
        Self { of }
    }

    /// Whether two different words are similar.
    #[must_use]
    pub fn contains(&self, a: &str, b: &str) -> bool {
        self.of.get(&a.to_lowercase()).is_some_and(|similar| similar.contains(&b.to_lowercase()))
    }

    fn has(&self, word: &str) -> bool {
        self.of.contains_key(&word.to_lowercase())
    }

    /// The n-grams of a model that are similar to one: different from it, and the same or similar at each place.
    fn of_ngram<'a>(&self, model: &'a NgramModel, ngram: &[String]) -> Vec<&'a [String]> {
        if !ngram.iter().any(|word| self.has(word)) {
            return Vec::new();
        }
        let similar = |other: &&[String]| {
            *other != ngram && ngram.iter().zip(*other).all(|(a, b)| a == b || self.contains(a, b))
        };
        model.ngrams().filter(similar).collect()
    }
}

/// What the symbolic agent says of a passage. From [`symbolic_agent`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SymbolicScores {
    /// The surprise of every sentence and of the passage.
    pub ngram: NgramScores,
    /// Each sentence's mean surprise on the scale from the smallest to the greatest surprise of any token: 0 to 1.
    pub normalised: Result<Vec<f64>>,
    /// The mean of these.
    pub document: Result<f64>,
}

/// SelfCheckAgent's symbolic agent: a smoothed n-gram model in which similar words help each other.
///
/// ```text
/// c(g) = Σ count(h) over h = g and h similar to g     p(g) = Σ (c(h) + k)/(total + k·V) over the same h
/// sentence score = (mean − lo)/(hi − lo)     lo, hi: smallest and greatest −ln p of any token of the passage
/// ```
///
/// Counts and probabilities are both summed over similar words, so p can be above 1 and its −ln below 0. Two n-grams
/// are similar if their words are the same or similar, place by place.
///
/// # Undefined
/// Without sentences. The normalised scores if all tokens are equally surprising.
///
/// # Missing values
/// As [`selfcheck_ngram`](crate::consistency::selfcheck_ngram).
///
/// # Source
/// SelfCheckAgent (arXiv 2502.01812), as its released code means it. That code fills its table of similar words only in
/// a loop over the table itself, which starts empty, so no word is ever similar; and for n > 1 it looks single words up
/// among n-grams, so that every token is unknown. Give no pairs to have the former; the latter is not reproduced.
///
/// # Errors
/// As [`selfcheck_ngram`](crate::consistency::selfcheck_ngram).
///
/// # Complexity
/// As [`selfcheck_ngram`](crate::consistency::selfcheck_ngram), and O(distinct n-grams) more for each n-gram with a
/// word that has similar ones, and for each n-gram similar to it.
///
/// # Examples
/// ```
/// use probity::consistency::{NgramOptions, SimilarWords, symbolic_agent};
/// let words = |text: &'static str| vec![text.split(' ').collect::<Vec<_>>()];
/// let (passage, samples) = (words("the host spoke"), [words("the presenter spoke")]);
/// let alone = symbolic_agent(&passage, &samples, &SimilarWords::default(), &NgramOptions::symbolic())?;
/// let similar = SimilarWords::from_pairs([("host", "presenter")]);
/// let helped = symbolic_agent(&passage, &samples, &similar, &NgramOptions::symbolic())?;
/// assert!(helped.ngram.sentences[0].mean < alone.ngram.sentences[0].mean);
///
/// // All tokens are equally surprising: there is no scale.
/// let same = symbolic_agent(&words("a b"), &[], &similar, &NgramOptions::symbolic())?;
/// assert!(same.document.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn symbolic_agent<S: AsRef<str>>(
    passage: &[Vec<S>],
    samples: &[Vec<Vec<S>>],
    similar: &SimilarWords,
    options: &NgramOptions,
) -> Result<SymbolicScores> {
    let model = options.model(passage, samples)?;
    let smoothing = options.smoothing_added();
    let mass = |ngram: &[String], others: &[&[String]]| {
        let count: f64 = others.iter().map(|h| model.count_of(h) as f64).sum();
        count + model.count_of(ngram) as f64 + smoothing
    };
    let ngram = options.scores(&model, passage, |ngram| {
        let others = similar.of_ngram(&model, ngram);
        let around = others.iter().map(|other| mass(other, &similar.of_ngram(&model, other)));
        // In an order of its own: a hash map has none, and sums depend on it.
        let mut around: Vec<f64> = around.collect();
        around.sort_unstable_by(f64::total_cmp);
        model.ln_smoothed(mass(ngram, &others) + num::sum(around), smoothing)
    })?;
    let normalised = normalised(&ngram);
    let document = normalised.clone().map(|scores| num::sum(scores.iter().copied()) / scores.len() as f64);
    Ok(SymbolicScores { ngram, normalised, document })
}

fn normalised(scores: &NgramScores) -> Result<Vec<f64>> {
    let low = scores.sentences.iter().map(|s| s.min).fold(f64::INFINITY, f64::min);
    let high = scores.sentences.iter().map(|s| s.max).fold(f64::NEG_INFINITY, f64::max);
    if low < high {
        return Ok(scores.sentences.iter().map(|s| (s.mean - low) / (high - low)).collect());
    }
    Err(Error::undefined("normalised surprise", Undefined::NoVariance { what: "the surprise of the tokens" }))
}
