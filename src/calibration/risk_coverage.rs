use crate::calibration::{Predictions, Ranking};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, rate};
use crate::num;

/// What rounding may add to a count that is a product, or to a risk.
const ROUNDING: f64 = 1e-9;

/// The share of errors among the most confident items, for every number of items kept.
///
/// ```text
/// risk at k = errors among the k most confident / k
/// ```
///
/// # Ties
/// Within equal confidences every order is as likely as any other, and the risk is the expected one: with e errors among m
/// tied items, E errors among the n items above them, the risk of the j-th is (E + e·j/m)/(n + j). The order of the items
/// does not matter.
///
/// # Undefined
/// Without items.
///
/// # Source
/// El-Yaniv and Wiener 2010 (risk and coverage); Geifman, Uziel and El-Yaniv 2019 (AURC and its excess).
///
/// # Complexity
/// One sort.
///
/// # Examples
/// ```
/// use probity::calibration::{Predictions, RiskCoverage};
/// use probity::inference::Level;
/// let predictions = Predictions::new(vec![0.9, 0.8, 0.8, 0.1], vec![true, true, false, false])?;
/// let curve = RiskCoverage::new(&predictions)?;
/// // Half an error is expected among the first two.
/// assert_eq!(curve.risks(), [0.0, 0.25, 1.0 / 3.0, 0.5]);
/// assert_eq!(curve.coverage_at_risk(0.25)?, 0.5);
/// assert_eq!(curve.selective_accuracy(0.25, Level::default())?.value, 1.0);
/// assert!(RiskCoverage::new(&Predictions::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RiskCoverage {
    risks: Vec<f64>,
    errors: u64,
    /// Items and hits down to each distinct confidence.
    steps: Vec<(u64, u64)>,
}

impl RiskCoverage {
    /// The curve of predictions, the most confident first.
    ///
    /// # Errors
    /// [`Error::Undefined`] without items.
    pub fn new(predictions: &Predictions) -> Result<Self> {
        if predictions.is_empty() {
            return Err(Error::undefined("risk-coverage curve", Undefined::Nothing { what: "items" }));
        }
        let mut risks = Vec::with_capacity(predictions.len());
        let mut steps = Vec::new();
        let (mut hits, mut errors) = (0u64, 0u64);
        for tied in Ranking::of_predictions(predictions).descending() {
            let (size, before) = (tied.positives + tied.negatives, hits + errors);
            risks.extend((1..=size).map(|j| {
                let expected = errors as f64 + tied.negatives as f64 * j as f64 / size as f64;
                expected / (before + j) as f64
            }));
            hits += tied.positives;
            errors += tied.negatives;
            steps.push((hits + errors, hits));
        }
        Ok(Self { risks, errors, steps })
    }

    /// The risk with 1, 2, .., n items kept.
    #[must_use]
    pub fn risks(&self) -> &[f64] {
        &self.risks
    }

    /// Coverage and risk at every distinct confidence, which are the only thresholds there are.
    #[must_use]
    pub fn thresholds(&self) -> impl ExactSizeIterator<Item = (f64, f64)> + '_ {
        let n = self.risks.len() as f64;
        self.steps.iter().map(move |&(kept, hits)| (kept as f64 / n, (kept - hits) as f64 / kept as f64))
    }

    /// Mean risk over all numbers of items kept: the area under the curve (AURC); 0 is best.
    #[must_use]
    pub fn area(&self) -> f64 {
        num::sum(self.risks.iter().copied()) / self.risks.len() as f64
    }

    /// The least area that so many errors allow: every error below every hit.
    ///
    /// ```text
    /// (1/n) Σ_{k = n−r+1..n} (k − n + r)/k        r errors
    /// ```
    #[must_use]
    pub fn optimal_area(&self) -> f64 {
        let n = self.risks.len() as u64;
        num::sum((1..=self.errors).map(|i| i as f64 / (n - self.errors + i) as f64)) / n as f64
    }

    /// What the optimal area tends to for many items, r + (1 − r) ln(1 − r) with the share r of errors.
    #[must_use]
    pub fn optimal_area_in_the_limit(&self) -> f64 {
        let r = self.errors as f64 / self.risks.len() as f64;
        if r < 1.0 { r + (1.0 - r) * (-r).ln_1p() } else { 1.0 }
    }

    /// The area above the optimal one (E-AURC): what better ranking could gain.
    #[must_use]
    pub fn excess_area(&self) -> f64 {
        self.area() - self.optimal_area()
    }

    /// The greatest coverage whose risk is within a limit; 0 if there is none.
    ///
    /// # Errors
    /// [`Error::Argument`] for a limit that is not from 0 to 1.
    pub fn coverage_at_risk(&self, limit: f64) -> Result<f64> {
        num::check_probability("limit of the risk", limit)?;
        let last = self.risks.iter().rposition(|&risk| risk <= limit + ROUNDING);
        Ok(last.map_or(0.0, |k| (k + 1) as f64 / self.risks.len() as f64))
    }

    /// Accuracy of the most confident items with a given coverage, ⌈coverage · n⌉ of them and at least one; they are the
    /// items of the estimate.
    ///
    /// Wilson's interval, unless the last of them is tied with an item that is left out: which is kept is then a matter of
    /// chance, and the expected accuracy comes without one.
    ///
    /// # Errors
    /// [`Error::Argument`] for a coverage that is not from 0 to 1.
    pub fn selective_accuracy(&self, coverage: f64, level: Level) -> Result<Estimate> {
        num::check_probability("coverage", coverage)?;
        let n = self.risks.len();
        let kept = ((coverage * n as f64 - ROUNDING).ceil().max(1.0) as usize).min(n);
        if let Ok(step) = self.steps.binary_search_by_key(&(kept as u64), |step| step.0) {
            let hits = self.steps.get(step).map_or(0, |step| step.1);
            return rate("selective accuracy", "the number of items kept", hits, kept as u64, level);
        }
        let risk = self.risks.get(kept - 1).copied().unwrap_or_default();
        Ok(Estimate::new("selective accuracy", 1.0 - risk).counted(kept as u64, 1, kept as u64))
    }
}
