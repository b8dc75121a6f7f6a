use crate::calibration::Predictions;
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, rate};
use crate::num;
use crate::tally::{BinClosure, ReliabilityBin, ReliabilityBins};

/// Where equal confidences go when bins hold the same number of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TieRule {
    /// Equal confidences stay in one bin, the one that the first of them falls into. The order of the items does not
    /// matter; bins may differ in size, and there may be fewer of them.
    #[default]
    Together,
    /// Equal confidences are cut in the order in which the items were given (a stable sort, as most published code does):
    /// bins are as equal as they can be, but the figure depends on the order of the items.
    InputOrder,
}

/// How confidences are put into bins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Binning {
    /// Bins of equal width from 0 to 1.
    EqualWidth {
        /// How many.
        bins: usize,
        /// Which end of a bin belongs to it.
        closure: BinClosure,
    },
    /// Bins of as many items each, one more in the first n mod `bins`; with fewer items than bins, one item each.
    EqualMass {
        /// How many.
        bins: usize,
        /// Where equal confidences go.
        ties: TieRule,
    },
    /// Bins of so many items each; what remains joins the last one.
    FixedSize {
        /// Items in a bin.
        size: usize,
        /// Where equal confidences go.
        ties: TieRule,
    },
}

impl Default for Binning {
    /// 15 bins of equal width, closed on the right (Guo et al. 2017).
    fn default() -> Self {
        Self::EqualWidth { bins: 15, closure: BinClosure::Right }
    }
}

impl ReliabilityBin {
    /// The share of hits with its Wilson interval.
    ///
    /// # Errors
    /// [`Error::Undefined`] if the bin is empty.
    pub fn accuracy_estimate(&self, level: Level) -> Result<Estimate> {
        rate("accuracy of a bin", "the number of items of the bin", self.hits, self.items, level)
    }

    /// Mean confidence minus accuracy; `None` if the bin is empty.
    #[must_use]
    pub fn gap(&self) -> Option<f64> {
        self.confidence.zip(self.accuracy).map(|(confidence, accuracy)| confidence - accuracy)
    }
}

/// Accuracy beside confidence, bin by bin: the data of a reliability diagram, and what calibration errors are read from.
///
/// With n_b items in bin b, accuracy a_b, mean confidence c_b and n items in all; the sums run over bins with items:
///
/// | figure | formula |
/// |---|---|
/// | [`expected_calibration_error`](Self::expected_calibration_error) | Σ n_b/n · abs(a_b − c_b) |
/// | [`maximum_calibration_error`](Self::maximum_calibration_error) | max abs(a_b − c_b) |
/// | [`average_calibration_error`](Self::average_calibration_error) | mean abs(a_b − c_b), each bin the same |
/// | [`root_mean_square_calibration_error`](Self::root_mean_square_calibration_error) | √(Σ n_b/n · (a_b − c_b)²) |
/// | [`signed_calibration_error`](Self::signed_calibration_error) | Σ n_b/n · (c_b − a_b), above 0: overconfident |
///
/// All of them depend on the binning, and all but the signed one are above 0 even for perfectly calibrated predictions,
/// the more so the fewer items a bin has: see
/// [`debiased_calibration_error`](Self::debiased_calibration_error).
///
/// # Examples
/// ```
/// use probity::calibration::{Binning, Predictions, ReliabilityDiagram};
/// use probity::inference::Level;
/// use probity::tally::BinClosure;
/// let predictions = Predictions::new(vec![0.25, 0.75, 0.75, 0.75, 0.5], vec![false, true, true, false, true])?;
/// let binning = Binning::EqualWidth { bins: 2, closure: BinClosure::Left };
/// let diagram = ReliabilityDiagram::new(&predictions, binning)?;
/// // Bin 1: 4 items of mean confidence 0.6875, 3 right. Bin 0: 1 item of 0.25, wrong.
/// assert_eq!(diagram.expected_calibration_error()?, (0.25 + 4.0 * (0.75 - 0.6875)) / 5.0);
/// assert_eq!(diagram.maximum_calibration_error()?, 0.25);
/// assert_eq!(diagram.signed_calibration_error()?, 0.0);
/// let interval = diagram.bins()[1].accuracy_estimate(Level::default())?.interval.unwrap();
/// assert!(interval.lower > 0.3 && interval.upper < 0.96);
///
/// let nothing = ReliabilityDiagram::new(&Predictions::default(), binning)?;
/// assert!(nothing.expected_calibration_error().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ReliabilityDiagram {
    bins: Vec<ReliabilityBin>,
}

impl From<&ReliabilityBins> for ReliabilityDiagram {
    fn from(tally: &ReliabilityBins) -> Self {
        Self { bins: tally.bins().collect() }
    }
}

impl ReliabilityDiagram {
    /// Puts predictions into bins.
    ///
    /// # Errors
    /// [`Error::Argument`] for no bins, for bins of no items, and for more than 2¹⁶ bins of equal width.
    ///
    /// # Complexity
    /// Linear for bins of equal width, one sort for the others.
    pub fn new(predictions: &Predictions, binning: Binning) -> Result<Self> {
        match binning {
            Binning::EqualWidth { bins, closure } => {
                Ok(Self::from(&ReliabilityBins::from_predictions(predictions, bins, closure)?))
            }
            Binning::EqualMass { bins: 0, .. } => Err(Error::argument("bins", "at least one", 0)),
            Binning::FixedSize { size: 0, .. } => Err(Error::argument("items in a bin", "at least one", 0)),
            Binning::EqualMass { bins, ties } => {
                let n = predictions.len();
                let bins = bins.min(n);
                let ends = (1..=bins).map(|b| b * (n / bins) + b.min(n % bins));
                Ok(Self::of_sorted(predictions, ends, ties))
            }
            Binning::FixedSize { size, ties } => {
                let n = predictions.len();
                let bins = (n / size).max(usize::from(n > 0));
                let ends = (1..=bins).map(|b| if b == bins { n } else { b * size });
                Ok(Self::of_sorted(predictions, ends, ties))
            }
        }
    }

    /// Bins that end before these places of the sorted items.
    fn of_sorted(predictions: &Predictions, ends: impl Iterator<Item = usize>, ties: TieRule) -> Self {
        let mut items: Vec<(f64, bool)> = predictions.iter().collect();
        items.sort_by(|x, y| x.0.total_cmp(&y.0));
        let (mut bins, mut start) = (Vec::new(), 0);
        for end in ends {
            let mut end = end.max(start);
            if ties == TieRule::Together {
                end += match items.get(end.wrapping_sub(1)) {
                    Some(last) => items[end..].iter().take_while(|item| item.0 == last.0).count(),
                    None => 0,
                };
            }
            bins.extend(bin_of(&items[start..end]));
            start = end;
        }
        Self { bins }
    }

    /// The bins, in ascending order of confidence. Bins of equal width may be empty.
    #[must_use]
    pub fn bins(&self) -> &[ReliabilityBin] {
        &self.bins
    }

    /// Items in all bins.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.bins.iter().map(|bin| bin.items).sum()
    }

    /// Items, accuracy and mean confidence of the bins that are not empty.
    pub(super) fn filled(&self) -> impl Iterator<Item = Filled> + '_ {
        self.bins.iter().filter_map(|bin| {
            let (confidence, accuracy) = bin.confidence.zip(bin.accuracy)?;
            Some(Filled { items: bin.items as f64, confidence, accuracy })
        })
    }

    /// Items, of which there must be some.
    pub(super) fn checked_items(&self, metric: &'static str) -> Result<f64> {
        match self.items() {
            0 => Err(Error::undefined(metric, Undefined::Nothing { what: "items" })),
            items => Ok(items as f64),
        }
    }

    fn weighted(&self, metric: &'static str, of_gap: impl Fn(f64) -> f64) -> Result<f64> {
        let items = self.checked_items(metric)?;
        Ok(num::sum(self.filled().map(|bin| bin.items * of_gap(bin.gap()))) / items)
    }

    /// Mean distance of accuracy and confidence, each bin counting as its items do (ECE).
    ///
    /// ```text
    /// ECE = Σ_b n_b/n · |a_b − c_b|
    /// ```
    ///
    /// # Undefined
    /// Without items.
    ///
    /// # Source
    /// Naeini, Cooper and Hauskrecht 2015 (equal mass); Guo, Pleiss, Sun and Weinberger 2017 (15 bins of equal width,
    /// closed on the right). Code that takes edges from a rounded sequence (netcal, torchmetrics) puts confidences that
    /// are on an edge into the neighbouring bin now and then.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn expected_calibration_error(&self) -> Result<f64> {
        self.weighted("expected calibration error", f64::abs)
    }

    /// The greatest distance of accuracy and confidence of a bin with items (MCE).
    ///
    /// # Undefined
    /// Without items.
    ///
    /// # Source
    /// Naeini, Cooper and Hauskrecht 2015.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn maximum_calibration_error(&self) -> Result<f64> {
        self.checked_items("maximum calibration error")?;
        Ok(self.filled().map(|bin| bin.gap().abs()).fold(0.0, f64::max))
    }

    /// Mean distance of accuracy and confidence, each bin with items counting the same.
    ///
    /// # Undefined
    /// Without items.
    ///
    /// # Source
    /// Nixon et al. 2019, where the bins are of equal mass.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn average_calibration_error(&self) -> Result<f64> {
        self.checked_items("average calibration error")?;
        Ok(num::sum(self.filled().map(|bin| bin.gap().abs())) / self.filled().count() as f64)
    }

    /// The root of the mean squared distance, each bin counting as its items do (RMSCE).
    ///
    /// ```text
    /// RMSCE = √(Σ_b n_b/n · (a_b − c_b)²)
    /// ```
    ///
    /// # Undefined
    /// Without items.
    ///
    /// # Source
    /// Hendrycks, Mazeika and Dietterich 2019 (bins of 100 items).
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn root_mean_square_calibration_error(&self) -> Result<f64> {
        Ok(self.weighted("root mean square calibration error", |gap| gap * gap)?.sqrt())
    }

    /// Mean confidence minus accuracy: above 0 for overconfidence. The bins cancel out.
    ///
    /// # Undefined
    /// Without items.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn signed_calibration_error(&self) -> Result<f64> {
        self.weighted("signed calibration error", |gap| gap)
    }
}

/// A bin with items.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filled {
    pub(super) items: f64,
    pub(super) confidence: f64,
    pub(super) accuracy: f64,
}

impl Filled {
    pub(super) fn gap(&self) -> f64 {
        self.confidence - self.accuracy
    }
}

/// A bin of sorted items; none if there are no items.
fn bin_of(items: &[(f64, bool)]) -> Option<ReliabilityBin> {
    let (first, last) = (items.first()?, items.last()?);
    let n = items.len() as f64;
    let hits = items.iter().filter(|item| item.1).count();
    Some(ReliabilityBin {
        range: (first.0, last.0),
        items: items.len() as u64,
        hits: hits as u64,
        confidence: Some(num::sum(items.iter().map(|item| item.0)) / n),
        accuracy: Some(hits as f64 / n),
    })
}

impl ReliabilityBins {
    /// Of predictions.
    ///
    /// # Errors
    /// As [`ReliabilityBins::new`].
    pub fn from_predictions(predictions: &Predictions, bins: usize, closure: BinClosure) -> Result<Self> {
        let mut tally = Self::new(bins, closure)?;
        tally.record_all(predictions.iter())?;
        Ok(tally)
    }

    /// The ECE of these bins; see [`ReliabilityDiagram::expected_calibration_error`].
    ///
    /// # Errors
    /// [`Error::Undefined`] without items.
    pub fn expected_calibration_error(&self) -> Result<f64> {
        ReliabilityDiagram::from(self).expected_calibration_error()
    }

    /// The MCE of these bins; see [`ReliabilityDiagram::maximum_calibration_error`].
    ///
    /// # Errors
    /// [`Error::Undefined`] without items.
    pub fn maximum_calibration_error(&self) -> Result<f64> {
        ReliabilityDiagram::from(self).maximum_calibration_error()
    }
}

/// The calibration error of predictions in bins: one call of [`ReliabilityDiagram::expected_calibration_error`].
///
/// # Errors
/// As [`ReliabilityDiagram::new`]; [`Error::Undefined`] without items.
///
/// # Examples
/// ```
/// use probity::calibration::{Binning, Predictions, expected_calibration_error};
/// let sure = Predictions::new(vec![0.9; 10], vec![true; 10])?;
/// assert!((expected_calibration_error(&sure, Binning::default())? - 0.1).abs() < 1e-12);
/// assert!(expected_calibration_error(&Predictions::default(), Binning::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn expected_calibration_error(predictions: &Predictions, binning: Binning) -> Result<f64> {
    ReliabilityDiagram::new(predictions, binning)?.expected_calibration_error()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(confidences: &[f64], binning: Binning) -> Vec<u64> {
        let predictions = Predictions::new(confidences.to_vec(), vec![true; confidences.len()]).unwrap();
        let diagram = ReliabilityDiagram::new(&predictions, binning).unwrap();
        diagram.bins().iter().map(|bin| bin.items).collect()
    }

    #[test]
    fn sorted_bins_and_their_ties() {
        let tied = [0.1, 0.2, 0.2, 0.2, 0.2, 0.9, 0.9];
        let mass = |bins, ties| sizes(&tied, Binning::EqualMass { bins, ties });
        assert_eq!(mass(3, TieRule::InputOrder), [3, 2, 2]);
        assert_eq!(mass(3, TieRule::Together), [5, 2]);
        assert_eq!(mass(9, TieRule::InputOrder), [1; 7]);
        assert_eq!(mass(9, TieRule::Together), [1, 4, 2]);
        let size = |size, ties| sizes(&tied, Binning::FixedSize { size, ties });
        assert_eq!(size(3, TieRule::InputOrder), [3, 4]);
        assert_eq!(size(3, TieRule::Together), [5, 2]);
        assert_eq!(size(8, TieRule::InputOrder), [7]);
        assert_eq!(sizes(&[], Binning::FixedSize { size: 8, ties: TieRule::Together }), [0; 0]);
        let none = Binning::EqualMass { bins: 0, ties: TieRule::Together };
        assert!(ReliabilityDiagram::new(&Predictions::default(), none).is_err());
    }

    #[test]
    fn edges_of_ten_bins_are_the_tenths() {
        let tenths: Vec<f64> = (0..=10).map(|k| f64::from(k) / 10.0).collect();
        let width = |closure| sizes(&tenths, Binning::EqualWidth { bins: 10, closure });
        assert_eq!(width(BinClosure::Left), [1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
        assert_eq!(width(BinClosure::Right), [2, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    }
}
