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

    /// The number of the run that each value is in, under the value's position in the input.
    fn number(&self, input_of: impl Fn(usize) -> u32, numbers: &mut [u64]) {
        if self.have_ties() {
            for (run, number) in self.iter().zip(0..) {
                run.for_each(|at| numbers[input_of(at) as usize] = number);
            }
        } else {
            (0..self.n).for_each(|at| numbers[input_of(at) as usize] = at as u64);
        }
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

/// Two buffers that every step uses again: fresh memory costs more than what is done in it.
#[derive(Default)]
struct Buffers {
    words: Vec<u64>,
    spare: Vec<u64>,
}

/// Sorts the positions of some values, as payloads of the words; ties keep their order.
fn sort(buffers: &mut Buffers, values: &[f64]) -> Runs {
    let first = values.first().map_or(0, |&v| key(v));
    let varying = values.iter().fold(0, |bits, &v| bits | (key(v) ^ first));
    // Leading bits that all keys share say nothing about their order: what is sorted by is the bits after them.
    let shared = varying.leading_zeros().min(63);
    let word = |(&value, at): (&f64, u64)| upper(key(value) << shared) << PAYLOAD | at;
    buffers.words.clear();
    buffers.words.extend(values.iter().zip(0..).map(word));
    buffers.spare.resize(values.len(), 0);
    if values.len() < SMALL {
        buffers.words.sort_unstable();
    } else {
        radix_sort(buffers);
    }
    let complete = payload(varying << shared) == 0;
    Runs::from_ties(values.len(), |tie| {
        for_each_tie(&mut buffers.words, |a, b| upper(a) == upper(b), |range, alike| {
            if complete {
                return tie(range);
            }
            let key_of = |word: u64| key(values[payload(word) as usize]);
            alike.sort_by_key(|&word| key_of(word));
            let same = |a, b| key_of(a) == key_of(b);
            for_each_tie(alike, same, |equal, _| tie(range.start + equal.start..range.start + equal.end));
        });
    })
}

/// Sorts words by their upper parts, lowest digit first; ties keep their order.
fn radix_sort(Buffers { words, spare }: &mut Buffers) {
    for shift in (PAYLOAD..u64::BITS).step_by(DIGIT as usize) {
        let digit = |word: u64| (word >> shift) as usize % (1 << DIGIT);
        let mut next = [0u32; 1 << DIGIT];
        words.iter().for_each(|&word| next[digit(word)] += 1);
        if next.iter().any(|&size| size as usize == words.len()) {
            continue;
        }
        let mut total = 0;
        for next in &mut next {
            total += std::mem::replace(next, total);
        }
        for &word in &*words {
            let at = &mut next[digit(word)];
            spare[*at as usize] = word;
            *at += 1;
        }
        std::mem::swap(words, spare);
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
    /// Position in the input.
    pub(super) input: u32,
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
    /// By slot the position, above the position in the input.
    words: Vec<u64>,
    /// [`Place::before`], by slot.
    before: Vec<u64>,
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
        if n >= 1 << PAYLOAD {
            return Err(Error::Overflow { what: "the number of pairs" });
        }
        let mut buffers = Buffers::default();
        let runs_y = sort(&mut buffers, y);
        let by_y: Vec<u32> = buffers.words.iter().map(|&word| payload(word)).collect();
        let runs_x = sort(&mut buffers, x);
        let Buffers { mut words, spare: mut numbers } = buffers;
        if runs_x.have_ties() {
            // Going up in y, each pair takes the next slot of its run of x.
            runs_x.number(|at| payload(words[at]), &mut numbers);
            let mut next = runs_x.bounds.clone();
            for &input in &by_y {
                let slot = &mut next[numbers[input as usize] as usize];
                words[*slot as usize] = input.into();
                *slot += 1;
            }
        }
        runs_y.number(|at| by_y[at], &mut numbers);
        for word in &mut words {
            let input = payload(*word);
            *word = numbers[input as usize] << PAYLOAD | u64::from(input);
        }
        let mut runs_both = Runs { bounds: Vec::new(), n };
        let mut tied_y = Sizes(Vec::new());
        if runs_y.have_ties() {
            runs_both = Runs::from_ties(n, |tie| {
                for run in runs_x.iter() {
                    let start = run.start;
                    let take = |cell: Range<usize>, _: &mut [u64]| tie(start + cell.start..start + cell.end);
                    for_each_tie(&mut words[run], |a, b| upper(a) == upper(b), take);
                }
            });
            // Going up in x, each pair takes the next position of its run of y.
            let mut next = runs_y.bounds.clone();
            for word in &mut words {
                let run = upper(*word) as usize;
                tied_y.0.push(runs_y.bounds[run + 1] - runs_y.bounds[run]);
                *word = u64::from(next[run]) << PAYLOAD | u64::from(payload(*word));
                next[run] += 1;
            }
        }
        let mut before = numbers;
        smaller_before(words.iter().map(|&word| upper(word) as u32), &mut before);
        let levels = (runs_x.len() as u64, runs_y.len() as u64);
        Ok(Self { words, before, tied_x: runs_x.sizes(), tied_y, tied_both: runs_both.sizes(), levels })
    }

    /// Distinct values of x and of y.
    pub(super) fn levels(&self) -> (u64, u64) {
        self.levels
    }

    /// In ascending order of (x, y).
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        self.words.iter().zip(&self.before).enumerate().map(|(slot, (&word, &before))| Place {
            input: payload(word),
            slot: slot as u32,
            position: upper(word) as u32,
            before: before as u32,
            tied_x: self.tied_x.get(slot),
            tied_y: self.tied_y.get(slot),
            tied_both: self.tied_both.get(slot),
        })
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
            let mut buffers = Buffers::default();
            let runs = sort(&mut buffers, &values);
            let found: Vec<u32> = buffers.words.iter().map(|&word| payload(word)).collect();
            prop_assert_eq!(&found, &expected);
            let alike = expected.chunk_by(|&a, &b| values[a as usize] == values[b as usize]);
            let lengths: Vec<usize> = alike.map(<[u32]>::len).collect();
            prop_assert_eq!(runs.len(), lengths.len());
            prop_assert_eq!(runs.have_ties(), lengths.len() < n);
            prop_assert!(!runs.have_ties() || runs.iter().map(|run| run.len()).eq(lengths));
        }
    }
}
