use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::tally::stored::{Format, stored};
use crate::tally::{Mark, Tally, Transitions};

/// The tables of right and wrong before and after, one a question: what repeated two-turn samples of many questions
/// come to.
///
/// Questions are known by a number of the caller's. Merging adds the tables of questions of the same number, so shards
/// may hold different questions, or different samples of the same ones.
///
/// # Missing values
/// As [`Transitions`]. A question without a sample is not there.
///
/// # Examples
/// ```
/// use probity::tally::{QuestionTransitions, Tally};
/// let mut first = QuestionTransitions::default();
/// first.record((7, true.into(), true.into()))?;
/// first.record((3, false.into(), true.into()))?;
/// let mut second = QuestionTransitions::default();
/// second.record((7, true.into(), None.into()))?;
/// first.merge(&second)?;
/// assert_eq!((first.len(), first.records()), (2, 3));
/// assert_eq!(first.get(7).map(Tally::records), Some(2));
/// assert_eq!((first.pooled().fixed(), first.get(4)), (1, None));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuestionTransitions {
    tables: BTreeMap<u64, Transitions>,
    /// Of all tables; kept so that no sum over them can overflow.
    records: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// Question, cells before × after in the order wrong, right, unknown; ascending.
    questions: Vec<(u64, [u64; 9])>,
}

impl Format for QuestionTransitions {
    type Body = Body;
    const NAME: &'static str = "probity.question_transitions";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        let cells = |table: &Transitions| std::array::from_fn(|i| table.cells()[i]);
        Body { questions: self.tables.iter().map(|(&question, table)| (question, cells(table))).collect() }
    }

    fn from_body(Body { questions }: Body) -> Result<Self, String> {
        if !questions.windows(2).all(|pair| pair[0].0 < pair[1].0) {
            return Err("expected ascending question numbers".to_string());
        }
        let mut tally = Self::default();
        for (question, cells) in questions {
            let table = Transitions::default().reweighted(&cells).map_err(|e| e.to_string())?;
            if table.records() == 0 {
                return Err(format!("question {question}: expected at least one sample"));
            }
            tally.add(question, &table).map_err(|e| e.to_string())?;
        }
        Ok(tally)
    }
}
stored!(QuestionTransitions);

impl QuestionTransitions {
    /// From samples grouped by question, which are numbered in their order; a question without samples is left out.
    ///
    /// # Errors
    /// [`Error::Overflow`] if the total leaves 64 bits.
    pub fn from_tables(tables: impl IntoIterator<Item = Transitions>) -> Result<Self> {
        let mut tally = Self::default();
        for (question, table) in (0..).zip(tables) {
            tally.add(question, &table)?;
        }
        Ok(tally)
    }

    /// Adds samples of a question.
    ///
    /// # Errors
    /// [`Error::Overflow`] if the total leaves 64 bits; the tally is then unchanged.
    pub fn add(&mut self, question: u64, samples: &Transitions) -> Result<()> {
        let records = self.total_with(samples.records())?;
        if samples.records() > 0 {
            // The sum of the records fits, so every cell does.
            self.tables.entry(question).or_default().merge(samples)?;
            self.records = records;
        }
        Ok(())
    }

    fn total_with(&self, more: u64) -> Result<u64> {
        self.records.checked_add(more).ok_or(Error::Overflow { what: "the total of a tally" })
    }

    /// Questions with at least one sample.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tables.len()
    }

    /// Whether there is no sample.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// The samples of a question.
    #[must_use]
    pub fn get(&self, question: u64) -> Option<&Transitions> {
        self.tables.get(&question)
    }

    /// Each question with its samples, by ascending number.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u64, &Transitions)> {
        self.tables.iter().map(|(&question, table)| (question, table))
    }

    /// The samples of all questions in one table, in which a question weighs as much as it has samples.
    #[must_use]
    pub fn pooled(&self) -> Transitions {
        let mut sums = [0; 9];
        for table in self.tables.values() {
            sums.iter_mut().zip(table.cells()).for_each(|(sum, n)| *sum += n);
        }
        // The total is that of the records, which fits; the length is that of a table.
        Transitions::default().reweighted(&sums).unwrap_or_default()
    }
}

impl Tally for QuestionTransitions {
    /// The question, and the marks before and after.
    type Record<'a> = (u64, Mark, Mark);

    fn record(&mut self, (question, before, after): Self::Record<'_>) -> Result<()> {
        let mut sample = Transitions::default();
        sample.record((before, after))?;
        self.add(question, &sample)
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.total_with(other.records)?;
        other.iter().try_for_each(|(question, table)| self.add(question, table))
    }

    fn records(&self) -> u64 {
        self.records
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_what_is_wrong_is_refused() {
        let table = Transitions::from_counts(4, 1, 0, 2).unwrap();
        let tally = QuestionTransitions::from_tables([table, Transitions::default()]).unwrap();
        assert_eq!(tally.len(), 1);
        let body = tally.body();
        assert_eq!(QuestionTransitions::from_body(body).unwrap(), tally);
        let cells = [1, 0, 0, 0, 0, 0, 0, 0, 0];
        for questions in [vec![(1, cells), (1, cells)], vec![(0, [0; 9])], vec![(0, [u64::MAX; 9])]] {
            assert!(QuestionTransitions::from_body(Body { questions }).is_err());
        }
        let most = [u64::MAX, 0, 0, 0, 0, 0, 0, 0, 0];
        assert!(QuestionTransitions::from_body(Body { questions: vec![(0, most), (1, cells)] }).is_err());
    }

    #[test]
    fn an_overflow_leaves_the_tally_as_it_was() {
        let most = Transitions::from_counts(u64::MAX, 0, 0, 0).unwrap();
        let mut tally = QuestionTransitions::from_tables([most]).unwrap();
        let before = tally.clone();
        assert!(tally.record((5, Mark::Right, Mark::Right)).is_err());
        assert!(tally.merge(&before).is_err());
        assert_eq!(tally, before);
    }
}
