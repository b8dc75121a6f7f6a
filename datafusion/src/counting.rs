use std::fmt::Debug;

use arrow::array::{Array, ArrayRef, BooleanArray};

use crate::error::Result;
use crate::output::Value;

/// Which rows of a batch go into which group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    len: usize,
    groups: Option<&'a [usize]>,
    filter: Option<&'a BooleanArray>,
}

impl<'a> Rows<'a> {
    /// All rows in group 0.
    pub(crate) fn of_one_group(len: usize) -> Self {
        Self { len, groups: None, filter: None }
    }

    /// Each row in its group, those left out that the filter does not let through.
    pub(crate) fn new(groups: &'a [usize], filter: Option<&'a BooleanArray>) -> Self {
        Self { len: groups.len(), groups: Some(groups), filter }
    }

    /// Hands over row and group.
    #[inline]
    pub(crate) fn try_for_each(self, mut use_row: impl FnMut(usize, usize) -> Result<()>) -> Result<()> {
        match (self.groups, self.filter) {
            (None, None) => (0..self.len).try_for_each(|row| use_row(row, 0)),
            (Some(groups), None) => {
                groups.iter().enumerate().try_for_each(|(row, &group)| use_row(row, group))
            }
            (groups, Some(filter)) => (0..self.len)
                .filter(|&row| filter.is_valid(row) && filter.value(row))
                .try_for_each(|row| use_row(row, groups.and_then(|g| g.get(row).copied()).unwrap_or(0))),
        }
    }
}

/// The tallies of all groups of one aggregate.
pub(crate) trait Counting: Debug + Send + Sync {
    /// The same without any group.
    fn fresh(&self) -> Box<dyn Counting>;

    fn groups(&self) -> usize;

    /// Makes room for so many groups; never fewer than there are.
    fn grow(&mut self, groups: usize);

    /// Counts the rows of a batch, whose columns are the arguments.
    fn update(&mut self, columns: &[ArrayRef], rows: Rows<'_>) -> Result<()>;

    /// Adds states as [`Counting::state`] gives them; row i belongs to group `groups[i]`.
    fn merge(&mut self, states: &[ArrayRef], groups: &[usize]) -> Result<()>;

    /// The states of the first so many groups.
    fn state(&self, groups: usize) -> Result<Vec<ArrayRef>>;

    /// What is to be said of a group.
    fn value(&self, group: usize) -> Result<Value>;

    /// Forgets the first so many groups; the others move up.
    fn drop_first(&mut self, groups: usize);

    /// Bytes in use, roughly.
    fn size(&self) -> usize;
}
