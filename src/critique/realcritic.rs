use crate::correction::SelfCorrection;
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items};
use crate::num;
use crate::tally::{Mark, Transitions};

const CLOSED_LOOP: &str = "closed-loop critique";
const ITERATIVE: &str = "iterative critique";

/// What a share of nothing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum EmptyShare {
    /// It is undefined.
    #[default]
    Undefined,
    /// It is 0, as RealCritic's code prints it; without standard error and interval.
    Zero,
}

/// What critiques are worth: how right the solutions are that were corrected with them.
///
/// With cc, ci, ic, ii the solutions right-right, right-wrong, wrong-right, wrong-wrong and n their sum:
///
/// ```text
/// accuracy before = (cc + ci)/n     correct to incorrect = ci/(cc + ci)
/// accuracy        = (cc + ic)/n     incorrect to correct = ic/(ic + ii)
/// gain            = (ic − ci)/n
/// ```
///
/// The modes differ in whose solutions are criticised, and share these figures: in *self-critique* the critic's own, so
/// that the accuracy before is that of its direct chain of thought; in *cross-critique* those of other models, about half
/// of them right; in *iterative critique* its last corrections, see [`iterative_critique`]. For what a critique gains over
/// the critic's direct chain of thought, give the verdicts of the latter as `before`.
///
/// # Intervals
/// Wilson's for the rates, normal for the gain, a paired difference.
///
/// # Undefined
/// Without solutions that have a verdict on both sides; a share whose denominator is empty, unless
/// [`EmptyShare::Zero`] is asked for.
///
/// # Missing values
/// Solutions without a verdict on either side stay out; [`Transitions::missing_as_wrong`] counts them as wrong, which
/// is what the official grader does with an answer that it cannot read.
///
/// # Source
/// Tang et al. 2025, "RealCritic: Towards Effectiveness-Driven Evaluation of Language Model Critiques" (arXiv
/// 2501.14492). With several samples a solution the released code pairs the wrong verdicts; give one sample each.
///
/// # Examples
/// ```
/// use probity::critique::{ClosedLoopCritique, EmptyShare, closed_loop_critique};
/// use probity::inference::Level;
/// let (before, after) = ([true, true, false, false], [true, false, true, true]);
/// let critic = closed_loop_critique(&before, &after, EmptyShare::Undefined, Level::default())?;
/// assert_eq!((critic.accuracy.value, critic.gain.value), (0.75, 0.25));
/// assert_eq!(critic.correct_to_incorrect?.value, 0.5);
///
/// let all_wrong = closed_loop_critique(&[false], &[true], EmptyShare::Undefined, Level::default())?;
/// assert!(all_wrong.correct_to_incorrect.unwrap_err().is_undefined());
/// let as_printed = closed_loop_critique(&[false], &[true], EmptyShare::Zero, Level::default())?;
/// assert_eq!(as_printed.correct_to_incorrect?.value, 0.0);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ClosedLoopCritique {
    /// The counts behind the figures.
    pub transitions: Transitions,
    /// Share right before the critique.
    pub accuracy_before: Estimate,
    /// Share right after correction: the closed-loop critique score.
    pub accuracy: Estimate,
    /// Accuracy gained.
    pub gain: Estimate,
    /// Share of the right solutions that became wrong.
    pub correct_to_incorrect: Result<Estimate>,
    /// Share of the wrong solutions that became right.
    pub incorrect_to_correct: Result<Estimate>,
}

impl ClosedLoopCritique {
    /// Reads the figures off a table.
    ///
    /// # Errors
    /// [`Error::Undefined`] if no solution has a verdict on both sides.
    pub fn new(transitions: &Transitions, empty: EmptyShare, level: Level) -> Result<Self> {
        if transitions.known() == 0 {
            let what = "solutions with both verdicts";
            return Err(Error::undefined(CLOSED_LOOP, Undefined::Nothing { what }));
        }
        let figures = SelfCorrection::new(transitions, level)?;
        let share = |metric: &'static str, share: Result<Estimate>| match share {
            Err(error) if error.is_undefined() && empty == EmptyShare::Zero => Ok(Estimate::new(metric, 0.0)),
            Err(Error::Undefined { reason, .. }) => Err(Error::undefined(metric, reason)),
            share => share.map(|estimate| Estimate { method: metric, ..estimate }),
        };
        Ok(Self {
            transitions: transitions.clone(),
            accuracy_before: Estimate { method: "accuracy before critique", ..figures.accuracy_t1 },
            accuracy: Estimate { method: CLOSED_LOOP, ..figures.accuracy_t2 },
            gain: Estimate { method: "critique gain", ..figures.delta },
            correct_to_incorrect: share("correct to incorrect", figures.break_rate),
            incorrect_to_correct: share("incorrect to correct", figures.fix_rate),
        })
    }

    /// The accuracy as the paper prints it: in percent with one decimal, half to even.
    ///
    /// ```
    /// use probity::critique::{EmptyShare, closed_loop_critique};
    /// use probity::inference::Level;
    /// let verdicts = [true, true, false];
    /// let critic = closed_loop_critique(&verdicts, &verdicts, EmptyShare::Zero, Level::default())?;
    /// assert_eq!(critic.accuracy_rounded_percent(), 66.7);
    /// # Ok::<(), probity::Error>(())
    /// ```
    #[must_use]
    pub fn accuracy_rounded_percent(&self) -> f64 {
        (self.accuracy.value * 100.0 * 10.0).round_ties_even() / 10.0
    }
}

/// The figures of one round of critique and correction; see [`ClosedLoopCritique`].
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::Undefined`] without solutions.
///
/// # Examples
/// See [`ClosedLoopCritique`].
pub fn closed_loop_critique<M: Copy + Into<Mark>>(
    before: &[M],
    after: &[M],
    empty: EmptyShare,
    level: Level,
) -> Result<ClosedLoopCritique> {
    ClosedLoopCritique::new(&Transitions::from_marks(before, after)?, empty, level)
}

/// One round of an iterative critique.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CritiqueRound {
    /// Share right after this round.
    pub accuracy: Estimate,
    /// From the round before to this one; empty for round 0.
    pub transitions: Transitions,
    /// Accuracy gained since round 0; exactly 0 for round 0 itself.
    pub gain: Estimate,
}

/// Several rounds of critique and correction of the same solutions: `rounds[t][i]` is the verdict of solution i after
/// round t, round 0 being the first solutions.
///
/// # Undefined
/// Without rounds or solutions.
///
/// # Missing values
/// A solution without a verdict in a round stays out of that round's accuracy and of what compares it with others.
///
/// # Source
/// Tang et al. 2025, RealCritic (arXiv 2501.14492), iterative critique.
///
/// # Errors
/// [`Error::Length`] for rounds that differ in length; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::critique::iterative_critique;
/// use probity::inference::Level;
/// let rounds = [vec![false, false], vec![true, false], vec![false, true]];
/// let critic = iterative_critique(&rounds, Level::default())?;
/// assert_eq!((critic[2].accuracy.value, critic[2].gain.value), (0.5, 0.5));
/// assert_eq!((critic[2].transitions.broken(), critic[2].transitions.fixed()), (1, 1));
/// assert!(iterative_critique::<bool, Vec<bool>>(&[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn iterative_critique<M: Copy + Into<Mark>, R: AsRef<[M]>>(
    rounds: &[R],
    level: Level,
) -> Result<Vec<CritiqueRound>> {
    let Some(first) = rounds.first() else {
        return Err(Error::undefined(ITERATIVE, Undefined::Nothing { what: "rounds" }));
    };
    let compare = |before: &R, after: &R| Transitions::from_marks(before.as_ref(), after.as_ref());
    let round = |t: usize, round: &R| {
        let before = t.checked_sub(1).and_then(|t| rounds.get(t));
        let since_first = ClosedLoopCritique::new(&compare(first, round)?, EmptyShare::Undefined, level)?;
        let alone = ClosedLoopCritique::new(&compare(round, round)?, EmptyShare::Undefined, level)?;
        Ok(CritiqueRound {
            accuracy: Estimate { method: ITERATIVE, ..alone.accuracy },
            transitions: before.map(|before| compare(before, round)).transpose()?.unwrap_or_default(),
            gain: since_first.gain,
        })
    };
    rounds.iter().enumerate().map(|(t, r)| round(t, r)).collect()
}

/// The plain mean of the tasks' accuracies, every task weighing the same whatever its size, with a t interval over tasks.
///
/// # Undefined
/// Without tasks.
///
/// # Source
/// Tang et al. 2025, RealCritic (arXiv 2501.14492): eight tasks. The unit (fractions, percent) is the caller's.
///
/// # Errors
/// [`Error::NotFinite`] for an accuracy that is not a finite number; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::critique::task_average;
/// use probity::inference::Level;
/// assert_eq!(task_average(&[27.0, 42.0, 81.0], Level::default())?.value, 50.0);
/// assert!(task_average(&[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn task_average(accuracies: &[f64], level: Level) -> Result<Estimate> {
    num::check_finite("accuracies", accuracies)?;
    mean_over_items("task average", "tasks", accuracies, (f64::NEG_INFINITY, f64::INFINITY), level)
}
