use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, Undefined};
use crate::tally::Tally;
use crate::tally::stored::{Format, stored};

/// What fills up the start of a sentence, so that every token ends one n-gram.
const PADDING: &str = "<s>";

/// The longest n-grams that are counted. Each sentence is padded to at least this length.
const MAX_ORDER: usize = 255;

pub(super) fn check_order(n: usize) -> Result<usize> {
    if (1..=MAX_ORDER).contains(&n) { Ok(n) } else { Err(Error::argument("n of n-grams", "1 to 255", n)) }
}

/// How often each n-gram occurs in some sentences, each padded at its start with n − 1 marks `<s>`.
///
/// Every token ends exactly one n-gram. The counts are those of whole n-grams, not of a token after others: what
/// SelfCheckGPT calls an n-gram model is the frequency of the n-gram.
///
/// # Examples
/// ```
/// use probity::consistency::NgramModel;
/// use probity::tally::Tally;
/// let mut model = NgramModel::new(2, true)?;
/// model.record(&["He", "is", "he"])?;
/// assert_eq!((model.total(), model.distinct(), model.records()), (3, 3, 1));
/// assert_eq!(model.count(&["<s>", "HE"]), 1);
/// assert!((model.ln_probability(&["is", "he"], 1.0)? - (2.0f64 / 7.0).ln()).abs() < 1e-15);
/// assert!(model.ln_probability(&["is", "she"], 0.0).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NgramModel {
    n: usize,
    lowercase: bool,
    counts: HashMap<Vec<String>, u64>,
    total: u64,
    sentences: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    n: usize,
    lowercase: bool,
    /// In the order of the n-grams.
    counts: Vec<(Vec<String>, u64)>,
    sentences: u64,
}

impl Format for NgramModel {
    type Body = Body;
    const NAME: &'static str = "probity.ngrams";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        let mut counts: Vec<_> = self.counts.iter().map(|(ngram, &n)| (ngram.clone(), n)).collect();
        counts.sort_unstable();
        Body { n: self.n, lowercase: self.lowercase, counts, sentences: self.sentences }
    }

    fn from_body(body: Body) -> Result<Self, String> {
        check_order(body.n).map_err(|error| error.to_string())?;
        if let Some((ngram, count)) = body.counts.iter().find(|(ngram, n)| ngram.len() != body.n || *n == 0) {
            return Err(format!("expected {}-grams that occur, found {ngram:?} {count} times", body.n));
        }
        if !body.counts.is_sorted_by(|a, b| a.0 < b.0) {
            return Err("the n-grams are not in order, or one comes twice".to_string());
        }
        let total = body.counts.iter().try_fold(0u64, |sum, c| sum.checked_add(c.1));
        let total = total.ok_or("the total of the counts overflows")?;
        let (n, lowercase, sentences) = (body.n, body.lowercase, body.sentences);
        Ok(Self { n, lowercase, counts: body.counts.into_iter().collect(), total, sentences })
    }
}
stored!(NgramModel);

impl NgramModel {
    /// An empty model of n-grams, of lower-cased tokens or of tokens as they are.
    ///
    /// # Errors
    /// [`Error::Argument`] unless n is from 1 to 255.
    pub fn new(n: usize, lowercase: bool) -> Result<Self> {
        check_order(n)?;
        Ok(Self { n, lowercase, counts: HashMap::new(), total: 0, sentences: 0 })
    }

    /// The length of its n-grams.
    #[must_use]
    pub fn n(&self) -> usize {
        self.n
    }

    /// N-grams counted, which is tokens.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Distinct n-grams.
    #[must_use]
    pub fn distinct(&self) -> usize {
        self.counts.len()
    }

    /// How often an n-gram occurs; 0 for one of another length.
    #[must_use]
    pub fn count<S: AsRef<str>>(&self, ngram: &[S]) -> u64 {
        self.count_of(&self.tokens(ngram).collect::<Vec<_>>())
    }

    /// The logarithm of an n-gram's smoothed probability.
    ///
    /// ```text
    /// (count + k)/(total + k·V)        V = distinct n-grams + 1 for all that are unknown
    /// ```
    ///
    /// # Undefined
    /// For an n-gram that does not occur, if k = 0.
    ///
    /// # Errors
    /// [`Error::Argument`] for a negative k; [`Error::Undefined`] as above.
    pub fn ln_probability<S: AsRef<str>>(&self, ngram: &[S], smoothing: f64) -> Result<f64> {
        self.ln_smoothed(self.count(ngram) as f64 + check_smoothing(smoothing)?, smoothing)
    }

    /// ln of (mass/denominator), where mass is counts with their smoothing.
    pub(super) fn ln_smoothed(&self, mass: f64, smoothing: f64) -> Result<f64> {
        let probability = mass / (self.total as f64 + smoothing * (self.distinct() as f64 + 1.0));
        if probability > 0.0 && probability.is_finite() {
            return Ok(probability.ln());
        }
        let reason = Undefined::ZeroDenominator { what: "the probability of an n-gram" };
        Err(Error::undefined("n-gram score", reason))
    }

    pub(super) fn count_of(&self, ngram: &[String]) -> u64 {
        self.counts.get(ngram).copied().unwrap_or(0)
    }

    pub(super) fn ngrams(&self) -> impl Iterator<Item = &[String]> {
        self.counts.keys().map(Vec::as_slice)
    }

    /// A token as this model counts it.
    pub(super) fn token(&self, token: &str) -> String {
        if self.lowercase { token.to_lowercase() } else { token.to_string() }
    }

    fn tokens<'a, S: AsRef<str>>(&'a self, tokens: &'a [S]) -> impl Iterator<Item = String> + 'a {
        // The padding is lower-case already.
        tokens.iter().map(|token| self.token(token.as_ref()))
    }

    /// A sentence as this model counts it: its n-grams are the windows of n.
    pub(super) fn padded<S: AsRef<str>>(&self, sentence: &[S]) -> Vec<String> {
        let padding = std::iter::repeat_n(PADDING.to_string(), self.n - 1);
        padding.chain(self.tokens(sentence)).collect()
    }

    /// Adds a sentence, given by its tokens.
    ///
    /// # Errors
    /// [`Error::Overflow`] if the total leaves 64 bits.
    pub fn record_sentence<S: AsRef<str>>(&mut self, sentence: &[S]) -> Result<()> {
        let overflow = Error::Overflow { what: "the total of a tally" };
        let total = self.total.checked_add(sentence.len() as u64).ok_or_else(|| overflow.clone())?;
        let sentences = self.sentences.checked_add(1).ok_or(overflow)?;
        for ngram in self.padded(sentence).windows(self.n) {
            match self.counts.get_mut(ngram) {
                Some(count) => *count += 1,
                None => drop(self.counts.insert(ngram.to_vec(), 1)),
            }
        }
        (self.total, self.sentences) = (total, sentences);
        Ok(())
    }
}

impl Tally for NgramModel {
    type Record<'a> = &'a [&'a str];

    fn record(&mut self, sentence: &[&str]) -> Result<()> {
        self.record_sentence(sentence)
    }

    /// # Errors
    /// [`Error::Merge`] for another n or another treatment of case.
    fn merge(&mut self, other: &Self) -> Result<()> {
        let describe =
            |m: &Self| format!("{}-grams, {}", m.n, if m.lowercase { "lower case" } else { "case kept" });
        if (self.n, self.lowercase) != (other.n, other.lowercase) {
            return Err(Error::Merge { what: "n-grams", left: describe(self), right: describe(other) });
        }
        let overflow = Error::Overflow { what: "the total of a tally" };
        let total = self.total.checked_add(other.total).ok_or_else(|| overflow.clone())?;
        let sentences = self.sentences.checked_add(other.sentences).ok_or(overflow)?;
        for (ngram, &count) in &other.counts {
            *self.counts.entry(ngram.clone()).or_insert(0) += count;
        }
        (self.total, self.sentences) = (total, sentences);
        Ok(())
    }

    /// Sentences.
    fn records(&self) -> u64 {
        self.sentences
    }
}

pub(super) fn check_smoothing(smoothing: f64) -> Result<f64> {
    if smoothing >= 0.0 && smoothing.is_finite() {
        return Ok(smoothing);
    }
    Err(Error::argument("smoothing", "a finite number, 0 or more", smoothing))
}
