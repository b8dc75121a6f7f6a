use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Interval, Level};
use crate::num;

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
    let estimate = Estimate::new(metric, value).counted(items, 1, items);
    if items < 2 {
        return estimate;
    }
    let n = items as f64;
    let total = |of: &dyn Fn(f64) -> f64| num::sum(influence.clone().map(|(u, times)| times as f64 * of(u)));
    let centre = total(&|u| u) / n;
    let se = (total(&|u| (u - centre).powi(2)) / (n - 1.0) / n).sqrt();
    // Influences near the ends of the range of `f64` have no finite square.
    if !se.is_finite() {
        return estimate;
    }
    let interval = Interval::student_t(value, se, n - 1.0, level);
    let interval = bounds.map_or(interval, |(low, high)| interval.clamped(low, high));
    estimate.with_standard_error(se).with_interval(interval)
}
