use crate::error::{Error, Result};
use crate::inference::planning::{Goal, MOST, Plan, normal_power};
use crate::inference::{Interval, Level};

/// Which correlation is planned for; it decides the variance of Fisher's z.
///
/// | coefficient | variance of z |
/// |---|---|
/// | Pearson | 1/(n − 3) |
/// | Spearman | (1 + ρ²/2)/(n − 3) |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlannedCorrelation {
    /// Pearson's product-moment correlation.
    Pearson,
    /// Spearman's rank correlation.
    Spearman,
}

impl PlannedCorrelation {
    fn name(self) -> &'static str {
        match self {
            Self::Pearson => "Pearson's r",
            Self::Spearman => "Spearman's rho",
        }
    }

    /// The standard error of z from `n` pairs, more than 3.
    fn error_of_z(self, value: f64, n: u64) -> f64 {
        let variance = match self {
            Self::Pearson => 1.0,
            Self::Spearman => 1.0 + value * value / 2.0,
        };
        (variance / (n - 3) as f64).sqrt()
    }
}

fn check_correlation(name: &'static str, value: f64) -> Result<()> {
    if value > -1.0 && value < 1.0 {
        Ok(())
    } else {
        Err(Error::argument(name, "a number between -1 and 1, without the ends", value))
    }
}

/// How many pairs give a correlation an interval of a wanted half-width.
///
/// ```text
/// [tanh(atanh ρ + z·SE) − tanh(atanh ρ − z·SE)]/2 ≤ half_width,   SE = √(c/(n − 3)),   c of PlannedCorrelation
/// ```
///
/// The interval of [`pearson`](crate::correlation::pearson) and [`spearman`](crate::correlation::spearman) at the value
/// that is expected; 0 is the worst.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// Plan for the pairs that will be complete.
///
/// # Source
/// Bonett and Wright 2000, "Sample size requirements for estimating Pearson, Kendall and Spearman correlations". They
/// start from 4(1 − ρ²)²(z/w)² + 3, w the whole length, and correct it once by the interval that it gives; the interval itself
/// is searched here.
///
/// # Errors
/// [`Error::Argument`] for a value that is not between −1 and 1, a half-width that is not above 0 or that 10⁹ pairs do not
/// reach.
///
/// # Examples
/// ```
/// use probity::inference::{Level, PlannedCorrelation, items_for_correlation};
/// let plan = items_for_correlation(PlannedCorrelation::Pearson, 0.8, 0.1, Level::default())?;
/// // Bonett and Wright: 52.8, so 53 at first, whose interval is 0.2042 long; 50·(0.2042/0.2)² + 3 = 55.1.
/// assert_eq!(plan.items, 56);
/// let ranks = items_for_correlation(PlannedCorrelation::Spearman, 0.8, 0.1, Level::default())?;
/// assert!(ranks.items > plan.items);
/// assert!(items_for_correlation(PlannedCorrelation::Pearson, 1.0, 0.1, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_correlation(
    kind: PlannedCorrelation,
    value: f64,
    half_width: f64,
    level: Level,
) -> Result<Plan> {
    check_correlation("value", value)?;
    let half = |n| Interval::on_fisher_z(value, kind.error_of_z(value, n), level).width() / 2.0;
    let found = Goal::half_width(half_width)?.smallest("pairs", (4, MOST), half)?;
    Ok(Plan::precise(kind.name(), found, level).by(2))
}

/// How many pairs a test needs to tell a correlation from another value, usually 0.
///
/// ```text
/// power(n) = Φ(|atanh ρ − atanh ρ₀|/SE − z·SE₀/SE) and the other tail,   SE at ρ, SE₀ at ρ₀
/// ```
///
/// # Undefined
/// Never.
///
/// # Missing values
/// Plan for the pairs that will be complete.
///
/// # Source
/// Fisher 1921; the usual table n = ((z + z_β)/atanh ρ)² + 3: Hulley et al., *Designing Clinical Research*, appendix 6C.
///
/// # Errors
/// [`Error::Argument`] for values that are not between −1 and 1 or are equal, a power outside 0..1 or that 10⁹ pairs do not
/// reach.
///
/// # Examples
/// ```
/// use probity::inference::{Level, PlannedCorrelation, items_for_correlation_power};
/// let pearson = PlannedCorrelation::Pearson;
/// let plan = |value| items_for_correlation_power(pearson, 0.0, value, 0.8, Level::default());
/// assert_eq!([plan(0.1)?.items, plan(0.3)?.items], [783, 85]);
/// assert!(plan(0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_correlation_power(
    kind: PlannedCorrelation,
    null: f64,
    value: f64,
    power: f64,
    level: Level,
) -> Result<Plan> {
    check_correlation("null", null)?;
    check_correlation("value", value)?;
    if null == value {
        return Err(Error::argument("value", "a value other than the null", value));
    }
    let achieved = |n| {
        let under_null = kind.error_of_z(null, n);
        let shift = (value.atanh() - null.atanh()).abs() / under_null;
        normal_power(shift, kind.error_of_z(value, n) / under_null, level)
    };
    let found = Goal::power(power)?.smallest("pairs", (4, MOST), achieved)?;
    Ok(Plan::powerful(kind.name(), found, level).by(2))
}
