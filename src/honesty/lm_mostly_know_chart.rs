use crate::calibration::{Binning, Predictions, ReliabilityDiagram, TieRule};
use crate::error::{Error, Result};
use crate::num;

/// Every option of every question as a prediction that it is the answer.
///
/// The probabilities of a question need not sum to 1.
///
/// # Source
/// Kadavath et al. 2022, appendix A.1: the chart pools right and wrong options.
///
/// # Errors
/// [`Error::Length`] if there is not one answer a question; [`Error::Index`] for an answer that is no option;
/// [`Error::Argument`] for a probability that is not from 0 to 1.
///
/// # Examples
/// ```
/// use probity::honesty::lm_mostly_know::pooled_options;
/// let pooled = pooled_options(&[[0.7, 0.3], [0.4, 0.6]], &[0, 0])?;
/// assert_eq!(pooled.right(), [true, false, true, false]);
/// assert!(pooled_options(&[[0.7, 0.3]], &[2]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pooled_options<R: AsRef<[f64]>>(options: &[R], answers: &[usize]) -> Result<Predictions> {
    check_answers(options, answers)?;
    let right = options
        .iter()
        .zip(answers)
        .flat_map(|(row, &answer)| (0..row.as_ref().len()).map(move |option| option == answer));
    let right = right.collect();
    Predictions::new(options.iter().flat_map(|row| row.as_ref().iter().copied()).collect(), right)
}

/// The most probable option of every question, the first of equals, as a prediction that it is the answer.
///
/// # Errors
/// As [`pooled_options`].
///
/// # Examples
/// ```
/// use probity::honesty::lm_mostly_know::top_options;
/// let top = top_options(&[[0.7, 0.3], [0.5, 0.5]], &[0, 1])?;
/// assert_eq!((top.confidences(), top.right()), (&[0.7, 0.5][..], &[true, false][..]));
/// assert!(top_options::<[f64; 0]>(&[[]], &[0]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn top_options<R: AsRef<[f64]>>(options: &[R], answers: &[usize]) -> Result<Predictions> {
    check_answers(options, answers)?;
    let top = |(row, &answer): (&R, &usize)| {
        let row = row.as_ref();
        let best = crate::search::first_greatest(row)?;
        Some((*row.get(best)?, best == answer))
    };
    // No row is empty: each has its answer.
    let (confidences, right) = options.iter().zip(answers).filter_map(top).unzip();
    Predictions::new(confidences, right)
}

fn check_answers<R: AsRef<[f64]>>(options: &[R], answers: &[usize]) -> Result<()> {
    num::check_same_length("answers", options.len(), answers.len())?;
    match options.iter().zip(answers).find(|(row, answer)| **answer >= row.as_ref().len()) {
        None => Ok(()),
        Some((row, &index)) => Err(Error::Index { what: "option", index, len: row.as_ref().len() }),
    }
}

/// Accuracy beside probability, in bins of as many items each; [`BINS`](crate::honesty::lm_mostly_know::BINS) in the paper.
///
/// # Source
/// Kadavath et al. 2022, appendix A.1. If the items cannot be divided the first bins have one more; equal probabilities are
/// cut in the order given.
///
/// # Errors
/// [`Error::Argument`] for no bins.
///
/// # Examples
/// ```
/// use probity::calibration::Predictions;
/// use probity::honesty::lm_mostly_know::calibration_chart;
/// let predictions = Predictions::new(vec![0.9, 0.2, 0.4], vec![true, false, true])?;
/// let chart = calibration_chart(&predictions, 2)?;
/// assert_eq!(chart.bins()[0].accuracy, Some(0.5));
/// assert_eq!((chart.bins()[0].items, chart.bins()[1].items), (2, 1));
/// assert!(calibration_chart(&predictions, 0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn calibration_chart(predictions: &Predictions, bins: usize) -> Result<ReliabilityDiagram> {
    ReliabilityDiagram::new(predictions, Binning::EqualMass { bins, ties: TieRule::InputOrder })
}

/// Two errors of calibration. From [`calibration_errors`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct CalibrationErrors {
    /// The mean distance of accuracy and probability.
    pub ece: f64,
    /// The root of their mean squared distance.
    pub rms: f64,
}

/// The errors of a chart, every bin weighing the same; the paper takes the chart of [`top_options`].
///
/// ```text
/// ECE = (1/B) Σ_b |y_b − x_b|     RMS = √((1/B) Σ_b (y_b − x_b)²)
/// ```
///
/// # Undefined
/// Without items.
///
/// # Source
/// Kadavath et al. 2022, equations A.1 and A.2.
///
/// # Errors
/// [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::calibration::Predictions;
/// use probity::honesty::lm_mostly_know::{calibration_chart, calibration_errors};
/// let predictions = Predictions::new(vec![0.5, 1.0], vec![true, true])?;
/// let errors = calibration_errors(&calibration_chart(&predictions, 10)?)?;
/// assert_eq!((errors.ece, errors.rms), (0.25, 0.125f64.sqrt()));
/// let nothing = calibration_chart(&Predictions::default(), 10)?;
/// assert!(calibration_errors(&nothing).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn calibration_errors(chart: &ReliabilityDiagram) -> Result<CalibrationErrors> {
    let ece = chart.average_calibration_error()?;
    let gaps: Vec<f64> = chart.bins().iter().filter_map(crate::tally::ReliabilityBin::gap).collect();
    let rms = (num::sum(gaps.iter().map(|gap| gap * gap)) / gaps.len() as f64).sqrt();
    Ok(CalibrationErrors { ece, rms })
}
