/// An integer that orders as the number does; −0 and 0 are the same. The number is not NaN.
#[inline]
fn ordered(x: f32) -> u32 {
    let bits = (x + 0.0).to_bits();
    bits ^ (((bits as i32 >> 31) as u32) | 1 << 31)
}

/// Words from which passes over them take less time than comparisons.
const RADIX_FROM: usize = 1 << 11;
const DIGIT: u32 = 11;
const VALUES: usize = 1 << DIGIT;

/// The pairs of a positive (class 1) and a negative (class 0): twice those in which the positive has the greater score,
/// plus those in which both have the same; NaN must not come in. As many classes as scores.
///
/// The scores are distributed by their first digit, and then every part is sorted for itself, in the cache.
pub(crate) fn twice_wins(scores: &[f32], classes: &[u8]) -> u128 {
    let keys = || scores.iter().map(|&score| ordered(score));
    let (least, greatest) = keys().fold((u32::MAX, 0), |(least, most), key| (least.min(key), most.max(key)));
    let significant = (u32::BITS - greatest.saturating_sub(least).leading_zeros()).max(DIGIT);
    // Without its first digit a key leaves two digits, of which one bit is for the class.
    let first_digit = |key: u32| ((key - least) >> (significant - DIGIT)) as usize % VALUES;
    let mut ends = vec![0usize; VALUES];
    keys().for_each(|key| ends[first_digit(key)] += 1);
    let largest = ends.iter().copied().max().unwrap_or(0);
    let mut start = 0;
    for end in &mut ends {
        start += std::mem::replace(end, start);
    }
    let mut words = vec![0u32; scores.len()];
    for (key, &class) in keys().zip(classes) {
        let end = &mut ends[first_digit(key)];
        words[*end] = (key - least) << 1 | u32::from(class & 1);
        *end += 1;
    }
    let mut spare = vec![0u32; largest];
    let (mut start, mut negatives, mut twice) = (0, 0u64, 0u128);
    for end in ends {
        let part = &mut words[start..end];
        sort_words(part, &mut spare);
        for equal in part.chunk_by(|x, y| x >> 1 == y >> 1) {
            let wins: u64 = equal.iter().map(|word| u64::from(word & 1)).sum();
            let ties = equal.len() as u64 - wins;
            twice += u128::from(wins) * u128::from(2 * negatives + ties);
            negatives += ties;
        }
        start = end;
    }
    twice
}

/// Sorts words that differ in their two lowest digits only; `spare` is at least as long.
fn sort_words(words: &mut [u32], spare: &mut [u32]) {
    // The places below are 32 bits wide.
    if words.len() < RADIX_FROM || u32::try_from(words.len()).is_err() {
        words.sort_unstable();
        return;
    }
    let low = |word: u32| word as usize % VALUES;
    let high = |word: u32| (word >> DIGIT) as usize % VALUES;
    let mut places = [[0u32; VALUES]; 2];
    for &word in &*words {
        places[0][low(word)] += 1;
        places[1][high(word)] += 1;
    }
    for places in &mut places {
        let mut start = 0;
        for place in places {
            start += std::mem::replace(place, start);
        }
    }
    let spare = &mut spare[..words.len()];
    distribute(words, spare, &mut places[0], low);
    distribute(spare, words, &mut places[1], high);
}

fn distribute(from: &[u32], to: &mut [u32], places: &mut [u32; VALUES], digit: impl Fn(u32) -> usize) {
    for &word in from {
        let place = &mut places[digit(word) % VALUES];
        to[*place as usize] = word;
        *place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;

    #[test]
    fn keys_order_as_their_numbers() {
        let ascending = [f32::NEG_INFINITY, -2.5, -1e-40, 0.0, 1e-40, 1.0, 2.5, f32::INFINITY];
        assert!(ascending.map(ordered).is_sorted_by(|x, y| x < y));
        assert_eq!(ordered(-0.0), ordered(0.0));
    }

    #[test]
    fn wins_equal_all_pairs() {
        let mut rng = Stream::new(13, 0, 0);
        let mut check = |n: usize, mut score: Box<dyn FnMut(&mut Stream) -> f32>| {
            let scores: Vec<f32> = (0..n).map(|_| score(&mut rng)).collect();
            let classes: Vec<u8> = scores.iter().map(|_| rng.below(2) as u8).collect();
            let of = |class| scores.iter().zip(&classes).filter(move |(_, c)| **c == class).map(|(s, _)| s);
            let pairs = of(1).flat_map(|x| of(0).map(move |y| 2 * u128::from(x > y) + u128::from(x == y)));
            assert_eq!(twice_wins(&scores, &classes), pairs.sum());
        };
        check(0, Box::new(|_| 0.0));
        check(1, Box::new(|_| 0.0));
        check(3, Box::new(|_| f32::INFINITY));
        for n in [30, 6000] {
            check(n, Box::new(|rng| rng.below(7) as f32 - 3.0));
            check(n, Box::new(|rng| rng.uniform() as f32));
            check(n, Box::new(|rng| -(rng.uniform() as f32)));
            check(n, Box::new(|rng| ((rng.uniform() - 0.5) * 20.0) as f32));
            check(n, Box::new(|rng| 1.0 + rng.uniform() as f32 * 1e-4));
            check(
                n,
                Box::new(|rng| {
                    [f32::NEG_INFINITY, -0.0, 0.0, f32::MAX, f32::INFINITY][rng.below(5) as usize]
                }),
            );
        }
    }
}
