//! Where each pair of values stands among the others: in O(n log n), with ties.

use std::ops::Range;

use crate::correlation::before::smaller_before;
use crate::error::{Error, Result};

/// Below this number one sort is faster than a distribution.
const SMALL: usize = 2048;
/// Bits by which words are distributed at a time.
const DIGIT: u32 = 11;
/// Lower bits of a word that hold a position in the input, which limits the number of pairs; the others are three digits.
const PAYLOAD: u32 = 31;

/// The integers that sort as the numbers do; both zeros become the same one, NaN must not come in.
pub(super) fn key(x: f64) -> u64 {
    // Adding zero turns −0 into +0.
    let bits = (x + 0.0).to_bits();
    let negative = ((bits as i64) >> 63) as u64;
    bits ^ (negative | 1 << 63)
}

/// The lower part of a word.
#[inline]
fn payload(word: u64) -> u32 {
    (word & ((1 << PAYLOAD) - 1)) as u32
}

/// The upper part of a word.
#[inline]
fn upper(word: u64) -> u64 {
    word >> PAYLOAD
}

/// The runs of equal values in a sorted sequence.
#[derive(Debug)]
struct Runs {
    /// Where they begin, and where the last one ends; empty if there are no ties, so that nothing need be read.
    bounds: Vec<u32>,
    n: usize,
}

impl Runs {
    /// From those of two values or more, as positions in ascending order.
    fn from_ties(n: usize, for_each_tie: impl FnOnce(&mut dyn FnMut(Range<usize>))) -> Self {
        let (mut bounds, mut next) = (Vec::new(), 0);
        for_each_tie(&mut |tie| {
            bounds.extend(next..=tie.start as u32);
            next = tie.end as u32;
        });
        if next > 0 {
            bounds.extend(next..=n as u32);
        }
        Self { bounds, n }
    }

    fn have_ties(&self) -> bool {
        !self.bounds.is_empty()
    }

    fn len(&self) -> usize {
        if self.have_ties() { self.bounds.len() - 1 } else { self.n }
    }

    /// All of them, if there are ties.
    fn iter(&self) -> impl Iterator<Item = Range<usize>> {
        self.bounds.windows(2).map(|run| run[0] as usize..run[1] as usize)
    }

    /// By position the length of the run.
    fn sizes(&self) -> Sizes {
        let mut sizes = vec![0; if self.have_ties() { self.n } else { 0 }];
        self.iter().for_each(|run| sizes[run.clone()].fill(run.len() as u32));
        Sizes(sizes)
    }
}

/// The lengths of the runs that values are in; empty if all are 1.
struct Sizes(Vec<u32>);

impl Sizes {
    #[inline]
    fn get(&self, at: usize) -> u32 {
        self.0.get(at).copied().unwrap_or(1)
    }
}

/// The words and as much to spare, which every step uses again: fresh memory costs more than what is done in it. They are
/// one block, as allocators keep one large block for the next call more readily than two.
struct Buffers {
    memory: Vec<u64>,
    /// The words are the second half, and the spare is the first.
    swapped: bool,
}

impl Buffers {
    fn new(n: usize) -> Self {
        Self { memory: vec![0; 2 * n], swapped: false }
    }

    fn words(&self) -> &[u64] {
        let (first, second) = self.memory.split_at(self.memory.len() / 2);
        if self.swapped { second } else { first }
    }

    fn words_mut(&mut self) -> &mut [u64] {
        self.halves().0
    }

    /// Words and spare.
    fn halves(&mut self) -> (&mut [u64], &mut [u64]) {
        let half = self.memory.len() / 2;
        let (first, second) = self.memory.split_at_mut(half);
        if self.swapped { (second, first) } else { (first, second) }
    }
}

/// Sorts 0..n by `value_at`, whose values are those of `values` in some order, as payloads of the words; ties keep their
/// order.
fn sort(buffers: &mut Buffers, values: &[f64], value_at: impl Fn(u32) -> f64) -> Result<Runs> {
    if values.len() >= 1 << PAYLOAD {
        return Err(Error::Overflow { what: "the number of pairs" });
    }
    let first = values.first().map_or(0, |&v| key(v));
    let varying = values.iter().fold(0, |bits, &v| bits | (key(v) ^ first));
    // Leading bits that all keys share say nothing about their order: what is sorted by is the bits after them.
    let shared = varying.leading_zeros().min(63);
    let word = |at: u32| upper(key(value_at(at)) << shared) << PAYLOAD | u64::from(at);
    buffers.words_mut().iter_mut().zip(0..).for_each(|(to, at)| *to = word(at));
    if values.len() < SMALL {
        buffers.words_mut().sort_unstable();
    } else {
        radix_sort(buffers);
    }
    let complete = payload(varying << shared) == 0;
    Ok(Runs::from_ties(values.len(), |tie| {
        for_each_tie(
            buffers.words_mut(),
            |a, b| upper(a) == upper(b),
            |range, alike| {
                if complete {
                    return tie(range);
                }
                let key_of = |word: u64| key(value_at(payload(word)));
                alike.sort_by_key(|&word| key_of(word));
                let same = |a, b| key_of(a) == key_of(b);
                for_each_tie(alike, same, |equal, _| tie(range.start + equal.start..range.start + equal.end));
            },
        );
    }))
}

/// Digits above the payload.
const DIGITS: usize = ((u64::BITS - PAYLOAD) / DIGIT) as usize;

/// Sorts words by their upper parts, lowest digit first; ties keep their order.
fn radix_sort(buffers: &mut Buffers) {
    let digit = |word: u64, which: usize| (upper(word) >> (DIGIT * which as u32)) as usize % (1 << DIGIT);
    let mut sizes = vec![[0u32; 1 << DIGIT]; DIGITS];
    for &word in buffers.words() {
        for (which, sizes) in sizes.iter_mut().enumerate() {
            sizes[digit(word, which)] += 1;
        }
    }
    for (which, mut next) in sizes.into_iter().enumerate() {
        if next.iter().any(|&size| size as usize == buffers.words().len()) {
            continue;
        }
        let mut total = 0;
        for next in &mut next {
            total += std::mem::replace(next, total);
        }
        let (words, spare) = buffers.halves();
        for &word in &*words {
            let at = &mut next[digit(word, which)];
            spare[*at as usize] = word;
            *at += 1;
        }
        buffers.swapped = !buffers.swapped;
    }
}

/// Hands on the runs of two words or more.
fn for_each_tie(
    words: &mut [u64],
    same: impl Fn(u64, u64) -> bool,
    mut take: impl FnMut(Range<usize>, &mut [u64]),
) {
    let mut from = 0;
    while let Some(ahead) = words[from..].windows(2).position(|pair| same(pair[0], pair[1])) {
        let start = from + ahead;
        let first = words[start];
        from = start + words[start..].iter().take_while(|&&word| same(first, word)).count();
        take(start..from, &mut words[start..from]);
    }
}

/// One pair of values against all pairs, itself included where ties are counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
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
        self.twice_below() + self.comparable(n)
    }

    /// The same where nothing is tied.
    #[inline]
    pub(super) fn net_untied(&self, n: i64) -> i64 {
        self.twice_below() + n - 1
    }

    #[inline]
    fn twice_below(&self) -> i64 {
        4 * i64::from(self.before) - 2 * (i64::from(self.position) + i64::from(self.slot))
    }
}

/// The two orders of some pairs: by (x, y), whose positions are called slots, and by (y, x).
pub(super) struct Order {
    /// Positions in the input in ascending order of y; ties keep their order.
    by_y: Vec<u32>,
    /// By slot the place in `by_y`, below the position if that is another one because of ties.
    buffers: Buffers,
    /// How far to shift a word to the position.
    shift: u32,
    /// All by slot.
    tied_x: Sizes,
    tied_y: Sizes,
    tied_both: Sizes,
    levels: (u64, u64),
}

impl Order {
    /// Of the pairs `(x[i], y[i])`, which must be as many and without NaN.
    pub(super) fn new(x: &[f64], y: &[f64]) -> Result<Self> {
        let n = x.len();
        let mut buffers = Buffers::new(n);
        let runs_y = sort(&mut buffers, y, |at| y[at as usize])?;
        let by_y: Vec<u32> = buffers.words().iter().map(|&word| payload(word)).collect();
        let runs_x = sort(&mut buffers, x, |at| x[by_y[at as usize] as usize])?;
        let (words, spare) = buffers.halves();
        let both = |position: u32, at: u32| u64::from(position) << PAYLOAD | u64::from(at);
        let mut runs_both = Runs { bounds: Vec::new(), n };
        let mut tied_y = Sizes(Vec::new());
        if runs_y.have_ties() {
            let run_of = spare;
            runs_y.iter().zip(0..).for_each(|(run, number)| run_of[run].fill(number));
            words
                .iter_mut()
                .for_each(|word| *word = both(run_of[payload(*word) as usize] as u32, payload(*word)));
            runs_both = Runs::from_ties(n, |tie| {
                for run in runs_x.iter() {
                    let start = run.start;
                    let take = |cell: Range<usize>, _: &mut [u64]| tie(start + cell.start..start + cell.end);
                    for_each_tie(&mut words[run], |a, b| upper(a) == upper(b), take);
                }
            });
            // Going up in x, each pair takes the next position of its run of y.
            let mut next = runs_y.bounds.clone();
            for word in &mut *words {
                let run = upper(*word) as usize;
                tied_y.0.push(runs_y.bounds[run + 1] - runs_y.bounds[run]);
                *word = both(next[run], payload(*word));
                next[run] += 1;
            }
        }
        let shift = if runs_y.have_ties() { PAYLOAD } else { 0 };
        let levels = (runs_x.len() as u64, runs_y.len() as u64);
        let (tied_x, tied_both) = (runs_x.sizes(), runs_both.sizes());
        Ok(Self { by_y, buffers, shift, tied_x, tied_y, tied_both, levels })
    }

    /// The position in the input.
    pub(super) fn input(&self, place: &Place) -> u32 {
        self.by_y[payload(self.buffers.words()[place.slot as usize]) as usize]
    }

    /// Distinct values of x and of y.
    pub(super) fn levels(&self) -> (u64, u64) {
        self.levels
    }

    /// Hands on all places in ascending order of (x, y).
    pub(super) fn for_each(&self, mut take: impl FnMut(Place)) {
        let position = |&word: &u64| payload(word >> self.shift);
        let words = self.buffers.words();
        smaller_before(words.len(), words.iter().map(position), |slot, position, before| {
            take(Place {
                slot: slot as u32,
                position,
                before,
                tied_x: self.tied_x.get(slot),
                tied_y: self.tied_y.get(slot),
                tied_both: self.tied_both.get(slot),
            });
        });
    }
}

/// Twice each value's rank from 1, ties sharing their mean rank, minus n + 1: integers whose sum is 0.
pub(super) fn doubled_centred_ranks(values: &[f64]) -> Result<Vec<i64>> {
    let n = values.len();
    let mut buffers = Buffers::new(n);
    let runs = sort(&mut buffers, values, |at| values[at as usize])?;
    let mut ranks = vec![0; n];
    let mut rank = |run: Range<usize>| {
        let doubled = (run.start + run.end) as i64 - n as i64;
        buffers.words()[run].iter().for_each(|&word| ranks[payload(word) as usize] = doubled);
    };
    if runs.have_ties() {
        runs.iter().for_each(rank);
    } else {
        (0..n).for_each(|at| rank(at..at + 1));
    }
    Ok(ranks)
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

    #[test]
    fn ties_share_their_mean_rank() {
        let ranks = |values: &[f64]| doubled_centred_ranks(values).unwrap();
        assert_eq!(ranks(&[]), [0; 0]);
        assert_eq!(ranks(&[7.0, 7.0, 7.0]), [0, 0, 0]);
        assert_eq!(ranks(&[0.0, -0.0, -1.0, f64::INFINITY]), [0, 0, -3, 3]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn large_sorts_are_sorts(seed in any::<u64>(), n in SMALL..2 * SMALL, scale in 0u32..64) {
            let mut stream = crate::rng::Stream::new(seed, 0, 0);
            let values: Vec<f64> = (0..n).map(|_| 1e10 + (stream.next_u64() >> scale) as f64).collect();
            let mut expected: Vec<u32> = (0..n as u32).collect();
            expected.sort_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
            let mut buffers = Buffers::new(n);
            let runs = sort(&mut buffers, &values, |i| values[i as usize]).unwrap();
            let found: Vec<u32> = buffers.words().iter().map(|&word| payload(word)).collect();
            prop_assert_eq!(&found, &expected);
            let alike = expected.chunk_by(|&a, &b| values[a as usize] == values[b as usize]);
            let lengths: Vec<usize> = alike.map(<[u32]>::len).collect();
            prop_assert_eq!(runs.len(), lengths.len());
            prop_assert_eq!(runs.have_ties(), lengths.len() < n);
            prop_assert!(!runs.have_ties() || runs.iter().map(|run| run.len()).eq(lengths));
        }
    }
}
