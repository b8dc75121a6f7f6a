//! How many smaller values come before each value of a permutation: what Kendall's tau counts.

use fearless_simd::{Level, Simd, dispatch};

/// Children of a node. With four a node is one register of the simplest vector unit, and the fastest as measured.
const FAN: usize = 4;
/// By child: what its coming adds to the counts of a node.
const ABOVE: [[u32; FAN]; FAN] = [[0, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1], [0, 0, 0, 0]];

/// A set of the integers below some n that knows how many of its members are smaller than another one.
struct Seen {
    /// Word i holds the 64 integers from 64·i.
    words: Vec<u64>,
    /// From the words up: for each child of a node how many integers are in the children before it.
    levels: Vec<Vec<[u32; FAN]>>,
}

impl Seen {
    fn new(n: usize) -> Self {
        let words = vec![0; n.div_ceil(64)];
        let (mut nodes, mut levels) = (words.len(), Vec::new());
        while nodes > 1 {
            nodes = nodes.div_ceil(FAN);
            levels.push(vec![[0; FAN]; nodes]);
        }
        Self { words, levels }
    }

    /// Adds an integer and counts the smaller ones that were there.
    #[inline(always)]
    #[allow(
        clippy::inline_always,
        reason = "the instruction set reaches only what is inlined into the dispatch"
    )]
    fn insert(&mut self, value: u32) -> u32 {
        let mut at = value as usize / 64;
        let bit = 1u64 << (value % 64);
        let word = &mut self.words[at];
        let mut smaller = (*word & (bit - 1)).count_ones();
        *word |= bit;
        for level in &mut self.levels {
            let (node, child) = (&mut level[at / FAN], at % FAN);
            smaller += node[child];
            node.iter_mut().zip(&ABOVE[child]).for_each(|(count, above)| *count += above);
            at /= FAN;
        }
        smaller
    }
}

/// Goes through a permutation of 0..n and hands on where each value stands, the value, and how many smaller values come
/// before it.
pub(super) fn smaller_before(
    n: usize,
    permutation: impl Iterator<Item = u32>,
    take: impl FnMut(usize, u32, u32),
) {
    dispatch!(Level::new(), s => insert_all(s, n, permutation, take));
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn insert_all<S: Simd>(
    _: S,
    n: usize,
    permutation: impl Iterator<Item = u32>,
    mut take: impl FnMut(usize, u32, u32),
) {
    let mut seen = Seen::new(n);
    permutation.enumerate().for_each(|(at, value)| take(at, value, seen.insert(value)));
}

#[cfg(test)]
mod tests {
    use super::smaller_before;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn counts_are_those_of_two_loops(n in 0usize..3000, seed in any::<u64>()) {
            let mut permutation: Vec<u32> = (0..n as u32).collect();
            crate::rng::Stream::new(seed, 0, 0).shuffle(&mut permutation);
            let mut counts = Vec::new();
            smaller_before(n, permutation.iter().copied(), |_, _, count| counts.push(count as usize));
            let naive = |i: usize| permutation[..i].iter().filter(|&&w| w < permutation[i]).count();
            prop_assert_eq!(counts, (0..n).map(naive).collect::<Vec<_>>());
        }
    }
}
