use crate::error::{Error, Result, Undefined};

/// Accuracy round by round if confidence and critique stay as they are.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Projection {
    /// Accuracy before the first round, then after each.
    pub accuracy: Vec<f64>,
    /// Where it settles.
    pub limit: Result<f64>,
}

/// Repeats Acc ← Acc·CL + (1 − Acc)·CS.
///
/// ```text
/// limit = CS/(1 − CL + CS)
/// ```
///
/// # Undefined
/// The limit for CL = 1 and CS = 0: every accuracy then stays where it is.
///
/// # Source
/// An extension of ours: the identity of Yang et al. 2024 iterated.
///
/// # Errors
/// [`Error::Argument`] for a figure outside 0..1.
///
/// # Examples
/// ```
/// use probity::correction::projection;
/// let p = projection(0.5, 0.75, 0.5, 2)?;
/// assert_eq!((p.accuracy, p.limit?), (vec![0.5, 0.625, 0.65625], 2.0 / 3.0));
/// assert!(projection(0.5, 1.0, 0.0, 2)?.limit.is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn projection(acc0: f64, cl: f64, cs: f64, rounds: usize) -> Result<Projection> {
    for (name, value) in [("Acc0", acc0), ("CL", cl), ("CS", cs)] {
        if !(0.0..=1.0).contains(&value) {
            return Err(Error::argument(name, "a fraction from 0 to 1", value));
        }
    }
    let accuracy =
        std::iter::successors(Some(acc0), |acc| Some(acc * cl + (1.0 - acc) * cs)).take(rounds + 1).collect();
    let leaving = 1.0 - cl + cs;
    let limit = if leaving > 0.0 {
        Ok(cs / leaving)
    } else {
        let what = "the share of answers that change";
        Err(Error::undefined("limit of self-correction", Undefined::ZeroDenominator { what }))
    };
    Ok(Projection { accuracy, limit })
}
