use crate::calibration::{Binning, ClassPredictions, Predictions, ReliabilityDiagram, TieRule};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items};
use crate::num;
use crate::tally::ReliabilityBins;

fn outcome(right: bool) -> f64 {
    f64::from(u8::from(right))
}

/// The mean squared distance of confidence and outcome.
///
/// ```text
/// BS = (1/n) Σ (c − y)²        0 (best) to 1
/// ```
///
/// Standard error and Student t interval over items.
///
/// # Undefined
/// Without items.
///
/// # Source
/// Brier 1950, of one event: half of the figure that his definition over the two classes gives, see [`brier_multiclass`].
///
/// # Errors
/// [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::calibration::{Predictions, brier};
/// use probity::inference::Level;
/// let predictions = Predictions::new(vec![0.5, 1.0, 1.0, 0.5], vec![true, true, false, false])?;
/// assert_eq!(brier(&predictions, Level::default())?.value, 0.375);
/// assert!(brier(&Predictions::default(), Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn brier(predictions: &Predictions, level: Level) -> Result<Estimate> {
    let losses: Vec<f64> = predictions.iter().map(|(c, right)| (c - outcome(right)).powi(2)).collect();
    mean_over_items("Brier score", "items", &losses, (0.0, 1.0), level)
}

/// The mean squared distance of the probabilities of all classes and what was true.
///
/// ```text
/// BS = (1/n) Σ_i Σ_k (p_ik − [label_i = k])²        0 (best) to 2
/// ```
///
/// # Undefined
/// Without items.
///
/// # Source
/// Brier 1950. Some code halves it, or divides it by the number of classes.
///
/// # Errors
/// [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::calibration::{ClassPredictions, brier_multiclass};
/// use probity::inference::Level;
/// let predictions = ClassPredictions::from_rows(&[vec![1.0, 0.0], vec![0.5, 0.5]], &[1, 0])?;
/// assert_eq!(brier_multiclass(&predictions, Level::default())?.value, (2.0 + 0.5) / 2.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn brier_multiclass(predictions: &ClassPredictions, level: Level) -> Result<Estimate> {
    let loss = |(row, &label): (&[f64], &usize)| {
        num::sum(row.iter().enumerate().map(|(k, p)| (p - outcome(k == label)).powi(2)))
    };
    let losses: Vec<f64> = predictions.rows().zip(predictions.labels()).map(loss).collect();
    mean_over_items("multiclass Brier score", "items", &losses, (0.0, 2.0), level)
}

/// The mean negative logarithm of the probability that was given to what happened.
///
/// ```text
/// (1/n) Σ −ln max(p, ε),   p = c if right, else 1 − c
/// ```
///
/// Standard error and Student t interval over items. The natural logarithm: divide by ln 2 for bits.
///
/// # Undefined
/// Without items. With ε = 0, if something happened that was given the probability 0.
///
/// # Source
/// Good 1952. Common choices of ε are 10⁻¹⁵ and `f64::EPSILON` (scikit-learn).
///
/// # Errors
/// [`Error::Argument`] for an ε that is not from 0 to ½; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::calibration::{Predictions, log_loss};
/// use probity::inference::Level;
/// let predictions = Predictions::new(vec![0.5, 1.0], vec![true, true])?;
/// assert_eq!(log_loss(&predictions, 0.0, Level::default())?.value, 2f64.ln() / 2.0);
/// let wrong = Predictions::new(vec![1.0], vec![false])?;
/// assert!(log_loss(&wrong, 0.0, Level::default()).unwrap_err().is_undefined());
/// assert!((log_loss(&wrong, 1e-15, Level::default())?.value - 34.539).abs() < 1e-3);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn log_loss(predictions: &Predictions, epsilon: f64, level: Level) -> Result<Estimate> {
    let given = predictions.iter().map(|(c, right)| if right { c } else { 1.0 - c });
    mean_surprise("log loss", given, epsilon, level)
}

/// The mean negative logarithm of the probability of the true class; see [`log_loss`].
///
/// # Undefined
/// As [`log_loss`].
///
/// # Errors
/// As [`log_loss`].
///
/// # Examples
/// ```
/// use probity::calibration::{ClassPredictions, log_loss_multiclass};
/// use probity::inference::Level;
/// let predictions = ClassPredictions::from_rows(&[vec![1.0, 0.0], vec![0.5, 0.5]], &[0, 1])?;
/// assert_eq!(log_loss_multiclass(&predictions, 0.0, Level::default())?.value, 2f64.ln() / 2.0);
/// assert!(log_loss_multiclass(&predictions, 2.0, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn log_loss_multiclass(predictions: &ClassPredictions, epsilon: f64, level: Level) -> Result<Estimate> {
    let rows = predictions.rows().zip(predictions.labels());
    let given = rows.map(|(row, &label)| row.get(label).copied().unwrap_or(0.0));
    mean_surprise("multiclass log loss", given, epsilon, level)
}

fn mean_surprise(
    metric: &'static str,
    given: impl Iterator<Item = f64>,
    epsilon: f64,
    level: Level,
) -> Result<Estimate> {
    if !(0.0..=0.5).contains(&epsilon) {
        return Err(Error::argument("epsilon", "a number from 0 to 0.5", epsilon));
    }
    let losses: Vec<f64> = given.map(|p| -p.max(epsilon).ln() + 0.0).collect();
    if losses.contains(&f64::INFINITY) {
        let what = "the probability given to something that happened";
        return Err(Error::undefined(metric, Undefined::ZeroDenominator { what }));
    }
    mean_over_items(metric, "items", &losses, (0.0, f64::MAX), level)
}

/// How far apart the confidences are: their variance.
///
/// ```text
/// (1/n) Σ (c − c̄)²        0 to ¼
/// ```
///
/// Sharpness says nothing of whether the confidences are right; of two calibrated systems the sharper one is better.
///
/// # Undefined
/// Without items.
///
/// # Source
/// Murphy and Winkler 1987; Gneiting, Balabdaoui and Raftery 2007 (sharpness subject to calibration). The population
/// variance, so that it can be compared with the parts of the Brier score.
///
/// # Errors
/// [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::calibration::{Predictions, sharpness};
/// let predictions = Predictions::new(vec![0.0, 1.0], vec![true, false])?;
/// assert_eq!(sharpness(&predictions)?, 0.25);
/// assert!(sharpness(&Predictions::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn sharpness(predictions: &Predictions) -> Result<f64> {
    let (n, c) = (predictions.len() as f64, predictions.confidences());
    if c.is_empty() {
        return Err(Error::undefined("sharpness", Undefined::Nothing { what: "items" }));
    }
    let mean = num::sum(c.iter().copied()) / n;
    Ok(num::sum(c.iter().map(|c| (c - mean).powi(2))) / n)
}

/// What the items of one part of [`BrierDecomposition`] have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Grouping {
    /// The same confidence (Murphy).
    #[default]
    Unique,
    /// The same bin (Stephenson and others): the spread within bins has terms of its own.
    Binned(Binning),
}

/// The Brier score taken apart.
///
/// ```text
/// Brier = reliability − resolution + uncertainty + within-bin variance − within-bin covariance
/// reliability = Σ_g n_g/n (c_g − a_g)²      resolution = Σ_g n_g/n (a_g − a)²      uncertainty = a(1 − a)
/// within-bin variance = (1/n) Σ (c − c_g)²  within-bin covariance = (2/n) Σ (y − a_g)(c − c_g)
/// ```
///
/// where group g has n_g items, mean confidence c_g and accuracy a_g. With groups of equal confidence the last two terms
/// are 0. Reliability is small for calibrated predictions; resolution is large for predictions that tell right from
/// wrong.
///
/// # Undefined
/// Without items.
///
/// # Source
/// Murphy 1973, "A new vector partition of the probability score"; Stephenson, Coelho and Jolliffe 2008, "Two extra
/// components in the Brier score decomposition".
///
/// # Examples
/// ```
/// use probity::calibration::{BrierDecomposition, Grouping, Predictions};
/// let predictions = Predictions::new(vec![0.8, 0.8, 0.2, 0.2], vec![true, true, true, false])?;
/// let parts = BrierDecomposition::new(&predictions, Grouping::Unique)?;
/// // Groups: confidence 0.8 and accuracy 1, confidence 0.2 and accuracy 0.5.
/// assert!((parts.reliability - (0.04 + 0.09) / 2.0).abs() < 1e-15);
/// assert!((parts.brier - (parts.reliability - parts.resolution + parts.uncertainty)).abs() < 1e-15);
/// let sure = Predictions::new(vec![1.0], vec![true])?;
/// assert!(BrierDecomposition::new(&sure, Grouping::Unique)?.skill().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct BrierDecomposition {
    /// How far confidences and accuracies of the groups are apart; 0 is best.
    pub reliability: f64,
    /// How far the accuracies of the groups are apart; more is better.
    pub resolution: f64,
    /// What the outcomes vary by themselves.
    pub uncertainty: f64,
    /// How far the confidences within groups are apart.
    pub within_bin_variance: f64,
    /// Twice the covariance of confidences and outcomes within groups.
    pub within_bin_covariance: f64,
    /// The score itself.
    pub brier: f64,
}

impl BrierDecomposition {
    /// Takes the Brier score of predictions apart.
    ///
    /// # Errors
    /// As [`ReliabilityDiagram::new`]; [`Error::Undefined`] without items.
    ///
    /// # Complexity
    /// One sort.
    pub fn new(predictions: &Predictions, grouping: Grouping) -> Result<Self> {
        let n = predictions.len() as f64;
        if predictions.is_empty() {
            return Err(Error::undefined("Brier decomposition", Undefined::Nothing { what: "items" }));
        }
        let mut items: Vec<(f64, bool)> = predictions.iter().collect();
        items.sort_by(|x, y| x.0.total_cmp(&y.0));
        let base_rate = predictions.hits() as f64 / n;
        let [mut reliability, mut resolution, mut variance, mut covariance, mut brier] =
            [num::Sum::default(); 5];
        for group in groups(&items, predictions, grouping)? {
            let size = group.len() as f64;
            let confidence = num::sum(group.iter().map(|item| item.0)) / size;
            let accuracy = group.iter().filter(|item| item.1).count() as f64 / size;
            reliability.add(size * (confidence - accuracy).powi(2));
            resolution.add(size * (accuracy - base_rate).powi(2));
            for &(c, right) in group {
                let y = outcome(right);
                variance.add((c - confidence).powi(2));
                covariance.add(2.0 * (y - accuracy) * (c - confidence));
                brier.add((c - y).powi(2));
            }
        }
        Ok(Self {
            reliability: reliability.value() / n,
            resolution: resolution.value() / n,
            uncertainty: base_rate * (1.0 - base_rate),
            within_bin_variance: variance.value() / n,
            within_bin_covariance: covariance.value() / n,
            brier: brier.value() / n,
        })
    }

    /// The Brier skill score, 1 − Brier/uncertainty: 1 for perfect predictions, 0 for always saying the base rate.
    ///
    /// # Errors
    /// [`Error::Undefined`] if all outcomes are the same.
    pub fn skill(&self) -> Result<f64> {
        let reason = Undefined::NoVariance { what: "the outcome" };
        Ok(1.0 - num::ratio("Brier skill score", self.brier, self.uncertainty, reason)?)
    }
}

/// The sorted items of each group.
fn groups<'a>(
    items: &'a [(f64, bool)],
    predictions: &Predictions,
    grouping: Grouping,
) -> Result<Vec<&'a [(f64, bool)]>> {
    match grouping {
        Grouping::Unique => Ok(items.chunk_by(|x, y| x.0 == y.0).collect()),
        Grouping::Binned(Binning::EqualWidth { bins, closure }) => {
            let places = ReliabilityBins::new(bins, closure)?;
            Ok(items.chunk_by(|x, y| places.place_of(x.0) == places.place_of(y.0)).collect())
        }
        // Bins of sorted items follow each other.
        Grouping::Binned(binning) => {
            let mut rest = items;
            let diagram = ReliabilityDiagram::new(predictions, binning)?;
            let next = |size: u64| {
                let (group, after) = rest.split_at((size as usize).min(rest.len()));
                rest = after;
                group
            };
            Ok(diagram.bins().iter().map(|bin| bin.items).map(next).collect())
        }
    }
}

impl Grouping {
    /// Groups of about the same size, equal confidences together.
    #[must_use]
    pub fn equal_mass(bins: usize) -> Self {
        Self::Binned(Binning::EqualMass { bins, ties: TieRule::Together })
    }
}
