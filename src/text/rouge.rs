use std::collections::HashMap;

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

/// Length of the longest common subsequence, 64 cells of the table at a time.
///
/// # Complexity
/// O(|a|·|b| / 64) after a look-up for each element.
fn lcs(a: &[String], b: &[String]) -> usize {
    let blocks = a.len().div_ceil(64);
    let mut places: HashMap<&str, Vec<u64>> = HashMap::new();
    for (i, word) in a.iter().enumerate() {
        places.entry(word).or_insert_with(|| vec![0; blocks])[i / 64] |= 1 << (i % 64);
    }
    // A zero bit marks a place where the row above is one less (Hyyrö 2004).
    let mut row = vec![u64::MAX; blocks];
    for word in b {
        let Some(places) = places.get(word.as_str()) else { continue };
        let mut carry = false;
        for (bits, &at) in row.iter_mut().zip(places) {
            let matched = *bits & at;
            let (sum, first) = bits.overflowing_add(matched);
            let (sum, second) = sum.overflowing_add(carry.into());
            carry = first || second;
            *bits = sum | (*bits & !at);
        }
    }
    let last = if a.len().is_multiple_of(64) { u64::MAX } else { (1 << (a.len() % 64)) - 1 };
    let zeros =
        |(i, bits): (usize, &u64)| (if i + 1 == blocks { !bits & last } else { !bits }).count_ones() as usize;
    row.iter().enumerate().map(zeros).sum()
}

/// ROUGE-L of two lists of words: the F-measure of their longest common subsequence.
///
/// ```text
/// P = LCS/|candidate|    R = LCS/|reference|    F = 2PR/(P + R), 0 where nothing is common
/// ```
///
/// Two empty lists have F 0, as in the package `rouge_score`.
///
/// # Source
/// Lin 2004, "ROUGE: a package for automatic evaluation of summaries", with β = 1.
///
/// # Complexity
/// O(|candidate|·|reference| / 64).
///
/// # Examples
/// ```
/// use probity::text::{rouge_l, rouge_words};
/// let f = rouge_l(&rouge_words("Write a poem about the sea"), &rouge_words("Write a story about the sea"));
/// assert!((f - 5.0 / 6.0).abs() < 1e-15);
/// assert_eq!(rouge_l(&[], &[]), 0.0);
/// ```
#[must_use]
pub fn rouge_l(candidate: &[String], reference: &[String]) -> f64 {
    let common = lcs(candidate, reference) as f64;
    if common == 0.0 {
        return 0.0;
    }
    let (precision, recall) = (common / candidate.len() as f64, common / reference.len() as f64);
    2.0 * precision * recall / (precision + recall)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook table, a row at a time.
    fn slow(a: &[String], b: &[String]) -> usize {
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
    fn blocks_give_the_table() {
        let mut stream = crate::rng::Stream::new(5, 0, 0);
        for case in 0..200 {
            let mut words =
                |n: u64| -> Vec<String> { (0..n).map(|_| stream.below(2 + case % 7).to_string()).collect() };
            let (a, b) = (words(case), words(130));
            assert_eq!(lcs(&a, &b), slow(&a, &b), "{case}");
        }
    }
}
