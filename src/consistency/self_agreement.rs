use std::hash::Hash;

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, rate};
use crate::search::{Vote, majority_vote, weighted_vote};

/// What the reasoning paths of one question agree on. From [`self_agreement`] and [`weighted_self_agreement`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SelfAgreement<'a, T> {
    /// The answer with most votes, the first seen on ties; `None` if no path has an answer.
    pub answer: Option<&'a T>,
    /// The first path that gives it.
    pub path: Option<usize>,
    /// Every distinct answer with its votes, in order of first appearance.
    pub votes: Vec<(&'a T, f64)>,
    /// The winner's votes over all votes; `None` without a vote.
    pub agreement: Option<Estimate>,
    /// Paths with an answer.
    pub valid: usize,
}

const METRIC: &str = "self-agreement";

/// The most agreed answer of a question's reasoning paths, and how far they agree.
///
/// ```text
/// vote(a) = paths with answer a      agreement = greatest vote / paths with an answer
/// ```
///
/// The answers may be the classes into which a judge has sorted the paths: [`SelfAgreement::path`] is then the winning
/// class's representative. The interval of the agreement is Wilson's; as the winner is chosen by the same paths, it
/// lies on the high side.
///
/// # Undefined
/// Without paths. With paths of which none has an answer, the answer and the agreement are `None`.
///
/// # Missing values
/// A path whose answer could not be extracted is `None`: it neither votes nor stands in the denominator.
///
/// # Source
/// Lin et al. 2023, "Ask One More Time: Self-Agreement Improves Reasoning of Language Models in (Almost) All Scenarios"
/// (arXiv 2311.08154), sections 3.1 and 3.2. The tie rule and the denominator are ours.
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::self_agreement;
/// use probity::inference::Level;
/// let vote = self_agreement(&[None, Some("x"), Some("y"), Some("y")], Level::default())?;
/// assert_eq!((vote.answer, vote.valid, vote.agreement.unwrap().value), (Some(&"y"), 3, 2.0 / 3.0));
/// assert_eq!(self_agreement::<u8>(&[None], Level::default())?.answer, None);
///
/// // Classes from a judge: "6", "6.0" and "six" are the same.
/// let (answers, classes) = (["12", "6", "6.0", "six"], [Some(1), Some(0), Some(0), Some(0)]);
/// let vote = self_agreement(&classes, Level::default())?;
/// assert_eq!(vote.path.map(|path| answers[path]), Some("6"));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn self_agreement<T: Eq + Hash>(answers: &[Option<T>], level: Level) -> Result<SelfAgreement<'_, T>> {
    if answers.is_empty() {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "reasoning paths" }));
    }
    let Ok(vote) = majority_vote(answers) else { return Ok(none()) };
    let valid = vote.voters - vote.abstentions;
    let agreement = rate(METRIC, "the number of answers", vote.winning() as u64, valid as u64, level)?;
    Ok(won(vote, Some(agreement)))
}

/// [`self_agreement`] with a weight for each path, such as its probability or a verifier's score.
///
/// ```text
/// vote(a) = Σ weights of paths with answer a      agreement = greatest vote / Σ weights of paths with an answer
/// ```
///
/// # Undefined
/// Without paths. Without an answer, or with weights that are all 0, the agreement is `None`.
///
/// # Missing values
/// As [`self_agreement`]; the weight of a path without an answer counts for nothing.
///
/// # Source
/// Weighted self-consistency (Wang et al. 2022), with the denominator of [`self_agreement`].
///
/// # Errors
/// [`Error::Length`] unless there is one weight a path; [`Error::NotFinite`]; [`Error::Argument`] for a negative
/// weight; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::weighted_self_agreement;
/// let vote = weighted_self_agreement(&[Some("7"), Some("12"), Some("7")], &[0.25, 0.625, 0.125])?;
/// assert_eq!((vote.answer, vote.agreement.unwrap().value), (Some(&"12"), 0.625));
/// assert_eq!(weighted_self_agreement(&[Some("7")], &[0.0])?.agreement, None);
/// assert!(weighted_self_agreement(&[Some("7")], &[-1.0]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn weighted_self_agreement<'a, T: Eq + Hash>(
    answers: &'a [Option<T>],
    weights: &[f64],
) -> Result<SelfAgreement<'a, T>> {
    if answers.is_empty() {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "reasoning paths" }));
    }
    if let Some(at) = weights.iter().position(|&w| w < 0.0) {
        return Err(Error::argument("weights of a vote", "0 or more", format!("{} at {at}", weights[at])));
    }
    let vote = match weighted_vote(answers, weights) {
        Ok(vote) => vote,
        Err(error) if error.is_undefined() => return Ok(none()),
        Err(error) => return Err(error),
    };
    let all = crate::num::sum(vote.totals.iter().map(|t| t.1));
    let valid = (vote.voters - vote.abstentions) as u64;
    let share = vote.winning() / all;
    let agreement =
        share.is_finite().then(|| Estimate::new("weighted self-agreement", share).counted(valid, 1, valid));
    Ok(won(vote, agreement))
}

fn none<'a, T>() -> SelfAgreement<'a, T> {
    SelfAgreement { answer: None, path: None, votes: Vec::new(), agreement: None, valid: 0 }
}

fn won<T>(vote: Vote<'_, T>, agreement: Option<Estimate>) -> SelfAgreement<'_, T> {
    SelfAgreement {
        answer: Some(vote.winner),
        path: Some(vote.index),
        valid: vote.voters - vote.abstentions,
        votes: vote.totals,
        agreement,
    }
}

/// Whether so many further paths cannot change the most agreed answer, so that sampling may stop.
///
/// An answer overturns the leader with more votes, or with as many if it was seen before it.
///
/// # Source
/// Ours: the tie rule of [`self_agreement`] thought to the end.
///
/// # Examples
/// ```
/// use probity::consistency::vote_is_decided;
/// let so_far = [Some("a"), Some("b"), Some("b"), Some("b")];
/// assert!(vote_is_decided(&so_far, 1));
/// assert!(!vote_is_decided(&so_far, 2)); // two more for "a", which was seen first, and it wins the tie
/// assert!(vote_is_decided(&[Some("b"), Some("a"), Some("b"), Some("b")], 2));
/// assert!(!vote_is_decided::<u8>(&[None], 1) && vote_is_decided::<u8>(&[None], 0));
/// ```
#[must_use]
pub fn vote_is_decided<T: Eq + Hash>(answers: &[Option<T>], further: usize) -> bool {
    let Ok(vote) = majority_vote(answers) else { return further == 0 };
    let (lead, further) = (vote.winning(), further as f64);
    let leader = vote.totals.iter().position(|t| t.0 == vote.winner);
    let safe = |i: usize, total: f64| {
        let reach = total + further;
        reach < lead || reach == lead && leader.is_some_and(|leader| i > leader)
    };
    // An answer not seen yet starts from nothing.
    let mut others = vote.totals.iter().enumerate().filter(|(i, _)| Some(*i) != leader);
    further <= lead && others.all(|(i, t)| safe(i, t.1))
}
