use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, Undefined};
use crate::kernels;
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, add, check_room};

/// How often a positive scored above a negative: the statistic of Mann and Whitney, exact.
///
/// # Examples
/// ```
/// use probity::tally::MannWhitney;
/// let scores = [0.9f32, 0.8, 0.8, 0.1];
/// let found = MannWhitney::from_scores(&scores, &[1, 1, 0, 0])?;
/// // Four pairs: three won, one tied.
/// assert_eq!((found.twice_wins, found.area()?), (7, 0.875));
/// assert!(MannWhitney::from_scores(&scores, &[1; 4])?.area().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MannWhitney {
    /// Positives.
    pub positives: u64,
    /// Negatives.
    pub negatives: u64,
    /// Twice the pairs in which the positive scored higher, plus those in which both scored the same.
    pub twice_wins: u128,
}

impl MannWhitney {
    /// Of scores (higher means more likely positive) and of bytes that are 1 for a positive, else 0.
    ///
    /// # Ties
    /// Half a win; −0 and 0 are the same score.
    ///
    /// # Errors
    /// [`Error::Length`] if the two differ in length; [`Error::NotFinite`] for a score that is NaN (infinite ones are
    /// scores); [`Error::Argument`] for a byte that is neither 0 nor 1.
    ///
    /// # Complexity
    /// Linear: three passes of a radix sort.
    pub fn from_scores(scores: &[f32], positive: &[u8]) -> Result<Self> {
        crate::num::check_same_length("classes", scores.len(), positive.len())?;
        if let Some(i) = positive.iter().position(|&byte| byte > 1) {
            let found = format!("{} at position {i}", positive[i]);
            return Err(Error::argument("classes", "0 or 1", found));
        }
        if let Some(index) = scores.iter().position(|score| score.is_nan()) {
            return Err(Error::NotFinite { what: "scores", index, value: "NaN".to_string() });
        }
        let positives = positive.iter().map(|&byte| u64::from(byte)).sum();
        let twice_wins = kernels::twice_wins(scores, positive);
        Ok(Self { positives, negatives: scores.len() as u64 - positives, twice_wins })
    }

    /// The area under the ROC curve: the chance that a positive scores above a negative, a tie counting half.
    ///
    /// # Undefined
    /// Without positives or without negatives.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn area(&self) -> Result<f64> {
        for (n, what) in [(self.positives, "positives"), (self.negatives, "negatives")] {
            if n == 0 {
                return Err(Error::undefined("area under the ROC curve", Undefined::Nothing { what }));
            }
        }
        let pairs = u128::from(self.positives) * u128::from(self.negatives);
        Ok(self.twice_wins as f64 / 2.0 / pairs as f64)
    }
}

/// How often each of a few score levels was given to positives and to negatives: ratings, percents, quantised scores.
///
/// # Examples
/// ```
/// use probity::tally::{ScoreCounts, Tally};
/// let mut counts = ScoreCounts::from_levels(3, &[2, 1, 1], &[1, 1, 0])?;
/// counts.record((0, false))?;
/// assert_eq!(counts.mann_whitney()?.area()?, 0.875);
/// assert!(counts.record((3, true)).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreCounts {
    /// Negatives and positives of each level.
    levels: Vec<[u64; 2]>,
    /// All of them: there may be so many levels that to add them up for each record would be the work.
    records: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// Negatives and positives of each level.
    levels: Vec<[u64; 2]>,
}

impl Format for ScoreCounts {
    type Body = Body;
    const NAME: &'static str = "probity.score_counts";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        Body { levels: self.levels.clone() }
    }

    fn from_body(Body { levels }: Body) -> Result<Self, String> {
        let mut records = 0;
        levels.iter().flatten().try_for_each(|&n| add(&mut records, n)).map_err(|e| e.to_string())?;
        Ok(Self { levels, records })
    }
}
stored!(ScoreCounts);

impl ScoreCounts {
    /// No scores of so many levels.
    ///
    /// # Errors
    /// [`Error::Argument`] for more than 65,536 levels.
    pub fn new(levels: usize) -> Result<Self> {
        if levels > 1 << 16 {
            return Err(Error::argument("levels", "up to 65,536", levels));
        }
        Ok(Self { levels: vec![[0; 2]; levels], records: 0 })
    }

    /// Of score levels, higher meaning more likely positive, and of bytes that are 1 for a positive, else 0.
    ///
    /// # Errors
    /// As [`ScoreCounts::new`]; [`Error::Length`] if the two differ in length; [`Error::Index`] for a level that does not
    /// exist; [`Error::Argument`] for a byte that is neither 0 nor 1.
    pub fn from_levels(levels: usize, scores: &[u16], positive: &[u8]) -> Result<Self> {
        crate::num::check_same_length("classes", scores.len(), positive.len())?;
        let mut tally = Self::new(levels)?;
        for (i, (&score, &class)) in scores.iter().zip(positive).enumerate() {
            let index = usize::from(score);
            let level = tally.levels.get_mut(index);
            let level = level.ok_or(Error::Index { what: "score level", index, len: levels })?;
            let Some(count) = level.get_mut(usize::from(class)) else {
                return Err(Error::argument("classes", "0 or 1", format!("{class} at position {i}")));
            };
            *count += 1;
        }
        tally.records = scores.len() as u64;
        Ok(tally)
    }

    /// Of counts made elsewhere.
    #[cfg(feature = "gpu")]
    pub(crate) fn of_levels(levels: Vec<[u64; 2]>) -> Self {
        let records = levels.iter().flatten().sum();
        Self { levels, records }
    }

    /// Negatives and positives of each level, lowest first.
    #[must_use]
    pub fn levels(&self) -> &[[u64; 2]] {
        &self.levels
    }

    /// The statistic of Mann and Whitney of these scores.
    ///
    /// # Errors
    /// [`Error::Overflow`] if twice the pairs leave 128 bits.
    pub fn mann_whitney(&self) -> Result<MannWhitney> {
        let overflow = Error::Overflow { what: "the pairs of positives and negatives" };
        let (mut positives, mut negatives, mut twice_wins) = (0, 0, 0u128);
        for &[own_negatives, own_positives] in &self.levels {
            let beaten = 2 * u128::from(negatives) + u128::from(own_negatives);
            let more = u128::from(own_positives).checked_mul(beaten);
            twice_wins = more.and_then(|more| twice_wins.checked_add(more)).ok_or(overflow.clone())?;
            positives += own_positives;
            negatives += own_negatives;
        }
        Ok(MannWhitney { positives, negatives, twice_wins })
    }
}

impl Tally for ScoreCounts {
    /// A score level, and whether the item is a positive.
    type Record<'a> = (usize, bool);

    fn record(&mut self, (index, positive): Self::Record<'_>) -> Result<()> {
        check_room(self.records, 1)?;
        let len = self.levels.len();
        let level = self.levels.get_mut(index).ok_or(Error::Index { what: "score level", index, len })?;
        level[usize::from(positive)] += 1;
        self.records += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        let (left, right) = (self.levels.len(), other.levels.len());
        if left != right {
            let (left, right) = (left.to_string(), right.to_string());
            return Err(Error::Merge { what: "score levels", left, right });
        }
        add(&mut self.records, other.records)?;
        for (mine, more) in self.levels.iter_mut().flatten().zip(other.levels.iter().flatten()) {
            *mine += more;
        }
        Ok(())
    }

    fn records(&self) -> u64 {
        self.records
    }
}
