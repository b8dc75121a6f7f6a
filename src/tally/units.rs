use std::convert::Infallible;

use crate::error::Result;
use crate::kernels::{Packed, pack_rows, packed_width};
use crate::ratings::{Cells, CodeView, Labels, Layout, Ratings};
use crate::tally::histogram::{Histogram, unpack};
use crate::tally::unit::Scratch;
use crate::tally::{Patterns, UnitCounts};

/// Items as (category, count) pairs with multiplicities, wherever they are kept.
///
/// # Design
/// Ratings of few categories (up to 8 and 255 raters, up to 16 and 15 raters) are counted into one word an item and the
/// words into a histogram, which is more than ten times as fast as the general way and gives the same units.
#[derive(Debug)]
pub(crate) enum Units<'a> {
    Packed(&'a Labels, PackedUnits),
    Scan(CodeView<'a>),
    Patterns(&'a Patterns),
    Counts(&'a UnitCounts),
}

/// Words a pass: they stay in the first-level cache.
const BLOCK: usize = 1024;

/// Items of up to `raters` judgments, counted by their packed counts.
#[derive(Debug)]
pub(crate) struct PackedUnits {
    categories: usize,
    raters: usize,
    width: u32,
    histogram: Histogram,
}

impl PackedUnits {
    /// For so many items; `None` if their counts do not fit into a word an item.
    pub(crate) fn new(categories: usize, raters: usize, items: usize) -> Option<Self> {
        let width = packed_width(categories, raters)?;
        Some(Self { categories, raters, width, histogram: Histogram::new(categories, width, raters, items) })
    }

    /// Adds items whose codes of all raters follow each other, all of them below the categories or missing.
    pub(crate) fn add_cells(&mut self, cells: &[u8]) {
        let raters = self.raters.max(1);
        if self.histogram.add_cells(raters, cells) {
            return;
        }
        let mut block = [0; BLOCK];
        for cells in cells.chunks(BLOCK * raters) {
            let out = &mut block[..cells.len() / raters];
            pack_rows(self.categories, self.width, cells, |i| (i * raters, (i + 1) * raters), out);
            self.histogram.add(out);
        }
    }

    /// Adds what another counted that was made for the same items.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.histogram.merge(&other.histogram);
    }
}

/// The cells of ratings whose counts fit into a word an item, and the bits of a count.
fn packable(ratings: &Ratings) -> Option<(&[u8], u32)> {
    let Cells::U8(cells) = ratings.cells() else { return None };
    Some((cells, packed_width(ratings.n_categories(), ratings.n_raters())?))
}

/// Hands over the items' counts in one word each, in order, and returns the bits of a count; `None` if they do not fit.
pub(super) fn for_each_packed(ratings: &Ratings, mut use_rows: impl FnMut(&[Packed], u32)) -> Option<u32> {
    let (categories, raters) = (ratings.n_categories(), ratings.n_raters());
    let (cells, width) = packable(ratings)?;
    let mut block = [0; BLOCK];
    let mut first = 0;
    while first < ratings.n_items() {
        let out = &mut block[..BLOCK.min(ratings.n_items() - first)];
        match ratings.layout() {
            Layout::Dense => {
                let row = |i| ((first + i) * raters, (first + i + 1) * raters);
                pack_rows(categories, width, cells, row, out);
            }
            Layout::Sparse { ends, .. } => {
                let end = |item: usize| ends[item] as usize;
                let start = |item: usize| if item == 0 { 0 } else { end(item - 1) };
                let row = |i| (start(first + i), end(first + i));
                pack_rows(categories, width, cells, row, out);
            }
        }
        use_rows(out, width);
        first += out.len();
    }
    Some(width)
}

impl<'a> Units<'a> {
    /// Of categorical ratings, by the fastest way there is.
    pub(crate) fn of_ratings(ratings: &'a Ratings) -> Result<Self> {
        let (categories, raters, items) = (ratings.n_categories(), ratings.n_raters(), ratings.n_items());
        let counted = packable(ratings).zip(PackedUnits::new(categories, raters, items));
        let Some(((cells, _), mut units)) = counted else { return Ok(Self::Scan(ratings.codes()?)) };
        match ratings.layout() {
            Layout::Dense if raters > 0 => units.add_cells(cells),
            _ => drop(for_each_packed(ratings, |rows, _| units.histogram.add(rows))),
        }
        Ok(Self::Packed(ratings.labels(), units))
    }

    pub(crate) fn labels(&self) -> &'a Labels {
        match self {
            Self::Packed(labels, ..) => labels,
            Self::Scan(view) => view.labels(),
            Self::Patterns(patterns) => patterns.labels(),
            Self::Counts(counts) => counts.labels(),
        }
    }

    /// Whether no two units are alike.
    pub(super) fn are_distinct(&self) -> bool {
        matches!(self, Self::Packed(..) | Self::Patterns(_))
    }

    /// Hands over every item: ascending categories with counts above 0, and how many items look like that. The order is
    /// that of the source; packed items have none.
    pub(crate) fn try_for_each<E>(
        &self,
        mut use_unit: impl FnMut(&[(u32, u32)], u64) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Self::Packed(_, packed) => {
                let mut unit = Vec::new();
                packed.histogram.try_for_each(|row, times| {
                    unit.clear();
                    unpack(row, packed.width, &mut unit);
                    use_unit(&unit, times)
                })
            }
            Self::Scan(view) => {
                let mut scratch = Scratch::new(view.labels().len());
                (0..view.ratings().n_items()).try_for_each(|item| {
                    view.item(item).for_each(|(_, code)| scratch.add(code));
                    scratch.drain(|unit| use_unit(unit, 1))
                })
            }
            Self::Patterns(patterns) => patterns.iter().try_for_each(|(unit, times)| use_unit(unit, times)),
            Self::Counts(counts) => counts.units().try_for_each(|unit| use_unit(unit, 1)),
        }
    }

    /// As [`Units::try_for_each`], where nothing can fail.
    pub(crate) fn for_each(&self, mut use_unit: impl FnMut(&[(u32, u32)], u64)) {
        let Ok(()) = self.try_for_each(|unit, times| {
            use_unit(unit, times);
            Ok::<(), Infallible>(())
        });
    }
}
