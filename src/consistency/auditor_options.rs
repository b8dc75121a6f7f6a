use crate::consistency::AUDIT_MIN_KAPPA;
use crate::error::{Error, Result};
use crate::inference::Level;
use crate::num;

/// How an audit is run.
///
/// | option | default | source |
/// |---|---|---|
/// | [`probes`](Self::probes) | 5 a question | AuditLLM, the sister tool |
/// | [`annotators`](Self::annotators) | 2 | ours |
/// | [`min_kappa`](Self::min_kappa) | [`AUDIT_MIN_KAPPA`] | ours |
/// | [`accept_unanimous`](Self::accept_unanimous) | yes | ours |
/// | [`min_valid`](Self::min_valid) | 0.8 of the probes | ours |
/// | [`max_rounds`](Self::max_rounds) | 10 | ours |
/// | [`level`](Self::level) | 0.95 | |
///
/// # Examples
/// ```
/// use probity::consistency::AuditOptions;
/// assert!(AuditOptions::new().probes(1).is_err() && AuditOptions::new().annotators(1).is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AuditOptions {
    pub(super) probes: usize,
    pub(super) annotators: usize,
    pub(super) min_kappa: f64,
    pub(super) accept_unanimous: bool,
    pub(super) min_valid: f64,
    pub(super) max_rounds: usize,
    pub(super) level: Level,
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl AuditOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self {
            probes: 5,
            annotators: 2,
            min_kappa: AUDIT_MIN_KAPPA,
            accept_unanimous: true,
            min_valid: 0.8,
            max_rounds: 10,
            level: Level::default(),
        }
    }

    /// Probes a question.
    ///
    /// # Errors
    /// [`Error::Argument`] for fewer than 2, which cannot be compared.
    pub fn probes(self, probes: usize) -> Result<Self> {
        Ok(Self { probes: at_least("probes a question", 2, probes)?, ..self })
    }

    /// People who annotate every probe.
    ///
    /// # Errors
    /// [`Error::Argument`] for fewer than 2, who cannot agree.
    pub fn annotators(self, annotators: usize) -> Result<Self> {
        Ok(Self { annotators: at_least("annotators", 2, annotators)?, ..self })
    }

    /// The kappa that annotators must reach on either criterion.
    ///
    /// # Errors
    /// [`Error::NotFinite`].
    pub fn min_kappa(self, min_kappa: f64) -> Result<Self> {
        num::check_finite("min_kappa", &[min_kappa])?;
        Ok(Self { min_kappa, ..self })
    }

    /// Whether a criterion on which all annotators say the same of all probes, so that kappa is undefined, is agreed.
    #[must_use]
    pub fn accept_unanimous(self, accept_unanimous: bool) -> Self {
        Self { accept_unanimous, ..self }
    }

    /// The share of probes that must meet both criteria by most annotators.
    ///
    /// # Errors
    /// [`Error::Argument`] outside 0..1.
    pub fn min_valid(self, min_valid: f64) -> Result<Self> {
        if (0.0..=1.0).contains(&min_valid) {
            return Ok(Self { min_valid, ..self });
        }
        Err(Error::argument("min_valid", "a share from 0 to 1", min_valid))
    }

    /// Rounds of annotation before the audit is given up.
    ///
    /// # Errors
    /// [`Error::Argument`] for 0.
    pub fn max_rounds(self, max_rounds: usize) -> Result<Self> {
        Ok(Self { max_rounds: at_least("rounds", 1, max_rounds)?, ..self })
    }

    /// The confidence of all intervals.
    #[must_use]
    pub fn level(self, level: Level) -> Self {
        Self { level, ..self }
    }
}

pub(super) fn at_least(name: &'static str, least: usize, found: usize) -> Result<usize> {
    let expected = if least == 1 { "at least 1" } else { "at least 2" };
    if found >= least { Ok(found) } else { Err(Error::argument(name, expected, found)) }
}
