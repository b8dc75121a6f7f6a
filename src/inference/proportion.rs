use statrs::distribution::{Beta, ContinuousCDF};

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Interval, IntervalMethod, Level, normal_p_value, normal_quantile};

/// How the interval of a proportion is made.
///
/// With p = s/n, z the normal quantile, B the beta quantile, α = 1 − level:
///
/// | method | ends |
/// |---|---|
/// | Wilson | (p + z²/2n ± z√(p(1 − p)/n + z²/4n²)) / (1 + z²/n) |
/// | Wilson, continuity | the same with p ± 1/2n on the way; 0 for s = 0, 1 for s = n |
/// | Clopper-Pearson | B(α/2; s, n − s + 1), B(1 − α/2; s + 1, n − s); 0 for s = 0, 1 for s = n |
/// | Agresti-Coull | p̃ ± z√(p̃(1 − p̃)/(n + z²)), p̃ = (s + z²/2)/(n + z²), cut to 0..1 |
/// | Jeffreys | B(α/2; s + ½, n − s + ½), B(1 − α/2; ..); 0 for s = 0, 1 for s = n |
/// | normal | p ± z√(p(1 − p)/n), cut to 0..1 |
///
/// Wilson's covers about as often as it says. Clopper and Pearson's never covers less and often more. The normal one covers
/// too little for small n and for p near 0 or 1, where it shrinks to a point; it is here because papers report it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ProportionMethod {
    /// Wilson's score interval.
    #[default]
    Wilson,
    /// Wilson's with continuity correction.
    WilsonContinuity,
    /// Exact, from the binomial distribution.
    ClopperPearson,
    /// Normal around Wilson's centre.
    AgrestiCoull,
    /// Equal-tailed posterior with Jeffreys' prior.
    Jeffreys,
    /// Estimate ± normal quantile × standard error (Wald).
    Normal,
}

/// The share of successes among trials.
///
/// ```text
/// p = s/n        SE = √(p(1 − p)/n)
/// ```
///
/// The interval is that of `method`. There is no null hypothesis, so no p-value. The standard error is 0 for s = 0 and
/// s = n; the interval is the better guide there.
///
/// # Undefined
/// Without trials.
///
/// # Missing values
/// A trial without outcome is not a trial: leave it out of both counts.
///
/// # Source
/// Wilson 1927; Clopper and Pearson 1934; Agresti and Coull 1998; Brown, Cai and DasGupta 2001 (Jeffreys and its ends);
/// continuity correction and comparison: Newcombe 1998, "Two-sided confidence intervals for the single proportion".
///
/// # Errors
/// [`Error::Argument`] for more successes than trials.
///
/// # Examples
/// ```
/// use probity::inference::{Level, ProportionMethod, proportion};
/// let e = proportion(81, 263, ProportionMethod::Wilson, Level::default())?;
/// let interval = e.interval.unwrap();
/// assert!((interval.lower - 0.2553).abs() < 5e-5 && (interval.upper - 0.3662).abs() < 5e-5);
/// assert!(proportion(0, 0, ProportionMethod::Wilson, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn proportion(successes: u64, trials: u64, method: ProportionMethod, level: Level) -> Result<Estimate> {
    let p = share("proportion", successes, trials)?;
    let standard_error = (p * (1.0 - p) / trials as f64).sqrt();
    Ok(Estimate::new("proportion", p)
        .counted(trials, 1, trials)
        .with_standard_error(standard_error)
        .with_interval(interval(successes, trials, method, level)))
}

/// A share under its own name with Wilson's interval; undefined by what its denominator is called.
pub(crate) fn rate(
    metric: &'static str,
    denominator: &'static str,
    part: u64,
    whole: u64,
    level: Level,
) -> Result<Estimate> {
    if whole == 0 {
        return Err(Error::undefined(metric, Undefined::ZeroDenominator { what: denominator }));
    }
    let estimate = proportion(part, whole, ProportionMethod::Wilson, level)?;
    Ok(Estimate { method: metric, ..estimate })
}

/// A share of expected counts, which need not be whole, under its own name; undefined by what its denominator is called.
///
/// `imputation` is the variance that the share has because the counts are only expected. It adds to that of a sample of
/// so many, and Wilson's interval is that of the smaller sample whose variance is the sum. Both look at the share as
/// Agresti and Coull shrink it, so that a share of 0 or 1 has a sample's variance too.
pub(crate) fn expected_rate(
    metric: &'static str,
    denominator: &'static str,
    part: f64,
    whole: f64,
    imputation: f64,
    level: Level,
) -> Result<Estimate> {
    /// The greatest variance of a share.
    const MOST: f64 = 0.25;
    let reason = Undefined::ZeroDenominator { what: denominator };
    // The part is not greater than the whole but for rounding.
    let p = crate::num::ratio(metric, part, whole, reason)?.clamp(0.0, 1.0);
    let z = normal_quantile(level.upper());
    let shrunk = (whole * p + z * z / 2.0) / (whole + z * z);
    let sample = shrunk * (1.0 - shrunk);
    let imputation = imputation.min(MOST);
    let trials = whole * (sample / (sample + whole * imputation));
    // Wilson's ends in the limit of no trials, which its formula does not survive.
    let (lower, upper) = if trials > f64::EPSILON { wilson(p, trials, z) } else { (0.0, 1.0) };
    let interval = Interval::new(lower.min(p), upper.max(p), level, IntervalMethod::Wilson);
    Ok(Estimate::new(metric, p)
        .with_standard_error((p * (1.0 - p) / whole + imputation).min(MOST).sqrt())
        .with_interval(interval.clamped(0.0, 1.0)))
}

/// The difference of two independent proportions, the first minus the second.
///
/// ```text
/// δ = p₁ − p₂         SE = √(p₁(1 − p₁)/n₁ + p₂(1 − p₂)/n₂)
/// lower = δ − √((p₁ − l₁)² + (u₂ − p₂)²)
/// upper = δ + √((u₁ − p₁)² + (p₂ − l₂)²)        [lᵢ, uᵢ]: Wilson's interval of pᵢ
/// p-value: z = δ/√(p(1 − p)(1/n₁ + 1/n₂)) of equal proportions, p pooled; none if p is 0 or 1
/// ```
///
/// Each argument is (successes, trials).
///
/// # Undefined
/// If one of the two has no trials.
///
/// # Missing values
/// As [`proportion`].
///
/// # Source
/// Newcombe 1998, "Interval estimation for the difference between independent proportions", method 10.
///
/// # Errors
/// [`Error::Argument`] for more successes than trials.
///
/// # Examples
/// ```
/// use probity::inference::{Level, proportion_difference};
/// let e = proportion_difference((56, 70), (48, 80), Level::default())?;
/// let interval = e.interval.unwrap();
/// assert!((interval.lower - 0.0524).abs() < 5e-5 && (interval.upper - 0.3339).abs() < 5e-5);
/// assert!(proportion_difference((0, 0), (1, 2), Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn proportion_difference(first: (u64, u64), second: (u64, u64), level: Level) -> Result<Estimate> {
    let metric = "difference of two proportions";
    let ((s1, n1), (s2, n2)) = (first, second);
    let (p1, p2) = (share(metric, s1, n1)?, share(metric, s2, n2)?);
    let (n1, n2) = (n1 as f64, n2 as f64);
    let value = p1 - p2;
    let (lower, upper) = newcombe((p1, n1), (p2, n2), normal_quantile(level.upper()));
    let standard_error = (p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2).sqrt();
    let total = first.1.saturating_add(second.1);
    let estimate = Estimate::new(metric, value)
        .counted(total, 2, total)
        .with_standard_error(standard_error)
        .with_interval(Interval::new(lower, upper, level, IntervalMethod::Newcombe).clamped(-1.0, 1.0));
    let pooled = (s1 as f64 + s2 as f64) / (n1 + n2);
    let null_variance = pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2);
    if null_variance > 0.0 {
        return Ok(estimate.with_p_value(normal_p_value(value / null_variance.sqrt())));
    }
    Ok(estimate)
}

/// Newcombe's ends of the difference of two shares (share, trials).
pub(super) fn newcombe((p1, n1): (f64, f64), (p2, n2): (f64, f64), z: f64) -> (f64, f64) {
    let ((l1, u1), (l2, u2)) = (wilson(p1, n1, z), wilson(p2, n2, z));
    (p1 - p2 - (p1 - l1).hypot(u2 - p2), p1 - p2 + (u1 - p1).hypot(p2 - l2))
}

fn share(metric: &'static str, successes: u64, trials: u64) -> Result<f64> {
    if successes > trials {
        let found = format!("{successes} of {trials}");
        return Err(Error::argument("successes", "no more successes than trials", found));
    }
    crate::num::ratio(metric, successes as f64, trials as f64, Undefined::Nothing { what: "trials" })
}

/// `trials` is above 0 and not below `successes`.
pub(super) fn interval(successes: u64, trials: u64, method: ProportionMethod, level: Level) -> Interval {
    let (s, n) = (successes as f64, trials as f64);
    let (p, z) = (s / n, normal_quantile(level.upper()));
    let (ends, name) = match method {
        ProportionMethod::Wilson => (wilson(p, n, z), IntervalMethod::Wilson),
        ProportionMethod::WilsonContinuity => {
            let end = |sign: f64| {
                let root = z * z + sign * 2.0 - 1.0 / n + 4.0 * p * (n * (1.0 - p) - sign);
                (2.0 * n * p + z * z + sign * (1.0 + z * root.max(0.0).sqrt())) / (2.0 * (n + z * z))
            };
            ((end(-1.0), end(1.0)), IntervalMethod::WilsonContinuity)
        }
        ProportionMethod::ClopperPearson => {
            let ends = (beta(1.0 - level.upper(), s, n - s + 1.0), beta(level.upper(), s + 1.0, n - s));
            (ends, IntervalMethod::Exact)
        }
        ProportionMethod::AgrestiCoull => {
            let n = n + z * z;
            let centre = (s + z * z / 2.0) / n;
            let half = z * (centre * (1.0 - centre) / n).sqrt();
            (around(centre, half, 1.0), IntervalMethod::AgrestiCoull)
        }
        ProportionMethod::Jeffreys => {
            let end = |q| beta(q, s + 0.5, n - s + 0.5);
            ((end(1.0 - level.upper()), end(level.upper())), IntervalMethod::Jeffreys)
        }
        ProportionMethod::Normal => (around(p, z * (p * (1.0 - p) / n).sqrt(), 1.0), IntervalMethod::Normal),
    };
    let (mut lower, mut upper) = ends;
    // Agresti and Coull's has no special ends; Wilson's are 0 and 1 by themselves, but for rounding.
    if method != ProportionMethod::AgrestiCoull {
        if successes == 0 {
            lower = 0.0;
        }
        if successes == trials {
            upper = 1.0;
        }
    }
    Interval::new(lower, upper, level, name).clamped(0.0, 1.0)
}

/// Wilson's ends of a share `p` of `n` trials, which need not be a whole number of successes.
pub(super) fn wilson(p: f64, n: f64, z: f64) -> (f64, f64) {
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    around(p + z * z / (2.0 * n), half, 1.0 + z * z / n)
}

fn around(centre: f64, half: f64, divisor: f64) -> (f64, f64) {
    ((centre - half) / divisor, (centre + half) / divisor)
}

/// Quantile of the beta distribution; 0 or 1 where a shape of 0 makes it degenerate there.
pub(super) fn beta(q: f64, a: f64, b: f64) -> f64 {
    let degenerate = if a <= 0.0 { 0.0 } else { 1.0 };
    Beta::new(a, b).map_or(degenerate, |beta| beta.inverse_cdf(q))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ProportionMethod::{AgrestiCoull, ClopperPearson, Jeffreys, Normal, Wilson, WilsonContinuity};

    fn ends(s: u64, n: u64, method: ProportionMethod) -> (f64, f64) {
        let interval = proportion(s, n, method, Level::default()).unwrap().interval.unwrap();
        (interval.lower, interval.upper)
    }

    fn close(found: (f64, f64), lower: f64, upper: f64, tolerance: f64) {
        assert!(
            (found.0 - lower).abs() <= tolerance && (found.1 - upper).abs() <= tolerance,
            "expected {lower}..{upper}, found {found:?}"
        );
    }

    /// Newcombe 1998, table I: printed to four decimals.
    #[test]
    fn newcombe_table_one() {
        for (s, n, method, lower, upper) in [
            (81, 263, Normal, 0.2522, 0.3638),
            (81, 263, Wilson, 0.2553, 0.3662),
            (81, 263, WilsonContinuity, 0.2535, 0.3682),
            (81, 263, ClopperPearson, 0.2527, 0.3676),
            (15, 148, Normal, 0.0527, 0.1500),
            (15, 148, Wilson, 0.0624, 0.1605),
            (15, 148, WilsonContinuity, 0.0598, 0.1644),
            (15, 148, ClopperPearson, 0.0578, 0.1617),
            (0, 20, Normal, 0.0, 0.0),
            (0, 20, Wilson, 0.0, 0.1611),
            (0, 20, WilsonContinuity, 0.0, 0.2005),
            (0, 20, ClopperPearson, 0.0, 0.1684),
            (1, 29, Wilson, 0.0061, 0.1718),
            (1, 29, WilsonContinuity, 0.0018, 0.1963),
            (1, 29, ClopperPearson, 0.0009, 0.1776),
        ] {
            close(ends(s, n, method), lower, upper, 5.1e-5);
        }
    }

    #[test]
    fn other_methods() {
        // Closed forms: with s = n = 4, Clopper and Pearson's lower end is (α/2)^(1/4).
        close(ends(4, 4, ClopperPearson), 0.025f64.powf(0.25), 1.0, 1e-12);
        // Agresti and Coull add about two successes and two failures: around 6/14 at 5 of 10 it is symmetric.
        let (lower, upper) = ends(5, 10, AgrestiCoull);
        close((lower, upper), 1.0 - upper, 1.0 - lower, 1e-15);
        close(ends(5, 10, AgrestiCoull), 0.236_593_090_51, 0.763_406_909_49, 1e-9);
        // scipy.stats.beta.ppf
        close(ends(0, 5, Jeffreys), 0.0, 0.379_377_142_299_039_35, 1e-9);
        close(ends(5, 5, Jeffreys), 1.0 - 0.379_377_142_299_039_35, 1.0, 1e-9);
        close(ends(3, 10, Jeffreys), 0.092_694_59, 0.605_818_32, 5e-9);
    }

    /// Newcombe 1998, table II, method 10.
    #[test]
    fn newcombe_differences() {
        for (first, second, lower, upper) in [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((5, 56), (0, 29), -0.0381, 0.1926),
            ((10, 10), (0, 10), 0.6075, 1.0),
        ] {
            let e = proportion_difference(first, second, Level::default()).unwrap();
            let interval = e.interval.unwrap();
            close((interval.lower, interval.upper), lower, upper, 5.1e-5);
        }
        let nothing = proportion_difference((0, 3), (0, 4), Level::default()).unwrap();
        assert_eq!((nothing.value, nothing.p_value), (0.0, None));
    }

    #[test]
    fn wrong_counts() {
        let more = proportion(3, 2, Wilson, Level::default()).unwrap_err();
        assert_eq!(more.to_string(), "successes: expected no more successes than trials, found 3 of 2");
    }
}
