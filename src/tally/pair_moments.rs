use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::exact::{Double, ExactSum};
use crate::ratings::Ratings;
use crate::tally::moments::check;
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, add, check_two_raters};

/// Number, sums, sums of squares and sum of products of pairs of numbers, without rounding.
///
/// # Design
/// The sums are exact, so merging is associative bit for bit and no figure suffers from a large common offset.
///
/// # Examples
/// ```
/// use probity::tally::{PairMoments, Tally};
/// let mut m = PairMoments::default();
/// m.record((1.0, 2.0))?;
/// m.record((3.0, 5.0))?;
/// assert_eq!(m, PairMoments::from_slices(&[3.0, 1.0], &[5.0, 2.0])?);
/// assert_eq!(m.records(), 2);
/// assert!(m.record((f64::NAN, 1.0)).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PairMoments {
    n: u64,
    x: ExactSum,
    y: ExactSum,
    xx: ExactSum,
    yy: ExactSum,
    xy: ExactSum,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    n: u64,
    x: ExactSum,
    y: ExactSum,
    xx: ExactSum,
    yy: ExactSum,
    xy: ExactSum,
}

impl Format for PairMoments {
    type Body = Body;
    const NAME: &'static str = "probity.pair_moments";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        let Self { n, x, y, xx, yy, xy } = self.clone();
        Body { n, x, y, xx, yy, xy }
    }

    fn from_body(Body { n, x, y, xx, yy, xy }: Body) -> Result<Self, String> {
        let tally = Self { n, x, y, xx, yy, xy };
        let sums = [&tally.x, &tally.y, &tally.xx, &tally.yy, &tally.xy].map(ExactSum::value);
        let spread = tally.spread();
        let spreads = [spread.x, spread.y, spread.between].map(Double::value);
        let sane = |v: &f64| v.is_finite() && (n > 0 || *v == 0.0);
        if !sums.iter().chain(&spreads).all(sane) {
            return Err(format!("no {n} pairs of numbers have the sums {sums:?}"));
        }
        Ok(tally)
    }
}
stored!(PairMoments);

/// n times the centred sums of squares and products.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PairSpread {
    /// n·Σ(x − x̄)².
    pub(crate) x: Double,
    /// n·Σ(y − ȳ)².
    pub(crate) y: Double,
    /// n·Σ(x − x̄)(y − ȳ).
    pub(crate) between: Double,
    /// n·(x̄ − ȳ).
    pub(crate) shift: Double,
}

impl PairMoments {
    /// Of two slices of the same length.
    ///
    /// # Errors
    /// [`crate::Error::Length`] if they differ in length; [`crate::Error::Argument`] for a number that is not finite or
    /// beyond 1e140.
    pub fn from_slices(x: &[f64], y: &[f64]) -> Result<Self> {
        crate::num::check_same_length("the second vector", x.len(), y.len())?;
        let mut tally = Self::default();
        x.iter().zip(y).try_for_each(|(&x, &y)| tally.record((x, y)))?;
        Ok(tally)
    }

    /// Of two raters of some numeric ratings, over the items that both rated.
    ///
    /// # Errors
    /// [`crate::Error::Index`] for a rater that does not exist; [`crate::Error::Scale`] if the labels are text, or the
    /// ratings came from counts and so have no identified raters;
    /// [`crate::Error::Argument`] for a number beyond 1e140.
    pub fn from_ratings(ratings: &Ratings, first: usize, second: usize) -> Result<Self> {
        let view = ratings.values()?;
        check_two_raters(ratings, first, second)?;
        let mut tally = Self::default();
        view.pair(first, second).try_for_each(|(_, x, y)| tally.record((x, y)))?;
        Ok(tally)
    }

    pub(crate) fn spread(&self) -> PairSpread {
        let n = self.n as f64;
        let [x, y] = [&self.x, &self.y].map(ExactSum::double);
        let centred = |products: &ExactSum, left: Double, right: Double| {
            products.double().scaled(n).plus(left.times(right).negated())
        };
        PairSpread {
            x: centred(&self.xx, x, x),
            y: centred(&self.yy, y, y),
            between: centred(&self.xy, x, y),
            shift: x.plus(y.negated()),
        }
    }
}

impl Tally for PairMoments {
    /// The two numbers of one item.
    type Record<'a> = (f64, f64);

    fn record(&mut self, (x, y): (f64, f64)) -> Result<()> {
        check("first number", x)?;
        check("second number", y)?;
        add(&mut self.n, 1)?;
        self.x.add(x);
        self.y.add(y);
        self.xx.add_product(x, x);
        self.yy.add_product(y, y);
        self.xy.add_product(x, y);
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        add(&mut self.n, other.n)?;
        self.x.merge(&other.x);
        self.y.merge(&other.y);
        self.xx.merge(&other.xx);
        self.yy.merge(&other.yy);
        self.xy.merge(&other.xy);
        Ok(())
    }

    fn records(&self) -> u64 {
        self.n
    }
}
