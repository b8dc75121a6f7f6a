use crate::error::{Error, Result};
use crate::num;

/// An upper bound of the divergence from the sampling policy to the best of `n` of its samples.
///
/// ```text
/// KL ≤ ln n − (n − 1)/n
/// ```
///
/// It is the divergence itself where no two samples have the same score.
///
/// # Source
/// Beirami et al. 2024, "Theoretical guarantees on the best-of-n alignment policy" (that it is a bound); widely used as an
/// equation since Stiennon et al. 2020.
///
/// # Errors
/// [`Error::Argument`] for `n` of 0.
///
/// # Examples
/// ```
/// use probity::preference::best_of_n_kl;
/// assert_eq!(best_of_n_kl(1)?, 0.0);
/// assert!((best_of_n_kl(2)? - (2f64.ln() - 0.5)).abs() < 1e-15);
/// assert!(best_of_n_kl(0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn best_of_n_kl(n: u64) -> Result<f64> {
    if n == 0 {
        return Err(Error::argument("n", "at least 1", n));
    }
    Ok((n as f64).ln() - (n - 1) as f64 / n as f64)
}

/// The expected greatest score of `n` draws, from M ≥ n scores: without bias.
///
/// ```text
/// Σᵢ C(i − 1, n − 1)/C(M, n) · x₍ᵢ₎        x₍ᵢ₎: scores in ascending order
/// ```
///
/// The mean of the maximum over all subsets of `n` of the M scores.
///
/// # Errors
/// [`Error::Argument`] unless 1 ≤ n ≤ M, [`Error::NotFinite`] for a score that is not finite.
///
/// # Complexity
/// One sort.
///
/// # Examples
/// ```
/// use probity::preference::best_of_n_expected_max;
/// // The subsets of two have the maxima 2, 5 and 5.
/// assert!((best_of_n_expected_max(&[5.0, 1.0, 2.0], 2)? - 4.0).abs() < 1e-15);
/// assert_eq!(best_of_n_expected_max(&[5.0, 1.0, 2.0], 3)?, 5.0);
/// assert!(best_of_n_expected_max(&[5.0, 1.0, 2.0], 4).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn best_of_n_expected_max(scores: &[f64], n: usize) -> Result<f64> {
    num::check_finite("scores", scores)?;
    if n == 0 || n > scores.len() {
        let found = format!("{n} of {} scores", scores.len());
        return Err(Error::argument("n", "from 1 to the number of scores", found));
    }
    let mut descending = scores.to_vec();
    descending.sort_unstable_by(|a, b| b.total_cmp(a));
    // C(i − 1, n − 1)/C(M, n) of the greatest score, then of the one before it, ..
    let mut weight = n as f64 / scores.len() as f64;
    let mut total = num::Sum::default();
    for (below, &score) in (0..scores.len()).rev().zip(&descending) {
        total.add(weight * score);
        if below < n {
            break;
        }
        weight *= (below + 1 - n) as f64 / below as f64;
    }
    Ok(total.value())
}
