use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items, rate};
use crate::num;

/// Columns of one table: all as long as the first, all finite. Returns the number of rows.
pub(super) fn check_columns(columns: &[(&'static str, &[f64])]) -> Result<usize> {
    let rows = columns.first().map_or(0, |(_, first)| first.len());
    for (what, column) in columns {
        num::check_same_length(what, rows, column.len())?;
        num::check_finite(what, column)?;
    }
    Ok(rows)
}

/// The same for columns that an objective is a mean or a sum of: at least one row.
pub(super) fn check_batch(
    metric: &'static str,
    what: &'static str,
    columns: &[(&'static str, &[f64])],
) -> Result<usize> {
    match check_columns(columns)? {
        0 => Err(Error::undefined(metric, Undefined::Nothing { what })),
        rows => Ok(rows),
    }
}

/// The mean of values without bounds, one an item, with the t interval over items.
pub(super) fn mean_estimate(
    metric: &'static str,
    what: &'static str,
    values: &[f64],
    level: Level,
) -> Result<Estimate> {
    let estimate = mean_over_items(metric, what, values, (f64::NEG_INFINITY, f64::INFINITY), level)?;
    num::check_range(metric, [&estimate.value])?;
    Ok(estimate)
}

/// How many of the trials are hits, with Wilson's interval.
pub(super) fn share(
    metric: &'static str,
    denominator: &'static str,
    hits: impl IntoIterator<Item = bool>,
    level: Level,
) -> Result<Estimate> {
    let (part, whole) =
        hits.into_iter().fold((0, 0), |(part, whole), hit| (part + u64::from(hit), whole + 1));
    rate(metric, denominator, part, whole, level)
}
