use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion_common::ScalarValue;
use datafusion_expr::{Accumulator, EmitTo, GroupsAccumulator};

use crate::counting::{Counting, Rows};
use crate::error::Result;
use crate::output::Output;

/// One group.
#[derive(Debug)]
pub(crate) struct Single {
    counts: Box<dyn Counting>,
    output: Output,
}

impl Single {
    pub(crate) fn new(mut counts: Box<dyn Counting>, output: Output) -> Self {
        counts.grow(1);
        Self { counts, output }
    }
}

fn rows_of(columns: &[ArrayRef]) -> usize {
    columns.first().map_or(0, Array::len)
}

impl Accumulator for Single {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.counts.update(values, Rows::of_one_group(rows_of(values)))
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.counts.merge(states, &vec![0; rows_of(states)])
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let states = self.counts.state(1)?;
        states.iter().map(|state| ScalarValue::try_from_array(state, 0)).collect()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&self.output.array(&[self.counts.value(0)?])?, 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.counts.size()
    }
}

/// Many groups, whose counts lie side by side.
#[derive(Debug)]
pub(crate) struct Grouped {
    counts: Box<dyn Counting>,
    output: Output,
}

impl Grouped {
    pub(crate) fn new(counts: Box<dyn Counting>, output: Output) -> Self {
        Self { counts, output }
    }

    fn emitted(&self, emit_to: EmitTo) -> usize {
        match emit_to {
            EmitTo::All => self.counts.groups(),
            EmitTo::First(n) => n.min(self.counts.groups()),
        }
    }
}

impl GroupsAccumulator for Grouped {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.counts.grow(total_num_groups);
        self.counts.update(values, Rows::new(group_indices, opt_filter))
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.counts.grow(total_num_groups);
        self.counts.merge(values, group_indices)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let groups = self.emitted(emit_to);
        let values = (0..groups).map(|group| self.counts.value(group)).collect::<Result<Vec<_>>>()?;
        self.counts.drop_first(groups);
        self.output.array(&values)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let groups = self.emitted(emit_to);
        let states = self.counts.state(groups)?;
        self.counts.drop_first(groups);
        Ok(states)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = rows_of(values);
        let mut each = self.counts.fresh();
        each.grow(rows);
        each.update(values, Rows::new(&(0..rows).collect::<Vec<_>>(), opt_filter))?;
        each.state(rows)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.counts.size()
    }
}
