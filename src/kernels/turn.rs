use std::hint::black_box;

use fearless_simd::{Simd, prelude::*, u8x64};

/// Rows turned at a time.
pub(super) const ROWS: usize = 64;

/// The bytes from the first to the last that [`turn`] reads: 64 of every row.
pub(super) fn needed(width: usize) -> usize {
    (ROWS - 1) * width + 64
}

/// Room for 64 rows half turned.
pub(super) type Eights<S> = [[u8x64<S>; 8]; 8];

/// The columns of 64 rows of up to 64 bytes that follow each other in a block of [`needed`] bytes, eight by eight; those
/// beyond may be anything.
///
/// # Design
/// Eight rows and then eight columns at a time stay in registers. `room` may hold anything: to clear it would take as long
/// as a tenth of the work.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
pub(super) fn turn<S: Simd>(
    s: S,
    block: &[u8],
    width: usize,
    room: &mut Eights<S>,
    mut use_columns: impl FnMut(usize, [u8x64<S>; 8]),
) {
    let groups = width.div_ceil(8);
    for first in 0..8 {
        let rows = std::array::from_fn(|i| u8x64::from_slice(s, &block[(first + 8 * i) * width..][..64]));
        let turned = interleave(rows, groups);
        for (eight, columns) in room.iter_mut().zip(turned).take(groups) {
            eight[first] = columns;
        }
    }
    for (group, eight) in room.iter().enumerate().take(groups) {
        use_columns(8 * group, interleave(*eight, 8));
    }
}

/// Reads bytes one after the other, so that they are in the cache. Rows are turned a few at a time with much work between
/// them, so that the processor would wait for memory at each of them; a long sequence it asks for ahead.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
pub(super) fn read_ahead<S: Simd>(_: S, bytes: &[u8]) {
    let words = bytes.as_chunks::<8>().0.iter();
    black_box(words.fold(0u64, |sum, word| sum.wrapping_add(u64::from_le_bytes(*word))));
}

/// Eight vectors byte by byte, the first `wanted` of the eight results: each has eight columns, eight bytes a column.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
pub(super) fn interleave<S: Simd>(v: [u8x64<S>; 8], wanted: usize) -> [u8x64<S>; 8] {
    let mut out = [v[0]; 8];
    let low: [u8x64<S>; 4] = std::array::from_fn(|i| v[i].zip_low(v[i + 4]));
    interleave_four(low, wanted, &mut out, 0);
    if wanted > 4 {
        let high: [u8x64<S>; 4] = std::array::from_fn(|i| v[i].zip_high(v[i + 4]));
        interleave_four(high, wanted - 4, &mut out, 4);
    }
    out
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn interleave_four<S: Simd>(v: [u8x64<S>; 4], wanted: usize, out: &mut [u8x64<S>; 8], at: usize) {
    let (even, odd) = (v[0].zip_low(v[2]), v[1].zip_low(v[3]));
    (out[at], out[at + 1]) = (even.zip_low(odd), even.zip_high(odd));
    if wanted > 2 {
        let (even, odd) = (v[0].zip_high(v[2]), v[1].zip_high(v[3]));
        (out[at + 2], out[at + 3]) = (even.zip_low(odd), even.zip_high(odd));
    }
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::*;

    #[test]
    fn columns_are_columns() {
        for width in [1usize, 5, 8, 9, 33, 63, 64] {
            let block: Vec<u8> = (0..needed(width)).map(|i| (i * i / 7 + i) as u8).collect();
            for level in [Level::new(), Level::baseline()] {
                let found: Vec<[u8; 64]> = dispatch!(level, s => {
                    let mut room = [[u8x64::splat(s, 0); 8]; 8];
                    let mut columns = Vec::new();
                    turn(s, &block, width, &mut room, |_, eight| columns.extend(eight.map(<[u8; 64]>::from)));
                    columns
                });
                for (j, column) in found.iter().enumerate().take(width) {
                    assert!((0..64).all(|i| column[i] == block[i * width + j]), "{j} of {width}");
                }
            }
        }
    }
}
