//! Where each pair of values stands among the others: in O(n log n), with ties.

use crate::error::{Error, Result};

/// Below this number one sort is faster than a distribution before it.
const SMALL: usize = 2048;
/// Bits by which words are distributed before they are sorted.
const DIGIT: u32 = 11;
/// Bits of a word that hold the payload, which limits the number of pairs.
const PAYLOAD: u32 = 31;

/// The integers that sort as the numbers do; both zeros become the same one, NaN must not come in.
pub(super) fn key(x: f64) -> u64 {
    // Adding zero turns −0 into +0.
    let bits = (x + 0.0).to_bits();
    let negative = ((bits as i64) >> 63) as u64;
    bits ^ (negative | 1 << 63)
}

/// How long the runs of equal values are in a sorted sequence.
#[derive(Debug, Clone)]
struct Runs {
    /// By position the length of the run that it is in; empty if there are no ties, so that nothing need be read.
    sizes: Vec<u32>,
    n: usize,
    levels: u64,
}

impl Runs {
    /// All different, until [`tie`](Self::tie) says otherwise.
    fn new(n: usize) -> Self {
        Self { sizes: Vec::new(), n, levels: n as u64 }
    }

    fn tie(&mut self, start: usize, size: usize) {
        if size > 1 {
            self.sizes.resize(self.n, 1);
            self.sizes[start..start + size].fill(size as u32);
            self.levels -= size as u64 - 1;
        }
    }

    #[inline]
    fn size(&self, at: usize) -> u32 {
        self.sizes.get(at).copied().unwrap_or(1)
    }

    /// By position the start of its run.
    fn starts(&self) -> Vec<u32> {
        let mut starts = Vec::with_capacity(self.n);
        while starts.len() < self.n {
            let start = starts.len();
            starts.resize(start + self.size(start) as usize, start as u32);
        }
        starts
    }
}

/// Two buffers that every step uses again: fresh memory costs more than what is done in it.
#[derive(Default)]
struct Buffers {
    words: Vec<u64>,
    spare: Vec<u64>,
}

impl Buffers {
    fn fill(&mut self, words: impl Iterator<Item = u64>) {
        self.words.clear();
        self.words.extend(words);
        self.spare.resize(self.words.len(), 0);
    }

    fn swap(&mut self) {
        std::mem::swap(&mut self.words, &mut self.spare);
    }
}

/// Sorts 0..n by `value_at`, whose values are those of `values` in some order; ties keep their order.
fn sort(buffers: &mut Buffers, values: &[f64], value_at: impl Fn(u32) -> f64) -> (Vec<u32>, Runs) {
    let n = values.len();
    let first = values.first().map_or(0, |&v| key(v));
    let varying = values.iter().fold(0, |bits, &v| bits | (key(v) ^ first));
    // Leading bits that all keys share say nothing about their order: a word is the bits after them, and the payload.
    let shared = varying.leading_zeros().min(63);
    let payload = (1u64 << PAYLOAD) - 1;
    let word = |i: u32| (key(value_at(i)) << shared) & !payload | u64::from(i);
    buffers.fill((0..n as u32).map(word));
    if n < SMALL {
        buffers.words.sort_unstable();
    } else {
        bucket_sort(buffers);
    }
    let complete = (varying << shared) & payload == 0;
    let index = |word: u64| (word & payload) as u32;
    let mut runs = Runs::new(n);
    let mut start = 0;
    for alike in buffers.words.chunk_by_mut(|a, b| (a ^ b) & !payload == 0) {
        if complete || alike.len() == 1 {
            runs.tie(start, alike.len());
            start += alike.len();
            continue;
        }
        let key_of = |&word: &u64| key(value_at(index(word)));
        if !alike.is_sorted_by_key(key_of) {
            alike.sort_unstable_by_key(|word| (key_of(word), index(*word)));
        }
        for equal in alike.chunk_by(|a, b| key_of(a) == key_of(b)) {
            runs.tie(start, equal.len());
            start += equal.len();
        }
    }
    (buffers.words.iter().map(|&word| index(word)).collect(), runs)
}

/// Sorts words: one distribution by the highest bits, after which each bucket is sorted inside the cache.
fn bucket_sort(buffers: &mut Buffers) {
    let bucket = |word: u64| (word >> (64 - DIGIT)) as usize;
    let mut ends = [0usize; 1 << DIGIT];
    for &word in &buffers.words {
        ends[bucket(word)] += 1;
    }
    let mut total = 0;
    for end in &mut ends {
        total += std::mem::replace(end, total);
    }
    // The starts become the ends as the buckets fill.
    for &word in &buffers.words {
        let at = &mut ends[bucket(word)];
        buffers.spare[*at] = word;
        *at += 1;
    }
    buffers.swap();
    let mut start = 0;
    for end in ends {
        buffers.words[start..end].sort_unstable();
        start = end;
    }
}

/// One pair of values against all pairs, itself included where ties are counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Position in the input.
    pub(super) index: u32,
    /// Position in ascending order of (x, y).
    pub(super) slot: u32,
    /// Position in ascending order of (y, x).
    pub(super) position: u32,
    /// Pairs that come before this one in both orders.
    pub(super) before: u32,
    /// Pairs with the same x.
    pub(super) tied_x: u32,
    /// Pairs with the same y.
    pub(super) tied_y: u32,
    /// Pairs with the same x and y.
    pub(super) tied_both: u32,
}

impl Place {
    /// Of the `n` pairs, those that differ from this one in x and in y.
    #[inline]
    pub(super) fn comparable(&self, n: i64) -> i64 {
        n - i64::from(self.tied_x) - i64::from(self.tied_y) + i64::from(self.tied_both)
    }

    /// Concordant minus discordant pairs of this one.
    ///
    /// Equal pairs keep one order among themselves in both sortings. Then with l the pairs below in both, e those below in
    /// x and equal in y, f the other way round and c the equal pairs that come first, before = l + e + f + c,
    /// slot = (below in x) + f + c and position = (below in y) + e + c, and everything but this cancels.
    #[inline]
    pub(super) fn net(&self, n: i64) -> i64 {
        4 * i64::from(self.before) - 2 * (i64::from(self.position) + i64::from(self.slot))
            + self.comparable(n)
    }
}

/// The two orders of some pairs: by (x, y), whose positions are called slots, and by (y, x).
pub(super) struct Order {
    /// Position in the input, by slot.
    index: Vec<u32>,
    /// The slot, by position.
    slot: Vec<u32>,
    /// [`Place::before`], by position.
    before: Vec<u32>,
    /// By slot.
    tied_x: Runs,
    /// By position.
    tied_y: Runs,
    /// By position.
    tied_both: Runs,
}

impl Order {
    /// Of the pairs `(x[i], y[i])`, which must be as many and without NaN.
    pub(super) fn new(x: &[f64], y: &[f64]) -> Result<Self> {
        let n = x.len();
        if n >= 1 << PAYLOAD {
            return Err(Error::Overflow { what: "the number of pairs" });
        }
        let mut buffers = Buffers::default();
        let (mut index, tied_x) = sort(&mut buffers, x, |i| x[i as usize]);
        let (mut slot, tied_y) = sort(&mut buffers, y, |at| y[index[at as usize] as usize]);
        let mut tied_both = Runs::new(n);
        if !tied_x.sizes.is_empty() {
            // Within a run of equal x the slots follow y.
            let starts = tied_x.starts();
            let mut next = starts.clone();
            let mut by_xy = vec![0; n];
            for slot in &mut slot {
                let at = *slot as usize;
                let next = &mut next[starts[at] as usize];
                *slot = *next;
                by_xy[*slot as usize] = index[at];
                *next += 1;
            }
            index = by_xy;
            let mut start = 0;
            while start < n {
                let end = start + tied_y.size(start) as usize;
                let same_x = |a: &u32, b: &u32| starts[*a as usize] == starts[*b as usize];
                for cell in slot[start..end].chunk_by(same_x) {
                    tied_both.tie(start, cell.len());
                    start += cell.len();
                }
            }
        }
        let mut position_at = vec![0; n];
        slot.iter().zip(0..).for_each(|(&slot, position)| position_at[slot as usize] = position);
        let before = smaller_before(&mut buffers, position_at);
        Ok(Self { index, slot, before, tied_x, tied_y, tied_both })
    }

    /// Distinct values of x and of y.
    pub(super) fn levels(&self) -> (u64, u64) {
        (self.tied_x.levels, self.tied_y.levels)
    }

    /// In ascending order of (y, x).
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        self.slot.iter().zip(&self.before).enumerate().map(|(position, (&slot, &before))| Place {
            index: self.index[slot as usize],
            slot,
            position: position as u32,
            before,
            tied_x: self.tied_x.size(slot as usize),
            tied_y: self.tied_y.size(position),
            tied_both: self.tied_both.size(position),
        })
    }
}

/// Bits of a value by which [`count_smaller`] distributes at a time.
const BITS: u32 = 2;
/// Bits that are left when the values that share the others fit into one set of bits.
const LAST: u32 = 8;

/// For each value of a permutation of 0..n, by value: how many smaller values come before it.
fn smaller_before(buffers: &mut Buffers, permutation: Vec<u32>) -> Vec<u32> {
    let bits = usize::BITS - permutation.len().saturating_sub(1).leading_zeros();
    // The value in the upper half, its count so far in the lower.
    buffers.fill(permutation.iter().map(|&v| u64::from(v) << 32));
    let mut counts = permutation;
    let shift = LAST + bits.saturating_sub(LAST).next_multiple_of(BITS);
    count_smaller(&mut buffers.words, &mut buffers.spare, &mut counts, shift);
    counts
}

/// Completes the counts of values that differ only in the lowest `shift` bits.
///
/// Distributes the values by two bits, highest first, as a radix sort would: a value gains what went into the lower
/// buckets before it. The values being a permutation, the buckets' bounds are known beforehand. The last eight bits need
/// no distribution: a set of 256 bits tells which of the smaller values have been seen. Each bucket is completed before
/// the next, so that all but the first few steps stay in the cache.
fn count_smaller(values: &mut [u64], spare: &mut [u64], counts: &mut [u32], shift: u32) {
    let mut lower = [0u32; 4];
    if shift > LAST {
        let shift = shift - BITS;
        let mut next = [0, 1 << shift, 2 << shift, 3 << shift];
        for &value in &*values {
            let bucket = (value >> (32 + shift)) as usize % 4;
            spare[next[bucket]] = value + u64::from(lower[bucket]);
            next[bucket] += 1;
            add_above(&mut lower, bucket);
        }
        let buckets = spare.chunks_mut(1 << shift).zip(values.chunks_mut(1 << shift));
        for ((values, spare), counts) in buckets.zip(counts.chunks_mut(1 << shift)) {
            count_smaller(values, spare, counts, shift);
        }
        return;
    }
    let mut seen = [0u64; 4];
    for &value in &*values {
        let low = (value >> 32) as usize % (1 << LAST);
        let (word, bit) = (low / 64, 1u64 << (low % 64));
        counts[low] = value as u32 + lower[word] + (seen[word] & (bit - 1)).count_ones();
        seen[word] |= bit;
        add_above(&mut lower, word);
    }
}

/// Adds one to every count above `bucket`, without a branch.
#[inline]
fn add_above(counts: &mut [u32; 4], bucket: usize) {
    for (k, count) in counts.iter_mut().enumerate() {
        *count += u32::from(k > bucket);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_sort_as_numbers() {
        let values = [f64::NEG_INFINITY, -1e300, -2.0, -5e-324, 0.0, 5e-324, 1.0, 1e300, f64::INFINITY];
        assert!(values.windows(2).all(|w| key(w[0]) < key(w[1])));
        assert_eq!(key(-0.0), key(0.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn large_sorts_are_sorts(seed in any::<u64>(), n in SMALL..2 * SMALL, scale in 0u32..64) {
            let mut stream = crate::rng::Stream::new(seed, 0, 0);
            let values: Vec<f64> = (0..n).map(|_| 1e10 + (stream.next_u64() >> scale) as f64).collect();
            let mut expected: Vec<u32> = (0..n as u32).collect();
            expected.sort_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
            let (found, runs) = sort(&mut Buffers::default(), &values, |i| values[i as usize]);
            prop_assert_eq!(&found, &expected);
            let mut start = 0;
            for run in expected.chunk_by(|&a, &b| values[a as usize] == values[b as usize]) {
                prop_assert!((start..start + run.len()).all(|at| runs.size(at) as usize == run.len()));
                start += run.len();
            }
        }

        #[test]
        fn counts_are_those_of_two_loops(n in 0usize..3000, seed in any::<u64>()) {
            let mut permutation: Vec<u32> = (0..n as u32).collect();
            crate::rng::Stream::new(seed, 0, 0).shuffle(&mut permutation);
            let counts = smaller_before(&mut Buffers::default(), permutation.clone());
            for (i, &v) in permutation.iter().enumerate() {
                let naive = permutation[..i].iter().filter(|&&w| w < v).count();
                prop_assert_eq!(counts[v as usize] as usize, naive);
            }
        }
    }
}
