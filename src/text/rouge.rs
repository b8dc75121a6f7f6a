use std::hash::Hash;

use crate::error::{Result, Undefined};
use crate::num;
use crate::text::ngrams::shared_ngrams;
use crate::text::{longest_common_subsequence, porter_stem};

/// What a candidate and a reference share, and how much there is of each. From [`rouge_n`] and [`rouge_l`].
///
/// # Examples
/// ```
/// use probity::text::rouge_n;
/// let nothing = rouge_n::<&str>(&[], &["x"], 1)?;
/// assert_eq!((nothing.recall()?, nothing.f1()?), (0.0, 0.0));
/// assert!(nothing.precision().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Rouge {
    /// Units (tokens or n-grams) of both.
    pub shared: u64,
    /// Units of the candidate.
    pub candidate: u64,
    /// Units of the reference.
    pub reference: u64,
}

impl Rouge {
    /// Share of the candidate that is in the reference.
    ///
    /// # Errors
    /// [`Error::Undefined`](crate::Error::Undefined) for an empty candidate.
    pub fn precision(&self) -> Result<f64> {
        share("ROUGE precision", self.shared, self.candidate, "the candidate's length")
    }

    /// Share of the reference that is in the candidate.
    ///
    /// # Errors
    /// [`Error::Undefined`](crate::Error::Undefined) for an empty reference.
    pub fn recall(&self) -> Result<f64> {
        share("ROUGE recall", self.shared, self.reference, "the reference's length")
    }

    /// 2·shared/(candidate + reference), the harmonic mean of the two where both exist; 0 against an empty text.
    ///
    /// # Errors
    /// [`Error::Undefined`](crate::Error::Undefined) if both are empty.
    pub fn f1(&self) -> Result<f64> {
        share("ROUGE F1", 2 * self.shared, self.candidate + self.reference, "the length of both texts")
    }
}

fn share(metric: &'static str, part: u64, whole: u64, what: &'static str) -> Result<f64> {
    num::ratio(metric, part as f64, whole as f64, Undefined::ZeroDenominator { what })
}

/// Words as ROUGE counts them: lower-cased runs of ASCII letters and digits, everything else separates.
///
/// # Source
/// The tokeniser of the package `rouge_score` without its stemmer.
///
/// # Examples
/// ```
/// use probity::text::rouge_words;
/// assert_eq!(rouge_words("It's 3 o'clock!"), ["it", "s", "3", "o", "clock"]);
/// assert!(rouge_words("¿…?").is_empty());
/// ```
#[must_use]
pub fn rouge_words(text: &str) -> Vec<String> {
    // Lower-casing comes first and can make ASCII of what was none (the Kelvin sign).
    let lower = text.to_lowercase();
    lower
        .split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit()))
        .filter(|word| !word.is_empty())
        .map(str::to_string)
        .collect()
}

/// The stems of words as ROUGE compares them: words of up to three letters stay as they are.
///
/// # Source
/// The package `rouge_score` 0.1.2, option `use_stemmer`; the stemmer is [`porter_stem`](crate::text::porter_stem).
///
/// # Examples
/// ```
/// use probity::text::{rouge_stems, rouge_words};
/// assert_eq!(rouge_stems(&rouge_words("His dogs barked.")), ["his", "dog", "bark"]);
/// ```
#[must_use]
pub fn rouge_stems<T: AsRef<str>>(words: &[T]) -> Vec<String> {
    let stem = |word: &str| if word.len() > 3 { porter_stem(word) } else { word.to_string() };
    words.iter().map(|word| stem(word.as_ref())).collect()
}

/// ROUGE-N: the n-grams that a candidate shares with a reference, each as often as in the one that has it less often.
///
/// Tokens are compared as they are: lower-case and stem them before, if the figure to compare with did.
///
/// # Source
/// Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries", for one reference.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) for n = 0.
///
/// # Examples
/// ```
/// use probity::text::rouge_n;
/// let r = rouge_n(&["the", "cat", "the"], &["the", "cat", "sat"], 1)?;
/// assert_eq!((r.shared, r.f1()?), (2, 2.0 / 3.0));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn rouge_n<T: Eq + Hash>(candidate: &[T], reference: &[T], n: usize) -> Result<Rouge> {
    let shared = shared_ngrams(candidate, reference, n)?;
    let units = |tokens: &[T]| (tokens.len() + 1).saturating_sub(n) as u64;
    Ok(Rouge { shared, candidate: units(candidate), reference: units(reference) })
}

/// ROUGE-L: the longest common subsequence of a candidate and a reference.
///
/// # Source
/// Lin 2004, for one reference and β = 1.
///
/// # Complexity
/// That of [`longest_common_subsequence`].
///
/// # Examples
/// ```
/// use probity::text::rouge_l;
/// let words = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
/// let r = rouge_l(&words("the cat sat on the mat"), &words("a cat sat on a mat"));
/// assert_eq!((r.shared, r.f1()?), (4, 2.0 / 3.0));
/// assert!(rouge_l::<&str>(&[], &[]).f1().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[must_use]
pub fn rouge_l<T: Eq + Hash>(candidate: &[T], reference: &[T]) -> Rouge {
    Rouge {
        shared: longest_common_subsequence(candidate, reference) as u64,
        candidate: candidate.len() as u64,
        reference: reference.len() as u64,
    }
}
