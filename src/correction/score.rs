use crate::error::{Error, Result, Undefined};
use crate::inference::{Bootstrap, Estimate, Level, McNemar, Replicates, TestResult, rate};
use crate::ratings::Labels;
use crate::tally::{Mark, PairCounts, Transitions};

const METRIC: &str = "self-correction";
const BOTH_VERDICTS: &str = "answers with both verdicts";

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
/// Wilson's for the rates; that of Bonett and Price for Δ ([`PairCounts::paired_difference`]). Δ's p-value is that of
/// McNemar's mid-p test, absent where no answer moved; [`Transitions::mcnemar`] has the other variants. All of them take
/// every answer for a draw of its own: for several samples a question, see [`delta_bootstrap`].
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
            return Err(Error::undefined(METRIC, Undefined::Nothing { what: BOTH_VERDICTS }));
        }
        let rate =
            |metric, part, whole| rate(metric, "the number of answers that could move", part, whole, level);
        let delta = after_and_before(table)?.paired_difference(level)?;
        let delta = match table.mcnemar(McNemar::MidP) {
            Ok(test) => delta.with_p_value(test.p_value),
            Err(_) => delta,
        };
        Ok(Self {
            accuracy_t1: rate("accuracy@t1", cc + ci, n)?,
            accuracy_t2: rate("accuracy@t2", cc + ic, n)?,
            delta: Estimate { method: "delta(t1, t2)", ..delta },
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

impl Transitions {
    /// McNemar's test of whether answers are right equally often before and after: the test of SCoRe's Δ.
    ///
    /// ```text
    /// (fixed − broken)²/(fixed + broken),   see PairCounts::mcnemar
    /// ```
    ///
    /// # Undefined
    /// Where no answer moved.
    ///
    /// # Missing values
    /// Answers without a verdict on either side stay out.
    ///
    /// # Source
    /// As [`PairCounts::mcnemar`]; the paper prints its Δ without a test.
    ///
    /// # Errors
    /// [`Error::Undefined`] as above.
    ///
    /// # Examples
    /// ```
    /// use probity::inference::McNemar;
    /// use probity::tally::Transitions;
    /// let star = Transitions::from_counts(257, 11, 13, 219)?;
    /// assert_eq!(star.mcnemar(McNemar::Asymptotic)?.statistic, 4.0 / 24.0);
    /// assert!(Transitions::from_counts(5, 0, 0, 5)?.mcnemar(McNemar::MidP).unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn mcnemar(&self, variant: McNemar) -> Result<TestResult> {
        after_and_before(self)?.mcnemar(variant)
    }
}

/// Right after (first) and right before (second) as two raters of the same answers.
fn after_and_before(table: &Transitions) -> Result<PairCounts> {
    let counts = vec![table.stuck(), table.broken(), table.fixed(), table.kept()];
    PairCounts::from_counts(Labels::codes(2), counts)
}

/// SCoRe's Δ with a bootstrap over questions, each drawn with all its samples.
///
/// ```text
/// Δ = Σ over questions of (fixed − broken) / Σ of answers with both verdicts
/// ```
///
/// With one sample a question it is the bootstrap of the plain Δ; with several, samples of one question are alike, and
/// an interval over samples would be too narrow.
///
/// # Undefined
/// Without an answer that has both verdicts.
///
/// # Missing values
/// Answers without a verdict on either side stay out.
///
/// # Source
/// Kumar et al. 2024 (SCoRe), section 3, for Δ; the bootstrap is ours.
///
/// # Errors
/// As [`Bootstrap::run`].
///
/// # Examples
/// ```
/// use probity::correction::delta_bootstrap;
/// use probity::inference::Bootstrap;
/// use probity::tally::Transitions;
/// let ten = |kept, broken, fixed, stuck| Transitions::from_counts(kept, broken, fixed, stuck);
/// let questions = vec![ten(4, 1, 1, 4)?, ten(1, 0, 3, 6)?, ten(9, 1, 0, 0)?];
/// let found = delta_bootstrap(&questions, &Bootstrap::new(1).resamples(200)?)?;
/// assert!((found.estimate() - 2.0 / 30.0).abs() < 1e-15);
/// assert!(delta_bootstrap(&vec![], &Bootstrap::new(1)).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn delta_bootstrap(questions: &Vec<Transitions>, bootstrap: &Bootstrap) -> Result<Replicates> {
    let delta = |questions: &Vec<Transitions>| {
        // Differences and totals in 128 bits: no number of questions overflows them.
        let sum = |of: fn(&Transitions) -> i128| questions.iter().map(of).sum::<i128>();
        let moved = sum(|t| i128::from(t.fixed()) - i128::from(t.broken()));
        let known = sum(|t| t.known().into());
        if known == 0 {
            return Err(Error::undefined("delta(t1, t2)", Undefined::Nothing { what: BOTH_VERDICTS }));
        }
        Ok(moved as f64 / known as f64)
    };
    bootstrap.run(questions, &delta)
}
