use std::collections::HashMap;
use std::hash::Hash;

use crate::error::{Error, Result, Undefined};
use crate::num;

/// The outcome of a vote.
#[derive(Debug, Clone, PartialEq)]
pub struct Vote<'a, T> {
    /// The answer with the greatest total; the first seen on ties.
    pub winner: &'a T,
    /// Where the winner was seen first.
    pub index: usize,
    /// Every distinct answer with its total, in order of first appearance.
    pub totals: Vec<(&'a T, f64)>,
    /// Voters without an answer.
    pub abstentions: usize,
    /// All voters, those without an answer included.
    pub voters: usize,
}

impl<T> Vote<'_, T> {
    /// The winner's total.
    #[must_use]
    pub fn winning(&self) -> f64 {
        self.totals.iter().map(|t| t.1).fold(f64::NEG_INFINITY, f64::max)
    }

    /// The winner's share of all voters, abstentions included, in a vote without weights.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.winning() / self.voters as f64
    }
}

/// The most frequent answer; the first seen on ties.
///
/// # Missing values
/// `None` is no vote, but stays in the denominator of [`Vote::share`].
///
/// # Undefined
/// Without any answer.
///
/// # Source
/// Wang et al. 2022 (self-consistency), without a weight.
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::search::majority_vote;
/// let answers = [Some("x"), Some("y"), None, Some("y"), Some("x")];
/// let vote = majority_vote(&answers)?;
/// assert_eq!((*vote.winner, vote.share(), vote.abstentions), ("x", 0.4, 1));
/// assert!(majority_vote::<&str>(&[None]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn majority_vote<T: Eq + Hash>(answers: &[Option<T>]) -> Result<Vote<'_, T>> {
    count("majority vote", answers, |_| 1.0)
}

/// The answer with the greatest sum of weights; the first seen on ties.
///
/// # Missing values
/// `None` is no vote; its weight is read but counts for nothing.
///
/// # Undefined
/// Without any answer.
///
/// # Errors
/// [`Error::Length`] if the weights are not as many as the answers; [`Error::NotFinite`] for a weight that is not
/// finite; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::search::weighted_vote;
/// let answers = [Some("7"), Some("12"), Some("7")];
/// assert_eq!(*weighted_vote(&answers, &[0.3, 0.9, 0.2])?.winner, "12");
/// assert_eq!(*weighted_vote(&answers, &[0.5, 1.0, 0.5])?.winner, "7");
/// assert!(weighted_vote(&answers, &[1.0]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn weighted_vote<'a, T: Eq + Hash>(answers: &'a [Option<T>], weights: &[f64]) -> Result<Vote<'a, T>> {
    num::check_same_length("weights of a vote", answers.len(), weights.len())?;
    num::check_finite("weights of a vote", weights)?;
    count("weighted vote", answers, |i| weights[i])
}

fn count<'a, T: Eq + Hash>(
    metric: &'static str,
    answers: &'a [Option<T>],
    weight: impl Fn(usize) -> f64,
) -> Result<Vote<'a, T>> {
    let mut seen: HashMap<&T, usize> = HashMap::new();
    let mut sums: Vec<(&T, usize, num::Sum)> = Vec::new();
    for (i, answer) in answers.iter().enumerate() {
        if let Some(answer) = answer {
            let at = *seen.entry(answer).or_insert_with(|| {
                sums.push((answer, i, num::Sum::default()));
                sums.len() - 1
            });
            sums[at].2.add(weight(i));
        }
    }
    let mut best: Option<(&T, usize, f64)> = None;
    let mut totals = Vec::with_capacity(sums.len());
    for (answer, index, sum) in sums {
        let total = sum.value();
        totals.push((answer, total));
        if best.is_none_or(|b| total > b.2) {
            best = Some((answer, index, total));
        }
    }
    let voted = answers.iter().flatten().count();
    let Some((winner, index, _)) = best else {
        return Err(Error::undefined(metric, Undefined::Nothing { what: "answers" }));
    };
    Ok(Vote { winner, index, totals, abstentions: answers.len() - voted, voters: answers.len() })
}
