use crate::error::{Error, Result};
use crate::inference::planning::{Goal, MOST, MOST_RATERS, Plan, check_items, check_raters};
use crate::inference::{Level, f_p_value, f_quantile};

/// Half the F interval of a one-way intraclass correlation that comes out as supposed.
fn icc_half_width(icc: f64, items: u64, raters: u64, level: Level) -> f64 {
    let (n, k) = (items as f64, raters as f64);
    let (df1, df2) = (n - 1.0, n * (k - 1.0));
    let f = (1.0 + (k - 1.0) * icc) / (1.0 - icc);
    let single = |f: f64| (f - 1.0) / (f + k - 1.0);
    let p = level.upper();
    (single(f * f_quantile(p, df2, df1)) - single(f / f_quantile(p, df1, df2))) / 2.0
}

/// From −1/(k − 1), without it, to 1, without it.
fn check_icc(name: &'static str, icc: f64, raters: u64) -> Result<()> {
    if icc > -1.0 / (raters as f64 - 1.0) && icc < 1.0 {
        return Ok(());
    }
    Err(Error::argument(name, "a correlation above -1/(raters - 1) and below 1", icc))
}

/// How many items give an intraclass correlation of single ratings an interval of a wanted half-width.
///
/// ```text
/// F = (1 + (k − 1)ρ)/(1 − ρ),   interval: (F/F₁ − 1)/(F/F₁ + k − 1) .. (F·F₂ − 1)/(F·F₂ + k − 1)
/// F₁, F₂: F-quantiles of n − 1 and n(k − 1) degrees of freedom, and of the same exchanged;  k raters
/// ```
///
/// The interval that [`icc`](crate::agreement::icc) gives the one-way form where it comes out as supposed; the consistency
/// form is nearly the same.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// Plan for complete items.
///
/// # Source
/// Bonett 2002, "Sample size requirements for estimating intraclass correlations with desired precision":
/// n ≈ 8z²(1 − ρ)²(1 + (k − 1)ρ)²/(k(k − 1)w²) + 1, w the whole width (5ρ more for k = 2 and ρ ≥ 0.7). The exact interval is
/// searched here; the formula agrees within a few items.
///
/// # Errors
/// [`Error::Argument`] for an impossible correlation, raters outside 2..=10,000, a half-width that is not above 0 or that
/// 10⁹ items do not reach.
///
/// # Examples
/// ```
/// use probity::inference::{Level, items_for_icc};
/// // Bonett: 8·1.96²·0.2²·2.6²/(6·0.2²) + 1 = 35.6 for three raters.
/// let plan = items_for_icc(0.8, 3, 0.1, Level::default())?;
/// assert!(plan.items.abs_diff(36) <= 2, "{plan}");
/// assert!(items_for_icc(1.0, 3, 0.1, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_icc(icc: f64, raters: u64, half_width: f64, level: Level) -> Result<Plan> {
    check_raters(raters)?;
    check_icc("icc", icc, raters)?;
    let half = |n| icc_half_width(icc, n, raters, level);
    let found = Goal::half_width(half_width)?.smallest("items", (2, MOST), half)?;
    Ok(Plan::precise("ICC(1), one-way", found, level).by(raters))
}

/// How many raters give an intraclass correlation of so many items an interval of a wanted half-width; see
/// [`items_for_icc`].
///
/// # Undefined
/// Never.
///
/// # Errors
/// As [`items_for_icc`]; [`Error::Argument`] for fewer than two items, a negative correlation, and where 10,000 raters are
/// not enough.
///
/// # Examples
/// ```
/// use probity::inference::{Level, raters_for_icc};
/// let plan = raters_for_icc(0.6, 60, 0.12, Level::default())?;
/// assert!(plan.raters >= 3 && plan.half_width.unwrap() <= 0.12, "{plan}");
/// assert!(raters_for_icc(0.6, 10, 0.01, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn raters_for_icc(icc: f64, items: u64, half_width: f64, level: Level) -> Result<Plan> {
    check_items(items)?;
    if !(0.0..1.0).contains(&icc) {
        return Err(Error::argument("icc", "a correlation of at least 0 and below 1", icc));
    }
    let half = |raters| icc_half_width(icc, items, raters, level);
    let (raters, half) = Goal::half_width(half_width)?.smallest("raters", (2, MOST_RATERS), half)?;
    Ok(Plan::precise("ICC(1), one-way", (items, half), level).by(raters))
}

/// How many items the one-sided F test needs to find that an intraclass correlation lies above another value.
///
/// ```text
/// power = P(F > F_α·(1 − ρ)(1 + (k − 1)ρ₀)/((1 + (k − 1)ρ)(1 − ρ₀))),   F with n − 1 and n(k − 1) degrees of freedom
/// ```
///
/// Exact for normal ratings. One-sided at 1 − level, as [`IccAnova::f_test`](crate::agreement::IccAnova::f_test) is.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// Plan for complete items.
///
/// # Source
/// Donner and Eliasziw 1987; Walter, Eliasziw and Donner 1998, "Sample size and optimal designs for reliability studies",
/// approximate n ≈ 1 + 2(z + z_β)²k/((ln C)²(k − 1)), C the factor above.
///
/// # Errors
/// [`Error::Argument`] for impossible correlations, one that is not above the other, raters outside 2..=10,000, a power
/// outside 0..1 or that 10⁹ items do not reach.
///
/// # Examples
/// ```
/// use probity::inference::{Level, items_for_icc_power};
/// // 38.6 by the approximation.
/// let plan = items_for_icc_power(0.6, 0.8, 2, 0.8, Level::default())?;
/// assert!(plan.items.abs_diff(39) <= 1, "{plan}");
/// assert!(items_for_icc_power(0.8, 0.6, 2, 0.8, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_icc_power(null: f64, icc: f64, raters: u64, power: f64, level: Level) -> Result<Plan> {
    check_raters(raters)?;
    check_icc("null", null, raters)?;
    check_icc("icc", icc, raters)?;
    if icc <= null {
        return Err(Error::argument("icc", "a correlation above the null", icc));
    }
    let k = raters as f64;
    let ratio = |rho: f64| (1.0 + (k - 1.0) * rho) / (1.0 - rho);
    let achieved = |items: u64| {
        let (df1, df2) = (items as f64 - 1.0, items as f64 * (k - 1.0));
        f_p_value(f_quantile(level.get(), df1, df2) * ratio(null) / ratio(icc), df1, df2)
    };
    let found = Goal::power(power)?.smallest("items", (2, MOST), achieved)?;
    Ok(Plan::powerful("ICC(1), one-way", found, level).by(raters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_fewer_is_too_few() {
        let level = Level::default();
        for (icc, raters, half) in [(0.8, 2, 0.1), (0.5, 5, 0.08), (-0.1, 3, 0.1), (0.0, 2, 0.2)] {
            let plan = items_for_icc(icc, raters, half, level).unwrap();
            assert!(icc_half_width(icc, plan.items, raters, level) <= half, "{plan}");
            assert!(icc_half_width(icc, plan.items - 1, raters, level) > half, "{plan}");
        }
        let plan = raters_for_icc(0.6, 60, 0.12, level).unwrap();
        assert!(icc_half_width(0.6, 60, plan.raters - 1, level) > 0.12);
    }

    /// Walter, Eliasziw and Donner's approximation, one-sided at 0.05 with a power of 0.8.
    #[test]
    fn near_the_approximation() {
        for (null, icc, raters) in [(0.6, 0.8, 2), (0.6, 0.8, 3), (0.4, 0.6, 5), (0.0, 0.3, 4)] {
            let k = raters as f64;
            let ratio = |rho: f64| (1.0 + (k - 1.0) * rho) / (1.0 - rho);
            let squared = (ratio(null) / ratio(icc)).ln().powi(2);
            let usual = 1.0 + 2.0 * (1.644_854f64 + 0.841_621).powi(2) * k / (squared * (k - 1.0));
            let plan = items_for_icc_power(null, icc, raters, 0.8, Level::default()).unwrap();
            assert!((plan.items as f64 - usual).abs() < 1.5, "{plan}: {usual}");
        }
    }
}
