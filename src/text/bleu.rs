use std::hash::Hash;

use crate::error::{Error, Result};
use crate::text::ngrams::shared_ngrams;

/// BLEU of a candidate against one reference, without smoothing: 0 as soon as an order shares nothing.
///
/// ```text
/// BLEU = min(1, e^(1 − r/c)) · (Π p_n)^(1/N)       n = 1..N
/// p_n: n-grams of the candidate that the reference has too, each as often as in the one that has it less often,
///      over all n-grams of the candidate; c, r: the lengths
/// ```
///
/// A candidate of fewer than N tokens has 0, since it has no N-gram. From 0 to 1.
///
/// # Source
/// Papineni et al. 2002, in the form of NLTK's `sentence_bleu` with its defaults for N = 4. NLTK puts the least positive
/// float in the place of a p_n of 0 for n above 1, so that it prints a number below 10⁻⁷⁰ instead of 0.
///
/// # Errors
/// [`Error::Argument`] for N = 0.
///
/// # Examples
/// ```
/// use probity::text::bleu;
/// let words = |text: &'static str| text.split(' ').collect::<Vec<_>>();
/// let reference = words("the cat sat on the mat");
/// assert_eq!(bleu(&reference, &reference, 4)?, 1.0);
/// let short = bleu(&words("the cat sat on"), &reference, 4)?;
/// assert!((short - (-0.5f64).exp()).abs() < 1e-15);
/// assert_eq!(bleu(&words("the cat"), &reference, 4)?, 0.0);
/// assert_eq!(bleu(&[], &reference, 4)?, 0.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn bleu<T: Eq + Hash>(candidate: &[T], reference: &[T], orders: usize) -> Result<f64> {
    if orders == 0 {
        return Err(Error::argument("orders of BLEU", "1 or more", orders));
    }
    if candidate.len() < orders {
        return Ok(0.0);
    }
    let mut ln = 0.0;
    for n in 1..=orders {
        let shared = shared_ngrams(candidate, reference, n)?;
        if shared == 0 {
            return Ok(0.0);
        }
        ln += (shared as f64 / (candidate.len() + 1 - n) as f64).ln();
    }
    let brevity = (1.0 - reference.len() as f64 / candidate.len() as f64).min(0.0);
    Ok((brevity + ln / orders as f64).exp())
}
