use crate::error::{Error, Result};

/// The best rating of the survey: the two outputs say the same.
const MOST_SIMILAR: u8 = 6;

/// A person's rating of how similar the outputs of two users are, of one side of one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HumanRating {
    /// The first user of the ordered pair.
    pub user: usize,
    /// The second.
    pub other: usize,
    /// From 1 (nothing in common) to 6 (the same).
    pub rating: u8,
}

/// The distance that a rating of similarity from 1 to 6 stands for.
///
/// ```text
/// 1 − (rating − 1)/5
/// ```
///
/// # Undefined
/// Never.
///
/// # Source
/// The survey of the PerSEval paper, in the authors' preprocessing.
///
/// # Errors
/// [`Error::Argument`] for another rating.
///
/// # Examples
/// ```
/// use probity::personalization::human_distance;
/// assert_eq!((human_distance(6)?, human_distance(1)?), (0.0, 1.0));
/// assert!(human_distance(0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn human_distance(rating: u8) -> Result<f64> {
    if !(1..=MOST_SIMILAR).contains(&rating) {
        return Err(Error::argument("rating of similarity", "1 to 6", rating));
    }
    let levels = f64::from(MOST_SIMILAR - 1);
    Ok(f64::from(MOST_SIMILAR - rating) / levels)
}

/// The distances between the outputs of `users` users, row by row: each the mean over the ratings of its ordered pair.
///
/// People rate pairs of outputs only; the distances to the document and to the user's own output, which
/// [`PersonalizedDocument`](super::PersonalizedDocument) also needs, are taken from a measure of texts (the authors take
/// ROUGE-L).
///
/// # Undefined
/// Never: a pair without a rating is missing.
///
/// # Missing values
/// A pair that nobody rated is NaN, which is how a document has it missing. A rating of (j, k) is none of (k, j).
///
/// # Source
/// As [`human_distance`].
///
/// # Errors
/// [`Error::Index`] for a user that does not exist; as [`human_distance`].
///
/// # Examples
/// ```
/// use probity::personalization::{HumanRating, human_distances};
/// let rating = |user, other, rating| HumanRating { user, other, rating };
/// let found = human_distances(2, &[rating(0, 1, 6), rating(0, 1, 1)])?;
/// assert_eq!(found[1], 0.5);
/// assert!(found[2].is_nan());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn human_distances(users: usize, ratings: &[HumanRating]) -> Result<Vec<f64>> {
    let mut cells = vec![(0.0, 0u64); users * users];
    for &HumanRating { user, other, rating } in ratings {
        let distance = human_distance(rating)?;
        let outside = [user, other].into_iter().find(|&at| at >= users);
        if let Some(index) = outside {
            return Err(Error::Index { what: "user", index, len: users });
        }
        let cell = &mut cells[user * users + other];
        *cell = (cell.0 + distance, cell.1 + 1);
    }
    Ok(cells.into_iter().map(|(sum, n)| sum / n as f64).collect())
}
