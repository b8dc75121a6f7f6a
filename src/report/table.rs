use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::report::Cell;

/// On which side the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Align {
    /// On the left: words.
    #[default]
    Left,
    /// On the right: numbers.
    Right,
}

/// The heading of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Column {
    /// What stands above it.
    pub name: String,
    /// On which side its cells stand.
    pub align: Align,
}

/// Rows under named columns. A cut table knows how many rows it lost.
///
/// # Examples
/// ```
/// use probity::report::Table;
/// let mut table = Table::new(["rater", "items"]);
/// table.push(["ann".into(), 3usize.into()])?;
/// table.push(["bob".into(), 2usize.into()])?;
/// let cut = table.clone().limited(1);
/// assert_eq!((cut.rows().len(), cut.omitted()), (1, 1));
/// assert!(table.push(["only one".into()]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Table {
    caption: Option<String>,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    omitted: u64,
}

/// A table as it is read, with rows of any length.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    caption: Option<String>,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    omitted: u64,
}

impl TryFrom<Stored> for Table {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        let Stored { caption, columns, rows, omitted } = stored;
        for row in &rows {
            crate::num::check_same_length("cells of a row", columns.len(), row.len())?;
        }
        Ok(Self { caption, columns, rows, omitted })
    }
}

impl Table {
    /// An empty table. A column stands on the right as soon as it holds a number.
    #[must_use]
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Self {
        let columns =
            columns.into_iter().map(|name| Column { name: name.into(), align: Align::Left }).collect();
        Self { caption: None, columns, rows: Vec::new(), omitted: 0 }
    }

    /// Sets the line above the table.
    #[must_use]
    pub fn captioned(mut self, caption: impl Into<String>) -> Self {
        self.caption = Some(caption.into());
        self
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`crate::Error::Length`] unless it has one cell a column.
    pub fn push(&mut self, row: impl IntoIterator<Item = Cell>) -> Result<()> {
        let row: Vec<Cell> = row.into_iter().collect();
        crate::num::check_same_length("cells of a row", self.columns.len(), row.len())?;
        self.add(row);
        Ok(())
    }

    /// Adds a row known to have one cell a column.
    pub(super) fn add(&mut self, row: impl Into<Vec<Cell>>) {
        let row = row.into();
        for (column, cell) in self.columns.iter_mut().zip(&row) {
            if cell.is_numeric() {
                column.align = Align::Right;
            }
        }
        self.rows.push(row);
    }

    /// The first `rows` rows; the number of the others is kept.
    #[must_use]
    pub fn limited(mut self, rows: usize) -> Self {
        self.omitted = self.omitted.saturating_add(self.rows.len().saturating_sub(rows) as u64);
        self.rows.truncate(rows);
        self
    }

    /// Says that `rows` more rows exist that were never pushed.
    #[must_use]
    pub fn omitting(mut self, rows: u64) -> Self {
        self.omitted = self.omitted.saturating_add(rows);
        self
    }

    /// The line above the table.
    #[must_use]
    pub fn caption(&self) -> Option<&str> {
        self.caption.as_deref()
    }

    /// The columns in order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The rows in order, one cell a column each.
    #[must_use]
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// How many rows were left out.
    #[must_use]
    pub fn omitted(&self) -> u64 {
        self.omitted
    }
}
