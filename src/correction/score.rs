use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Interval, Level, ProportionMethod, proportion};
use crate::tally::{Mark, Transitions};

const METRIC: &str = "self-correction";

/// The figures of a two-turn run, from the table of right and wrong before and after.
///
/// With cc, ci, ic, ii the answers right-right, right-wrong, wrong-right, wrong-wrong and n their sum:
///
/// ```text
/// accuracy@t1 = (cc + ci)/n      Δ i→c = ic/n       fix rate   = ic/(ic + ii)
/// accuracy@t2 = (cc + ic)/n      Δ c→i = ci/n       break rate = ci/(cc + ci)
/// Δ = accuracy@t2 − accuracy@t1 = Δ i→c − Δ c→i
/// ```
///
/// # Intervals
/// Wilson's for the rates. Δ has the standard error of a paired difference, √(ic + ci − (ic − ci)²/n)/n, and a normal
/// interval.
///
/// # Missing values
/// Answers without a verdict on either side stay out; count them as wrong with
/// [`Transitions::missing_as_wrong`] first if that is the grader's rule.
///
/// # Source
/// Kumar et al. 2024, "Training Language Models to Self-Correct via Reinforcement Learning" (SCoRe, arXiv 2409.12917),
/// section 3: its Δ's are shares of all problems. Fix and break rate, shares of the answers that could move, are what
/// section 6.1 quotes as problems fixed.
///
/// # Examples
/// ```
/// use probity::correction::SelfCorrection;
/// use probity::inference::Level;
/// use probity::tally::Transitions;
/// let run = SelfCorrection::new(&Transitions::from_counts(184, 79, 23, 214)?, Level::default())?;
/// assert_eq!((run.accuracy_t1.value, run.accuracy_t2.value), (0.526, 0.414));
/// assert!((run.delta.value + 0.112).abs() < 1e-15);
/// let nothing_wrong = SelfCorrection::new(&Transitions::from_counts(2, 1, 0, 0)?, Level::default())?;
/// assert!(nothing_wrong.fix_rate.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SelfCorrection {
    /// Share right at the first turn.
    pub accuracy_t1: Estimate,
    /// Share right at the second turn.
    pub accuracy_t2: Estimate,
    /// Accuracy gained from the first turn to the second.
    pub delta: Estimate,
    /// Share of all answers that went from wrong to right.
    pub delta_i_to_c: Estimate,
    /// Share of all answers that went from right to wrong.
    pub delta_c_to_i: Estimate,
    /// Share of the wrong first answers that became right; undefined when none was wrong.
    pub fix_rate: Result<Estimate>,
    /// Share of the right first answers that became wrong; undefined when none was right.
    pub break_rate: Result<Estimate>,
}

impl SelfCorrection {
    /// Reads the figures off a table.
    ///
    /// # Errors
    /// [`Error::Undefined`] if no answer has a verdict on both sides.
    pub fn new(table: &Transitions, level: Level) -> Result<Self> {
        let (cc, ci, ic, ii) = (table.kept(), table.broken(), table.fixed(), table.stuck());
        let n = table.known();
        if n == 0 {
            return Err(Error::undefined(METRIC, Undefined::Nothing { what: "answers with both verdicts" }));
        }
        let rate = |method: &'static str, part: u64, whole: u64| {
            if whole == 0 {
                let what = "the number of answers that could move";
                return Err(Error::undefined(method, Undefined::ZeroDenominator { what }));
            }
            let estimate = proportion(part, whole, ProportionMethod::Wilson, level)?;
            Ok(Estimate { method, ..estimate })
        };
        let total = n as f64;
        let difference = (ic as f64 - ci as f64) / total;
        let se = ((ic + ci) as f64 / total - difference * difference).max(0.0).sqrt() / total.sqrt();
        Ok(Self {
            accuracy_t1: rate("accuracy@t1", cc + ci, n)?,
            accuracy_t2: rate("accuracy@t2", cc + ic, n)?,
            delta: Estimate::new("delta(t1, t2)", difference)
                .counted(n, 1, 2 * n)
                .with_standard_error(se)
                .with_interval(Interval::normal(difference, se, level).clamped(-1.0, 1.0)),
            delta_i_to_c: rate("delta i→c", ic, n)?,
            delta_c_to_i: rate("delta c→i", ci, n)?,
            fix_rate: rate("fix rate", ic, ic + ii),
            break_rate: rate("break rate", ci, cc + ci),
        })
    }
}

/// The figures of every turn after the first, against the turn before it and against the first.
///
/// `turns[t][i]` is the verdict of answer i at turn t.
///
/// # Undefined
/// With fewer than two turns, or without answers.
///
/// # Errors
/// [`Error::Length`] for turns that differ in length; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::correction::self_correction_by_turn;
/// use probity::inference::Level;
/// let turns = [vec![false, false], vec![true, false], vec![true, true]];
/// let run = self_correction_by_turn(&turns, Level::default())?;
/// assert_eq!((run[1].0.delta.value, run[1].1.delta.value), (0.5, 1.0));
/// assert!(self_correction_by_turn(&turns[..1], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn self_correction_by_turn<M: Copy + Into<Mark>, T: AsRef<[M]>>(
    turns: &[T],
    level: Level,
) -> Result<Vec<(SelfCorrection, SelfCorrection)>> {
    let Some((first, [_, ..])) = turns.split_first() else {
        let found = turns.len() as u64;
        return Err(Error::undefined(METRIC, Undefined::TooFew { what: "turns", needed: 2, found }));
    };
    let compare = |before: &T, after: &T| {
        SelfCorrection::new(&Transitions::from_marks(before.as_ref(), after.as_ref())?, level)
    };
    turns.windows(2).map(|pair| Ok((compare(&pair[0], &pair[1])?, compare(first, &pair[1])?))).collect()
}

/// Share of problems whose two answers differ (SCoRe, figure 6), with Wilson's interval.
///
/// # Undefined
/// Without problems.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::correction::changed_answer_rate;
/// use probity::inference::Level;
/// let rate = changed_answer_rate(&["4", "4", "7", "1", "9"], &["4", "5", "7", "2", "9"], Level::default())?;
/// assert_eq!(rate.value, 0.4);
/// assert!(changed_answer_rate::<&str>(&[], &[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn changed_answer_rate<T: PartialEq>(first: &[T], second: &[T], level: Level) -> Result<Estimate> {
    let method = "changed answer rate";
    crate::num::check_same_length("second answers", first.len(), second.len())?;
    if first.is_empty() {
        return Err(Error::undefined(method, Undefined::Nothing { what: "answers" }));
    }
    let changed = first.iter().zip(second).filter(|(a, b)| a != b).count() as u64;
    let estimate = proportion(changed, first.len() as u64, ProportionMethod::Wilson, level)?;
    Ok(Estimate { method, ..estimate })
}
