use std::ops::Range;

use crate::error::{Error, Result};
use crate::ratings::columns::Narrow;
use crate::ratings::rows::{Frame, Shape};
use crate::ratings::store::RaterIndex;
use crate::ratings::{Cell, Cells, DroppedRow, Duplicates, Layout, over_cells};

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

    /// The item and rater of each row.
    pub(super) fn rows(&self) -> impl Iterator<Item = (u32, u32)> {
        (0..self.len()).map(|row| (self.item_of.get(row), self.rater_of.get(row)))
    }

    /// Puts the cells of the rows where they belong.
    pub(super) fn arrange(
        mut self,
        cells: &Cells,
        frame: &Frame,
    ) -> Result<(Layout, Cells, Vec<DroppedRow>)> {
        // Most rows fill a dense layout and no place of it twice: then they go straight there.
        let shape = Shape::of(frame, cells, cells.count_present());
        let placed = || Some(over_cells!(cells, cells => self.dense(cells, &shape)?));
        if shape.dense
            && let Some(cells) = placed()
        {
            return Ok((Layout::Dense, cells, Vec::new()));
        }
        let sorted = self.sorted(cells, frame.items.len());
        // The order holds the items of the rows now.
        self.item_of = Narrow::default();
        let (Sorted { order, ends }, dropped) = self.without_duplicates(frame, sorted)?;
        let shape = Shape::of(frame, cells, order.len());
        let owners = || order.iter().map(|&row| self.rater(row));
        let items = || ranges(&ends).enumerate().flat_map(|(item, range)| range.map(move |_| item));
        let cells = over_cells!(cells, cells => {
            let kept = order.iter().map(|&row| cells[row as usize]);
            if shape.dense {
                let mut to = vec![Cell::MISSING; shape.items * shape.raters];
                for ((item, rater), cell) in items().zip(owners()).zip(kept) {
                    to[item * shape.raters + rater as usize] = cell;
                }
                to
            } else {
                kept.collect()
            }
        });
        let layout = if shape.dense {
            Layout::Dense
        } else {
            let raters = RaterIndex::new(shape.raters, owners());
            Layout::Sparse { ends, raters }
        };
        Ok((layout, cells, dropped))
    }

    /// A cell for each item and rater; `None` if there are two for one.
    fn dense<T: Cell>(&self, cells: &[T], shape: &Shape) -> Option<Vec<T>> {
        let mut to = vec![T::MISSING; shape.items * shape.raters];
        for (&cell, (item, rater)) in cells.iter().zip(self.rows()) {
            if cell.is_missing() {
                continue;
            }
            let place = &mut to[item as usize * shape.raters + rater as usize];
            if !place.is_missing() {
                return None;
            }
            *place = cell;
        }
        Some(to)
    }

    /// The rows with a rating in the order of items, then raters, then rows.
    fn sorted(&self, cells: &Cells, items: usize) -> Sorted {
        let present = || (0..self.len() as u32).filter(|&row| !cells.is_missing(row as usize));
        // A counting sort by item; `next[i]` ends up at the end of item `i`.
        let mut next = vec![0u32; items];
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
}

/// The stretches between ascending ends.
fn ranges(ends: &[u32]) -> impl Iterator<Item = Range<usize>> + '_ {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends).map(|(start, &end)| start as usize..end as usize)
}
