use std::collections::HashMap;
use std::hash::Hash;

use crate::text::Rouge;

/// The pairs of tokens in their order with at most `gap` tokens between them, and the tokens themselves, how often each.
fn units<T: Eq + Hash>(tokens: &[T], gap: usize) -> HashMap<(&T, Option<&T>), u64> {
    let mut counts = HashMap::new();
    for (at, first) in tokens.iter().enumerate() {
        *counts.entry((first, None)).or_insert(0) += 1;
        for second in tokens.iter().skip(at + 1).take(gap.saturating_add(1)) {
            *counts.entry((first, Some(second))).or_insert(0) += 1;
        }
    }
    counts
}

/// ROUGE-SU: the tokens and skip-bigrams that a candidate shares with a reference, each as often as in the one that has
/// it less often. A skip-bigram is two tokens in their order with at most `gap` tokens between them: 4 for ROUGE-SU4.
///
/// The code released with PerSEval calls ROUGE-SU4 what is [`rouge_n`](crate::text::rouge_n) of 5-grams.
///
/// # Source
/// Lin 2004, for one reference. Lin's script counts tokens by a mark put before the text; here they are counted as they
/// are, which is the same.
///
/// # Complexity
/// O(tokens · gap).
///
/// # Examples
/// ```
/// use probity::text::rouge_su;
/// // Lin's example: 3 pairs shared of 6 each, and 3 words of 4.
/// let words = |text: &'static str| text.split(' ').collect::<Vec<_>>();
/// let r = rouge_su(&words("police kill the gunman"), &words("police killed the gunman"), 4);
/// assert_eq!((r.shared, r.f1()?), (6, 0.6));
/// assert!(rouge_su::<&str>(&[], &[], 4).f1().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[must_use]
pub fn rouge_su<T: Eq + Hash>(candidate: &[T], reference: &[T], gap: usize) -> Rouge {
    let (ours, theirs) = (units(candidate, gap), units(reference, gap));
    let shared = ours.iter().map(|(unit, &count)| count.min(theirs.get(unit).copied().unwrap_or(0))).sum();
    Rouge { shared, candidate: ours.values().sum(), reference: theirs.values().sum() }
}
