use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::ratings::{Labels, Ratings};
use crate::tally::histogram::unpack;
use crate::tally::stored::{Format, stored};
use crate::tally::units::for_each_packed;
use crate::tally::{Patterns, Tally, Units, check_code, check_labels};

/// How often each category was chosen for each item.
///
/// All that percent agreement, Fleiss' kappa, Gwet's AC1 and AC2, Brennan-Prediger and Krippendorff's alpha need.
/// Only categories that occur are stored, so a scale of ten thousand labels costs what its judgments cost.
///
/// Items are numbered from 0; merging adds the counts of items of the same number, so shards may hold different
/// judgments of the same items. For shards of different items, merge [`Patterns`].
///
/// # Examples
/// ```
/// use probity::ratings::Labels;
/// use probity::tally::UnitCounts;
/// let counts = UnitCounts::from_counts(Labels::codes(3), &[2, 0, 1, 0, 0, 0])?;
/// assert_eq!(counts.unit(0), [(0, 2), (2, 1)]);
/// assert_eq!(counts.unit(1), []);
/// assert_eq!((counts.n_units(), counts.n_judgments()), (2, 3));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct UnitCounts {
    labels: Labels,
    /// Unit `i` owns the entries from `ends[i - 1]` to `ends[i]`.
    ends: Vec<usize>,
    /// (category, count ≥ 1), ascending by category within a unit.
    entries: Vec<(u32, u32)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    labels: Labels,
    units: Vec<Vec<(u32, u32)>>,
}

impl Format for UnitCounts {
    type Body = Body;
    const NAME: &'static str = "probity.unit_counts";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        Body { labels: self.labels.clone(), units: self.units().map(<[_]>::to_vec).collect() }
    }

    fn from_body(body: Body) -> Result<Self, String> {
        let mut tally = Self::new(body.labels);
        for (i, unit) in body.units.iter().enumerate() {
            check_unit(&tally.labels, unit).map_err(|why| format!("unit {i}: {why}"))?;
            tally.push_unit(unit.iter().copied());
        }
        Ok(tally)
    }
}
stored!(UnitCounts);

/// Whether (category, count) pairs are ascending, inside the labels and above zero.
pub(super) fn check_unit(labels: &Labels, unit: &[(u32, u32)]) -> Result<(), String> {
    let ascending = unit.windows(2).all(|pair| pair[0].0 < pair[1].0);
    let inside = unit.iter().all(|&(c, n)| (c as usize) < labels.len() && n > 0);
    let size = unit.iter().try_fold(0u32, |sum, &(_, n)| sum.checked_add(n));
    if ascending && inside && size.is_some() {
        return Ok(());
    }
    Err(format!(
        "expected ascending categories below {} with counts above 0 and a total below 2³², found {unit:?}",
        labels.len()
    ))
}

impl UnitCounts {
    /// An empty tally over some labels.
    #[must_use]
    pub fn new(labels: Labels) -> Self {
        Self { labels, ends: Vec::new(), entries: Vec::new() }
    }

    /// From a table of counts, item after item: `counts[item · categories + category]`.
    ///
    /// # Errors
    /// [`Error::Length`] if the table is not whole rows; [`Error::Overflow`] if an item has 2³² ratings or more.
    pub fn from_counts(labels: Labels, counts: &[u32]) -> Result<Self> {
        let k = labels.len();
        let units = counts.len().checked_div(k).unwrap_or(0);
        crate::num::check_same_length("counts (a multiple of the categories)", units * k, counts.len())?;
        let mut tally = Self::new(labels);
        for row in counts.chunks(k.max(1)) {
            if row.iter().try_fold(0u32, |sum, &n| sum.checked_add(n)).is_none() {
                return Err(Error::Overflow { what: "the number of ratings of an item (2³²)" });
            }
            tally.push_unit(row.iter().enumerate().map(|(c, &n)| (c as u32, n)));
        }
        Ok(tally)
    }

    /// Of some ratings, one unit an item.
    ///
    /// # Errors
    /// [`Error::Scale`] if the ratings are plain numbers (see [`Ratings::categorize`]).
    pub fn from_ratings(ratings: &Ratings) -> Result<Self> {
        let mut tally = Self::new(ratings.labels().clone());
        tally.ends.reserve(ratings.n_items());
        tally.entries.reserve(ratings.n_judgments().min(ratings.n_items() * ratings.n_categories()));
        let packed = for_each_packed(ratings, |rows, width| {
            for &row in rows {
                unpack(row, width, &mut tally.entries);
                tally.ends.push(tally.entries.len());
            }
        });
        if packed.is_none() {
            Units::Scan(ratings.codes()?).for_each(|unit, _| tally.push_unit(unit.iter().copied()));
        }
        Ok(tally)
    }

    /// The patterns written out, item after item.
    pub(crate) fn from_patterns(patterns: &Patterns) -> Self {
        let mut tally = Self::new(patterns.labels().clone());
        for (unit, times) in patterns.iter() {
            (0..times).for_each(|_| tally.push_unit(unit.iter().copied()));
        }
        tally
    }

    fn push_unit(&mut self, unit: impl Iterator<Item = (u32, u32)>) {
        self.entries.extend(unit.filter(|&(_, n)| n > 0));
        self.ends.push(self.entries.len());
    }

    /// The categories.
    #[must_use]
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// Items, rated or not.
    #[must_use]
    pub fn n_units(&self) -> usize {
        self.ends.len()
    }

    /// Judgments of all items.
    #[must_use]
    pub fn n_judgments(&self) -> u64 {
        self.entries.iter().map(|&(_, n)| u64::from(n)).sum()
    }

    /// (category, count) of one item, ascending, zeros left out; empty for an item that does not exist.
    #[must_use]
    pub fn unit(&self, i: usize) -> &[(u32, u32)] {
        let Some(&end) = self.ends.get(i) else { return &[] };
        &self.entries[if i == 0 { 0 } else { self.ends[i - 1] }..end]
    }

    /// The items in order.
    #[must_use]
    pub fn units(&self) -> impl ExactSizeIterator<Item = &[(u32, u32)]> {
        (0..self.n_units()).map(|i| self.unit(i))
    }

    /// How often each category was chosen in all.
    #[must_use]
    pub fn category_totals(&self) -> Vec<u64> {
        let mut totals = vec![0; self.labels.len()];
        self.entries.iter().for_each(|&(c, n)| totals[c as usize] += u64::from(n));
        totals
    }

    /// The distinct rows with their multiplicities.
    #[must_use]
    pub fn patterns(&self) -> Patterns {
        Patterns::of_units(&Units::Counts(self))
    }
}

impl Tally for UnitCounts {
    /// One judgment: item and category.
    type Record<'a> = (usize, u32);

    fn record(&mut self, (item, code): Self::Record<'_>) -> Result<()> {
        check_code(&self.labels, item, 0, code)?;
        while self.ends.len() <= item {
            self.ends.push(self.entries.len());
        }
        let start = if item == 0 { 0 } else { self.ends[item - 1] };
        match self.entries[start..self.ends[item]].binary_search_by_key(&code, |&(c, _)| c) {
            Ok(at) => {
                let count = &mut self.entries[start + at].1;
                *count = count.checked_add(1).ok_or(Error::Overflow { what: "a count of a tally" })?;
            }
            Err(at) => {
                self.entries.insert(start + at, (code, 1));
                self.ends[item..].iter_mut().for_each(|end| *end += 1);
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_labels(&self.labels, &other.labels)?;
        let mut merged = Self::new(self.labels.clone());
        for i in 0..self.n_units().max(other.n_units()) {
            let (mut left, mut right) = (self.unit(i).iter().peekable(), other.unit(i).iter().peekable());
            let (mut unit, mut size) = (Vec::with_capacity(left.len() + right.len()), 0u32);
            while let Some(&&(code, _)) =
                [left.peek(), right.peek()].into_iter().flatten().min_by_key(|e| e.0)
            {
                let mut count = 0u32;
                for side in [&mut left, &mut right] {
                    if let Some(&(_, n)) = side.next_if(|e| e.0 == code) {
                        size = size.checked_add(n).ok_or(Error::Overflow { what: "a count of a tally" })?;
                        count += n;
                    }
                }
                unit.push((code, count));
            }
            merged.push_unit(unit.into_iter());
        }
        *self = merged;
        Ok(())
    }

    fn records(&self) -> u64 {
        self.n_judgments()
    }
}

/// Categories up to which [`Scratch`] reads the count of each.
const FEW: usize = 16;

/// Counts the codes of one item at a time without touching every category each time.
#[derive(Debug)]
pub(crate) struct Scratch {
    counts: Vec<u32>,
    seen: Vec<u32>,
    unit: Vec<(u32, u32)>,
}

impl Scratch {
    pub(crate) fn new(categories: usize) -> Self {
        Self { counts: vec![0; categories], seen: Vec::new(), unit: Vec::new() }
    }

    #[inline]
    pub(crate) fn add(&mut self, code: u32) {
        let count = &mut self.counts[code as usize];
        if *count == 0 {
            self.seen.push(code);
        }
        *count += 1;
    }

    /// Hands over the (category, count) pairs of the item, ascending, and starts the next.
    #[inline]
    pub(crate) fn drain<T>(&mut self, use_unit: impl FnOnce(&[(u32, u32)]) -> T) -> T {
        self.unit.clear();
        if self.counts.len() <= FEW {
            // Reading every count beats sorting those seen.
            self.seen.clear();
            for (code, count) in self.counts.iter_mut().enumerate().filter(|(_, count)| **count > 0) {
                self.unit.push((code as u32, std::mem::take(count)));
            }
            return use_unit(&self.unit);
        }
        self.seen.sort_unstable();
        for code in self.seen.drain(..) {
            self.unit.push((code, std::mem::take(&mut self.counts[code as usize])));
        }
        use_unit(&self.unit)
    }
}
