use std::hash::Hash;

use crate::error::Result;
use crate::num;
use crate::search::{Vote, majority_vote};

/// A vote over the answers that pass the model's own critique. From [`self_check_vote`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SelfCheckVote<'a, T> {
    /// The vote over what is left, or over everything if nothing is. Its indices are those of all candidates.
    pub vote: Vote<'a, T>,
    /// Candidates that the critique did not reject.
    pub kept: usize,
    /// Whether no candidate with an answer was left, so that all were asked.
    pub fell_back: bool,
    /// The vote over all candidates: self-consistency without the check.
    pub plain: Vote<'a, T>,
}

/// Self-consistency with self-check: candidates whose critique says "wrong" are left out, then the majority decides.
///
/// Several critiques of one candidate become one with [`critique_majority`]. What the check gains over the plain vote
/// is [`SelfCorrection::delta`](crate::correction::SelfCorrection::delta) of the two votes' rightness by question.
///
/// # Undefined
/// Without any answer.
///
/// # Missing values
/// A candidate without a verdict stays in; one without an answer has no vote. A rejected candidate counts as an
/// abstention of [`SelfCheckVote::vote`].
///
/// # Source
/// Luo et al. 2023 (arXiv 2310.04815), section 5. Ties go to the answer seen first; the fall-back where every candidate
/// is rejected is our specification.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length) if there is not one critique for each answer;
/// [`Error::Undefined`](crate::Error::Undefined) as above.
///
/// # Examples
/// ```
/// use probity::correction::SelfCorrection;
/// use probity::critique::self_check_vote;
/// use probity::inference::Level;
/// use probity::tally::Transitions;
/// let answers = [Some("5"), Some("5"), Some("7")];
/// let found = self_check_vote(&answers, &[Some(false), Some(false), None])?;
/// assert_eq!((*found.vote.winner, *found.plain.winner, found.kept), ("7", "5", 1));
/// let all_rejected = self_check_vote(&answers, &[Some(false); 3])?;
/// assert!(all_rejected.fell_back && *all_rejected.vote.winner == "5");
///
/// // Over questions: plain vote right, checked vote right.
/// let table = Transitions::from_marks(&[true, false, false], &[true, true, false])?;
/// assert!((SelfCorrection::new(&table, Level::default())?.delta.value - 1.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn self_check_vote<'a, T: Eq + Hash>(
    answers: &'a [Option<T>],
    critiques: &[Option<bool>],
) -> Result<SelfCheckVote<'a, T>> {
    num::check_same_length("critiques", answers.len(), critiques.len())?;
    let plain = majority_vote(answers)?;
    let rejected = |i: usize| critiques[i] == Some(false);
    let kept = (0..answers.len()).filter(|&i| !rejected(i)).count();
    let left: Vec<Option<&T>> =
        answers.iter().enumerate().map(|(i, a)| a.as_ref().filter(|_| !rejected(i))).collect();
    let fell_back = left.iter().all(Option::is_none);
    let vote = if fell_back { majority_vote(answers)? } else { majority_vote(&left)?.dereferenced() };
    Ok(SelfCheckVote { vote, kept, fell_back, plain })
}

/// Several critiques of one response as one: the most frequent verdict, the first seen on ties.
///
/// # Missing values
/// Critiques without a verdict do not vote; `None` if none has one.
///
/// # Examples
/// ```
/// use probity::critique::critique_majority;
/// assert_eq!(critique_majority(&[Some(true), None, Some(false), Some(false)]), Some(false));
/// assert_eq!(critique_majority(&[None]), None);
/// ```
#[must_use]
pub fn critique_majority(critiques: &[Option<bool>]) -> Option<bool> {
    majority_vote(critiques).ok().map(|vote| *vote.winner)
}
