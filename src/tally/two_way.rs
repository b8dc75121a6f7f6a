use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::exact::{Double, ExactSum};
use crate::ratings::Ratings;
use crate::tally::moments::check;
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, add, check_identified};

/// Sums and sums of squares of an items × raters table of numbers, by item and by rater: the two-way analysis of
/// variance behind the intraclass correlations.
///
/// # Design
/// All sums are exact, so merging is associative bit for bit and the mean squares do not suffer from a large common
/// offset: each is rounded once, at the end, as if the data had been centred first.
///
/// # Missing values
/// An item is taken when every rater rated it; the others are only counted ([`TwoWayMoments::incomplete`]).
///
/// # Examples
/// ```
/// use probity::tally::{Tally, TwoWayMoments};
/// let mut t = TwoWayMoments::new(2);
/// t.record(&[9.0, 2.0])?;
/// t.record(&[6.0, f64::NAN])?;
/// assert_eq!((t.complete(), t.incomplete(), t.records()), (1, 1, 2));
/// assert!(t.record(&[1.0]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TwoWayMoments {
    complete: u64,
    incomplete: u64,
    /// Σ over items, rater by rater.
    raters: Vec<ExactSum>,
    /// Σ over all cells of x².
    squares: ExactSum,
    /// Σ over items of (Σ over raters of x)².
    item_squares: ExactSum,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    complete: u64,
    incomplete: u64,
    raters: Vec<ExactSum>,
    squares: ExactSum,
    item_squares: ExactSum,
}

impl Format for TwoWayMoments {
    type Body = Body;
    const NAME: &'static str = "probity.two_way_moments";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        let Self { complete, incomplete, raters, squares, item_squares } = self.clone();
        Body { complete, incomplete, raters, squares, item_squares }
    }

    fn from_body(Body { complete, incomplete, raters, squares, item_squares }: Body) -> Result<Self, String> {
        let tally = Self { complete, incomplete, raters, squares, item_squares };
        complete.checked_add(incomplete).ok_or("too many items")?;
        let sums = tally.raters.iter().map(ExactSum::value);
        let values: Vec<f64> = sums.chain([tally.squares.value(), tally.item_squares.value()]).collect();
        let filled = complete > 0 && !tally.raters.is_empty();
        let sane = |v: &f64| v.is_finite() && (filled || *v == 0.0);
        let SumsOfSquares { items, raters, within, residual } = tally.sums_of_squares();
        if !values.iter().all(sane) || ![items, raters, within, residual].iter().all(|s| s.is_finite()) {
            return Err(format!(
                "no table of {complete} items and {} raters has the sums {values:?}",
                tally.raters.len()
            ));
        }
        Ok(tally)
    }
}
stored!(TwoWayMoments);

/// The sums of squares of a two-way table, each at least 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SumsOfSquares {
    /// Between the items' means.
    pub(crate) items: f64,
    /// Between the raters' means.
    pub(crate) raters: f64,
    /// Within items.
    pub(crate) within: f64,
    /// Within items, without what the raters' means explain.
    pub(crate) residual: f64,
}

impl TwoWayMoments {
    /// An empty tally over so many raters.
    #[must_use]
    pub fn new(raters: usize) -> Self {
        Self {
            complete: 0,
            incomplete: 0,
            raters: vec![ExactSum::default(); raters],
            squares: ExactSum::default(),
            item_squares: ExactSum::default(),
        }
    }

    /// Of some numeric ratings.
    ///
    /// # Errors
    /// [`Error::Scale`] if the labels are text, or the ratings came from counts and so have no identified raters;
    /// [`Error::Argument`] for a number beyond 1e140.
    pub fn from_ratings(ratings: &Ratings) -> Result<Self> {
        check_identified("a table of items and raters", ratings)?;
        Self::from_slots(ratings)
    }

    /// As [`TwoWayMoments::from_ratings`], where the columns need not be persons.
    pub(crate) fn from_slots(ratings: &Ratings) -> Result<Self> {
        let view = ratings.values()?;
        let mut tally = Self::new(ratings.n_raters());
        let mut row = Vec::with_capacity(ratings.n_raters());
        for item in 0..ratings.n_items() {
            row.clear();
            row.extend(view.item(item).map(|(_, v)| v));
            row.resize(ratings.n_raters(), f64::NAN);
            tally.record(&row)?;
        }
        Ok(tally)
    }

    /// Raters.
    #[must_use]
    pub fn n_raters(&self) -> usize {
        self.raters.len()
    }

    /// Items that every rater rated.
    #[must_use]
    pub fn complete(&self) -> u64 {
        self.complete
    }

    /// Items left out because a rating is missing.
    #[must_use]
    pub fn incomplete(&self) -> u64 {
        self.incomplete
    }

    pub(crate) fn sums_of_squares(&self) -> SumsOfSquares {
        let (n, k) = (self.complete as f64, self.raters.len() as f64);
        let zero = Double { high: 0.0, low: 0.0 };
        let squared = |x: Double| x.times(x);
        // All multiplied by nk, so that whole numbers stay whole.
        let cells = self.squares.double().scaled(k).scaled(n);
        let items = self.item_squares.double().scaled(n);
        let raters = self.raters.iter().map(|s| squared(s.double())).fold(zero, Double::plus).scaled(k);
        let total = squared(self.raters.iter().map(ExactSum::double).fold(zero, Double::plus));
        let part = |x: Double| if n * k > 0.0 { (x.value() / (n * k)).max(0.0) } else { 0.0 };
        SumsOfSquares {
            items: part(items.plus(total.negated())),
            raters: part(raters.plus(total.negated())),
            within: part(cells.plus(items.negated())),
            residual: part(cells.plus(items.negated()).plus(raters.negated()).plus(total)),
        }
    }
}

impl Tally for TwoWayMoments {
    /// The judgments of one item in the order of the raters, NaN where missing.
    type Record<'a> = &'a [f64];

    fn record(&mut self, row: &[f64]) -> Result<()> {
        crate::num::check_same_length("the judgments of an item", self.raters.len(), row.len())?;
        row.iter().filter(|x| !x.is_nan()).try_for_each(|&x| check("rating", x))?;
        self.complete
            .checked_add(self.incomplete)
            .and_then(|records| records.checked_add(1))
            .ok_or(Error::Overflow { what: "a count of a tally" })?;
        if row.iter().any(|x| x.is_nan()) {
            self.incomplete += 1;
            return Ok(());
        }
        self.complete += 1;
        let mut total = Double { high: 0.0, low: 0.0 };
        for (&x, sum) in row.iter().zip(&mut self.raters) {
            sum.add(x);
            self.squares.add_product(x, x);
            total = total.plus(Double { high: x, low: 0.0 });
        }
        self.item_squares.add_product(total.high, total.high);
        self.item_squares.add_product(2.0 * total.high, total.low);
        self.item_squares.add_product(total.low, total.low);
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        if self.raters.len() != other.raters.len() {
            let (left, right) = (self.raters.len().to_string(), other.raters.len().to_string());
            return Err(Error::Merge { what: "the numbers of raters", left, right });
        }
        let mut records = self.records();
        add(&mut records, other.records())?;
        self.complete += other.complete;
        self.incomplete += other.incomplete;
        for (mine, more) in self.raters.iter_mut().zip(&other.raters) {
            mine.merge(more);
        }
        self.squares.merge(&other.squares);
        self.item_squares.merge(&other.item_squares);
        Ok(())
    }

    fn records(&self) -> u64 {
        self.complete + self.incomplete
    }
}
