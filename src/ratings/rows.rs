use crate::error::{Error, Result};
use crate::ratings::any_order::AnyOrder;
use crate::ratings::by_item::ByItem;
use crate::ratings::columns::{Column, Narrow};
use crate::ratings::store::RaterIndex;
use crate::ratings::{Cells, DroppedRow, Duplicates, Ids, Labels, Layout, Ratings, Scale};

/// Judgments as columns of numbers: where each row lies, and what it says.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    places: Places,
    group_of: Narrow,
    pub(super) cells: Column,
}

/// Which item and rater each row is about.
#[derive(Debug, Clone)]
enum Places {
    ByItem(ByItem),
    AnyOrder(AnyOrder),
}

impl Default for Places {
    fn default() -> Self {
        Self::ByItem(ByItem::default())
    }
}

/// What the numbers in the rows stand for.
#[derive(Clone)]
pub(super) struct Frame {
    pub(super) items: Ids,
    pub(super) raters: Ids,
    pub(super) scale: Scale,
    pub(super) labels: Labels,
    pub(super) duplicates: Duplicates,
}

impl Frame {
    fn ratings(self, layout: Layout, cells: Cells) -> Result<Ratings> {
        Ratings::assemble(self.items, self.raters, self.scale, self.labels, layout, cells)
    }
}

/// What shape the judgments take.
pub(super) struct Shape {
    pub(super) items: usize,
    pub(super) raters: usize,
    pub(super) judgments: usize,
    /// Whether a cell for each item and rater takes less than a list of the judgments.
    pub(super) dense: bool,
}

impl Shape {
    pub(super) fn of(frame: &Frame, cells: &Cells, judgments: usize) -> Self {
        let (items, raters) = (frame.items.len(), frame.raters.len());
        let cell_bytes = cells.cell_bytes() as u128;
        let listed = cell_bytes + RaterIndex::width(raters) as u128;
        let dense =
            items as u128 * raters as u128 * cell_bytes <= judgments as u128 * listed + items as u128 * 4;
        Self { items, raters, judgments, dense }
    }
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        match &self.places {
            Places::ByItem(places) => places.len(),
            Places::AnyOrder(places) => places.len(),
        }
    }

    /// Places a row; its cell goes to `cells`.
    #[inline]
    pub(super) fn push(&mut self, item: u32, rater: u32, group: u32) {
        // A single group costs nothing: the column starts with the second one.
        if group > 0 || self.group_of.len() > 0 {
            while self.group_of.len() < self.len() {
                self.group_of.push(0);
            }
            self.group_of.push(group);
        }
        match &mut self.places {
            Places::ByItem(places) => {
                if !places.push(item, rater) {
                    self.push_out_of_order(item, rater);
                }
            }
            Places::AnyOrder(places) => places.push(item, rater),
        }
    }

    #[cold]
    fn push_out_of_order(&mut self, item: u32, rater: u32) {
        let mut places = AnyOrder::default();
        self.each_place(|item, rater| places.push(item, rater));
        places.push(item, rater);
        self.places = Places::AnyOrder(places);
    }

    fn each_place(&self, mut take: impl FnMut(u32, u32)) {
        match &self.places {
            Places::ByItem(places) => places.rows().for_each(|(item, rater)| take(item, rater)),
            Places::AnyOrder(places) => places.rows().for_each(|(item, rater)| take(item, rater)),
        }
    }

    /// Ratings of all rows; `codes` are those of the label numbers.
    pub(super) fn assemble(self, frame: Frame, codes: &[u32]) -> Result<(Ratings, Vec<DroppedRow>)> {
        let Self { places, cells, .. } = self;
        let cells = cells.into_cells(frame.labels.len(), codes);
        let (layout, cells, dropped) = match places {
            Places::ByItem(places) if places.is_distinct() => {
                let shape = Shape::of(&frame, &cells, cells.count_present());
                let (layout, cells) = places.arrange(cells, &shape);
                (layout, cells, Vec::new())
            }
            Places::ByItem(places) => {
                let mut spread = AnyOrder::default();
                places.rows().for_each(|(item, rater)| spread.push(item, rater));
                spread.arrange(&cells, &frame)?
            }
            Places::AnyOrder(places) => places.arrange(&cells, &frame)?,
        };
        Ok((frame.ratings(layout, cells)?, dropped))
    }

    fn group(&self, row: usize) -> u32 {
        if self.group_of.len() == 0 { 0 } else { self.group_of.get(row) }
    }

    /// Ratings of the rows of each group.
    pub(super) fn assemble_groups(
        &self,
        names: Vec<String>,
        frame: &Frame,
        codes: &[u32],
    ) -> Result<Vec<(String, Ratings)>> {
        let parts = self.by_group(names.len());
        let build = |(group, (name, part)): (u32, (String, Self))| {
            let row = |n| (0..self.len()).filter(|&row| self.group(row) == group).nth(n).unwrap_or(n);
            let built = part.assemble(frame.clone(), codes).map_err(|error| match error {
                Error::Duplicate { item, rater, first, second } => {
                    Error::Duplicate { item, rater, first: row(first), second: row(second) }
                }
                error => error,
            });
            Ok((name, built?.0))
        };
        (0..).zip(names.into_iter().zip(parts)).map(build).collect()
    }

    /// The rows of each group, in their order.
    fn by_group(&self, groups: usize) -> Vec<Self> {
        let mut parts = vec![Self::default(); groups];
        let mut row = 0;
        self.each_place(|item, rater| {
            let part = &mut parts[self.group(row) as usize];
            part.push(item, rater, 0);
            part.cells.push_from(&self.cells, row);
            row += 1;
        });
        parts
    }
}
