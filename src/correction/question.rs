use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::tally::Transitions;

const METRIC: &str = "confidence and critique of a question";

/// What one question contributes: how likely the first answer is right, and the second given the first.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Question {
    /// P(a): the first answer is right.
    pub right_first: f64,
    /// P(b | a): the second is right after a right first; 0 where no first answer is right.
    pub right_after_right: f64,
    /// P(b | not a): the second is right after a wrong first; 0 where every first answer is right.
    pub right_after_wrong: f64,
}

/// Token probabilities of a classification question with C labels.
#[derive(Debug, Clone, Copy)]
pub struct LabelProbabilities<'a> {
    /// Probability of each label as the first answer, softmax over the label tokens alone.
    pub first: &'a [f64],
    /// `second[j][k]`: probability of label k as the second answer when the first was j.
    pub second: &'a [&'a [f64]],
    /// The right label.
    pub answer: usize,
}

impl Question {
    /// From repeated two-turn samples; one greedy pair is the case of one sample.
    ///
    /// ```text
    /// P(a) = share right before, P(b|a) = kept/(kept + broken), P(b|not a) = fixed/(fixed + stuck)
    /// ```
    ///
    /// # Undefined
    /// Without samples.
    ///
    /// # Missing values
    /// An answer without a verdict counts as wrong.
    ///
    /// # Errors
    /// [`Error::Undefined`] as above.
    ///
    /// # Examples
    /// ```
    /// use probity::correction::Question;
    /// use probity::tally::Transitions;
    /// let q = Question::from_samples(&Transitions::from_counts(4, 1, 1, 4)?)?;
    /// assert_eq!((q.right_first, q.right_after_right, q.right_after_wrong), (0.5, 0.8, 0.2));
    /// assert!(Question::from_samples(&Transitions::default()).unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn from_samples(samples: &Transitions) -> Result<Self> {
        let table = samples.missing_as_wrong();
        let (right, wrong) = (table.kept() + table.broken(), table.fixed() + table.stuck());
        if right + wrong == 0 {
            return Err(Error::undefined(METRIC, Undefined::Nothing { what: "samples" }));
        }
        let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        Ok(Self {
            right_first: share(right, right + wrong),
            right_after_right: share(table.kept(), right),
            right_after_wrong: share(table.fixed(), wrong),
        })
    }

    /// From token probabilities.
    ///
    /// ```text
    /// P(a) = p1[y], P(b|a) = p2[y][y], P(b|not a) = Σ over j ≠ y of p1[j]·p2[j][y] / (1 − p1[y]), 0 if p1[y] = 1
    /// ```
    ///
    /// The probabilities are taken as they are: they need not sum to 1 exactly.
    ///
    /// # Errors
    /// [`Error::Length`] for rows that are not as long as the first answer's, [`Error::Index`] for an answer outside
    /// them, [`Error::Argument`] for a number outside 0..1.
    ///
    /// # Examples
    /// ```
    /// use probity::correction::{LabelProbabilities, Question};
    /// let q = Question::from_probabilities(&LabelProbabilities {
    ///     first: &[0.75, 0.25],
    ///     second: &[&[0.5, 0.5], &[0.25, 0.75]],
    ///     answer: 0,
    /// })?;
    /// assert_eq!((q.right_first, q.right_after_right, q.right_after_wrong), (0.75, 0.5, 0.25));
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn from_probabilities(labels: &LabelProbabilities<'_>) -> Result<Self> {
        let &LabelProbabilities { first, second, answer } = labels;
        num::check_same_length("second-turn rows", first.len(), second.len())?;
        let row =
            second.get(answer).ok_or(Error::Index { what: "label", index: answer, len: first.len() })?;
        for row in second.iter().chain([&first]) {
            num::check_same_length("second-turn probabilities", first.len(), row.len())?;
            for &p in *row {
                num::check_probability("probability of a label", p)?;
            }
        }
        let right_first = first[answer];
        let wrong_then_right =
            num::sum((0..first.len()).filter(|&j| j != answer).map(|j| first[j] * second[j][answer]));
        Ok(Self {
            right_first,
            right_after_right: row[answer],
            // Rows that sum to a hair more than 1 must not push a probability above 1.
            right_after_wrong: if right_first >= 1.0 {
                0.0
            } else {
                (wrong_then_right / (1.0 - right_first)).min(1.0)
            },
        })
    }

    /// P(a)·P(b|a): right and right again.
    pub(super) fn kept(&self) -> f64 {
        self.right_first * self.right_after_right
    }

    /// (1 − P(a))·P(b|not a): wrong, then right.
    pub(super) fn fixed(&self) -> f64 {
        (1.0 - self.right_first) * self.right_after_wrong
    }
}
