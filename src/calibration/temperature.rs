use crate::calibration::recalibration::{inside, logit};
use crate::calibration::{ClassPredictions, Predictions, Recalibration};
use crate::error::{Error, Result, Undefined};
use crate::num::{self, Sum};

const METRIC: &str = "temperature scaling";

/// Where the temperature is looked for: from 0.05 to 20 unless set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TemperatureRange {
    low: f64,
    high: f64,
}

impl Default for TemperatureRange {
    fn default() -> Self {
        Self { low: 0.05, high: 20.0 }
    }
}

impl TemperatureRange {
    /// Another range.
    ///
    /// # Errors
    /// [`Error::Argument`] unless 0 < low < high and both are finite.
    pub fn new(low: f64, high: f64) -> Result<Self> {
        if 0.0 < low && low < high && high.is_finite() {
            return Ok(Self { low, high });
        }
        Err(Error::argument(
            "range of the temperature",
            "0 < low < high < infinity",
            format!("{low} to {high}"),
        ))
    }
}

/// One number that divides all logits: above 1 it makes confidences less extreme, below 1 more.
///
/// ```text
/// softmax(z/T), or p^(1/T) renormalised       of two classes: σ(logit(c)/T)
/// T minimises the log loss of the training items
/// ```
///
/// # Undefined
/// Fitting without items. If the log loss still falls at an end of the range (all items right, say), T is that end; if it
/// does not depend on T, T is 1.
///
/// # Source
/// Guo, Pleiss, Sun and Weinberger 2017. The log loss is convex in 1/T, which a guarded Newton iteration solves; no
/// learning rate or number of steps is involved.
///
/// # Examples
/// ```
/// use probity::calibration::{ClassPredictions, TemperatureRange, TemperatureScaling};
/// let logits = vec![vec![3.0, 0.0], vec![3.0, 0.0], vec![0.0, 3.0], vec![0.0, 3.0]];
/// let map = TemperatureScaling::fit_logits(&logits, &[0, 0, 1, 0], TemperatureRange::default())?;
/// // Three of four are right, so the probability of the first class becomes ¾: 3/T = ln 3.
/// assert!((map.temperature() - 3.0 / 3f64.ln()).abs() < 1e-9);
/// assert!((map.softmax(&[3.0, 0.0])?[0] - 0.75).abs() < 1e-9);
/// assert!(TemperatureScaling::new(0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TemperatureScaling {
    temperature: f64,
}

impl TemperatureScaling {
    /// A given temperature.
    ///
    /// # Errors
    /// [`Error::Argument`] unless it is finite and above 0.
    pub fn new(temperature: f64) -> Result<Self> {
        if temperature > 0.0 && temperature.is_finite() {
            return Ok(Self { temperature });
        }
        Err(Error::argument("temperature", "a finite number above 0", temperature))
    }

    /// The temperature of least log loss of confidences.
    ///
    /// # Errors
    /// [`Error::Undefined`] without items.
    ///
    /// # Complexity
    /// About ten passes over the items.
    pub fn fit(predictions: &Predictions, range: TemperatureRange) -> Result<Self> {
        let margins: Vec<f64> =
            predictions.iter().map(|(c, right)| if right { logit(c) } else { -logit(c) }).collect();
        Self::least(range, margins.len(), |inverse| {
            let (mut slope, mut curvature) = (Sum::default(), Sum::default());
            for &margin in &margins {
                let wrong = num::sigmoid(-inverse * margin);
                slope.add(-margin * wrong);
                curvature.add(margin * margin * wrong * (1.0 - wrong));
            }
            (slope.value(), curvature.value())
        })
    }

    /// The temperature of least log loss of class probabilities, their logarithms taken as logits.
    ///
    /// # Errors
    /// [`Error::Undefined`] without items.
    pub fn fit_classes(predictions: &ClassPredictions, range: TemperatureRange) -> Result<Self> {
        let logits: Vec<f64> = predictions.rows().flatten().map(|&p| inside(p).ln()).collect();
        Self::fit_flat(predictions.classes(), &logits, predictions.labels(), range)
    }

    /// The temperature of least log loss of logits, a row an item, with the true class of each.
    ///
    /// # Errors
    /// [`Error::Undefined`] without items; [`Error::Length`] for rows of different lengths, or if there is not one a label;
    /// [`Error::NotFinite`] for a logit that is not finite; [`Error::Index`] for a label that is no class.
    pub fn fit_logits(logits: &[Vec<f64>], labels: &[usize], range: TemperatureRange) -> Result<Self> {
        let classes = logits.first().map_or(1, Vec::len);
        logits.iter().try_for_each(|row| num::check_same_length("a row of logits", classes, row.len()))?;
        num::check_same_length("labels", logits.len(), labels.len())?;
        if let Some(&index) = labels.iter().find(|&&label| label >= classes) {
            return Err(Error::Index { what: "class", index, len: classes });
        }
        let flat = logits.concat();
        num::check_finite("logits", &flat)?;
        Self::fit_flat(classes, &flat, labels, range)
    }

    fn fit_flat(classes: usize, logits: &[f64], labels: &[usize], range: TemperatureRange) -> Result<Self> {
        let mut weights = vec![0.0; classes];
        Self::least(range, labels.len(), |inverse| {
            let (mut slope, mut curvature) = (Sum::default(), Sum::default());
            for (row, &label) in logits.chunks_exact(classes).zip(labels) {
                let top = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                weights.iter_mut().zip(row).for_each(|(w, z)| *w = (inverse * (z - top)).exp());
                let total: f64 = weights.iter().sum();
                let mean = weights.iter().zip(row).map(|(w, z)| w * (z - top)).sum::<f64>() / total;
                let square =
                    weights.iter().zip(row).map(|(w, z)| w * (z - top - mean).powi(2)).sum::<f64>() / total;
                slope.add(mean - (row.get(label).copied().unwrap_or(top) - top));
                curvature.add(square);
            }
            (slope.value(), curvature.value())
        })
    }

    /// Where the slope of a convex function of 1/T, given with its curvature, is 0.
    fn least(range: TemperatureRange, items: usize, mut at: impl FnMut(f64) -> (f64, f64)) -> Result<Self> {
        if items == 0 {
            return Err(Error::undefined(METRIC, Undefined::Nothing { what: "items" }));
        }
        let (mut low, mut high) = (1.0 / range.high, 1.0 / range.low);
        let mut inverse = 1f64.clamp(low, high);
        if at(low).0 > 0.0 {
            return Self::new(range.high);
        }
        if at(high).0 < 0.0 {
            return Self::new(range.low);
        }
        // Halving alone would take 50 steps; Newton's iteration is let go only inside what is left.
        for _ in 0..100 {
            let (slope, curvature) = at(inverse);
            if slope == 0.0 {
                break;
            }
            if slope > 0.0 {
                high = inverse;
            } else {
                low = inverse;
            }
            let newton = inverse - slope / curvature;
            let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
            let step = (next - inverse).abs();
            inverse = next;
            if step <= 1e-14 * inverse {
                break;
            }
        }
        Self::new(1.0 / inverse)
    }

    /// T.
    #[must_use]
    pub fn temperature(&self) -> f64 {
        self.temperature
    }

    /// The class probabilities of logits at this temperature.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a logit that is not finite; [`Error::Undefined`] without logits.
    pub fn softmax(&self, logits: &[f64]) -> Result<Vec<f64>> {
        num::check_finite("logits", logits)?;
        if logits.is_empty() {
            return Err(Error::undefined("softmax", Undefined::Nothing { what: "logits" }));
        }
        Ok(self.scaled(logits.to_vec()))
    }

    /// The class probabilities of predictions at this temperature. A probability of 0 stays 0.
    #[must_use]
    pub fn apply_to_classes(&self, predictions: &ClassPredictions) -> ClassPredictions {
        let rows = predictions.rows().flat_map(|row| self.scaled(row.iter().map(|p| p.ln()).collect()));
        predictions.with_probabilities(rows.collect())
    }

    /// Of logits of which one at least is finite, and none is infinite upwards.
    fn scaled(self, mut logits: Vec<f64>) -> Vec<f64> {
        let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        logits.iter_mut().for_each(|z| *z = ((*z - top) / self.temperature).exp());
        let total = num::sum(logits.iter().copied());
        logits.iter_mut().for_each(|w| *w /= total);
        logits
    }
}

impl Recalibration for TemperatureScaling {
    fn at(&self, confidence: f64) -> f64 {
        num::sigmoid(logit(confidence) / self.temperature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_flat_likelihoods() {
        let fit = |c: f64, right: &[bool]| {
            let predictions = Predictions::new(vec![c; right.len()], right.to_vec()).unwrap();
            TemperatureScaling::fit(&predictions, TemperatureRange::default()).unwrap().temperature()
        };
        assert_eq!(fit(0.9, &[true]), 0.05);
        assert_eq!(fit(0.9, &[false]), 20.0);
        // Every temperature gives ½.
        assert_eq!(fit(0.5, &[true, false]), 1.0);
        let nothing = TemperatureScaling::fit(&Predictions::default(), TemperatureRange::default());
        assert!(nothing.unwrap_err().is_undefined());
        assert!(TemperatureRange::new(2.0, 1.0).is_err());
    }
}
