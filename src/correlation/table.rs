//! Counts of the combinations of levels, for data with few distinct values.

use crate::correlation::order::key;

/// More distinct values than this are ordered by sorting.
const MAX_LEVELS: usize = 64;
/// Slots of the hash table: a multiple of [`MAX_LEVELS`], so that probes stay short.
const SLOTS: usize = 256;

/// The distinct values met so far, numbered in the order of appearance.
struct Levels {
    keys: Vec<u64>,
    slots: [Option<(u64, u8)>; SLOTS],
    limit: usize,
}

impl Levels {
    fn new(limit: usize) -> Self {
        Self { keys: Vec::new(), slots: [None; SLOTS], limit }
    }

    /// The number of a value; `None` if it would be one too many.
    #[inline]
    fn number(&mut self, x: f64) -> Option<usize> {
        let key = key(x);
        let mut at = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize;
        loop {
            match self.slots[at % SLOTS] {
                Some((known, number)) if known == key => return Some(number.into()),
                Some(_) => at += 1,
                None if self.keys.len() == self.limit => return None,
                None => {
                    self.slots[at % SLOTS] = Some((key, self.keys.len() as u8));
                    self.keys.push(key);
                }
            }
        }
    }

    /// The numbers in ascending order of their values.
    fn ascending(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.keys.len()).collect();
        order.sort_unstable_by_key(|&number| self.keys[number]);
        order
    }
}

/// How often each level of x meets each level of y, levels in ascending order, row after row.
pub(super) struct Table {
    pub(super) columns: usize,
    pub(super) counts: Vec<u64>,
}

impl Table {
    /// Of pairs of numbers, if both variables have few levels for the number of pairs.
    pub(super) fn from_pairs(x: &[f64], y: &[f64]) -> Option<Self> {
        let limit = MAX_LEVELS.min(x.len().isqrt());
        let (mut rows, mut columns) = (Levels::new(limit), Levels::new(limit));
        let mut counts = vec![0u64; limit * limit];
        for (&a, &b) in x.iter().zip(y) {
            counts[rows.number(a)? * limit + columns.number(b)?] += 1;
        }
        let across = columns.ascending();
        let cell = |row: usize| across.iter().map(move |column| row * limit + column);
        let counts = rows.ascending().into_iter().flat_map(cell).map(|at| counts[at]).collect();
        Some(Self { columns: across.len(), counts })
    }

    /// The table without the rows and columns that nothing fell into.
    pub(super) fn compact(columns: usize, counts: &[u64]) -> Self {
        let used: Vec<usize> =
            (0..columns).filter(|&c| counts.iter().skip(c).step_by(columns).any(|&n| n > 0)).collect();
        let rows = counts.chunks(columns.max(1)).filter(|row| row.iter().any(|&n| n > 0));
        let counts = rows.flat_map(|row| used.iter().map(move |&c| row[c])).collect();
        Self { columns: used.len(), counts }
    }

    pub(super) fn rows(&self) -> usize {
        self.counts.len() / self.columns.max(1)
    }
}
