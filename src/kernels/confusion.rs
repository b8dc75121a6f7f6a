use fearless_simd::{Level, Simd, dispatch, prelude::*, u8x64, u64x8};

use crate::kernels::planes::bits_for;
use crate::ratings::Code;

/// What [`confusion`] finds.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Confusion {
    pub(crate) cells: Vec<u64>,
    pub(crate) only_first: u64,
    pub(crate) only_second: u64,
    pub(crate) neither: u64,
    /// The first item with a code outside the categories; the counts are then meaningless.
    pub(crate) outside: Option<usize>,
}

/// Items a pass: both vectors' share stays in the first-level cache between the two reads of it.
const BLOCK: usize = 64 * WORDS;
/// Words of 64 items in a block.
const WORDS: usize = 64;
/// Most categories that are counted by population counts of planes; of more, one item is counted after the other.
const ONE_HOT: usize = 12;
/// Binary digits of their codes, and of the number that stands for a missing one.
const DIGITS: usize = 4;
/// Items from which a table of all pairs of bytes is worth being cleared and summed.
const WIDE_FROM: usize = 1 << 17;

/// Counts the pairs of codes of two byte vectors; 255 is missing.
pub(crate) fn confusion(level: Level, k: usize, a: &[u8], b: &[u8]) -> Confusion {
    let mut out = Confusion { cells: vec![0; k * k], ..Confusion::default() };
    let mut scratch = Scratch::new(k);
    let size = if k > ONE_HOT { usize::MAX } else { BLOCK };
    for (block, (x, y)) in a.chunks(size).zip(b.chunks(size)).enumerate() {
        if !count_block(level, k, x, y, &mut scratch, &mut out) {
            let outside = |code: u8| code.present().is_some_and(|code| code as usize >= k);
            let offset = x.iter().zip(y).position(|(&x, &y)| outside(x) || outside(y));
            out.outside = offset.map(|offset| block * size + offset);
            return out;
        }
    }
    scratch.empty_into(&mut out);
    out
}

/// The same for categories `0..=greatest code`; returns how many those are. A block is counted with the categories met
/// before it, and once more when it has a new one.
pub(crate) fn confusion_of_found(level: Level, a: &[u8], b: &[u8]) -> (usize, Confusion) {
    let greatest = |x, y| usize::from(dispatch!(level, s => greatest(s, x).max(greatest(s, y))));
    let mut k = 1;
    let mut out = Confusion { cells: vec![0; k * k], ..Confusion::default() };
    let mut scratch = Scratch::new(k);
    for (x, y) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
        if count_block(level, k, x, y, &mut scratch, &mut out) {
            continue;
        }
        let needed = greatest(x, y);
        if needed > ONE_HOT {
            let needed = greatest(a, b);
            return (needed, confusion(level, needed, a, b));
        }
        scratch.empty_into(&mut out);
        scratch = Scratch::new(needed);
        let mut cells = vec![0; needed * needed];
        for (row, old) in cells.chunks_mut(needed).zip(out.cells.chunks(k)) {
            row[..k].copy_from_slice(old);
        }
        (k, out.cells) = (needed, cells);
        // Cannot fail: no code is beyond the greatest.
        count_block(level, k, x, y, &mut scratch, &mut out);
    }
    scratch.empty_into(&mut out);
    (k, out)
}

/// The greatest code plus one, 0 if all are missing.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn greatest<S: Simd>(_: S, codes: &[u8]) -> u8 {
    // A missing code, 255, wraps to 0.
    codes.iter().fold(0, |most, code| most.max(code.wrapping_add(1)))
}

/// Counts a block, or nothing of it if a code is outside the categories.
fn count_block(
    level: Level,
    k: usize,
    x: &[u8],
    y: &[u8],
    scratch: &mut Scratch,
    out: &mut Confusion,
) -> bool {
    match bits_for(k + 1) {
        0 => dispatch!(level, s => masks::<_, 0>(s, k, x, y, scratch, out)),
        1 => dispatch!(level, s => masks::<_, 1>(s, k, x, y, scratch, out)),
        2 => dispatch!(level, s => masks::<_, 2>(s, k, x, y, scratch, out)),
        3 => dispatch!(level, s => masks::<_, 3>(s, k, x, y, scratch, out)),
        4 if k <= ONE_HOT => dispatch!(level, s => masks::<_, 4>(s, k, x, y, scratch, out)),
        _ if x.len() < WIDE_FROM => plain(k, x, y, out),
        _ => x.chunks(1 << 31).zip(y.chunks(1 << 31)).all(|(x, y)| wide(k, x, y, out)),
    }
}

/// One item after the other.
fn plain(k: usize, a: &[u8], b: &[u8], out: &mut Confusion) -> bool {
    let outside = |code: &u8| code.present().is_some_and(|code| code as usize >= k);
    if a.iter().chain(b).any(outside) {
        return false;
    }
    for (x, y) in a.iter().zip(b) {
        match (x.present(), y.present()) {
            (Some(x), Some(y)) => out.cells[x as usize * k + y as usize] += 1,
            (Some(_), None) => out.only_first += 1,
            (None, Some(_)) => out.only_second += 1,
            (None, None) => out.neither += 1,
        }
    }
    true
}

/// One item after the other, into a table of all pairs of bytes; fewer than 2³² items.
fn wide(k: usize, a: &[u8], b: &[u8], out: &mut Confusion) -> bool {
    const SIDE: usize = 256;
    let mut table = vec![0u32; SIDE * SIDE];
    for (&x, &y) in a.iter().zip(b) {
        table[usize::from(x) << 8 | usize::from(y)] += 1;
    }
    let missing = SIDE - 1;
    let found = |x: usize, y: usize| u64::from(table[x << 8 | y]);
    let outside = |code: usize| (k..missing).contains(&code);
    if (0..SIDE * SIDE).any(|at| table[at] > 0 && (outside(at >> 8) || outside(at & 0xFF))) {
        return false;
    }
    for x in 0..k {
        for y in 0..k {
            out.cells[x * k + y] += found(x, y);
        }
        out.only_first += found(x, missing);
        out.only_second += found(missing, x);
    }
    out.neither += found(missing, missing);
    true
}

/// Vectors of eight words in a block.
const VECTORS: usize = WORDS / 8;

/// A bit for each item of a block.
type Plane = [[u64; 8]; VECTORS];

/// The planes of a block on both sides, and the counts of the blocks so far, eight of a cell side by side.
struct Scratch {
    digits: [[Plane; DIGITS]; 2],
    categories: [[Plane; ONE_HOT]; 2],
    cells: Vec<[u64; 8]>,
    items: u64,
    judged: [u64; 2],
}

impl Scratch {
    fn new(k: usize) -> Self {
        let empty = [[0; 8]; VECTORS];
        let cells = if k > ONE_HOT { Vec::new() } else { vec![[0; 8]; k * k] };
        Self {
            digits: [[empty; DIGITS]; 2],
            categories: [[empty; ONE_HOT]; 2],
            cells,
            items: 0,
            judged: [0; 2],
        }
    }

    /// Adds the counts so far to a result, and forgets them.
    fn empty_into(&mut self, out: &mut Confusion) {
        let mut both = 0;
        for (cell, found) in out.cells.iter_mut().zip(&self.cells) {
            let found: u64 = found.iter().sum();
            *cell += found;
            both += found;
        }
        let [first, second] = self.judged;
        out.only_first += first - both;
        out.only_second += second - both;
        out.neither += self.items + both - first - second;
        self.cells.fill([0; 8]);
        (self.items, self.judged) = (0, [0; 2]);
    }
}

/// The binary digits of the codes as bits an item, from them a plane for each category, then population counts of the
/// conjunctions. Missing codes become the category after the last.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn masks<S: Simd, const BITS: usize>(
    s: S,
    k: usize,
    a: &[u8],
    b: &[u8],
    scratch: &mut Scratch,
    out: &mut Confusion,
) -> bool {
    let (whole_a, rest_a) = a.as_chunks::<64>();
    let (whole_b, rest_b) = b.as_chunks::<64>();
    let words = whole_a.len();
    let [p, q] = &mut scratch.digits;
    if words < WORDS {
        // What is left of an earlier block, or of none, counts as missing.
        for (digit, (p, q)) in p.iter_mut().zip(q.iter_mut()).enumerate().take(BITS) {
            let missing = if k >> digit & 1 == 1 { u64::MAX } else { 0 };
            p.as_flattened_mut()[words..].fill(missing);
            q.as_flattened_mut()[words..].fill(missing);
        }
    }
    let (one, last) = (u8x64::splat(s, 1), u8x64::splat(s, k as u8));
    let mut most = u8x64::splat(s, 0);
    for (w, (x, y)) in whole_a.iter().zip(whole_b).enumerate() {
        let (x, y) = (u8x64::from_slice(s, x), u8x64::from_slice(s, y));
        // A missing code, 255, wraps to 0.
        most = most.max(x + one).max(y + one);
        let (x, y) = (x.min(last), y.min(last));
        for digit in 0..BITS {
            let one = u8x64::splat(s, 1 << digit);
            p[digit][w / 8 % VECTORS][w % 8] = (x & one).simd_eq(one).to_bitmask();
            q[digit][w / 8 % VECTORS][w % 8] = (y & one).simd_eq(one).to_bitmask();
        }
    }
    if usize::from(most.reduce_max()) > k || !plain(k, rest_a, rest_b, out) {
        return false;
    }
    let mut used = [0u64; 2];
    for ((digits, categories), used) in scratch.digits.iter().zip(&mut scratch.categories).zip(&mut used) {
        for v in 0..VECTORS {
            let mut own = [u64x8::splat(s, 0); BITS];
            for (own, digits) in own.iter_mut().zip(digits) {
                *own = u64x8::from_slice(s, &digits[v]);
            }
            for (category, plane) in categories.iter_mut().enumerate().take(k) {
                plane[v] = category_plane(s, &own, category).into();
            }
            *used += (!category_plane(s, &own, k)).count_ones().reduce_sum();
        }
    }
    let [p, q] = &scratch.categories;
    for (first, counts) in p.iter().zip(scratch.cells.chunks_exact_mut(k.max(1))) {
        let mut own = [u64x8::splat(s, 0); VECTORS];
        for (own, first) in own.iter_mut().zip(first) {
            *own = u64x8::from_slice(s, first);
        }
        for (second, count) in q.iter().zip(counts) {
            let mut sum = u64x8::from_slice(s, count);
            for (&own, second) in own.iter().zip(second) {
                sum = sum + (own & u64x8::from_slice(s, second)).count_ones();
            }
            *count = sum.into();
        }
    }
    scratch.judged[0] += used[0];
    scratch.judged[1] += used[1];
    scratch.items += words as u64 * 64;
    true
}

/// Where the digits are those of a category.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn category_plane<S: Simd>(s: S, digits: &[u64x8<S>], category: usize) -> u64x8<S> {
    let mut plane = u64x8::splat(s, u64::MAX);
    for (digit, &digits) in digits.iter().enumerate() {
        plane = plane & if category >> digit & 1 == 1 { digits } else { !digits };
    }
    plane
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;

    #[test]
    fn masks_equal_the_plain_loop() {
        let mut rng = Stream::new(5, 0, 0);
        for k in 1..=18usize {
            for n in [0usize, 1, 63, 64, 65, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 77, WIDE_FROM + 1] {
                let mut draw = || -> Vec<u8> {
                    (0..n).map(|_| if rng.below(5) == 0 { 255 } else { rng.below(k as u64) as u8 }).collect()
                };
                let (a, b) = (draw(), draw());
                let mut expected = Confusion { cells: vec![0; k * k], ..Confusion::default() };
                assert!(plain(k, &a, &b, &mut expected));
                assert_eq!(confusion(Level::new(), k, &a, &b), expected, "{k} categories, {n} items");
                let (found, counted) = confusion_of_found(Level::new(), &a, &b);
                assert_eq!(confusion(Level::new(), found, &a, &b), counted);
                let highest = a.iter().chain(&b).filter_map(|c| c.present()).max();
                assert_eq!(found, highest.map_or(1, |c| c as usize + 1));
            }
        }
    }

    #[test]
    fn codes_outside_are_found_where_they_are() {
        for k in [2, 5, 8, 9, 12, 13, 17] {
            for at in [0usize, 70, BLOCK + 5, 2 * BLOCK + 63] {
                let a = vec![0u8; 2 * BLOCK + 64];
                let mut b = a.clone();
                b[at] = k as u8;
                assert_eq!(confusion(Level::new(), k, &a, &b).outside, Some(at));
                assert_eq!(confusion(Level::new(), k, &b, &a).outside, Some(at));
            }
        }
    }
}
