use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::inference::replicates::Replicate;
use crate::inference::{BootstrapInterval, Level, Replicates};
use crate::rng::{philox4x32_10, split_seed};
use crate::tally::stored::Format;
use crate::tally::{Tally, stored};

/// A tally together with resamples of it, which can be merged: the bootstrap of data that no single machine sees.
///
/// In a resample an item counts w times, w of a Poisson distribution with mean 1, drawn from the item's key: whoever
/// counts the item, and wherever, draws the same. So any split of the items over any number of tallies, merged in any
/// order, has the same resamples.
///
/// # Design
/// The number of items of a resample varies, by about √n; for figures that are ratios this changes nothing that
/// matters. An item must have one key wherever it is counted, and another one than every other item.
///
/// # Source
/// Hanley and MacGibbon 2006, "Creating non-parametric bootstrap samples using Poisson frequencies"; Chamandy,
/// Muralidharan, Najmi and Naidu 2012, "Estimating uncertainty for massive data streams".
///
/// # Examples
/// ```
/// use probity::inference::{Level, PoissonTally, item_key};
/// use probity::tally::{BinClosure, ReliabilityBins, Tally};
/// let empty = ReliabilityBins::new(10, BinClosure::Right)?;
/// let count = |items: std::ops::Range<u32>| {
///     let mut tally = PoissonTally::new(empty.clone(), 100, 7)?;
///     for i in items {
///         let confidence = f64::from(i % 10) / 10.0;
///         let right = i * 7 % 10 < i % 10;
///         let key = item_key(&i.to_string());
///         tally.record((key, &|bins: &mut ReliabilityBins| bins.record_f64(confidence, right)))?;
///     }
///     Ok::<_, probity::Error>(tally)
/// };
/// let mut first = count(0..300)?;
/// first.merge(&count(300..500)?)?;
/// assert_eq!(first, count(0..500)?);
/// let found = first.replicates(ReliabilityBins::expected_calibration_error, Level::default())?;
/// assert_eq!(found.values().len(), 100);
/// assert!(PoissonTally::new(empty, 1, 7).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PoissonTally<T> {
    seed: u64,
    whole: T,
    resamples: Vec<T>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body<T> {
    seed: u64,
    whole: T,
    resamples: Vec<T>,
}

impl<T: Tally + Serialize + for<'de> Deserialize<'de>> Format for PoissonTally<T> {
    type Body = Body<T>;
    const NAME: &'static str = "probity.poisson_tally";
    const VERSION: u32 = 1;

    fn body(&self) -> Body<T> {
        let Self { seed, whole, resamples } = self.clone();
        Body { seed, whole, resamples }
    }

    fn from_body(Body { seed, whole, resamples }: Body<T>) -> Result<Self, String> {
        let tally = Self { seed, whole, resamples };
        check_resamples(tally.resamples.len()).map_err(|error| error.to_string())?;
        // Tallies that merge describe the same thing.
        let mut trial = tally.whole.clone();
        for resample in &tally.resamples {
            trial.merge(resample).map_err(|error| error.to_string())?;
        }
        Ok(tally)
    }
}

impl<T: Tally + Serialize + for<'de> Deserialize<'de>> Serialize for PoissonTally<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        stored::serialize(self, serializer)
    }
}

impl<'de, T: Tally + Serialize + for<'d> Deserialize<'d>> Deserialize<'de> for PoissonTally<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        stored::deserialize(deserializer)
    }
}

/// The key of an item by its name: 64 bits (FNV-1a).
///
/// # Examples
/// ```
/// use probity::inference::item_key;
/// assert_eq!(item_key(""), 0xcbf2_9ce4_8422_2325);
/// assert_eq!(item_key("a"), 0xaf63_dc4c_8601_ec8c);
/// ```
#[must_use]
pub fn item_key(name: &str) -> u64 {
    let step = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    name.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, step)
}

/// P(w ≤ k)·2³² of a Poisson variable of mean 1, k = 0, 1, ..: the next would be 2³² rounded.
const CUMULATED: [u32; 12] = [
    1_580_030_169,
    3_160_060_337,
    3_950_075_421,
    4_213_413_783,
    4_279_248_373,
    4_292_415_291,
    4_294_609_777,
    4_294_923_275,
    4_294_962_463,
    4_294_966_817,
    4_294_967_252,
    4_294_967_292,
];

/// Keeps these numbers apart from other uses of the generator with the same seed.
const PURPOSE: u32 = 0x506f_6973;

fn check_resamples(resamples: usize) -> Result<()> {
    if (2..=MOST_RESAMPLES).contains(&resamples) {
        return Ok(());
    }
    Err(Error::argument("resamples", "from 2 to 65,536", resamples))
}

const MOST_RESAMPLES: usize = 1 << 16;

impl<T: Tally> PoissonTally<T> {
    /// Of an empty tally, with so many resamples.
    ///
    /// # Errors
    /// [`Error::Argument`] for fewer than 2 resamples or more than 65,536.
    pub fn new(empty: T, resamples: usize, seed: u64) -> Result<Self> {
        check_resamples(resamples)?;
        Ok(Self { seed, resamples: vec![empty.clone(); resamples], whole: empty })
    }

    /// The tally of the items themselves.
    #[must_use]
    pub fn whole(&self) -> &T {
        &self.whole
    }

    /// The bootstrap of a figure, with the percentile interval. A tenth of the resamples may be without a value.
    ///
    /// # Undefined
    /// Where the figure is, or is so in more resamples than that.
    ///
    /// # Errors
    /// Those of the figure.
    pub fn replicates(&self, figure: impl Fn(&T) -> Result<f64>, level: Level) -> Result<Replicates> {
        let estimate = figure(&self.whole)?;
        let replicate = |tally| match figure(tally) {
            Err(error) if error.is_undefined() => Ok(None),
            value => Ok(Some(Replicate { value: value?, standard_error: None })),
        };
        let found = self.resamples.iter().map(replicate).collect::<Result<Vec<_>>>()?;
        Replicates::new(estimate, &found, 0.1, BootstrapInterval::Percentile, level, None)
    }
}

impl<T: Tally + 'static> Tally for PoissonTally<T> {
    /// The key of an item, and a function that records the item in a tally.
    type Record<'a> = (u64, &'a dyn Fn(&mut T) -> Result<()>);

    fn record(&mut self, (key, record): Self::Record<'_>) -> Result<()> {
        record(&mut self.whole)?;
        let seed = split_seed(self.seed);
        for (block, four) in (0u32..).zip(self.resamples.chunks_mut(4)) {
            let words = philox4x32_10([key as u32, (key >> 32) as u32, block, PURPOSE], seed);
            for (tally, word) in four.iter_mut().zip(words) {
                let times = CUMULATED.iter().take_while(|&&bound| word >= bound).count();
                (0..times).try_for_each(|_| record(tally))?;
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        let about = |tally: &Self| format!("{} of seed {}", tally.resamples.len(), tally.seed);
        if (self.seed, self.resamples.len()) != (other.seed, other.resamples.len()) {
            return Err(Error::Merge { what: "resamples", left: about(self), right: about(other) });
        }
        let mut merged = self.clone();
        merged.whole.merge(&other.whole)?;
        for (mine, more) in merged.resamples.iter_mut().zip(&other.resamples) {
            mine.merge(more)?;
        }
        *self = merged;
        Ok(())
    }

    fn records(&self) -> u64 {
        self.whole.records()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::{Moments, Transitions};

    #[test]
    fn cumulated_probabilities() {
        let (mut probability, mut sum) = ((-1f64).exp(), 0.0);
        for (k, &bound) in CUMULATED.iter().enumerate() {
            sum += probability;
            probability /= k as f64 + 1.0;
            assert!((f64::from(bound) - sum * 4_294_967_296.0).abs() <= 4.0, "{k}: {bound} {sum}");
        }
    }

    #[test]
    fn weights_have_mean_and_variance_1() {
        let mut tally = PoissonTally::new(Moments::default(), 1000, 5).unwrap();
        (0..100u64).for_each(|key| tally.record((key, &|m: &mut Moments| m.record(1.0))).unwrap());
        let mut totals = Moments::default();
        tally.resamples.iter().for_each(|m| totals.record(m.records() as f64).unwrap());
        // 1000 sums of 100 weights: mean 100 ± 0.32, variance 100 ± 4.5.
        assert!((totals.mean().unwrap() - 100.0).abs() < 1.5);
        assert!((totals.variance().unwrap() - 100.0).abs() < 20.0);
    }

    #[test]
    fn the_standard_error_is_that_of_the_mean() {
        let mut tally = PoissonTally::new(Moments::default(), 2000, 11).unwrap();
        for key in 0..400u64 {
            let record = |m: &mut Moments| m.record((key % 20) as f64);
            tally.record((item_key(&key.to_string()), &record)).unwrap();
        }
        let expected = (tally.whole().variance().unwrap() / 400.0).sqrt();
        let found = tally.replicates(Moments::mean, Level::default()).unwrap();
        assert!(
            (found.standard_error() / expected - 1.0).abs() < 0.08,
            "{} {expected}",
            found.standard_error()
        );
    }

    #[test]
    fn what_was_written_is_read_and_what_is_wrong_is_refused() {
        let mut tally = PoissonTally::new(Transitions::default(), 8, 3).unwrap();
        let record = |t: &mut Transitions| t.record((true.into(), false.into()));
        (0..50u64).for_each(|key| tally.record((key, &record)).unwrap());
        assert_eq!(PoissonTally::from_body(tally.body()).unwrap(), tally);
        let body = tally.body();
        assert!(PoissonTally::from_body(Body { resamples: Vec::new(), ..body }).is_err());
        let fewer = PoissonTally::new(Transitions::default(), 7, 3).unwrap();
        let other = PoissonTally::new(Transitions::default(), 8, 4).unwrap();
        assert!(tally.merge(&fewer).is_err() && tally.merge(&other).is_err());
    }
}
