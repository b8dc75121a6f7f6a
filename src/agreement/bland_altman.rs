use serde::Serialize;

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Interval, Level, normal_quantile, t_p_value};
use crate::tally::{PairMoments, Tally};

/// Limits of agreement; see [`bland_altman`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct BlandAltman {
    /// The mean difference, first minus second, with the p-value of the t test of 0.
    pub bias: Estimate,
    /// The sample standard deviation of the differences.
    pub standard_deviation: f64,
    /// The lower limit of agreement.
    pub lower: Estimate,
    /// The upper limit of agreement.
    pub upper: Estimate,
    /// The share of differences that the limits are meant to hold.
    pub coverage: Level,
    /// Proportional bias: the slope of the difference over the mean of the two, with the p-value of the t test of 0.
    /// `None` for fewer than three pairs or when the means do not vary.
    pub slope: Option<Estimate>,
}

/// Bland and Altman's limits of agreement: between which bounds two measurements of the same item differ.
///
/// ```text
/// d = x − y, s its sample standard deviation, z the normal quantile of (1 + coverage)/2, t of n − 1 degrees
/// bias   d̄ ± t s/√n
/// limits d̄ ± z s, each ± t s √(1/n + z²/(2(n − 1)))
/// slope  of d over (x + y)/2, least squares, t interval with n − 2 degrees
/// ```
///
/// `coverage` is the share of differences that the limits should hold (0.95 gives the usual 1.96 s), `level` the
/// confidence of every interval. Units are those of the measurements; the slope has none.
///
/// The limits' intervals are Bland and Altman's approximation: symmetric, where the exact ones (noncentral t) reach
/// further outwards in small samples. The limits hold for all sizes only if bias and spread do not change with size; a
/// slope away from 0 says that the bias does.
///
/// # Undefined
/// For fewer than two pairs. Differences that are all equal give limits that coincide, and no p-value.
///
/// # Missing values
/// None are allowed: NaN is an error. [`PairMoments::from_ratings`] leaves out incomplete pairs.
///
/// # Source
/// Bland and Altman 1986 (with 2 or 1.96 for z; standard error of a limit ≈ √(3s²/n)); 1999, section 2 (the formula
/// used here, of which 3s²/n is the value for z = 2 and large n); 1995 for the plot against the mean.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Length`] if the slices differ in length; [`Error::Argument`] for a number
/// that is not finite or beyond 1e140.
///
/// # Examples
/// ```
/// use probity::agreement::bland_altman;
/// use probity::inference::Level;
/// let limits = bland_altman(&[1.0, 4.0, 6.0], &[1.0, 3.0, 4.0], Level::default(), Level::default())?;
/// assert_eq!((limits.bias.value, limits.standard_deviation), (1.0, 1.0));
/// assert!((limits.upper.value - 2.96).abs() < 1e-4 && (limits.lower.value + 0.96).abs() < 1e-4);
/// assert!(bland_altman(&[1.0], &[1.0], Level::default(), Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn bland_altman(x: &[f64], y: &[f64], coverage: Level, level: Level) -> Result<BlandAltman> {
    PairMoments::from_slices(x, y)?.bland_altman(coverage, level)
}

impl PairMoments {
    /// Limits of agreement; see [`bland_altman`].
    ///
    /// # Errors
    /// [`Error::Undefined`] for fewer than two pairs.
    pub fn bland_altman(&self, coverage: Level, level: Level) -> Result<BlandAltman> {
        let records = self.records();
        if records < 2 {
            let reason = Undefined::TooFew { what: "pairs", needed: 2, found: records };
            return Err(Error::undefined("limits of agreement", reason));
        }
        let n = records as f64;
        let spread = self.spread();
        // Combined before rounding: nearly equal measurements differ by little.
        let differences = spread.x.plus(spread.y).plus(spread.between.scaled(-2.0)).value().max(0.0) / n;
        let s = (differences / (n - 1.0)).sqrt();
        let estimate = |method, value: f64, standard_error: f64, df: f64| {
            Estimate::new(method, value)
                .counted(records, 2, records.saturating_mul(2))
                .with_standard_error(standard_error)
                .with_interval(Interval::student_t(value, standard_error, df, level))
        };
        let tested = |estimate: Estimate, df: f64| match estimate.standard_error {
            Some(se) if se > 0.0 => {
                let p_value = t_p_value(estimate.value / se, df);
                estimate.with_p_value(p_value)
            }
            _ => estimate,
        };
        let mean = spread.shift.value() / n;
        let z = normal_quantile(coverage.upper());
        let limit_error = s * (1.0 / n + z * z / (2.0 * (n - 1.0))).sqrt();
        let means = spread.x.plus(spread.y).plus(spread.between.scaled(2.0)).value().max(0.0) / (4.0 * n);
        let together = spread.x.plus(spread.y.negated()).value() / (2.0 * n);
        let slope = (records > 2 && means > 0.0).then(|| {
            let slope = together / means;
            let residual = (differences - together * slope).max(0.0);
            let standard_error = (residual / means / (n - 2.0)).sqrt();
            tested(estimate("slope of the difference over the mean", slope, standard_error, n - 2.0), n - 2.0)
        });
        Ok(BlandAltman {
            bias: tested(estimate("mean difference", mean, s / n.sqrt(), n - 1.0), n - 1.0),
            standard_deviation: s,
            lower: estimate("lower limit of agreement", mean - z * s, limit_error, n - 1.0),
            upper: estimate("upper limit of agreement", mean + z * s, limit_error, n - 1.0),
            coverage,
            slope,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Peak expiratory flow (l/min) of 17 people, first measurement with each meter; Bland and Altman 1986, table 1.
    const WRIGHT: [f64; 17] = [
        494.0, 395.0, 516.0, 434.0, 476.0, 557.0, 413.0, 442.0, 650.0, 433.0, 417.0, 656.0, 267.0, 478.0,
        178.0, 423.0, 427.0,
    ];
    const MINI: [f64; 17] = [
        512.0, 430.0, 520.0, 428.0, 500.0, 600.0, 364.0, 380.0, 658.0, 445.0, 432.0, 626.0, 260.0, 477.0,
        259.0, 350.0, 451.0,
    ];

    #[test]
    fn peak_flow_meters() {
        let b = bland_altman(&WRIGHT, &MINI, Level::default(), Level::default()).unwrap();
        assert!((b.bias.value - -2.1).abs() < 0.05, "{}", b.bias.value);
        assert!((b.standard_deviation - 38.8).abs() < 0.05, "{}", b.standard_deviation);
        // The paper takes 2 s for the limits: −79.7 and 75.5.
        let two = Level::new(0.954_499_736_103_641_6).unwrap();
        let b = bland_altman(&WRIGHT, &MINI, two, Level::default()).unwrap();
        assert!((b.lower.value - -79.7).abs() < 0.1 && (b.upper.value - 75.5).abs() < 0.1);
        // And for their standard error √(3s²/n), 16.3: the formula here has n − 1 in its second term.
        assert!((b.lower.standard_error.unwrap() - 16.3).abs() < 0.4);
        let bias = b.bias.interval.unwrap();
        assert!((bias.lower - -22.0).abs() < 0.1 && (bias.upper - 17.8).abs() < 0.1, "{bias:?}");
    }

    #[test]
    fn slope_by_hand() {
        // Means 1, 2, 3.5 around 13/6, differences 0, 0, 1 around 1/3: slope (4/3)/(19/6) = 8/19.
        let b = bland_altman(&[1.0, 2.0, 4.0], &[1.0, 2.0, 3.0], Level::default(), Level::default()).unwrap();
        assert!((b.slope.unwrap().value - 8.0 / 19.0).abs() < 1e-14);
    }

    #[test]
    fn equal_differences_have_coinciding_limits_and_no_test() {
        let b = bland_altman(&[3.0, 4.0], &[1.0, 2.0], Level::default(), Level::default()).unwrap();
        assert_eq!((b.lower.value, b.upper.value, b.bias.p_value), (2.0, 2.0, None));
        assert_eq!(b.slope, None);
    }
}
