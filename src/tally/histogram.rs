use crate::kernels::Packed;

/// How often each packed row occurs: a hash table with open addressing, empty where the number is 0.
#[derive(Debug)]
pub(crate) struct Histogram {
    slots: Vec<(Packed, u64)>,
    used: usize,
}

impl Histogram {
    pub(super) fn new() -> Self {
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
    pub(super) fn add(&mut self, row: Packed) {
        let at = Self::slot(&self.slots, row);
        let slot = &mut self.slots[at];
        if slot.1 == 0 {
            self.used += 1;
        }
        *slot = (row, slot.1 + 1);
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
    pub(super) fn iter(&self) -> impl Iterator<Item = (Packed, u64)> {
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
