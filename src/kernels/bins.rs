use fearless_simd::{Level, Simd, dispatch};

/// What a fixed-point 1 is: confidences count in units of 2⁻³⁰.
pub(crate) const ONE: u32 = 1 << 30;
/// Items a pass.
const BLOCK: usize = 1024;
/// Passes after which the packed cells may be full.
const PASSES: usize = ITEMS_MOST as usize / (BLOCK / TABLES);
/// Tables side by side: neighbouring items of one bin do not wait for each other.
const TABLES: usize = 4;
/// A packed cell holds a sum of confidences in its lower bits, then items, then hits: one addition an item.
const ITEMS_FROM: u32 = 41;
const HITS_FROM: u32 = 52;
/// Most items of a packed cell, whose confidences are up to [`ONE`].
const ITEMS_MOST: u64 = (1 << (HITS_FROM - ITEMS_FROM)) - 1;
const _: () =
    assert!(ITEMS_MOST * (ONE as u64) < 1 << ITEMS_FROM && ITEMS_MOST < 1 << (u64::BITS - HITS_FROM));

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
    let mut tables = vec![[0u64; TABLES]; bins + 1];
    let mut out = vec![Bin::default(); bins];
    let mut block = Block { places: [0; BLOCK], cells: [0; BLOCK] };
    for (at, (confidences, hits)) in confidences.chunks(BLOCK).zip(hits.chunks(BLOCK)).enumerate() {
        if !dispatch!(level, s => convert(s, bins as u64, right_closed, confidences, hits, &mut block)) {
            let bad = |(&c, &hit): (&f32, &u8)| fixed(c).is_none() || hit > 1;
            return Err(at * BLOCK + confidences.iter().zip(hits).position(bad).unwrap_or(0));
        }
        let n = confidences.len();
        let (places, more_places) = block.places[..n].as_chunks::<TABLES>();
        let (cells, more_cells) = block.cells[..n].as_chunks::<TABLES>();
        for (places, cells) in places.iter().zip(cells) {
            for table in 0..TABLES {
                tables[places[table] as usize][table] += cells[table];
            }
        }
        for (table, (&place, &cell)) in more_places.iter().zip(more_cells).enumerate() {
            tables[place as usize][table] += cell;
        }
        if at % PASSES == PASSES - 1 {
            empty(&mut tables, right_closed, &mut out);
        }
    }
    empty(&mut tables, right_closed, &mut out);
    Ok(out)
}

/// What is added where, item by item.
struct Block {
    places: [u32; BLOCK],
    cells: [u64; BLOCK],
}

fn empty(tables: &mut [[u64; TABLES]], right_closed: bool, out: &mut [Bin]) {
    for (place, cells) in tables.iter_mut().enumerate() {
        let bin = place.saturating_sub(usize::from(right_closed)).min(out.len().saturating_sub(1));
        let Some(bin) = out.get_mut(bin) else { continue };
        for cell in std::mem::take(cells) {
            bin.confidence += cell & ((1 << ITEMS_FROM) - 1);
            bin.items += cell >> ITEMS_FROM & ITEMS_MOST;
            bin.hits += cell >> HITS_FROM;
        }
    }
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn convert<S: Simd>(
    _: S,
    bins: u64,
    right_closed: bool,
    confidences: &[f32],
    hits: &[u8],
    block: &mut Block,
) -> bool {
    let (mut outside, mut most) = (0u32, 0u8);
    let places = confidences.iter().zip(hits).zip(&mut block.places).zip(&mut block.cells);
    for (((&confidence, &hit), at), cell) in places {
        // No branch in this loop, or it is not vectorised.
        outside |= u32::from(!(0.0..=1.0).contains(&confidence));
        most = most.max(hit);
        let fixed = (confidence * ONE as f32) as i32 as u32;
        // Meaningless if something is outside, and then never used.
        *at = place(fixed, bins, right_closed) as u32;
        *cell = u64::from(fixed) | 1 << ITEMS_FROM | u64::from(hit) << HITS_FROM;
    }
    outside == 0 && most <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;

    #[test]
    fn bins_equal_one_item_after_the_other() {
        let mut rng = Stream::new(11, 0, 0);
        for n in [0usize, 1, 3, BLOCK, BLOCK + 7, 2 * PASSES * BLOCK + 5] {
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
