use std::ops::Range;

use crate::error::{Error, Result};
use crate::ratings::store::RaterIndex;
use crate::ratings::{Cells, Code, DroppedRow, Duplicates, Ids, Labels, Layout, Ratings, Scale};

/// Small integers that widen when they must.
#[derive(Debug, Clone)]
pub(super) enum Narrow {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
}

impl Default for Narrow {
    fn default() -> Self {
        Self::U8(Vec::new())
    }
}

impl Narrow {
    #[inline]
    pub(super) fn push(&mut self, x: u32) {
        match self {
            Self::U8(v) if u8::try_from(x).is_ok() => v.push(x as u8),
            Self::U16(v) if u16::try_from(x).is_ok() => v.push(x as u16),
            Self::U32(v) => v.push(x),
            _ => self.widen(x),
        }
    }

    #[cold]
    fn widen(&mut self, x: u32) {
        match self {
            Self::U8(v) => *self = Self::U16(v.iter().map(|&x| x.into()).collect()),
            Self::U16(v) => *self = Self::U32(v.iter().map(|&x| x.into()).collect()),
            Self::U32(_) => {}
        }
        self.push(x);
    }

    fn pop(&mut self) {
        match self {
            Self::U8(v) => drop(v.pop()),
            Self::U16(v) => drop(v.pop()),
            Self::U32(v) => drop(v.pop()),
        }
    }

    #[inline]
    pub(super) fn get(&self, i: usize) -> u32 {
        match self {
            Self::U8(v) => v[i].into(),
            Self::U16(v) => v[i].into(),
            Self::U32(v) => v[i],
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::U8(v) => v.len(),
            Self::U16(v) => v.len(),
            Self::U32(v) => v.len(),
        }
    }
}

/// The labels of the rows: numbers of labels (shifted by one, 0 is missing), or plain numbers (NaN is missing).
#[derive(Debug, Clone)]
pub(super) enum Column {
    Labels(Narrow),
    Numbers(Vec<f64>),
}

impl Default for Column {
    fn default() -> Self {
        Self::Labels(Narrow::default())
    }
}

impl Column {
    pub(super) fn pop(&mut self) {
        match self {
            Self::Labels(v) => v.pop(),
            Self::Numbers(v) => drop(v.pop()),
        }
    }

    #[inline]
    fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Labels(v) => v.get(row) == 0,
            Self::Numbers(v) => v[row].is_nan(),
        }
    }
}

/// Judgments as columns of numbers: where each row lies, and what it says.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    item_of: Vec<u32>,
    rater_of: Narrow,
    group_of: Narrow,
    pub(super) cells: Column,
}

/// What the numbers in the rows stand for.
pub(super) struct Frame {
    pub(super) items: Ids,
    pub(super) raters: Ids,
    pub(super) scale: Scale,
    pub(super) labels: Labels,
    /// The code of each label number.
    pub(super) codes: Vec<u32>,
    pub(super) duplicates: Duplicates,
}

/// Rows in the order of items and raters; `ends[i]` is the end of item `i`.
struct Sorted {
    order: Vec<u32>,
    ends: Vec<u32>,
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.item_of.len()
    }

    /// Places a row; its cell goes to `cells`.
    #[inline]
    pub(super) fn push(&mut self, item: u32, rater: u32, group: u32) {
        self.item_of.push(item);
        self.rater_of.push(rater);
        // A single group costs nothing: the column starts with the second one.
        if group > 0 || self.group_of.len() > 0 {
            while self.group_of.len() + 1 < self.item_of.len() {
                self.group_of.push(0);
            }
            self.group_of.push(group);
        }
    }

    /// The rows of each group.
    pub(super) fn by_group(&self, groups: usize) -> Vec<Vec<u32>> {
        let mut members = vec![Vec::new(); groups];
        for row in 0..self.len() {
            let group = if self.group_of.len() == 0 { 0 } else { self.group_of.get(row) as usize };
            members[group].push(row as u32);
        }
        members
    }

    pub(super) fn assemble_all(mut self, frame: Frame) -> Result<(Ratings, Vec<DroppedRow>)> {
        let rows = 0..self.len() as u32;
        let sorted = self.sorted(frame.items.len(), || rows.clone());
        // The order holds the items now.
        self.item_of = Vec::new();
        let (kept, dropped) = self.without_duplicates(&frame, sorted)?;
        Ok((self.fill(frame, kept)?, dropped))
    }

    pub(super) fn assemble_some(&self, frame: Frame, rows: &[u32]) -> Result<Ratings> {
        let sorted = self.sorted(frame.items.len(), || rows.iter().copied());
        let (kept, _) = self.without_duplicates(&frame, sorted)?;
        self.fill(frame, kept)
    }

    /// The rows with a rating in the order of items, then raters, then rows.
    fn sorted<I: Iterator<Item = u32>>(&self, items: usize, rows: impl Fn() -> I) -> Sorted {
        let present = || rows().filter(|&row| !self.cells.is_missing(row as usize));
        // A counting sort by item; `next[i]` ends up at the end of item `i`.
        let mut next = vec![0u32; items];
        present().for_each(|row| next[self.item_of[row as usize] as usize] += 1);
        let mut total = 0;
        for slot in &mut next {
            total += std::mem::replace(slot, total);
        }
        let mut order = vec![0u32; total as usize];
        for row in present() {
            let at = &mut next[self.item_of[row as usize] as usize];
            order[*at as usize] = row;
            *at += 1;
        }
        let rater = |row: u32| self.rater_of.get(row as usize);
        for range in ranges(&next) {
            let rows = &mut order[range];
            if !rows.is_sorted_by_key(|&row| rater(row)) {
                rows.sort_unstable_by_key(|&row| (rater(row), row));
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
                let rater = self.rater_of.get(row as usize);
                if kept == first || self.rater_of.get(order[kept - 1] as usize) != rater {
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

    /// Ratings of rows that are in order, in whichever layout is smaller.
    fn fill(&self, frame: Frame, sorted: Sorted) -> Result<Ratings> {
        let Frame { items, raters, scale, labels, codes, .. } = frame;
        let Sorted { order, ends } = sorted;
        let width = match (&self.cells, labels.len()) {
            (Column::Numbers(_), _) => 8,
            (_, 0..=255) => 1,
            (_, 256..=65_535) => 2,
            _ => 4,
        };
        let rater_width = RaterIndex::width(raters.len()) as u128;
        let dense = (items.len() as u128 * raters.len() as u128) * width
            <= order.len() as u128 * (width + rater_width) + items.len() as u128 * 4;
        let rater = |row: &u32| self.rater_of.get(*row as usize);
        let placing = Placing {
            cells: if dense { items.len() * raters.len() } else { order.len() },
            stride: dense.then_some(raters.len()),
            rows: &order,
            ends: &ends,
            rater: &rater,
        };
        let cells = match (&self.cells, width) {
            (Column::Numbers(values), _) => Cells::F64(placing.place(f64::NAN, |row| values[row])),
            (Column::Labels(column), 1) => placing.codes::<u8>(column, &codes),
            (Column::Labels(column), 2) => placing.codes::<u16>(column, &codes),
            (Column::Labels(column), _) => placing.codes::<u32>(column, &codes),
        };
        let layout = if dense {
            Layout::Dense
        } else {
            Layout::Sparse { ends, raters: RaterIndex::new(raters.len(), order.iter().map(rater)) }
        };
        Ratings::assemble(items, raters, scale, labels, layout, cells)
    }
}

/// Where each row's cell goes: packed in their order, or at item · stride + rater.
struct Placing<'a, R> {
    cells: usize,
    stride: Option<usize>,
    rows: &'a [u32],
    ends: &'a [u32],
    rater: &'a R,
}

impl<R: Fn(&u32) -> u32> Placing<'_, R> {
    fn place<T: Copy>(&self, missing: T, value: impl Fn(usize) -> T) -> Vec<T> {
        let Some(stride) = self.stride else {
            return self.rows.iter().map(|&row| value(row as usize)).collect();
        };
        let mut to = vec![missing; self.cells];
        for (item, range) in ranges(self.ends).enumerate() {
            for row in &self.rows[range] {
                to[item * stride + (self.rater)(row) as usize] = value(*row as usize);
            }
        }
        to
    }

    fn codes<C: Code>(&self, column: &Narrow, codes: &[u32]) -> Cells {
        // Rows without a rating are not placed, so every cell is a label number + 1.
        C::wrap(self.place(C::MISSING, |row| C::truncate(codes[column.get(row) as usize - 1])))
    }
}

/// The stretches between ascending ends.
fn ranges(ends: &[u32]) -> impl Iterator<Item = Range<usize>> + '_ {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends).map(|(start, &end)| start as usize..end as usize)
}
