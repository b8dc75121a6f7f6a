use std::hash::Hash;

use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, rate};
use crate::num;
use crate::search::majority_vote;

/// One question with its reasoning paths, for [`compare_strategies`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgreementQuestion<'a, T> {
    /// The answer to find.
    pub gold: &'a T,
    /// The answers of the paths; `None` where none could be extracted.
    pub paths: &'a [Option<T>],
    /// What the model answered when asked one more time.
    pub judge: Option<&'a T>,
}

/// Four ways to one answer, on the same paths. From [`compare_strategies`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StrategyComparison {
    /// Accuracy of the first path alone.
    pub first: Estimate,
    /// Accuracy of the most frequent answer: self-consistency.
    pub majority: Estimate,
    /// Accuracy of the answer asked for one more time: Self-Agreement.
    pub judge: Estimate,
    /// Share of the questions where any path is right: what a perfect choice would reach.
    pub oracle: Estimate,
    /// Share of the questions where the last two answers are the same.
    pub judge_is_majority: Estimate,
}

const QUESTIONS: &str = "the number of questions";

/// Accuracy of one path, of self-consistency, of Self-Agreement and of a perfect choice, on the same paths.
///
/// # Undefined
/// Without questions.
///
/// # Missing values
/// A path without an answer does not vote. A strategy that comes to no answer is wrong.
///
/// # Source
/// Lin et al. 2023 (arXiv 2311.08154), section 4; intervals (Wilson) and the oracle are ours.
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::{AgreementQuestion, compare_strategies};
/// use probity::inference::Level;
/// let questions = [
///     AgreementQuestion { gold: &"6", paths: &[Some("5"), Some("6"), Some("6")], judge: Some(&"6") },
///     AgreementQuestion { gold: &"9", paths: &[Some("8"), None], judge: None },
/// ];
/// let found = compare_strategies(&questions, Level::default())?;
/// assert_eq!((found.first.value, found.majority.value, found.judge.value), (0.0, 0.5, 0.5));
/// assert_eq!(found.judge_is_majority.value, 0.5);
/// assert!(compare_strategies::<u8>(&[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn compare_strategies<T: Eq + Hash>(
    questions: &[AgreementQuestion<'_, T>],
    level: Level,
) -> Result<StrategyComparison> {
    let share = |metric, holds: &dyn Fn(&AgreementQuestion<'_, T>) -> bool| {
        let count = questions.iter().filter(|&q| holds(q)).count();
        rate(metric, QUESTIONS, count as u64, questions.len() as u64, level)
    };
    Ok(StrategyComparison {
        first: share("accuracy of the first path", &|q| {
            q.paths.first().and_then(Option::as_ref) == Some(q.gold)
        })?,
        majority: share("accuracy of self-consistency", &|q| majority(q.paths) == Some(q.gold))?,
        judge: share("accuracy of Self-Agreement", &|q| q.judge == Some(q.gold))?,
        oracle: share("accuracy of a perfect choice", &|q| q.paths.iter().flatten().any(|a| a == q.gold))?,
        judge_is_majority: share("Self-Agreement's share of self-consistency's answers", &|q| {
            q.judge.is_some() && q.judge == majority(q.paths)
        })?,
    })
}

fn majority<T: Eq + Hash>(paths: &[Option<T>]) -> Option<&T> {
    majority_vote(paths).ok().map(|vote| vote.winner)
}

/// Accuracy of the vote over the first k paths, for each k asked for.
///
/// # Undefined
/// Without questions.
///
/// # Missing values
/// As [`compare_strategies`].
///
/// # Source
/// Lin et al. 2023 (arXiv 2311.08154), section 4, where 5 to 10 paths come near the accuracy of 20
/// ([`SELF_AGREEMENT_PATHS`](crate::consistency::SELF_AGREEMENT_PATHS)).
///
/// # Errors
/// [`Error::Argument`] for k = 0; [`Error::Length`] if a question has fewer paths, or there is not one list of paths a
/// gold answer; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::accuracy_by_paths;
/// use probity::inference::Level;
/// let paths = [vec![Some("5"), Some("6"), Some("6")]];
/// let curve = accuracy_by_paths(&["6"], &paths, &[1, 3], Level::default())?;
/// assert_eq!((curve[0].value, curve[1].value), (0.0, 1.0));
/// assert!(accuracy_by_paths(&["6"], &paths, &[4], Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn accuracy_by_paths<T: Eq + Hash>(
    gold: &[T],
    paths: &[Vec<Option<T>>],
    ks: &[usize],
    level: Level,
) -> Result<Vec<Estimate>> {
    num::check_same_length("lists of paths", gold.len(), paths.len())?;
    let accuracy = |&k: &usize| {
        if k == 0 {
            return Err(Error::argument("number of paths", "1 or more", k));
        }
        let mut right = 0;
        for (gold, paths) in gold.iter().zip(paths) {
            let first = paths.get(..k);
            let first = first.ok_or(Error::Length {
                what: "paths of a question",
                expected: k,
                found: paths.len(),
            })?;
            right += u64::from(majority(first) == Some(gold));
        }
        rate("accuracy of self-consistency", QUESTIONS, right, gold.len() as u64, level)
    };
    ks.iter().map(accuracy).collect()
}

#[cfg(test)]
mod tests {
    use crate::critique::task_average;
    use crate::inference::Level;

    /// Table 1 of the paper: six accuracies and their printed average. In one row the printed average (54.5) is not
    /// that of the printed accuracies (54.25).
    #[test]
    fn published_averages() {
        let rows = [
            ([48.5, 93.0, 73.5, 71.0, 81.5, 81.0], 74.8),
            ([58.5, 93.4, 79.6, 77.8, 87.7, 83.8], 80.1),
            ([26.0, 77.5, 50.5, 57.5, 66.5, 31.0], 51.5),
            ([31.7, 77.8, 56.3, 65.0, 68.5, 44.5], 57.3),
            ([69.0, 97.5, 76.5, 71.0, 86.0, 83.0], 80.5),
            ([68.0, 98.1, 76.6, 71.2, 83.1, 79.1], 79.3),
            ([80.2, 96.0, 76.2, 69.0, 78.4, 61.3], 76.9),
            ([81.3, 99.1, 83.7, 75.4, 87.8, 88.9], 86.0),
            ([31.5, 84.0, 61.0, 66.5, 68.0, 19.0], 55.0),
            ([32.8, 83.9, 56.7, 68.0, 68.1, 16.0], 54.25),
            ([44.0, 79.0, 54.0, 52.0, 56.5, 27.0], 52.1),
            ([41.5, 94.7, 66.8, 70.2, 70.6, 23.1], 61.2),
        ];
        for (accuracies, printed) in rows {
            let average = task_average(&accuracies, Level::default()).unwrap().value;
            assert!((average - printed).abs() < 0.051, "{average} against {printed}");
        }
    }
}
