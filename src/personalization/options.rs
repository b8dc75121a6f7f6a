/// S(x) = 1/(1 + 10^alpha · exp(−10^beta · x)).
///
/// # Examples
/// ```
/// use probity::personalization::Sigmoid;
/// let s = Sigmoid { alpha: 4.0, beta: 1.0 };
/// assert!((s.at(0.0) - 9.999e-5).abs() < 1e-12);
/// assert_eq!(s.at(f64::MAX), 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sigmoid {
    /// Ten to this is the odds against at 0.
    pub alpha: f64,
    /// Ten to this is the slope.
    pub beta: f64,
}

impl Sigmoid {
    /// The value at x.
    #[must_use]
    pub fn at(self, x: f64) -> f64 {
        1.0 / (1.0 + 10f64.powf(self.alpha) * (-(10f64.powf(self.beta)) * x).exp())
    }
}

/// Keeps the divisions of the penalties from 0, and is added to the effective penalty.
const EPSILON: f64 = 1e-7;

/// What PerSEval may be computed with instead of the defaults, which are the paper's.
///
/// | option | default | |
/// |---|---|---|
/// | [`inconsistency`](Self::inconsistency) | alpha 4, beta 1 | the penalty of a user served worse than the best served |
/// | [`drop`](Self::drop) | alpha 4, beta 1 | the penalty of a document whose best served user is served badly |
/// | [`penalty`](Self::penalty) | alpha 3, beta 1 | what both together do to DEGRESS; the authors vary beta from 1 to 2 |
/// | [`raw`](Self::raw) | false | the "simplified" DEGRESS |
/// | [`epsilon`](Self::epsilon) | 10⁻⁷ | keeps divisions from 0; added to the effective penalty |
///
/// # Source
/// The authors' package `egises`. An earlier script of theirs does not add epsilon to the effective penalty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PersevalOptions {
    pub(super) inconsistency: Sigmoid,
    pub(super) drop: Sigmoid,
    pub(super) penalty: Sigmoid,
    pub(crate) raw: bool,
    pub(super) epsilon: f64,
}

impl Default for PersevalOptions {
    fn default() -> Self {
        let steep = Sigmoid { alpha: 4.0, beta: 1.0 };
        let penalty = Sigmoid { alpha: 3.0, beta: 1.0 };
        Self { inconsistency: steep, drop: steep, penalty, raw: false, epsilon: EPSILON }
    }
}

impl PersevalOptions {
    /// The sigmoid of the accuracy-inconsistency penalty.
    #[must_use]
    pub fn inconsistency(self, inconsistency: Sigmoid) -> Self {
        Self { inconsistency, ..self }
    }

    /// The sigmoid of the accuracy-drop penalty.
    #[must_use]
    pub fn drop(self, drop: Sigmoid) -> Self {
        Self { drop, ..self }
    }

    /// The sigmoid of the effective penalty on DEGRESS.
    #[must_use]
    pub fn penalty(self, penalty: Sigmoid) -> Self {
        Self { penalty, ..self }
    }

    /// Distances themselves instead of their shares by softmax (the "simplified" variant of the published code).
    #[must_use]
    pub fn raw(self, raw: bool) -> Self {
        Self { raw, ..self }
    }

    /// What keeps the divisions of the penalties from 0 and is added to the effective penalty. A finite number above 0.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for anything else.
    pub fn epsilon(self, epsilon: f64) -> crate::Result<Self> {
        crate::num::check_positive("epsilon", epsilon)?;
        Ok(Self { epsilon, ..self })
    }
}
