use crate::ratings::{Cells, Labels, Ratings};

/// Ratings read as category codes: by item, by rater, by pair of raters.
///
/// Indices outside the ratings give an empty iterator.
///
/// # Examples
/// ```
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_codes(Labels::codes(3), 2, vec![0u8, 2, 1, 255])?;
/// let view = ratings.codes()?;
/// assert_eq!(view.item(0).collect::<Vec<_>>(), [(0, 0), (1, 2)]);
/// assert_eq!(view.rater(1).collect::<Vec<_>>(), [(0, 2)]);
/// assert_eq!(view.pair(0, 1).collect::<Vec<_>>(), [(0, 0, 2)]);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct CodeView<'a> {
    pub(super) ratings: &'a Ratings,
}

impl<'a> CodeView<'a> {
    /// The ratings behind the view.
    #[must_use]
    pub fn ratings(&self) -> &'a Ratings {
        self.ratings
    }

    /// The categories.
    #[must_use]
    pub fn labels(&self) -> &'a Labels {
        &self.ratings.labels
    }

    /// One rater's code for one item; `None` if missing.
    #[must_use]
    pub fn get(&self, item: usize, rater: usize) -> Option<u32> {
        in_range(self.ratings, item, rater)
            .then(|| self.ratings.slot(item, rater))?
            .and_then(|cell| self.ratings.cells.code(cell))
    }

    /// The judgments of an item as (rater, code), in rater order.
    pub fn item(&self, item: usize) -> impl Iterator<Item = (usize, u32)> + 'a {
        let ratings = self.ratings;
        (item < ratings.n_items())
            .then(|| ratings.slots(item))
            .into_iter()
            .flatten()
            .filter_map(move |(rater, cell)| Some((rater, ratings.cells.code(cell)?)))
    }

    /// The judgments of a rater as (item, code), in item order.
    pub fn rater(&self, rater: usize) -> impl Iterator<Item = (usize, u32)> + 'a {
        let view = *self;
        (0..view.ratings.n_items()).filter_map(move |item| Some((item, view.get(item, rater)?)))
    }

    /// The items that both raters judged as (item, code of `a`, code of `b`), in item order.
    pub fn pair(&self, a: usize, b: usize) -> impl Iterator<Item = (usize, u32, u32)> + 'a {
        let view = *self;
        (0..view.ratings.n_items())
            .filter_map(move |item| Some((item, view.get(item, a)?, view.get(item, b)?)))
    }
}

/// Ratings read as numbers: plain numbers, or the values of numeric labels.
///
/// # Examples
/// ```
/// use probity::ratings::{Ratings, Scale};
/// let ratings = Ratings::from_values(Scale::Interval, 2, vec![0.5, 0.7, f64::NAN, 0.1])?;
/// let view = ratings.values()?;
/// assert_eq!(view.item(1).collect::<Vec<_>>(), [(1, 0.1)]);
/// assert_eq!(view.pair(0, 1).collect::<Vec<_>>(), [(0, 0.5, 0.7)]);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ValueView<'a> {
    pub(super) ratings: &'a Ratings,
}

impl<'a> ValueView<'a> {
    /// The ratings behind the view.
    #[must_use]
    pub fn ratings(&self) -> &'a Ratings {
        self.ratings
    }

    #[inline]
    fn cell(self, cell: usize) -> Option<f64> {
        match &self.ratings.cells {
            Cells::F64(values) => Some(values[cell]).filter(|v| !v.is_nan()),
            cells => self.ratings.labels.value(cells.code(cell)?),
        }
    }

    /// One rater's value for one item; `None` if missing.
    #[must_use]
    pub fn get(&self, item: usize, rater: usize) -> Option<f64> {
        in_range(self.ratings, item, rater)
            .then(|| self.ratings.slot(item, rater))?
            .and_then(|cell| self.cell(cell))
    }

    /// The judgments of an item as (rater, value), in rater order.
    pub fn item(&self, item: usize) -> impl Iterator<Item = (usize, f64)> + 'a {
        let view = *self;
        (item < view.ratings.n_items())
            .then(|| view.ratings.slots(item))
            .into_iter()
            .flatten()
            .filter_map(move |(rater, cell)| Some((rater, view.cell(cell)?)))
    }

    /// The judgments of a rater as (item, value), in item order.
    pub fn rater(&self, rater: usize) -> impl Iterator<Item = (usize, f64)> + 'a {
        let view = *self;
        (0..view.ratings.n_items()).filter_map(move |item| Some((item, view.get(item, rater)?)))
    }

    /// The items that both raters judged as (item, value of `a`, value of `b`), in item order.
    pub fn pair(&self, a: usize, b: usize) -> impl Iterator<Item = (usize, f64, f64)> + 'a {
        let view = *self;
        (0..view.ratings.n_items())
            .filter_map(move |item| Some((item, view.get(item, a)?, view.get(item, b)?)))
    }

    /// The items that every rater judged, a row of values each, in item order: what ICC, Kendall's W and their kin
    /// take.
    #[must_use]
    pub fn complete_rows(&self) -> Vec<Vec<f64>> {
        let raters = self.ratings.n_raters();
        (0..self.ratings.n_items())
            .map(|i| self.item(i).map(|(_, v)| v).collect::<Vec<_>>())
            .filter(|row| row.len() == raters)
            .collect()
    }
}

fn in_range(ratings: &Ratings, item: usize, rater: usize) -> bool {
    item < ratings.n_items() && rater < ratings.n_raters()
}
