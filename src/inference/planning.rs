use serde::Serialize;

use crate::error::{Error, Result, Undefined};
use crate::inference::{Level, normal_quantile, normal_upper, t_quantile};
use crate::num::{check_positive, check_probabilities, sum};

/// How much data a wanted precision or power takes, and what that much data achieves.
///
/// With one item fewer, the goal is not reached.
///
/// # Examples
/// ```
/// use probity::inference::{Level, ProportionMethod, items_for_proportion};
/// let plan = items_for_proportion(0.5, 0.05, ProportionMethod::Wilson, None, Level::default())?;
/// assert_eq!(plan.items, 380);
/// assert!(plan.half_width.unwrap() <= 0.05);
/// assert_eq!(plan.to_string(), "proportion: 380 items, half-width 0.0500, coverage 0.955 at 0.95");
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// The figure planned for.
    pub method: &'static str,
    /// Items needed; of each group where two groups are compared.
    pub items: u64,
    /// Raters an item.
    pub raters: u64,
    /// The confidence of the interval, or 1 minus the level of the test.
    pub level: Level,
    /// Half the length of the interval to expect.
    pub half_width: Option<f64>,
    /// The probability that the interval holds the true value, where it is computed.
    pub coverage: Option<f64>,
    /// The probability that the test finds the difference.
    pub power: Option<f64>,
}

impl Plan {
    pub(super) fn precise(method: &'static str, (items, half_width): (u64, f64), level: Level) -> Self {
        let (coverage, power) = (None, None);
        Self { method, items, raters: 1, level, half_width: Some(half_width), coverage, power }
    }

    pub(super) fn powerful(method: &'static str, (items, power): (u64, f64), level: Level) -> Self {
        let (half_width, coverage) = (None, None);
        Self { method, items, raters: 1, level, half_width, coverage, power: Some(power) }
    }

    pub(super) fn by(self, raters: u64) -> Self {
        Self { raters, ..self }
    }
}

impl std::fmt::Display for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} items", self.method, self.items)?;
        if self.raters > 1 {
            write!(f, " of {} raters", self.raters)?;
        }
        if let Some(half_width) = self.half_width {
            write!(f, ", half-width {half_width:.4}")?;
        }
        if let Some(coverage) = self.coverage {
            write!(f, ", coverage {coverage:.3}")?;
        }
        if let Some(power) = self.power {
            write!(f, ", power {power:.3}")?;
        }
        write!(f, " at {}", self.level.get())
    }
}

/// The greatest number of items that is planned where each costs no time.
pub(super) const MOST: u64 = 1_000_000_000;
/// The same where the probabilities of all outcomes are added up.
pub(super) const MOST_EXACT: u64 = 1_000_000;

/// What a plan has to reach.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal {
    /// At most this half-width.
    HalfWidth(f64),
    /// At least this power.
    Power(f64),
}

impl Goal {
    /// A half-width above 0.
    pub(super) fn half_width(half_width: f64) -> Result<Self> {
        check_positive("half_width", half_width)?;
        Ok(Self::HalfWidth(half_width))
    }

    /// A power strictly between 0 and 1.
    pub(super) fn power(power: f64) -> Result<Self> {
        check_inside("power", power)?;
        Ok(Self::Power(power))
    }

    pub(super) fn reached(self, achieved: f64) -> bool {
        match self {
            Self::HalfWidth(most) => achieved <= most,
            Self::Power(least) => achieved >= least,
        }
    }

    fn unreachable(self, most: u64, what: &str) -> Error {
        let (name, expected, wanted) = match self {
            Self::HalfWidth(wanted) => ("half_width", "a half-width that can be reached", wanted),
            Self::Power(wanted) => ("power", "a power that can be reached", wanted),
        };
        Error::argument(name, expected, format!("{wanted}, which {most} {what} do not reach"))
    }

    /// The number from `least` on that reaches the goal while the number before it does not, and what it achieves.
    ///
    /// By doubling and bisection: where more data is always better, it is the smallest number of all.
    pub(super) fn smallest(
        self,
        what: &str,
        (least, most): (u64, u64),
        achieved: impl Fn(u64) -> f64,
    ) -> Result<(u64, f64)> {
        let (mut below, mut enough) = (least.saturating_sub(1), least);
        let mut best = achieved(enough);
        while !self.reached(best) {
            if enough >= most {
                return Err(self.unreachable(most, what));
            }
            below = enough;
            enough = (2 * enough).min(most);
            best = achieved(enough);
        }
        while enough - below > 1 {
            let middle = below.midpoint(enough);
            let at = achieved(middle);
            if self.reached(at) {
                (enough, best) = (middle, at);
            } else {
                below = middle;
            }
        }
        Ok((enough, best))
    }
}

/// Strictly between 0 and 1.
pub(super) fn check_inside(name: &'static str, value: f64) -> Result<()> {
    if value > 0.0 && value < 1.0 {
        Ok(())
    } else {
        Err(Error::argument(name, "a number between 0 and 1, without the ends", value))
    }
}

/// The greatest number of raters an item that is planned.
pub(super) const MOST_RATERS: u64 = 10_000;
/// How far shares that were meant to add up to 1 may miss it.
pub(super) const SHARES: f64 = 1e-9;

/// Shares of at least two categories that are used.
pub(super) fn check_shares(name: &'static str, shares: &[f64]) -> Result<()> {
    check_probabilities(name, shares)?;
    let total = sum(shares.iter().copied());
    if (total - 1.0).abs() > SHARES {
        return Err(Error::argument(name, "shares that add up to 1", total));
    }
    if shares.iter().filter(|&&share| share > 0.0).count() < 2 {
        let reason = Undefined::OneCategory;
        return Err(Error::undefined("a plan for chance-corrected agreement", reason));
    }
    Ok(())
}

/// At least two raters, and no more than are planned.
pub(super) fn check_raters(raters: u64) -> Result<()> {
    if (2..=MOST_RATERS).contains(&raters) {
        return Ok(());
    }
    Err(Error::argument("raters", "from 2 to 10,000", raters))
}

pub(super) fn check_items(items: u64) -> Result<()> {
    if items < 2 { Err(Error::argument("items", "at least 2", items)) } else { Ok(()) }
}

/// The power of a two-sided normal test whose statistic has mean `shift` and standard deviation `spread`.
pub(super) fn normal_power(shift: f64, spread: f64, level: Level) -> f64 {
    let z = normal_quantile(level.upper());
    normal_upper((z - shift) / spread) + normal_upper((z + shift) / spread)
}

/// The binomial probabilities that count: the first number of successes, and the probabilities from there on.
#[derive(Debug)]
pub(super) struct Law {
    pub(super) first: u64,
    pub(super) probabilities: Vec<f64>,
}

/// Outcomes this much rarer than the likeliest are left out.
const NEGLIGIBLE: f64 = 1e-16;

impl Law {
    /// Of `n` trials with success probability `p`. Relative to the likeliest outcome, then divided by the sum.
    pub(super) fn new(n: u64, p: f64) -> Self {
        let mode = (((n + 1) as f64 * p) as u64).min(n);
        let odds = p / (1.0 - p);
        let mut below = Vec::new();
        let (mut k, mut weight) = (mode, 1.0);
        while k > 0 && p < 1.0 {
            weight *= k as f64 / ((n - k + 1) as f64 * odds);
            if weight < NEGLIGIBLE {
                break;
            }
            below.push(weight);
            k -= 1;
        }
        let first = mode - below.len() as u64;
        let mut probabilities: Vec<f64> = below.into_iter().rev().collect();
        probabilities.push(1.0);
        let (mut k, mut weight) = (mode, 1.0);
        while k < n && p > 0.0 {
            weight *= (n - k) as f64 * odds / (k + 1) as f64;
            if weight < NEGLIGIBLE {
                break;
            }
            probabilities.push(weight);
            k += 1;
        }
        let total = sum(probabilities.iter().copied());
        probabilities.iter_mut().for_each(|w| *w /= total);
        Self { first, probabilities }
    }

    /// Successes and their probabilities.
    pub(super) fn outcomes(&self) -> impl Iterator<Item = (u64, f64)> + '_ {
        (self.first..).zip(self.probabilities.iter().copied())
    }

    /// The probability of at most `k` successes, for each k of the law.
    pub(super) fn cumulative(&self) -> Vec<f64> {
        let mut sum = crate::num::Sum::default();
        let add = |&p: &f64| {
            sum.add(p);
            sum.value()
        };
        self.probabilities.iter().map(add).collect()
    }

    /// The probability of fewer than `k` successes, from [`Law::cumulative`].
    pub(super) fn fewer(&self, cumulative: &[f64], k: u64) -> f64 {
        match k.checked_sub(self.first + 1) {
            None => 0.0,
            Some(at) => cumulative.get(at as usize).copied().unwrap_or(1.0),
        }
    }
}

/// The square root of a variance over items. One of 0 leaves nothing to plan for: the formula would give an interval
/// without length to two items, however little those say.
pub(super) fn deviation_of(variance: f64, metric: &'static str, what: &'static str) -> Result<f64> {
    if variance > NO_VARIANCE {
        return Ok(variance.sqrt());
    }
    Err(Error::undefined(metric, Undefined::NoVariance { what }))
}

/// Variances of this size are rounding.
const NO_VARIANCE: f64 = 1e-12;

/// Half the interval of a mean of `n` values of this standard deviation.
pub(super) fn mean_half_width(deviation: f64, n: u64, student: bool, level: Level) -> f64 {
    let n = n as f64;
    let q = if student { t_quantile(level.upper(), n - 1.0) } else { normal_quantile(level.upper()) };
    q * deviation / n.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_are_binomial() {
        use statrs::distribution::{Binomial, Discrete, DiscreteCDF};
        for (n, p) in [(1, 0.5), (10, 0.3), (500, 0.97), (2000, 0.5), (7, 0.0), (7, 1.0)] {
            let (law, exact) = (Law::new(n, p), Binomial::new(p, n).unwrap());
            let cumulative = law.cumulative();
            for (k, probability) in law.outcomes() {
                assert!((probability - exact.pmf(k)).abs() < 1e-12, "{n}, {p}, {k}");
                let fewer = if k == 0 { 0.0 } else { exact.cdf(k - 1) };
                assert!((law.fewer(&cumulative, k) - fewer).abs() < 1e-11, "{n}, {p}, {k}");
            }
        }
    }
}
