use std::io::Read;

use crate::io::collect::{Collector, Target, target_options};
use crate::io::input::Input;
use crate::io::reading::table_reading;
use crate::io::records::Records;
use crate::io::{Column, Columns, Dialect, Error, ErrorKind, Import, ImportReport, Result, Strictness};
use crate::ratings::Name;

/// What lies across a wide table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Across {
    Raters,
    Items,
}

/// A table with a row an item and a column a rater, or a row a rater and a column an item.
///
/// Columns are named by the header (or JSON keys), or by their position from 1 without one; rows by the column
/// [`WideTable::key`], or by their number from 1 without one. Every column that has no other part to play is read as
/// ratings unless [`WideTable::only`] or [`WideTable::ignore`] says otherwise.
///
/// # Missing values
/// A missing cell registers its item and rater and is counted as missing. When reading leniently, a cell that cannot
/// be used is left out alone, a row of the wrong length as a whole.
///
/// # Complexity
/// As [`LongTable`](crate::io::LongTable), with cells for rows.
///
/// # Examples
/// ```
/// use probity::io::{Dialect, Strictness, WideTable};
///
/// let items_down = "Units,Ann,Bob\nu1,1,\nu2,2,3\n";
/// let table = WideTable::raters_across().key("Units");
/// let import = table.read_from(items_down.as_bytes(), Strictness::Strict)?;
/// assert_eq!((import.ratings.n_items(), import.ratings.n_raters()), (2, 2));
/// assert_eq!((import.report.judgments, import.report.missing), (3, 1));
///
/// // The same ratings with a row a rater and no header.
/// let table = WideTable::items_across().dialect(Dialect::new().header(false));
/// let turned = table.read_from("1,2\n,3\n".as_bytes(), Strictness::Strict)?;
/// assert_eq!(turned.ratings.raters().name(1), "2");
/// assert_eq!(turned.ratings.codes()?.get(1, 1), import.ratings.codes()?.get(1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct WideTable {
    across: Across,
    key: Option<Columns>,
    only: Vec<Column>,
    ignored: Vec<Column>,
    gold: Option<Column>,
    group: Option<Columns>,
    target: Target,
    dialect: Dialect,
}

impl WideTable {
    fn new(across: Across) -> Self {
        Self {
            across,
            key: None,
            only: Vec::new(),
            ignored: Vec::new(),
            gold: None,
            group: None,
            target: Target::default(),
            dialect: Dialect::new(),
        }
    }

    /// A row an item, a column a rater.
    #[must_use]
    pub fn raters_across() -> Self {
        Self::new(Across::Raters)
    }

    /// A row a rater, a column an item.
    #[must_use]
    pub fn items_across() -> Self {
        Self::new(Across::Items)
    }

    /// Names the column (or columns) that names the rows.
    #[must_use]
    pub fn key(mut self, columns: impl Into<Columns>) -> Self {
        self.key = Some(columns.into());
        self
    }

    /// Reads these columns as ratings, and no others.
    #[must_use]
    pub fn only(mut self, columns: impl Into<Columns>) -> Self {
        self.only = columns.into().0;
        self
    }

    /// Leaves columns out.
    #[must_use]
    pub fn ignore(mut self, columns: impl Into<Columns>) -> Self {
        self.ignored = columns.into().0;
        self
    }

    /// Names the column of gold labels, where a row is an item.
    #[must_use]
    pub fn gold(mut self, column: impl Into<Column>) -> Self {
        self.gold = Some(column.into());
        self
    }

    /// Names the column (or columns) whose values split the items into [`Import::groups`], where a row is an item.
    #[must_use]
    pub fn group(mut self, columns: impl Into<Columns>) -> Self {
        self.group = Some(columns.into());
        self
    }

    target_options!();

    table_reading!(Import);

    #[cfg(feature = "arrow")]
    crate::io::arrow::arrow_methods!(Import);

    pub(super) fn load(&self, input: Input<impl Read>, strictness: Strictness) -> Result<Import> {
        let of_items = self.gold.as_ref().map(|_| "gold").or(self.group.as_ref().map(|_| "group"));
        if let Some(name) = of_items.filter(|_| self.across == Across::Items) {
            let found = "a row a rater (items across)";
            let error = crate::Error::argument(name, "a table with a row an item (raters across)", found);
            return Err(Error::of_file(error));
        }
        let mut records = Records::open(input, &self.dialect, self.only.is_empty())?;
        let key = self.key.as_ref().map(|columns| records.slots(columns)).transpose()?;
        let gold = self.gold.as_ref().map(|column| records.slot(column)).transpose()?;
        let group = self.group.as_ref().map(|columns| records.slots(columns)).transpose()?;
        let slots = |records: &mut Records<_>, columns: &[Column]| -> Result<Vec<usize>> {
            columns.iter().map(|column| records.slot(column)).collect()
        };
        let ignored = self.ignored.iter().map(|column| records.slot_to_ignore(column));
        let mut others = ignored.collect::<Result<Vec<_>>>()?;
        others.extend(key.iter().chain(&group).flatten().chain(&gold));
        let mut columns = RatedColumns {
            named: records.has_names(),
            names: Vec::new(),
            every: self.only.is_empty(),
            others,
            rated: slots(&mut records, &self.only)?,
        };
        columns.extend(&records);
        columns.check_distinct().map_err(|kind| records.error_of_names(kind))?;

        let mut collector = Collector::new(&self.target, self.group.is_some());
        let (mut key_text, mut group_text) = (String::new(), String::new());
        let mut report = ImportReport::default();
        records.each(strictness, &mut report, |records, report| {
            columns.extend(records);
            let row = if let Some(slots) = &key {
                let what = if self.across == Across::Raters { "an item" } else { "a rater" };
                records.key(slots, what, &mut key_text)?
            } else {
                key_text = records.spot().record.to_string();
                &key_text
            };
            let group = match &group {
                Some(slots) => records.key(slots, "a group", &mut group_text)?,
                None => "",
            };
            if let Some(slot) = gold
                && let Some(gold) = records.field(slot)?
            {
                collector.gold(Name::New(group), Name::New(row), gold, slot)?;
            }
            for &slot in &columns.rated {
                let column = columns.names[slot].as_str();
                let (item, rater) = if self.across == Across::Raters { (row, column) } else { (column, row) };
                let judged = records.field(slot).and_then(|label| {
                    collector.judge(group, item, rater, label, slot)?;
                    report.missing += u64::from(label.is_none());
                    Ok(())
                });
                if let Err(problem) = judged {
                    records.skip(problem, strictness, report)?;
                    collector.judge(group, item, rater, None, slot)?;
                }
            }
            collector.end_record(records.spot());
            Ok(())
        })?;
        collector.finish(report)
    }
}

/// The columns of ratings.
struct RatedColumns {
    /// Whether the file names its columns.
    named: bool,
    /// The name of every column known so far.
    names: Vec<String>,
    /// Whether every column is one of ratings but the `others`.
    every: bool,
    others: Vec<usize>,
    rated: Vec<usize>,
}

impl RatedColumns {
    /// Takes in new columns: a header brings all at once, JSON objects may bring some at any time.
    fn extend<R: Read>(&mut self, records: &Records<R>) {
        for slot in self.names.len()..records.width() {
            self.names.push(if self.named { records.name(slot).to_string() } else { (slot + 1).to_string() });
            if self.every && !self.others.contains(&slot) {
                self.rated.push(slot);
            }
        }
    }

    fn check_distinct(&self) -> Result<(), ErrorKind> {
        let mut positions = std::collections::HashMap::new();
        for &second in &self.rated {
            let name = &self.names[second];
            if let Some(first) = positions.insert(name, second) {
                return Err(ErrorKind::ColumnTwice { name: name.clone(), first, second });
            }
        }
        Ok(())
    }
}
