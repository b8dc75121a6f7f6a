use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::num;
use crate::tally::stored::{Format, stored};
use crate::tally::{Mark, Tally, add_each, check_room, check_total};

const MARKS: usize = 3;

/// How often things that are right or wrong were judged right, wrong, or not at all: the table behind the figures of a
/// critic.
///
/// ```text
///                judged wrong   judged right   no verdict
/// is wrong       found          missed         ·
/// is right       false alarm    confirmed      ·
/// ```
///
/// # Missing values
/// Judgments without a verdict are counted in a column of their own; each figure states what it does with them.
///
/// # Examples
/// ```
/// use probity::tally::{Tally, Verdicts};
/// let mut table = Verdicts::from_judgments(&[false, false, true], &[Some(false), None, Some(true)])?;
/// assert_eq!((table.found(), table.judged_wrong(), table.wrong(), table.unparsed()), (1, 1, 2, 1));
/// table.record((true, false.into()))?;
/// assert_eq!((table.records(), table.agreements()), (4, 2));
/// assert!(Verdicts::from_judgments(&[true], &[]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdicts {
    cells: [[u64; MARKS]; 2],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// `[is][judged]`: is wrong, right; judged wrong, right, unknown.
    cells: [[u64; MARKS]; 2],
}

impl Format for Verdicts {
    type Body = Body;
    const NAME: &'static str = "probity.verdicts";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        Body { cells: self.cells }
    }

    fn from_body(Body { cells }: Body) -> Result<Self, String> {
        check_total(cells.as_flattened().iter().copied())?;
        Ok(Self { cells })
    }
}
stored!(Verdicts);

impl Verdicts {
    /// From what is right and what was judged right, `None` where no verdict could be read.
    ///
    /// # Errors
    /// [`crate::Error::Length`] if the two differ in length.
    pub fn from_judgments(right: &[bool], judged: &[Option<bool>]) -> Result<Self> {
        num::check_same_length("judgments", right.len(), judged.len())?;
        let mut table = Self::default();
        for (&is, &verdict) in right.iter().zip(judged) {
            table.cells[usize::from(is)][Mark::from(verdict) as usize] += 1;
        }
        Ok(table)
    }

    /// Things that are right or wrong and were judged so.
    #[must_use]
    pub fn get(&self, right: bool, judged: Mark) -> u64 {
        self.cells[usize::from(right)][judged as usize]
    }

    /// Wrong and judged wrong.
    #[must_use]
    pub fn found(&self) -> u64 {
        self.get(false, Mark::Wrong)
    }

    /// All that is wrong, judged or not.
    #[must_use]
    pub fn wrong(&self) -> u64 {
        self.cells[0].iter().sum()
    }

    /// All that was judged wrong.
    #[must_use]
    pub fn judged_wrong(&self) -> u64 {
        self.found() + self.get(true, Mark::Wrong)
    }

    /// Judged as it is.
    #[must_use]
    pub fn agreements(&self) -> u64 {
        self.found() + self.get(true, Mark::Right)
    }

    /// Without a verdict.
    #[must_use]
    pub fn unparsed(&self) -> u64 {
        self.get(false, Mark::Unknown) + self.get(true, Mark::Unknown)
    }
}

impl Tally for Verdicts {
    /// Whether it is right, and what it was judged to be.
    type Record<'a> = (bool, Mark);

    fn record(&mut self, (right, judged): Self::Record<'_>) -> Result<()> {
        check_room(self.records(), 1)?;
        self.cells[usize::from(right)][judged as usize] += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_room(self.records(), other.records())?;
        add_each(self.cells.as_flattened_mut(), other.cells.as_flattened().iter().copied());
        Ok(())
    }

    fn records(&self) -> u64 {
        self.cells.as_flattened().iter().sum()
    }
}
