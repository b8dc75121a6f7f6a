use crate::critique::IncorrectClass;
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, estimate_from_influence, rate};
use crate::num;
use crate::tally::{Mark, Tally, Verdicts};

const METRIC: &str = "critique accuracy";

/// What a critique counts as in which no verdict could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Unparsed {
    /// As the verdict "the response is right": the paper's rule.
    #[default]
    Correct,
    /// As a wrong judgment.
    Wrong,
    /// As no judgment: it leaves numerator and denominator, the error class's recall included.
    Drop,
}

/// How well a critic tells right responses from wrong ones. From [`critique_accuracy`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CritiqueAccuracy {
    /// Share judged as they are; undefined if every judgment was dropped.
    pub accuracy: Result<Estimate>,
    /// Critiques without a verdict.
    pub unparsed: u64,
    /// Share of the responses judged wrong that are wrong; undefined if none was judged wrong.
    pub error_precision: Result<Estimate>,
    /// Share of the wrong responses that were judged wrong; undefined if none is wrong.
    pub error_recall: Result<Estimate>,
}

impl CritiqueAccuracy {
    /// Reads the figures off a table of verdicts; see [`critique_accuracy`].
    ///
    /// # Errors
    /// [`Error::Undefined`] for an empty table.
    pub fn new(table: &Verdicts, unparsed: Unparsed, level: Level) -> Result<Self> {
        if table.records() == 0 {
            return Err(Error::undefined(METRIC, Undefined::Nothing { what: "judgments" }));
        }
        let [null_on_right, null_on_wrong] = [true, false].map(|right| table.get(right, Mark::Unknown));
        let (agreed, judged) = match unparsed {
            Unparsed::Correct => (table.agreements() + null_on_right, table.records()),
            Unparsed::Wrong => (table.agreements(), table.records()),
            Unparsed::Drop => (table.agreements(), table.records() - table.unparsed()),
        };
        let dropped = if unparsed == Unparsed::Drop { null_on_wrong } else { 0 };
        let wrong = table.wrong() - dropped;
        Ok(Self {
            accuracy: rate(METRIC, "the number of readable judgments", agreed, judged, level),
            unparsed: table.unparsed(),
            error_precision: IncorrectClass::new(table, level).precision,
            error_recall: rate(
                "recall of the error class",
                "the number that is wrong",
                table.found(),
                wrong,
                level,
            ),
        })
    }
}

/// Share of responses that a critic judges rightly, with precision and recall of the error class.
///
/// `judgments` are true for "the response is right"; `right` is what it is.
///
/// ```text
/// accuracy = judged as they are/judged     precision = found/judged wrong     recall = found/wrong
/// ```
///
/// # Undefined
/// Everything without judgments; accuracy if all are dropped; precision and recall as [`CritiqueAccuracy`] says. On a
/// set with as many right as wrong responses chance is 0.5.
///
/// # Missing values
/// A critique without a readable verdict is treated as `unparsed` says. Under no policy is it a predicted error.
///
/// # Source
/// Luo et al. 2023, "Critique Ability of Large Language Models" (arXiv 2310.04815), section 4 and appendix F: where the
/// verdict is missing, the response is taken as judged right. Precision and recall of the error class are ours.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::Undefined`] without judgments.
///
/// # Examples
/// ```
/// use probity::critique::{Unparsed, critique_accuracy};
/// use probity::inference::Level;
/// let (judged, right) = ([Some(true), Some(false), None, None], [true, true, true, false]);
/// let of = |unparsed| critique_accuracy(&judged, &right, unparsed, Level::default());
/// assert_eq!(of(Unparsed::Correct)?.accuracy?.value, 0.5);
/// assert_eq!(of(Unparsed::Wrong)?.accuracy?.value, 0.25);
/// assert!(of(Unparsed::Drop)?.error_recall.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn critique_accuracy(
    judgments: &[Option<bool>],
    right: &[bool],
    unparsed: Unparsed,
    level: Level,
) -> Result<CritiqueAccuracy> {
    CritiqueAccuracy::new(&Verdicts::from_judgments(right, judgments)?, unparsed, level)
}

/// Critique accuracy over repeated runs. From [`critique_accuracy_runs`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CritiqueRuns {
    /// The figures of each run.
    pub per_run: Vec<CritiqueAccuracy>,
    /// Mean of the runs' accuracies.
    pub mean_accuracy: Estimate,
}

/// Critique accuracy of the same responses judged several times: the mean of the runs' accuracies.
///
/// # Intervals
/// Over responses, not over runs, since all runs judge the same responses: the linearised mean with Student's t, cut to
/// 0..1.
///
/// # Undefined
/// Without runs or responses, or if one run has no judgment left.
///
/// # Missing values
/// As [`critique_accuracy`].
///
/// # Source
/// arXiv 2310.04815, appendix F: 8 evaluations, mean accuracy.
///
/// # Errors
/// As [`critique_accuracy`], for any run.
///
/// # Examples
/// ```
/// use probity::critique::{Unparsed, critique_accuracy_runs};
/// use probity::inference::Level;
/// let runs = [[Some(true), Some(false)], [Some(true), Some(true)]];
/// let found = critique_accuracy_runs(&runs, &[true, false], Unparsed::Correct, Level::default())?;
/// assert_eq!((found.per_run[0].accuracy.clone()?.value, found.mean_accuracy.value), (1.0, 0.75));
/// let none: [Vec<Option<bool>>; 0] = [];
/// assert!(critique_accuracy_runs(&none, &[true], Unparsed::Correct, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn critique_accuracy_runs<R: AsRef<[Option<bool>]>>(
    runs: &[R],
    right: &[bool],
    unparsed: Unparsed,
    level: Level,
) -> Result<CritiqueRuns> {
    if runs.is_empty() {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "runs" }));
    }
    let mut per_run = Vec::with_capacity(runs.len());
    let mut accuracies = num::Sum::default();
    let mut influence = vec![0.0; right.len()];
    for run in runs {
        let found = critique_accuracy(run.as_ref(), right, unparsed, level)?;
        let accuracy = found.accuracy.clone()?;
        let kept = accuracy.judgments as f64 / right.len() as f64;
        for ((u, &judged), &is) in influence.iter_mut().zip(run.as_ref()).zip(right) {
            let agrees = match (judged, unparsed) {
                (Some(verdict), _) => verdict == is,
                (None, Unparsed::Correct) => is,
                (None, Unparsed::Wrong) => false,
                (None, Unparsed::Drop) => continue,
            };
            *u += (f64::from(agrees) - accuracy.value) / kept / runs.len() as f64;
        }
        accuracies.add(accuracy.value);
        per_run.push(found);
    }
    let mean = accuracies.value() / runs.len() as f64;
    let bounds = Some((0.0, 1.0));
    let mean_accuracy = estimate_from_influence("mean critique accuracy", mean, &influence, level, bounds);
    Ok(CritiqueRuns { per_run, mean_accuracy })
}
