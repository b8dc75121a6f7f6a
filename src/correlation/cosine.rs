use crate::error::{Error, Result, Undefined};
use crate::num::{check_finite, check_same_length, sum};

/// The cosine of the angle between two vectors: their correlation without centring.
///
/// ```text
/// cos(x, y) = Σxᵢyᵢ / (√Σxᵢ² · √Σyᵢ²)
/// ```
///
/// # Undefined
/// For a vector of zeros, or vectors without components.
///
/// # Missing values
/// NaN is an error.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::NotFinite`]; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::correlation::cosine_similarity;
/// assert_eq!(cosine_similarity(&[3.0, 4.0], &[30.0, 40.0])?, 1.0);
/// assert_eq!(cosine_similarity(&[1.0, 0.0], &[0.0, -2.0])?, 0.0);
/// assert!(cosine_similarity(&[0.0, 0.0], &[1.0, 0.0]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn cosine_similarity(x: &[f64], y: &[f64]) -> Result<f64> {
    check_same_length("second vector", x.len(), y.len())?;
    Ok(dot(&unit_vector(x)?, &unit_vector(y)?))
}

/// The vector of length 1 in the same direction.
pub(crate) fn unit_vector(x: &[f64]) -> Result<Vec<f64>> {
    check_finite("components of a vector", x)?;
    // Scaled first, so that no square leaves the range.
    let greatest = x.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    if greatest == 0.0 {
        let reason = Undefined::ZeroDenominator { what: "the length of a vector" };
        return Err(Error::undefined("cosine similarity", reason));
    }
    let scaled: Vec<f64> = x.iter().map(|v| v / greatest).collect();
    let length = sum(scaled.iter().map(|v| v * v)).sqrt();
    Ok(scaled.into_iter().map(|v| v / length).collect())
}

/// The product of two unit vectors, without what rounding adds beyond ±1.
pub(crate) fn dot(x: &[f64], y: &[f64]) -> f64 {
    sum(x.iter().zip(y).map(|(a, b)| a * b)).clamp(-1.0, 1.0)
}
