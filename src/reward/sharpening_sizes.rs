use crate::error::{Error, Result};
use crate::num;

/// What a guarantee of sharpening depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharpeningTarget {
    /// The coverage coefficient.
    pub coverage: f64,
    /// ε: the share of prompts that may fail.
    pub epsilon: f64,
    /// δ: the mass that may lie elsewhere.
    pub delta: f64,
    /// ln |Π|: the logarithm of the number of policies to choose from.
    pub ln_class_size: f64,
    /// ρ: the probability with which the guarantee itself may fail.
    pub rho: f64,
    /// The constant c that the theorem leaves open; 1 is usual.
    pub constant: f64,
}

/// Orders of magnitude of samples; see [`sharpening_sample_size`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SharpeningSizes {
    /// n: prompts.
    pub prompts: f64,
    /// N: responses a prompt.
    pub responses: f64,
    /// Their product.
    pub total: f64,
    /// The bound of equation 7 on the product.
    pub bound: f64,
}

/// How many prompts and responses SFT-sharpening needs, up to a constant: an order of magnitude, not a guarantee.
///
/// ```text
/// n = c·(ln|Π| + ln 1/ρ)/(δε)        N = c·C_cov·ln(2/δ)/ε
/// bound = C_cov·(ln|Π| + ln 1/ρ)·ln(1/δ)/(δε²)
/// ```
///
/// # Source
/// Huang et al., theorem 4.1 and equation 7. The theorem holds up to a constant, which is `constant` here.
///
/// # Errors
/// [`Error::Argument`] for ε, δ or ρ outside 0..1 (0 excluded), a coverage or constant that is not above 0, a negative
/// ln |Π|; [`Error::Overflow`] if a number leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::{SharpeningTarget, sharpening_sample_size};
/// let target = SharpeningTarget {
///     coverage: 6.5, epsilon: 0.1, delta: 0.25, ln_class_size: 10.0, rho: 0.05, constant: 1.0,
/// };
/// let sizes = sharpening_sample_size(&target)?;
/// assert_eq!((sizes.prompts.round(), sizes.responses.round()), (520.0, 135.0));
/// assert!(sharpening_sample_size(&SharpeningTarget { epsilon: 0.0, ..target }).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn sharpening_sample_size(target: &SharpeningTarget) -> Result<SharpeningSizes> {
    let SharpeningTarget { coverage, epsilon, delta, ln_class_size, rho, constant } = *target;
    for (name, value) in [("epsilon", epsilon), ("delta", delta), ("rho", rho)] {
        if !(value > 0.0 && value <= 1.0) {
            return Err(Error::argument(name, "a number above 0 and at most 1", value));
        }
    }
    num::check_positive("coverage coefficient", coverage)?;
    num::check_positive("constant of the theorem", constant)?;
    check_class_size(ln_class_size)?;
    let complexity = ln_class_size - rho.ln();
    let prompts = constant * complexity / (delta * epsilon);
    let responses = constant * coverage * (2.0 / delta).ln() / epsilon;
    let sizes = SharpeningSizes {
        prompts,
        responses,
        total: prompts * responses,
        bound: coverage * complexity * -delta.ln() / (delta * epsilon * epsilon),
    };
    num::check_range("the number of samples", &[sizes.prompts, sizes.responses, sizes.total, sizes.bound])?;
    Ok(sizes)
}

/// How many samples any algorithm needs, up to a constant: an order of magnitude.
///
/// ```text
/// m = C·ln|Π|/(ε²·(1 + ln(C/ε)))
/// ```
///
/// # Source
/// Huang et al., theorem 3.1.
///
/// # Errors
/// [`Error::Argument`] for ε outside 0..1 (0 excluded), a coverage below 1, which no policy has, or a negative ln |Π|;
/// [`Error::Overflow`] if the number leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::sharpening_lower_bound;
/// assert_eq!(sharpening_lower_bound(6.5, 0.1, 10.0)?.round(), 1256.0);
/// assert!(sharpening_lower_bound(0.5, 0.1, 10.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn sharpening_lower_bound(coverage: f64, epsilon: f64, ln_class_size: f64) -> Result<f64> {
    if !(epsilon > 0.0 && epsilon <= 1.0) {
        return Err(Error::argument("epsilon", "a number above 0 and at most 1", epsilon));
    }
    if !(coverage >= 1.0 && coverage.is_finite()) {
        return Err(Error::argument("coverage coefficient", "a finite number of at least 1", coverage));
    }
    check_class_size(ln_class_size)?;
    let m = coverage * ln_class_size / (epsilon * epsilon * (1.0 + (coverage / epsilon).ln()));
    num::check_range("the number of samples", [&m])?;
    Ok(m)
}

fn check_class_size(ln_class_size: f64) -> Result<()> {
    if ln_class_size >= 0.0 && ln_class_size.is_finite() {
        return Ok(());
    }
    Err(Error::argument("logarithm of the class size", "a finite number of at least 0", ln_class_size))
}
