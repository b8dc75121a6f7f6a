use crate::error::Result;
use crate::inference::{Estimate, Level, rate};
use crate::tally::Verdicts;

/// 2/(1/p + 1/r), 0 where one of the two is 0.
pub(super) fn harmonic(p: f64, r: f64) -> f64 {
    if p > 0.0 && r > 0.0 { 2.0 / (1.0 / p + 1.0 / r) } else { 0.0 }
}

/// Precision, recall and F1 of finding what is wrong.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IncorrectClass {
    /// Share of what was judged wrong that is wrong; undefined if nothing was judged wrong.
    pub precision: Result<Estimate>,
    /// Share of what is wrong that was judged wrong; undefined if nothing is wrong.
    pub recall: Result<Estimate>,
    /// Their harmonic mean; 0 where nothing wrong was found, also if nothing is wrong.
    pub f1: f64,
}

impl IncorrectClass {
    /// Reads the figures off a table of verdicts; see [`f1_incorrect_class`].
    #[must_use]
    pub fn new(table: &Verdicts, level: Level) -> Self {
        let found = table.found();
        let precision = rate(
            "precision of the incorrect class",
            "the number judged wrong",
            found,
            table.judged_wrong(),
            level,
        );
        let recall =
            rate("recall of the incorrect class", "the number that is wrong", found, table.wrong(), level);
        let f1 = match (&precision, &recall) {
            (Ok(p), Ok(r)) => harmonic(p.value, r.value),
            _ => 0.0,
        };
        Self { precision, recall, f1 }
    }
}

/// Precision, recall and F1 of the class "incorrect": how well a critic finds what is wrong.
///
/// ```text
/// P = found/judged wrong     R = found/wrong     F1 = 2/(1/P + 1/R), 0 if nothing was found
/// ```
///
/// # Undefined
/// Precision where nothing was judged wrong, recall where nothing is wrong.
///
/// # Missing values
/// A judgment without a verdict is not "judged wrong"; on something wrong it costs recall.
///
/// # Source
/// Wu et al. 2024 (VISCO, arXiv 2412.02172) and its released code, from which F1 = 0 without a hit is taken. The
/// intervals of precision and recall (Wilson) are ours.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length) if the two differ in length.
///
/// # Examples
/// ```
/// use probity::critique::f1_incorrect_class;
/// use probity::inference::Level;
/// let right = [false, true, false, false, true];
/// let judged = [Some(false), Some(false), Some(true), Some(false), None];
/// let class = f1_incorrect_class(&right, &judged, Level::default())?;
/// assert!((class.f1 - 2.0 / 3.0).abs() < 1e-15);
/// let never_says_no = f1_incorrect_class(&[false], &[Some(true)], Level::default())?;
/// assert_eq!(never_says_no.f1, 0.0);
/// assert!(never_says_no.precision.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn f1_incorrect_class(right: &[bool], judged: &[Option<bool>], level: Level) -> Result<IncorrectClass> {
    Ok(IncorrectClass::new(&Verdicts::from_judgments(right, judged)?, level))
}
