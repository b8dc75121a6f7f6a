use std::ops::Range;

use crate::ratings::columns::Narrow;
use crate::ratings::rows::Shape;
use crate::ratings::store::RaterIndex;
use crate::ratings::{Cell, Cells, Layout, over_cells};

/// The places of rows that come item by item.
///
/// # Design
/// Logs are written item by item, and most items have the raters of the item before, in the same order. So an item
/// costs a byte, and its raters only where they are others. The rows stay as they came, hence all that the places of rows in
/// any order can tell can be told from here.
#[derive(Debug, Clone, Default)]
pub(super) struct ByItem {
    rows: usize,
    /// Of each item but the last the number of its rows + 1, or 0: it has the raters of the item with rows before it.
    widths: Narrow,
    /// The raters of the items that have their own, and of the last item.
    raters: Narrow,
    /// Where the raters of the item with rows before the last start; they end where those of the last start.
    before: usize,
    last: usize,
}

impl ByItem {
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// Places a row, or says that it does not come by item.
    #[inline]
    pub(super) fn push(&mut self, item: u32, rater: u32) -> bool {
        if item as usize != self.widths.len() && !self.move_on(item as usize) {
            return false;
        }
        self.raters.push(rater);
        self.rows += 1;
        true
    }

    /// Ends the last item, and any without rows before the next one.
    #[inline]
    fn move_on(&mut self, to: usize) -> bool {
        if to < self.widths.len() {
            return false;
        }
        let width = self.raters.len() - self.last;
        if width > 0 {
            if width == self.last - self.before && self.raters.repeats(self.before, self.last) {
                self.raters.truncate(self.last);
                self.widths.push(0);
            } else {
                self.widths.push(width as u32 + 1);
                (self.before, self.last) = (self.last, self.raters.len());
            }
        }
        while self.widths.len() < to {
            self.widths.push(1);
        }
        true
    }

    /// The raters of the last item, if there is one.
    fn tail(&self) -> Option<Range<usize>> {
        (self.last < self.raters.len()).then_some(self.last..self.raters.len())
    }

    fn items(&self) -> usize {
        self.widths.len() + usize::from(self.tail().is_some())
    }

    /// Where the raters of each item lie.
    fn patterns(&self) -> impl Iterator<Item = Range<usize>> {
        let mut pattern = 0..0;
        let closed = (0..self.widths.len()).map(move |item| {
            match self.widths.get(item) as usize {
                0 => {}
                1 => return pattern.end..pattern.end,
                width => pattern = pattern.end..pattern.end + width - 1,
            }
            pattern.clone()
        });
        closed.chain(self.tail())
    }

    /// The same from the last item to the first.
    fn patterns_back(&self) -> impl Iterator<Item = Range<usize>> {
        let mut pattern = self.last..self.last;
        let mut owner = self.widths.len();
        let closed = (0..owner).rev().map(move |item| {
            if self.widths.get(item) == 1 {
                return pattern.start..pattern.start;
            }
            if item < owner {
                // The first item with rows has raters of its own.
                owner = (0..=item).rev().find(|&item| self.widths.get(item) > 1).unwrap_or(0);
                pattern = pattern.start - (self.widths.get(owner) as usize - 1)..pattern.start;
            }
            pattern.clone()
        });
        self.tail().into_iter().chain(closed)
    }

    fn pattern(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        range.map(|place| self.raters.get(place) as usize)
    }

    /// Whether no rater has two rows of one item.
    pub(super) fn is_distinct(&self) -> bool {
        let (mut known, mut sorted) = (0..0, Vec::new());
        self.patterns().all(|range| {
            if range == known {
                return true;
            }
            known = range.clone();
            if self.pattern(range.clone()).is_sorted_by(|a, b| a < b) {
                return true;
            }
            sorted.clear();
            sorted.extend(self.pattern(range));
            sorted.sort_unstable();
            sorted.is_sorted_by(|a, b| a < b)
        })
    }

    /// The item and rater of each row.
    pub(super) fn rows(&self) -> impl Iterator<Item = (u32, u32)> {
        let place =
            move |(range, item): (Range<usize>, u32)| range.map(move |at| (item, self.raters.get(at)));
        self.patterns().zip(0..).flat_map(place)
    }

    /// Moves the cells of the rows to where they belong, in place. No rater may have two rows of one item.
    pub(super) fn arrange(&self, cells: Cells, shape: &Shape) -> (Layout, Cells) {
        if shape.dense {
            return (Layout::Dense, over_cells!(cells, cells => self.dense(cells, shape)));
        }
        let mut ends = Vec::with_capacity(shape.items);
        let mut owners = RaterIndex::with_capacity(shape.raters, shape.judgments);
        let cells = over_cells!(cells, cells => self.sparse(cells, &mut ends, &mut owners));
        ends.resize(shape.items, shape.judgments as u32);
        (Layout::Sparse { ends, raters: owners }, cells)
    }

    /// A cell for each item and rater. From the last item back, so that no cell falls on a row that is not moved yet:
    /// no item has more rows than there are raters.
    fn dense<T: Cell>(&self, mut cells: Vec<T>, shape: &Shape) -> Vec<T> {
        let stride = shape.raters;
        let mut end = cells.len();
        let full = end == self.items() * stride;
        cells.reserve_exact((shape.items * stride).saturating_sub(end));
        cells.resize(shape.items * stride, T::MISSING);
        let (mut known, mut in_order) = (0..0, false);
        let mut item_cells = vec![T::MISSING; stride];
        for (item, range) in (0..self.items()).rev().zip(self.patterns_back()) {
            let start = end - range.len();
            if range != known {
                in_order = full && self.pattern(range.clone()).eq(0..stride);
                known = range.clone();
            }
            if !in_order {
                item_cells.fill(T::MISSING);
                for (&cell, rater) in cells[start..end].iter().zip(self.pattern(range)) {
                    item_cells[rater] = cell;
                }
                cells[item * stride..(item + 1) * stride].copy_from_slice(&item_cells);
            }
            end = start;
        }
        cells.shrink_to_fit();
        cells
    }

    /// The cells that are there, in the order of the raters within each item.
    fn sparse<T: Cell>(&self, mut cells: Vec<T>, ends: &mut Vec<u32>, owners: &mut RaterIndex) -> Vec<T> {
        let (mut known, mut order) = (0..0, Vec::new());
        let mut item_cells = Vec::new();
        let (mut start, mut to) = (0, 0);
        for range in self.patterns() {
            if range != known && !range.is_empty() {
                order.clear();
                order.extend(self.pattern(range.clone()).zip(0..));
                order.sort_unstable();
                known = range.clone();
            }
            item_cells.clear();
            item_cells.extend_from_slice(&cells[start..start + range.len()]);
            start += range.len();
            for &(rater, at) in &order[..range.len()] {
                let cell: T = item_cells[at];
                if !cell.is_missing() {
                    cells[to] = cell;
                    owners.push(rater as u32);
                    to += 1;
                }
            }
            ends.push(to as u32);
        }
        cells.truncate(to);
        cells.shrink_to_fit();
        cells
    }
}
