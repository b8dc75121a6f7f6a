use crate::error::Result;
use crate::text::{Rouge, rouge_l, rouge_n, rouge_stems, rouge_words, sacre_bleu};

/// What the questions of two checklists share, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChecklistRouge {
    /// Words.
    pub rouge_1: Rouge,
    /// Pairs of words.
    pub rouge_2: Rouge,
    /// The longest common subsequence of words.
    pub rouge_l: Rouge,
}

impl ChecklistRouge {
    fn of(generated: &[String], reference: &[String]) -> Result<Self> {
        Ok(Self {
            rouge_1: rouge_n(generated, reference, 1)?,
            rouge_2: rouge_n(generated, reference, 2)?,
            rouge_l: rouge_l(generated, reference),
        })
    }
}

/// How like a generated checklist is to a reference. From [`checklist_similarity`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ChecklistSimilarity {
    /// ROUGE of the words as they are.
    pub rouge: ChecklistRouge,
    /// ROUGE of the words' stems; words of up to three letters are kept.
    pub rouge_stemmed: ChecklistRouge,
    /// BLEU, from 0 to 100.
    pub bleu: f64,
    /// How many questions there are too many or too few.
    pub count_error: u64,
}

/// How like a generated checklist is to a reference, such as one that a person wrote: ROUGE and BLEU of their questions,
/// and the difference of their lengths.
///
/// Questions are joined in order by a blank.
///
/// # Undefined
/// BLEU, if neither has a word.
///
/// # Source
/// Cook et al. 2024 (TICK, arXiv 2410.03608). How questions are joined and which BLEU it is could not be read and is ours:
/// [`sacre_bleu`]; ROUGE as `rouge_score` with and without its stemmer.
///
/// # Errors
/// [`Error::Undefined`](crate::Error::Undefined) as said.
///
/// # Complexity
/// That of the longest common subsequence of the words.
///
/// # Examples
/// ```
/// use probity::checklist::checklist_similarity;
/// let found = checklist_similarity(&["Does it mention a deadline?"], &["Is a deadline mentioned?", "Is it short?"])?;
/// assert_eq!((found.rouge.rouge_1.shared, found.rouge_stemmed.rouge_1.shared), (3, 4));
/// assert_eq!(found.count_error, 1);
/// assert!(checklist_similarity::<&str, &str>(&[], &[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn checklist_similarity<G: AsRef<str>, R: AsRef<str>>(
    generated: &[G],
    reference: &[R],
) -> Result<ChecklistSimilarity> {
    let count_error = generated.len().abs_diff(reference.len()) as u64;
    let (generated, reference) = (joined(generated), joined(reference));
    let (words, reference_words) = (rouge_words(&generated), rouge_words(&reference));
    Ok(ChecklistSimilarity {
        rouge: ChecklistRouge::of(&words, &reference_words)?,
        rouge_stemmed: ChecklistRouge::of(&rouge_stems(&words), &rouge_stems(&reference_words))?,
        bleu: sacre_bleu(&generated, &reference)?,
        count_error,
    })
}

fn joined<S: AsRef<str>>(questions: &[S]) -> String {
    questions.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" ")
}
