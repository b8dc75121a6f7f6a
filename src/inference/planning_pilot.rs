use crate::error::{Error, Result, Undefined};
use crate::inference::planning::{Goal, MOST, Plan, mean_half_width};
use crate::inference::{Estimate, IntervalMethod, Level};

/// How many items would give a figure of a pilot an interval of a wanted half-width.
///
/// ```text
/// half-width(n) = q·SE·√(n₀/n),   n₀: items of the pilot
/// q: quantile of the interval that the pilot has: Student's with n − 1 degrees of freedom, or the normal one
/// ```
///
/// For any figure whose standard error shrinks with the square root of the items and which states it: Krippendorff's
/// alpha (its infinitesimal jackknife), Fleiss' and Cohen's kappa with any weights, Gwet's AC1, win rates, mean scores.
/// The raters an item stay as in the pilot. A small pilot is itself unsure of its standard error.
///
/// # Undefined
/// For a pilot without a standard error, with one of 0, or of fewer than two items.
///
/// # Missing values
/// The pilot's share of them is supposed to stay.
///
/// # Source
/// Jaeckel 1972 and Efron 1982 (the infinitesimal jackknife); Gwet, *Handbook of Inter-Rater Reliability* (2014), chapter 6.
///
/// # Errors
/// [`Error::Argument`] for a half-width that is not above 0 or that 10⁹ items do not reach.
///
/// # Examples
/// ```
/// use probity::agreement::{Options, krippendorff_alpha};
/// use probity::inference::{Level, items_from_pilot};
/// use probity::ratings::{Labels, Ratings};
/// let codes = vec![0u8, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0];
/// let alpha = krippendorff_alpha(&Ratings::from_codes(Labels::codes(2), 2, codes)?, &Options::new())?;
/// let plan = items_from_pilot(&alpha, 0.1, Level::default())?;
/// assert!(plan.items > 100 && plan.half_width.unwrap() <= 0.1);
/// let bare = probity::inference::Estimate::new("alpha", 0.8);
/// assert!(items_from_pilot(&bare, 0.1, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_from_pilot(pilot: &Estimate, half_width: f64, level: Level) -> Result<Plan> {
    let metric = "a plan from a pilot";
    let error = pilot.standard_error.filter(|&error| error > 0.0);
    let what = "the figure over the items of the pilot";
    let error = error.ok_or(Error::undefined(metric, Undefined::NoVariance { what }))?;
    if pilot.items < 2 {
        let reason = Undefined::TooFew { what: "items of the pilot", needed: 2, found: pilot.items };
        return Err(Error::undefined(metric, reason));
    }
    let student = pilot.interval.is_some_and(|interval| interval.method == IntervalMethod::StudentT);
    let spread = error * (pilot.items as f64).sqrt();
    let goal = Goal::half_width(half_width)?;
    let found = goal.smallest("items", (2, MOST), |n| mean_half_width(spread, n, student, level))?;
    Ok(Plan::precise(pilot.method, found, level).by(pilot.raters))
}
