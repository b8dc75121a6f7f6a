use crate::error::{Error, Result, Undefined};
use crate::num;

/// The regularisation that EigenScore was published with.
pub const EIGEN_SCORE_ALPHA: f64 = 1e-3;

/// EigenScore: how far the embeddings of sampled answers spread; higher is less consistent.
///
/// ```text
/// Z: K × d, one row a sample     J = I_d − 11ᵀ/d     score = ln det(Z J Zᵀ + α I_K)/K
/// ```
///
/// J centres every row over its own d features. The log-determinant is that of a Cholesky factor, the sum of the
/// logarithms of the eigenvalues without computing them.
///
/// # Undefined
/// Without samples.
///
/// # Missing values
/// NaN is an error.
///
/// # Source
/// Chen et al. 2024, "INSIDE: LLMs' Internal States Retain the Power of Hallucination Detection", to which the survey
/// (arXiv 2407.14507) points; the form and α = 0.001 ([`EIGEN_SCORE_ALPHA`]) are from memory.
///
/// # Errors
/// [`Error::Length`] for a row of another length; [`Error::NotFinite`]; [`Error::Argument`] for α that is not above 0,
/// or so small beside the embeddings that the matrix is singular in double precision; [`Error::Overflow`] for
/// embeddings whose squares leave the range; [`Error::Undefined`] as above.
///
/// # Complexity
/// O(K²·d + K³) time, O(K·(K + d)) memory.
///
/// # Examples
/// ```
/// use probity::consistency::{EIGEN_SCORE_ALPHA, eigen_score};
/// let same = vec![vec![1.0, -1.0], vec![1.0, -1.0]];
/// let apart = vec![vec![1.0, -1.0], vec![-0.5, 0.5], vec![0.0, 0.1]];
/// // Two equal rows: the eigenvalues are 4 + α and α.
/// let score = eigen_score(&same, EIGEN_SCORE_ALPHA)?;
/// assert!((score - (4.001f64 * 0.001).ln() / 2.0).abs() < 1e-12);
/// assert!(eigen_score(&apart[..1], EIGEN_SCORE_ALPHA)? > score);
/// assert!(eigen_score(&apart, 0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn eigen_score(embeddings: &[Vec<f64>], alpha: f64) -> Result<f64> {
    if !(alpha > 0.0 && alpha.is_finite()) {
        return Err(Error::argument("alpha", "a finite number above 0", alpha));
    }
    let Some(first) = embeddings.first() else {
        return Err(Error::undefined("EigenScore", Undefined::Nothing { what: "samples" }));
    };
    let mut centred = Vec::with_capacity(embeddings.len());
    for row in embeddings {
        num::check_same_length("components of an embedding", first.len(), row.len())?;
        num::check_finite("components of an embedding", row)?;
        let mean = num::sum(row.iter().copied()) / row.len().max(1) as f64;
        centred.push(row.iter().map(|x| x - mean).collect::<Vec<_>>());
    }
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(centred.len());
    for (i, a) in centred.iter().enumerate() {
        let product = |b: &Vec<f64>| num::sum(a.iter().zip(b).map(|(x, y)| x * y));
        let mut row: Vec<f64> = centred[..=i].iter().map(product).collect();
        row[i] += alpha;
        rows.push(row);
    }
    if rows.iter().flatten().any(|x| !x.is_finite()) {
        return Err(Error::Overflow { what: "a product of two embeddings" });
    }
    let samples = rows.len() as f64;
    let ln_determinant = ln_determinant(rows).ok_or_else(|| {
        Error::argument("alpha", "a number that keeps the matrix regular beside these embeddings", alpha)
    })?;
    Ok(ln_determinant / samples)
}

/// ln det of a symmetric positive definite matrix given by its lower triangle, by Cholesky's decomposition A = L·Lᵀ:
/// twice the sum of ln of L's diagonal. `None` if a pivot is not positive.
fn ln_determinant(mut lower: Vec<Vec<f64>>) -> Option<f64> {
    let mut ln_pivots = num::Sum::default();
    for i in 0..lower.len() {
        let (above, rest) = lower.split_at_mut(i);
        let row = &mut rest[0];
        for j in 0..=i {
            let other = if j < i { &above[j] } else { &*row };
            let shared = num::sum(row[..j].iter().zip(&other[..j]).map(|(x, y)| x * y));
            let left = row[j] - shared;
            if j < i {
                row[j] = left / above[j][j];
            } else if left > 0.0 {
                row[i] = left.sqrt();
                ln_pivots.add(left.ln());
            } else {
                return None;
            }
        }
    }
    Some(ln_pivots.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn determinants_known_by_hand() {
        // [[4, 2, 0], [2, 5, 1], [0, 1, 3]]: 4·(15 − 1) − 2·(6 − 0) = 44.
        let lower = vec![vec![4.0], vec![2.0, 5.0], vec![0.0, 1.0, 3.0]];
        assert!((ln_determinant(lower).unwrap() - 44f64.ln()).abs() < 1e-14);
        assert_eq!(ln_determinant(vec![vec![1.0], vec![1.0, 1.0]]), None);
        assert_eq!(ln_determinant(vec![]), Some(0.0));
    }

    #[test]
    fn wrong_embeddings() {
        assert!(eigen_score(&[], 1.0).unwrap_err().is_undefined());
        assert!(matches!(eigen_score(&[vec![1.0], vec![]], 1.0), Err(Error::Length { .. })));
        assert!(matches!(eigen_score(&[vec![1e200, -1e200]], 1.0), Err(Error::Overflow { .. })));
        let same = vec![vec![1e9, -1e9]; 2];
        assert!(matches!(eigen_score(&same, 1e-12), Err(Error::Argument { .. })));
    }
}
