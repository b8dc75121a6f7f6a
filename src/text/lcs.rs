use std::collections::HashMap;
use std::hash::Hash;

/// The length of a longest common subsequence: tokens in the same order in both, not necessarily side by side.
///
/// # Source
/// The bit-parallel form of Hyyrö 2004, "Bit-parallel LCS-length computation revisited".
///
/// # Complexity
/// O(|a|·|b|/64) time and O(distinct tokens of the shorter · |shorter|/64) memory.
///
/// # Examples
/// ```
/// use probity::text::longest_common_subsequence;
/// assert_eq!(longest_common_subsequence(b"XMJYAUZ", b"MZJAWXU"), 4);
/// assert_eq!(longest_common_subsequence::<u8>(&[], b"x"), 0);
/// ```
#[must_use]
pub fn longest_common_subsequence<T: Eq + Hash>(a: &[T], b: &[T]) -> usize {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let words = short.len().div_ceil(64);
    // For each token of the shorter text, the places where it stands.
    let mut places: HashMap<&T, Vec<u64>> = HashMap::new();
    for (i, token) in short.iter().enumerate() {
        places.entry(token).or_insert_with(|| vec![0; words])[i / 64] |= 1 << (i % 64);
    }
    // A 0 is a place up to which the subsequence grew by one.
    let mut row = vec![u64::MAX; words];
    for token in long {
        let Some(places) = places.get(token) else { continue };
        let mut carry = false;
        for (word, &here) in row.iter_mut().zip(places) {
            let matched = *word & here;
            let (sum, over) = word.overflowing_add(matched);
            let (sum, over_too) = sum.overflowing_add(carry.into());
            carry = over || over_too;
            *word = sum | (*word & !here);
        }
    }
    let grown = row.iter().enumerate().map(|(i, word)| {
        let used = (short.len() - 64 * i).min(64);
        (!word & (u64::MAX >> (64 - used))).count_ones() as usize
    });
    grown.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(a: &[u64], b: &[u64]) -> usize {
        let mut row = vec![0; b.len() + 1];
        for x in a {
            let mut diagonal = 0;
            for (j, y) in b.iter().enumerate() {
                let above = row[j + 1];
                row[j + 1] = if x == y { diagonal + 1 } else { above.max(row[j]) };
                diagonal = above;
            }
        }
        row[b.len()]
    }

    #[test]
    fn equals_the_definition_across_words() {
        let mut stream = crate::rng::Stream::new(5, 0, 0);
        for round in 0..200 {
            let kinds = 1 + stream.below(6);
            let mut text = || (0..stream.below(1 + round)).map(|_| stream.below(kinds)).collect::<Vec<_>>();
            let (a, b) = (text(), text());
            assert_eq!(longest_common_subsequence(&a, &b), naive(&a, &b), "{a:?} {b:?}");
        }
    }
}
