use std::collections::BTreeSet;

use fearless_simd::Level;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::kernels;
use crate::ratings::{Cells, Code, Labels, Layout, Ratings};
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, add, check_code, check_labels, check_room, check_two_raters};

/// How often two raters chose each pair of categories: the confusion matrix of Cohen's kappa and its kin.
///
/// # Missing values
/// Items that only one of the two rated, or neither, are counted apart and enter no coefficient (pairwise deletion).
///
/// # Examples
/// ```
/// use probity::ratings::Labels;
/// use probity::tally::{PairCounts, Tally};
/// let labels = Labels::from_names(["no", "yes"])?;
/// let mut counts = PairCounts::new(labels.clone());
/// counts.record((Some(0), Some(1)))?;
/// counts.record((Some(1), None))?;
/// assert_eq!((counts.get(0, 1), counts.total(), counts.records()), (1, 1, 2));
/// let all_at_once = PairCounts::from_codes(labels, &[0u8, 1], &[1, 255])?;
/// assert_eq!(counts, all_at_once);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PairCounts {
    labels: Labels,
    counts: Vec<u64>,
    only_first: u64,
    only_second: u64,
    neither: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    labels: Labels,
    counts: Vec<u64>,
    only_first: u64,
    only_second: u64,
    neither: u64,
}

impl Format for PairCounts {
    type Body = Body;
    const NAME: &'static str = "probity.pair_counts";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        let Self { labels, counts, only_first, only_second, neither } = self.clone();
        Body { labels, counts, only_first, only_second, neither }
    }

    fn from_body(body: Body) -> Result<Self, String> {
        let Body { labels, counts, only_first, only_second, neither } = body;
        let tally = Self::from_counts(labels, counts).map_err(|e| e.to_string())?;
        let tally = Self { only_first, only_second, neither, ..tally };
        tally.checked_records().map_err(|e| e.to_string())?;
        Ok(tally)
    }
}
stored!(PairCounts);

/// Distinct codes of which a confusion matrix is made (2 GiB).
const MAX_FOUND: usize = 1 << 14;

/// Codes below this are looked up by their number.
const SMALL: usize = 1 << 16;

/// The distinct codes, ascending; more than [`MAX_FOUND`] of them may be returned incompletely.
fn distinct_codes(codes: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut small = vec![false; SMALL];
    let mut large = BTreeSet::new();
    for code in codes {
        match small.get_mut(code as usize) {
            Some(seen) => *seen = true,
            None if large.len() <= MAX_FOUND => drop(large.insert(code)),
            None => break,
        }
    }
    let small = small.into_iter().enumerate().filter(|&(_, seen)| seen).map(|(code, _)| code as u32);
    small.chain(large).collect()
}

impl PairCounts {
    /// An empty tally over some labels.
    #[must_use]
    pub fn new(labels: Labels) -> Self {
        let cells = labels.len() * labels.len();
        Self { labels, counts: vec![0; cells], only_first: 0, only_second: 0, neither: 0 }
    }

    /// From a confusion matrix, row after row: `counts[first · categories + second]`.
    ///
    /// # Errors
    /// [`Error::Length`] if it is not categories × categories; [`Error::Overflow`] if the total leaves 64 bits.
    pub fn from_counts(labels: Labels, counts: Vec<u64>) -> Result<Self> {
        crate::num::check_same_length("confusion matrix", labels.len() * labels.len(), counts.len())?;
        let tally = Self { counts, ..Self::new(labels) };
        tally.checked_records()?;
        Ok(tally)
    }

    /// From two vectors of codes of the same items, [`Code::MISSING`] where a rating is missing.
    ///
    /// # Complexity
    /// One pass; codes of one byte over at most 8 categories go at a large part of the memory bandwidth.
    ///
    /// # Errors
    /// [`Error::Length`] if the vectors differ in length; [`Error::Code`] for a code outside the labels.
    pub fn from_codes<C: Code>(labels: Labels, a: &[C], b: &[C]) -> Result<Self> {
        crate::num::check_same_length("the second rater's codes", a.len(), b.len())?;
        let mut tally = Self::new(labels);
        let k = tally.labels.len();
        if let (Some(x), Some(y)) = (C::bytes(a), C::bytes(b)) {
            let found = kernels::confusion(Level::new(), k, x, y);
            if let Some(item) = found.outside {
                check_code(&tally.labels, item, 0, x[item].present().unwrap_or(0))?;
                check_code(&tally.labels, item, 1, y[item].present().unwrap_or(0))?;
            }
            return Ok(Self::from_confusion(tally.labels, found));
        }
        for (item, (x, y)) in a.iter().zip(b).enumerate() {
            let (x, y) = (x.present(), y.present());
            for (rater, code) in [(0, x), (1, y)] {
                if let Some(code) = code {
                    check_code(&tally.labels, item, rater, code)?;
                }
            }
            tally.count(x, y);
        }
        Ok(tally)
    }

    /// From two vectors of codes, the categories being those found: `0..=greatest` for codes of one byte, else the distinct
    /// ones in ascending order, named by their numbers.
    ///
    /// # Errors
    /// [`Error::Length`] if the vectors differ in length; [`Error::Overflow`] beyond 2¹⁴ distinct codes.
    ///
    /// # Examples
    /// ```
    /// use probity::tally::PairCounts;
    /// let bytes = PairCounts::from_found_codes(&[0u8, 3, 255], &[0, 1, 1])?;
    /// assert_eq!((bytes.labels().len(), bytes.total()), (4, 2));
    /// let wide = PairCounts::from_found_codes(&[7u32, 1_000_000], &[7, 7])?;
    /// assert_eq!(wide.labels().names(), ["7", "1000000"]);
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn from_found_codes<C: Code>(a: &[C], b: &[C]) -> Result<Self> {
        crate::num::check_same_length("the second rater's codes", a.len(), b.len())?;
        if let (Some(x), Some(y)) = (C::bytes(a), C::bytes(b)) {
            let (k, found) = kernels::confusion_of_found(Level::new(), x, y);
            return Ok(Self::from_confusion(Labels::codes(k), found));
        }
        let distinct = distinct_codes(a.iter().chain(b).filter_map(|code| code.present()));
        if distinct.len() > MAX_FOUND {
            return Err(Error::Overflow { what: "the number of distinct codes (2¹⁴)" });
        }
        let mut small = vec![0u32; SMALL];
        for (place, &code) in distinct.iter().enumerate().take_while(|&(_, &code)| (code as usize) < SMALL) {
            small[code as usize] = place as u32;
        }
        let place = |code: u32| match small.get(code as usize) {
            Some(&place) => Some(place),
            None => distinct.binary_search(&code).ok().map(|place| place as u32),
        };
        let mut tally = Self::new(Labels::from_values(distinct.iter().map(|&code| f64::from(code)))?);
        for (x, y) in a.iter().zip(b) {
            tally.count(x.present().and_then(place), y.present().and_then(place));
        }
        Ok(tally)
    }

    fn from_confusion(labels: Labels, found: kernels::Confusion) -> Self {
        let kernels::Confusion { cells, only_first, only_second, neither, .. } = found;
        Self { labels, counts: cells, only_first, only_second, neither }
    }

    /// Of two raters of some ratings.
    ///
    /// # Errors
    /// [`Error::Index`] for a rater that does not exist; [`Error::Scale`] if the ratings are plain numbers, or came
    /// from counts and so have no identified raters.
    pub fn from_ratings(ratings: &Ratings, first: usize, second: usize) -> Result<Self> {
        let view = ratings.codes()?;
        check_two_raters(ratings, first, second)?;
        if let (Layout::Dense, Cells::U8(cells)) = (ratings.layout(), ratings.cells()) {
            // Two columns copied out are read faster than two columns read in strides.
            let column = |r| cells.iter().skip(r).step_by(ratings.n_raters()).copied().collect::<Vec<u8>>();
            return Self::from_codes(ratings.labels().clone(), &column(first), &column(second));
        }
        let mut tally = Self::new(ratings.labels().clone());
        for item in 0..ratings.n_items() {
            tally.count(view.get(item, first), view.get(item, second));
        }
        Ok(tally)
    }

    /// Counts a pair of codes known to be inside the labels.
    fn count(&mut self, first: Option<u32>, second: Option<u32>) {
        match (first, second) {
            (Some(x), Some(y)) => self.counts[x as usize * self.labels.len() + y as usize] += 1,
            (Some(_), None) => self.only_first += 1,
            (None, Some(_)) => self.only_second += 1,
            (None, None) => self.neither += 1,
        }
    }

    fn checked_records(&self) -> Result<u64> {
        let mut total = 0;
        for &n in self.counts.iter().chain([&self.only_first, &self.only_second, &self.neither]) {
            add(&mut total, n)?;
        }
        Ok(total)
    }

    /// The categories.
    #[must_use]
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// Items on which the first rater chose `first` and the second `second`; 0 outside the labels.
    #[must_use]
    pub fn get(&self, first: usize, second: usize) -> u64 {
        let k = self.labels.len();
        if first < k && second < k { self.counts[first * k + second] } else { 0 }
    }

    /// The confusion matrix, row after row: rows are the first rater's categories.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Items that both rated.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Items on which both chose the same category.
    #[must_use]
    pub fn agreements(&self) -> u64 {
        (0..self.labels.len()).map(|c| self.get(c, c)).sum()
    }

    /// How often each rater chose each category on the items that both rated: (first, second).
    #[must_use]
    pub fn marginals(&self) -> (Vec<u64>, Vec<u64>) {
        let k = self.labels.len();
        let rows = (0..k).map(|i| (0..k).map(|j| self.get(i, j)).sum()).collect();
        let columns = (0..k).map(|j| (0..k).map(|i| self.get(i, j)).sum()).collect();
        (rows, columns)
    }

    /// The same table with other counts: the cells row by row, then only the first, only the second, neither.
    pub(crate) fn reweighted(&self, counts: &[u64]) -> Result<Self> {
        crate::num::check_same_length("weights of cells", self.counts.len() + 3, counts.len())?;
        let (cells, missing) = counts.split_at(self.counts.len());
        let tally = Self {
            labels: self.labels.clone(),
            counts: cells.to_vec(),
            only_first: missing[0],
            only_second: missing[1],
            neither: missing[2],
        };
        tally.checked_records()?;
        Ok(tally)
    }

    /// The same table with other numbers of items that only the first rated, only the second, neither.
    pub(crate) fn with_missing(self, [only_first, only_second, neither]: [u64; 3]) -> Self {
        Self { only_first, only_second, neither, ..self }
    }

    /// Items rated by only the first rater, by only the second, by neither.
    #[must_use]
    pub fn missing(&self) -> (u64, u64, u64) {
        (self.only_first, self.only_second, self.neither)
    }
}

impl Tally for PairCounts {
    /// The codes of the first and of the second rater.
    type Record<'a> = (Option<u32>, Option<u32>);

    fn record(&mut self, (first, second): Self::Record<'_>) -> Result<()> {
        for (rater, code) in [(0, first), (1, second)] {
            if let Some(code) = code {
                check_code(&self.labels, self.records() as usize, rater, code)?;
            }
        }
        self.count(first, second);
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_labels(&self.labels, &other.labels)?;
        check_room(self.records(), other.records())?;
        for (mine, more) in self.counts.iter_mut().zip(&other.counts) {
            *mine += more;
        }
        self.only_first += other.only_first;
        self.only_second += other.only_second;
        self.neither += other.neither;
        Ok(())
    }

    fn records(&self) -> u64 {
        self.total() + self.only_first + self.only_second + self.neither
    }
}
