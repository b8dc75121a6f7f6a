use serde::Serialize;

use crate::inference::Interval;

/// A figure with its uncertainty.
///
/// The value is always finite. What the literature does not give for a figure is `None`, never a NaN.
///
/// # Examples
/// ```
/// use probity::inference::Estimate;
/// let e = Estimate::new("accuracy", 0.75).counted(4, 1, 4).with_standard_error(0.25);
/// assert_eq!(e.to_string(), "accuracy 0.750 (SE 0.250)");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Estimate {
    /// The figure's name, with the variant that was computed.
    pub method: &'static str,
    /// The figure.
    pub value: f64,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// Its confidence interval.
    pub interval: Option<Interval>,
    /// Two-sided p-value of the figure's usual null hypothesis (stated by the function that returns it).
    pub p_value: Option<f64>,
    /// What a chance-corrected figure is made of.
    pub chance: Option<Chance>,
    /// Items that entered the figure.
    pub items: u64,
    /// Raters that entered the figure.
    pub raters: u64,
    /// Judgments that entered the figure.
    pub judgments: u64,
}

/// Observed and expected agreement, or disagreement.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Chance {
    /// The figure is (observed − expected)/(1 − expected).
    Agreement {
        /// Observed agreement.
        observed: f64,
        /// Agreement expected by chance.
        expected: f64,
    },
    /// The figure is 1 − observed/expected.
    Disagreement {
        /// Observed disagreement.
        observed: f64,
        /// Disagreement expected by chance.
        expected: f64,
    },
}

impl Chance {
    /// The observed part.
    #[must_use]
    pub fn observed(&self) -> f64 {
        match *self {
            Self::Agreement { observed, .. } | Self::Disagreement { observed, .. } => observed,
        }
    }

    /// The part expected by chance.
    #[must_use]
    pub fn expected(&self) -> f64 {
        match *self {
            Self::Agreement { expected, .. } | Self::Disagreement { expected, .. } => expected,
        }
    }
}

impl Estimate {
    /// A bare figure.
    #[must_use]
    pub fn new(method: &'static str, value: f64) -> Self {
        Self {
            method,
            value,
            standard_error: None,
            interval: None,
            p_value: None,
            chance: None,
            items: 0,
            raters: 0,
            judgments: 0,
        }
    }

    /// Sets how much data entered.
    #[must_use]
    pub fn counted(self, items: u64, raters: u64, judgments: u64) -> Self {
        Self { items, raters, judgments, ..self }
    }

    /// Sets the standard error.
    #[must_use]
    pub fn with_standard_error(self, standard_error: f64) -> Self {
        Self { standard_error: Some(standard_error), ..self }
    }

    /// Sets the interval.
    #[must_use]
    pub fn with_interval(self, interval: Interval) -> Self {
        Self { interval: Some(interval), ..self }
    }

    /// Sets the p-value.
    #[must_use]
    pub fn with_p_value(self, p_value: f64) -> Self {
        Self { p_value: Some(p_value), ..self }
    }

    /// Sets observed and expected agreement or disagreement.
    #[must_use]
    pub fn with_chance(self, chance: Chance) -> Self {
        Self { chance: Some(chance), ..self }
    }
}

impl std::fmt::Display for Estimate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:.3}", self.method, self.value)?;
        if let Some(i) = &self.interval {
            write!(f, " [{:.3}, {:.3}] at {}", i.lower, i.upper, i.level.get())?;
        }
        if let Some(se) = self.standard_error {
            write!(f, " (SE {se:.3})")?;
        }
        Ok(())
    }
}
