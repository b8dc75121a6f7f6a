use fearless_simd::{Level, Simd, dispatch, prelude::*, u8x64, u64x8};

use crate::kernels::planes::bits_for;
use crate::kernels::turn::{interleave, read_ahead};
use crate::ratings::Code;

/// Words of a plane made at a time: a cache line.
const LINE: usize = 8;
/// Words of a plane written at a time: eight lines that follow each other cost half of what eight single lines cost.
const RUN: usize = 64;
/// Bytes of rows that stay in the second-level cache with what is made of them.
const NEAR: usize = 1 << 19;

/// What is between rows and planes.
struct Room {
    /// For each digit, eight masks of every eight raters: of eight items each, or, turned, of one rater each. Those of eight
    /// times 64 items lie side by side.
    squares: Vec<[[u64; LINE]; 64]>,
    /// A run of each plane of 64 raters.
    runs: Vec<[u64; RUN]>,
    /// 64 rows of which not all are there.
    padded: Vec<u8>,
}

/// The bit planes (see [`crate::kernels::Planes`]) of codes of one byte that lie item after item, all of them below
/// `categories` or missing. All of `planes` is overwritten.
///
/// # Design
/// The digits that tell all categories from a missing code, which is all ones, say everything. Eight rows at a time are
/// turned so that the bytes of a rater lie side by side; codes of up to four digits share a byte with those of eight rows
/// further on. A mask of a digit then has eight items of eight raters, a byte a rater, and turning the bytes of eight masks
/// gives words along the items.
pub(super) fn pack_items(level: Level, categories: usize, raters: usize, cells: &[u8], planes: &mut [u64]) {
    let items = cells.len().checked_div(raters).unwrap_or(0);
    let (bits, words) = (bits_for(categories), items.div_ceil(64));
    let digits = bits_for(categories + 1).min(8);
    if words == 0 {
        return;
    }
    let mut room = Room {
        squares: vec![[[0; LINE]; 64]; digits],
        runs: vec![[0; RUN]; raters.min(64) * (bits + 1)],
        padded: Vec::new(),
    };
    let run = (NEAR / (64 * raters)).clamp(LINE, RUN) / LINE * LINE;
    for start in (0..words).step_by(run) {
        let end = words.min(start + run);
        dispatch!(level, s => read_ahead(s, &cells[start * 64 * raters..cells.len().min(end * 64 * raters)]));
        for (first, own) in (0..raters).step_by(64).zip(planes.chunks_mut(64 * (bits + 1) * words)) {
            for word in (start..end).step_by(LINE) {
                let rows = &cells[word * 64 * raters..];
                let place = Place { raters, first, bits, lanes: LINE.min(end - word), offset: word - start };
                match digits {
                    0 => dispatch!(level, s => pack_line::<_, 0, 2>(s, rows, place, &mut room)),
                    1 => dispatch!(level, s => pack_line::<_, 1, 2>(s, rows, place, &mut room)),
                    2 => dispatch!(level, s => pack_line::<_, 2, 2>(s, rows, place, &mut room)),
                    3 => dispatch!(level, s => pack_line::<_, 3, 2>(s, rows, place, &mut room)),
                    4 => dispatch!(level, s => pack_line::<_, 4, 2>(s, rows, place, &mut room)),
                    5 => dispatch!(level, s => pack_line::<_, 5, 1>(s, rows, place, &mut room)),
                    6 => dispatch!(level, s => pack_line::<_, 6, 1>(s, rows, place, &mut room)),
                    7 => dispatch!(level, s => pack_line::<_, 7, 1>(s, rows, place, &mut room)),
                    _ => dispatch!(level, s => pack_line::<_, 8, 1>(s, rows, place, &mut room)),
                }
            }
            for (plane, run) in own.chunks_exact_mut(words).zip(&room.runs) {
                plane[start..end].copy_from_slice(&run[..end - start]);
            }
        }
    }
}

/// Which part of the planes is made.
#[derive(Clone, Copy)]
struct Place {
    raters: usize,
    /// The first of 64 raters.
    first: usize,
    bits: usize,
    /// Words.
    lanes: usize,
    /// Where they go in the runs.
    offset: usize,
}

/// A line of every plane of up to 64 raters. `ROWS` codes of `DIGITS` digits share a byte.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn pack_line<S: Simd, const DIGITS: usize, const ROWS: usize>(
    s: S,
    cells: &[u8],
    place: Place,
    room: &mut Room,
) {
    let Place { raters, first, bits, lanes, offset } = place;
    let Room { squares, runs, padded } = room;
    let (squares, runs) = (squares.as_mut_slice(), runs.as_mut_slice());
    let own = (raters - first).min(64);
    let groups = own.div_ceil(8);
    let low = u8x64::splat(s, 0xF);
    for (lane, rest) in cells.chunks(64 * raters).enumerate().take(lanes) {
        // Reads into the next rows where there are any: the surplus columns are left out below.
        let start = lane * 64 * raters + first;
        let rows = if let Some(rows) = cells.get(start..start + 63 * raters + 64) {
            rows
        } else {
            padded.clear();
            padded.extend_from_slice(rest);
            padded.resize(64 * raters + 64, u8::MISSING);
            &padded[first..]
        };
        for eight in (0..8).step_by(ROWS) {
            let turned = interleave(
                std::array::from_fn(|i| {
                    let row = |eight: usize| u8x64::from_slice(s, &rows[(8 * eight + i) * raters..][..64]);
                    if ROWS == 1 { row(eight) } else { (row(eight) & low) | (row(eight + 1) << 4) }
                }),
                groups,
            );
            for (group, codes) in turned.into_iter().enumerate().take(groups) {
                for part in 0..ROWS {
                    for (digit, square) in (0..DIGITS).zip(&mut *squares) {
                        let one = u8x64::splat(s, 1 << (digit + 4 * part));
                        square[8 * group + eight + part][lane] = (codes & one).simd_eq(one).to_bitmask();
                    }
                }
            }
        }
    }
    for group in 0..groups {
        let mut missing = [u64x8::splat(s, u64::MAX); 8];
        let digits: [[u64x8<S>; 8]; DIGITS] = std::array::from_fn(|digit| {
            let masks = &squares[digit][8 * group..];
            let words = turn_bytes(s, std::array::from_fn(|i| u64x8::from_slice(s, &masks[i])));
            missing.iter_mut().zip(&words).for_each(|(all, word)| *all &= *word);
            words
        });
        for rater in 0..8.min(own - 8 * group) {
            let runs = &mut runs[(8 * group + rater) * (bits + 1)..][..=bits];
            let valid = !missing[rater];
            for (run, digit) in runs.iter_mut().zip(&digits[..DIGITS.min(bits)]) {
                run[offset..offset + LINE].copy_from_slice(&<[u64; LINE]>::from(digit[rater] & valid));
            }
            runs[bits][offset..offset + LINE].copy_from_slice(&<[u64; LINE]>::from(valid));
        }
    }
}

/// Eight matrices of 8 × 8 bytes, side by side, with rows and columns exchanged.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn turn_bytes<S: Simd>(s: S, mut rows: [u64x8<S>; 8]) -> [u64x8<S>; 8] {
    const LOW: [u64; 3] = [0x0000_0000_FFFF_FFFF, 0x0000_FFFF_0000_FFFF, 0x00FF_00FF_00FF_00FF];
    for (width, mask) in [4, 2, 1].into_iter().zip(LOW) {
        let (low_half, high_half) = (u64x8::splat(s, mask), u64x8::splat(s, !mask));
        let shift = 8 * width as u32;
        for i in 0..8 {
            if i & width == 0 {
                let (x, y) = (rows[i], rows[i + width]);
                rows[i] = (x & low_half) | ((y << shift) & high_half);
                rows[i + width] = ((x >> shift) & low_half) | (y & high_half);
            }
        }
    }
    rows
}
