use crate::calibration::TemperatureScaling;
use crate::error::{Error, Result, Undefined};
use crate::honesty::visalign_distance::check_weights;
use crate::num;

/// The greatest of some logits, of which there are some and all are finite.
fn greatest(logits: &[f64]) -> Result<f64> {
    num::check_finite("logits", logits)?;
    let first = logits.first().copied();
    let first = first.ok_or(Error::undefined("abstention score", Undefined::Nothing { what: "logits" }))?;
    Ok(logits.iter().copied().fold(first, f64::max))
}

fn softmax(logits: &[f64], temperature: f64) -> Result<Vec<f64>> {
    TemperatureScaling::new(temperature)?.softmax(logits)
}

/// 1 minus the greatest softmax probability of an image's logits.
///
/// # Undefined
/// Without logits.
///
/// # Source
/// Hendrycks and Gimpel 2017. In VisAlign's code the method of this name computes the [`entropy`].
///
/// # Errors
/// [`Error::NotFinite`] for a logit that is not finite; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::honesty::visalign::max_softmax;
/// assert_eq!(max_softmax(&[3.0, 3.0])?, 0.5);
/// assert!(max_softmax(&[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn max_softmax(logits: &[f64]) -> Result<f64> {
    Ok(1.0 - softmax(logits, 1.0)?.into_iter().fold(0.0, f64::max))
}

/// The entropy in nats of the softmax of an image's logits.
///
/// # Undefined
/// Without logits.
///
/// # Source
/// VisAlign, as entropy and (in its code) as `msp`.
///
/// # Errors
/// As [`max_softmax`].
///
/// # Examples
/// ```
/// use probity::honesty::visalign::entropy;
/// assert_eq!(entropy(&[3.0, 3.0])?, 2f64.ln());
/// assert_eq!(entropy(&[3.0])?, 0.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn entropy(logits: &[f64]) -> Result<f64> {
    odin_entropy(logits, 1.0)
}

/// Minus the greatest of an image's logits.
///
/// # Undefined
/// Without logits.
///
/// # Source
/// Hendrycks et al. 2022; VisAlign.
///
/// # Errors
/// As [`max_softmax`].
///
/// # Examples
/// ```
/// use probity::honesty::visalign::max_logit;
/// assert_eq!(max_logit(&[1.0, 4.5])?, -4.5);
/// assert!(max_logit(&[f64::NAN]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn max_logit(logits: &[f64]) -> Result<f64> {
    Ok(-greatest(logits)?)
}

/// The entropy in nats of the softmax of an image's logits at a temperature, 1000 in the paper.
///
/// ODIN also moves the image against the gradient before (by 0.0014 in the paper); that needs the model: give the logits
/// of the moved image.
///
/// # Undefined
/// Without logits.
///
/// # Source
/// Liang, Li and Srikant 2018; VisAlign.
///
/// # Errors
/// As [`max_softmax`]; [`Error::Argument`] for a temperature that is not above 0.
///
/// # Examples
/// ```
/// use probity::honesty::visalign::{entropy, odin_entropy};
/// let logits = [4.0, 0.0];
/// assert!(odin_entropy(&logits, 1000.0)? > entropy(&logits)?);
/// assert!(odin_entropy(&logits, 0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn odin_entropy(logits: &[f64], temperature: f64) -> Result<f64> {
    Ok(num::entropy(&softmax(logits, temperature)?))
}

/// Whether the softmax is taken of the mean of probabilities once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecondSoftmax {
    /// No.
    #[default]
    Off,
    /// Yes, as the released code does: it makes nearly all images look equally unsure.
    Released,
}

/// Rows of class probabilities, all of the same length.
fn check_rows<R: AsRef<[f64]>>(rows: &[R]) -> Result<usize> {
    let first = rows.first().map_or(0, |row| row.as_ref().len());
    if first == 0 {
        let reason = Undefined::Nothing { what: "class probabilities" };
        return Err(Error::undefined("abstention score", reason));
    }
    for row in rows {
        num::check_same_length("a row of class probabilities", first, row.as_ref().len())?;
        check_weights("class probabilities", row.as_ref())?;
    }
    Ok(first)
}

/// The entropy in nats of an image's class probabilities, averaged over passes with dropout (five in the paper).
///
/// # Undefined
/// Without passes or classes.
///
/// # Source
/// Gal and Ghahramani 2016; VisAlign, whose code takes the softmax twice: [`SecondSoftmax`].
///
/// # Errors
/// [`Error::Length`] for passes with different numbers of classes; [`Error::Argument`] for a probability that is negative
/// or not finite; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::honesty::visalign::{SecondSoftmax, mc_dropout_entropy};
/// let passes = [[1.0, 0.0], [0.0, 1.0]];
/// assert_eq!(mc_dropout_entropy(&passes, SecondSoftmax::Off)?, 2f64.ln());
/// assert_eq!(mc_dropout_entropy(&[[1.0, 0.0]], SecondSoftmax::Off)?, 0.0);
/// assert!(mc_dropout_entropy(&[[1.0, 0.0]], SecondSoftmax::Released)? > 0.5);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn mc_dropout_entropy<R: AsRef<[f64]>>(passes: &[R], second: SecondSoftmax) -> Result<f64> {
    let classes = check_rows(passes)?;
    let entry = |k: usize| passes.iter().filter_map(move |row| row.as_ref().get(k).copied());
    let mean: Vec<f64> = (0..classes).map(|k| num::sum(entry(k)) / passes.len() as f64).collect();
    Ok(match second {
        SecondSoftmax::Off => num::entropy(&mean),
        SecondSoftmax::Released => num::entropy(&softmax(&mean, 1.0)?),
    })
}

/// The mean entropy in nats of the class probabilities that the members of an ensemble give an image.
///
/// # Undefined
/// Without members or classes.
///
/// # Source
/// Lakshminarayanan, Pritzel and Blundell 2017; VisAlign.
///
/// # Errors
/// As [`mc_dropout_entropy`].
///
/// # Examples
/// ```
/// use probity::honesty::visalign::ensemble_entropy;
/// // Each is sure, of different classes.
/// assert_eq!(ensemble_entropy(&[[1.0, 0.0], [0.0, 1.0]])?, 0.0);
/// assert!(ensemble_entropy::<[f64; 2]>(&[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn ensemble_entropy<R: AsRef<[f64]>>(members: &[R]) -> Result<f64> {
    check_rows(members)?;
    let entropies = members.iter().map(|row| num::entropy(row.as_ref()));
    Ok(num::sum(entropies) / members.len() as f64)
}

/// Minus the mean, over Gaussian mixtures, of the score of the best component; in the paper ten mixtures with 1 to 10
/// components.
///
/// A component's score is higher the better an image fits it (a log-likelihood, or minus a distance).
///
/// # Undefined
/// Without mixtures, and for a mixture without components.
///
/// # Source
/// Dua et al. 2023 (TAPUDD); VisAlign. The sign is turned so that higher means abstain.
///
/// # Errors
/// [`Error::NotFinite`] for a score that is not finite; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::honesty::visalign::tapudd;
/// assert_eq!(tapudd(&[vec![-4.0], vec![-1.0, -3.0]])?, 2.5);
/// assert!(tapudd(&[Vec::new()]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn tapudd<R: AsRef<[f64]>>(mixtures: &[R]) -> Result<f64> {
    if mixtures.is_empty() {
        return Err(Error::undefined("abstention score", Undefined::Nothing { what: "mixtures" }));
    }
    let best = mixtures.iter().map(|scores| greatest(scores.as_ref())).collect::<Result<Vec<f64>>>()?;
    Ok(-(num::sum(best) / mixtures.len() as f64))
}
