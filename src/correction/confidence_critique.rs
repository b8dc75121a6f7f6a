use crate::correction::Question;
use crate::correction::components::{lower, relative_score, upper};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, estimate_from_influence};
use crate::num;
use crate::tally::QuestionTransitions;

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
    /// What each question contributed, in the order given.
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
        let reason = Undefined::Nothing { what: "questions" };
        return Err(Error::undefined("confidence and critique", reason));
    }
    let over = |f: fn(&Question) -> f64| questions.iter().map(f).collect::<Vec<f64>>();
    let (right, after) = (over(|q| q.right_first), over(|q| q.kept() + q.fixed()));
    let wrong = over(|q| 1.0 - q.right_first);
    let (acc1, acc2) = (num::mean(&right), num::mean(&after));
    let cl = ratio("confidence level", &over(Question::kept), &right, level);
    let cs = ratio("critique score", &over(Question::fixed), &wrong, level);
    let ones = vec![1.0; questions.len()];
    let rss = relative_score(acc1, acc2).map(|value| {
        // The score's derivatives after Acc2 and Acc1, applied to each question's deviation.
        let room = 2.0 * acc1 * (1.0 - acc1);
        let by_acc1 = (-2.0 * acc1 - value * 2.0 * (1.0 - 2.0 * acc1)) / room;
        let influence: Vec<f64> =
            right.iter().zip(&after).map(|(a, b)| (b - acc2) / room + (a - acc1) * by_acc1).collect();
        estimate_from_influence("relative self-correction score", value, &influence, level, None)
    });
    let macro_of = |metric, value: fn(&Question) -> f64, enters: fn(&Question) -> bool| {
        let values: Vec<f64> = questions.iter().filter(|q| enters(q)).map(value).collect();
        ratio(metric, &values, &ones[..values.len()], level)
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
        questions,
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

/// Σ top / Σ bottom with the linearised standard error over questions.
fn ratio(metric: &'static str, top: &[f64], bottom: &[f64], level: Level) -> Result<Estimate> {
    let (above, below) = (num::sum(top.iter().copied()), num::sum(bottom.iter().copied()));
    if below <= 0.0 {
        return Err(Error::undefined(
            metric,
            Undefined::ZeroDenominator { what: "the number of such answers" },
        ));
    }
    let value = above / below;
    let scale = below / top.len() as f64;
    let influence: Vec<f64> = top.iter().zip(bottom).map(|(t, b)| (t - value * b) / scale).collect();
    Ok(estimate_from_influence(metric, value, &influence, level, Some((0.0, 1.0))))
}
