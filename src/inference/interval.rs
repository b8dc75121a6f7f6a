use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use crate::error::{Error, Result, Undefined};

/// A confidence level strictly between 0 and 1; 0.95 by default.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// assert_eq!(Level::default().get(), 0.95);
/// assert!(Level::new(95.0).is_err() && Level::new(f64::NAN).is_err());
/// assert!(Level::new(1.0 - f64::EPSILON).is_ok() && Level::new(1.0 - f64::EPSILON / 2.0).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64")]
pub struct Level(f64);

impl TryFrom<f64> for Level {
    type Error = Error;

    /// As [`Level::new`].
    fn try_from(level: f64) -> Result<Self> {
        Self::new(level)
    }
}

impl Default for Level {
    fn default() -> Self {
        Self(0.95)
    }
}

impl Level {
    /// A level as a fraction.
    ///
    /// # Errors
    /// [`Error::Argument`] unless 0 < level < 1, and for 1 − 2⁻⁵³, whose interval ends where the probability rounds to 1.
    pub fn new(level: f64) -> Result<Self> {
        if level > 0.0 && Self(level).upper() < 1.0 {
            return Ok(Self(level));
        }
        Err(Error::argument("level", "a fraction between 0 and 1, both excluded", level))
    }

    /// The level as a fraction.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// The probability below the upper end of a two-sided interval, (1 + level)/2.
    pub(crate) fn upper(self) -> f64 {
        0.5 + self.0 / 2.0
    }
}

/// How an interval was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IntervalMethod {
    /// Estimate ± normal quantile × standard error.
    Normal,
    /// Estimate ± Student quantile × standard error.
    StudentT,
    /// Normal on the log-odds scale.
    Logit,
    /// Normal on Fisher's z scale.
    FisherZ,
    /// From the quantiles of the F distribution.
    F,
    /// The values that a test whose variance depends on them does not reject.
    Score,
    /// Wilson's score interval of a proportion.
    Wilson,
    /// Wilson's score interval of a proportion with continuity correction.
    WilsonContinuity,
    /// Exact (Clopper and Pearson).
    Exact,
    /// Normal around Wilson's centre (Agresti and Coull).
    AgrestiCoull,
    /// Equal-tailed posterior of a proportion with Jeffreys' prior.
    Jeffreys,
    /// From the Wilson intervals of two proportions (Newcombe's method 10).
    Newcombe,
    /// Quantiles of bootstrap replicates.
    BootstrapPercentile,
    /// Bootstrap quantiles reflected at the estimate.
    BootstrapBasic,
    /// Bias-corrected and accelerated bootstrap.
    BootstrapBca,
    /// Bootstrap of the studentised figure.
    BootstrapStudentised,
    /// Jackknife standard error with a Student quantile.
    Jackknife,
}

impl IntervalMethod {
    /// The method in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::StudentT => "Student t",
            Self::Logit => "logit",
            Self::FisherZ => "Fisher z",
            Self::F => "F",
            Self::Score => "score",
            Self::Wilson => "Wilson",
            Self::WilsonContinuity => "Wilson with continuity correction",
            Self::Exact => "exact",
            Self::AgrestiCoull => "Agresti-Coull",
            Self::Jeffreys => "Jeffreys",
            Self::Newcombe => "Newcombe",
            Self::BootstrapPercentile => "bootstrap percentile",
            Self::BootstrapBasic => "bootstrap basic",
            Self::BootstrapBca => "bootstrap BCa",
            Self::BootstrapStudentised => "bootstrap studentised",
            Self::Jackknife => "jackknife",
        }
    }
}

/// A confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Interval {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// Nominal coverage.
    pub level: Level,
    /// How it was made.
    pub method: IntervalMethod,
}

impl Interval {
    /// An interval from its ends.
    #[must_use]
    pub fn new(lower: f64, upper: f64, level: Level, method: IntervalMethod) -> Self {
        Self { lower, upper, level, method }
    }

    /// `value ± quantile · standard_error` with the normal quantile.
    #[must_use]
    pub fn normal(value: f64, standard_error: f64, level: Level) -> Self {
        let half = normal_quantile(level.upper()) * standard_error;
        Self::new(value - half, value + half, level, IntervalMethod::Normal)
    }

    /// `value ± quantile · standard_error` with the Student quantile of `df` degrees of freedom.
    #[must_use]
    pub fn student_t(value: f64, standard_error: f64, df: f64, level: Level) -> Self {
        let half = t_quantile(level.upper(), df) * standard_error;
        Self::new(value - half, value + half, level, IntervalMethod::StudentT)
    }

    /// Normal on Fisher's z scale, `tanh(atanh(value) ± quantile · standard_error/(1 − value²))`: inside −1..1, and
    /// longer towards 0 than towards ±1, as the distribution of a coefficient near ±1 is.
    ///
    /// # Errors
    /// [`Error::Undefined`] unless the value lies strictly between −1 and 1.
    ///
    /// # Examples
    /// ```
    /// use probity::inference::{Interval, Level};
    /// let i = Interval::fisher_z(0.9, 0.05, Level::default())?;
    /// assert!(i.upper < 1.0 && 0.9 - i.lower > i.upper - 0.9);
    /// assert!(Interval::fisher_z(1.0, 0.0, Level::default()).unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn fisher_z(value: f64, standard_error: f64, level: Level) -> Result<Self> {
        let slope = (1.0 - value) * (1.0 + value);
        if slope.is_nan() || slope <= 0.0 {
            let reason = Undefined::ZeroDenominator { what: "1 − value², or less," };
            return Err(Error::undefined("Fisher's z interval", reason));
        }
        Ok(Self::on_fisher_z(value, standard_error / slope, level))
    }

    /// Fisher's z interval from the standard error of z; the value strictly between −1 and 1.
    pub(crate) fn on_fisher_z(value: f64, standard_error_of_z: f64, level: Level) -> Self {
        let (z, half) = (value.atanh(), normal_quantile(level.upper()) * standard_error_of_z);
        Self::new((z - half).tanh(), (z + half).tanh(), level, IntervalMethod::FisherZ)
    }

    /// The interval with its ends moved into `low..=high`.
    #[must_use]
    pub fn clamped(self, low: f64, high: f64) -> Self {
        Self { lower: self.lower.max(low).min(high), upper: self.upper.min(high).max(low), ..self }
    }

    /// Whether a value lies inside, the ends included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }

    /// Upper end minus lower end.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.upper - self.lower
    }
}

/// Quantile of the standard normal distribution; `p` strictly between 0 and 1.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p)
}

/// P(Z > z) for a standard normal Z.
pub(crate) fn normal_upper(z: f64) -> f64 {
    Normal::standard().sf(z)
}

/// Two-sided p-value of a standard normal statistic.
pub(crate) fn normal_p_value(z: f64) -> f64 {
    (2.0 * normal_upper(z.abs())).min(1.0)
}

/// Quantile of Student's distribution; `df` above 0.
pub(crate) fn t_quantile(p: f64, df: f64) -> f64 {
    StudentsT::new(0.0, 1.0, df).map_or_else(|_| normal_quantile(p), |t| t.inverse_cdf(p))
}

/// Two-sided p-value of a Student statistic.
pub(crate) fn t_p_value(t: f64, df: f64) -> f64 {
    StudentsT::new(0.0, 1.0, df).map_or_else(|_| normal_p_value(t), |d| (2.0 * d.sf(t.abs())).min(1.0))
}
