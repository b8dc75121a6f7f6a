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
    let n = influence.len();
    let estimate = Estimate::new(metric, value).counted(n as u64, 1, n as u64);
    if n < 2 {
        return estimate;
    }
    let centre = num::sum(influence.iter().copied()) / n as f64;
    let squares = num::sum(influence.iter().map(|u| (u - centre).powi(2)));
    let se = (squares / (n as f64 - 1.0) / n as f64).sqrt();
    // Influences near the ends of the range of `f64` have no finite square.
    if !se.is_finite() {
        return estimate;
    }
    let interval = Interval::student_t(value, se, n as f64 - 1.0, level);
    let interval = bounds.map_or(interval, |(low, high)| interval.clamped(low, high));
    estimate.with_standard_error(se).with_interval(interval)
}
