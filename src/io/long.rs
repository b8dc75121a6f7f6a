use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::io::collect::{Collector, Target, target_options};
use crate::io::input::Input;
use crate::io::memo::Naming;
use crate::io::records::Records;
use crate::io::{Column, Columns, Dialect, Error, Import, ImportReport, Result, Strictness};
use crate::ratings::Name;

/// A table with a row a judgment: an item, a rater, a label, perhaps the item's gold label and a group. Further columns
/// are ignored.
///
/// # Missing values
/// A row whose label is missing registers its item and rater and is counted as missing; without an item, a rater or a
/// group the row cannot be used.
///
/// # Complexity
/// Time linear in the file; memory that of the result while it is built
/// ([`RatingsBuilder::build`](crate::ratings::RatingsBuilder::build)). A gold column costs 4 bytes an item and, at the
/// end, a copy of the ratings.
///
/// # Examples
/// ```
/// use probity::io::{LongTable, Strictness};
///
/// let file = "question,worker,answer,time\nq1,ann,yes,10:01\nq1,bob,no,10:02\nq2,ann,,10:03\nq2,,no,10:04\n";
/// let table = LongTable::new("question", "worker", "answer");
/// let import = table.read_from(file.as_bytes(), Strictness::Lenient)?;
/// assert_eq!((import.ratings.n_items(), import.ratings.n_judgments()), (2, 2));
/// assert_eq!((import.report.rows, import.report.missing), (4, 1));
/// assert_eq!(
///     import.report.skipped[0].to_string(),
///     r#"line 5, record 4, field "worker": expected a rater, found a missing value"#
/// );
/// // The same row is an error when reading strictly.
/// let error = table.read_from(file.as_bytes(), Strictness::Strict).unwrap_err();
/// assert_eq!((error.line(), error.record(), error.field()), (Some(5), Some(4), Some("worker")));
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LongTable {
    item: Columns,
    rater: Columns,
    label: Column,
    gold: Option<Column>,
    group: Option<Columns>,
    target: Target,
    dialect: Dialect,
}

impl LongTable {
    /// A table with these columns; an item (or rater) may be named by several: `["row", "condition"]`.
    #[must_use]
    pub fn new(item: impl Into<Columns>, rater: impl Into<Columns>, label: impl Into<Column>) -> Self {
        Self {
            item: item.into(),
            rater: rater.into(),
            label: label.into(),
            gold: None,
            group: None,
            target: Target::default(),
            dialect: Dialect::new(),
        }
    }

    /// Names the column of gold labels. It may be empty in some rows of an item but not say two things of it.
    #[must_use]
    pub fn gold(mut self, column: impl Into<Column>) -> Self {
        self.gold = Some(column.into());
        self
    }

    /// Names the column (or columns) whose values split the judgments into [`Import::groups`].
    #[must_use]
    pub fn group(mut self, columns: impl Into<Columns>) -> Self {
        self.group = Some(columns.into());
        self
    }

    target_options!();

    /// Sets how the file is written.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`Error`] with path, line, record and field: the file cannot be read, its format is unknown, a column does not
    /// exist, a rater rates an item twice (unless [`LongTable::duplicates`] says which row counts), or, when reading
    /// strictly, the first row that cannot be used.
    pub fn read(&self, path: impl AsRef<Path>, strictness: Strictness) -> Result<Import> {
        at_path(path.as_ref(), &self.dialect, |input| self.load(input, strictness), |i| &mut i.report)
    }

    /// Reads from any source; CSV unless the dialect names a format.
    ///
    /// # Errors
    /// As [`LongTable::read`], without a path.
    pub fn read_from(&self, source: impl Read, strictness: Strictness) -> Result<Import> {
        self.load(Input::of_source(source, &self.dialect), strictness)
    }

    #[cfg(feature = "arrow")]
    crate::io::arrow::arrow_methods!(Import);

    fn load(&self, input: Input<impl Read>, strictness: Strictness) -> Result<Import> {
        let mut records = Records::open(input, &self.dialect, false)?;
        let mut items = Naming::new(records.slots(&self.item)?, "an item");
        let mut raters = Naming::new(records.slots(&self.rater)?, "a rater");
        let label_slot = records.slot(&self.label)?;
        let mut labels = Naming::new(vec![label_slot], "a label");
        let gold_slot = self.gold.as_ref().map(|column| records.slot(column)).transpose()?;
        let group_slots = self.group.as_ref().map(|columns| records.slots(columns)).transpose()?;
        let mut groups = group_slots.map(|slots| Naming::new(slots, "a group"));

        let mut collector = Collector::new(&self.target, self.group.is_some());
        let mut report = ImportReport::default();
        records.each(strictness, &mut report, |records, report| {
            let item = items.name(records)?;
            let rater = raters.name(records)?;
            let group = match &mut groups {
                Some(groups) => groups.name(records)?,
                None => Name::New(""),
            };
            let label = labels.optional(records)?;
            if let Some(slot) = gold_slot
                && let Some(gold) = records.field(slot)?
            {
                collector.gold(group, item, gold, slot)?;
            }
            let row = collector.judge_named([group, item, rater], label, label_slot)?;
            report.missing += u64::from(label.is_none());
            items.learn(Some(row.item));
            raters.learn(Some(row.rater));
            labels.learn(row.label);
            if let Some(groups) = &mut groups {
                groups.learn(Some(row.group));
            }
            collector.end_record(records.spot());
            Ok(())
        })?;
        collector.finish(report)
    }
}

/// Opens a file in the format that the dialect or the extension says, as [`with_path`].
pub(super) fn at_path<T>(
    path: &Path,
    dialect: &Dialect,
    load: impl FnOnce(Input<File>) -> Result<T>,
    report: impl FnOnce(&mut T) -> &mut ImportReport,
) -> Result<T> {
    with_path(path, |file| load(Input::of_file(file, dialect.format_of(path)?)?), report)
}

/// Opens a file, loads it, and names the path in the error or the report.
pub(super) fn with_path<T>(
    path: &Path,
    load: impl FnOnce(File) -> Result<T>,
    report: impl FnOnce(&mut T) -> &mut ImportReport,
) -> Result<T> {
    let loaded = File::open(path).map_err(Error::of_file).and_then(load);
    let mut loaded = loaded.map_err(|error| error.with_path(path))?;
    report(&mut loaded).path = Some(path.to_path_buf());
    Ok(loaded)
}
