use serde::Serialize;

use crate::error::{Result, Undefined};
use crate::inference::{Estimate, Interval, IntervalMethod, Level, normal_quantile};
use crate::num::ratio;
use crate::tally::{PairMoments, Tally};

/// Which variances and covariance enter a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Variance {
    /// Sums of squares divided by n.
    #[default]
    Population,
    /// Sums of squares divided by n − 1.
    Sample,
}

/// Lin's concordance with what it is made of; see [`lin_concordance`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LinConcordance {
    /// The concordance correlation coefficient.
    pub estimate: Estimate,
    /// Pearson's correlation: how close the points lie to a line. `None` if one of the two does not vary.
    pub precision: Option<f64>,
    /// C_b, from 0 to 1: how close that line is to the line of equality; the coefficient is precision × accuracy.
    /// `None` if one of the two does not vary.
    pub accuracy: Option<f64>,
    /// Standard deviation of the first over that of the second. `None` if one of the two does not vary.
    pub scale_shift: Option<f64>,
    /// Difference of the means over the geometric mean of the standard deviations. `None` if one of the two does not
    /// vary.
    pub location_shift: Option<f64>,
}

/// Lin's concordance correlation: how far pairs of numbers lie on the line of equality, from −1 to 1.
///
/// ```text
/// ρ_c = 2 s_xy / (s_x² + s_y² + (x̄ − ȳ)²) = r · C_b
/// u = (x̄ − ȳ)/√(s_x s_y)
/// SE² = [(1 − r²) C_b² (1 − ρ_c²) + 2 ρ_c² C_b (1 − ρ_c) u² − ½ ρ_c² C_b² u⁴] / (n − 2)
/// interval: tanh(artanh ρ_c ± z · SE/(1 − ρ_c²))
/// ```
///
/// With [`Variance::Population`] s² divides by n, as in Lin's paper; with [`Variance::Sample`] by n − 1.
///
/// # Undefined
/// For fewer than two pairs; if neither varies and the means are equal. The standard error and the interval need three
/// pairs and that both vary; a coefficient of 1 or −1 has no interval.
///
/// # Missing values
/// None are allowed: NaN is an error. [`PairMoments::from_ratings`] leaves out incomplete pairs.
///
/// # Source
/// Lin 1989, equation 1, with the variance as corrected in Lin's erratum of 2000 (Biometrics 56, 324).
///
/// # Errors
/// [`crate::Error::Undefined`] as above; [`crate::Error::Length`] if the slices differ in length;
/// [`crate::Error::Argument`] for a number that is not finite or beyond 1e140.
///
/// # Examples
/// ```
/// use probity::agreement::{Variance, lin_concordance};
/// use probity::inference::Level;
/// let of = |x: &[f64], y: &[f64]| lin_concordance(x, y, Variance::Population, Level::default());
/// let c = of(&[1.0, 2.0, 3.0, 4.0], &[2.0, 3.0, 4.0, 5.0])?;
/// // Perfectly correlated, but one off: 2·1.25/(1.25 + 1.25 + 1).
/// assert_eq!(c.estimate.value, 2.5 / 3.5);
/// assert!((c.precision.unwrap() - 1.0).abs() < 1e-15);
/// assert!(of(&[1.0, 1.0], &[1.0, 1.0]).unwrap_err().is_undefined());
/// assert!(of(&[1.0, f64::NAN], &[1.0, 1.0]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn lin_concordance(x: &[f64], y: &[f64], variance: Variance, level: Level) -> Result<LinConcordance> {
    PairMoments::from_slices(x, y)?.lin_concordance(variance, level)
}

impl PairMoments {
    /// Lin's concordance correlation; see [`lin_concordance`].
    ///
    /// # Errors
    /// [`crate::Error::Undefined`] as there.
    pub fn lin_concordance(&self, variance: Variance, level: Level) -> Result<LinConcordance> {
        let metric = match variance {
            Variance::Population => "Lin's concordance (population variance)",
            Variance::Sample => "Lin's concordance (sample variance)",
        };
        let records = self.records();
        if records < 2 {
            let reason = Undefined::TooFew { what: "pairs", needed: 2, found: records };
            return Err(crate::Error::undefined(metric, reason));
        }
        let n = records as f64;
        let divisor = match variance {
            Variance::Population => n * n,
            Variance::Sample => n * (n - 1.0),
        };
        let spread = self.spread();
        let shift = spread.shift.value() / n;
        let [xx, yy, xy] = [spread.x, spread.y, spread.between].map(|s| s.value() / divisor);
        let (xx, yy) = (xx.max(0.0), yy.max(0.0));
        let no_variance = Undefined::NoVariance { what: "either of the two vectors" };
        let value = ratio(metric, 2.0 * xy, xx + yy + shift * shift, no_variance)?.clamp(-1.0, 1.0);
        let estimate = Estimate::new(metric, value).counted(records, 2, records.saturating_mul(2));
        let scale = xx.sqrt() * yy.sqrt();
        if scale == 0.0 {
            let (precision, accuracy, scale_shift, location_shift) = (None, None, None, None);
            return Ok(LinConcordance { estimate, precision, accuracy, scale_shift, location_shift });
        }
        let precision = (xy / scale).clamp(-1.0, 1.0);
        let accuracy = (2.0 * scale / (xx + yy + shift * shift)).min(1.0);
        let u = shift / scale.sqrt();
        let mut concordance = LinConcordance {
            estimate,
            precision: Some(precision),
            accuracy: Some(accuracy),
            scale_shift: Some((xx / yy).sqrt()).filter(|v| v.is_finite()),
            location_shift: Some(u).filter(|u| u.is_finite()),
        };
        if records > 2 {
            let (c, b) = (value * value, accuracy * accuracy);
            let spread = (1.0 - precision * precision) * b * (1.0 - c)
                + 2.0 * c * accuracy * (1.0 - value) * u * u
                - 0.5 * c * b * u.powi(4);
            let standard_error = (spread.max(0.0) / (n - 2.0)).sqrt();
            if standard_error.is_finite() {
                concordance.estimate = with_fisher_z(concordance.estimate, standard_error, level);
            }
        }
        Ok(concordance)
    }
}

/// Adds the standard error, and the interval on Fisher's z scale where it exists.
fn with_fisher_z(estimate: Estimate, standard_error: f64, level: Level) -> Estimate {
    let value = estimate.value;
    let estimate = estimate.with_standard_error(standard_error);
    if value.abs() >= 1.0 {
        return estimate;
    }
    let half = normal_quantile(level.upper()) * standard_error / (1.0 - value * value);
    let (lower, upper) = ((value.atanh() - half).tanh(), (value.atanh() + half).tanh());
    estimate.with_interval(Interval::new(lower, upper, level, IntervalMethod::FisherZ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_error_is_that_of_the_delta_method() {
        // The gradient of 2c/(a + b + d²) and the covariances of normal moments, which Lin's formula condenses.
        let (x, y) = ([1.0, 2.0, 3.0, 4.0, 5.0, 9.0], [2.0, 1.0, 4.0, 6.0, 5.0, 9.5]);
        let n = 6.0;
        let mean = |v: &[f64]| v.iter().sum::<f64>() / n;
        let product = |v: &[f64], w: &[f64]| {
            v.iter().zip(w).map(|(a, b)| (a - mean(v)) * (b - mean(w))).sum::<f64>() / n
        };
        let (a, b, c, d) = (product(&x, &x), product(&y, &y), product(&x, &y), mean(&x) - mean(&y));
        let total = a + b + d * d;
        let (ga, gc, gd) = (-2.0 * c / total.powi(2), 2.0 / total, -4.0 * c * d / total.powi(2));
        let variance = ga * ga * (2.0 * a * a + 2.0 * b * b + 4.0 * c * c)
            + gc * gc * (a * b + c * c)
            + 4.0 * ga * gc * c * (a + b)
            + gd * gd * (a + b - 2.0 * c);
        let lin = lin_concordance(&x, &y, Variance::Population, Level::default()).unwrap();
        let expected = (variance / (n - 2.0)).sqrt();
        assert!((lin.estimate.standard_error.unwrap() - expected).abs() < 1e-12);
        assert!((lin.estimate.value - 2.0 * c / total).abs() < 1e-14);
        let interval = lin.estimate.interval.unwrap();
        let middle = f64::midpoint(interval.lower.atanh(), interval.upper.atanh());
        assert!((middle - lin.estimate.value.atanh()).abs() < 1e-12);
    }

    #[test]
    fn the_variance_convention_matters_only_with_a_shift() {
        let figure =
            |y: &[f64], v| lin_concordance(&[1.0, 2.0, 4.0], y, v, Level::default()).unwrap().estimate.value;
        let shifted = [2.0, 3.0, 5.0];
        assert!(figure(&shifted, Variance::Sample) > figure(&shifted, Variance::Population));
        // 2·7/3 / (2·7/3 + 1) against 2·14/9 / (2·14/9 + 1).
        assert!((figure(&shifted, Variance::Sample) - 14.0 / 17.0).abs() < 1e-15);
        assert!((figure(&shifted, Variance::Population) - 28.0 / 37.0).abs() < 1e-15);
        let even = [2.0, 1.0, 4.0];
        let difference = figure(&even, Variance::Sample) - figure(&even, Variance::Population);
        assert!(difference.abs() < 1e-15);
    }

    #[test]
    fn one_that_does_not_vary_agrees_with_nothing() {
        let lin = lin_concordance(&[1.0, 2.0], &[3.0, 3.0], Variance::Sample, Level::default()).unwrap();
        assert_eq!((lin.estimate.value, lin.precision, lin.accuracy), (0.0, None, None));
    }
}
