use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items};
use crate::num;
use crate::tally::Side;

/// What becomes of a rating that a reviewer did not give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MissingRating {
    /// It is left out, and the weights of the others are divided by their sum.
    #[default]
    Renormalise,
    /// It counts as 0: the sum is over those who rated. So do the scripts of Auto-PRE that reproduce the paper's figures.
    Zero,
}

/// What the reviewers' ratings of one answer come to.
///
/// ```text
/// Σ w_j r_j        renormalised over the reviewers who rated: Σ w_j r_j · Σ w / Σ w_rated
/// ```
///
/// # Undefined
/// Without a rating; if the weights of those who rated sum to 0.
///
/// # Missing values
/// See [`MissingRating`].
///
/// # Source
/// Chu et al. 2024, *PRE* (`PRE/eval.py`), for the weighted sum; for missing ratings see [`MissingRating`].
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Length`] if there is not one weight a rating; [`Error::NotFinite`].
///
/// # Examples
/// ```
/// use probity::peer_review::{MissingRating, aggregate_pointwise};
/// let ratings = [Some(4.0), None, Some(2.0)];
/// assert_eq!(aggregate_pointwise(&ratings, &[0.5, 0.25, 0.25], MissingRating::Zero)?, 2.5);
/// assert_eq!(aggregate_pointwise(&ratings, &[0.5, 0.25, 0.25], MissingRating::Renormalise)?, 2.5 / 0.75);
/// assert!(aggregate_pointwise(&[None], &[1.0], MissingRating::Zero).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn aggregate_pointwise(ratings: &[Option<f64>], weights: &[f64], missing: MissingRating) -> Result<f64> {
    const METRIC: &str = "aggregated rating";
    check_weights(ratings.len(), weights)?;
    let given: Vec<(f64, f64)> =
        ratings.iter().zip(weights).filter_map(|(&rating, &weight)| Some((rating?, weight))).collect();
    num::check_finite("ratings", &given.iter().map(|g| g.0).collect::<Vec<_>>())?;
    if given.is_empty() {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "ratings" }));
    }
    let sum = num::sum(given.iter().map(|(rating, weight)| rating * weight));
    let value = match missing {
        MissingRating::Renormalise if given.len() < ratings.len() => {
            let rated = num::sum(given.iter().map(|g| g.1));
            let reason = Undefined::ZeroDenominator { what: "the sum of the weights of those who rated" };
            num::ratio(METRIC, sum, rated, reason)? * num::sum(weights.iter().copied())
        }
        _ => sum,
    };
    if value.is_finite() { Ok(value) } else { Err(Error::Overflow { what: "the sum of the ratings" }) }
}

fn check_weights(reviewers: usize, weights: &[f64]) -> Result<()> {
    num::check_same_length("weights of the reviewers", reviewers, weights.len())?;
    num::check_finite("weights of the reviewers", weights)
}

/// The weighted verdict of the reviewers on one pair.
///
/// ```text
/// first = Σ w_j over votes for the first       second likewise        the greater wins; equal sums: tie
/// ```
///
/// A reviewer has as many votes as it was asked, usually one in either order of presentation, all turned to one orientation.
///
/// # Undefined
/// Never: without a vote it is a tie.
///
/// # Missing values
/// A vote without a verdict counts for neither, and so does a tie. Without any vote it is a tie.
///
/// # Source
/// Chu et al. 2024, *PRE* (`PRE/eval.py`).
///
/// # Errors
/// [`Error::Length`] if there is not one weight a reviewer; [`Error::NotFinite`].
///
/// # Examples
/// ```
/// use probity::peer_review::aggregate_pairwise;
/// use probity::tally::Side::{Left, Right, Tie};
/// let votes = [[Some(Left), Some(Left)], [Some(Right), Some(Tie)], [Some(Right), None]];
/// assert_eq!(aggregate_pairwise(&votes, &[0.3, 0.3, 0.4])?, Right);
/// assert_eq!(aggregate_pairwise(&[[Some(Left), Some(Right)]], &[1.0])?, Tie);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn aggregate_pairwise<V: AsRef<[Option<Side>]>>(votes: &[V], weights: &[f64]) -> Result<Side> {
    check_weights(votes.len(), weights)?;
    let sum = |side| {
        let of = |(votes, &weight): (&V, &f64)| {
            weight * votes.as_ref().iter().filter(|&&vote| vote == Some(side)).count() as f64
        };
        num::sum(votes.iter().zip(weights).map(of))
    };
    Ok(match sum(Side::Left).total_cmp(&sum(Side::Right)) {
        std::cmp::Ordering::Greater => Side::Left,
        std::cmp::Ordering::Less => Side::Right,
        std::cmp::Ordering::Equal => Side::Tie,
    })
}

/// Each evaluatee's mean over tasks, from `scores[task][evaluatee]`, with Student's interval over tasks.
///
/// # Undefined
/// Without a task.
///
/// # Missing values
/// None: every evaluatee has a score in every task.
///
/// # Source
/// Chu et al. 2024, *PRE*.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Length`] if tasks differ in the number of evaluatees; [`Error::NotFinite`].
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::peer_review::evaluatee_scores;
/// let means = evaluatee_scores(&[vec![4.0, 2.0], vec![5.0, 2.0]], Level::default())?;
/// assert_eq!((means[0].value, means[1].value), (4.5, 2.0));
/// assert!(evaluatee_scores::<Vec<f64>>(&[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn evaluatee_scores<S: AsRef<[f64]>>(scores: &[S], level: Level) -> Result<Vec<Estimate>> {
    const METRIC: &str = "score of an evaluatee";
    let Some(first) = scores.first() else {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "tasks" }));
    };
    let evaluatees = first.as_ref().len();
    for task in scores {
        num::check_same_length("evaluatees of a task", evaluatees, task.as_ref().len())?;
    }
    let of = |evaluatee: usize| scores.iter().map(|task| task.as_ref()[evaluatee]).collect::<Vec<_>>();
    let anywhere = (f64::NEG_INFINITY, f64::INFINITY);
    (0..evaluatees).map(|e| mean_over_items(METRIC, "tasks", &of(e), anywhere, level)).collect()
}

/// The ranks of evaluatees by their scores: 1 is the best, equals share the mean of their ranks.
///
/// # Undefined
/// Never: no scores give no ranks.
///
/// # Errors
/// [`Error::NotFinite`].
///
/// # Examples
/// ```
/// use probity::peer_review::evaluatee_ranks;
/// assert_eq!(evaluatee_ranks(&[2.0, 5.0, 2.0])?, [2.5, 1.0, 2.5]);
/// assert!(evaluatee_ranks(&[f64::NAN]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn evaluatee_ranks(scores: &[f64]) -> Result<Vec<f64>> {
    num::check_finite("scores of evaluatees", scores)?;
    Ok(num::ranks(&scores.iter().map(|score| -score).collect::<Vec<_>>()))
}

/// The ranking without one reviewer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WithoutReviewer {
    /// The reviewer left out.
    pub reviewer: usize,
    /// The evaluatees' ranks without it, or why there are none.
    pub ranks: Result<Vec<f64>>,
    /// The greatest number of ranks by which an evaluatee moves; 0 if there are no ranks.
    pub greatest_move: f64,
}

/// How the ranking changes when a reviewer is left out, each in turn; from `ratings[task][evaluatee][reviewer]`.
///
/// The other reviewers keep their weights.
///
/// # Undefined
/// Reviewer by reviewer: where the others rated nothing of some answer.
///
/// # Missing values
/// See [`MissingRating`].
///
/// # Source
/// Ours: it is what a reader of a peer review asks next.
///
/// # Errors
/// As [`aggregate_pointwise`] and [`evaluatee_scores`], of all reviewers together.
///
/// # Examples
/// ```
/// use probity::peer_review::{MissingRating, without_each_reviewer};
/// let ratings = [vec![vec![Some(5.0), Some(1.0)], vec![Some(1.0), Some(2.0)]]];
/// let found = without_each_reviewer(&ratings, &[0.5, 0.5], MissingRating::Renormalise)?;
/// assert_eq!((found[0].greatest_move, found[1].greatest_move), (1.0, 0.0));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn without_each_reviewer(
    ratings: &[Vec<Vec<Option<f64>>>],
    weights: &[f64],
    missing: MissingRating,
) -> Result<Vec<WithoutReviewer>> {
    let ranks = |without: Option<usize>| {
        let kept = |reviewer: &usize| Some(*reviewer) != without;
        let weights: Vec<f64> = (0..weights.len()).filter(kept).map(|r| weights[r]).collect();
        let answer = |ratings: &Vec<Option<f64>>| {
            let kept: Vec<_> = (0..ratings.len()).filter(kept).map(|r| ratings[r]).collect();
            aggregate_pointwise(&kept, &weights, missing)
        };
        let scores: Vec<Vec<f64>> =
            ratings.iter().map(|task| task.iter().map(answer).collect()).collect::<Result<_>>()?;
        let means = evaluatee_scores(&scores, Level::default())?;
        evaluatee_ranks(&means.iter().map(|mean| mean.value).collect::<Vec<_>>())
    };
    let all = ranks(None)?;
    let one = |reviewer| {
        let ranks = match ranks(Some(reviewer)) {
            Err(error) if !error.is_undefined() => return Err(error),
            ranks => ranks,
        };
        let moves = ranks.iter().flatten().zip(&all).map(|(now, before)| (now - before).abs());
        let greatest_move = moves.fold(0.0, f64::max);
        Ok(WithoutReviewer { reviewer, ranks, greatest_move })
    };
    (0..weights.len()).map(one).collect()
}
