use crate::calibration::{Binning, Predictions, Recalibration, ReliabilityDiagram, TieRule};
use crate::error::{Error, Result, Undefined};
use crate::tally::{ReliabilityBin, ReliabilityBins};

/// The accuracy of the bin that a confidence falls into.
///
/// In an empty bin of equal width a confidence stays as it is: nothing is known there. Bins of sorted items reach from the
/// end of the one before to their own last confidence; the last also holds what is above.
///
/// # Undefined
/// Fitting without items.
///
/// # Source
/// Zadrozny and Elkan 2001 (bins of equal mass); Guo et al. 2017. What to do in an empty bin is our choice; other code
/// takes 0 or the middle of the bin.
///
/// # Examples
/// ```
/// use probity::calibration::{Binning, HistogramBinning, Predictions, Recalibration};
/// use probity::tally::BinClosure;
/// let predictions = Predictions::new(vec![0.1, 0.2, 0.9, 0.8], vec![true, false, true, true])?;
/// let binning = Binning::EqualWidth { bins: 4, closure: BinClosure::Right };
/// let map = HistogramBinning::fit(&predictions, binning)?;
/// assert_eq!((map.apply(0.0)?, map.apply(0.4)?, map.apply(1.0)?), (0.5, 0.4, 1.0));
/// assert!(HistogramBinning::fit(&Predictions::default(), binning).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct HistogramBinning {
    bins: Vec<ReliabilityBin>,
    /// Bins of equal width; otherwise the ends of the bins decide.
    equal_width: Option<ReliabilityBins>,
}

impl HistogramBinning {
    /// Takes the accuracies of bins.
    ///
    /// # Errors
    /// As [`ReliabilityDiagram::new`]; [`Error::Undefined`] without items; [`Error::Argument`] for
    /// [`TieRule::InputOrder`], by which a confidence would belong to several bins.
    pub fn fit(predictions: &Predictions, binning: Binning) -> Result<Self> {
        if predictions.is_empty() {
            return Err(Error::undefined("histogram binning", Undefined::Nothing { what: "items" }));
        }
        let equal_width = match binning {
            Binning::EqualWidth { bins, closure } => Some(ReliabilityBins::new(bins, closure)?),
            Binning::EqualMass { ties: TieRule::InputOrder, .. }
            | Binning::FixedSize { ties: TieRule::InputOrder, .. } => {
                return Err(Error::argument("ties", "TieRule::Together", "TieRule::InputOrder"));
            }
            _ => None,
        };
        Ok(Self { bins: ReliabilityDiagram::new(predictions, binning)?.bins().to_vec(), equal_width })
    }

    /// The bins that the map was learnt from.
    #[must_use]
    pub fn bins(&self) -> &[ReliabilityBin] {
        &self.bins
    }
}

impl Recalibration for HistogramBinning {
    fn at(&self, confidence: f64) -> f64 {
        let place = match &self.equal_width {
            Some(bins) => bins.place_of(confidence),
            None => self.bins.partition_point(|bin| bin.range.1 < confidence),
        };
        let bin = self.bins.get(place).or(self.bins.last());
        bin.and_then(|bin| bin.accuracy).unwrap_or(confidence)
    }
}
