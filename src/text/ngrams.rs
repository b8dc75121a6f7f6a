use std::collections::HashMap;
use std::hash::Hash;

use crate::error::{Error, Result};

/// How often each run of `n` tokens occurs.
///
/// A text shorter than `n` has none.
///
/// # Errors
/// [`Error::Argument`] for n = 0.
///
/// # Examples
/// ```
/// use probity::text::ngram_counts;
/// let counts = ngram_counts(&["a", "b", "a", "b"], 2)?;
/// assert_eq!((counts[["a", "b"].as_slice()], counts[["b", "a"].as_slice()]), (2, 1));
/// assert!(ngram_counts(&["a"], 2)?.is_empty());
/// assert!(ngram_counts(&["a"], 0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn ngram_counts<T: Eq + Hash>(tokens: &[T], n: usize) -> Result<HashMap<&[T], u64>> {
    if n == 0 {
        return Err(Error::argument("n of n-grams", "1 or more", n));
    }
    let mut counts = HashMap::new();
    for ngram in tokens.windows(n) {
        *counts.entry(ngram).or_insert(0) += 1;
    }
    Ok(counts)
}

/// The n-grams that two texts share: for each, the smaller of its two counts.
pub(super) fn shared_ngrams<T: Eq + Hash>(a: &[T], b: &[T], n: usize) -> Result<u64> {
    let theirs = ngram_counts(b, n)?;
    let shared = |(ngram, count): (&[T], u64)| count.min(theirs.get(ngram).copied().unwrap_or(0));
    Ok(ngram_counts(a, n)?.into_iter().map(shared).sum())
}
