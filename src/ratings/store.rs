use crate::error::{Error, Result};
use crate::ratings::{Cells, CodeView, Ids, Labels, Scale, ValueView};

mod sealed {
    #[allow(unnameable_types, reason = "that is what seals `Code`")]
    pub trait Sealed {}
    impl Sealed for u8 {}
    impl Sealed for u16 {}
    impl Sealed for u32 {}
}

/// An unsigned integer that holds category codes; its greatest value means *missing*.
pub trait Code: Copy + Ord + Into<u32> + Send + Sync + std::fmt::Debug + sealed::Sealed + 'static {
    /// The value that stands for a missing rating.
    const MISSING: Self;

    /// The code, or `None` if it is missing.
    #[inline]
    fn present(self) -> Option<u32> {
        if self == Self::MISSING { None } else { Some(self.into()) }
    }

    /// From an integer known to fit.
    #[doc(hidden)]
    fn truncate(code: u32) -> Self;

    /// The same vector as cells of a store.
    #[doc(hidden)]
    fn wrap(codes: Vec<Self>) -> Cells;

    /// The bytes, when a code is one byte.
    #[doc(hidden)]
    fn bytes(_codes: &[Self]) -> Option<&[u8]> {
        None
    }
}

macro_rules! code {
    ($t:ty, $variant:ident $(, $bytes:item)?) => {
        impl Code for $t {
            const MISSING: Self = <$t>::MAX;

            fn truncate(code: u32) -> Self {
                code as $t
            }

            fn wrap(codes: Vec<Self>) -> Cells {
                Cells::$variant(codes)
            }

            $($bytes)?
        }
    };
}
code!(
    u8,
    U8,
    fn bytes(codes: &[Self]) -> Option<&[u8]> {
        Some(codes)
    }
);
code!(u16, U16);
code!(u32, U32);

/// Where the ratings of an item lie among the cells.
#[derive(Debug, Clone)]
pub(crate) enum Layout {
    /// Cell `item · raters + rater`.
    Dense,
    /// Item `i` owns the cells from `ends[i - 1]` to `ends[i]`, each with its rater, in ascending order.
    Sparse { ends: Vec<u32>, raters: RaterIndex },
}

#[derive(Debug, Clone)]
pub(crate) enum RaterIndex {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
}

impl RaterIndex {
    /// Bytes that each entry takes with so many raters.
    pub(crate) fn width(raters: usize) -> usize {
        match raters {
            0..=0x100 => 1,
            0x101..=0x1_0000 => 2,
            _ => 4,
        }
    }

    /// In the narrowest form that so many raters fit.
    pub(crate) fn new(raters: usize, owners: impl Iterator<Item = u32>) -> Self {
        let mut index = Self::with_capacity(raters, owners.size_hint().0);
        owners.for_each(|rater| index.push(rater));
        index
    }

    /// Room for some entries, each of one of so many raters.
    pub(super) fn with_capacity(raters: usize, entries: usize) -> Self {
        match Self::width(raters) {
            1 => Self::U8(Vec::with_capacity(entries)),
            2 => Self::U16(Vec::with_capacity(entries)),
            _ => Self::U32(Vec::with_capacity(entries)),
        }
    }

    #[inline]
    pub(super) fn push(&mut self, rater: u32) {
        match self {
            Self::U8(v) => v.push(rater as u8),
            Self::U16(v) => v.push(rater as u16),
            Self::U32(v) => v.push(rater),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::U8(v) => v.len(),
            Self::U16(v) => v.len(),
            Self::U32(v) => v.len(),
        }
    }

    #[inline]
    pub(crate) fn get(&self, i: usize) -> usize {
        match self {
            Self::U8(v) => usize::from(v[i]),
            Self::U16(v) => usize::from(v[i]),
            Self::U32(v) => v[i] as usize,
        }
    }
}

/// The judgments of some raters about some items, on a scale.
///
/// Dense when most cells are filled, else a list an item; codes take one, two or four bytes. Immutable: what is
/// selected or regrouped is a new value.
///
/// # Missing values
/// A rating may be missing anywhere. An item that nobody rated stays an item (it counts in [`Ratings::n_items`]); every
/// coefficient says what it does with it.
///
/// # Examples
/// ```
/// use probity::ratings::{Labels, Ratings, RatingsBuilder};
///
/// // Three items, two raters; 255 is a missing rating.
/// let labels = Labels::from_names(["no", "yes"])?;
/// let dense = Ratings::from_codes(labels, 2, vec![0u8, 0, 1, 1, 1, 255])?;
/// assert_eq!((dense.n_items(), dense.n_raters(), dense.n_judgments()), (3, 2, 5));
///
/// let mut rows = RatingsBuilder::new();
/// rows.push("item 1", "ann", Some("yes"))?;
/// rows.push("item 1", "bob", Some("no"))?;
/// rows.push("item 2", "bob", None)?;
/// let ratings = rows.build()?;
/// assert_eq!((ratings.n_items(), ratings.n_judgments()), (2, 1 + 1));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Ratings {
    pub(super) items: Ids,
    pub(super) raters: Ids,
    pub(super) scale: Scale,
    pub(super) labels: Labels,
    pub(super) layout: Layout,
    pub(super) cells: Cells,
    pub(super) judgments: usize,
    /// The columns are slots, not persons: the ratings came from counts.
    pub(super) anonymous: bool,
}

impl Ratings {
    pub(super) fn assemble(
        items: Ids,
        raters: Ids,
        scale: Scale,
        labels: Labels,
        layout: Layout,
        cells: Cells,
    ) -> Result<Self> {
        let judgments = cells.count_present();
        let ratings = Self { items, raters, scale, labels, layout, cells, judgments, anonymous: false };
        ratings.check_scale(&ratings.scale)?;
        Ok(ratings)
    }

    fn check_scale(&self, scale: &Scale) -> Result<()> {
        if scale.is_numeric()
            && self.is_categorical()
            && self.labels.values().is_none()
            && !self.labels.is_empty()
        {
            return Err(Error::Scale {
                metric: scale.name(),
                expected: "labels that are numbers",
                found: "labels that are text",
            });
        }
        match scale {
            Scale::Circular { period: Some(u) } if !(u.is_finite() && *u > 0.0) => {
                Err(Error::argument("period", "a finite number above 0", u))
            }
            Scale::Bipolar { ends: Some((lo, hi)) } if !(lo.is_finite() && hi.is_finite() && lo < hi) => {
                Err(Error::argument("ends", "two finite numbers in ascending order", format!("({lo}, {hi})")))
            }
            Scale::Custom(d) if self.is_categorical() && d.len() != self.labels.len() => Err(Error::Length {
                what: "custom disagreement matrix",
                expected: self.labels.len(),
                found: d.len(),
            }),
            _ => Ok(()),
        }
    }

    /// The same judgments on another scale.
    ///
    /// # Errors
    /// [`Error::Scale`] if the scale needs numbers and the labels are text; [`Error::Argument`] or [`Error::Length`] if
    /// its parameters are out of range or do not fit the labels.
    pub fn with_scale(mut self, scale: Scale) -> Result<Self> {
        self.check_scale(&scale)?;
        self.scale = scale;
        Ok(self)
    }

    /// The same judgments with names for the raters.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not as many names as raters.
    pub fn with_raters(mut self, raters: Ids) -> Result<Self> {
        crate::num::check_same_length("rater names", self.raters.len(), raters.len())?;
        self.raters = raters;
        Ok(self)
    }

    /// The same judgments with names for the items.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not as many names as items.
    pub fn with_items(mut self, items: Ids) -> Result<Self> {
        crate::num::check_same_length("item names", self.items.len(), items.len())?;
        self.items = items;
        Ok(self)
    }

    /// Items, rated or not.
    #[must_use]
    pub fn n_items(&self) -> usize {
        self.items.len()
    }

    /// Raters, whether they rated anything or not.
    #[must_use]
    pub fn n_raters(&self) -> usize {
        self.raters.len()
    }

    /// Judgments that are there.
    #[must_use]
    pub fn n_judgments(&self) -> usize {
        self.judgments
    }

    /// Declared categories, or those found; 0 when the ratings are plain numbers.
    #[must_use]
    pub fn n_categories(&self) -> usize {
        self.labels.len()
    }

    /// The names of the items.
    #[must_use]
    pub fn items(&self) -> &Ids {
        &self.items
    }

    /// The names of the raters.
    #[must_use]
    pub fn raters(&self) -> &Ids {
        &self.raters
    }

    /// The categories; empty when the ratings are plain numbers.
    #[must_use]
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// The level of measurement.
    #[must_use]
    pub fn scale(&self) -> &Scale {
        &self.scale
    }

    /// Whether the ratings are categories (numeric labels included) and not plain numbers.
    #[must_use]
    pub fn is_categorical(&self) -> bool {
        !matches!(self.cells, Cells::F64(_))
    }

    /// Whether the columns are persons. Ratings from a table of counts only say how often each category was chosen,
    /// so no figure about a rater exists for them.
    #[must_use]
    pub fn has_identified_raters(&self) -> bool {
        !self.anonymous
    }

    /// Bytes held by the judgments themselves (names and labels not included).
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.cells.cell_bytes() * self.cells.len()
            + match &self.layout {
                Layout::Dense => 0,
                Layout::Sparse { ends, raters } => {
                    4 * ends.len() + RaterIndex::width(self.raters.len()) * raters.len()
                }
            }
    }

    /// A view of the category codes.
    ///
    /// # Errors
    /// [`Error::Scale`] if the ratings are plain numbers; [`Ratings::categorize`] makes categories of them.
    pub fn codes(&self) -> Result<CodeView<'_>> {
        if self.is_categorical() {
            Ok(CodeView { ratings: self })
        } else {
            Err(Error::Scale {
                metric: "a view by category",
                expected: "categorical ratings (see Ratings::categorize)",
                found: "plain numbers",
            })
        }
    }

    /// A view of the numbers: plain numbers, or the values of numeric labels.
    ///
    /// # Errors
    /// [`Error::Scale`] if the labels are text.
    pub fn values(&self) -> Result<ValueView<'_>> {
        if self.is_categorical() && self.labels.values().is_none() && self.judgments > 0 {
            return Err(Error::Scale {
                metric: "a view by value",
                expected: "ratings that are numbers",
                found: "labels that are text",
            });
        }
        Ok(ValueView { ratings: self })
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(crate) fn cells(&self) -> &Cells {
        &self.cells
    }

    /// The cells of one item as (rater, cell) pairs, filled or not.
    pub(crate) fn slots(&self, item: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let raters = self.raters.len();
        let (range, sparse) = match &self.layout {
            Layout::Dense => (item * raters..(item + 1) * raters, None),
            Layout::Sparse { ends, raters } => {
                let start = if item == 0 { 0 } else { ends[item - 1] as usize };
                (start..ends[item] as usize, Some(raters))
            }
        };
        let start = range.start;
        range.map(move |cell| (sparse.map_or_else(|| cell - start, |r| r.get(cell)), cell))
    }

    /// The cell of one rater's rating of one item, if there is one.
    pub(crate) fn slot(&self, item: usize, rater: usize) -> Option<usize> {
        match &self.layout {
            Layout::Dense => Some(item * self.raters.len() + rater),
            Layout::Sparse { ends, raters } => {
                let (mut low, mut high) =
                    (if item == 0 { 0 } else { ends[item - 1] as usize }, ends[item] as usize);
                while low < high {
                    let middle = low.midpoint(high);
                    match raters.get(middle).cmp(&rater) {
                        std::cmp::Ordering::Equal => return Some(middle),
                        std::cmp::Ordering::Less => low = middle + 1,
                        std::cmp::Ordering::Greater => high = middle,
                    }
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two judgments an item is the least that shows agreement, and the dearest to store.
    #[test]
    fn few_judgments_of_many_raters_take_few_bytes() {
        for (raters, bytes) in [(0x100, 4), (0x101, 5), (0x1_0001, 7)] {
            let pair = |item: u32| [0, 1].map(|second| (item, (item + second) % raters, second));
            let rows = (0..1_000).chain([raters - 1]).enumerate();
            let rows: Vec<(u32, u32, u32)> = rows
                .flat_map(|(item, first)| pair(first).map(|(_, rater, code)| (item as u32, rater, code)))
                .collect();
            let ratings = Ratings::from_rows(Labels::codes(2), 1_001, raters as usize, &rows).unwrap();
            assert_eq!(ratings.bytes(), rows.len() * bytes, "{raters} raters");
            let view = ratings.codes().unwrap();
            for &(item, rater, code) in &rows {
                assert_eq!(view.get(item as usize, rater as usize), Some(code));
            }
            let again = ratings.resampled(&[1_000, 3, 3], &(0..raters as usize).collect::<Vec<_>>()).unwrap();
            assert_eq!(again.codes().unwrap().get(0, raters as usize - 1), Some(0));
            assert_eq!(again.n_judgments(), 6);
        }
    }
}
