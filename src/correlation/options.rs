use crate::inference::Level;

/// How the p-value of a rank correlation is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PValue {
    /// Exact where it is cheap (no ties and few pairs), asymptotic otherwise.
    #[default]
    Auto,
    /// From all permutations: an error with ties or with more pairs than the function allows.
    Exact,
    /// From the limiting distribution.
    Asymptotic,
}

/// Which variable is to be predicted from the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Dependent {
    /// y given x: pairs tied in x are left out.
    #[default]
    Y,
    /// x given y: pairs tied in y are left out.
    X,
}

/// What the coefficients of this module may be asked differently from their defaults.
///
/// | option | default | read by |
/// |---|---|---|
/// | [`level`](Self::level) | 0.95 | every interval |
/// | [`p_value`](Self::p_value) | exact where cheap | Spearman, Kendall and kin |
///
/// # Examples
/// ```
/// use probity::correlation::{Options, PValue, kendall_tau_b};
/// let (x, y) = ([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 4.0, 3.0]);
/// let exact = kendall_tau_b(&x, &y, &Options::new())?;
/// let normal = kendall_tau_b(&x, &y, &Options::new().p_value(PValue::Asymptotic))?;
/// assert_eq!(exact.value, normal.value);
/// assert!((exact.p_value.unwrap() - 8.0 / 24.0).abs() < 1e-15);
/// assert!(normal.p_value.unwrap() < 0.18);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Options {
    level: Level,
    p_value: PValue,
}

impl Options {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Confidence of the interval.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// How the p-value is computed.
    #[must_use]
    pub fn p_value(mut self, p_value: PValue) -> Self {
        self.p_value = p_value;
        self
    }

    pub(super) fn chosen_level(&self) -> Level {
        self.level
    }

    pub(super) fn chosen_p_value(&self) -> PValue {
        self.p_value
    }
}
