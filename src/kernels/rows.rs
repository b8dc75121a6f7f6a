use fearless_simd::{Level, Simd, dispatch, prelude::*, u8x64};

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
