use std::io::Read;

use crate::io::collect::{Collector, Target, target_options};
use crate::io::reading::table_reading;
use crate::io::records::Records;
use crate::io::{Column, Columns, Dialect, Format, Import, ImportReport, Result, Strictness};

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

    table_reading!(Import);

    fn load(&self, source: impl Read, format: Format, strictness: Strictness) -> Result<Import> {
        let mut records = Records::open(source, format, &self.dialect, false)?;
        let item_slots = records.slots(&self.item)?;
        let rater_slots = records.slots(&self.rater)?;
        let label_slot = records.slot(&self.label)?;
        let gold_slot = self.gold.as_ref().map(|column| records.slot(column)).transpose()?;
        let group_slots = self.group.as_ref().map(|columns| records.slots(columns)).transpose()?;

        let mut collector = Collector::new(&self.target, self.group.is_some());
        let (mut item_text, mut rater_text, mut group_text) = (String::new(), String::new(), String::new());
        let mut report = ImportReport::default();
        records.each(strictness, &mut report, |records, report| {
            let item = records.key(&item_slots, "an item", &mut item_text)?;
            let rater = records.key(&rater_slots, "a rater", &mut rater_text)?;
            let group = match &group_slots {
                Some(slots) => records.key(slots, "a group", &mut group_text)?,
                None => "",
            };
            let label = records.field(label_slot)?;
            if let Some(slot) = gold_slot
                && let Some(gold) = records.field(slot)?
            {
                collector.gold(group, item, gold, slot)?;
            }
            collector.judge(group, item, rater, label, label_slot)?;
            report.missing += u64::from(label.is_none());
            collector.end_record(records.place());
            Ok(())
        })?;
        collector.finish(report)
    }
}
