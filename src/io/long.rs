use std::io::Read;

use crate::io::collect::{Collector, Target, target_options};
use crate::io::input::Input;
use crate::io::memo::Naming;
use crate::io::reading::table_reading;
use crate::io::records::Records;
use crate::io::{Column, Columns, Dialect, Import, ImportReport, Result, Strictness};
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

    table_reading!(Import);

    #[cfg(feature = "arrow")]
    crate::io::arrow::arrow_methods!(Import);

    pub(super) fn load(&self, input: Input<impl Read>, strictness: Strictness) -> Result<Import> {
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
