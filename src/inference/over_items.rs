use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Interval, Level};
use crate::num;
use crate::tally::{Moments, Tally};

/// The mean of `values` (one an item), with the standard error and a Student t interval over items cut to the bounds.
/// One item has neither.
pub(crate) fn mean_over_items(
    metric: &'static str,
    what: &'static str,
    values: &[f64],
    bounds: (f64, f64),
    level: Level,
) -> Result<Estimate> {
    if values.is_empty() {
        return Err(Error::undefined(metric, Undefined::Nothing { what }));
    }
    num::check_finite(what, values)?;
    let mean = num::sum(values.iter().copied()) / values.len() as f64;
    if !mean.is_finite() {
        return Err(Error::Overflow { what: "the sum of the items" });
    }
    Ok(estimate_from_influence(metric, mean, values, level, Some(bounds)))
}

impl Moments {
    /// The mean, with its standard error and a Student t interval cut to the bounds: the mean over items of a figure that
    /// each item has. One item has neither.
    ///
    /// ```text
    /// SE = √(Σ(x − mean)²/(n − 1)/n)        interval: mean ± t(n − 1)·SE
    /// ```
    ///
    /// # Undefined
    /// Without numbers; `what` are they, in the plural.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    ///
    /// # Examples
    /// ```
    /// use probity::inference::Level;
    /// use probity::tally::{Moments, Tally};
    /// let mut losses = Moments::default();
    /// [0.25, 0.0, 0.25].into_iter().try_for_each(|loss| losses.record(loss))?;
    /// let brier = losses.mean_estimate("Brier score", "items", (0.0, 1.0), Level::default())?;
    /// assert!((brier.value - 1.0 / 6.0).abs() < 1e-15 && brier.interval.unwrap().lower == 0.0);
    /// let nothing = Moments::default().mean_estimate("Brier score", "items", (0.0, 1.0), Level::default());
    /// assert!(nothing.unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn mean_estimate(
        &self,
        metric: &'static str,
        what: &'static str,
        bounds: (f64, f64),
        level: Level,
    ) -> Result<Estimate> {
        let n = self.records();
        let mean = num::ratio(metric, self.sum(), n as f64, Undefined::Nothing { what })?;
        let se = self.variance().map_or(f64::NAN, |variance| (variance / n as f64).sqrt());
        Ok(with_student_t(Estimate::new(metric, mean).counted(n, 1, n), se, level, Some(bounds)))
    }
}

/// A figure whose standard error is that of the mean of the items' influences (linearisation), with a Student t
/// interval over items, cut to the bounds if there are any. One item has neither.
pub(crate) fn estimate_from_influence(
    metric: &'static str,
    value: f64,
    influence: &[f64],
    level: Level,
    bounds: Option<(f64, f64)>,
) -> Estimate {
    estimate_from_counted(metric, value, &influence.iter().map(|&u| (u, 1)), level, bounds)
}

/// [`estimate_from_influence`] of influences that each occur so many times.
pub(crate) fn estimate_from_counted(
    metric: &'static str,
    value: f64,
    influence: &(impl Iterator<Item = (f64, u64)> + Clone),
    level: Level,
    bounds: Option<(f64, f64)>,
) -> Estimate {
    let items = influence.clone().map(|(_, times)| times).fold(0, u64::saturating_add);
    let n = items as f64;
    let total = |of: &dyn Fn(f64) -> f64| num::sum(influence.clone().map(|(u, times)| of(u) * times as f64));
    let centre = total(&|u| u) / n;
    let squares = total(&|u| (u - centre).powi(2));
    let se = (squares / (n - 1.0) / n).sqrt();
    with_student_t(Estimate::new(metric, value).counted(items, 1, items), se, level, bounds)
}

/// The figure with a standard error and Student's interval over its items, unless they are fewer than two or their
/// spread has no finite square.
fn with_student_t(estimate: Estimate, se: f64, level: Level, bounds: Option<(f64, f64)>) -> Estimate {
    if estimate.items < 2 || !se.is_finite() {
        return estimate;
    }
    let interval = Interval::student_t(estimate.value, se, estimate.items as f64 - 1.0, level);
    let interval = bounds.map_or(interval, |(low, high)| interval.clamped(low, high));
    estimate.with_standard_error(se).with_interval(interval)
}
