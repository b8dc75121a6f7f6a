use crate::error::{Error, Result};
use crate::inference::Unit;
use crate::ratings::Ratings;
use crate::tally::{PairCounts, Patterns, Transitions, UnitCounts};

/// How many items there are of each kind.
///
/// Items of one kind are interchangeable for every figure of the data: the rows of a tally, or single items.
///
/// # Examples
/// ```
/// use probity::inference::Kinds;
/// let kinds = Kinds::counted(vec![3, 0, 2]);
/// assert_eq!((kinds.total(), kinds.counts().len()), (5, 3));
/// assert!(Kinds::ordered(2, vec![0, 1, 2]).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kinds {
    counts: Vec<u64>,
    kind_of: Option<Vec<u32>>,
}

impl Kinds {
    /// Kinds with their multiplicities; items are numbered kind by kind.
    #[must_use]
    pub fn counted(counts: Vec<u64>) -> Self {
        Self { counts, kind_of: None }
    }

    /// `n` items, each of its own kind.
    #[must_use]
    pub fn singles(n: usize) -> Self {
        Self::counted(vec![1; n])
    }

    /// The kind of each item, in the order of the items.
    ///
    /// # Errors
    /// [`Error::Index`] for a kind that is not below `kinds`.
    pub fn ordered(kinds: usize, kind_of: Vec<u32>) -> Result<Self> {
        let mut counts = vec![0; kinds];
        for &kind in &kind_of {
            let count = counts.get_mut(kind as usize);
            *count.ok_or(Error::Index { what: "kind", index: kind as usize, len: kinds })? += 1;
        }
        Ok(Self { counts, kind_of: Some(kind_of) })
    }

    /// The multiplicity of each kind.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// The number of items; the greatest number if it leaves 64 bits, and then nothing can be drawn.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().fold(0, |sum, &n| sum.saturating_add(n))
    }

    pub(super) fn into_counts(self) -> Vec<u64> {
        self.counts
    }

    /// The kind of each item.
    pub(super) fn kind_of(&self) -> Result<Vec<u32>> {
        if let Some(kind_of) = &self.kind_of {
            return Ok(kind_of.clone());
        }
        if self.total() > u32::MAX.into() {
            return Err(Error::Overflow { what: "the number of items to draw by index (2³²)" });
        }
        let repeated = |(kind, &count): (usize, &u64)| std::iter::repeat_n(kind as u32, count as usize);
        Ok(self.counts.iter().enumerate().flat_map(repeated).collect())
    }
}

/// Data whose items can be drawn again.
///
/// Implemented by [`Ratings`] (every item is its own kind) and by the tallies whose rows are interchangeable items;
/// implement it for a tally of your own to have [`crate::inference::Bootstrap`] and
/// [`crate::inference::Jackknife`] for it.
pub trait Resample: Sync + Sized {
    /// The kinds of items and how many there are of each.
    ///
    /// # Errors
    /// If the data cannot be drawn by item.
    fn kinds(&self) -> Result<Kinds>;

    /// The raters that can be drawn, if the data keep them apart.
    ///
    /// # Errors
    /// If the data do not say who judged.
    fn n_raters(&self) -> Result<usize> {
        Err(no_raters())
    }

    /// The data with `items[k]` items of kind k instead of those there are and, where given, rater r `raters[r]` times.
    ///
    /// # Errors
    /// [`Error::Length`] if there is not one number a kind and one a rater, or whatever stands in the way of the copy.
    fn reweighted(&self, items: &[u64], raters: Option<&[u64]>) -> Result<Self>;
}

/// The sum of weights, if so many items can be written out one by one.
fn checked_total(weights: &[u64]) -> Result<u64> {
    let total = weights.iter().try_fold(0u64, |sum, &n| sum.checked_add(n));
    total
        .filter(|&n| n <= u32::MAX.into())
        .ok_or(Error::Overflow { what: "the number of items drawn (2³²)" })
}

fn repeated(weights: &[u64]) -> Result<Vec<usize>> {
    checked_total(weights)?;
    Ok(weights.iter().enumerate().flat_map(|(i, &w)| std::iter::repeat_n(i, w as usize)).collect())
}

fn no_raters() -> Error {
    Error::argument("unit", "items (this tally does not say who judged)", "raters")
}

fn refuse(raters: Option<&[u64]>) -> Result<()> {
    if raters.is_some() { Err(no_raters()) } else { Ok(()) }
}

impl Resample for Ratings {
    fn kinds(&self) -> Result<Kinds> {
        Ok(Kinds::singles(self.n_items()))
    }

    fn n_raters(&self) -> Result<usize> {
        if self.has_identified_raters() {
            return Ok(Ratings::n_raters(self));
        }
        Err(Error::Scale {
            metric: "drawing raters",
            expected: "ratings with identified raters",
            found: "a table of counts",
        })
    }

    fn reweighted(&self, items: &[u64], raters: Option<&[u64]>) -> Result<Self> {
        crate::num::check_same_length("weights of items", self.n_items(), items.len())?;
        let all = vec![1; Ratings::n_raters(self)];
        let raters = raters.unwrap_or(&all);
        crate::num::check_same_length("weights of raters", all.len(), raters.len())?;
        self.resampled(&repeated(items)?, &repeated(raters)?)
    }
}

impl Resample for Patterns {
    fn kinds(&self) -> Result<Kinds> {
        Ok(Kinds::counted(self.iter().map(|(_, times)| times).collect()))
    }

    fn reweighted(&self, items: &[u64], raters: Option<&[u64]>) -> Result<Self> {
        refuse(raters)?;
        Patterns::reweighted(self, items)
    }
}

impl Resample for UnitCounts {
    /// The kinds are the distinct rows, in the order of [`UnitCounts::patterns`].
    fn kinds(&self) -> Result<Kinds> {
        let patterns = self.patterns();
        let kind_of: Vec<u32> = self.units().filter_map(|unit| patterns.position(unit)).collect();
        Kinds::ordered(patterns.len(), kind_of)
    }

    fn reweighted(&self, items: &[u64], raters: Option<&[u64]>) -> Result<Self> {
        refuse(raters)?;
        checked_total(items)?;
        let patterns = self.patterns().reweighted(items)?;
        Ok(Self::from_patterns(&patterns))
    }
}

impl Resample for PairCounts {
    /// The kinds are the cells row by row, then the items rated by only the first, by only the second, by neither.
    fn kinds(&self) -> Result<Kinds> {
        let (first, second, neither) = self.missing();
        Ok(Kinds::counted([self.counts(), &[first, second, neither]].concat()))
    }

    fn reweighted(&self, items: &[u64], raters: Option<&[u64]>) -> Result<Self> {
        refuse(raters)?;
        PairCounts::reweighted(self, items)
    }
}

impl Resample for Transitions {
    /// The kinds are the cells, before × after in the order wrong, right, no verdict.
    fn kinds(&self) -> Result<Kinds> {
        Ok(Kinds::counted(self.cells().to_vec()))
    }

    fn reweighted(&self, items: &[u64], raters: Option<&[u64]>) -> Result<Self> {
        refuse(raters)?;
        Transitions::reweighted(self, items)
    }
}

/// A list of whatever the figure is computed from, one element a unit: questions, documents, tables.
///
/// # Examples
/// ```
/// use probity::inference::Bootstrap;
/// let lengths = vec![3.0, 8.0, 1.0, 4.0];
/// let longest = |x: &Vec<f64>| Ok(x.iter().copied().fold(0.0, f64::max));
/// assert_eq!(Bootstrap::new(1).resamples(50)?.run(&lengths, &longest)?.estimate(), 8.0);
/// # Ok::<(), probity::Error>(())
/// ```
impl<U: Clone + Sync> Resample for Vec<U> {
    fn kinds(&self) -> Result<Kinds> {
        Ok(Kinds::singles(self.len()))
    }

    fn reweighted(&self, items: &[u64], raters: Option<&[u64]>) -> Result<Self> {
        refuse(raters)?;
        crate::num::check_same_length("weights of units", self.len(), items.len())?;
        Ok(repeated(items)?.into_iter().map(|i| self[i].clone()).collect())
    }
}

/// A prepared figure: its value for given numbers of items of each kind (see [`Statistic::prepare`]).
pub type Weighted<'a> = Box<dyn Fn(&[u64]) -> Result<f64> + Sync + 'a>;

/// A figure of data of type `T`, made ready to be computed many times over resamples.
///
/// Every closure and function `Fn(&T) -> Result<f64>` is one (the data are copied for each resample). A figure that can
/// do better implements the trait itself: a coefficient of [`crate::agreement`] reads a resample of patterns as a sum of a
/// few numbers a pattern.
pub trait Statistic<T>: Sync {
    /// The figure as a function of how often each kind of item, each rater, or each kind and then each rater counts.
    ///
    /// # Errors
    /// If the figure cannot be computed from such data, or not by such units.
    fn prepare<'a>(&'a self, data: &'a T, unit: Unit) -> Result<Weighted<'a>>;
}

impl<T: Resample, F: Fn(&T) -> Result<f64> + Sync> Statistic<T> for F {
    fn prepare<'a>(&'a self, data: &'a T, unit: Unit) -> Result<Weighted<'a>> {
        let all = data.kinds()?.into_counts();
        Ok(match unit {
            Unit::Items => Box::new(move |items| self(&data.reweighted(items, None)?)),
            Unit::Raters => Box::new(move |raters| self(&data.reweighted(&all, Some(raters))?)),
            Unit::Both => Box::new(move |weights| {
                let (items, raters) = weights.split_at_checked(all.len()).unwrap_or((weights, &[]));
                self(&data.reweighted(items, Some(raters))?)
            }),
        })
    }
}

/// A prepared figure with what it is drawn from.
pub(super) struct Prepared<'a> {
    pub(super) figure: Weighted<'a>,
    /// The kinds of the units drawn: items, raters, or items and then raters.
    pub(super) drawn: Vec<Kinds>,
}

impl<'a> Prepared<'a> {
    pub(super) fn new<T: Resample, S: Statistic<T>>(
        data: &'a T,
        statistic: &'a S,
        unit: Unit,
    ) -> Result<Self> {
        let raters = || Ok(Kinds::singles(data.n_raters()?));
        let drawn = match unit {
            Unit::Items => vec![data.kinds()?],
            Unit::Raters => vec![raters()?],
            Unit::Both => vec![data.kinds()?, raters()?],
        };
        if drawn.iter().any(|kinds| kinds.total() == u64::MAX) {
            return Err(Error::Overflow { what: "the number of items" });
        }
        Ok(Self { figure: statistic.prepare(data, unit)?, drawn })
    }

    /// The number of weights.
    pub(super) fn len(&self) -> usize {
        self.drawn.iter().map(|kinds| kinds.counts().len()).sum()
    }

    /// The weights that leave the data as they are.
    pub(super) fn original(&self) -> Vec<u64> {
        self.drawn.iter().flat_map(Kinds::counts).copied().collect()
    }
}
