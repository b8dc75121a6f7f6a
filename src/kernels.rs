//! Counting loops on packed comparisons: one source, run at the best instruction set the machine has.
//!
//! Every kernel here has a plain twin in its tests and must equal it exactly.

use fearless_simd::{Level, Simd, dispatch, prelude::*, u8x64};

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
const BLOCK: usize = 64 * 64;
/// Words of 64 items in a block.
const WORDS: usize = BLOCK / 64;

/// Counts the pairs of codes of two byte vectors; 255 is missing.
pub(crate) fn confusion(k: usize, a: &[u8], b: &[u8]) -> Confusion {
    let mut out = Confusion { cells: vec![0; k * k], ..Confusion::default() };
    let level = Level::new();
    for (block, (x, y)) in a.chunks(BLOCK).zip(b.chunks(BLOCK)).enumerate() {
        if let Err(offset) = confusion_block(level, k, x, y, &mut out) {
            out.outside = Some(block * BLOCK + offset);
            return out;
        }
    }
    out
}

/// The same for categories `0..=greatest code`; returns how many those are. The search for the greatest code rides on the
/// count: each block is read from memory once and from the cache after that.
pub(crate) fn confusion_of_found(a: &[u8], b: &[u8]) -> (usize, Confusion) {
    let level = Level::new();
    let mut k = 1;
    let mut out = Confusion { cells: vec![0; k * k], ..Confusion::default() };
    for (x, y) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
        let needed = usize::from(dispatch!(level, s => greatest(s, x).max(greatest(s, y))));
        if needed > k {
            let mut cells = vec![0; needed * needed];
            for (row, old) in cells.chunks_mut(needed).zip(out.cells.chunks(k)) {
                row[..k].copy_from_slice(old);
            }
            (k, out.cells) = (needed, cells);
        }
        // Cannot fail: no code is beyond the greatest.
        if confusion_block(level, k, x, y, &mut out).is_err() {
            break;
        }
    }
    (k, out)
}

/// The greatest code plus one, 0 if all are missing.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn greatest<S: Simd>(_: S, codes: &[u8]) -> u8 {
    // A missing code, 255, wraps to 0.
    codes.iter().fold(0, |most, code| most.max(code.wrapping_add(1)))
}

fn confusion_block(level: Level, k: usize, x: &[u8], y: &[u8], out: &mut Confusion) -> Result<(), usize> {
    match k {
        1 => dispatch!(level, s => masks::<_, 1>(s, x, y, out)),
        2 => dispatch!(level, s => masks::<_, 2>(s, x, y, out)),
        3 => dispatch!(level, s => masks::<_, 3>(s, x, y, out)),
        4 => dispatch!(level, s => masks::<_, 4>(s, x, y, out)),
        5 => dispatch!(level, s => masks::<_, 5>(s, x, y, out)),
        6 => dispatch!(level, s => masks::<_, 6>(s, x, y, out)),
        7 => dispatch!(level, s => masks::<_, 7>(s, x, y, out)),
        8 => dispatch!(level, s => masks::<_, 8>(s, x, y, out)),
        _ => plain(k, x, y, out),
    }
}

/// One item after the other. `Err` is the position of the first code outside the categories.
fn plain(k: usize, a: &[u8], b: &[u8], out: &mut Confusion) -> Result<(), usize> {
    for (i, (x, y)) in a.iter().zip(b).enumerate() {
        match (x.present(), y.present()) {
            (Some(x), Some(y)) => {
                if (x as usize) >= k || (y as usize) >= k {
                    return Err(i);
                }
                out.cells[x as usize * k + y as usize] += 1;
            }
            (Some(x), None) if (x as usize) < k => out.only_first += 1,
            (None, Some(y)) if (y as usize) < k => out.only_second += 1,
            (None, None) => out.neither += 1,
            _ => return Err(i),
        }
    }
    Ok(())
}

/// A bit for each item and category, then population counts of the conjunctions.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn masks<S: Simd, const K: usize>(s: S, a: &[u8], b: &[u8], out: &mut Confusion) -> Result<(), usize> {
    let (whole_a, rest_a) = a.as_chunks::<64>();
    let (whole_b, rest_b) = b.as_chunks::<64>();
    let (mut p, mut q) = ([[0u64; WORDS]; K], [[0u64; WORDS]; K]);
    let (mut used_a, mut used_b, mut used_both) = (0u64, 0u64, 0u64);
    let mut strange = 0u64;
    for (w, (x, y)) in whole_a.iter().zip(whole_b).enumerate() {
        let (x, y) = (u8x64::from_slice(s, x), u8x64::from_slice(s, y));
        let (mut any_x, mut any_y) = (0, 0);
        for c in 0..K {
            p[c][w] = x.simd_eq(u8x64::splat(s, c as u8)).to_bitmask();
            q[c][w] = y.simd_eq(u8x64::splat(s, c as u8)).to_bitmask();
            any_x |= p[c][w];
            any_y |= q[c][w];
        }
        let missing = u8x64::splat(s, u8::MISSING);
        strange |= !(any_x | x.simd_eq(missing).to_bitmask()) | !(any_y | y.simd_eq(missing).to_bitmask());
        used_a += u64::from(any_x.count_ones());
        used_b += u64::from(any_y.count_ones());
        used_both += u64::from((any_x & any_y).count_ones());
    }
    if strange != 0 {
        let ok = |code: &u8| code.present().is_none_or(|c| (c as usize) < K);
        return Err(a.iter().zip(b).position(|(x, y)| !ok(x) || !ok(y)).unwrap_or(0));
    }
    let words = whole_a.len();
    for (i, first) in p.iter().enumerate() {
        for (j, second) in q.iter().enumerate() {
            let pairs = first[..words].iter().zip(&second[..words]);
            out.cells[i * K + j] += pairs.map(|(x, y)| u64::from((x & y).count_ones())).sum::<u64>();
        }
    }
    out.only_first += used_a - used_both;
    out.only_second += used_b - used_both;
    out.neither += (words * 64) as u64 + used_both - used_a - used_b;
    plain(K, rest_a, rest_b, out).map_err(|offset| words * 64 + offset)
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;

    #[test]
    fn masks_equal_the_plain_loop() {
        let mut rng = Stream::new(5, 0, 0);
        for k in 1..=10usize {
            for n in [0usize, 1, 63, 64, 65, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 77] {
                let mut draw = || -> Vec<u8> {
                    (0..n).map(|_| if rng.below(5) == 0 { 255 } else { rng.below(k as u64) as u8 }).collect()
                };
                let (a, b) = (draw(), draw());
                let mut expected = Confusion { cells: vec![0; k * k], ..Confusion::default() };
                plain(k, &a, &b, &mut expected).unwrap();
                assert_eq!(confusion(k, &a, &b), expected, "{k} categories, {n} items");
                let (found, counted) = confusion_of_found(&a, &b);
                assert_eq!(confusion(found, &a, &b), counted);
                let highest = a.iter().chain(&b).filter_map(|c| c.present()).max();
                assert_eq!(found, highest.map_or(1, |c| c as usize + 1));
            }
        }
    }

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

    #[test]
    fn codes_outside_are_found_where_they_are() {
        for k in [2, 5, 8, 9] {
            for at in [0usize, 70, BLOCK + 5, 2 * BLOCK + 63] {
                let a = vec![0u8; 2 * BLOCK + 64];
                let mut b = a.clone();
                b[at] = k as u8;
                assert_eq!(confusion(k, &a, &b).outside, Some(at));
                assert_eq!(confusion(k, &b, &a).outside, Some(at));
            }
        }
    }
}
