use crate::error::{Error, Result, Undefined};
use crate::linear::Cholesky;
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
    num::check_positive("alpha", alpha)?;
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
    let samples = centred.len();
    let mut lower = vec![0.0; samples * samples];
    for (i, (row, a)) in lower.chunks_exact_mut(samples).zip(&centred).enumerate() {
        for (entry, b) in row.iter_mut().zip(&centred[..=i]) {
            *entry = num::sum(a.iter().zip(b).map(|(x, y)| x * y));
        }
        row[i] += alpha;
    }
    if lower.iter().any(|x| !x.is_finite()) {
        return Err(Error::Overflow { what: "a product of two embeddings" });
    }
    let factor = Cholesky::new(samples, lower, 0.0).ok_or_else(|| {
        Error::argument("alpha", "a number that keeps the matrix regular beside these embeddings", alpha)
    })?;
    Ok(factor.ln_determinant() / samples as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_embeddings() {
        assert!(eigen_score(&[], 1.0).unwrap_err().is_undefined());
        assert!(matches!(eigen_score(&[vec![1.0], vec![]], 1.0), Err(Error::Length { .. })));
        assert!(matches!(eigen_score(&[vec![1e200, -1e200]], 1.0), Err(Error::Overflow { .. })));
        let same = vec![vec![1e9, -1e9]; 2];
        assert!(matches!(eigen_score(&same, 1e-12), Err(Error::Argument { .. })));
    }
}
