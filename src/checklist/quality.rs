use crate::checklist::Answered;
use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, mean_over_items, rate};
use crate::num;

/// How well a judge answers the questions of checklists. From [`question_accuracy`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct QuestionAccuracy {
    /// What most of the people said of each question; `None` where the vote is split or nobody voted.
    pub majority: Vec<Option<bool>>,
    /// Share of the questions with a majority that the judge answered so; Wilson's interval.
    pub accuracy: Estimate,
}

/// The share of questions that a judge answers as the majority of people.
///
/// # Undefined
/// If no question has a majority.
///
/// # Missing values
/// Votes that are missing are no votes; a question whose votes are split is left out. A judge without an answer is
/// wrong.
///
/// # Source
/// Cook et al. 2024 (TICK, arXiv 2410.03608), with three annotators a question.
///
/// # Errors
/// [`Error::Length`] unless there is one answer a question; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::checklist::question_accuracy;
/// use probity::inference::Level;
/// let (yes, no) = (Some(true), Some(false));
/// let votes = [[yes, yes, no], [no, no, no], [yes, no, None]];
/// let found = question_accuracy(&votes, &[yes, None, yes], Level::default())?;
/// assert_eq!((found.majority, found.accuracy.value), (vec![yes, no, None], 0.5));
/// assert!(question_accuracy(&[[yes, no]], &[yes], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn question_accuracy<V: AsRef<[Option<bool>]>>(
    votes: &[V],
    answers: &[Option<bool>],
    level: Level,
) -> Result<QuestionAccuracy> {
    num::check_same_length("answers of the judge", votes.len(), answers.len())?;
    let majority = |votes: &V| {
        let Answered { passed, failed, .. } = Answered::from_answers(votes.as_ref());
        (passed != failed).then_some(passed > failed)
    };
    let majority: Vec<Option<bool>> = votes.iter().map(majority).collect();
    let decided = || majority.iter().zip(answers).filter(|(most, _)| most.is_some());
    let right = decided().filter(|(most, answer)| most == answer).count() as u64;
    let what = "the number of questions with a majority";
    let accuracy = rate("accuracy by question", what, right, decided().count() as u64, level)?;
    Ok(QuestionAccuracy { majority, accuracy })
}

/// How far a judge's pass rates are from people's: the mean absolute difference.
///
/// ```text
/// mean |PR(judge) − PR(human)|
/// ```
///
/// The interval is Student's over responses, cut to 0..1.
///
/// # Undefined
/// Without pass rates.
///
/// # Source
/// Cook et al. 2024 (TICK, arXiv 2410.03608).
///
/// # Errors
/// [`Error::Length`] unless there is one of each for every response; [`Error::Argument`] for a pass rate outside 0..=1;
/// [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::checklist::pass_rate_error;
/// use probity::inference::Level;
/// assert_eq!(pass_rate_error(&[0.5, 1.0], &[0.25, 1.0], Level::default())?.value, 0.125);
/// assert!(pass_rate_error(&[], &[], Level::default()).unwrap_err().is_undefined());
/// assert!(pass_rate_error(&[50.0], &[0.5], Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pass_rate_error(judge: &[f64], human: &[f64], level: Level) -> Result<Estimate> {
    num::check_same_length("pass rates by people", judge.len(), human.len())?;
    if let Some(rate) = judge.iter().chain(human).find(|rate| !(0.0..=1.0).contains(*rate)) {
        return Err(Error::argument("pass rate", "a number from 0 to 1", rate));
    }
    let errors: Vec<f64> = judge.iter().zip(human).map(|(j, h)| (j - h).abs()).collect();
    mean_over_items("mean absolute error of pass rates", "pass rates", &errors, (0.0, 1.0), level)
}

/// How each question of one checklist was answered over many responses: which fail often, and which tell no responses
/// apart ([`Answered::discriminates`]).
///
/// # Undefined
/// Never: no responses give no counts.
///
/// # Errors
/// [`Error::Length`] for a response with another number of answers than the first.
///
/// # Examples
/// ```
/// use probity::checklist::{Unanswered, question_counts};
/// let (yes, no) = (Some(true), Some(false));
/// let questions = question_counts(&[[yes, no], [yes, yes], [yes, None]])?;
/// assert_eq!(questions[1].pass_rate(Unanswered::Fails)?, 1.0 / 3.0);
/// assert_eq!((questions[0].discriminates(), questions[1].discriminates()), (false, true));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn question_counts<A: AsRef<[Option<bool>]>>(responses: &[A]) -> Result<Vec<Answered>> {
    let questions = responses.first().map_or(0, |answers| answers.as_ref().len());
    let mut counts = vec![Answered::default(); questions];
    for answers in responses {
        num::check_same_length("answers about a response", questions, answers.as_ref().len())?;
        for (count, answer) in counts.iter_mut().zip(answers.as_ref()) {
            match answer {
                Some(true) => count.passed += 1,
                Some(false) => count.failed += 1,
                None => count.unanswered += 1,
            }
        }
    }
    Ok(counts)
}
