use serde::Serialize;
use statrs::distribution::{ChiSquared, ContinuousCDF};

use crate::error::{Error, Result};

/// The answer of a significance test.
///
/// # Examples
/// ```
/// use probity::inference::{McNemar, mcnemar};
/// let a = [true, true, true, false];
/// let b = [false, false, true, false];
/// let test = mcnemar(&a, &b, McNemar::Asymptotic)?;
/// assert_eq!((test.statistic, test.degrees_of_freedom, test.items), (2.0, Some(1.0), 4));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TestResult {
    /// The test, with the variant that was computed.
    pub method: &'static str,
    /// The statistic that the test refers to its null distribution.
    pub statistic: f64,
    /// Degrees of freedom, where the null distribution has them.
    pub degrees_of_freedom: Option<f64>,
    /// Probability, under the null hypothesis, of a statistic at least as extreme.
    pub p_value: f64,
    /// Items that entered the test.
    pub items: u64,
}

impl TestResult {
    /// A statistic referred to the χ² distribution.
    pub(crate) fn chi_squared(method: &'static str, statistic: f64, df: f64, items: u64) -> Result<Self> {
        let distribution =
            ChiSquared::new(df).map_err(|_| Error::argument("degrees of freedom", "a number above 0", df))?;
        let p_value = distribution.sf(statistic);
        Ok(Self { method, statistic, degrees_of_freedom: Some(df), p_value, items })
    }
}

impl std::fmt::Display for TestResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {:.3}", self.method, self.statistic)?;
        if let Some(df) = self.degrees_of_freedom {
            write!(f, ", df {df}")?;
        }
        write!(f, ", p {:.4}", self.p_value)
    }
}
