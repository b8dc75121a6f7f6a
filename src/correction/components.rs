use crate::error::{Error, Result, Undefined};

/// The second accuracy and the relative self-correction score that follow from accuracy, confidence and critique.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Components {
    /// Accuracy of the second answer.
    pub acc2: f64,
    /// Relative self-correction score; not cut to 0..1.
    pub rss: f64,
    /// The least second accuracy under the assumption.
    pub acc2_lower: f64,
    /// The greatest second accuracy under the assumption.
    pub acc2_upper: f64,
    /// The least confidence level under the assumption.
    pub cl_lower: f64,
    /// The greatest confidence level.
    pub cl_upper: f64,
    /// The least critique score.
    pub cs_lower: f64,
    /// The greatest critique score under the assumption.
    pub cs_upper: f64,
    /// Whether CS ≤ Acc1 ≤ CL, which the bounds rest on. Where it fails, RSS may leave 0..1.
    pub assumption_holds: bool,
}

/// Second accuracy, bounds and RSS from published figures.
///
/// ```text
/// Acc2 = Acc1·CL + (1 − Acc1)·CS
/// Acc1² ≤ Acc2 ≤ 2·Acc1 − Acc1²        if CS ≤ Acc1 ≤ CL
/// RSS = (Acc2 − Acc1²)/(2·Acc1·(1 − Acc1))
/// ```
///
/// RSS is above 0.5 exactly when the second accuracy is above the first.
///
/// # Undefined
/// For a first accuracy of 0 or 1: there is then nothing to keep, or nothing to fix.
///
/// # Source
/// Yang et al. 2024, "Confidence v.s. Critique", section 3 (identity and score); the bounds of each component follow
/// from its assumption and the released score.
///
/// # Errors
/// [`Error::Argument`] for a figure outside 0..1; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::correction::components;
/// let c = components(0.5, 0.75, 0.25)?;
/// assert_eq!((c.acc2, c.rss, c.acc2_lower, c.acc2_upper), (0.5, 0.5, 0.25, 0.75));
/// assert!(!components(0.5, 0.4, 0.25)?.assumption_holds);
/// assert!(components(1.0, 0.9, 0.2).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn components(acc1: f64, cl: f64, cs: f64) -> Result<Components> {
    for (name, value) in [("Acc1", acc1), ("CL", cl), ("CS", cs)] {
        if !(0.0..=1.0).contains(&value) {
            return Err(Error::argument(name, "a fraction from 0 to 1", value));
        }
    }
    let acc2 = acc1 * cl + (1.0 - acc1) * cs;
    Ok(Components {
        acc2,
        rss: relative_score(acc1, acc2)?,
        acc2_lower: lower(acc1),
        acc2_upper: upper(acc1),
        cl_lower: acc1,
        cl_upper: 1.0,
        cs_lower: 0.0,
        cs_upper: acc1,
        assumption_holds: cs <= acc1 && acc1 <= cl,
    })
}

/// Acc1²: everything right is confirmed at chance, nothing wrong is found.
pub(super) fn lower(acc1: f64) -> f64 {
    acc1 * acc1
}

/// 2·Acc1 − Acc1²: everything right is kept, what is wrong is fixed at the rate of a first answer.
pub(super) fn upper(acc1: f64) -> f64 {
    acc1 + (1.0 - acc1) * acc1
}

/// (Acc2 − lower)/(upper − lower).
pub(super) fn relative_score(acc1: f64, acc2: f64) -> Result<f64> {
    let room = 2.0 * acc1 * (1.0 - acc1);
    if room <= 0.0 {
        let what = "the room between the bounds of the second accuracy";
        return Err(Error::undefined("relative self-correction score", Undefined::ZeroDenominator { what }));
    }
    Ok((acc2 - lower(acc1)) / room)
}
