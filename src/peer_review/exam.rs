use crate::error::{Error, Result, Undefined};
use crate::num;

/// How an exam is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Exam {
    /// Verdicts on pairs: 1 for the same winner, ½ if either side says tie, else 0.
    Pairwise,
    /// Ratings: 1 if equal, else 0.
    #[default]
    ExactMatch,
    /// Ratings: minus the mean squared error.
    MeanSquaredError,
}

/// What a candidate reviewer scores in an exam.
///
/// ```text
/// pairwise = mean(1 if r·a > 0, ½ if r·a = 0, else 0)       exact match = share of r = a      squared error = −mean (r − a)²
/// ```
///
/// `answers` are gold answers, or the candidate's own under a second prompt (the exam of its consistency). Verdicts are −1,
/// 0 and 1. Two ties count ½ like a tie against a winner.
///
/// # Undefined
/// Without an item.
///
/// # Missing values
/// A missing result counts as wrong in exact match and as a tie in pairwise, as in the scripts that reproduce the paper; the
/// squared error has no room for it.
///
/// # Source
/// Chu et al. 2024, *PRE* (`PRE/exam.py`, where a missing result ends the run).
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Length`] if there is not one result an answer; [`Error::NotFinite`];
/// [`Error::Argument`] for a missing result where errors are squared.
///
/// # Examples
/// ```
/// use probity::peer_review::{Exam, exam_score};
/// assert_eq!(exam_score(Exam::Pairwise, &[Some(1.0), Some(0.0), None], &[1.0, 0.0, -1.0])?, 2.0 / 3.0);
/// assert_eq!(exam_score(Exam::ExactMatch, &[Some(4.0), None], &[4.0, 3.0])?, 0.5);
/// assert_eq!(exam_score(Exam::MeanSquaredError, &[Some(4.0), Some(1.0)], &[4.0, 3.0])?, -2.0);
/// assert!(exam_score(Exam::ExactMatch, &[], &[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn exam_score(exam: Exam, results: &[Option<f64>], answers: &[f64]) -> Result<f64> {
    num::check_same_length("results of the exam", answers.len(), results.len())?;
    num::check_finite("answers of the exam", answers)?;
    if answers.is_empty() {
        return Err(Error::undefined("exam score", Undefined::Nothing { what: "items" }));
    }
    let mark = |(index, (result, answer)): (usize, (&Option<f64>, &f64))| {
        if let Some(value) = result.filter(|r| !r.is_finite()) {
            let value = value.to_string();
            return Err(Error::NotFinite { what: "results of the exam", index, value });
        }
        match (exam, result) {
            (Exam::Pairwise, None) => Ok(0.5),
            (Exam::ExactMatch, None) => Ok(0.0),
            (Exam::MeanSquaredError, None) => {
                let expected = "a result for every item where errors are squared";
                Err(Error::argument("results of the exam", expected, format!("none for item {index}")))
            }
            (Exam::ExactMatch, Some(result)) => Ok(f64::from(u8::from(result == answer))),
            (Exam::MeanSquaredError, Some(result)) => Ok(-(result - answer).powi(2)),
            (Exam::Pairwise, Some(result)) => Ok(if *result == 0.0 || *answer == 0.0 {
                0.5
            } else {
                f64::from(u8::from(result.signum() == answer.signum()))
            }),
        }
    };
    let marks = results.iter().zip(answers).enumerate().map(mark).collect::<Result<Vec<_>>>()?;
    let score = num::mean(&marks);
    if score.is_finite() { Ok(score) } else { Err(Error::Overflow { what: "the sum of squared errors" }) }
}

/// A candidate's scores in the exams that are held.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ExamScores {
    /// Against gold answers.
    pub gold: Option<f64>,
    /// Against itself under a second prompt.
    pub consistency: Option<f64>,
}

/// The score from which on a candidate passes, an exam; `None`: that exam is not held.
///
/// The paper's configuration has 0.6 for both, and −1 where errors are squared.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Thresholds {
    /// Of the exam against gold answers.
    pub gold: Option<f64>,
    /// Of the exam of consistency.
    pub consistency: Option<f64>,
}

impl Thresholds {
    /// Both exams with the paper's thresholds for how they are marked.
    ///
    /// # Examples
    /// ```
    /// use probity::peer_review::{Exam, Thresholds};
    /// assert_eq!(Thresholds::paper(Exam::Pairwise).gold, Some(0.6));
    /// assert_eq!(Thresholds::paper(Exam::MeanSquaredError).consistency, Some(-1.0));
    /// ```
    #[must_use]
    pub fn paper(exam: Exam) -> Self {
        let threshold = if exam == Exam::MeanSquaredError { -1.0 } else { 0.6 };
        Self { gold: Some(threshold), consistency: Some(threshold) }
    }
}

/// Whether a candidate may review, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Qualification {
    /// Whether it passed against gold answers; `None` if that exam is not held.
    pub gold: Option<bool>,
    /// Whether it passed the exam of consistency; `None` if that exam is not held.
    pub consistency: Option<bool>,
}

impl Qualification {
    /// Whether it passed every exam that is held.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.gold != Some(false) && self.consistency != Some(false)
    }
}

/// Which candidates may review: those at or above the threshold of every exam that is held.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// A candidate without a score in an exam that is held is an error, not a failure.
///
/// # Source
/// Chu et al. 2024, *PRE* (`PRE/eval.py`, which goes on asking reviewers that failed).
///
/// # Errors
/// [`Error::Argument`] for a missing score, and for a score or a threshold that is no number.
///
/// # Examples
/// ```
/// use probity::peer_review::{ExamScores, Thresholds, qualify};
/// let scores = [ExamScores { gold: Some(0.6), consistency: None }, ExamScores { gold: Some(0.59), consistency: None }];
/// let found = qualify(&scores, &Thresholds { gold: Some(0.6), consistency: None })?;
/// assert_eq!(found.iter().map(|q| q.passed()).collect::<Vec<_>>(), [true, false]);
/// // Without an exam everybody reviews.
/// assert!(qualify(&scores, &Thresholds::default())?.iter().all(|q| q.passed()));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn qualify(scores: &[ExamScores], thresholds: &Thresholds) -> Result<Vec<Qualification>> {
    let check = |reviewer: usize, score: Option<f64>, threshold: Option<f64>| match (score, threshold) {
        (_, None) => Ok(None),
        (Some(score), Some(threshold)) if score.is_nan() || threshold.is_nan() => {
            let found = format!("{score} against {threshold} for reviewer {reviewer}");
            Err(Error::argument("exam scores", "numbers", found))
        }
        (Some(score), Some(threshold)) => Ok(Some(score >= threshold)),
        (None, Some(_)) => {
            let expected = "a score in every exam that is held";
            Err(Error::argument("exam scores", expected, format!("none for reviewer {reviewer}")))
        }
    };
    let qualification = |(reviewer, scores): (usize, &ExamScores)| {
        Ok(Qualification {
            gold: check(reviewer, scores.gold, thresholds.gold)?,
            consistency: check(reviewer, scores.consistency, thresholds.consistency)?,
        })
    };
    scores.iter().enumerate().map(qualification).collect()
}
