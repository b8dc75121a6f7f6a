use crate::error::{Error, Result, Undefined};
use crate::linear::solve;
use crate::num;

/// Weights of sources that follow what they have in common: the first eigenvector of their correlations, floored.
///
/// ```text
/// w = 1, then so many times w ← C·w; then w/Σw, and the floor
/// floor: w_j ← least + (w_j − least)₊ · (1 − ratio)/Σ(w − least)₊        least = ratio/sources
/// ```
///
/// # Undefined
/// If a correlation is missing, and if the weights sum to 0 or less before the floor.
///
/// # Source
/// POLAR, pareto_learning.py: 10 iterations, a ratio of ½.
///
/// # Errors
/// [`Error::Length`] unless the matrix is square; [`Error::Argument`] for a correlation that is not from −1 to 1 or a ratio
/// that is not from 0 to 1; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::honesty::polar::max_eigen_weights;
/// let correlation = [vec![Some(1.0), Some(0.5)], vec![Some(0.5), Some(1.0)]];
/// assert_eq!(max_eigen_weights(&correlation, 0.5, 10)?, [0.5, 0.5]);
/// let silent = [vec![Some(1.0), None], vec![None, None]];
/// assert!(max_eigen_weights(&silent, 0.5, 10).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn max_eigen_weights(
    correlation: &[Vec<Option<f64>>],
    least_ratio: f64,
    iterations: usize,
) -> Result<Vec<f64>> {
    let (n, matrix) = checked(correlation, least_ratio)?;
    let mut weights = vec![1.0; n];
    for _ in 0..iterations {
        let next: Vec<f64> = matrix
            .chunks_exact(n)
            .map(|row| num::sum(row.iter().zip(&weights).map(|(c, w)| c * w)))
            .collect();
        // The scale does not matter, and powers of two change no digit.
        let greatest = next.iter().fold(0.0, |m: f64, w| m.max(w.abs()));
        let scale = if greatest > 0.0 { 2f64.powi(-(greatest.log2() as i32)) } else { 1.0 };
        weights = next.into_iter().map(|w| w * scale).collect();
    }
    floored(&weights, least_ratio)
}

/// Weights of sources with the least variance of their weighted sum: those that have little in common with the others, floored.
///
/// ```text
/// w = C⁻¹·1, then w/Σw, and the floor as in max_eigen_weights
/// ```
///
/// # Undefined
/// If a correlation is missing, if the matrix has no inverse, and if the weights sum to 0 or less before the floor.
///
/// # Source
/// POLAR, pareto_learning.py, with a ratio of ½.
///
/// # Errors
/// As [`max_eigen_weights`].
///
/// # Examples
/// ```
/// use probity::honesty::polar::min_variance_weights;
/// let mut correlation = vec![vec![Some(0.0); 3]; 3];
/// (0..3).for_each(|i| correlation[i][i] = Some(1.0));
/// (correlation[0][1], correlation[1][0]) = (Some(0.6), Some(0.6));
/// let weights = min_variance_weights(&correlation, 0.5)?;
/// assert!(weights[2] > weights[0] && (weights.iter().sum::<f64>() - 1.0).abs() < 1e-15);
/// let same = vec![vec![Some(1.0); 2]; 2];
/// assert!(min_variance_weights(&same, 0.5).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn min_variance_weights(correlation: &[Vec<Option<f64>>], least_ratio: f64) -> Result<Vec<f64>> {
    let (n, matrix) = checked(correlation, least_ratio)?;
    let weights = solve(n, &matrix, &vec![1.0; n]).ok_or_else(|| {
        let what = "the determinant of the correlations";
        Error::undefined(METRIC, Undefined::ZeroDenominator { what })
    })?;
    floored(&weights, least_ratio)
}

const METRIC: &str = "weights of sources";

/// A square matrix without gaps, row after row.
fn checked(correlation: &[Vec<Option<f64>>], least_ratio: f64) -> Result<(usize, Vec<f64>)> {
    let n = correlation.len();
    correlation.iter().try_for_each(|row| num::check_same_length("a row of correlations", n, row.len()))?;
    num::check_probability("least ratio", least_ratio)?;
    if n == 0 {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "sources" }));
    }
    let constant = || Error::undefined(METRIC, Undefined::NoVariance { what: "the gradient of a source" });
    let entries = correlation.iter().flatten();
    let matrix = entries.map(|entry| entry.ok_or_else(constant)).collect::<Result<Vec<f64>>>()?;
    if let Some(c) = matrix.iter().find(|c| !(-1.0..=1.0).contains(*c)) {
        return Err(Error::argument("correlation", "a number from -1 to 1", c));
    }
    Ok((n, matrix))
}

fn floored(weights: &[f64], least_ratio: f64) -> Result<Vec<f64>> {
    let total = num::sum(weights.iter().copied());
    if total <= 0.0 {
        let what = "the sum of the weights (it must be above 0)";
        return Err(Error::undefined(METRIC, Undefined::ZeroDenominator { what }));
    }
    let least = least_ratio / weights.len() as f64;
    let excess: Vec<f64> = weights.iter().map(|w| (w / total - least).max(0.0)).collect();
    let sum = num::sum(excess.iter().copied());
    // Without excess all weights are the least.
    let scale = if sum > 0.0 { (1.0 - least_ratio) / sum } else { 0.0 };
    Ok(excess.into_iter().map(|e| least + e * scale).collect())
}
