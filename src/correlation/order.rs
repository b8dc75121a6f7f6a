//! Where each pair of values stands among the others: in O(n log n), with ties.

use crate::error::{Error, Result};

/// Below this number a comparison sort is faster than clearing the histograms.
const SMALL: usize = 2048;
/// Bits of a digit of the radix sort.
const DIGIT: u32 = 11;
/// Digits that are sorted by counting; runs that agree in all of them are finished by comparison.
const PASSES: usize = 3;

/// The integers that sort as the numbers do; both zeros become the same one, NaN must not come in.
pub(super) fn key(x: f64) -> u64 {
    // Adding zero turns −0 into +0.
    let bits = (x + 0.0).to_bits();
    let negative = ((bits as i64) >> 63) as u64;
    bits ^ (negative | 1 << 63)
}

/// Sorts by key, ties by payload; the payloads must come in ascending.
fn sort(mut items: Vec<(u64, u32)>) -> Vec<(u64, u32)> {
    let n = items.len();
    if n < SMALL {
        items.sort_unstable();
        return items;
    }
    // Leading bits that all keys share say nothing about their order.
    let first = items[0].0;
    let shared = items.iter().fold(0, |bits, &(key, _)| bits | (key ^ first)).leading_zeros();
    let lowest = (64 - shared).saturating_sub(DIGIT * PASSES as u32);
    let mask = (1 << DIGIT) - 1;
    let digit = |key: u64, pass: usize| (key >> (lowest + DIGIT * pass as u32)) as usize & mask;
    let mut starts = vec![[0u32; 1 << DIGIT]; PASSES];
    for &(key, _) in &items {
        for (pass, histogram) in starts.iter_mut().enumerate() {
            histogram[digit(key, pass)] += 1;
        }
    }
    let mut sorted = vec![(0, 0); n];
    for (pass, starts) in starts.iter_mut().enumerate() {
        if starts.contains(&(n as u32)) {
            continue;
        }
        let mut total = 0;
        for start in starts.iter_mut() {
            total += std::mem::replace(start, total);
        }
        for &item in &items {
            let at = &mut starts[digit(item.0, pass)];
            sorted[*at as usize] = item;
            *at += 1;
        }
        std::mem::swap(&mut items, &mut sorted);
    }
    if lowest > 0 {
        items.chunk_by_mut(|a, b| a.0 >> lowest == b.0 >> lowest).filter(|run| run.len() > 1).for_each(
            |run| {
                run.sort_unstable();
            },
        );
    }
    items
}

/// One pair of values against all pairs, itself included where ties are counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    /// Position in the input.
    pub(super) index: u32,
    /// Position in ascending order of (x, y).
    pub(super) slot: u32,
    /// Pairs that come before this one in the order of (x, y) and in that of (y, x).
    pub(super) before: u32,
    /// Pairs with the same x.
    pub(super) tied_x: u32,
    /// Pairs with the same y.
    pub(super) tied_y: u32,
    /// Pairs with the same x and y.
    pub(super) tied_both: u32,
}

impl Place {
    /// Pairs that differ from this one in x and in y.
    #[inline]
    pub(super) fn comparable(&self, n: i64) -> i64 {
        n - i64::from(self.tied_x) - i64::from(self.tied_y) + i64::from(self.tied_both)
    }

    /// Concordant minus discordant pairs of this one, which stands at `position` in the order of (y, x).
    ///
    /// Equal pairs keep one order among themselves in both sortings. Then with l the pairs below in both, e those below in
    /// x and equal in y, f the other way round and c the equal pairs that come first, before = l + e + f + c,
    /// slot = (below in x) + f + c and position = (below in y) + e + c, and everything but this cancels.
    #[inline]
    pub(super) fn net(&self, n: i64, position: usize) -> i64 {
        4 * i64::from(self.before) - 2 * (position as i64 + i64::from(self.slot)) + self.comparable(n)
    }
}

/// The places of all pairs.
pub(super) struct Places {
    /// In ascending order of (y, x).
    pub(super) by_y: Vec<Place>,
    /// Distinct values of x.
    pub(super) levels_x: u64,
    /// Distinct values of y.
    pub(super) levels_y: u64,
}

/// Finds the places of all pairs by two radix sorts and one counting pass for every four bits of n.
pub(super) fn places(x: &[f64], y: &[f64]) -> Result<Places> {
    let n = x.len();
    if i32::try_from(n).is_err() {
        return Err(Error::Overflow { what: "the number of pairs" });
    }
    let by_x = sort(x.iter().zip(0..).map(|(&v, i)| (key(v), i)).collect());
    let by_y = sort(by_x.iter().zip(0..).map(|(&(_, i), at)| (key(y[i as usize]), at)).collect());

    // For each position in x order: the size of its run of equal x, and where the run starts.
    let mut run_size = Vec::with_capacity(n);
    let mut run_start = Vec::with_capacity(n);
    let (mut levels_x, mut levels_y) = (0, 0);
    for run in by_x.chunk_by(|a, b| a.0 == b.0) {
        levels_x += 1;
        let start = run_start.len() as u32;
        run_size.resize(run_size.len() + run.len(), run.len() as u32);
        run_start.resize(run_start.len() + run.len(), start);
    }
    let mut used = vec![0u32; n];
    let mut places = Vec::with_capacity(n);
    let mut position_at = vec![0u32; n];
    for run in by_y.chunk_by(|a, b| a.0 == b.0) {
        levels_y += 1;
        for cell in run.chunk_by(|a, b| run_start[a.1 as usize] == run_start[b.1 as usize]) {
            for &(_, at) in cell {
                let start = run_start[at as usize];
                let slot = start + used[start as usize];
                used[start as usize] += 1;
                position_at[slot as usize] = places.len() as u32;
                places.push(Place {
                    index: by_x[at as usize].1,
                    slot,
                    before: 0,
                    tied_x: run_size[at as usize],
                    tied_y: run.len() as u32,
                    tied_both: cell.len() as u32,
                });
            }
        }
    }
    for (place, before) in places.iter_mut().zip(smaller_before(&position_at)) {
        place.before = before;
    }
    Ok(Places { by_y: places, levels_x, levels_y })
}

/// For each value of a permutation of 0..n, by value: how many smaller values come before it.
///
/// Distributes the values by four bits at a time, highest first, as a radix sort would; a value gains what went into the
/// lower buckets before it. The values being a permutation, the buckets' bounds are known beforehand.
fn smaller_before(permutation: &[u32]) -> Vec<u32> {
    const BITS: u32 = 4;
    const BUCKETS: usize = 1 << BITS;
    let n = permutation.len();
    // The value in the upper half, its count so far in the lower.
    let mut from: Vec<u64> = permutation.iter().map(|&v| u64::from(v) << 32).collect();
    let mut to = vec![0u64; n];
    let bits = usize::BITS - n.saturating_sub(1).leading_zeros();
    let mut shift = bits.div_ceil(BITS) * BITS;
    while shift > 0 {
        shift -= BITS;
        for (block, values) in from.chunks(BUCKETS << shift).enumerate() {
            let out = &mut to[block * (BUCKETS << shift)..][..values.len()];
            let mut lower = [0u32; BUCKETS];
            let mut next: [u32; BUCKETS] = std::array::from_fn(|bucket| (bucket << shift) as u32);
            for &value in values {
                let bucket = (value >> (32 + shift)) as usize % BUCKETS;
                out[next[bucket] as usize] = value + u64::from(lower[bucket]);
                next[bucket] += 1;
                for (k, count) in lower.iter_mut().enumerate() {
                    *count += u32::from(k > bucket);
                }
            }
        }
        std::mem::swap(&mut from, &mut to);
    }
    from.into_iter().map(|value| value as u32).collect()
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
            let items: Vec<(u64, u32)> = (0..n as u32).map(|i| (stream.next_u64() >> scale, i)).collect();
            let mut expected = items.clone();
            expected.sort_unstable();
            prop_assert_eq!(sort(items), expected);
        }

        #[test]
        fn counts_are_those_of_two_loops(n in 0usize..300, seed in any::<u64>()) {
            let mut permutation: Vec<u32> = (0..n as u32).collect();
            crate::rng::Stream::new(seed, 0, 0).shuffle(&mut permutation);
            let counts = smaller_before(&permutation);
            for (i, &v) in permutation.iter().enumerate() {
                let naive = permutation[..i].iter().filter(|&&w| w < v).count();
                prop_assert_eq!(counts[v as usize] as usize, naive);
            }
        }
    }
}
