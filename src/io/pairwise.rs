use std::io::Read;

use crate::io::collect::{Collector, Target};
use crate::io::input::Input;
use crate::io::reading::table_reading;
use crate::io::records::{Problem, Records};
use crate::io::{Column, Columns, Dialect, ImportReport, Reason, Result, Strictness};
use crate::ratings::{Duplicates, Ids, Interner, Ratings};
use crate::tally::{Comparison, Side};

/// How the column of winners names them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Winner {
    /// By the side: the words for left and right.
    BySide {
        /// The word for the left contender.
        left: String,
        /// The word for the right contender.
        right: String,
    },
    /// By the contender's name, as in the left or the right column.
    ByName,
}

/// The comparisons of a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PairImport {
    /// The names of the contenders, in the order in which they first occur.
    pub contenders: Ids,
    /// The comparisons that have a winner or a tie, in the order of the rows; contenders are positions in
    /// [`contenders`](Self::contenders).
    pub comparisons: Vec<Comparison>,
    /// What each rater said of each item, if a column of raters was named. The sides are those of the item's first row
    /// (of the item's name, where an item is a pair of contenders): where a row has the contenders the other way round,
    /// its `left` counts as `right`.
    pub ratings: Option<Ratings>,
    /// What was read and left out.
    pub report: ImportReport,
}

/// A table with a row a comparison: two contenders and the winner, perhaps a rater and an item.
///
/// # Missing values
/// A row without a winner is a missing rating and no comparison. Without a contender, or without a rater or an item
/// where such a column was named, the row cannot be used. Ties are comparisons.
///
/// # Examples
/// ```
/// use probity::io::{PairTable, Strictness, Winner};
/// use probity::tally::Side;
///
/// let file = "left,right,judge,winner\nPizza,Sushi,ann,left\nSushi,Pizza,bob,right\nPizza,Tacos,ann,tie\n";
/// let table = PairTable::new("left", "right", "winner").rater("judge");
/// let import = table.read_from(file.as_bytes(), Strictness::Strict)?;
/// assert_eq!(import.comparisons[1].winner, Side::Right);
/// // Ann and Bob both prefer pizza to sushi, whichever side it is on.
/// let ratings = import.ratings.unwrap();
/// assert_eq!((ratings.n_items(), &*ratings.items().name(0)), (2, "Pizza:Sushi"));
/// assert_eq!(ratings.codes()?.get(0, 0), ratings.codes()?.get(0, 1));
///
/// // `left` is not a contender's name.
/// let by_name = table.winner(Winner::ByName).read_from(file.as_bytes(), Strictness::Strict);
/// assert_eq!(
///     by_name.unwrap_err().to_string(),
///     r#"line 2, record 1, field "winner": expected a winner ("Pizza", "Sushi", "tie"), found "left""#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct PairTable {
    left: Column,
    right: Column,
    label: Column,
    rater: Option<Columns>,
    item: Option<Columns>,
    winner: Winner,
    ties: Vec<String>,
    duplicates: Duplicates,
    dialect: Dialect,
}

impl PairTable {
    /// A table with these columns for the contenders and the winner, who is named `left` or `right`, or `tie`.
    #[must_use]
    pub fn new(left: impl Into<Column>, right: impl Into<Column>, winner: impl Into<Column>) -> Self {
        Self {
            left: left.into(),
            right: right.into(),
            label: winner.into(),
            rater: None,
            item: None,
            winner: Winner::BySide { left: "left".to_string(), right: "right".to_string() },
            ties: vec!["tie".to_string()],
            duplicates: Duplicates::default(),
            dialect: Dialect::new(),
        }
    }

    /// Names the column of raters; without it there are comparisons but no [`PairImport::ratings`].
    #[must_use]
    pub fn rater(mut self, columns: impl Into<Columns>) -> Self {
        self.rater = Some(columns.into());
        self
    }

    /// Names the column (or columns) that says what was compared; without it an item is a pair of contenders, whichever
    /// side they are on.
    #[must_use]
    pub fn item(mut self, columns: impl Into<Columns>) -> Self {
        self.item = Some(columns.into());
        self
    }

    /// Sets how winners are named.
    #[must_use]
    pub fn winner(mut self, winner: Winner) -> Self {
        self.winner = winner;
        self
    }

    /// Sets the words for a tie.
    #[must_use]
    pub fn ties<S: Into<String>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
        self.ties = words.into_iter().map(Into::into).collect();
        self
    }

    /// Sets what happens when one rater judges one item twice: an error that names both lines unless set. It concerns
    /// the ratings; the comparisons hold every row.
    #[must_use]
    pub fn duplicates(mut self, duplicates: Duplicates) -> Self {
        self.duplicates = duplicates;
        self
    }

    table_reading!(PairImport);

    #[cfg(feature = "arrow")]
    crate::io::arrow::arrow_methods!(PairImport);

    pub(super) fn load(&self, input: Input<impl Read>, strictness: Strictness) -> Result<PairImport> {
        let mut records = Records::open(input, &self.dialect, false)?;
        let left_slot = records.slot(&self.left)?;
        let right_slot = records.slot(&self.right)?;
        let label_slot = records.slot(&self.label)?;
        let rater_slots = self.rater.as_ref().map(|columns| records.slots(columns)).transpose()?;
        let item_slots = self.item.as_ref().map(|columns| records.slots(columns)).transpose()?;

        let target = Target { duplicates: self.duplicates, ..Target::default() };
        let mut collector = Collector::new(&target, false);
        let mut contenders = Interner::default();
        let mut comparisons = Vec::new();
        // The contenders of each rated item, on the sides that its labels mean.
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut scratch = [const { String::new() }; 4];
        let mut report = ImportReport::default();
        records.each(strictness, &mut report, |records, report| {
            let [left_text, right_text, item_text, rater_text] = &mut scratch;
            let left_name = records.key(&[left_slot], "a contender", left_text)?;
            let right_name = records.key(&[right_slot], "a contender", right_text)?;
            if left_name == right_name {
                let reason = Reason::OneContender { name: left_name.to_string() };
                return Err(Problem::row(Some(right_slot), reason));
            }
            let label = records.field(label_slot)?;
            let winner =
                label.map(|label| self.side(label, left_name, right_name, label_slot)).transpose()?;
            // Without a column of items, an item is a pair with its contenders in the order of their names.
            let turned = item_slots.is_none() && left_name > right_name;
            let pair = if turned { [right_slot, left_slot] } else { [left_slot, right_slot] };
            let item = records.key(item_slots.as_deref().unwrap_or(&pair), "an item", item_text)?;
            let known = collector.item_number(item).and_then(|item| pairs.get(item as usize)).copied();
            let turned = match known {
                None => turned,
                Some(known) => {
                    let first = (contenders.name(known.0 as usize), contenders.name(known.1 as usize));
                    turned_against(first, (left_name, right_name))
                        .map_err(|reason| Problem::row(Some(left_slot), reason))?
                }
            };
            if let Some(slots) = &rater_slots {
                let rater = records.key(slots, "a rater", rater_text)?;
                let label = winner.map(|side| if turned { side.swapped() } else { side }.name());
                collector.judge("", item, rater, label, label_slot)?;
                collector.end_record(records.spot());
            }
            let mut contender = |name| contenders.intern(name).map_err(|e| Problem::Fatal(e.into()));
            let (left, right) = (contender(left_name)?, contender(right_name)?);
            if known.is_none() && rater_slots.is_some() {
                pairs.push(if turned { (right, left) } else { (left, right) });
            }
            comparisons.extend(winner.map(|winner| Comparison { left, right, winner }));
            report.missing += u64::from(winner.is_none());
            Ok(())
        })?;
        let (ratings, report) = if rater_slots.is_some() {
            let import = collector.finish(report)?;
            (Some(import.ratings), import.report)
        } else {
            report.judgments = comparisons.len() as u64;
            (None, report)
        };
        Ok(PairImport { contenders: contenders.into_ids(), comparisons, ratings, report })
    }

    /// The side that a label names.
    fn side(&self, label: &str, left: &str, right: &str, slot: usize) -> Result<Side, Problem> {
        let (for_left, for_right) = match &self.winner {
            Winner::BySide { left, right } => (left.as_str(), right.as_str()),
            Winner::ByName => (left, right),
        };
        if label == for_left {
            return Ok(Side::Left);
        }
        if label == for_right {
            return Ok(Side::Right);
        }
        if self.ties.iter().any(|tie| tie == label) {
            return Ok(Side::Tie);
        }
        let words = [for_left, for_right].into_iter().chain(self.ties.iter().map(String::as_str));
        let expected = words.map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ");
        Err(Problem::row(Some(slot), Reason::UnknownWinner { expected, found: label.to_string() }))
    }
}

/// Whether the contenders of a row are those of the item's first row with the sides changed.
fn turned_against(first: (&str, &str), row: (&str, &str)) -> Result<bool, Reason> {
    if row == first {
        return Ok(false);
    }
    if (row.1, row.0) == first {
        return Ok(true);
    }
    let both = |(left, right): (&str, &str)| format!("{left:?} and {right:?}");
    Err(Reason::ContendersDiffer { expected: both(first), found: both(row) })
}
