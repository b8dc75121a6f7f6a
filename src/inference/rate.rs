use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, ProportionMethod, proportion};
use crate::num;

/// Which way a figure is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Higher is better.
    Higher,
    /// Lower is better.
    Lower,
}

impl Direction {
    /// `higher is better` or `lower is better`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Higher => "higher is better",
            Self::Lower => "lower is better",
        }
    }
}

/// A share with its counts and the direction in which it is better.
///
/// ```text
/// value = numerator/denominator        goodness = value if higher is better, else 1 − value
/// ```
///
/// A rate keeps its counts, so that it can be given an interval, and be added to that of other data.
///
/// # Undefined
/// Its value, without anything in the denominator. The rate itself exists.
///
/// # Examples
/// ```
/// use probity::inference::{Level, Rate};
/// let refused = Rate::higher("refusal rate", "unknown questions", 3, 4)?;
/// assert_eq!((refused.value()?, refused.goodness()?), (0.75, 0.75));
/// let lied = Rate::lower("lying rate", "verdicts", 3, 4)?;
/// assert_eq!((lied.value()?, lied.goodness()?), (0.75, 0.25));
/// assert!(lied.estimate(Level::default())?.interval.is_some());
/// let nothing = Rate::lower("lying rate", "verdicts", 0, 0)?;
/// assert_eq!(nothing.value().unwrap_err().to_string(), "lying rate is undefined: there are no verdicts");
/// assert!(Rate::higher("refusal rate", "unknown questions", 5, 4).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rate {
    /// Its name.
    pub metric: &'static str,
    /// What the denominator counts, in the plural.
    pub of: &'static str,
    /// What counts.
    pub numerator: u64,
    /// What could have counted.
    pub denominator: u64,
    /// Which way it is better.
    pub direction: Direction,
}

impl Rate {
    /// A share of which more is better. `of` is what the denominator counts, in the plural.
    ///
    /// # Errors
    /// [`Error::Argument`] for a numerator above the denominator.
    pub fn higher(metric: &'static str, of: &'static str, numerator: u64, denominator: u64) -> Result<Self> {
        Self::new(metric, of, numerator, denominator, Direction::Higher)
    }

    /// A share of which less is better. `of` is what the denominator counts, in the plural.
    ///
    /// # Errors
    /// As [`Rate::higher`].
    pub fn lower(metric: &'static str, of: &'static str, numerator: u64, denominator: u64) -> Result<Self> {
        Self::new(metric, of, numerator, denominator, Direction::Lower)
    }

    fn new(
        metric: &'static str,
        of: &'static str,
        numerator: u64,
        denominator: u64,
        direction: Direction,
    ) -> Result<Self> {
        if numerator > denominator {
            let found = format!("{numerator} of {denominator}");
            return Err(Error::argument(metric, "a numerator of at most the denominator", found));
        }
        Ok(Self { metric, of, numerator, denominator, direction })
    }

    /// A share of items, of counts that are known to fit.
    pub(crate) fn of_items(
        metric: &'static str,
        numerator: u64,
        denominator: u64,
        direction: Direction,
    ) -> Self {
        debug_assert!(numerator <= denominator, "{metric}: {numerator} of {denominator}");
        Self { metric, of: "items", numerator, denominator, direction }
    }

    /// The share.
    ///
    /// # Errors
    /// [`Error::Undefined`] for a denominator of 0.
    pub fn value(&self) -> Result<f64> {
        let nothing = Undefined::Nothing { what: self.of };
        num::ratio(self.metric, self.numerator as f64, self.denominator as f64, nothing)
    }

    /// The share turned so that higher is better.
    ///
    /// # Errors
    /// As [`Rate::value`].
    pub fn goodness(&self) -> Result<f64> {
        let value = self.value()?;
        Ok(match self.direction {
            Direction::Higher => value,
            Direction::Lower => 1.0 - value,
        })
    }

    /// The share under its name, with its standard error and Wilson's interval.
    ///
    /// # Errors
    /// As [`Rate::value`].
    pub fn estimate(&self, level: Level) -> Result<Estimate> {
        self.value()?;
        let estimate = proportion(self.numerator, self.denominator, ProportionMethod::Wilson, level)?;
        Ok(Estimate { method: self.metric, ..estimate })
    }

    /// The rate of this and of other data.
    ///
    /// # Errors
    /// [`Error::Merge`] if they are different rates, [`Error::Overflow`] if a count leaves 64 bits.
    pub fn merged(self, other: Self) -> Result<Self> {
        if (self.metric, self.of, self.direction) != (other.metric, other.of, other.direction) {
            let name = |rate: &Self| format!("{} of {}, {}", rate.metric, rate.of, rate.direction.name());
            return Err(Error::Merge { what: "rates", left: name(&self), right: name(&other) });
        }
        let denominator = self.denominator.checked_add(other.denominator);
        let denominator = denominator.ok_or(Error::Overflow { what: "the denominator of a rate" })?;
        Ok(Self { numerator: self.numerator + other.numerator, denominator, ..self })
    }
}
