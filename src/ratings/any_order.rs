use std::ops::Range;

use crate::error::{Error, Result};
use crate::ratings::build::DroppedRow;
use crate::ratings::columns::Narrow;
use crate::ratings::rows::{Frame, Shape};
use crate::ratings::store::{Cell, RaterIndex};
use crate::ratings::{Cells, Duplicates, Layout, over_cells};

/// The places of rows in any order.
#[derive(Debug, Clone, Default)]
pub(super) struct AnyOrder {
    item_of: Narrow,
    rater_of: Narrow,
}

/// Rows in the order of items and raters; `ends[i]` is the end of item `i`.
struct Sorted {
    order: Vec<u32>,
    ends: Vec<u32>,
}

impl AnyOrder {
    pub(super) fn len(&self) -> usize {
        self.item_of.len()
    }

    #[inline]
    pub(super) fn push(&mut self, item: u32, rater: u32) {
        self.item_of.push(item);
        self.rater_of.push(rater);
    }

    #[inline]
    fn rater(&self, row: u32) -> u32 {
        self.rater_of.get(row as usize)
    }

    /// The layout of all rows.
    pub(super) fn arrange(
        mut self,
        cells: &Cells,
        frame: &Frame,
    ) -> Result<(Layout, Cells, Vec<DroppedRow>)> {
        let rows = 0..self.len() as u32;
        if let Some((layout, cells)) = self.placed(cells, frame, || rows.clone()) {
            return Ok((layout, cells, Vec::new()));
        }
        let sorted = self.sorted(cells, frame, || rows.clone());
        // The order holds the items now.
        self.item_of = Narrow::default();
        self.gathered(cells, frame, sorted)
    }

    /// The layout of some rows.
    pub(super) fn arrange_some(&self, cells: &Cells, frame: &Frame, rows: &[u32]) -> Result<(Layout, Cells)> {
        let rows = || rows.iter().copied();
        if let Some(placed) = self.placed(cells, frame, rows) {
            return Ok(placed);
        }
        let (layout, cells, _) = self.gathered(cells, frame, self.sorted(cells, frame, rows))?;
        Ok((layout, cells))
    }

    /// Rows put straight into a dense layout; `None` if that is not the smaller one, or a place is taken already.
    fn placed<I>(&self, cells: &Cells, frame: &Frame, rows: impl Fn() -> I) -> Option<(Layout, Cells)>
    where
        I: Iterator<Item = u32>,
    {
        let judgments = rows().filter(|&row| !cells.is_missing(row as usize)).count();
        let shape = Shape::of(frame, cells, judgments);
        if !shape.dense {
            return None;
        }
        let cells = over_cells!(cells, cells => self.dense(cells, &shape, rows())?);
        Some((Layout::Dense, cells))
    }

    /// A cell for each item and rater; `None` if there are two for one.
    fn dense<T: Cell>(&self, cells: &[T], shape: &Shape, rows: impl Iterator<Item = u32>) -> Option<Vec<T>> {
        let mut to = vec![T::MISSING; shape.items * shape.raters];
        for row in rows {
            let cell = cells[row as usize];
            if cell.is_missing() {
                continue;
            }
            let item = self.item_of.get(row as usize) as usize;
            let place = &mut to[item * shape.raters + self.rater(row) as usize];
            if !place.is_missing() {
                return None;
            }
            *place = cell;
        }
        Some(to)
    }

    /// The rows with a rating in the order of items, then raters, then rows.
    fn sorted<I: Iterator<Item = u32>>(&self, cells: &Cells, frame: &Frame, rows: impl Fn() -> I) -> Sorted {
        let present = || rows().filter(|&row| !cells.is_missing(row as usize));
        // A counting sort by item; `next[i]` ends up at the end of item `i`.
        let mut next = vec![0u32; frame.items.len()];
        present().for_each(|row| next[self.item_of.get(row as usize) as usize] += 1);
        let mut total = 0;
        for slot in &mut next {
            total += std::mem::replace(slot, total);
        }
        let mut order = vec![0u32; total as usize];
        for row in present() {
            let at = &mut next[self.item_of.get(row as usize) as usize];
            order[*at as usize] = row;
            *at += 1;
        }
        for range in ranges(&next) {
            let rows = &mut order[range];
            if !rows.is_sorted_by_key(|&row| self.rater(row)) {
                rows.sort_unstable_by_key(|&row| (self.rater(row), row));
            }
        }
        Sorted { order, ends: next }
    }

    /// One row for each item and rater.
    fn without_duplicates(&self, frame: &Frame, sorted: Sorted) -> Result<(Sorted, Vec<DroppedRow>)> {
        let Sorted { mut order, mut ends } = sorted;
        let mut dropped = Vec::new();
        let (mut kept, mut start) = (0, 0);
        for (item, end) in ends.iter_mut().enumerate() {
            let first = kept;
            for k in start..*end as usize {
                let row = order[k];
                let rater = self.rater(row);
                if kept == first || self.rater(order[kept - 1]) != rater {
                    order[kept] = row;
                    kept += 1;
                    continue;
                }
                let earlier = std::mem::replace(&mut order[kept - 1], row);
                match frame.duplicates {
                    Duplicates::Error => {
                        return Err(Error::Duplicate {
                            item: frame.items.name(item).into_owned(),
                            rater: frame.raters.name(rater as usize).into_owned(),
                            first: earlier as usize,
                            second: row as usize,
                        });
                    }
                    Duplicates::KeepFirst => {
                        order[kept - 1] = earlier;
                        dropped.push(DroppedRow { row: row as usize, kept: earlier as usize });
                    }
                    Duplicates::KeepLast => {
                        dropped.push(DroppedRow { row: earlier as usize, kept: row as usize });
                    }
                }
            }
            start = *end as usize;
            *end = kept as u32;
        }
        order.truncate(kept);
        Ok((Sorted { order, ends }, dropped))
    }

    /// The layout of sorted rows, whichever is smaller.
    fn gathered(
        &self,
        cells: &Cells,
        frame: &Frame,
        sorted: Sorted,
    ) -> Result<(Layout, Cells, Vec<DroppedRow>)> {
        let (Sorted { order, ends }, dropped) = self.without_duplicates(frame, sorted)?;
        let shape = Shape::of(frame, cells, order.len());
        let cells = if shape.dense {
            // Without duplicates no place is taken twice.
            over_cells!(cells, cells => self.dense(cells, &shape, order.iter().copied()).unwrap_or_default())
        } else {
            over_cells!(cells, cells => order.iter().map(|&row| cells[row as usize]).collect())
        };
        let layout = if shape.dense {
            Layout::Dense
        } else {
            let owners = order.iter().map(|&row| self.rater(row));
            Layout::Sparse { ends, raters: RaterIndex::new(shape.raters, owners) }
        };
        Ok((layout, cells, dropped))
    }
}

/// The stretches between ascending ends.
fn ranges(ends: &[u32]) -> impl Iterator<Item = Range<usize>> + '_ {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends).map(|(start, &end)| start as usize..end as usize)
}
