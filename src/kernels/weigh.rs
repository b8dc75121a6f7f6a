use fearless_simd::{Level, Simd, dispatch};

/// Adds to each row the weights of its bits. Bit q of a row is bit q mod 64 of word q / 64; the words of all rows at one
/// place follow each other.
///
/// The weights are taken apart into binary digits: a digit of 64 weights is one mask, so a word of a row costs a
/// population count a digit.
pub(crate) fn weigh(level: Level, weights: &[i32], words: &[u64], out: &mut [i64]) {
    let rows = out.len();
    if rows == 0 {
        return;
    }
    for (weights, words) in weights.chunks(64).zip(words.chunks_exact(rows)) {
        let masks = masks(weights);
        // Some rows at a time, so that a row's sum and word stay in the first-level cache for all digits.
        for (words, out) in words.chunks(ROWS).zip(out.chunks_mut(ROWS)) {
            dispatch!(level, s => add(s, &masks, words, out));
        }
    }
}

const ROWS: usize = 1024;

/// The digits of some weights in two's complement, as narrow as they fit in, with the value of the digit.
fn masks(weights: &[i32]) -> Vec<(u64, i64)> {
    let width = |&w: &i32| u32::BITS - (w ^ (w >> 31)).leading_zeros();
    let sign = weights.iter().map(width).max().unwrap_or(0);
    let digit = |bit: u32| {
        let has = |&w: &i32| i64::from(w) >> bit & 1 == 1;
        let mask =
            weights.iter().enumerate().filter(|(_, w)| has(w)).fold(0u64, |mask, (q, _)| mask | 1 << q);
        (mask, if bit == sign { -1 << bit } else { 1 << bit })
    };
    (0..=sign).map(digit).filter(|&(mask, _)| mask != 0).collect()
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn add<S: Simd>(_: S, masks: &[(u64, i64)], words: &[u64], out: &mut [i64]) {
    for &(mask, value) in masks {
        let shift = value.unsigned_abs().trailing_zeros();
        let points = |word: u64| (u64::from((word & mask).count_ones()) << shift) as i64;
        if value > 0 {
            out.iter_mut().zip(words).for_each(|(sum, &word)| *sum = sum.wrapping_add(points(word)));
        } else {
            out.iter_mut().zip(words).for_each(|(sum, &word)| *sum = sum.wrapping_sub(points(word)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;

    #[test]
    fn digits_equal_weights_one_by_one() {
        let mut rng = Stream::new(14, 0, 0);
        for (rows, bits) in [(0usize, 5usize), (1, 1), (3, 64), (7, 65), (1030, 130)] {
            let weights: Vec<i32> = (0..bits)
                .map(|q| match q % 7 {
                    0 => i32::MIN,
                    1 => i32::MAX,
                    _ => rng.below(21) as i32 - 10,
                })
                .collect();
            let words: Vec<u64> = (0..rows * bits.div_ceil(64)).map(|_| rng.next_u64()).collect();
            let expected: Vec<i64> = (0..rows)
                .map(|row| {
                    let bit = |q: usize| words[q / 64 * rows + row] >> (q % 64) & 1 == 1;
                    (0..bits).filter(|&q| bit(q)).map(|q| i64::from(weights[q])).sum()
                })
                .collect();
            for level in [Level::new(), Level::baseline()] {
                let mut found = vec![0; rows];
                weigh(level, &weights, &words, &mut found);
                assert_eq!(found, expected);
            }
        }
    }
}
