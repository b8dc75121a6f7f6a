//! The two maps that are logistic regressions, and the regression.

use crate::calibration::recalibration::{inside, logit};
use crate::calibration::{Predictions, Recalibration};
use crate::error::{Error, Result, Undefined};
use crate::num::{self, Sum};

/// What a Platt scaling is fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PlattTargets {
    /// (n₊ + 1)/(n₊ + 2) for what was right and 1/(n₋ + 2) for what was wrong, as Platt does against overfitting: there is
    /// always a fit, but the training likelihood can be lower than before.
    #[default]
    Smoothed,
    /// 1 and 0, the outcomes themselves: maximum likelihood.
    Outcomes,
}

/// A straight line through the logits of the confidences.
///
/// ```text
/// σ(slope · logit(c) + intercept)
/// ```
///
/// # Undefined
/// Fitting without items or if all confidences are equal. Fitted to the outcomes also if a threshold separates what was
/// right from what was wrong, or one of them is missing: the likelihood then has no maximum.
///
/// # Source
/// Platt 1999, "Probabilistic outputs for support vector machines", on scores of any range; on the logits of confidences
/// the map that changes nothing is among those that can be chosen. Lin, Lin and Weng 2007 for the targets. Newton's
/// iteration from slope 1 and intercept 0.
///
/// # Examples
/// ```
/// use probity::calibration::{PlattScaling, PlattTargets, Predictions, Recalibration};
/// let confidences = [[0.8; 10], [0.6; 10]].concat();
/// let right: Vec<bool> = (0..20).map(|i| i % 10 < if i < 10 { 6 } else { 3 }).collect();
/// let predictions = Predictions::new(confidences, right)?;
/// let map = PlattScaling::fit(&predictions, PlattTargets::Outcomes)?;
/// // Two confidences, two parameters: the accuracies are met.
/// assert!((map.apply(0.8)? - 0.6).abs() < 1e-9 && (map.apply(0.6)? - 0.3).abs() < 1e-9);
///
/// let separated = Predictions::new(vec![0.8, 0.6], vec![true, false])?;
/// assert!(PlattScaling::fit(&separated, PlattTargets::Outcomes).unwrap_err().is_undefined());
/// assert!(PlattScaling::fit(&separated, PlattTargets::Smoothed).is_ok());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlattScaling {
    slope: f64,
    intercept: f64,
}

impl PlattScaling {
    /// A given line.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a number that is not finite.
    pub fn new(slope: f64, intercept: f64) -> Result<Self> {
        num::check_finite("slope and intercept", &[slope, intercept])?;
        Ok(Self { slope, intercept })
    }

    /// The line of greatest likelihood.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn fit(predictions: &Predictions, targets: PlattTargets) -> Result<Self> {
        let metric = "Platt scaling";
        let shape = Shape::of(metric, predictions)?;
        let (hits, misses) =
            (predictions.hits() as f64, (predictions.len() as u64 - predictions.hits()) as f64);
        let targets = match targets {
            PlattTargets::Outcomes if shape.rises || shape.falls => return Err(no_maximum(metric)),
            PlattTargets::Outcomes => [0.0, 1.0],
            PlattTargets::Smoothed => [1.0 / (misses + 2.0), (hits + 1.0) / (hits + 2.0)],
        };
        let free = [f64::NEG_INFINITY; 2];
        let [slope, intercept] = regression(predictions, targets, [1.0, 0.0], free, |c| [logit(c), 1.0]);
        Self::new(slope, intercept)
    }

    /// Slope and intercept.
    #[must_use]
    pub fn parameters(&self) -> (f64, f64) {
        (self.slope, self.intercept)
    }
}

impl Recalibration for PlattScaling {
    fn at(&self, confidence: f64) -> f64 {
        num::sigmoid(self.slope * logit(confidence) + self.intercept)
    }
}

/// A curve that can bend differently at both ends.
///
/// ```text
/// σ(a ln c − b ln(1 − c) + m),   a ≥ 0, b ≥ 0
/// ```
///
/// a = b = 1/T, m = 0 is temperature scaling, and a = b = 1, m = 0 changes nothing.
///
/// # Undefined
/// Fitting without items, if all confidences are equal, or if a threshold separates what was right (above) from what was
/// wrong (below) or one of them is missing: the likelihood then has no maximum.
///
/// # Source
/// Kull, Silva Filho and Flach 2017, "Beta calibration" (three parameters). Their code drops a parameter that comes out
/// below 0 and fits again; here the maximum is sought where neither is below 0, which gives the same where only one is.
///
/// # Examples
/// ```
/// use probity::calibration::{BetaCalibration, Predictions, Recalibration};
/// let confidences = [[0.9; 10], [0.5; 10], [0.1; 10]].concat();
/// let right: Vec<bool> = (0..30).map(|i| i % 10 < [7, 5, 2][i / 10]).collect();
/// let map = BetaCalibration::fit(&Predictions::new(confidences, right)?)?;
/// // Three confidences, three parameters: the accuracies are met.
/// for (confidence, accuracy) in [(0.9, 0.7), (0.5, 0.5), (0.1, 0.2)] {
///     assert!((map.apply(confidence)? - accuracy).abs() < 1e-9);
/// }
/// let sure = Predictions::new(vec![0.9, 0.8], vec![true, true])?;
/// assert!(BetaCalibration::fit(&sure).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BetaCalibration {
    a: f64,
    b: f64,
    m: f64,
}

impl BetaCalibration {
    /// A given curve.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a number that is not finite; [`Error::Argument`] for an a or b below 0.
    pub fn new(a: f64, b: f64, m: f64) -> Result<Self> {
        num::check_finite("a, b and m", &[a, b, m])?;
        if a < 0.0 || b < 0.0 {
            return Err(Error::argument("a and b", "numbers from 0 on", format!("{a} and {b}")));
        }
        Ok(Self { a, b, m })
    }

    /// The curve of greatest likelihood.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn fit(predictions: &Predictions) -> Result<Self> {
        let metric = "beta calibration";
        let shape = Shape::of(metric, predictions)?;
        if shape.rises {
            return Err(no_maximum(metric));
        }
        let rising = [0.0, 0.0, f64::NEG_INFINITY];
        let [a, b, m] = regression(predictions, [0.0, 1.0], [1.0, 1.0, 0.0], rising, |c| {
            let p = inside(c);
            [p.ln(), -(-p).ln_1p(), 1.0]
        });
        Self::new(a, b, m)
    }

    /// a, b and m.
    #[must_use]
    pub fn parameters(&self) -> (f64, f64, f64) {
        (self.a, self.b, self.m)
    }
}

impl Recalibration for BetaCalibration {
    fn at(&self, confidence: f64) -> f64 {
        let p = inside(confidence);
        num::sigmoid(self.a * p.ln() - self.b * (-p).ln_1p() + self.m)
    }
}

fn no_maximum(metric: &'static str) -> Error {
    let what = "a threshold separates what was right from what was wrong";
    Error::undefined(metric, Undefined::NoMaximum { why: what })
}

/// Whether a threshold separates hits from misses, and which are above. Without hits or without misses both hold.
struct Shape {
    rises: bool,
    falls: bool,
}

impl Shape {
    fn of(metric: &'static str, predictions: &Predictions) -> Result<Self> {
        if predictions.is_empty() {
            return Err(Error::undefined(metric, Undefined::Nothing { what: "items" }));
        }
        let mut ranges = [(f64::INFINITY, f64::NEG_INFINITY); 2];
        for (c, right) in predictions.iter() {
            let (low, high) = &mut ranges[usize::from(right)];
            (*low, *high) = (low.min(inside(c)), high.max(inside(c)));
        }
        let [misses, hits] = ranges;
        if misses.0.min(hits.0) == misses.1.max(hits.1) {
            return Err(Error::undefined(metric, Undefined::NoVariance { what: "the confidence" }));
        }
        Ok(Self { rises: misses.1 <= hits.0, falls: hits.1 <= misses.0 })
    }
}

/// Newton's iteration for logistic regression with lower bounds, from bound to bound. It only ever goes down (but for
/// rounding), so that the likelihood of the result is at least that of the start.
fn regression<const K: usize>(
    predictions: &Predictions,
    targets: [f64; 2],
    start: [f64; K],
    lower: [f64; K],
    features: impl Fn(f64) -> [f64; K],
) -> [f64; K] {
    let rows: Vec<([f64; K], f64)> =
        predictions.iter().map(|(c, right)| (features(c), targets[usize::from(right)])).collect();
    let linear = |weights: &[f64; K], x: &[f64; K]| weights.iter().zip(x).map(|(w, x)| w * x).sum::<f64>();
    let loss = |weights: &[f64; K]| {
        num::sum(rows.iter().map(|(x, t)| {
            let eta = linear(weights, x);
            -t * num::ln_sigmoid(eta) - (1.0 - t) * num::ln_sigmoid(-eta)
        }))
    };
    let (mut weights, mut current) = (start, loss(&start));
    for _ in 0..100 {
        let mut gradient = [Sum::default(); K];
        let mut hessian = [[0.0; K]; K];
        for (x, t) in &rows {
            let p = num::sigmoid(linear(&weights, x));
            let curvature = p * (1.0 - p);
            for i in 0..K {
                gradient[i].add((p - t) * x[i]);
                for j in 0..K {
                    hessian[i][j] += curvature * x[i] * x[j];
                }
            }
        }
        let gradient = gradient.map(Sum::value);
        // A weight at its bound stays there if the loss falls beyond it, or if the step with the others leads there.
        let mut free: [bool; K] = std::array::from_fn(|i| weights[i] > lower[i] || gradient[i] < 0.0);
        let mut step = newton_step(hessian, gradient, free);
        while let Some(i) = (0..K).find(|&i| free[i] && weights[i] <= lower[i] && step[i] < 0.0) {
            free[i] = false;
            step = newton_step(hessian, gradient, free);
        }
        // In the direction of the step the loss falls by this much at first.
        let decrease: f64 = -step.iter().zip(&gradient).map(|(s, g)| s * g).sum::<f64>();
        // The step ends at the first bound: beyond it, with that weight held back, the others need not lead down.
        let reach = |i: usize| if step[i] < 0.0 { (lower[i] - weights[i]) / step[i] } else { f64::INFINITY };
        let nearest = (0..K).map(reach).fold(1.0, f64::min);
        let tried = |share: f64| {
            let weights: [f64; K] = std::array::from_fn(|i| {
                let arrives = share >= 1.0 && reach(i) <= nearest;
                if arrives { lower[i] } else { (weights[i] + share * nearest * step[i]).max(lower[i]) }
            });
            (weights, loss(&weights))
        };
        let whole = tried(1.0);
        let is_level = whole.1 <= current * (1.0 + 1e-14);
        if decrease.is_nan() || decrease <= 1e-12 * (1.0 + current) {
            // The last step doubles the digits of the weights; the loss does not show it any more.
            return if is_level { whole.0 } else { weights };
        }
        let shorter = (1..60).map(|halvings| tried(0.5f64.powi(halvings)));
        let moved = std::iter::once(whole).chain(shorter).find(|(_, found)| *found < current);
        // A weight next to its bound arrives there without that the loss shows it.
        let Some((better, found)) = moved.or_else(|| (is_level && nearest < 1.0).then_some(whole)) else {
            break;
        };
        (weights, current) = (better, found);
    }
    weights
}

/// −H⁻¹g in the free directions, 0 in the others.
fn newton_step<const K: usize>(mut h: [[f64; K]; K], gradient: [f64; K], free: [bool; K]) -> [f64; K] {
    let largest = (0..K).fold(0.0, |most: f64, i| most.max(h[i][i]));
    let mut step: [f64; K] = std::array::from_fn(|i| if free[i] { -gradient[i] } else { 0.0 });
    for i in 0..K {
        // Directions in which the data say nothing are not singular.
        h[i][i] += 1e-12 * largest + f64::MIN_POSITIVE;
        for j in 0..K {
            if i != j && !(free[i] && free[j]) {
                h[i][j] = 0.0;
            }
        }
    }
    // The matrix is positive definite: elimination needs no exchange of rows.
    for i in 0..K {
        for k in i + 1..K {
            let factor = h[k][i] / h[i][i];
            let row = h[i];
            h[k].iter_mut().zip(&row).for_each(|(below, above)| *below -= factor * above);
            step[k] -= factor * step[i];
        }
    }
    for i in (0..K).rev() {
        let known: f64 = (i + 1..K).map(|j| h[i][j] * step[j]).sum();
        step[i] = (step[i] - known) / h[i][i];
    }
    step.map(|s| if s.is_finite() { s } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The way to the maximum, where a and b are 0, leads along one bound after the other.
    #[test]
    fn a_weight_next_to_its_bound_does_not_hold_the_others_up() {
        let confidences = vec![0.5, 0.4, 0.5, 0.5, 0.6, 0.55];
        let right = vec![true, true, true, false, true, false];
        let (a, b, m) =
            BetaCalibration::fit(&Predictions::new(confidences, right).unwrap()).unwrap().parameters();
        assert!(a == 0.0 && b == 0.0 && (m - 2.0f64.ln()).abs() < 1e-9, "{a} {b} {m}");
    }

    #[test]
    fn bounds_hold_and_separation_is_seen() {
        // The more confident, the more often wrong.
        let predictions =
            Predictions::new(vec![0.9, 0.9, 0.9, 0.1, 0.1, 0.1], vec![true, false, false, true, true, false])
                .unwrap();
        let (a, b, m) = BetaCalibration::fit(&predictions).unwrap().parameters();
        assert!(a.abs() < 1e-9 && b.abs() < 1e-9 && m.abs() < 1e-9, "{a} {b} {m}");
        let (slope, _) = PlattScaling::fit(&predictions, PlattTargets::Outcomes).unwrap().parameters();
        assert!(slope < 0.0);
        let falling = Predictions::new(vec![0.9, 0.1], vec![false, true]).unwrap();
        assert!(PlattScaling::fit(&falling, PlattTargets::Outcomes).unwrap_err().is_undefined());
        assert!(BetaCalibration::fit(&falling).is_ok());
        assert!(BetaCalibration::new(-1.0, 0.0, 0.0).is_err());
    }
}
