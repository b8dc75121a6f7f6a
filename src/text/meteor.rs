use std::collections::HashMap;

use crate::text::porter_stem;

/// What precision weighs in the mean with recall.
const ALPHA: f64 = 0.9;
/// How fast the penalty grows with the number of chunks.
const BETA: i32 = 3;
/// The greatest penalty.
const GAMMA: f64 = 0.5;

/// METEOR of a candidate against one reference by words and stems, without the synonyms that need WordNet.
///
/// ```text
/// words are matched if they are the same, then if their stems are; P, R: matches over the lengths
/// METEOR = (1 − 0.5·(chunks/matches)³) · P·R/(0.9·P + 0.1·R)
/// chunks: runs of matches that are neighbours in both texts
/// ```
///
/// 0 if nothing matches. From 0 to below 1: even the same text has one chunk. Words are taken as they are: lower-case them
/// before.
///
/// # Source
/// Banerjee and Lavie 2005 with the parameters of Agarwal and Lavie 2008, in the form of NLTK's `meteor_score`: words are
/// matched from the end, each with the last that is free, which is not always the alignment with the fewest chunks. NLTK
/// matches synonyms in a third step, so that its value can be higher.
///
/// # Complexity
/// Linear in the texts.
///
/// # Examples
/// ```
/// use probity::text::meteor;
/// let words = |text: &'static str| text.split(' ').collect::<Vec<_>>();
/// let reference = words("the cats sat");
/// assert!((meteor(&reference, &reference) - (1.0 - 0.5 / 27.0)).abs() < 1e-15);
/// // One chunk of three, by the stem of the second.
/// assert_eq!(meteor(&words("the cat sat"), &reference), meteor(&reference, &reference));
/// assert_eq!(meteor(&[], &reference), 0.0);
/// ```
#[must_use]
pub fn meteor<T: AsRef<str>>(candidate: &[T], reference: &[T]) -> f64 {
    let mut matched = vec![None; candidate.len()];
    let mut taken = vec![false; reference.len()];
    let same = |words: &[T]| words.iter().map(|word| word.as_ref().to_string()).collect::<Vec<_>>();
    let stems = |words: &[T]| words.iter().map(|word| porter_stem(word.as_ref())).collect::<Vec<_>>();
    match_from_the_end(&same(candidate), &same(reference), &mut matched, &mut taken);
    match_from_the_end(&stems(candidate), &stems(reference), &mut matched, &mut taken);
    let places: Vec<(usize, usize)> = (0..).zip(matched).filter_map(|(i, j)| Some((i, j?))).collect();
    if places.is_empty() {
        return 0.0;
    }
    let breaks = places.windows(2).filter(|two| (two[0].0 + 1, two[0].1 + 1) != two[1]).count();
    let matches = places.len() as f64;
    let (precision, recall) = (matches / candidate.len() as f64, matches / reference.len() as f64);
    let mean = precision * recall / (ALPHA * precision + (1.0 - ALPHA) * recall);
    let fragmentation = (breaks + 1) as f64 / matches;
    (1.0 - GAMMA * fragmentation.powi(BETA)) * mean
}

/// Matches each free word of the candidate, the last first, with the last free word of the reference that is the same.
fn match_from_the_end(
    candidate: &[String],
    reference: &[String],
    matched: &mut [Option<usize>],
    taken: &mut [bool],
) {
    let mut free: HashMap<&str, Vec<usize>> = HashMap::new();
    for ((at, word), _) in reference.iter().enumerate().zip(taken.iter()).filter(|(_, taken)| !**taken) {
        free.entry(word).or_default().push(at);
    }
    for (word, matched) in candidate.iter().zip(matched).rev().filter(|(_, matched)| matched.is_none()) {
        if let Some(at) = free.get_mut(word.as_str()).and_then(Vec::pop) {
            *matched = Some(at);
            taken[at] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_nltk() {
        let words = |text: &str| text.to_lowercase().split(' ').map(str::to_string).collect::<Vec<_>>();
        let hypothesis =
            "It is a guide to action which ensures that the military always obeys the commands of the party";
        let references = [
            "It is a guide to action that ensures that the military will forever heed Party commands",
            "It is the guiding principle which guarantees the military forces always being under the command of the Party",
            "It is the practical guide for the army always to heed the directions of the party",
        ];
        let best = references.map(|r| meteor(&words(hypothesis), &words(r))).into_iter().fold(0.0, f64::max);
        // The documentation of NLTK prints 0.6944 for the best of the three.
        assert!((best - 0.6944).abs() < 5e-5, "{best}");
        assert_eq!(meteor(&words("this is a cat"), &words("non matching hypothesis")), 0.0);
    }

    #[test]
    fn chunks_are_counted_in_both() {
        // Three matches in three chunks.
        let expected = (1.0 - 0.5) * 1.0;
        assert!((meteor(&["c", "b", "a"], &["a", "b", "c"]) - expected).abs() < 1e-15);
        // Precision 2/3, recall 1, two chunks.
        let (p, r) = (2.0 / 3.0, 1.0);
        let expected = 0.5 * p * r / (0.9 * p + 0.1 * r);
        assert!((meteor(&["a", "x", "b"], &["a", "b"]) - expected).abs() < 1e-15);
    }
}
