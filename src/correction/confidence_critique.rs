use crate::correction::Question;
use crate::correction::components::{lower, relative_score, upper};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, estimate_from_counted};
use crate::num;
use crate::tally::{QuestionTransitions, Transitions};

/// Accuracy before and after, split into confidence and critique. From [`confidence_critique`](fn@confidence_critique).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ConfidenceCritique {
    /// Accuracy of the first answer.
    pub acc1: Estimate,
    /// Accuracy of the second answer.
    pub acc2: Estimate,
    /// Confidence level: the chance that a right first answer stays right.
    pub cl: Result<Estimate>,
    /// Critique score: the chance that a wrong first answer becomes right.
    pub cs: Result<Estimate>,
    /// Relative self-correction score.
    pub rss: Result<Estimate>,
    /// CL averaged over questions with P(a) > 0, each weighing the same: not the paper's CL.
    pub macro_cl: Result<Estimate>,
    /// CS averaged over questions with P(a) < 1, each weighing the same: not the paper's CS.
    pub macro_cs: Result<Estimate>,
    /// Acc1², the least second accuracy under the assumption.
    pub acc2_lower: f64,
    /// 2·Acc1 − Acc1², the greatest second accuracy under the assumption.
    pub acc2_upper: f64,
    /// Whether CS ≤ Acc1 ≤ CL, which RSS rests on; false also where CL or CS is undefined.
    pub assumption_holds: bool,
    /// What each question contributed, in the order given; empty where they were only counted.
    pub questions: Vec<Question>,
}

/// Splits the accuracy of second answers into confidence and critique.
///
/// With a question's P(a), P(b|a), P(b|not a) from samples or token probabilities, every question weighing the same:
///
/// ```text
/// Acc1 = mean P(a)              CL = Σ P(a)·P(b|a) / Σ P(a)
/// Acc2 = Acc1·CL + (1 − Acc1)·CS    CS = Σ (1 − P(a))·P(b|not a) / Σ (1 − P(a))
/// RSS  = (Acc2 − Acc1²)/(2·Acc1·(1 − Acc1))
/// ```
///
/// RSS above 0.5 means that the second answers are better than the first.
///
/// # Intervals
/// Over questions: the mean's standard error for the accuracies, the linearised ratio's for CL, CS and RSS, with
/// Student's t and n − 1 degrees of freedom. CL, CS and the accuracies are cut to 0..1. One question has none. A
/// bootstrap instead: [`confidence_critique_bootstrap`](crate::correction::confidence_critique_bootstrap).
///
/// # Undefined
/// Everything without questions; CL where no first answer is ever right, CS where every one is, RSS in both cases.
///
/// # Source
/// Yang et al. 2024, "Confidence v.s. Critique: A Decomposition of Self-Correction Capability for LLMs"
/// (arXiv 2412.19513), section 3. The released script divides by zero where CL or CS is undefined. The macro variants
/// and the intervals are ours.
///
/// # Errors
/// [`Error::Undefined`] without questions.
///
/// # Examples
/// ```
/// use probity::correction::{Question, confidence_critique};
/// use probity::inference::Level;
/// use probity::tally::Transitions;
/// let ten = |kept, broken, fixed, stuck| {
///     Question::from_samples(&Transitions::from_counts(kept, broken, fixed, stuck)?)
/// };
/// let found = confidence_critique(vec![ten(4, 1, 1, 4)?, ten(1, 0, 1, 8)?], Level::default())?;
/// assert!((found.acc1.value - 0.3).abs() < 1e-15);
/// assert!((found.cl.clone()?.value - 5.0 / 6.0).abs() < 1e-15);
/// let always_right = confidence_critique(vec![ten(10, 0, 0, 0)?], Level::default())?;
/// assert!(always_right.cs.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn confidence_critique(questions: Vec<Question>, level: Level) -> Result<ConfidenceCritique> {
    if questions.is_empty() {
        return Err(none());
    }
    let counted: Vec<(Question, u64)> = questions.iter().map(|&question| (question, 1)).collect();
    Ok(ConfidenceCritique { questions, ..of_counted(&counted, level)? })
}

/// The figures of questions of which there are so many each, without what each contributed; there is at least one.
fn of_counted(counted: &[(Question, u64)], level: Level) -> Result<ConfidenceCritique> {
    let over = |f: fn(&Question) -> f64| counted.iter().map(|(q, n)| (f(q), *n)).collect::<Vec<_>>();
    let (right, after) = (over(|q| q.right_first), over(|q| q.kept() + q.fixed()));
    let wrong = over(|q| 1.0 - q.right_first);
    let ones = over(|_| 1.0);
    let items = total(&ones);
    let (acc1, acc2) = (total(&right) / items, total(&after) / items);
    let cl = ratio("confidence level", &over(Question::kept), &right, level);
    let cs = ratio("critique score", &over(Question::fixed), &wrong, level);
    let rss = relative_score(acc1, acc2).map(|value| {
        // The score's derivatives after Acc2 and Acc1, applied to each question's deviation.
        let room = 2.0 * acc1 * (1.0 - acc1);
        let by_acc1 = (-2.0 * acc1 - value * 2.0 * (1.0 - 2.0 * acc1)) / room;
        let influence =
            right.iter().zip(&after).map(|(&(a, n), &(b, _))| ((b - acc2) / room + (a - acc1) * by_acc1, n));
        let metric = "relative self-correction score";
        estimate_from_counted(metric, value, &influence, level, None)
    });
    let macro_of = |metric, value: fn(&Question) -> f64, enters: fn(&Question) -> bool| {
        let values: Vec<_> = counted.iter().filter(|(q, _)| enters(q)).map(|(q, n)| (value(q), *n)).collect();
        let ones: Vec<_> = values.iter().map(|&(_, n)| (1.0, n)).collect();
        ratio(metric, &values, &ones, level)
    };
    let assumption_holds = match (&cl, &cs) {
        (Ok(cl), Ok(cs)) => cs.value <= acc1 && acc1 <= cl.value,
        _ => false,
    };
    Ok(ConfidenceCritique {
        macro_cl: macro_of("macro confidence level", |q| q.right_after_right, |q| q.right_first > 0.0),
        macro_cs: macro_of("macro critique score", |q| q.right_after_wrong, |q| q.right_first < 1.0),
        acc1: ratio("accuracy of the first answer", &right, &ones, level)?,
        acc2: ratio("accuracy of the second answer", &after, &ones, level)?,
        acc2_lower: lower(acc1),
        acc2_upper: upper(acc1),
        cl,
        cs,
        rss,
        assumption_holds,
        questions: Vec::new(),
    })
}

impl QuestionTransitions {
    /// [`confidence_critique`](fn@confidence_critique) of the samples of all questions, in the order of their numbers.
    ///
    /// # Errors
    /// [`Error::Undefined`] without samples.
    ///
    /// # Examples
    /// ```
    /// use probity::inference::Level;
    /// use probity::tally::{QuestionTransitions, Transitions};
    /// let samples = [Transitions::from_counts(4, 1, 1, 4)?, Transitions::from_counts(1, 0, 1, 8)?];
    /// let found = QuestionTransitions::from_tables(samples)?.confidence_critique(Level::default())?;
    /// assert!((found.cl?.value - 5.0 / 6.0).abs() < 1e-15);
    /// assert!(QuestionTransitions::default().confidence_critique(Level::default()).unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn confidence_critique(&self, level: Level) -> Result<ConfidenceCritique> {
        let questions = self.iter().map(|(_, samples)| Question::from_samples(samples));
        confidence_critique(questions.collect::<Result<_>>()?, level)
    }
}

impl Transitions {
    /// [`confidence_critique`](fn@confidence_critique) of answers to as many questions: each cell of the table is a kind of
    /// question with one sample. What each question contributed is not listed.
    ///
    /// # Missing values
    /// An answer without a verdict counts as wrong.
    ///
    /// # Errors
    /// [`Error::Undefined`] without answers.
    ///
    /// # Examples
    /// ```
    /// use probity::inference::Level;
    /// use probity::tally::Transitions;
    /// let found = Transitions::from_counts(5, 1, 2, 12)?.confidence_critique(Level::default())?;
    /// assert_eq!((found.acc1.value, found.acc2.value, found.acc1.items), (0.3, 0.35, 20));
    /// assert!((found.cl?.value - 5.0 / 6.0).abs() < 1e-15);
    /// assert!(Transitions::default().confidence_critique(Level::default()).unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn confidence_critique(&self, level: Level) -> Result<ConfidenceCritique> {
        let table = self.missing_as_wrong();
        let kinds = [
            (table.kept(), Self::from_counts(1, 0, 0, 0)?),
            (table.broken(), Self::from_counts(0, 1, 0, 0)?),
            (table.fixed(), Self::from_counts(0, 0, 1, 0)?),
            (table.stuck(), Self::from_counts(0, 0, 0, 1)?),
        ];
        let kinds = kinds.into_iter().filter(|&(n, _)| n > 0);
        let counted: Vec<(Question, u64)> =
            kinds.map(|(n, one)| Ok((Question::from_samples(&one)?, n))).collect::<Result<_>>()?;
        if counted.is_empty() {
            return Err(none());
        }
        of_counted(&counted, level)
    }
}

fn none() -> Error {
    Error::undefined("confidence and critique", Undefined::Nothing { what: "questions" })
}

/// The sum of values that so many questions have.
fn total(values: &[(f64, u64)]) -> f64 {
    num::sum(values.iter().map(|&(x, n)| x * n as f64))
}

/// Σ top / Σ bottom with the linearised standard error over questions; both are of the same questions.
fn ratio(metric: &'static str, top: &[(f64, u64)], bottom: &[(f64, u64)], level: Level) -> Result<Estimate> {
    let (above, below) = (total(top), total(bottom));
    if below <= 0.0 {
        return Err(Error::undefined(
            metric,
            Undefined::ZeroDenominator { what: "the number of such answers" },
        ));
    }
    let value = above / below;
    let questions: u64 = top.iter().map(|&(_, n)| n).sum();
    let scale = below / questions as f64;
    let influence = top.iter().zip(bottom).map(|(&(t, n), &(b, _))| ((t - value * b) / scale, n));
    Ok(estimate_from_counted(metric, value, &influence, level, Some((0.0, 1.0))))
}
