use std::collections::HashMap;
use std::ops::Range;

use fearless_simd::{Level, Simd, dispatch};

use crate::kernels::Planes;

/// What is counted of a pair of raters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PairCells {
    /// Items on which both chose the same category, then items that both judged.
    Agreement,
    /// The confusion matrix, row by row.
    Full,
}

impl PairCells {
    /// Counts a pair; `None` beyond the address space.
    pub(crate) fn width(self, categories: usize) -> Option<usize> {
        match self {
            Self::Agreement => Some(2),
            Self::Full => categories.checked_mul(categories),
        }
    }
}

/// Some pairs of raters: each of `rows` with those of `columns` that come after it, in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(crate) rows: Range<usize>,
    pub(crate) columns: Range<usize>,
}

impl Tile {
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let columns = self.columns.clone();
        self.rows.clone().flat_map(move |i| columns.clone().filter(move |&j| j > i).map(move |j| (i, j)))
    }
}

/// Words a pass over a tile: the planes of one rater stay in the first-level cache, those of the tile in the second.
const CHUNK: usize = 256;
/// Most categories of which every pair is a population count; more are counted item by item.
const ONE_HOT: usize = 16;
/// Words a pass when items are counted one by one: enough of them to pay for changing from one table to another.
const CODES: usize = 1024;

/// The counts of the pairs of a tile over some words of items, pair after pair.
pub(crate) fn pair_tile(
    level: Level,
    planes: &Planes,
    cells: PairCells,
    tile: &Tile,
    words: Range<usize>,
) -> Vec<u64> {
    let width = cells.width(planes.categories()).unwrap_or(0);
    let mut out = vec![0; tile.pairs().count() * width];
    if out.is_empty() || words.is_empty() {
        return out;
    }
    match cells {
        PairCells::Agreement => dispatch!(level, s => agreement(s, planes, tile, words, &mut out)),
        PairCells::Full if planes.categories() <= ONE_HOT => {
            let length = CHUNK.min(words.len());
            let mut rows = OneHot::new(planes, tile.rows.clone(), length);
            let mut columns = OneHot::new(planes, tile.columns.clone(), length);
            for start in words.clone().step_by(CHUNK) {
                let chunk = start..words.end.min(start + CHUNK);
                dispatch!(level, s => one_hot(s, planes, tile, chunk, (&mut rows, &mut columns), &mut out));
            }
        }
        PairCells::Full => by_item(planes, tile, words, &mut out),
    }
    out
}

/// A plane for each category of some raters over a chunk of items.
struct OneHot {
    raters: Range<usize>,
    categories: usize,
    length: usize,
    data: Vec<u64>,
}

impl OneHot {
    fn new(planes: &Planes, raters: Range<usize>, length: usize) -> Self {
        let categories = planes.categories();
        let data = vec![0; raters.len() * categories * length];
        Self { raters, categories, length, data }
    }

    #[inline(always)]
    #[allow(
        clippy::inline_always,
        reason = "the instruction set reaches only what is inlined into the dispatch"
    )]
    fn fill(&mut self, planes: &Planes, chunk: &Range<usize>) {
        let bits = planes.bits();
        let size = self.categories * self.length;
        for (rater, own) in self.raters.clone().zip(self.data.chunks_exact_mut(size)) {
            let valid = &planes.plane(rater, bits)[chunk.clone()];
            for (category, plane) in own.chunks_exact_mut(self.length).enumerate() {
                let plane = &mut plane[..valid.len()];
                plane.copy_from_slice(valid);
                for digit in 0..bits {
                    let digits = &planes.plane(rater, digit)[chunk.clone()];
                    let flip = if category >> digit & 1 == 1 { 0 } else { u64::MAX };
                    plane.iter_mut().zip(digits).for_each(|(word, digits)| *word &= digits ^ flip);
                }
            }
        }
    }

    #[inline(always)]
    #[allow(
        clippy::inline_always,
        reason = "the instruction set reaches only what is inlined into the dispatch"
    )]
    fn plane(&self, rater: usize, category: usize, words: usize) -> &[u64] {
        let at = ((rater - self.raters.start) * self.categories + category) * self.length;
        &self.data[at..at + words]
    }
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn one_hot<S: Simd>(
    _: S,
    planes: &Planes,
    tile: &Tile,
    chunk: Range<usize>,
    (rows, columns): (&mut OneHot, &mut OneHot),
    out: &mut [u64],
) {
    rows.fill(planes, &chunk);
    columns.fill(planes, &chunk);
    let (k, words) = (planes.categories(), chunk.len());
    for ((i, j), counts) in tile.pairs().zip(out.chunks_exact_mut(k * k)) {
        for (a, counts) in counts.chunks_exact_mut(k).enumerate() {
            meet_all(rows.plane(i, a, words), k, |category| columns.plane(j, category, words), counts);
        }
    }
}

/// Adds the bits common to one plane and each of `k` others.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
pub(super) fn meet_all<'a>(own: &[u64], k: usize, other: impl Fn(usize) -> &'a [u64], counts: &mut [u64]) {
    let mut b = 0;
    while b < k {
        let next = |offset| other(b + offset);
        // Up to five at a time: each word of the own plane is read once for all of them.
        b += match k - b {
            1 => meet(own, [next(0)], &mut counts[b..]),
            2 => meet(own, [next(0), next(1)], &mut counts[b..]),
            3 | 6 => meet(own, [next(0), next(1), next(2)], &mut counts[b..]),
            5 => meet(own, [next(0), next(1), next(2), next(3), next(4)], &mut counts[b..]),
            _ => meet(own, [next(0), next(1), next(2), next(3)], &mut counts[b..]),
        };
    }
}

/// Adds the bits common to one plane and each of `N` others, and returns `N`.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn meet<const N: usize>(own: &[u64], others: [&[u64]; N], counts: &mut [u64]) -> usize {
    let others = others.map(|other| &other[..own.len()]);
    let mut found = [0u64; N];
    for (w, word) in own.iter().enumerate() {
        for (found, other) in found.iter_mut().zip(others) {
            *found += u64::from((word & other[w]).count_ones());
        }
    }
    counts.iter_mut().zip(found).for_each(|(count, found)| *count += found);
    N
}

/// Agreement and common items: the digits are compared, no category is looked at.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn agreement<S: Simd>(s: S, planes: &Planes, tile: &Tile, words: Range<usize>, out: &mut [u64]) {
    for start in words.clone().step_by(CHUNK) {
        let chunk = start..words.end.min(start + CHUNK);
        for ((i, j), counts) in tile.pairs().zip(out.chunks_exact_mut(2)) {
            let (equal, both) = match planes.bits() {
                0 => equal_digits::<_, 0>(s, planes, i, j, &chunk),
                1 => equal_digits::<_, 1>(s, planes, i, j, &chunk),
                2 => equal_digits::<_, 2>(s, planes, i, j, &chunk),
                3 => equal_digits::<_, 3>(s, planes, i, j, &chunk),
                4 => equal_digits::<_, 4>(s, planes, i, j, &chunk),
                _ => equal_any(s, planes, i, j, &chunk),
            };
            counts[0] += equal;
            counts[1] += both;
        }
    }
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn equal_digits<S: Simd, const BITS: usize>(
    _: S,
    planes: &Planes,
    i: usize,
    j: usize,
    chunk: &Range<usize>,
) -> (u64, u64) {
    let n = chunk.len();
    let of = |rater, plane| &planes.plane(rater, plane)[chunk.clone()][..n];
    let mut digits: [(&[u64], &[u64]); BITS] = [(&[], &[]); BITS];
    for (plane, digits) in digits.iter_mut().enumerate() {
        *digits = (of(i, plane), of(j, plane));
    }
    let (valid_i, valid_j) = (of(i, BITS), of(j, BITS));
    let (mut equal, mut both) = (0u64, 0u64);
    for w in 0..n {
        let valid = valid_i[w] & valid_j[w];
        let differ = digits.iter().fold(0, |differ, (x, y)| differ | (x[w] ^ y[w]));
        equal += u64::from((valid & !differ).count_ones());
        both += u64::from(valid.count_ones());
    }
    (equal, both)
}

/// The same for any number of digits.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn equal_any<S: Simd>(_: S, planes: &Planes, i: usize, j: usize, chunk: &Range<usize>) -> (u64, u64) {
    let mut differ = [0u64; CHUNK];
    let differ = &mut differ[..chunk.len()];
    let of = |rater, plane| planes.plane(rater, plane)[chunk.clone()].iter();
    for plane in 0..planes.bits() {
        let digits = of(i, plane).zip(of(j, plane));
        differ.iter_mut().zip(digits).for_each(|(differ, (x, y))| *differ |= x ^ y);
    }
    let (mut equal, mut both) = (0u64, 0u64);
    for ((x, y), differ) in of(i, planes.bits()).zip(of(j, planes.bits())).zip(differ) {
        equal += u64::from((x & y & !*differ).count_ones());
        both += u64::from((x & y).count_ones());
    }
    (equal, both)
}

/// One item after the other, for many categories. Missing codes have a row and a column of their own, which is dropped.
fn by_item(planes: &Planes, tile: &Tile, words: Range<usize>, out: &mut [u64]) {
    let k = planes.categories();
    let stride = k + 1;
    let mut table = vec![0u32; stride * stride];
    let places: HashMap<(usize, usize), usize> = tile.pairs().zip(0..).collect();
    for start in words.clone().step_by(CODES) {
        let chunk = start..words.end.min(start + CODES);
        let decoded = |rater| chunk.clone().flat_map(|word| planes.decode(rater, word)).collect::<Vec<u32>>();
        let rows: Vec<Vec<u32>> = tile.rows.clone().map(decoded).collect();
        for j in tile.columns.clone() {
            let column = decoded(j);
            for (i, row) in tile.rows.clone().zip(&rows) {
                let Some(&place) = places.get(&(i, j)) else { continue };
                table.fill(0);
                for (&x, &y) in row.iter().zip(&column) {
                    table[x as usize * stride + y as usize] += 1;
                }
                let counts = &mut out[place * k * k..(place + 1) * k * k];
                for (counts, found) in counts.chunks_exact_mut(k).zip(table.chunks_exact(stride)) {
                    counts.iter_mut().zip(found).for_each(|(count, &found)| *count += u64::from(found));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{Confusion, confusion};
    use crate::rng::Stream;

    #[test]
    fn tiles_equal_one_confusion_after_the_other() {
        let mut rng = Stream::new(9, 0, 0);
        for (k, items) in
            [(1usize, 70usize), (2, 0), (5, 33), (6, 64), (7, 700), (8, 129), (13, 999), (40, 300)]
        {
            let raters = 5;
            let columns: Vec<Vec<u8>> = (0..raters)
                .map(|_| {
                    let code = |_| if rng.below(5) == 0 { 255 } else { rng.below(k as u64) as u8 };
                    (0..items).map(code).collect()
                })
                .collect();
            let mut planes = Planes::empty(k, raters, items);
            for (rater, column) in columns.iter().enumerate() {
                planes.set_column(Level::new(), rater, column).unwrap();
            }
            for level in [Level::new(), Level::baseline()] {
                for tile in [Tile { rows: 0..5, columns: 0..5 }, Tile { rows: 1..3, columns: 2..5 }] {
                    let full = pair_tile(level, &planes, PairCells::Full, &tile, 0..planes.words());
                    let brief = pair_tile(level, &planes, PairCells::Agreement, &tile, 0..planes.words());
                    let counts = full.chunks(k * k).zip(brief.chunks(2));
                    for ((i, j), (full, brief)) in tile.pairs().zip(counts) {
                        let Confusion { cells, .. } = confusion(level, k, &columns[i], &columns[j]);
                        assert_eq!(full, cells, "{k} categories, {items} items, raters {i} and {j}");
                        let equal: u64 = cells.iter().step_by(k + 1).sum();
                        assert_eq!(brief, [equal, cells.iter().sum()]);
                    }
                }
            }
        }
    }
}
