use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::ratings::{Labels, Ratings};
use crate::tally::stored::{Format, stored};
use crate::tally::unit::check_unit;
use crate::tally::{PairCounts, Tally, Units, add, check_labels};

/// The distinct rows of a count table with their multiplicities: [`crate::tally::UnitCounts`] without the order of the
/// items.
///
/// A million items rated by five raters on five categories have at most 126 distinct rows, so whatever depends on
/// items only through their counts (every coefficient of the Fleiss, Gwet and Krippendorff families, and their
/// bootstraps) is computed over patterns. An item that nobody rated is the empty pattern.
///
/// # Examples
/// ```
/// use probity::ratings::{Labels, Ratings};
/// use probity::tally::{Patterns, Tally};
/// let ratings = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 1, 1, 0, 1, 1])?;
/// let mut patterns = Patterns::from_ratings(&ratings)?;
/// assert_eq!(patterns.iter().collect::<Vec<_>>(), [(&[(0, 1), (1, 1)][..], 2), (&[(1, 2)][..], 1)]);
/// patterns.record(&[(1, 2)])?;
/// assert_eq!(patterns.records(), 4);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Patterns {
    labels: Labels,
    /// Ascending, so that equal contents are equal bytes.
    patterns: Vec<(Vec<(u32, u32)>, u64)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    labels: Labels,
    patterns: Vec<(Vec<(u32, u32)>, u64)>,
}

impl Format for Patterns {
    type Body = Body;
    const NAME: &'static str = "probity.patterns";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        Body { labels: self.labels.clone(), patterns: self.patterns.clone() }
    }

    fn from_body(Body { labels, patterns }: Body) -> Result<Self, String> {
        let mut total = 0;
        for (i, (unit, times)) in patterns.iter().enumerate() {
            check_unit(&labels, unit).map_err(|why| format!("pattern {i}: {why}"))?;
            if *times == 0 || i > 0 && patterns[i - 1].0 >= *unit {
                return Err(format!("pattern {i}: expected ascending patterns with multiplicities above 0"));
            }
            add(&mut total, *times).map_err(|e| e.to_string())?;
        }
        Ok(Self { labels, patterns })
    }
}
stored!(Patterns);

impl Patterns {
    /// An empty tally over some labels.
    #[must_use]
    pub fn new(labels: Labels) -> Self {
        Self { labels, patterns: Vec::new() }
    }

    /// Of some ratings, one row an item.
    ///
    /// # Errors
    /// [`Error::Scale`] if the ratings are plain numbers (see [`Ratings::categorize`]).
    pub fn from_ratings(ratings: &Ratings) -> Result<Self> {
        Ok(Self::of_units(&Units::of_ratings(ratings)?))
    }

    pub(super) fn of_units(units: &Units<'_>) -> Self {
        let mut patterns = Vec::new();
        if units.are_distinct() {
            units.for_each(|unit, times| patterns.push((unit.to_vec(), times)));
        } else {
            let mut found: HashMap<Vec<(u32, u32)>, u64> = HashMap::new();
            units.for_each(|unit, times| match found.get_mut(unit) {
                Some(count) => *count += times,
                None => drop(found.insert(unit.to_vec(), times)),
            });
            patterns.extend(found);
        }
        patterns.sort_unstable();
        Self { labels: units.labels().clone(), patterns }
    }

    /// From rows with how often each occurs. The (category, count) pairs of a row come in any order; a row that is given
    /// twice counts both times, one that occurs 0 times is left out.
    ///
    /// # Errors
    /// [`Error::Argument`] for a category outside the labels, one that is given twice, or a count of 0;
    /// [`Error::Overflow`] if the total leaves 64 bits.
    ///
    /// # Examples
    /// ```
    /// use probity::ratings::Labels;
    /// use probity::tally::Patterns;
    /// let patterns = Patterns::from_counted(Labels::codes(2), [(vec![(1, 1), (0, 2)], 3), (vec![(0, 2), (1, 1)], 1)])?;
    /// assert_eq!(patterns.iter().collect::<Vec<_>>(), [(&[(0, 2), (1, 1)][..], 4)]);
    /// assert!(Patterns::from_counted(Labels::codes(2), [(vec![(2, 1)], 1)]).is_err());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn from_counted(
        labels: Labels,
        rows: impl IntoIterator<Item = (Vec<(u32, u32)>, u64)>,
    ) -> Result<Self> {
        let (mut patterns, mut total) = (BTreeMap::new(), 0);
        for (mut unit, times) in rows {
            unit.sort_unstable();
            check_unit(&labels, &unit)
                .map_err(|found| Error::argument("pattern", "categories with counts", found))?;
            add(&mut total, times)?;
            if times > 0 {
                *patterns.entry(unit).or_default() += times;
            }
        }
        Ok(Self { labels, patterns: patterns.into_iter().collect() })
    }

    /// Of the items that two raters both rated: each is a row of two judgments.
    #[must_use]
    pub fn from_pairs(counts: &PairCounts) -> Self {
        let k = counts.labels().len();
        let cells = counts.counts().iter().enumerate();
        let cells = cells.map(|(at, &times)| ((at / k) as u32, (at % k) as u32, times));
        Self::of_cells(counts.labels().clone(), cells)
    }

    /// Of the cells of a confusion matrix, (first, second, count), inside the labels.
    pub(crate) fn of_cells(labels: Labels, cells: impl Iterator<Item = (u32, u32, u64)>) -> Self {
        let mut found: BTreeMap<Vec<(u32, u32)>, u64> = BTreeMap::new();
        for (i, j, times) in cells.filter(|cell| cell.2 > 0) {
            let unit = if i == j { vec![(i, 2)] } else { vec![(i.min(j), 1), (i.max(j), 1)] };
            *found.entry(unit).or_default() += times;
        }
        Self { labels, patterns: found.into_iter().collect() }
    }

    /// The categories.
    #[must_use]
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// Distinct patterns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.patterns.len()
    }

    /// Whether there is no pattern.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Each pattern as (category, count) pairs with its multiplicity, in ascending order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[(u32, u32)], u64)> {
        self.patterns.iter().map(|(pattern, times)| (pattern.as_slice(), *times))
    }

    /// The place of a row in [`Patterns::iter`].
    pub(crate) fn position(&self, unit: &[(u32, u32)]) -> Option<u32> {
        self.patterns.binary_search_by(|(p, _)| p.as_slice().cmp(unit)).ok().map(|at| at as u32)
    }

    /// The same patterns with other multiplicities; those that become 0 go.
    pub(crate) fn reweighted(&self, times: &[u64]) -> Result<Self> {
        crate::num::check_same_length("weights of patterns", self.len(), times.len())?;
        times.iter().try_fold(0, |mut total, &n| add(&mut total, n).map(|()| total))?;
        let kept = self.patterns.iter().zip(times).filter(|&(_, &n)| n > 0);
        let patterns = kept.map(|((pattern, _), &n)| (pattern.clone(), n)).collect();
        Ok(Self { labels: self.labels.clone(), patterns })
    }

    /// Judgments of all items.
    #[must_use]
    pub fn n_judgments(&self) -> u64 {
        self.iter().map(|(p, times)| p.iter().map(|&(_, n)| u64::from(n)).sum::<u64>() * times).sum()
    }
}

impl Tally for Patterns {
    /// The (category, count) pairs of one item: ascending, counts above 0.
    type Record<'a> = &'a [(u32, u32)];

    fn record(&mut self, unit: Self::Record<'_>) -> Result<()> {
        check_unit(&self.labels, unit)
            .map_err(|found| Error::argument("pattern", "ascending categories with counts", found))?;
        match self.patterns.binary_search_by(|(p, _)| p.as_slice().cmp(unit)) {
            Ok(at) => add(&mut self.patterns[at].1, 1)?,
            Err(at) => self.patterns.insert(at, (unit.to_vec(), 1)),
        }
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_labels(&self.labels, &other.labels)?;
        let mut total = self.records();
        add(&mut total, other.records())?;
        let mine: HashMap<&[(u32, u32)], usize> =
            self.patterns.iter().enumerate().map(|(i, (p, _))| (p.as_slice(), i)).collect();
        let places: Vec<_> = other.patterns.iter().map(|(p, _)| mine.get(p.as_slice()).copied()).collect();
        for (place, (pattern, times)) in places.into_iter().zip(&other.patterns) {
            match place {
                Some(i) => self.patterns[i].1 += times,
                None => self.patterns.push((pattern.clone(), *times)),
            }
        }
        self.patterns.sort_unstable();
        Ok(())
    }

    fn records(&self) -> u64 {
        self.patterns.iter().map(|(_, times)| times).sum()
    }
}
