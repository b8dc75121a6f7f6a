use crate::correction::SelfCorrection;
use crate::critique::ViscoItem;
use crate::error::Result;
use crate::inference::{Estimate, Level, proportion_difference, rate};
use crate::num;
use crate::tally::Transitions;

/// What a question asks of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ViscoGroup {
    /// To reason about what is seen.
    Reasoning,
    /// To see.
    Perception,
}

/// How much of a critique a correction is given.
///
/// # Source
/// VISCO (arXiv 2412.02172), section 5.
///
/// # Examples
/// ```
/// use probity::critique::Granularity;
/// assert_eq!(Granularity::AnswerSteps.name(), "AS");
/// assert!(!Granularity::Answer.has_steps() && Granularity::AnswerStepsExplanations.has_explanations());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Granularity {
    /// The verdict on the answer alone.
    Answer,
    /// The verdicts on answer and steps.
    AnswerSteps,
    /// The verdicts with their explanations.
    AnswerStepsExplanations,
}

impl Granularity {
    /// The paper's abbreviation: A, AS, ASE.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Answer => "A",
            Self::AnswerSteps => "AS",
            Self::AnswerStepsExplanations => "ASE",
        }
    }

    /// Whether it holds verdicts on steps.
    #[must_use]
    pub fn has_steps(self) -> bool {
        self != Self::Answer
    }

    /// Whether it holds explanations.
    #[must_use]
    pub fn has_explanations(self) -> bool {
        self == Self::AnswerStepsExplanations
    }
}

/// What a correction after a critique gains.
///
/// ```text
/// positive = right after among those wrong before     negative = wrong after among those right before
/// gain = positive − negative
/// ```
///
/// # Intervals
/// Wilson's for the rates, Newcombe's for the gain: its two rates are those of different answers.
///
/// # Missing values
/// Answers without a verdict on either side stay out;
/// [`Transitions::missing_as_wrong`](crate::tally::Transitions::missing_as_wrong) counts them as wrong.
///
/// # Source
/// VISCO (arXiv 2412.02172), section 5; the released code gives NaN where a rate is undefined.
///
/// # Examples
/// ```
/// use probity::critique::ViscoCorrection;
/// use probity::inference::Level;
/// use probity::tally::Transitions;
/// let table = Transitions::from_counts(4, 1, 3, 3)?;
/// let found = ViscoCorrection::new(&table, Level::default())?;
/// assert_eq!((found.positive.clone()?.value, found.negative.clone()?.value), (0.5, 0.2));
/// assert!((found.gain?.value - 0.3).abs() < 1e-15);
/// let none_right = ViscoCorrection::new(&Transitions::from_counts(0, 0, 1, 1)?, Level::default())?;
/// assert!(none_right.negative.is_err() && none_right.gain.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ViscoCorrection {
    /// Share right after the correction.
    pub accuracy: Estimate,
    /// Positive correction; undefined if nothing was wrong before.
    pub positive: Result<Estimate>,
    /// Negative correction; undefined if nothing was right before.
    pub negative: Result<Estimate>,
    /// Correction gain (`correction_score` in the released code); undefined if one of the two is.
    pub gain: Result<Estimate>,
}

impl ViscoCorrection {
    /// Reads the figures off a table of right and wrong before and after.
    ///
    /// # Errors
    /// [`crate::Error::Undefined`] if no answer has a verdict on both sides.
    pub fn new(table: &Transitions, level: Level) -> Result<Self> {
        let run = SelfCorrection::new(table, level)?;
        let named = |method, rate: Result<Estimate>| rate.map(|e| Estimate { method, ..e });
        let (kept, broken, fixed, stuck) = (table.kept(), table.broken(), table.fixed(), table.stuck());
        let gain = proportion_difference((fixed, fixed + stuck), (broken, kept + broken), level);
        Ok(Self {
            accuracy: Estimate { method: "accuracy after correction", ..run.accuracy_t2 },
            positive: named("positive correction", run.fix_rate),
            negative: named("negative correction", run.break_rate),
            gain: named("correction gain", gain),
        })
    }
}

/// Whether a critic lets an error spread: of the right steps after the first wrong one, the share judged wrong, with
/// Wilson's interval.
///
/// # Undefined
/// If no right step follows a wrong one.
///
/// # Missing values
/// A step without a verdict is not judged wrong.
///
/// # Source
/// Ours: VISCO (arXiv 2412.02172) discusses critics that distrust all that follows an error, without a figure.
///
/// # Errors
/// [`crate::Error::Length`] unless there is one judgment a step; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::critique::{ViscoGroup, ViscoItem, error_propagation};
/// use probity::inference::Level;
/// let item = ViscoItem {
///     group: ViscoGroup::Reasoning,
///     answer: false,
///     judged_answer: None,
///     steps: vec![true, false, true, true],
///     judged_steps: vec![Some(false), Some(false), Some(false), Some(true)],
///     explanations: vec![],
/// };
/// assert_eq!(error_propagation(&[item], Level::default())?.value, 0.5);
/// assert!(error_propagation(&[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn error_propagation(items: &[ViscoItem], level: Level) -> Result<Estimate> {
    let (mut distrusted, mut right) = (0, 0);
    for item in items {
        num::check_same_length("judgments", item.steps.len(), item.judged_steps.len())?;
        let steps = item.steps.iter().zip(&item.judged_steps);
        for (_, judged) in steps.skip_while(|&(&step, _)| step).filter(|&(&step, _)| step) {
            right += 1;
            distrusted += u64::from(*judged == Some(false));
        }
    }
    rate("error propagation", "the number of right steps after a wrong one", distrusted, right, level)
}
