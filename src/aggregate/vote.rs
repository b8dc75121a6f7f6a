use crate::aggregate::Consensus;
use crate::aggregate::judgments::Judgments;
use crate::error::{Error, Result};
use crate::num;
use crate::ratings::Ratings;

/// The most frequent category of every item.
///
/// ```text
/// p(k | item) = votes for k / votes
/// ```
///
/// Ties: [`Consensus::label`] takes the lowest code, [`Consensus::leading`] tells all that are tied. One vote over answers of any
/// type is [`majority_vote`](crate::search::majority_vote).
///
/// # Undefined
/// Without any judgment.
///
/// # Missing values
/// A missing rating is no vote. An item without a vote has no label.
///
/// # Errors
/// [`Error::Scale`] for numbers without categories and for tables of counts; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::aggregate::majority_labels;
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, vec![1u8, 1, 0, 0, 1, 255, 255, 255, 255])?;
/// let vote = majority_labels(&ratings)?;
/// assert_eq!(vote.labels(), [Some(1), Some(0), None]);
/// assert_eq!(vote.confidence(1), Some(0.5));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn majority_labels(ratings: &Ratings) -> Result<Consensus> {
    let judgments = Judgments::new("majority vote", ratings)?;
    let shares = judgments.vote_shares(|_| 1.0);
    Ok(Consensus::new(judgments, shares))
}

/// The category with the greatest sum of its raters' weights, for every item.
///
/// ```text
/// p(k | item) = Σ weight of the raters who say k / Σ weight of all who judged it
/// ```
///
/// Of an item whose raters all weigh nothing every category has the same share.
///
/// # Undefined
/// Without any judgment.
///
/// # Missing values
/// As [`majority_labels`].
///
/// # Errors
/// [`Error::Length`] unless there is a weight for every rater; [`Error::Argument`] for a weight that is negative or not
/// finite, or so great that sums could leave the range; the others as [`majority_labels`].
///
/// # Examples
/// ```
/// use probity::aggregate::weighted_labels;
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, vec![1u8, 1, 0])?;
/// assert_eq!(weighted_labels(&ratings, &[1.0, 1.0, 3.0])?.label(0), Some(0));
/// assert!(weighted_labels(&ratings, &[1.0, -1.0, 3.0]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn weighted_labels(ratings: &Ratings, weights: &[f64]) -> Result<Consensus> {
    num::check_same_length("weights of the raters", ratings.n_raters(), weights.len())?;
    let most = f64::MAX / weights.len().max(1) as f64;
    if let Some(wrong) = weights.iter().find(|w| !(0.0..=most).contains(*w)) {
        return Err(Error::argument("weight of a rater", "a finite number from 0 on", wrong));
    }
    let judgments = Judgments::new("weighted vote", ratings)?;
    let shares = judgments.vote_shares(|rater| weights[rater]);
    Ok(Consensus::new(judgments, shares))
}
