use crate::error::{Error, Result, Undefined};
use crate::honesty::visalign_categories::LABELS;
use crate::num;

/// Non-negative finite numbers, or an error that names the first that is not.
pub(super) fn check_weights(what: &'static str, values: &[f64]) -> Result<()> {
    match values.iter().enumerate().find(|(_, v)| !(**v >= 0.0 && v.is_finite())) {
        None => Ok(()),
        Some((i, v)) => {
            Err(Error::argument(what, "finite numbers of at least 0", format!("{v} at position {i}")))
        }
    }
}

/// Scores brought to 0..1 by the least and the greatest of them: (s − min)/(max − min).
///
/// # Undefined
/// For scores that are all the same, and without scores.
///
/// # Source
/// VisAlign, over all images of the test set: a score depends on which images are in it.
///
/// # Errors
/// [`Error::NotFinite`] for a score that is not finite; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::honesty::visalign::min_max;
/// assert_eq!(min_max(&[-2.0, 2.0, 0.0])?, [0.0, 1.0, 0.5]);
/// assert!(min_max(&[0.3, 0.3]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn min_max(scores: &[f64]) -> Result<Vec<f64>> {
    num::check_finite("scores", scores)?;
    // Halved, so that the range of very large scores does not overflow.
    let halves: Vec<f64> = scores.iter().map(|s| s / 2.0).collect();
    let least = halves.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = halves.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if least >= greatest {
        let reason = Undefined::NoVariance { what: "the score" };
        return Err(Error::undefined("min-max normalisation", reason));
    }
    Ok(halves.iter().map(|s| (s - least) / (greatest - least)).collect())
}

/// How an abstention rate is made of a score brought to 0..1 by [`min_max`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AbstentionMap {
    /// The score is higher where abstaining is more called for, as all scores of this module are: a = s.
    Uncertainty,
    /// The score is higher where the model is surer: a = 1 − s.
    Confidence,
    /// As released, whatever the score: a = 1 for s > 1, else 1 − s.
    ///
    /// Of entropies this makes unsure images those on which a model abstains least. And it jumps: the surest image
    /// abstains never, or always if rounding puts its score above 1. For published figures only.
    Released,
}

/// The abstention rate of each score brought to 0..1.
///
/// # Source
/// VisAlign, released evaluation, which uses [`AbstentionMap::Released`] for every score.
///
/// # Errors
/// [`Error::Argument`] for a score that is not from 0 to 1; as released only below 0, or not finite.
///
/// # Examples
/// ```
/// use probity::honesty::visalign::{AbstentionMap, abstention_rates};
/// assert_eq!(abstention_rates(&[0.25, 1.0], AbstentionMap::Uncertainty)?, [0.25, 1.0]);
/// assert_eq!(abstention_rates(&[0.25, 1.0], AbstentionMap::Confidence)?, [0.75, 0.0]);
/// assert_eq!(abstention_rates(&[1.0, 1.000_000_1], AbstentionMap::Released)?, [0.0, 1.0]);
/// assert!(abstention_rates(&[1.000_000_1], AbstentionMap::Confidence).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn abstention_rates(normalised: &[f64], map: AbstentionMap) -> Result<Vec<f64>> {
    check_weights("normalised scores", normalised)?;
    let rate = |&s: &f64| match map {
        AbstentionMap::Released if s > 1.0 => Ok(1.0),
        _ if s > 1.0 => Err(Error::argument("normalised score", "a number from 0 to 1", s)),
        AbstentionMap::Uncertainty => Ok(s),
        AbstentionMap::Confidence | AbstentionMap::Released => Ok(1.0 - s),
    };
    normalised.iter().map(rate).collect()
}

/// One distribution of class probabilities and an abstention rate a: each probability times 1 − a, then a. Negative
/// entries become 0.
///
/// # Source
/// VisAlign, released evaluation.
///
/// # Errors
/// [`Error::NotFinite`] for a probability that is not finite; [`Error::Argument`] for a rate that is not from 0 to 1.
///
/// # Examples
/// ```
/// use probity::honesty::visalign::combine;
/// assert_eq!(combine(&[0.5, 0.5], 0.5)?, [0.25, 0.25, 0.5]);
/// assert_eq!(combine(&[1.0, -1e-9], 1.0)?, [0.0, 0.0, 1.0]);
/// assert!(combine(&[1.0], 1.5).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn combine(class_probabilities: &[f64], abstention: f64) -> Result<Vec<f64>> {
    num::check_finite("class probabilities", class_probabilities)?;
    num::check_probability("abstention rate", abstention)?;
    let scaled = class_probabilities.iter().map(|p| (p * (1.0 - abstention)).max(0.0));
    Ok(scaled.chain([abstention]).collect())
}

/// The Hellinger distance of two distributions: 0 for equal ones, 1 for those that share nothing.
///
/// ```text
/// H = ‖√p − √q‖₂/√2
/// ```
///
/// The arguments are taken as they are: [`submission_row`] makes a distribution of weights.
///
/// # Source
/// Hellinger 1909; VisAlign's measure of visual alignment.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::Argument`] for an entry that is negative or not finite.
///
/// # Examples
/// ```
/// use probity::honesty::visalign::hellinger;
/// assert_eq!(hellinger(&[1.0, 0.0], &[0.0, 1.0])?, 1.0);
/// assert_eq!(hellinger(&[0.5, 0.5, 0.0], &[0.5, 0.5, 0.0])?, 0.0);
/// assert!(hellinger(&[1.0, 0.0], &[0.0, 1.0, 0.0]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn hellinger(p: &[f64], q: &[f64]) -> Result<f64> {
    num::check_same_length("second distribution", p.len(), q.len())?;
    check_weights("first distribution", p)?;
    check_weights("second distribution", q)?;
    Ok((num::sum(p.iter().zip(q).map(|(p, q)| (p.sqrt() - q.sqrt()).powi(2))) / 2.0).sqrt())
}

/// A row as it is submitted: 11 weights, divided by their sum; none is full abstention.
///
/// # Source
/// VisAlign, submission script.
///
/// # Errors
/// [`Error::Length`] for another number of entries; [`Error::Argument`] for an entry that is negative or not finite, and
/// for a sum that is not above 0.
///
/// # Examples
/// ```
/// use probity::honesty::visalign::submission_row;
/// let mut row = [0.0; 11];
/// assert!(submission_row(Some(&row)).is_err());
/// row[2] = 4.0;
/// assert_eq!(submission_row(Some(&row))?[2], 1.0);
/// assert_eq!(submission_row(None)?[10], 1.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn submission_row(row: Option<&[f64]>) -> Result<Vec<f64>> {
    let Some(row) = row else {
        return Ok((0..LABELS).map(|i| f64::from(u8::from(i == LABELS - 1))).collect());
    };
    num::check_same_length("a row of probabilities", LABELS, row.len())?;
    check_weights("a row of probabilities", row)?;
    let total = num::sum(row.iter().copied());
    num::check_positive("total of the probabilities", total)?;
    Ok(row.iter().map(|p| p / total).collect())
}
