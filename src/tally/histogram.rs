use crate::kernels::Packed;
use crate::tally::ranked::Ranked;

/// How often each packed row occurs: a cell for every row that can be where these are few, a hash table otherwise.
#[derive(Debug)]
pub(crate) enum Histogram {
    Ranked(Ranked),
    Hashed(Hashed),
}

impl Histogram {
    /// For `rows` rows of up to `most` codes of `categories`, each count in `width` bits.
    pub(super) fn new(categories: usize, width: u32, most: usize, rows: usize) -> Self {
        match Ranked::new(categories, width, most, rows) {
            Some(ranked) => Self::Ranked(ranked),
            None => Self::Hashed(Hashed::new()),
        }
    }

    #[inline]
    pub(super) fn add(&mut self, rows: &[Packed]) {
        match self {
            Self::Ranked(ranked) => ranked.add(rows),
            Self::Hashed(hashed) => rows.iter().for_each(|&row| hashed.add(row, 1)),
        }
    }

    /// Adds rows of `raters` codes that follow each other, if it has a way shorter than packing them; `false` if not.
    pub(super) fn add_cells(&mut self, raters: usize, cells: &[u8]) -> bool {
        match self {
            Self::Ranked(ranked) => ranked.add_cells(raters, cells),
            Self::Hashed(_) => false,
        }
    }

    /// Adds what another counted that was made for the same rows.
    pub(super) fn merge(&mut self, other: &Self) {
        match (self, other) {
            (Self::Ranked(ranked), Self::Ranked(other)) => ranked.merge(other),
            (Self::Hashed(hashed), Self::Hashed(other)) => {
                other.iter().for_each(|(row, times)| hashed.add(row, times));
            }
            // Which of the two it is depends only on what both were made for.
            _ => {}
        }
    }

    /// Hands over the rows that occur, each once, in no particular order.
    pub(super) fn try_for_each<E>(
        &self,
        mut use_row: impl FnMut(Packed, u64) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Self::Ranked(ranked) => ranked.try_for_each(use_row),
            Self::Hashed(hashed) => hashed.iter().try_for_each(|(row, times)| use_row(row, times)),
        }
    }
}

/// A hash table with open addressing, a slot empty where the number is 0.
#[derive(Debug)]
pub(crate) struct Hashed {
    slots: Vec<(Packed, u64)>,
    used: usize,
}

impl Hashed {
    fn new() -> Self {
        Self { slots: vec![(0, 0); 1 << 10], used: 0 }
    }

    /// The slot that holds the row or is to hold it.
    #[inline]
    fn slot(slots: &[(Packed, u64)], row: Packed) -> usize {
        let mask = slots.len() - 1;
        // Fibonacci hashing: only the highest bits of the product depend on the whole row.
        let mut at = (row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - slots.len().ilog2())) as usize;
        while slots[at].1 > 0 && slots[at].0 != row {
            at = (at + 1) & mask;
        }
        at
    }

    #[inline]
    fn add(&mut self, row: Packed, times: u64) {
        let at = Self::slot(&self.slots, row);
        let slot = &mut self.slots[at];
        if slot.1 == 0 {
            self.used += 1;
        }
        *slot = (row, slot.1 + times);
        if 2 * self.used > self.slots.len() {
            self.grow();
        }
    }

    #[cold]
    fn grow(&mut self) {
        let mut larger = vec![(0, 0); 4 * self.slots.len()];
        for (row, times) in self.iter() {
            let at = Self::slot(&larger, row);
            larger[at] = (row, times);
        }
        self.slots = larger;
    }

    /// The rows that occur, in no particular order.
    fn iter(&self) -> impl Iterator<Item = (Packed, u64)> {
        self.slots.iter().copied().filter(|slot| slot.1 > 0)
    }
}

/// Appends a packed row as (category, count) pairs: ascending, counts above 0.
#[inline]
pub(super) fn unpack(row: Packed, width: u32, unit: &mut Vec<(u32, u32)>) {
    let (mut rest, mask) = (row, (1 << width) - 1);
    for c in 0.. {
        if rest == 0 {
            break;
        }
        if rest & mask > 0 {
            unit.push((c, (rest & mask) as u32));
        }
        rest >>= width;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::rng::Stream;

    fn counted(histogram: &Histogram) -> BTreeMap<Packed, u64> {
        let mut found = BTreeMap::new();
        let Ok(()) = histogram.try_for_each(|row, times| {
            assert_eq!(found.insert(row, times), None, "each row once");
            Ok::<(), std::convert::Infallible>(())
        });
        found
    }

    #[test]
    fn both_kinds_count_what_a_plain_map_counts() {
        let mut rng = Stream::new(11, 0, 0);
        for (categories, width, most) in
            [(1, 16, 3), (2, 16, 40), (3, 16, 7), (5, 12, 20), (8, 8, 5), (16, 4, 2)]
        {
            let rows: Vec<Packed> = (0..20_000)
                .map(|_| {
                    let judgments = rng.below(most as u64 + 1);
                    (0..judgments).map(|_| 1 << (width * rng.below(categories as u64) as u32)).sum()
                })
                .collect();
            let mut plain = BTreeMap::new();
            rows.iter().for_each(|&row| *plain.entry(row).or_insert(0u64) += 1);
            let mut ranked =
                Histogram::Ranked(Ranked::new(categories, width, most, usize::MAX >> 33).unwrap());
            let mut hashed = Histogram::Hashed(Hashed::new());
            for part in rows.chunks(999) {
                ranked.add(part);
                hashed.add(part);
            }
            assert_eq!(counted(&ranked), plain, "{categories}, {most}");
            assert_eq!(counted(&hashed), plain, "{categories}, {most}");
        }
    }
}
