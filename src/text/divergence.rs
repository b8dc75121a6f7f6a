use std::collections::BTreeMap;

use crate::error::{Error, Result, Undefined};
use crate::num::sum;

/// Jensen-Shannon divergence of two texts' distributions of tokens, in bits: 0 for the same shares, 1 for none in common.
///
/// ```text
/// JSD = ½·Σ p·log₂(p/m) + ½·Σ q·log₂(q/m)      m = (p + q)/2, over the tokens of both texts
/// ```
///
/// # Undefined
/// If a text has no tokens.
///
/// # Source
/// Lin 1991; as the authors of PerSEval use it on words, who round it to four places.
///
/// # Errors
/// [`Error::Undefined`] as said.
///
/// # Complexity
/// O(tokens · log tokens); the sum is in the tokens' order, so that it does not depend on the texts' order.
///
/// # Examples
/// ```
/// use probity::text::jensen_shannon;
/// assert_eq!(jensen_shannon(&["a", "b"], &["b", "a", "a", "b"])?, 0.0);
/// assert_eq!(jensen_shannon(&["a"], &["b", "c"])?, 1.0);
/// assert!((jensen_shannon(&["a"], &["a", "b"])? - 0.311278).abs() < 1e-6);
/// assert!(jensen_shannon(&["a"], &[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn jensen_shannon<T: Ord>(a: &[T], b: &[T]) -> Result<f64> {
    for (tokens, what) in [(a, "tokens in the first text"), (b, "tokens in the second text")] {
        if tokens.is_empty() {
            return Err(Error::undefined("Jensen-Shannon divergence", Undefined::Nothing { what }));
        }
    }
    let mut counts: BTreeMap<&T, [u64; 2]> = BTreeMap::new();
    for (side, tokens) in [a, b].into_iter().enumerate() {
        tokens.iter().for_each(|token| counts.entry(token).or_default()[side] += 1);
    }
    let term = |p: f64, m: f64| if p == 0.0 { 0.0 } else { p * (p / m).log2() };
    let terms = counts.values().map(|&[of_a, of_b]| {
        let (p, q) = (of_a as f64 / a.len() as f64, of_b as f64 / b.len() as f64);
        let m = f64::midpoint(p, q);
        f64::midpoint(term(p, m), term(q, m))
    });
    Ok(sum(terms).clamp(0.0, 1.0))
}
