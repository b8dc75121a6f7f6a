use crate::calibration::{Binning, ClassPredictions, ReliabilityDiagram, TieRule};
use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::tally::BinClosure;

/// The calibration error of the most probable class: its probability is the confidence, and the outcome is whether it was
/// the true class.
///
/// # Undefined
/// Without items.
///
/// # Ties
/// Of classes of the same probability the first is the most probable one.
///
/// # Source
/// Guo, Pleiss, Sun and Weinberger 2017. Other figures of the most probable class are read from the diagram of
/// [`ClassPredictions::top_label`].
///
/// # Errors
/// As [`ReliabilityDiagram::new`]; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::calibration::{Binning, ClassPredictions, top_label_calibration_error};
/// let predictions = ClassPredictions::from_rows(&[vec![0.75, 0.25], vec![0.25, 0.75]], &[0, 0])?;
/// assert_eq!(top_label_calibration_error(&predictions, Binning::default())?, 0.25);
/// let nothing = ClassPredictions::from_rows(&[], &[])?;
/// assert!(top_label_calibration_error(&nothing, Binning::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn top_label_calibration_error(predictions: &ClassPredictions, binning: Binning) -> Result<f64> {
    ReliabilityDiagram::new(&predictions.top_label(), binning)?.expected_calibration_error()
}

/// The calibration error of every class, averaged: the probability of a class is the confidence that it is the true one.
///
/// ```text
/// SCE = (1/K) Σ_k ECE of (p_k, label = k) in bins of equal width
/// ```
///
/// # Undefined
/// Without items.
///
/// # Source
/// Nixon et al. 2019, "Measuring calibration in deep learning": static calibration error; also called class-wise ECE
/// (Kull et al. 2019).
///
/// # Errors
/// As [`ReliabilityDiagram::new`]; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::calibration::{ClassPredictions, static_calibration_error};
/// use probity::tally::BinClosure;
/// let predictions = ClassPredictions::from_rows(&[vec![0.75, 0.25], vec![0.25, 0.75]], &[0, 0])?;
/// // Of the first class |0.75 − 1| and |0.25 − 1|, of the second the same.
/// assert_eq!(static_calibration_error(&predictions, 2, BinClosure::Right)?, 0.5);
/// assert!(static_calibration_error(&predictions, 0, BinClosure::Right).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn static_calibration_error(
    predictions: &ClassPredictions,
    bins: usize,
    closure: BinClosure,
) -> Result<f64> {
    let binning = Binning::EqualWidth { bins, closure };
    mean_over_classes("static calibration error", predictions, binning, |diagram| {
        diagram.expected_calibration_error()
    })
}

/// The mean distance of accuracy and confidence over bins of equal mass and over classes.
///
/// ```text
/// ACE = (1/K) Σ_k (1/B) Σ_b |a_bk − c_bk|
/// ```
///
/// # Undefined
/// Without items.
///
/// # Source
/// Nixon et al. 2019: adaptive calibration error. Their code cuts equal confidences in the order of the items
/// ([`TieRule::InputOrder`]).
///
/// # Errors
/// As [`ReliabilityDiagram::new`]; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::calibration::{ClassPredictions, TieRule, adaptive_calibration_error};
/// let predictions = ClassPredictions::from_rows(&[vec![0.75, 0.25], vec![0.25, 0.75]], &[0, 0])?;
/// assert_eq!(adaptive_calibration_error(&predictions, 2, TieRule::Together)?, 0.5);
/// let nothing = ClassPredictions::from_rows(&[], &[])?;
/// assert!(adaptive_calibration_error(&nothing, 2, TieRule::Together).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn adaptive_calibration_error(predictions: &ClassPredictions, bins: usize, ties: TieRule) -> Result<f64> {
    let binning = Binning::EqualMass { bins, ties };
    mean_over_classes("adaptive calibration error", predictions, binning, |diagram| {
        diagram.average_calibration_error()
    })
}

fn mean_over_classes(
    metric: &'static str,
    predictions: &ClassPredictions,
    binning: Binning,
    figure: impl Fn(&ReliabilityDiagram) -> Result<f64>,
) -> Result<f64> {
    if predictions.is_empty() {
        return Err(Error::undefined(metric, Undefined::Nothing { what: "items" }));
    }
    let mut sum = num::Sum::default();
    for class in 0..predictions.classes() {
        sum.add(figure(&ReliabilityDiagram::new(&predictions.of_class(class)?, binning)?)?);
    }
    Ok(sum.value() / predictions.classes() as f64)
}
