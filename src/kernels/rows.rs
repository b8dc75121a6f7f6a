use fearless_simd::{Level, Simd, dispatch, prelude::*, u8x64, u16x32, u32x16};

use crate::kernels::turn::{ROWS, needed, read_ahead, turn};
use crate::ratings::Code;

/// The counts of some categories in one word, category 0 lowest, each in [`packed_width`] bits.
pub(crate) type Packed = u64;

/// The bits of a category's count when `k` categories and up to `most` codes a row fit into one word.
pub(crate) fn packed_width(k: usize, most: usize) -> Option<u32> {
    let width = 64 / (k as u32).clamp(4, 64);
    (k <= 16 && most < 1 << width).then_some(width)
}

/// Counts the codes of some rows of cells: `out[i]` gets those of the cells from `row(i).0` to `row(i).1`. Codes of `k`
/// and above (255 is missing) do not count; the counts must fit into `width` bits.
pub(crate) fn pack_rows(
    k: usize,
    width: u32,
    cells: &[u8],
    row: impl Fn(usize) -> (usize, usize),
    out: &mut [Packed],
) {
    let level = Level::new();
    dispatch!(level, s => pack(s, k as u8, width, cells, &row, out));
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn pack<S: Simd>(
    s: S,
    k: u8,
    width: u32,
    cells: &[u8],
    row: &impl Fn(usize) -> (usize, usize),
    out: &mut [Packed],
) {
    for (i, packed) in out.iter_mut().enumerate() {
        let (mut start, end) = row(i);
        let mut counts = 0;
        while start < end {
            // Read past the end of the row where there are cells, and leave them out of the count.
            let keep = if end - start < 64 { (1u64 << (end - start)) - 1 } else { u64::MAX };
            let codes = if let Some(whole) = cells.get(start..start + 64) {
                u8x64::from_slice(s, whole)
            } else {
                let mut padded = [u8::MISSING; 64];
                padded[..end - start].copy_from_slice(&cells[start..end]);
                u8x64::from_slice(s, &padded)
            };
            for c in 0..k {
                let hits = codes.simd_eq(u8x64::splat(s, c)).to_bitmask() & keep;
                counts += u64::from(hits.count_ones()) << (width * u32::from(c));
            }
            start += 64;
        }
        *packed = counts;
    }
}

/// Most codes of a row that [`rank_rows`] takes: sums of counts are places in a table of 64.
pub(crate) const MOST_RANKED: usize = 63;

/// Rows that stay in the second-level cache.
const NEAR: usize = 1 << 12;

/// A number for each sum of counts, its three bytes apart, lowest first.
pub(crate) type RankTerms = [[u8; 64]; 3];

/// Ranks the rows of `raters` codes each that follow each other in `cells`, up to 64 rows at a time: with s_j the codes
/// of a row in the categories 0 to j, a row's rank is Σ_j `terms[j][s_j]`. Other codes (255 is missing) do not count.
///
/// # Design
/// 64 rows are turned into columns of 64 bytes, so that one instruction counts a rater's codes of 64 items.
pub(crate) fn rank_rows(terms: &[RankTerms], raters: usize, cells: &[u8], mut use_ranks: impl FnMut(&[u32])) {
    if raters == 0 || raters > MOST_RANKED {
        return;
    }
    let mut padded = Vec::new();
    let level = Level::new();
    for cells in cells.chunks(NEAR * raters) {
        dispatch!(level, s => rank(s, terms, raters, cells, &mut padded, &mut use_ranks));
    }
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn rank<S: Simd>(
    s: S,
    terms: &[RankTerms],
    raters: usize,
    cells: &[u8],
    padded: &mut Vec<u8>,
    use_ranks: &mut impl FnMut(&[u32]),
) {
    let zero = u8x64::splat(s, 0);
    let one = u8x64::splat(s, 1);
    let mut columns = [zero; 64];
    let mut room = [[zero; 8]; 8];
    read_ahead(s, cells);
    let mut rest = cells;
    while rest.len() >= raters {
        let rows = ROWS.min(rest.len() / raters);
        let block = if let Some(block) = rest.get(..needed(raters)) {
            block
        } else {
            padded.clear();
            padded.extend_from_slice(rest);
            padded.resize(needed(raters), u8::MISSING);
            padded.as_slice()
        };
        turn(s, block, raters, &mut room, |first, eight| columns[first..first + 8].copy_from_slice(&eight));
        rest = &rest[rows * raters..];
        let mut sums = zero;
        let mut ranks = [u32x16::splat(s, 0); 4];
        for (category, bytes) in (0u8..).zip(terms) {
            let category = u8x64::splat(s, category);
            for column in &columns[..raters] {
                sums = column.simd_eq(category).select(sums + one, sums);
            }
            let [low, middle, high] = bytes.map(|table| u8x64::from_slice(s, &table).swizzle_dyn(sums));
            let low = [low.zip_low(middle), low.zip_high(middle)].map(u8x64::bitcast::<u16x32<S>>);
            let high = [high.zip_low(zero), high.zip_high(zero)].map(u8x64::bitcast::<u16x32<S>>);
            let terms = [
                low[0].zip_low(high[0]),
                low[0].zip_high(high[0]),
                low[1].zip_low(high[1]),
                low[1].zip_high(high[1]),
            ];
            ranks.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term.bitcast::<u32x16<S>>());
        }
        let mut out = [0; ROWS];
        for (out, ranks) in out.as_chunks_mut::<16>().0.iter_mut().zip(ranks) {
            *out = ranks.into();
        }
        use_ranks(&out[..rows]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;

    #[test]
    fn packed_rows_equal_the_plain_loop() {
        let mut rng = Stream::new(6, 0, 0);
        for k in 0..=16usize {
            for raters in [1usize, 2, 7, 15, 20, 63, 64, 65, 130, 255, 1000] {
                let Some(width) = packed_width(k, raters) else { continue };
                let items = 40;
                let cells: Vec<u8> = (0..items * raters)
                    .map(|_| if k == 0 || rng.below(4) == 0 { 255 } else { rng.below(k as u64) as u8 })
                    .collect();
                let mut packed = vec![7; items];
                pack_rows(k, width, &cells, |i| (i * raters, (i + 1) * raters), &mut packed);
                for (row, packed) in cells.chunks(raters).zip(packed) {
                    let present = row.iter().filter_map(|c| c.present());
                    assert_eq!(packed, present.map(|c| 1u64 << (width * c)).sum::<u64>(), "{k}, {raters}");
                }
            }
        }
    }

    #[test]
    fn ranked_rows_equal_the_plain_loop() {
        let mut rng = Stream::new(9, 0, 0);
        for k in [0usize, 1, 2, 5, 16] {
            // Any numbers will do for terms.
            let terms: Vec<RankTerms> = (0..k)
                .map(|_| std::array::from_fn(|_| std::array::from_fn(|_| rng.next_u32() as u8)))
                .collect();
            for raters in [1usize, 2, 7, 8, 9, 16, 17, 20, 31, 32, 33, 48, 62, 63] {
                for items in [0, 1, 63, 64, 65, 200, NEAR + 70] {
                    let cells: Vec<u8> = (0..items * raters)
                        .map(|_| if k == 0 || rng.below(4) == 0 { 255 } else { rng.below(k as u64) as u8 })
                        .collect();
                    let mut ranks = Vec::new();
                    rank_rows(&terms, raters, &cells, |part| ranks.extend_from_slice(part));
                    let plain: Vec<u32> = cells
                        .chunks(raters)
                        .map(|row| {
                            let sum = |j: usize| row.iter().filter(|&&c| usize::from(c) <= j).count();
                            let term = |(j, t): (usize, &RankTerms)| -> u32 {
                                (0..3).map(|byte| u32::from(t[byte][sum(j)]) << (8 * byte)).sum()
                            };
                            terms.iter().enumerate().map(term).sum()
                        })
                        .collect();
                    assert_eq!(ranks, plain, "{k}, {raters}, {items}");
                }
            }
        }
    }

    #[test]
    fn words_hold_what_they_promise() {
        let widths = [(1, 65_535), (4, 65_535), (5, 4095), (8, 255), (10, 63), (16, 15)];
        for (k, most) in widths {
            let width = packed_width(k, most).unwrap();
            assert!(k as u32 * width <= 64);
            assert_eq!(packed_width(k, most + 1), None);
            let mut full = [0];
            pack_rows(k, width, &vec![k as u8 - 1; most], |_| (0, most), &mut full);
            assert_eq!(full[0] >> (width * (k as u32 - 1)), most as u64);
        }
        assert_eq!(packed_width(17, 1), None);
    }
}
