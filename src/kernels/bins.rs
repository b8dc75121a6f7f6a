use fearless_simd::{Level, Simd, dispatch};

/// What a fixed-point 1 is: confidences count in units of 2⁻³⁰.
pub(crate) const ONE: u32 = 1 << 30;
/// Items a pass.
const BLOCK: usize = 4096;
/// Tables side by side: neighbouring items of one bin do not wait for each other.
const TABLES: usize = 4;

/// A bin: items, hits, and their confidences in units of 2⁻³⁰.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Bin {
    pub(crate) items: u64,
    pub(crate) hits: u64,
    pub(crate) confidence: u64,
}

/// The bin of a fixed-point confidence among `bins` of equal width, [a, b) and the last [a, 1], or (a, b] and the first
/// [0, b].
pub(crate) fn bin_of(fixed: u32, bins: usize, right_closed: bool) -> usize {
    place(fixed, bins as u64, right_closed)
        .saturating_sub(usize::from(right_closed))
        .min(bins.saturating_sub(1))
}

/// The bin before its ends are folded: left-closed 0 ..= bins, right-closed 0 ..= bins counted from 1.
#[inline(always)]
#[allow(clippy::inline_always, reason = "in the innermost loop")]
fn place(fixed: u32, bins: u64, right_closed: bool) -> usize {
    let round_up = if right_closed { u64::from(ONE) - 1 } else { 0 };
    ((u64::from(fixed) * bins + round_up) >> 30) as usize
}

/// A confidence in units of 2⁻³⁰, rounded down; `None` unless it is from 0 to 1.
pub(crate) fn fixed(confidence: f32) -> Option<u32> {
    (0.0..=1.0).contains(&confidence).then_some((confidence * ONE as f32) as u32)
}

/// Bins of confidences and of bytes that are 1 for a hit and 0 otherwise. `Err` is the first item that is something else.
pub(crate) fn bins(
    level: Level,
    bins: usize,
    right_closed: bool,
    confidences: &[f32],
    hits: &[u8],
) -> Result<Vec<Bin>, usize> {
    // One place more than bins: the end that is folded into its neighbour.
    let mut tables = vec![[(0u64, 0u64); TABLES]; bins + 1];
    let mut out = vec![Bin::default(); bins];
    let mut integers = [0u32; BLOCK];
    for (block, (confidences, hits)) in confidences.chunks(BLOCK).zip(hits.chunks(BLOCK)).enumerate() {
        if !dispatch!(level, s => convert(s, confidences, hits, &mut integers)) {
            let bad = |(&c, &hit): (&f32, &u8)| fixed(c).is_none() || hit > 1;
            return Err(block * BLOCK + confidences.iter().zip(hits).position(bad).unwrap_or(0));
        }
        for (integers, hits) in integers[..confidences.len()].chunks(TABLES).zip(hits.chunks(TABLES)) {
            for ((&fixed, &hit), table) in integers.iter().zip(hits).zip(0..TABLES) {
                let cell = &mut tables[place(fixed, bins as u64, right_closed)][table];
                // Items in the low half of the word, hits in the high one; emptied before either is full.
                cell.0 += 1 | u64::from(hit) << 32;
                cell.1 += u64::from(fixed);
            }
        }
        if block % (1 << 16) == (1 << 16) - 1 {
            empty(&mut tables, right_closed, &mut out);
        }
    }
    empty(&mut tables, right_closed, &mut out);
    Ok(out)
}

fn empty(tables: &mut [[(u64, u64); TABLES]], right_closed: bool, out: &mut [Bin]) {
    for (place, cells) in tables.iter_mut().enumerate() {
        let bin = place.saturating_sub(usize::from(right_closed)).min(out.len().saturating_sub(1));
        for cell in cells {
            if let (Some(bin), (counts, confidence)) = (out.get_mut(bin), std::mem::take(cell)) {
                bin.items += counts & 0xFFFF_FFFF;
                bin.hits += counts >> 32;
                bin.confidence += confidence;
            }
        }
    }
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn convert<S: Simd>(_: S, confidences: &[f32], hits: &[u8], integers: &mut [u32; BLOCK]) -> bool {
    let mut ok = true;
    for (&confidence, integer) in confidences.iter().zip(integers) {
        ok &= (confidence >= 0.0) & (confidence <= 1.0);
        *integer = (confidence * ONE as f32) as i32 as u32;
    }
    ok & (hits.iter().fold(0, |most, &hit| most.max(hit)) <= 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;

    #[test]
    fn bins_equal_one_item_after_the_other() {
        let mut rng = Stream::new(11, 0, 0);
        for n in [0usize, 1, 3, BLOCK, BLOCK + 7] {
            let confidences: Vec<f32> = (0..n).map(|_| rng.below(41) as f32 / 40.0).collect();
            let hits: Vec<u8> = (0..n).map(|_| rng.below(2) as u8).collect();
            for (count, right_closed) in [(1, false), (10, false), (10, true), (15, true)] {
                let mut expected = vec![Bin::default(); count];
                for (&c, &hit) in confidences.iter().zip(&hits) {
                    let fixed = fixed(c).unwrap();
                    let bin = &mut expected[bin_of(fixed, count, right_closed)];
                    bin.items += 1;
                    bin.hits += u64::from(hit);
                    bin.confidence += u64::from(fixed);
                }
                for level in [Level::new(), Level::baseline()] {
                    assert_eq!(bins(level, count, right_closed, &confidences, &hits).as_ref(), Ok(&expected));
                }
            }
        }
        // A quarter is an edge of four bins.
        let quarter = fixed(0.25).unwrap();
        assert_eq!((bin_of(quarter, 4, false), bin_of(quarter, 4, true)), (1, 0));
        assert_eq!((bin_of(ONE, 4, false), bin_of(0, 4, true)), (3, 0));
        for bad in [f32::NAN, -0.1, 1.1, f32::INFINITY] {
            assert_eq!(bins(Level::new(), 3, false, &[0.5, bad], &[0, 1]), Err(1));
        }
        assert_eq!(bins(Level::new(), 3, false, &[0.5, 0.5], &[0, 2]), Err(1));
    }
}
