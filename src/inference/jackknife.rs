use std::ops::ControlFlow;

use crate::error::{Error, Result, Undefined};
use crate::inference::resample::Prepared;
use crate::inference::{Estimate, Interval, IntervalMethod, Level, Resample, Statistic, Unit, t_quantile};

const METRIC: &str = "jackknife";

/// The delete-one jackknife: a figure with each item (or each rater) left out in turn.
///
/// ```text
/// θ₋ᵢ   the figure without unit i, of n;  θ₋ = Σ θ₋ᵢ / n
/// bias  (n − 1)(θ₋ − θ)
/// SE²   (n − 1)/n · Σ (θ₋ᵢ − θ₋)²
/// ```
///
/// # Undefined
/// With fewer than two units, and when the figure is undefined without some unit (the only one of its category): the
/// error is that of the figure.
///
/// # Missing values
/// As the figure takes them; an item that nobody rated is an item.
///
/// # Source
/// Quenouille 1949, Tukey 1958; Efron and Tibshirani 1993, *An Introduction to the Bootstrap*, chapter 11.
///
/// # Complexity
/// One evaluation of the figure for each kind of item, so tallies ([`crate::tally::Patterns`],
/// [`crate::tally::PairCounts`]) take a small part of the time that [`crate::ratings::Ratings`] take.
///
/// # Examples
/// ```
/// use probity::inference::Jackknife;
/// use probity::ratings::Labels;
/// use probity::tally::PairCounts;
///
/// let pairs = PairCounts::from_codes(Labels::codes(2), &[0u8, 0, 1, 1], &[0, 1, 1, 1])?;
/// let share = |p: &PairCounts| Ok(p.agreements() as f64 / p.total() as f64);
/// let jackknife = Jackknife::of_items(&pairs, &share)?;
/// // For a mean, the jackknife gives s/√n exactly, without bias.
/// assert!((jackknife.standard_error() - 0.25).abs() < 1e-12);
/// assert!(jackknife.bias().abs() < 1e-12);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Jackknife {
    estimate: f64,
    /// The figure without one unit of a kind, and the units of that kind.
    values: Vec<(f64, u64)>,
    units: u64,
    mean: f64,
    /// Σ (θ₋ − θ₋ᵢ)² and Σ (θ₋ − θ₋ᵢ)³.
    squares: f64,
    cubes: f64,
}

impl Jackknife {
    /// Leaves out one item at a time.
    ///
    /// # Errors
    /// That of the figure, for the data whole or without an item; [`Error::Undefined`] with fewer than two items.
    pub fn of_items<T: Resample, S: Statistic<T>>(data: &T, statistic: &S) -> Result<Self> {
        Self::new(&Prepared::new(data, statistic, Unit::Items)?, 1)
    }

    /// Leaves out one rater at a time.
    ///
    /// # Errors
    /// As [`Jackknife::of_items`]; [`Error::Argument`] or [`Error::Scale`] if the data do not say who judged.
    pub fn of_raters<T: Resample, S: Statistic<T>>(data: &T, statistic: &S) -> Result<Self> {
        Self::new(&Prepared::new(data, statistic, Unit::Raters)?, 1)
    }

    pub(super) fn new(prepared: &Prepared<'_>, threads: usize) -> Result<Self> {
        let weights = prepared.original();
        let estimate = (prepared.figure)(&weights)?;
        Self::around(estimate, &weights, threads, &*prepared.figure)
    }

    /// Of a figure whose value at these weights is known.
    pub(super) fn around(
        estimate: f64,
        weights: &[u64],
        threads: usize,
        figure: &(dyn Fn(&[u64]) -> Result<f64> + Sync),
    ) -> Result<Self> {
        let (present, values) = leave_one_out(weights, threads, &|without| {
            let value = figure(without)?;
            crate::num::check_finite("figure without a unit", &[value])?;
            Ok(value)
        })?;
        Ok(Self::of_values(estimate, present.iter().zip(values).map(|(&k, v)| (v, weights[k])).collect()))
    }

    /// Of several figures that are computed together; each may be undefined for itself.
    pub(super) fn joint(
        estimates: &[Result<f64>],
        weights: &[u64],
        threads: usize,
        figures: &(dyn Fn(&[u64]) -> Vec<Result<f64>> + Sync),
    ) -> Result<Vec<Result<Self>>> {
        let (present, rows) = leave_one_out(weights, threads, &|without| Ok(figures(without)))?;
        let of_column = |(column, estimate): (usize, &Result<f64>)| {
            let estimate = estimate.clone()?;
            let without = present.iter().zip(&rows).map(|(&k, row)| Ok((row[column].clone()?, weights[k])));
            Ok(Self::of_values(estimate, without.collect::<Result<_>>()?))
        };
        Ok(estimates.iter().enumerate().map(of_column).collect())
    }

    /// Of the figures without one unit, at least two units in all.
    fn of_values(estimate: f64, values: Vec<(f64, u64)>) -> Self {
        let units: u64 = values.iter().map(|&(_, n)| n).sum();
        let total = |f: &dyn Fn(f64) -> f64| crate::num::sum(values.iter().map(|&(v, n)| n as f64 * f(v)));
        let mean = total(&|v| v) / units as f64;
        let squares = total(&|v| (mean - v).powi(2));
        let cubes = total(&|v| (mean - v).powi(3));
        Self { estimate, values, units, mean, squares, cubes }
    }

    /// The figure of the whole data.
    #[must_use]
    pub fn estimate(&self) -> f64 {
        self.estimate
    }

    /// Items or raters.
    #[must_use]
    pub fn units(&self) -> u64 {
        self.units
    }

    /// The figure without one unit of each kind there is, with the number of units of that kind, in the order of
    /// [`Resample::kinds`].
    #[must_use]
    pub fn values(&self) -> &[(f64, u64)] {
        &self.values
    }

    /// The estimated bias of the figure.
    #[must_use]
    pub fn bias(&self) -> f64 {
        (self.units - 1) as f64 * (self.mean - self.estimate)
    }

    /// The standard error.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        let n = self.units as f64;
        ((n - 1.0) / n * self.squares).sqrt()
    }

    /// The acceleration of the BCa interval, Σ (θ₋ − θ₋ᵢ)³ / (6 (Σ (θ₋ − θ₋ᵢ)²)^1.5).
    ///
    /// # Errors
    /// [`Error::Undefined`] if no unit changes the figure.
    pub fn acceleration(&self) -> Result<f64> {
        let reason = Undefined::NoVariance { what: "the figure without one unit" };
        crate::num::ratio("BCa acceleration", self.cubes, 6.0 * self.squares.powf(1.5), reason)
    }

    /// The figure ± the Student quantile of n − 1 degrees of freedom × the standard error (not corrected for bias).
    #[must_use]
    pub fn interval(&self, level: Level) -> Interval {
        let half = t_quantile(level.upper(), (self.units - 1) as f64) * self.standard_error();
        Interval::new(self.estimate - half, self.estimate + half, level, IntervalMethod::Jackknife)
    }

    /// The figure under a name, with its standard error and interval.
    #[must_use]
    pub fn to_estimate(&self, method: &'static str, level: Level) -> Estimate {
        Estimate::new(method, self.estimate)
            .with_standard_error(self.standard_error())
            .with_interval(self.interval(level))
    }
}

/// What `figure` gives for the weights without one unit of each kind there is, and which kinds those are.
fn leave_one_out<V: Send>(
    weights: &[u64],
    threads: usize,
    figure: &(dyn Fn(&[u64]) -> Result<V> + Sync),
) -> Result<(Vec<usize>, Vec<V>)> {
    let units: u64 = weights.iter().sum();
    if units < 2 {
        let reason = Undefined::TooFew { what: "units", needed: 2, found: units };
        return Err(Error::undefined(METRIC, reason));
    }
    let present: Vec<usize> = (0..weights.len()).filter(|&k| weights[k] > 0).collect();
    let quiet = |_, _| ControlFlow::Continue(());
    let values = super::parallel::map(present.len(), threads, quiet, |i| {
        let mut without = weights.to_vec();
        without[present[i]] -= 1;
        figure(&without)
    })?;
    Ok((present, values))
}
