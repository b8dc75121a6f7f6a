use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, Undefined};
use crate::exact::{Double, ExactSum};
use crate::ratings::Ratings;
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, add};

/// The greatest magnitude for which n·Σx² stays a finite `f64` up to n = 10¹⁴.
const MAX: f64 = 1e140;

/// A number that the moments can take, or an error.
pub(super) fn check(what: &'static str, x: f64) -> Result<()> {
    if x.abs() <= MAX {
        return Ok(());
    }
    Err(Error::argument(what, "a finite number of at most 1e140 in size", x))
}

/// Number, sum and sum of squares of some numbers, without rounding.
///
/// # Design
/// The sums are exact (fixed point wide enough for every product of two `f64`), so merging is associative bit for
/// bit and a variance does not suffer from a large mean: it is rounded once, at the end.
///
/// # Examples
/// ```
/// use probity::tally::{Moments, Tally};
/// let mut m = Moments::default();
/// for x in [1e10 + 1.0, 1e10 + 2.0, 1e10 + 3.0] {
///     m.record(x)?;
/// }
/// assert_eq!((m.mean()?, m.variance()?), (1e10 + 2.0, 1.0));
/// assert!(Moments::default().mean().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Moments {
    n: u64,
    sum: ExactSum,
    squares: ExactSum,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    n: u64,
    sum: ExactSum,
    squares: ExactSum,
}

impl Format for Moments {
    type Body = Body;
    const NAME: &'static str = "probity.moments";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        let Self { n, sum, squares } = self.clone();
        Body { n, sum, squares }
    }

    fn from_body(Body { n, sum, squares }: Body) -> Result<Self, String> {
        let tally = Self { n, sum, squares };
        let (s, q) = (tally.sum.value(), tally.squares.value());
        if !s.is_finite() || !q.is_finite() || q < 0.0 || n == 0 && (s != 0.0 || q != 0.0) {
            return Err(format!("no {n} numbers have the sum {s} and the sum of squares {q}"));
        }
        Ok(tally)
    }
}
stored!(Moments);

impl Moments {
    /// n·Σx² − (Σx)², rounded once: 0 exactly when all numbers are equal.
    fn spread(&self) -> f64 {
        let mut spread = ExactSum::default();
        spread.add_multiple(self.n, &self.squares);
        spread.subtract_square(&self.sum);
        // Sums from a file need not belong to numbers.
        spread.value().max(0.0)
    }

    /// The mean.
    ///
    /// # Errors
    /// [`Error::Undefined`] without any number.
    pub fn mean(&self) -> Result<f64> {
        crate::num::ratio("mean", self.sum.value(), self.n as f64, Undefined::Nothing { what: "numbers" })
    }

    /// The sample variance, Σ(x − mean)²/(n − 1).
    ///
    /// # Errors
    /// [`Error::Undefined`] for fewer than two numbers.
    pub fn variance(&self) -> Result<f64> {
        if self.n < 2 {
            return Err(Error::undefined(
                "variance",
                Undefined::TooFew { what: "numbers", needed: 2, found: self.n },
            ));
        }
        Ok(self.spread() / (self.n as f64 * (self.n - 1) as f64))
    }

    /// The sum, rounded once.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum.value()
    }

    /// The mean to about twice the digits of `f64`; 0 without any number.
    pub(crate) fn centre(&self) -> Double {
        if self.n == 0 {
            return Double { high: 0.0, low: 0.0 };
        }
        let (n, total) = (self.n as f64, self.sum.double());
        let high = total.value() / n;
        Double { high, low: total.plus(Double::product(high, n).negated()).value() / n }
    }

    /// Σ over ordered pairs of the squared difference, 2(n·Σx² − (Σx)²).
    pub(crate) fn pair_differences(&self) -> f64 {
        2.0 * self.spread()
    }
}

impl Tally for Moments {
    type Record<'a> = f64;

    fn record(&mut self, x: f64) -> Result<()> {
        check("number", x)?;
        add(&mut self.n, 1)?;
        self.sum.add(x);
        self.squares.add_product(x, x);
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        add(&mut self.n, other.n)?;
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
        Ok(())
    }

    fn records(&self) -> u64 {
        self.n
    }
}

/// Moments of numeric ratings within and over items, kept apart by the number of judgments `m` of the item.
///
/// What interval alpha needs, in O(N) for any number of distinct values. Within an item the squared deviations are
/// computed in `f64` from the item's mean; everything across items is summed without rounding.
///
/// # Missing values
/// Items with fewer than two judgments are only counted.
///
/// # Examples
/// ```
/// use probity::tally::{Tally, UnitMoments};
/// let mut t = UnitMoments::default();
/// t.record(&[1.0, 3.0])?;
/// t.record(&[2.5])?;
/// assert_eq!((t.n_units(), t.n_pairable(), t.records()), (1, 2, 2));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnitMoments {
    sizes: BTreeMap<u32, Within>,
    pooled: Moments,
    unpaired: u64,
}

/// The items of one size.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Within {
    units: u64,
    /// Σ over items of Σ(x − item mean)².
    deviations: ExactSum,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnitBody {
    sizes: Vec<(u32, Within)>,
    pooled: Moments,
    unpaired: u64,
}

impl Format for UnitMoments {
    type Body = UnitBody;
    const NAME: &'static str = "probity.unit_moments";
    const VERSION: u32 = 1;

    fn body(&self) -> UnitBody {
        let Self { sizes, pooled, unpaired } = self.clone();
        UnitBody { sizes: sizes.into_iter().collect(), pooled, unpaired }
    }

    fn from_body(UnitBody { sizes, pooled, unpaired }: UnitBody) -> Result<Self, String> {
        let (mut last, mut judgments, mut units) = (1, 0u64, unpaired);
        for (m, within) in &sizes {
            let deviations = within.deviations.value();
            let here = within.units.checked_mul((*m).into()).ok_or("too many judgments")?;
            if *m <= last || within.units == 0 || !(deviations >= 0.0 && deviations.is_finite()) {
                return Err(format!(
                    "items of {m} judgments: {} units, deviations {deviations}",
                    within.units
                ));
            }
            last = *m;
            add(&mut judgments, here)
                .and_then(|()| add(&mut units, within.units))
                .map_err(|e| e.to_string())?;
        }
        if judgments != pooled.n {
            return Err(format!("expected {judgments} pooled judgments, found {}", pooled.n));
        }
        Ok(Self { sizes: sizes.into_iter().collect(), pooled, unpaired })
    }
}
stored!(UnitMoments);

impl UnitMoments {
    /// Of some numeric ratings, one unit an item.
    ///
    /// # Errors
    /// [`Error::Scale`] if the labels are text; [`Error::Argument`] for a number beyond 1e140.
    pub fn from_ratings(ratings: &Ratings) -> Result<Self> {
        let view = ratings.values()?;
        let mut tally = Self::default();
        let mut unit = Vec::with_capacity(ratings.n_raters());
        for item in 0..ratings.n_items() {
            unit.clear();
            unit.extend(view.item(item).map(|(_, v)| v));
            tally.record(&unit)?;
        }
        Ok(tally)
    }

    /// Items with two judgments or more.
    #[must_use]
    pub fn n_units(&self) -> u64 {
        self.sizes.values().map(|w| w.units).sum()
    }

    /// Judgments in items with two or more.
    #[must_use]
    pub fn n_pairable(&self) -> u64 {
        self.pooled.n
    }

    /// The largest number of judgments of an item that has two or more; 0 if none has.
    pub(crate) fn most_judgments(&self) -> u64 {
        self.sizes.last_key_value().map_or(0, |(&m, _)| m.into())
    }

    /// The moments of all pairable judgments.
    #[must_use]
    pub fn pooled(&self) -> &Moments {
        &self.pooled
    }

    /// Σ over items of (1/(m − 1)) Σ over ordered pairs of the squared difference: n times the observed disagreement
    /// of interval alpha.
    pub(crate) fn within_differences(&self) -> f64 {
        // Σ over ordered pairs (x − y)² = 2m Σ(x − mean)².
        let zero = Double { high: 0.0, low: 0.0 };
        let share = |(&m, within): (&u32, &Within)| {
            within.deviations.double().scaled(2.0 * f64::from(m) / (f64::from(m) - 1.0))
        };
        self.sizes.iter().map(share).fold(zero, Double::plus).value()
    }
}

/// Σ(x − mean)², with the mean corrected once for its own rounding; 0 exactly when all numbers are equal.
fn deviations(unit: &[f64]) -> f64 {
    let Some(&origin) = unit.first() else { return 0.0 };
    let m = unit.len() as f64;
    let rough = unit.iter().map(|x| x - origin).sum::<f64>() / m;
    let (mut first, mut second) = (0.0, 0.0);
    for x in unit {
        let from_mean = x - origin - rough;
        first += from_mean;
        second += from_mean * from_mean;
    }
    (second - first * first / m).max(0.0)
}

impl Tally for UnitMoments {
    /// The judgments of one item.
    type Record<'a> = &'a [f64];

    fn record(&mut self, unit: &[f64]) -> Result<()> {
        unit.iter().try_for_each(|&x| check("rating", x))?;
        if unit.len() < 2 {
            return add(&mut self.unpaired, 1);
        }
        let m =
            u32::try_from(unit.len()).map_err(|_| Error::Overflow { what: "the judgments of an item" })?;
        self.pooled.n.checked_add(m.into()).ok_or(Error::Overflow { what: "a count of a tally" })?;
        let within = self.sizes.entry(m).or_default();
        within.units += 1;
        within.deviations.add(deviations(unit));
        unit.iter().try_for_each(|&x| self.pooled.record(x))
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        let mut merged = self.clone();
        add(&mut merged.unpaired, other.unpaired)?;
        merged.pooled.merge(&other.pooled)?;
        for (&m, more) in &other.sizes {
            let within = merged.sizes.entry(m).or_default();
            add(&mut within.units, more.units)?;
            within.deviations.merge(&more.deviations);
        }
        *self = merged;
        Ok(())
    }

    fn records(&self) -> u64 {
        self.n_units() + self.unpaired
    }
}
