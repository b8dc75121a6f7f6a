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
pub(crate) fn confusion(level: Level, k: usize, a: &[u8], b: &[u8]) -> Confusion {
    let mut out = Confusion { cells: vec![0; k * k], ..Confusion::default() };
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
pub(crate) fn confusion_of_found(level: Level, a: &[u8], b: &[u8]) -> (usize, Confusion) {
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
        for k in [2, 5, 8, 9] {
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
