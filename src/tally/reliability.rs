use fearless_simd::Level;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::kernels::{self, Bin, ONE};
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, add, check_room};

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
/// Sums of confidences are integers, in units of 2⁻⁶⁰, so the tally does not depend on the order of the items, on threads
/// or on the machine. Confidences given as `f32`, as the batched and streamed paths take them, are first rounded down to
/// units of 2⁻³⁰ and lie in the bin of the rounded value. Those given as `f64` are rounded to units of 2⁻⁶⁰; one that is
/// within 10⁻¹² bins of an edge counts as being on it, so that 0.7 is the edge of ten bins although neither 0.7 nor
/// 0.7 · 10 is exact in binary.
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
    bins: Vec<Cell>,
    /// Items in all bins.
    items: u64,
}

/// What a confidence of 1 is in a [`Cell`].
const UNIT: u128 = 1 << 60;
/// How near, in bins, a confidence given as `f64` may come to an edge to count as being on it.
const EDGE_TOLERANCE: f64 = 1e-12;

/// Items, hits, and the sum of confidences in units of 2⁻⁶⁰: at most 2¹²⁴.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Cell {
    items: u64,
    hits: u64,
    confidence: u128,
}

impl From<Bin> for Cell {
    fn from(Bin { items, hits, confidence }: Bin) -> Self {
        Self { items, hits, confidence: u128::from(confidence) * (UNIT / u128::from(ONE)) }
    }
}

impl Cell {
    /// One item with a confidence from 0 to 1.
    fn of(confidence: f64, right: bool) -> Self {
        // Below 2⁶³, so that the conversion is one instruction.
        let confidence = u128::from((confidence * UNIT as f64).round() as u64);
        Self { items: 1, hits: u64::from(right), confidence }
    }

    fn add(&mut self, more: &Self) {
        self.items += more.items;
        self.hits += more.hits;
        self.confidence += more.confidence;
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    closure: BinClosure,
    /// Items, hits, whole confidences, and what is above them in units of 2⁻⁶⁰.
    bins: Vec<(u64, u64, u64, u64)>,
}

impl Format for ReliabilityBins {
    type Body = Body;
    const NAME: &'static str = "probity.reliability_bins";
    const VERSION: u32 = 2;

    fn body(&self) -> Body {
        let parts = |sum: u128| ((sum / UNIT) as u64, (sum % UNIT) as u64);
        let bins = self.bins.iter().map(|cell| {
            let (whole, rest) = parts(cell.confidence);
            (cell.items, cell.hits, whole, rest)
        });
        Body { closure: self.closure, bins: bins.collect() }
    }

    fn from_body(Body { closure, bins }: Body) -> Result<Self, String> {
        let mut all = 0;
        let mut tally = Self::new(bins.len(), closure).map_err(|e| e.to_string())?;
        for (i, (cell, (items, hits, whole, rest))) in tally.bins.iter_mut().zip(bins).enumerate() {
            let confidence = u128::from(whole) * UNIT + u128::from(rest);
            if hits > items || u128::from(rest) >= UNIT || confidence > u128::from(items) * UNIT {
                return Err(format!("bin {i}: expected hits and confidence up to the number of items"));
            }
            add(&mut all, items).map_err(|e| e.to_string())?;
            *cell = Cell { items, hits, confidence };
        }
        tally.items = all;
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
        Ok(Self { closure, bins: vec![Cell::default(); bins], items: 0 })
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
        let items = bins.iter().map(|bin| bin.items).sum();
        Self { closure, bins: bins.into_iter().map(Cell::from).collect(), items }
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
            Ok(bins) => {
                tally.bins = bins.into_iter().map(Cell::from).collect();
                tally.items = hits.len() as u64;
            }
            Err(i) => {
                let found = format!("{} and {} at position {i}", confidences[i], hits[i]);
                let expected = "confidences from 0 to 1, and hits 0 or 1";
                return Err(Error::argument("confidences and hits", expected, found));
            }
        }
        Ok(tally)
    }

    /// Adds one observation whose confidence has the precision of `f64`.
    ///
    /// # Errors
    /// [`Error::Argument`] for a confidence that is not from 0 to 1; [`Error::Overflow`] if the items leave 64 bits.
    ///
    /// # Examples
    /// ```
    /// use probity::tally::{BinClosure, ReliabilityBins};
    /// let mut bins = ReliabilityBins::new(10, BinClosure::Right)?;
    /// // (0.6, 0.7]
    /// bins.record_f64(0.7, true)?;
    /// assert_eq!(bins.bins().nth(6).unwrap().items, 1);
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn record_f64(&mut self, confidence: f64, right: bool) -> Result<()> {
        if !(0.0..=1.0).contains(&confidence) {
            return Err(Error::argument("confidence", "a number from 0 to 1", confidence));
        }
        self.count(self.place_of(confidence), Cell::of(confidence, right))
    }

    /// The bin of a confidence from 0 to 1 given as `f64`.
    pub(crate) fn place_of(&self, confidence: f64) -> usize {
        let scaled = confidence * self.bins.len() as f64;
        let place = match self.closure {
            BinClosure::Left => (scaled + EDGE_TOLERANCE).floor(),
            BinClosure::Right => (scaled - EDGE_TOLERANCE).ceil() - 1.0,
        };
        (place.max(0.0) as usize).min(self.bins.len() - 1)
    }

    /// Adds checked observations, fewer than 2⁶⁴ with what is there.
    pub(crate) fn record_all(&mut self, items: impl ExactSizeIterator<Item = (f64, bool)>) -> Result<()> {
        check_room(self.items, items.len() as u64)?;
        items.into_iter().try_for_each(|(confidence, right)| {
            self.count(self.place_of(confidence), Cell::of(confidence, right))
        })
    }

    fn count(&mut self, place: usize, one: Cell) -> Result<()> {
        check_room(self.items, 1)?;
        if let Some(cell) = self.bins.get_mut(place) {
            cell.add(&one);
            self.items += 1;
        }
        Ok(())
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
                confidence: share(bin.confidence as f64 / UNIT as f64),
                accuracy: share(bin.hits as f64),
            }
        })
    }
}

impl Tally for ReliabilityBins {
    /// A confidence from 0 to 1, and whether the item was right.
    type Record<'a> = (f32, bool);

    fn record(&mut self, (confidence, right): Self::Record<'_>) -> Result<()> {
        let fixed = kernels::fixed(confidence)
            .ok_or_else(|| Error::argument("confidence", "a number from 0 to 1", confidence))?;
        let place = kernels::bin_of(fixed, self.bins.len(), self.closure == BinClosure::Right);
        self.count(place, Cell::from(Bin { items: 1, hits: u64::from(right), confidence: u64::from(fixed) }))
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        let about = |tally: &Self| format!("{} bins closed on the {:?}", tally.bins.len(), tally.closure);
        if (self.bins.len(), self.closure) != (other.bins.len(), other.closure) {
            return Err(Error::Merge { what: "bins", left: about(self), right: about(other) });
        }
        add(&mut self.items, other.items)?;
        self.bins.iter_mut().zip(&other.bins).for_each(|(cell, more)| cell.add(more));
        Ok(())
    }

    fn records(&self) -> u64 {
        self.items
    }
}
