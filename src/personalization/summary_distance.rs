use crate::error::Result;
use crate::text::{bleu, jensen_shannon, meteor, rouge_l, rouge_n, rouge_stems, rouge_su, rouge_words};

/// Words between the two of a skip-bigram of ROUGE-SU4, at most.
const SU4_GAP: usize = 4;
/// The n-grams that the authors' ROUGE-SU4 compares.
const RELEASED_SU4_ORDER: usize = 5;
/// The n-grams of BLEU, up to.
const BLEU_ORDER: usize = 4;

/// The distances between texts that the authors of PerSEval use, of those that need no data or model: 1 − similarity.
///
/// Words are those of [`rouge_words`](crate::text::rouge_words); ROUGE-L and METEOR also match words of the same stem.
///
/// # Source
/// The paper's list of measures. Of the authors' code the measures are reproduced, not the tokenizers of NLTK, nor the
/// rounding to four or five places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SummaryDistance {
    /// ROUGE-L F1 of stemmed words.
    RougeL,
    /// ROUGE-SU4 F1: words, and pairs of words with at most four between them.
    RougeSu4,
    /// What the authors' code computes under the name of ROUGE-SU4: F1 of 5-grams.
    RougeSu4Released,
    /// BLEU of up to 4-grams, unsmoothed.
    Bleu,
    /// METEOR of words and stems, without synonyms.
    Meteor,
    /// Jensen-Shannon divergence of the words' distributions, in bits.
    JensenShannon,
}

impl SummaryDistance {
    /// Every distance, in the order of the paper's tables.
    pub const ALL: [Self; 6] =
        [Self::RougeL, Self::RougeSu4, Self::RougeSu4Released, Self::Bleu, Self::Meteor, Self::JensenShannon];

    /// The measure's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RougeL => "ROUGE-L",
            Self::RougeSu4 => "ROUGE-SU4",
            Self::RougeSu4Released => "ROUGE-SU4 as released (5-grams)",
            Self::Bleu => "BLEU",
            Self::Meteor => "METEOR",
            Self::JensenShannon => "JSD",
        }
    }

    /// The distance of a text to a reference, from 0 to 1. BLEU and METEOR are not symmetric.
    ///
    /// # Undefined
    /// JSD of a text without words; the ROUGEs if neither text has a unit (for 5-grams: five words).
    ///
    /// # Errors
    /// [`Error::Undefined`](crate::Error::Undefined) as said.
    ///
    /// # Examples
    /// ```
    /// use probity::personalization::SummaryDistance;
    /// let (a, b) = ("The cat sat on the mat.", "A cat sat on a mat.");
    /// assert_eq!(SummaryDistance::RougeL.between(a, a)?, 0.0);
    /// assert!((SummaryDistance::RougeL.between(a, b)? - 1.0 / 3.0).abs() < 1e-15);
    /// assert!(SummaryDistance::JensenShannon.between("", b).unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn between(self, text: &str, reference: &str) -> Result<f64> {
        let (text, reference) = (rouge_words(text), rouge_words(reference));
        let similarity = match self {
            Self::RougeL => rouge_l(&rouge_stems(&text), &rouge_stems(&reference)).f1()?,
            Self::RougeSu4 => rouge_su(&text, &reference, SU4_GAP).f1()?,
            Self::RougeSu4Released => rouge_n(&text, &reference, RELEASED_SU4_ORDER)?.f1()?,
            Self::Bleu => bleu(&text, &reference, BLEU_ORDER)?,
            Self::Meteor => meteor(&text, &reference),
            Self::JensenShannon => return jensen_shannon(&text, &reference),
        };
        Ok(1.0 - similarity)
    }
}
