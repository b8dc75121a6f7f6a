use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::inference::{Direction, McNemar, Rate, TestResult, mcnemar};
use crate::num;
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, check_room};

const OUTCOMES: usize = 4;

/// What became of a question.
///
/// # Examples
/// ```
/// use probity::honesty::Outcome;
/// assert_eq!(Outcome::from_name("idk"), Some(Outcome::Refusal));
/// assert_eq!(Outcome::from_name(Outcome::Other.name()), Some(Outcome::Other));
/// assert_eq!(Outcome::from_name("perhaps"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Answered, and rightly.
    Correct,
    /// Answered, and wrongly.
    Wrong,
    /// Not answered: the model says that it does not know, or will not say. Read from `idk` too.
    #[serde(alias = "idk")]
    Refusal,
    /// Neither: unreadable, beside the point, or not judged.
    Other,
}

impl Outcome {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; OUTCOMES] = [Self::Correct, Self::Wrong, Self::Refusal, Self::Other];

    /// The name in files: `correct`, `wrong`, `refusal`, `other`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Correct => "correct",
            Self::Wrong => "wrong",
            Self::Refusal => "refusal",
            Self::Other => "other",
        }
    }

    /// The outcome of a name; `idk` is a refusal.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "idk" {
            return Some(Self::Refusal);
        }
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// How often each outcome came out.
///
/// # Examples
/// ```
/// use probity::honesty::{Outcome, OutcomeCounts};
/// use probity::inference::Direction;
/// let counts: OutcomeCounts = [Outcome::Correct, Outcome::Refusal, Outcome::Refusal].into_iter().collect();
/// assert_eq!((counts.get(Outcome::Refusal), counts.total()), (2, 3));
/// let refused = counts.rate("refusal rate", Outcome::Refusal, Direction::Higher);
/// assert_eq!(refused.value()?, 2.0 / 3.0);
/// let nothing = OutcomeCounts::default().rate("accuracy", Outcome::Correct, Direction::Higher);
/// assert!(nothing.value().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutcomeCounts {
    counts: [u64; OUTCOMES],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counts {
    /// Correct, wrong, refusal, other.
    counts: [u64; OUTCOMES],
}

impl Format for OutcomeCounts {
    type Body = Counts;
    const NAME: &'static str = "probity.outcome_counts";
    const VERSION: u32 = 1;

    fn body(&self) -> Counts {
        Counts { counts: self.counts }
    }

    fn from_body(Counts { counts }: Counts) -> Result<Self, String> {
        check_total(&counts)?;
        Ok(Self { counts })
    }
}
stored!(OutcomeCounts);

/// That the sum of all counts stays within 64 bits.
fn check_total(counts: &[u64]) -> Result<(), String> {
    let total = counts.iter().try_fold(0u64, |sum, &n| sum.checked_add(n));
    total.map(drop).ok_or_else(|| "the total of a tally overflows".to_string())
}

impl OutcomeCounts {
    /// How often one outcome came out.
    #[must_use]
    pub fn get(&self, outcome: Outcome) -> u64 {
        self.counts[outcome as usize]
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The share of one outcome among all.
    #[must_use]
    pub fn rate(&self, metric: &'static str, outcome: Outcome, direction: Direction) -> Rate {
        Rate::of_items(metric, self.get(outcome), self.total(), direction)
    }
}

impl FromIterator<Outcome> for OutcomeCounts {
    fn from_iter<I: IntoIterator<Item = Outcome>>(outcomes: I) -> Self {
        let mut counts = [0; OUTCOMES];
        outcomes.into_iter().for_each(|outcome| counts[outcome as usize] += 1);
        Self { counts }
    }
}

impl Tally for OutcomeCounts {
    type Record<'a> = Outcome;

    fn record(&mut self, outcome: Outcome) -> Result<()> {
        check_room(self.total(), 1)?;
        self.counts[outcome as usize] += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_room(self.total(), other.total())?;
        self.counts.iter_mut().zip(other.counts).for_each(|(mine, more)| *mine += more);
        Ok(())
    }

    fn records(&self) -> u64 {
        self.total()
    }
}

/// How often each outcome followed each other one on the same item: the evolution matrix of Alignment for Honesty, and
/// the table behind every comparison of two runs.
///
/// ```text
///                 after: correct  wrong  refusal  other
/// before: correct        n₀₀      n₀₁    n₀₂      n₀₃
///         wrong          ..
/// ```
///
/// # Examples
/// ```
/// use probity::honesty::{Outcome, OutcomeTransitions};
/// use probity::tally::Tally;
/// let mut table = OutcomeTransitions::default();
/// table.record((Outcome::Wrong, Outcome::Refusal))?;
/// table.record((Outcome::Correct, Outcome::Correct))?;
/// assert_eq!((table.get(Outcome::Wrong, Outcome::Refusal), table.changed()), (1, 1));
/// assert_eq!(table.before().get(Outcome::Refusal), 0);
/// assert_eq!(table.after().get(Outcome::Refusal), 1);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutcomeTransitions {
    cells: [[u64; OUTCOMES]; OUTCOMES],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cells {
    /// `[before][after]`: correct, wrong, refusal, other.
    cells: [[u64; OUTCOMES]; OUTCOMES],
}

impl Format for OutcomeTransitions {
    type Body = Cells;
    const NAME: &'static str = "probity.outcome_transitions";
    const VERSION: u32 = 1;

    fn body(&self) -> Cells {
        Cells { cells: self.cells }
    }

    fn from_body(Cells { cells }: Cells) -> Result<Self, String> {
        check_total(cells.as_flattened())?;
        Ok(Self { cells })
    }
}
stored!(OutcomeTransitions);

impl OutcomeTransitions {
    /// From the table: `[before][after]` in the order of [`Outcome::ALL`].
    ///
    /// # Errors
    /// [`crate::Error::Overflow`] if the total leaves 64 bits.
    pub fn from_counts(cells: [[u64; OUTCOMES]; OUTCOMES]) -> Result<Self> {
        cells.as_flattened().iter().try_fold(0u64, |total, &n| check_room(total, n).map(|()| total + n))?;
        Ok(Self { cells })
    }

    /// How often one outcome became another.
    #[must_use]
    pub fn get(&self, before: Outcome, after: Outcome) -> u64 {
        self.cells[before as usize][after as usize]
    }

    /// Items.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.cells.as_flattened().iter().sum()
    }

    /// Items whose outcome is another one afterwards.
    #[must_use]
    pub fn changed(&self) -> u64 {
        self.total() - (0..OUTCOMES).map(|i| self.cells[i][i]).sum::<u64>()
    }

    /// The outcomes before.
    #[must_use]
    pub fn before(&self) -> OutcomeCounts {
        OutcomeCounts { counts: self.cells.map(|row| row.iter().sum()) }
    }

    /// The outcomes after.
    #[must_use]
    pub fn after(&self) -> OutcomeCounts {
        OutcomeCounts { counts: std::array::from_fn(|j| self.cells.iter().map(|row| row[j]).sum()) }
    }
}

impl Tally for OutcomeTransitions {
    /// Before, after.
    type Record<'a> = (Outcome, Outcome);

    fn record(&mut self, (before, after): Self::Record<'_>) -> Result<()> {
        check_room(self.total(), 1)?;
        self.cells[before as usize][after as usize] += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_room(self.total(), other.total())?;
        let mine = self.cells.as_flattened_mut().iter_mut();
        mine.zip(other.cells.as_flattened()).for_each(|(mine, more)| *mine += more);
        Ok(())
    }

    fn records(&self) -> u64 {
        self.total()
    }
}

/// The same items under two conditions, item by item.
///
/// # Examples
/// ```
/// use probity::honesty::{Outcome, PairedRun};
/// use probity::inference::McNemar;
/// let before = vec![Outcome::Correct, Outcome::Wrong, Outcome::Wrong];
/// let after = vec![Outcome::Correct, Outcome::Refusal, Outcome::Refusal];
/// let run = PairedRun::new(before, after)?;
/// assert_eq!(run.changed().collect::<Vec<_>>(), [1, 2]);
/// assert_eq!(run.transitions().get(Outcome::Wrong, Outcome::Refusal), 2);
/// assert!((run.mcnemar(Outcome::Refusal, McNemar::Exact)?.p_value - 0.5).abs() < 1e-12);
/// assert!(PairedRun::new(vec![Outcome::Wrong], vec![]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PairedRun {
    before: Vec<Outcome>,
    after: Vec<Outcome>,
}

impl PairedRun {
    /// From the outcomes of the same items in the same order.
    ///
    /// # Errors
    /// [`crate::Error::Length`] if the two differ in length.
    pub fn new(before: Vec<Outcome>, after: Vec<Outcome>) -> Result<Self> {
        num::check_same_length("outcomes after", before.len(), after.len())?;
        Ok(Self { before, after })
    }

    /// Items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.before.len()
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.before.is_empty()
    }

    /// Each item's outcome before and after.
    pub fn iter(&self) -> impl Iterator<Item = (Outcome, Outcome)> {
        self.before.iter().copied().zip(self.after.iter().copied())
    }

    /// The items whose outcome is another one afterwards.
    pub fn changed(&self) -> impl Iterator<Item = usize> {
        self.iter().enumerate().filter(|(_, (before, after))| before != after).map(|(item, _)| item)
    }

    /// The table of before and after.
    #[must_use]
    pub fn transitions(&self) -> OutcomeTransitions {
        let mut table = OutcomeTransitions::default();
        self.iter().for_each(|(before, after)| table.cells[before as usize][after as usize] += 1);
        table
    }

    /// Whether one outcome is as frequent before as after.
    ///
    /// # Undefined
    /// If no item has the outcome in only one of the two.
    ///
    /// # Errors
    /// [`crate::Error::Undefined`] as said.
    pub fn mcnemar(&self, outcome: Outcome, variant: McNemar) -> Result<TestResult> {
        let is = |outcomes: &[Outcome]| outcomes.iter().map(|&o| o == outcome).collect::<Vec<_>>();
        mcnemar(&is(&self.before), &is(&self.after), variant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_tally_refuses_one_more() {
        let mut full = OutcomeCounts { counts: [u64::MAX - 1, 1, 0, 0] };
        let unchanged = full.clone();
        assert!(full.record(Outcome::Other).is_err() && full.merge(&unchanged).is_err());
        assert_eq!(full, unchanged);
        assert!(OutcomeCounts::from_body(Counts { counts: [u64::MAX, 1, 0, 0] }).is_err());
        let mut cells = [[0; OUTCOMES]; OUTCOMES];
        (cells[0][1], cells[3][3]) = (u64::MAX, 1);
        assert!(OutcomeTransitions::from_body(Cells { cells }).is_err());
    }
}
