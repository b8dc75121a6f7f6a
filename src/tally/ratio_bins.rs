use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, add};

/// Ratios from 0 to 1 in bins of the same width, sorted by whole numbers so that no ratio falls on the wrong side of an
/// edge.
///
/// ```text
/// bin k holds k/bins ≤ part/whole < (k + 1)/bins, the last one part = whole too; 0/0 counts as 0
/// ```
///
/// # Examples
/// ```
/// use probity::tally::{RatioBins, Tally};
/// let mut bins = RatioBins::new(10)?;
/// for ratio in [(0, 0), (3, 10), (7, 10), (5, 5)] {
///     bins.record(ratio)?;
/// }
/// assert_eq!(bins.counts(), [1, 0, 0, 1, 0, 0, 0, 1, 0, 1]);
/// assert_eq!(bins.edges(3), (0.3, 0.4));
/// assert!(bins.record((3, 2)).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatioBins {
    counts: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    counts: Vec<u64>,
}

impl Format for RatioBins {
    type Body = Body;
    const NAME: &'static str = "probity.ratio_bins";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        Body { counts: self.counts.clone() }
    }

    fn from_body(Body { counts }: Body) -> Result<Self, String> {
        if counts.is_empty() {
            return Err("expected at least one bin".to_string());
        }
        let mut total = 0;
        counts.iter().try_for_each(|&n| add(&mut total, n)).map_err(|e| e.to_string())?;
        Ok(Self { counts })
    }
}
stored!(RatioBins);

/// More bins than anybody can look at.
const MOST_BINS: usize = 1 << 20;

impl RatioBins {
    /// Empty bins.
    ///
    /// # Errors
    /// [`Error::Argument`] for none, or for more than 2²⁰.
    pub fn new(bins: usize) -> Result<Self> {
        if (1..=MOST_BINS).contains(&bins) {
            return Ok(Self { counts: vec![0; bins] });
        }
        Err(Error::argument("bins", "from 1 to 2²⁰", bins))
    }

    /// How many ratios each bin holds, from the one at 0 on.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Where a bin begins and ends.
    #[must_use]
    pub fn edges(&self, bin: usize) -> (f64, f64) {
        let at = |edge: usize| edge as f64 / self.counts.len() as f64;
        (at(bin), at(bin + 1))
    }
}

impl Tally for RatioBins {
    /// Part and whole.
    type Record<'a> = (u64, u64);

    fn record(&mut self, (part, whole): Self::Record<'_>) -> Result<()> {
        if part > whole {
            let found = format!("{part} of {whole}");
            return Err(Error::argument("ratio", "a part no greater than the whole", found));
        }
        let bins = self.counts.len() as u128;
        let bin = (u128::from(part) * bins).checked_div(whole.into()).unwrap_or(0).min(bins - 1);
        let records = self.records().checked_add(1);
        records.ok_or(Error::Overflow { what: "the total of a tally" })?;
        self.counts[bin as usize] += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        let (left, right) = (self.counts.len(), other.counts.len());
        if left != right {
            let (left, right) = (left.to_string(), right.to_string());
            return Err(Error::Merge { what: "numbers of bins", left, right });
        }
        let records = self.records().checked_add(other.records());
        records.ok_or(Error::Overflow { what: "the total of a tally" })?;
        self.counts.iter_mut().zip(&other.counts).for_each(|(mine, more)| *mine += more);
        Ok(())
    }

    fn records(&self) -> u64 {
        self.counts.iter().sum()
    }
}
