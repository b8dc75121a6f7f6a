/// Levenshtein distance over characters (Unicode scalar values): the least number of insertions, deletions and
/// substitutions that turn one text into the other.
///
/// # Complexity
/// O(|a|·|b|) time, O(min) memory; a common prefix and suffix cost nothing more than reading them.
///
/// # Examples
/// ```
/// use probity::text::levenshtein;
/// assert_eq!(levenshtein("kitten", "sitting"), 3);
/// assert_eq!(levenshtein("", "né"), 2);
/// ```
#[must_use]
pub fn levenshtein(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    levenshtein_by(&a, &b)
}

/// Levenshtein distance over any symbols: characters, tokens, steps.
///
/// # Examples
/// ```
/// use probity::text::levenshtein_by;
/// assert_eq!(levenshtein_by(&["add", "3"], &["add", "4", "5"]), 2);
/// ```
#[must_use]
pub fn levenshtein_by<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let mut row: Vec<usize> = (0..=short.len()).collect();
    for (i, x) in long.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in short.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[short.len()]
}

/// 1 − distance/longer length: 1 for equal texts (two empty ones included), 0 when nothing is shared.
///
/// ```
/// assert_eq!(probity::text::edit_similarity("3 + 4 = 7", "3 + 4 = 8"), 1.0 - 1.0 / 9.0);
/// assert_eq!(probity::text::edit_similarity("", ""), 1.0);
/// ```
#[must_use]
pub fn edit_similarity(a: &str, b: &str) -> f64 {
    let longer = a.chars().count().max(b.chars().count());
    if longer == 0 { 1.0 } else { 1.0 - levenshtein(a, b) as f64 / longer as f64 }
}

/// distance/(|a| + |b|): 0 for equal texts (two empty ones included), 1 against an empty text.
///
/// ```
/// assert_eq!(probity::text::edit_ratio("x=2 so 4", "x=3 so 9"), 2.0 / 16.0);
/// assert_eq!(probity::text::edit_ratio("", ""), 0.0);
/// ```
#[must_use]
pub fn edit_ratio(a: &str, b: &str) -> f64 {
    let both = a.chars().count() + b.chars().count();
    if both == 0 { 0.0 } else { levenshtein(a, b) as f64 / both as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, without any short cut.
    fn naive(a: &[u8], b: &[u8]) -> usize {
        match (a, b) {
            ([], rest) | (rest, []) => rest.len(),
            ([x, a1 @ ..], [y, b1 @ ..]) => {
                (naive(a1, b1) + usize::from(x != y)).min(naive(a1, b) + 1).min(naive(a, b1) + 1)
            }
        }
    }

    #[test]
    fn equals_the_definition() {
        let mut stream = crate::rng::Stream::new(3, 0, 0);
        for _ in 0..300 {
            let mut word = || (0..stream.below(7)).map(|_| stream.below(3) as u8).collect::<Vec<_>>();
            let (a, b) = (word(), word());
            assert_eq!(levenshtein_by(&a, &b), naive(&a, &b), "{a:?} {b:?}");
        }
    }
}
