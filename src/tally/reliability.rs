use fearless_simd::Level;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, Undefined};
use crate::kernels::{self, Bin, ONE};
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, add};

/// Which end of a bin belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub enum BinClosure {
    /// [a, b), the last bin [a, 1].
    #[default]
    Left,
    /// (a, b], the first bin [0, b].
    Right,
}

/// A bin of [`ReliabilityBins`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ReliabilityBin {
    /// Where it begins and ends.
    pub range: (f64, f64),
    /// Items in it.
    pub items: u64,
    /// Of these, the hits.
    pub hits: u64,
    /// Mean confidence; `None` if it is empty.
    pub confidence: Option<f64>,
    /// Share of hits; `None` if it is empty.
    pub accuracy: Option<f64>,
}

/// How often confidences of each size were right: the bins of equal width behind the calibration error.
///
/// # Design
/// A confidence is kept in units of 2⁻³⁰, rounded down. The bins are those of the rounded value, and their sums are
/// integers, so the tally does not depend on the order of the items, on threads or on the machine.
///
/// # Missing values
/// There are none: an item without a confidence or without a verdict is not recorded.
///
/// # Examples
/// ```
/// use probity::tally::{BinClosure, ReliabilityBins, Tally};
/// let mut bins = ReliabilityBins::new(2, BinClosure::Left)?;
/// assert!(bins.expected_calibration_error().unwrap_err().is_undefined());
/// for (confidence, right) in [(0.25, false), (0.75, true), (0.75, true), (0.75, false), (0.5, true)] {
///     bins.record((confidence, right))?;
/// }
/// // Bin 1: 4 items of mean confidence 0.6875, 3 right. Bin 0: 1 item of 0.25, wrong.
/// assert_eq!(bins.expected_calibration_error()?, (0.25 + 4.0 * (0.75 - 0.6875)) / 5.0);
/// assert_eq!(bins.maximum_calibration_error()?, 0.25);
/// assert!(bins.record((1.5, true)).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReliabilityBins {
    closure: BinClosure,
    bins: Vec<Bin>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    closure: BinClosure,
    /// Items, hits, confidence in units of 2⁻³⁰.
    bins: Vec<(u64, u64, u64)>,
}

impl Format for ReliabilityBins {
    type Body = Body;
    const NAME: &'static str = "probity.reliability_bins";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        let bins = self.bins.iter().map(|bin| (bin.items, bin.hits, bin.confidence)).collect();
        Body { closure: self.closure, bins }
    }

    fn from_body(Body { closure, bins }: Body) -> Result<Self, String> {
        let mut total = 0;
        for (i, &(items, hits, confidence)) in bins.iter().enumerate() {
            if hits > items || u128::from(confidence) > u128::from(items) * u128::from(ONE) {
                return Err(format!("bin {i}: expected hits and confidence up to the number of items"));
            }
            add(&mut total, items).map_err(|e| e.to_string())?;
        }
        let mut tally = Self::new(bins.len(), closure).map_err(|e| e.to_string())?;
        for (bin, (items, hits, confidence)) in tally.bins.iter_mut().zip(bins) {
            *bin = Bin { items, hits, confidence };
        }
        Ok(tally)
    }
}
stored!(ReliabilityBins);

/// Most bins: a place in one is a product below 2⁶⁴.
const MOST_BINS: usize = 1 << 16;

impl ReliabilityBins {
    /// Empty bins of equal width.
    ///
    /// # Errors
    /// [`Error::Argument`] for no bins or more than 2¹⁶.
    pub fn new(bins: usize, closure: BinClosure) -> Result<Self> {
        if !(1..=MOST_BINS).contains(&bins) {
            return Err(Error::argument("bins", "from 1 to 65,536", bins));
        }
        Ok(Self { closure, bins: vec![Bin::default(); bins] })
    }

    /// Of confidences from 0 to 1 and of bytes that are 1 where the item was right, else 0.
    ///
    /// # Errors
    /// As [`ReliabilityBins::new`]; [`Error::Length`] if the two differ in length; [`Error::Argument`] for a confidence
    /// that is not from 0 to 1 or a byte that is neither 0 nor 1.
    ///
    /// # Examples
    /// ```
    /// use probity::tally::{BinClosure, ReliabilityBins};
    /// let bins = ReliabilityBins::from_slices(4, BinClosure::Right, &[0.25, 1.0, 0.0], &[1, 1, 0])?;
    /// assert_eq!(bins.bins().map(|bin| bin.items).collect::<Vec<_>>(), [2, 0, 0, 1]);
    /// assert!(ReliabilityBins::from_slices(4, BinClosure::Left, &[f32::NAN], &[1]).is_err());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn from_slices(bins: usize, closure: BinClosure, confidences: &[f32], hits: &[u8]) -> Result<Self> {
        Self::from_slices_at(Level::new(), bins, closure, confidences, hits)
    }

    /// Of bins counted elsewhere.
    #[cfg(feature = "gpu")]
    pub(crate) fn of_bins(closure: BinClosure, bins: Vec<Bin>) -> Self {
        Self { closure, bins }
    }

    /// The same with given instructions.
    pub(crate) fn from_slices_at(
        level: Level,
        bins: usize,
        closure: BinClosure,
        confidences: &[f32],
        hits: &[u8],
    ) -> Result<Self> {
        crate::num::check_same_length("hits", confidences.len(), hits.len())?;
        let mut tally = Self::new(bins, closure)?;
        match kernels::bins(level, bins, closure == BinClosure::Right, confidences, hits) {
            Ok(bins) => tally.bins = bins,
            Err(i) => {
                let found = format!("{} and {} at position {i}", confidences[i], hits[i]);
                let expected = "confidences from 0 to 1, and hits 0 or 1";
                return Err(Error::argument("confidences and hits", expected, found));
            }
        }
        Ok(tally)
    }

    /// The bins in ascending order.
    #[must_use]
    pub fn bins(&self) -> impl ExactSizeIterator<Item = ReliabilityBin> + '_ {
        let width = self.bins.len() as f64;
        self.bins.iter().enumerate().map(move |(i, bin)| {
            let share = |sum: f64| (bin.items > 0).then(|| sum / bin.items as f64);
            ReliabilityBin {
                range: (i as f64 / width, (i + 1) as f64 / width),
                items: bin.items,
                hits: bin.hits,
                confidence: share(bin.confidence as f64 / f64::from(ONE)),
                accuracy: share(bin.hits as f64),
            }
        })
    }

    /// |hits − confidence| of a bin, in units of 2⁻³⁰.
    fn gap(bin: &Bin) -> u128 {
        (u128::from(bin.hits) * u128::from(ONE)).abs_diff(u128::from(bin.confidence))
    }

    fn checked_items(&self, metric: &'static str) -> Result<u64> {
        match self.records() {
            0 => Err(Error::undefined(metric, Undefined::Nothing { what: "items" })),
            items => Ok(items),
        }
    }

    /// Mean distance of accuracy and confidence, each bin counting as its items do.
    ///
    /// ```text
    /// ECE = Σ_b n_b/n · |accuracy_b − confidence_b|
    /// ```
    ///
    /// # Undefined
    /// Without items.
    ///
    /// # Source
    /// Naeini, Cooper and Hauskrecht 2015; Guo, Pleiss, Sun and Weinberger 2017 (15 bins, closed on the right).
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn expected_calibration_error(&self) -> Result<f64> {
        let items = self.checked_items("expected calibration error")?;
        let gaps: u128 = self.bins.iter().map(Self::gap).sum();
        Ok(gaps as f64 / f64::from(ONE) / items as f64)
    }

    /// The greatest distance of accuracy and confidence of a bin with items.
    ///
    /// # Undefined
    /// Without items.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn maximum_calibration_error(&self) -> Result<f64> {
        self.checked_items("maximum calibration error")?;
        let filled = self.bins.iter().filter(|bin| bin.items > 0);
        let gaps = filled.map(|bin| Self::gap(bin) as f64 / f64::from(ONE) / bin.items as f64);
        Ok(gaps.fold(0.0, f64::max))
    }
}

impl Tally for ReliabilityBins {
    /// A confidence from 0 to 1, and whether the item was right.
    type Record<'a> = (f32, bool);

    fn record(&mut self, (confidence, right): Self::Record<'_>) -> Result<()> {
        let fixed = kernels::fixed(confidence)
            .ok_or_else(|| Error::argument("confidence", "a number from 0 to 1", confidence))?;
        let mut one = Self::new(self.bins.len(), self.closure)?;
        let place = kernels::bin_of(fixed, self.bins.len(), self.closure == BinClosure::Right);
        one.bins[place] = Bin { items: 1, hits: u64::from(right), confidence: u64::from(fixed) };
        self.merge(&one)
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        let about = |tally: &Self| format!("{} bins closed on the {:?}", tally.bins.len(), tally.closure);
        if (self.bins.len(), self.closure) != (other.bins.len(), other.closure) {
            return Err(Error::Merge { what: "bins", left: about(self), right: about(other) });
        }
        self.records()
            .checked_add(other.records())
            .ok_or(Error::Overflow { what: "the total of a tally" })?;
        let mut bins = self.bins.clone();
        for (bin, more) in bins.iter_mut().zip(&other.bins) {
            bin.items += more.items;
            bin.hits += more.hits;
            add(&mut bin.confidence, more.confidence)?;
        }
        self.bins = bins;
        Ok(())
    }

    fn records(&self) -> u64 {
        self.bins.iter().map(|bin| bin.items).sum()
    }
}
