use std::collections::HashMap;
use std::hash::Hash;

use crate::correlation::{Options, kendall_tau_b, pearson, spearman};
use crate::error::{Error, Result};
use crate::inference::Estimate;
use crate::num;

/// How two leaderboards of the same models agree. From [`leaderboard_correlation`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LeaderboardCorrelation {
    /// Pearson's r of the scores.
    pub pearson: Result<Estimate>,
    /// Spearman's rho, ties sharing their ranks.
    pub spearman: Result<Estimate>,
    /// Kendall's tau-b.
    pub kendall_tau_b: Result<Estimate>,
}

/// How a measure's scores of models agree with a reference's (human judgment): the meta-evaluation of a measure.
///
/// # Undefined
/// Each coefficient by itself, as its own function says: where all models have the same score.
///
/// # Source
/// The three coefficients of the authors' code, which rounds them to five places.
///
/// # Errors
/// [`Error::Length`] for another number of scores; [`Error::NotFinite`] for a score that is no number.
///
/// # Examples
/// ```
/// use probity::correlation::Options;
/// use probity::personalization::leaderboard_correlation;
/// let found = leaderboard_correlation(&[0.1, 0.2, 0.4, 0.3], &[0.2, 0.3, 0.5, 0.9], &Options::new())?;
/// assert!((found.kendall_tau_b?.value - 2.0 / 3.0).abs() < 1e-15);
/// let flat = leaderboard_correlation(&[0.1; 3], &[0.2, 0.3, 0.5], &Options::new())?;
/// assert!(flat.spearman.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn leaderboard_correlation(
    measure: &[f64],
    reference: &[f64],
    options: &Options,
) -> Result<LeaderboardCorrelation> {
    num::check_same_length("scores of the reference", measure.len(), reference.len())?;
    num::check_finite("scores of the measure", measure)?;
    num::check_finite("scores of the reference", reference)?;
    Ok(LeaderboardCorrelation {
        pearson: pearson(measure, reference, options),
        spearman: spearman(measure, reference, options),
        kendall_tau_b: kendall_tau_b(measure, reference, options),
    })
}

/// The consensus of two rankings of the same models, best first: each model's points of both, the fewest first.
///
/// ```text
/// points = (n − place in the first) + (n − place in the second)      places from 0
/// ```
///
/// # Undefined
/// Never.
///
/// # Missing values
/// None: both rankings hold the same models. Models with the same points keep their order of the first ranking.
///
/// # Source
/// The authors' code (`calculate_borda_consensus`), which returns the points in ascending order too: the best is last.
///
/// # Errors
/// [`Error::Length`] for another number of models; [`Error::Argument`] for a model that is not in both once.
///
/// # Examples
/// ```
/// use probity::personalization::borda_consensus;
/// let points = borda_consensus(&["a", "c", "b"], &["a", "b", "c"])?;
/// assert_eq!(points, [("c", 3), ("b", 3), ("a", 6)]);
/// assert!(borda_consensus(&["a", "b"], &["a", "a"]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn borda_consensus<T: Eq + Hash + Clone>(first: &[T], second: &[T]) -> Result<Vec<(T, u64)>> {
    num::check_same_length("the second ranking", first.len(), second.len())?;
    let n = first.len();
    let places: HashMap<&T, usize> = second.iter().zip(0..).collect();
    let distinct: HashMap<&T, usize> = first.iter().zip(0..).collect();
    let points = first.iter().zip(0..).map(|(model, place)| {
        let other = places.get(model).filter(|_| distinct.len() == n && places.len() == n);
        let expected = "rankings that hold the same models once";
        let other =
            other.ok_or_else(|| Error::argument("rankings", expected, format!("others at place {place}")))?;
        Ok((model.clone(), (2 * n - place - other) as u64))
    });
    let mut points: Vec<(T, u64)> = points.collect::<Result<_>>()?;
    points.sort_by_key(|&(_, points)| points);
    Ok(points)
}
