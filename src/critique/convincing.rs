use std::cmp::Reverse;
use std::hash::Hash;

use crate::error::{Error, Result};
use crate::search::majority_vote;

/// A wrong answer that many samples agree on. From [`convincing_wrong_answer`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConvincingWrong<'a, T> {
    /// The answer.
    pub answer: &'a T,
    /// The samples that give it, ascending.
    pub indices: Vec<usize>,
}

/// The most frequent of the answers that are not the right one, the first seen on ties; `None` if there is no wrong
/// answer: the question is then too easy to be asked of a critic.
///
/// # Missing values
/// A sample without an answer gives no wrong answer.
///
/// # Source
/// Luo et al. 2023 (arXiv 2310.04815), section 3.2.1 and appendix D.1.
///
/// # Examples
/// ```
/// use probity::critique::convincing_wrong_answer;
/// let found = convincing_wrong_answer(&[Some("x"), Some("y"), Some("z"), Some("y"), None], &"x").unwrap();
/// assert_eq!((*found.answer, found.indices), ("y", vec![1, 3]));
/// assert_eq!(convincing_wrong_answer(&[Some("x")], &"x"), None);
/// ```
#[must_use]
pub fn convincing_wrong_answer<'a, T: Eq + Hash>(
    answers: &'a [Option<T>],
    gold: &T,
) -> Option<ConvincingWrong<'a, T>> {
    let wrong: Vec<Option<&T>> = answers.iter().map(|a| a.as_ref().filter(|&a| a != gold)).collect();
    let answer = *majority_vote(&wrong).ok()?.winner;
    let indices = (0..wrong.len()).filter(|&i| wrong[i] == Some(answer)).collect();
    Some(ConvincingWrong { answer, indices })
}

/// The programs that fail a test and pass the most of all that do, ascending; none if every program passes all.
///
/// `passed[i]` of `tests[i]` unit tests are passed by program i.
///
/// # Source
/// Luo et al. 2023 (arXiv 2310.04815), section 3.2.1. Tests are counted, not their share.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::Argument`] for more tests passed than there are.
///
/// # Examples
/// ```
/// use probity::critique::convincing_wrong_programs;
/// assert_eq!(convincing_wrong_programs(&[3, 8, 7, 7], &[8, 8, 8, 8])?, [2, 3]);
/// assert_eq!(convincing_wrong_programs(&[8], &[8])?, [0usize; 0]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn convincing_wrong_programs(passed: &[u64], tests: &[u64]) -> Result<Vec<usize>> {
    crate::num::check_same_length("numbers of unit tests", passed.len(), tests.len())?;
    if let Some(i) = (0..passed.len()).find(|&i| passed[i] > tests[i]) {
        let found = format!("{} of {} for program {i}", passed[i], tests[i]);
        return Err(Error::argument("unit tests passed", "no more than there are", found));
    }
    let failing = || (0..passed.len()).filter(|&i| passed[i] < tests[i]);
    let most = failing().map(|i| passed[i]).max();
    Ok(failing().filter(|&i| Some(passed[i]) == most).collect())
}

/// The `keep` responses with the most reasoning steps, as ascending positions; ties go to the lower position.
///
/// # Source
/// Luo et al. 2023 (arXiv 2310.04815), section 3.2.1: applied to right and to wrong responses before one of each is
/// drawn.
///
/// # Complexity
/// O(n log n).
///
/// # Examples
/// ```
/// use probity::critique::most_complex;
/// assert_eq!(most_complex(&[2, 6, 5, 6, 7], 2), [1, 4]);
/// assert_eq!(most_complex(&[2], 5), [0]);
/// ```
#[must_use]
pub fn most_complex(steps: &[usize], keep: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..steps.len()).collect();
    order.sort_by_key(|&i| Reverse(steps[i]));
    order.truncate(keep);
    order.sort_unstable();
    order
}
