use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Interval, Level};
use crate::num;
use crate::tally::{Moments, Tally};

/// The mean of `values` (one an item), with the standard error and a Student t interval over items cut to the bounds.
/// One item has neither.
pub(super) fn mean_over_items(
    metric: &'static str,
    what: &'static str,
    values: &[f64],
    bounds: (f64, f64),
    level: Level,
) -> Result<Estimate> {
    if values.is_empty() {
        return Err(Error::undefined(metric, Undefined::Nothing { what }));
    }
    let items = values.len() as u64;
    let n = items as f64;
    let mut moments = Moments::default();
    for &value in values {
        moments.record(value)?;
    }
    let estimate = Estimate::new(metric, num::sum(values.iter().copied()) / n).counted(items, 1, items);
    if items < 2 {
        return Ok(estimate);
    }
    let se = (moments.variance()? / n).sqrt();
    let interval = Interval::student_t(estimate.value, se, n - 1.0, level).clamped(bounds.0, bounds.1);
    Ok(estimate.with_standard_error(se).with_interval(interval))
}
