use std::fmt::Debug;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, ListBuilder, StringArray, UInt64Builder};
use arrow::datatypes::{DataType, UInt64Type};
use datafusion_common::internal_err;
use probity::inference::Estimate;
use probity::tally::Tally;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::arguments::Literals;
use crate::counting::{Counting, Rows};
use crate::error::{Result, of_core};
use crate::output::Value;
use crate::tallies;

/// How rows become a tally of the core, and the tally a figure.
pub(crate) trait Recorder: Debug + Clone + Send + Sync + 'static {
    type Tally: Tally + Serialize + DeserializeOwned + Debug + Send + Sync;

    /// Whether a tally travels as a list of counts, which is faster than text for a million groups.
    const COUNTS: bool = false;

    fn empty(&self) -> Self::Tally;

    /// Hands over each row that is complete, as what records it in the tally of its group.
    fn read(&mut self, columns: &[ArrayRef], rows: Rows<'_>, tallies: &mut [Self::Tally]) -> Result<()>;

    fn figures(&self, tally: &Self::Tally) -> Vec<probity::Result<Estimate>>;

    /// Bytes that a tally points to, roughly.
    fn bytes(&self) -> usize;

    fn counts(_: &Self::Tally) -> Vec<u64> {
        Vec::new()
    }

    fn of_counts(_: &[u64]) -> Option<Self::Tally> {
        None
    }
}

/// One tally of the core a group.
#[derive(Debug, Clone)]
pub(crate) struct Records<R: Recorder> {
    recorder: R,
    function: &'static str,
    /// Whether the tally itself is wanted.
    raw: bool,
    tallies: Vec<R::Tally>,
}

impl<R: Recorder> Records<R> {
    pub(crate) fn boxed(recorder: R, raw: bool, literals: &Literals) -> Box<dyn Counting> {
        Box::new(Self { recorder, function: literals.function(), raw, tallies: Vec::new() })
    }

    pub(crate) fn state_types() -> Vec<(&'static str, DataType)> {
        let state = if R::COUNTS { DataType::new_list(DataType::UInt64, true) } else { DataType::Utf8 };
        vec![("tally", state)]
    }

    fn add(&mut self, group: usize, more: &R::Tally) -> Result<()> {
        let tally = self.tallies.get_mut(group);
        tally.map_or(Ok(()), |tally| tally.merge(more)).map_err(|error| of_core(self.function, error))
    }
}

impl<R: Recorder> Counting for Records<R> {
    fn fresh(&self) -> Box<dyn Counting> {
        Box::new(Self { tallies: Vec::new(), ..self.clone() })
    }

    fn groups(&self) -> usize {
        self.tallies.len()
    }

    fn grow(&mut self, groups: usize) {
        let groups = groups.max(self.tallies.len());
        self.tallies.resize_with(groups, || self.recorder.empty());
    }

    fn update(&mut self, columns: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        self.recorder.read(columns, rows, &mut self.tallies)
    }

    fn merge(&mut self, states: &[ArrayRef], groups: &[usize]) -> Result<()> {
        let Some(state) = states.first() else {
            return internal_err!("{}: a state is not there", self.function);
        };
        if R::COUNTS {
            let Some(lists) = state.as_list_opt::<i32>() else {
                return internal_err!("{}: a state is not a list", self.function);
            };
            for (list, &group) in lists.iter().zip(groups) {
                let Some(list) = list else { continue };
                let counts = list.as_primitive_opt::<UInt64Type>();
                let Some(tally) = counts.and_then(|counts| R::of_counts(counts.values())) else {
                    return internal_err!("{}: a state is not a table of counts", self.function);
                };
                self.add(group, &tally)?;
            }
            return Ok(());
        }
        let Some(texts) = state.as_string_opt::<i32>() else {
            return internal_err!("{}: a state is not text", self.function);
        };
        for (text, &group) in texts.iter().zip(groups) {
            if let Some(text) = text {
                self.add(group, &tallies::read(self.function, text)?)?;
            }
        }
        Ok(())
    }

    fn state(&self, groups: usize) -> Result<Vec<ArrayRef>> {
        let tallies = self.tallies.iter().take(groups);
        if R::COUNTS {
            let mut lists = ListBuilder::new(UInt64Builder::new());
            for tally in tallies {
                let some = tally.records() > 0;
                if some {
                    lists.values().append_slice(&R::counts(tally));
                }
                lists.append(some);
            }
            return Ok(vec![Arc::new(lists.finish())]);
        }
        let text = |tally: &R::Tally| {
            (tally.records() > 0).then(|| tallies::write(self.function, tally)).transpose()
        };
        Ok(vec![Arc::new(tallies.map(text).collect::<Result<StringArray>>()?)])
    }

    fn value(&self, group: usize) -> Result<Value> {
        match self.tallies.get(group).filter(|tally| tally.records() > 0) {
            None => Ok(Value::Empty),
            Some(tally) if self.raw => Ok(Value::Text(tallies::write(self.function, tally)?)),
            Some(tally) => Value::figures(self.function, self.recorder.figures(tally)),
        }
    }

    fn drop_first(&mut self, groups: usize) {
        self.tallies.drain(..groups.min(self.tallies.len()));
    }

    fn size(&self) -> usize {
        self.tallies.capacity() * (size_of::<R::Tally>() + self.recorder.bytes())
    }
}
