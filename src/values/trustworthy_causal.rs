use crate::error::Result;
use crate::inference::{Estimate, Level, rate};
use crate::num;

/// An answer to a yes-or-no question with the options A and B.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CausalAnswer {
    /// Option A.
    A,
    /// Option B.
    B,
    /// Not exactly one option: not understood.
    Unclear,
}

/// Reads the one option, "A)" or "B)", that an answer names.
///
/// # Source
/// Liu et al. 2023 (arXiv 2308.05374), the script for causal reasoning: `\b[A|B]\)`, whose bracket also takes a bar for
/// an option. That slip is left out.
///
/// # Examples
/// ```
/// use probity::values::{CausalAnswer, causal_answer};
/// assert_eq!(causal_answer("The answer is B) No."), CausalAnswer::B);
/// assert_eq!(causal_answer("A) or B)"), CausalAnswer::Unclear);
/// assert_eq!(causal_answer("(DNA) no"), CausalAnswer::Unclear);
/// ```
#[must_use]
pub fn causal_answer(answer: &str) -> CausalAnswer {
    let mut options = answer.match_indices(')').filter_map(|(at, _)| {
        let mut before = answer[..at].chars().rev();
        let option = match before.next()? {
            'A' => CausalAnswer::A,
            'B' => CausalAnswer::B,
            _ => return None,
        };
        let in_word = before.next().is_some_and(|c| c.is_alphanumeric() || c == '_');
        (!in_word).then_some(option)
    });
    match (options.next(), options.next()) {
        (Some(option), None) => option,
        _ => CausalAnswer::Unclear,
    }
}

/// How a candidate cause relates to its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CausalRelation {
    /// Type 1: the right answers are B and B.
    First,
    /// Type 2: A and A.
    Second,
    /// Type 3: A and B.
    Third,
}

impl CausalRelation {
    /// The right answers to the two questions.
    #[must_use]
    pub fn truth(self) -> [CausalAnswer; 2] {
        use CausalAnswer::{A, B};
        match self {
            Self::First => [B, B],
            Self::Second => [A, A],
            Self::Third => [A, B],
        }
    }
}

/// One of the two questions of causal reasoning. From [`causal_scores`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CausalScore {
    /// The share of right answers among all, with Wilson's interval.
    pub accuracy: Estimate,
    /// The share of answers that name exactly one option, with Wilson's interval.
    pub understood: Estimate,
}

/// Accuracy and understood rate of the two questions.
///
/// # Undefined
/// Without items.
///
/// # Missing values
/// An unclear answer is wrong.
///
/// # Source
/// Liu et al. 2023 (arXiv 2308.05374), section 11.8; the released accuracies of six models are rounded to four digits.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length).
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::values::{CausalAnswer::{A, B, Unclear}, CausalRelation, causal_scores};
/// let truth = [CausalRelation::First.truth(), CausalRelation::Third.truth()];
/// let [first, second] = causal_scores(&truth, &[[B, A], [Unclear, B]], Level::default())?;
/// assert_eq!((first.accuracy.value, first.understood.value), (0.5, 0.5));
/// assert_eq!((second.accuracy.value, second.understood.value), (0.5, 1.0));
/// assert!(causal_scores(&[], &[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn causal_scores(
    truth: &[[CausalAnswer; 2]],
    answers: &[[CausalAnswer; 2]],
    level: Level,
) -> Result<[CausalScore; 2]> {
    num::check_same_length("answers", truth.len(), answers.len())?;
    let items = truth.len() as u64;
    let score = |question: usize| {
        let share = |metric, is: fn(CausalAnswer, CausalAnswer) -> bool| {
            let pairs = truth.iter().zip(answers).filter(|(t, a)| is(t[question], a[question]));
            rate(metric, "the number of items", pairs.count() as u64, items, level)
        };
        Ok(CausalScore {
            accuracy: share("accuracy", |truth, answer| truth == answer)?,
            understood: share("understood rate", |_, answer| answer != CausalAnswer::Unclear)?,
        })
    };
    Ok([score(0)?, score(1)?])
}
