use std::ops::Range;

use fearless_simd::{Level, Simd, dispatch, mask8x64, prelude::*, u8x64, u64x8};

use crate::kernels::pack::pack_items;
use crate::ratings::Code;

/// The codes of some raters as bit planes: a bit an item, 64 items a word, item 0 lowest.
///
/// A rater has [`Planes::bits`] planes with the binary digits of the code, lowest first, and one that says where there
/// is a code; where there is none, all are 0. The planes of a rater follow each other.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Planes {
    raters: usize,
    items: usize,
    categories: usize,
    bits: usize,
    words: usize,
    data: Vec<u64>,
}

/// Words unpacked at a time: a cache line of every plane.
const LINE: usize = 8;
/// A square of bits for each plane, eight words side by side.
type Block = [[[u64; LINE]; 64]];

/// Binary digits of the codes below `categories`.
pub(super) fn bits_for(categories: usize) -> usize {
    (usize::BITS - categories.saturating_sub(1).leading_zeros()) as usize
}

impl Planes {
    /// Nobody has judged anything.
    pub(crate) fn empty(categories: usize, raters: usize, items: usize) -> Self {
        let (bits, words) = (bits_for(categories), items.div_ceil(64));
        Self { raters, items, categories, bits, words, data: vec![0; raters * (bits + 1) * words] }
    }

    /// Words of all planes together.
    pub(crate) fn size(categories: usize, raters: usize, items: usize) -> Option<usize> {
        raters.checked_mul(bits_for(categories) + 1)?.checked_mul(items.div_ceil(64))
    }

    /// Of codes of one byte, item after item, all of them below `categories` or missing.
    pub(crate) fn from_rows(level: Level, categories: usize, raters: usize, cells: &[u8]) -> Self {
        let items = cells.len().checked_div(raters).unwrap_or(0);
        let mut planes = Self::empty(categories, raters, items);
        planes.set_rows(level, cells);
        planes
    }

    /// Another shape in the same memory if it is large enough. What the planes hold is then not known.
    pub(crate) fn reshape(&mut self, categories: usize, raters: usize, items: usize) {
        let mut data = std::mem::take(&mut self.data);
        let (bits, words) = (bits_for(categories), items.div_ceil(64));
        let size = raters * (bits + 1) * words;
        if data.capacity() < size {
            // What is too small goes before there is more.
            drop(data);
            *self = Self::empty(categories, raters, items);
            return;
        }
        data.resize(size, 0);
        *self = Self { raters, items, categories, bits, words, data };
    }

    /// From now on nobody has judged anything.
    pub(crate) fn clear(&mut self) {
        self.data.fill(0);
    }

    /// Packs codes of one byte, item after item, all of them below the categories or missing.
    pub(crate) fn set_rows(&mut self, level: Level, cells: &[u8]) {
        pack_items(level, self.categories, self.raters, cells, &mut self.data);
    }

    /// Packs one rater's codes of one byte. `Err` is the first item whose code is neither below the categories nor missing.
    pub(crate) fn set_column(&mut self, level: Level, rater: usize, codes: &[u8]) -> Result<(), usize> {
        let (bits, words) = (self.bits, self.words);
        let planes = &mut self.data[rater * (bits + 1) * words..][..(bits + 1) * words];
        let most = dispatch!(level, s => pack_column(s, codes, bits, words, planes));
        if usize::from(most) <= self.categories {
            return Ok(());
        }
        let outside = |code: &u8| code.present().is_some_and(|code| code as usize >= self.categories);
        Err(codes.iter().position(outside).unwrap_or(0))
    }

    /// Records one judgment.
    pub(crate) fn set(&mut self, rater: usize, item: usize, code: u32) {
        let bit = 1u64 << (item % 64);
        for plane in 0..=self.bits {
            if plane == self.bits || code >> plane & 1 == 1 {
                self.data[(rater * (self.bits + 1) + plane) * self.words + item / 64] |= bit;
            }
        }
    }

    /// The codes of the items of some lines of 512, item after item, if a code is one byte.
    pub(crate) fn rows(&self, level: Level, lines: Range<usize>) -> Option<Vec<u8>> {
        if self.categories > usize::from(u8::MAX) {
            return None;
        }
        let first = self.items.min(lines.start * 64 * LINE);
        let items = self.items.min(lines.end * 64 * LINE) - first;
        let mut cells = vec![u8::MISSING; items * self.raters];
        let mut block = vec![[[0; LINE]; 64]; self.bits + 1];
        for (line, cells) in lines.zip(cells.chunks_mut(64 * LINE * self.raters.max(1))) {
            for rater in (0..self.raters).step_by(64) {
                dispatch!(level, s => unpack_rows(s, self, &mut block, cells, rater, line * LINE));
            }
        }
        Some(cells)
    }

    /// The same for codes of any size; missing ones are [`Code::MISSING`].
    pub(crate) fn wide_rows(&self, lines: Range<usize>) -> Vec<u32> {
        let words = self.words.min(lines.start * LINE)..self.words.min(lines.end * LINE);
        let items = self.items.min(words.end * 64) - self.items.min(words.start * 64);
        let mut codes = vec![u32::MISSING; items * self.raters];
        for (word, codes) in words.zip(codes.chunks_mut(64 * self.raters.max(1))) {
            for rater in 0..self.raters {
                let own = codes.iter_mut().skip(rater).step_by(self.raters);
                for (cell, code) in own.zip(self.decode(rater, word)) {
                    *cell = if code as usize == self.categories { u32::MISSING } else { code };
                }
            }
        }
        codes
    }

    /// Lines of 512 items.
    pub(crate) fn lines(&self) -> usize {
        self.words.div_ceil(LINE)
    }

    pub(crate) fn raters(&self) -> usize {
        self.raters
    }

    pub(crate) fn items(&self) -> usize {
        self.items
    }

    pub(crate) fn categories(&self) -> usize {
        self.categories
    }

    /// Digits of a code.
    pub(crate) fn bits(&self) -> usize {
        self.bits
    }

    /// Words of a plane.
    pub(crate) fn words(&self) -> usize {
        self.words
    }

    /// All planes: rater after rater, the digits lowest first, then validity.
    #[allow(dead_code, reason = "what is uploaded to a GPU")]
    pub(crate) fn data(&self) -> &[u64] {
        &self.data
    }

    /// A plane of a rater; plane [`Planes::bits`] is validity.
    #[inline]
    pub(crate) fn plane(&self, rater: usize, plane: usize) -> &[u64] {
        &self.data[(rater * (self.bits + 1) + plane) * self.words..][..self.words]
    }

    /// The codes of 64 items; missing ones are the number of categories.
    #[inline]
    pub(crate) fn decode(&self, rater: usize, word: usize) -> [u32; 64] {
        let valid = self.plane(rater, self.bits)[word];
        let mut codes = [0u32; 64];
        for plane in 0..self.bits {
            let digits = self.plane(rater, plane)[word];
            for (i, code) in codes.iter_mut().enumerate() {
                *code |= ((digits >> i & 1) as u32) << plane;
            }
        }
        let missing = self.categories as u32;
        for (i, code) in codes.iter_mut().enumerate() {
            *code = if valid >> i & 1 == 1 { *code } else { missing };
        }
        codes
    }
}

/// The masks of the digits of 64 codes, and of their presence.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
pub(super) fn digits<S: Simd>(s: S, codes: u8x64<S>, bits: usize, mut put: impl FnMut(usize, u64)) {
    let valid = !codes.simd_eq(u8x64::splat(s, u8::MISSING)).to_bitmask();
    for plane in 0..bits.min(8) {
        let digit = u8x64::splat(s, 1 << plane);
        put(plane, (codes & digit).simd_eq(digit).to_bitmask() & valid);
    }
    // Of more categories than a byte can tell apart.
    (8..bits).for_each(|plane| put(plane, 0));
    put(bits, valid);
}

/// 512 items of 64 raters: the words along items are turned into words across raters, eight blocks side by side, and those
/// of a row give its 64 codes.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn unpack_rows<S: Simd>(
    s: S,
    planes: &Planes,
    block: &mut Block,
    cells: &mut [u8],
    first: usize,
    word: usize,
) {
    let (raters, bits, words) = (planes.raters, planes.bits, planes.words);
    let line = LINE.min(words - word);
    for (plane, square) in block.iter_mut().enumerate() {
        for (rater, column) in (first..raters).zip(square.iter_mut()) {
            let at = (rater * (bits + 1) + plane) * words + word;
            column[..line].copy_from_slice(&planes.data[at..at + line]);
        }
        transpose(s, square);
    }
    let (none, missing) = (u8x64::splat(s, 0), u8x64::splat(s, u8::MISSING));
    for (item, row) in cells.chunks_exact_mut(raters).enumerate() {
        let mask = |plane: usize| mask8x64::from_bitmask(s, block[plane][item % 64][item / 64 % LINE]);
        let mut codes = none;
        for digit in 0..bits {
            codes |= mask(digit).select(u8x64::splat(s, 1 << digit), none);
        }
        let codes: [u8; 64] = mask(bits).select(codes, missing).into();
        let row = &mut row[first..];
        let lanes = row.len().min(64);
        row[..lanes].copy_from_slice(&codes[..lanes]);
    }
}

/// Eight bit matrices of 64 × 64 at once.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn transpose<S: Simd>(s: S, square: &mut [[u64; LINE]; 64]) {
    const LOW: [u64; 6] = [
        0x0000_0000_FFFF_FFFF,
        0x0000_FFFF_0000_FFFF,
        0x00FF_00FF_00FF_00FF,
        0x0F0F_0F0F_0F0F_0F0F,
        0x3333_3333_3333_3333,
        0x5555_5555_5555_5555,
    ];
    for (width, mask) in [32u32, 16, 8, 4, 2, 1].into_iter().zip(LOW) {
        let (low_half, high_half) = (u64x8::splat(s, mask), u64x8::splat(s, !mask));
        for pair in square.chunks_exact_mut(2 * width as usize) {
            let (low, high) = pair.split_at_mut(width as usize);
            for (low, high) in low.iter_mut().zip(high) {
                let (x, y) = (u64x8::from_slice(s, low), u64x8::from_slice(s, high));
                *low = ((x & low_half) | ((y << width) & high_half)).into();
                *high = (((x >> width) & low_half) | (y & high_half)).into();
            }
        }
    }
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn pack_column<S: Simd>(s: S, codes: &[u8], bits: usize, words: usize, planes: &mut [u64]) -> u8 {
    let (whole, rest) = codes.as_chunks::<64>();
    let one = u8x64::splat(s, 1);
    let mut most = u8x64::splat(s, 0);
    for (word, codes) in whole.iter().enumerate() {
        let codes = u8x64::from_slice(s, codes);
        // A missing code, 255, wraps to 0.
        most = most.max(codes + one);
        digits(s, codes, bits, |plane, mask| planes[plane * words + word] = mask);
    }
    if !rest.is_empty() {
        let mut padded = [u8::MISSING; 64];
        padded[..rest.len()].copy_from_slice(rest);
        let codes = u8x64::from_slice(s, &padded);
        most = most.max(codes + one);
        digits(s, codes, bits, |plane, mask| planes[plane * words + whole.len()] = mask);
    }
    most.reduce_max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;

    #[test]
    fn rows_columns_and_single_judgments_pack_alike() {
        let mut rng = Stream::new(8, 0, 0);
        // Whatever is left of a shape must not show in the next.
        let mut reused = Planes::default();
        for (k, raters, items) in [
            (1, 1, 1),
            (2, 3, 64),
            (5, 7, 65),
            (9, 64, 513),
            (200, 65, 130),
            (255, 130, 33),
            (5, 2, 0),
            (3, 0, 0),
            (0, 2, 70),
            (4, 63, 511),
            (5, 64, 512),
            (15, 65, 513),
            (16, 130, 64),
            (5, 130, 63),
            (3, 3, 64 * 64 + 1),
            (40, 9, 3 * 64 * 64 - 7),
            (100, 64, 65),
            // More than half a megabyte of rows a run.
            (5, 600, 1100),
            (2, 8200, 70),
            // More categories than a byte tells apart.
            (600, 3, 100),
        ] {
            let cells: Vec<u8> = (0..raters * items)
                .map(|_| if k == 0 || rng.below(5) == 0 { 255 } else { rng.below(k.min(255) as u64) as u8 })
                .collect();
            let mut expected = Planes::empty(k, raters, items);
            for (at, code) in cells.iter().enumerate() {
                if let Some(code) = code.present() {
                    expected.set(at % raters, at / raters, code);
                }
            }
            for level in [Level::new(), Level::baseline()] {
                reused.reshape(k, raters, items);
                reused.set_rows(level, &cells);
                assert_eq!(reused, expected, "{k}, {raters}, {items}");
                let mut columns = Planes::empty(k, raters, items);
                for rater in 0..raters {
                    let column: Vec<u8> = cells.iter().skip(rater).step_by(raters).copied().collect();
                    columns.set_column(level, rater, &column).unwrap();
                }
                assert_eq!(columns, expected, "{k}, {raters}, {items}");
            }
            for level in [Level::new(), Level::baseline()] {
                if k > 255 {
                    assert_eq!(expected.rows(level, 0..expected.lines()), None);
                    continue;
                }
                assert_eq!(expected.rows(level, 0..expected.lines()).as_ref(), Some(&cells));
                assert_eq!(
                    expected.rows(level, 1..expected.lines()).unwrap(),
                    cells[cells.len().min(512 * raters)..]
                );
            }
            for rater in 0..raters {
                for (item, code) in cells.iter().skip(rater).step_by(raters).enumerate() {
                    let found = expected.decode(rater, item / 64)[item % 64];
                    assert_eq!(found, code.present().unwrap_or(k as u32));
                }
            }
        }
    }
}
