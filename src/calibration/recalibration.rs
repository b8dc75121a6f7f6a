use crate::calibration::Predictions;
use crate::error::{Error, Result};

/// Confidences nearer to 0 and 1 than this count as being this near: their logarithms would be infinite.
const NEAREST: f64 = 1e-12;

/// A map from confidences to better ones, learnt from predictions with known outcomes.
///
/// | map | parameters | keeps the order | never lowers the training likelihood of |
/// |---|---|---|---|
/// | [`TemperatureScaling`](crate::calibration::TemperatureScaling) | 1 | yes | the confidences |
/// | [`PlattScaling`](crate::calibration::PlattScaling) | 2 | yes, or reverses it | the confidences, if fitted to the outcomes themselves |
/// | [`BetaCalibration`](crate::calibration::BetaCalibration) | 3 | yes | the confidences |
/// | [`IsotonicCalibration`](crate::calibration::IsotonicCalibration) | as many as steps | yes, with new ties | any rising map |
/// | [`HistogramBinning`](crate::calibration::HistogramBinning) | as many as bins | no | any map that is constant in each bin |
///
/// Fit on some items and judge on others: on its own training items a map with many parameters looks better than it is.
/// The logistic maps take confidences nearer to 0 and 1 than 10⁻¹² as being that near.
///
/// # Examples
/// ```
/// use probity::calibration::{Predictions, Recalibration, TemperatureRange, TemperatureScaling};
/// let right: Vec<bool> = (0..10).map(|i| i < 7).collect();
/// let predictions = Predictions::new(vec![0.9; 10], right)?;
/// let map = TemperatureScaling::fit(&predictions, TemperatureRange::default())?;
/// assert!((map.apply(0.9)? - 0.7).abs() < 1e-9);
/// assert!((map.apply_to(&predictions).confidences()[3] - 0.7).abs() < 1e-9);
/// assert!(map.apply(1.5).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub trait Recalibration {
    /// The new confidence of a confidence from 0 to 1.
    fn at(&self, confidence: f64) -> f64;

    /// The new confidence of any number.
    ///
    /// # Errors
    /// [`Error::Argument`] for one that is not from 0 to 1.
    fn apply(&self, confidence: f64) -> Result<f64> {
        if (0.0..=1.0).contains(&confidence) {
            return Ok(self.at(confidence));
        }
        Err(Error::argument("confidence", "a number from 0 to 1", confidence))
    }

    /// The predictions with new confidences.
    #[must_use]
    fn apply_to(&self, predictions: &Predictions) -> Predictions {
        let confidences = predictions.confidences().iter().map(|&c| self.at(c).clamp(0.0, 1.0)).collect();
        Predictions::from_checked(confidences, predictions.right().to_vec())
    }
}

/// A probability that has finite logarithms on both sides.
pub(super) fn inside(confidence: f64) -> f64 {
    confidence.clamp(NEAREST, 1.0 - NEAREST)
}

pub(super) fn logit(confidence: f64) -> f64 {
    let p = inside(confidence);
    p.ln() - (-p).ln_1p()
}
