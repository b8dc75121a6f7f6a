use fearless_simd::Level;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::kernels;
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, add, add_each, check_room};

/// What became of an answer: right, wrong, or no verdict (unparsable, missing).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Wrong.
    Wrong,
    /// Right.
    Right,
    /// No verdict could be read.
    Unknown,
}

impl From<Option<bool>> for Mark {
    fn from(verdict: Option<bool>) -> Self {
        match verdict {
            Some(true) => Self::Right,
            Some(false) => Self::Wrong,
            None => Self::Unknown,
        }
    }
}

impl From<bool> for Mark {
    fn from(right: bool) -> Self {
        Some(right).into()
    }
}

const MARKS: usize = 3;

/// How often answers went from right or wrong to right or wrong: the table behind every figure of self-correction.
///
/// ```text
///                 right after    wrong after    no verdict after
/// right before    kept           broken         ·
/// wrong before    fixed          stuck          ·
/// no verdict      ·              ·              ·
/// ```
///
/// # Missing values
/// Answers without a verdict are counted in cells of their own; nothing is dropped. A figure states what it does with
/// them; [`missing_as_wrong`](Self::missing_as_wrong) is the usual grader's convention.
///
/// # Examples
/// ```
/// use probity::tally::{Tally, Transitions};
/// let mut table = Transitions::default();
/// table.record((true.into(), false.into()))?;
/// table.record((false.into(), None.into()))?;
/// assert_eq!((table.broken(), table.known(), table.records()), (1, 1, 2));
/// assert_eq!(table.missing_as_wrong().stuck(), 1);
/// assert_eq!(Transitions::from_bytes(&[1, 0], &[0, 255])?, table);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transitions {
    cells: [[u64; MARKS]; MARKS],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// `[before][after]` in the order wrong, right, unknown.
    cells: [[u64; MARKS]; MARKS],
}

impl Format for Transitions {
    type Body = Body;
    const NAME: &'static str = "probity.transitions";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        Body { cells: self.cells }
    }

    fn from_body(Body { cells }: Body) -> Result<Self, String> {
        let tally = Self { cells };
        tally.checked_records().map_err(|e| e.to_string())?;
        Ok(tally)
    }
}
stored!(Transitions);

impl Transitions {
    /// From the four counts of a table without missing verdicts.
    ///
    /// # Errors
    /// [`Error::Overflow`] if the total leaves 64 bits.
    pub fn from_counts(kept: u64, broken: u64, fixed: u64, stuck: u64) -> Result<Self> {
        let mut tally = Self::default();
        tally.cells[Mark::Right as usize] = [broken, kept, 0];
        tally.cells[Mark::Wrong as usize] = [stuck, fixed, 0];
        tally.checked_records()?;
        Ok(tally)
    }

    /// From verdicts before and after.
    ///
    /// # Errors
    /// [`Error::Length`] if the two differ in length.
    pub fn from_marks<M: Copy + Into<Mark>>(before: &[M], after: &[M]) -> Result<Self> {
        crate::num::check_same_length("verdicts after", before.len(), after.len())?;
        let mut tally = Self::default();
        for (&b, &a) in before.iter().zip(after) {
            tally.cells[b.into() as usize][a.into() as usize] += 1;
        }
        Ok(tally)
    }

    /// From bytes: 1 right, 0 wrong, 255 no verdict. Goes at a large part of the memory bandwidth.
    ///
    /// # Errors
    /// [`Error::Length`] if the two differ in length; [`Error::Argument`] for any other byte.
    pub fn from_bytes(before: &[u8], after: &[u8]) -> Result<Self> {
        Self::from_bytes_at(Level::new(), before, after)
    }

    /// The same with given instructions.
    pub(crate) fn from_bytes_at(level: Level, before: &[u8], after: &[u8]) -> Result<Self> {
        crate::num::check_same_length("verdicts after", before.len(), after.len())?;
        let found = kernels::confusion(level, 2, before, after);
        if let Some(i) = found.outside {
            let found = format!("{} before and {} after at position {i}", before[i], after[i]);
            return Err(Error::argument("verdict bytes", "0, 1 or 255", found));
        }
        let mut tally = Self::default();
        tally.cells[0][..2].copy_from_slice(&found.cells[..2]);
        tally.cells[1][..2].copy_from_slice(&found.cells[2..]);
        if found.only_first + found.only_second > 0 {
            // The kernel does not say what the verdict on the other side was.
            let (wrong_before, wrong_after) = wrong_beside_missing(before, after);
            tally.cells[0][2] = wrong_before;
            tally.cells[1][2] = found.only_first - wrong_before;
            tally.cells[2][0] = wrong_after;
            tally.cells[2][1] = found.only_second - wrong_after;
        }
        tally.cells[2][2] = found.neither;
        Ok(tally)
    }

    fn checked_records(&self) -> Result<u64> {
        let mut total = 0;
        for &n in self.cells() {
            add(&mut total, n)?;
        }
        Ok(total)
    }

    /// The cells row by row: before × after, each in the order wrong, right, no verdict.
    pub(crate) fn cells(&self) -> &[u64] {
        self.cells.as_flattened()
    }

    /// The table with these cells, in the order of [`Self::cells`].
    pub(crate) fn reweighted(&self, cells: &[u64]) -> Result<Self> {
        crate::num::check_same_length("weights of cells", self.cells().len(), cells.len())?;
        let mut table = Self::default();
        table.cells.as_flattened_mut().copy_from_slice(cells);
        table.checked_records()?;
        Ok(table)
    }

    /// Answers that went from one mark to another.
    #[must_use]
    pub fn get(&self, before: Mark, after: Mark) -> u64 {
        self.cells[before as usize][after as usize]
    }

    /// Right before and after.
    #[must_use]
    pub fn kept(&self) -> u64 {
        self.get(Mark::Right, Mark::Right)
    }

    /// Right before, wrong after.
    #[must_use]
    pub fn broken(&self) -> u64 {
        self.get(Mark::Right, Mark::Wrong)
    }

    /// Wrong before, right after.
    #[must_use]
    pub fn fixed(&self) -> u64 {
        self.get(Mark::Wrong, Mark::Right)
    }

    /// Wrong before and after.
    #[must_use]
    pub fn stuck(&self) -> u64 {
        self.get(Mark::Wrong, Mark::Wrong)
    }

    /// Answers with a verdict on both sides.
    #[must_use]
    pub fn known(&self) -> u64 {
        self.kept() + self.broken() + self.fixed() + self.stuck()
    }

    /// The table in which an answer without a verdict is a wrong one.
    #[must_use]
    pub fn missing_as_wrong(&self) -> Self {
        let mut out = Self::default();
        for (b, row) in self.cells.iter().enumerate() {
            for (a, &n) in row.iter().enumerate() {
                let wrong_if_unknown = |mark: usize| if mark == Mark::Unknown as usize { 0 } else { mark };
                out.cells[wrong_if_unknown(b)][wrong_if_unknown(a)] += n;
            }
        }
        out
    }
}

/// How often a wrong answer before goes with no verdict after, and the other way round.
fn wrong_beside_missing(before: &[u8], after: &[u8]) -> (u64, u64) {
    let (mut wrong_before, mut wrong_after) = (0, 0);
    // Counts of a block fit in a byte, so that many are made side by side.
    for (before, after) in before.chunks(255).zip(after.chunks(255)) {
        let (mut first, mut second) = (0u8, 0u8);
        for (&b, &a) in before.iter().zip(after) {
            first += u8::from(b == 0) & u8::from(a == 255);
            second += u8::from(b == 255) & u8::from(a == 0);
        }
        wrong_before += u64::from(first);
        wrong_after += u64::from(second);
    }
    (wrong_before, wrong_after)
}

impl Tally for Transitions {
    /// The marks before and after.
    type Record<'a> = (Mark, Mark);

    fn record(&mut self, (before, after): Self::Record<'_>) -> Result<()> {
        check_room(self.records(), 1)?;
        self.cells[before as usize][after as usize] += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_room(self.records(), other.records())?;
        add_each(self.cells.as_flattened_mut(), other.cells.as_flattened().iter().copied());
        Ok(())
    }

    fn records(&self) -> u64 {
        self.cells().iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_equal_marks() {
        let mut stream = crate::rng::Stream::new(7, 0, 0);
        let mut draw = || [0u8, 1, 255][stream.below(3) as usize];
        let (before, after): (Vec<u8>, Vec<u8>) = (0..5_000).map(|_| (draw(), draw())).unzip();
        let mark = |byte: &u8| match byte {
            0 => Mark::Wrong,
            1 => Mark::Right,
            _ => Mark::Unknown,
        };
        let marks = |bytes: &[u8]| bytes.iter().map(mark).collect::<Vec<_>>();
        let expected = Transitions::from_marks(&marks(&before), &marks(&after)).unwrap();
        assert_eq!(Transitions::from_bytes(&before, &after).unwrap(), expected);
        assert_eq!(expected.records(), 5_000);
        assert!(Transitions::from_bytes(&[2], &[0]).is_err());
    }

    #[test]
    fn a_full_table_takes_no_more() {
        let mut full = Transitions::from_counts(u64::MAX, 0, 0, 0).unwrap();
        assert!(full.record((Mark::Wrong, Mark::Wrong)).is_err());
        assert!(full.merge(&Transitions::from_counts(0, 0, 0, 1).unwrap()).is_err());
        assert_eq!(full.records(), u64::MAX);
    }

    #[test]
    fn missing_verdicts_move_to_wrong() {
        let table = Transitions::from_marks(&[None, Some(true)], &[Some(true), None]).unwrap();
        assert_eq!(table.known(), 0);
        let filled = table.missing_as_wrong();
        assert_eq!((filled.fixed(), filled.broken(), filled.known()), (1, 1, 2));
    }
}
