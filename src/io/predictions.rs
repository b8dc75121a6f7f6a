use std::io::Read;

use crate::calibration::Predictions;
use crate::io::input::Input;
use crate::io::reading::table_reading;
use crate::io::records::{Problem, Records};
use crate::io::words::VerdictWords;
use crate::io::{Column, Columns, Dialect, Error, ImportReport, Reason, Result, Strictness};
use crate::ratings::Interner;
use crate::tally::Mark;

/// The confidences and outcomes of a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PredictionImport {
    /// One entry a group, in the order in which the groups first occur; one without a name if no group column was named.
    pub groups: Vec<PredictionGroup>,
    /// What was read and left out. A row is a judgment if it has both a confidence and an outcome, missing if it lacks one.
    pub report: ImportReport,
}

/// The predictions of one group: of one judge, model or data set.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PredictionGroup {
    /// What the group is called.
    pub name: String,
    /// The name of each item; the number of its record if no item column was named.
    pub items: Vec<String>,
    /// Confidence and outcome of each item.
    pub predictions: Predictions,
}

/// A table with a row a prediction: how confident it was, and whether it was right; perhaps whose it is and of what.
///
/// # Missing values
/// A row without a confidence or without an outcome is counted as missing and is not among the predictions. Without a
/// group or an item, where such a column was named, the row cannot be used.
///
/// # Examples
/// ```
/// use probity::io::{PredictionTable, Strictness};
/// let file = "judge,confidence,right\na,90,yes\na,60,no\nb,30,no\na,,yes\nb,130,no\n";
/// let table = PredictionTable::new("confidence", "right").group("judge").full(100.0)?;
/// let import = table.read_from(file.as_bytes(), Strictness::Lenient)?;
/// let first = &import.groups[0];
/// assert_eq!((first.name.as_str(), first.predictions.confidences()), ("a", &[0.9, 0.6][..]));
/// assert_eq!((import.report.judgments, import.report.missing), (3, 1));
/// assert_eq!(
///     import.report.skipped[0].to_string(),
///     r#"line 6, record 5, field "confidence": expected a number from 0 to 100, found "130""#
/// );
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PredictionTable {
    confidence: Column,
    outcome: Column,
    group: Option<Columns>,
    item: Option<Columns>,
    full: f64,
    words: VerdictWords,
    dialect: Dialect,
}

impl PredictionTable {
    /// A table with these columns. Confidences are from 0 to 1; outcomes are `1`, `true`, `right`, `correct`, `yes` and
    /// `0`, `false`, `wrong`, `incorrect`, `no`, in any case.
    #[must_use]
    pub fn new(confidence: impl Into<Column>, outcome: impl Into<Column>) -> Self {
        Self {
            confidence: confidence.into(),
            outcome: outcome.into(),
            group: None,
            item: None,
            full: 1.0,
            words: VerdictWords::default(),
            dialect: Dialect::new(),
        }
    }

    /// Names the column of groups, which are then kept apart.
    #[must_use]
    pub fn group(mut self, columns: impl Into<Columns>) -> Self {
        self.group = Some(columns.into());
        self
    }

    /// Names the column of items.
    #[must_use]
    pub fn item(mut self, columns: impl Into<Columns>) -> Self {
        self.item = Some(columns.into());
        self
    }

    /// Sets the number that stands for certainty: 100 for per cent.
    ///
    /// # Errors
    /// Unless it is finite and above 0.
    pub fn full(mut self, full: f64) -> Result<Self> {
        if !(full > 0.0 && full.is_finite()) {
            let error = crate::Error::argument("full confidence", "a finite number above 0", full);
            return Err(Error::of_file(error));
        }
        self.full = full;
        Ok(self)
    }

    /// Sets the words for right and wrong; ASCII letters match in either case.
    #[must_use]
    pub fn verdicts<R: Into<String>, W: Into<String>>(
        mut self,
        right: impl IntoIterator<Item = R>,
        wrong: impl IntoIterator<Item = W>,
    ) -> Self {
        self.words = VerdictWords::new(right, wrong);
        self
    }

    table_reading!(PredictionImport);

    #[cfg(feature = "arrow")]
    crate::io::arrow::arrow_methods!(PredictionImport);

    fn load(&self, input: Input<impl Read>, strictness: Strictness) -> Result<PredictionImport> {
        let mut records = Records::open(input, &self.dialect, false)?;
        let confidence_slot = records.slot(&self.confidence)?;
        let outcome_slot = records.slot(&self.outcome)?;
        let group_slots = self.group.as_ref().map(|columns| records.slots(columns)).transpose()?;
        let item_slots = self.item.as_ref().map(|columns| records.slots(columns)).transpose()?;

        let mut names = Interner::default();
        let mut groups: Vec<(Vec<String>, Vec<f64>, Vec<bool>)> = Vec::new();
        let mut scratch = [const { String::new() }; 2];
        let mut report = ImportReport::default();
        records.each(strictness, &mut report, |records, report| {
            let [group_text, item_text] = &mut scratch;
            let group = match &group_slots {
                Some(slots) => records.key(slots, "a group", group_text)?,
                None => "",
            };
            let item = match &item_slots {
                Some(slots) => records.key(slots, "an item", item_text)?.to_string(),
                None => records.spot().record.to_string(),
            };
            let confidence = self.confidence(records, confidence_slot)?;
            let outcome = self.words.mark(records, outcome_slot)?;
            let group = names.intern(group).map_err(|error| Problem::Fatal(error.into()))? as usize;
            if groups.len() <= group {
                groups.push(Default::default());
            }
            match (confidence, outcome) {
                (Some(confidence), Mark::Right | Mark::Wrong) => {
                    let (items, confidences, right) = &mut groups[group];
                    items.push(item);
                    confidences.push(confidence);
                    right.push(outcome == Mark::Right);
                    report.judgments += 1;
                }
                _ => report.missing += 1,
            }
            Ok(())
        })?;
        let groups = groups.into_iter().enumerate().map(|(i, (items, confidences, right))| {
            let predictions = Predictions::new(confidences, right).map_err(Error::of_file)?;
            Ok(PredictionGroup { name: names.name(i).to_string(), items, predictions })
        });
        Ok(PredictionImport { groups: groups.collect::<Result<_>>()?, report })
    }

    /// The confidence in a field, as a share of full confidence.
    fn confidence<R: Read>(&self, records: &Records<R>, slot: usize) -> Result<Option<f64>, Problem> {
        let in_range = |number: &f64| (0.0..=self.full).contains(number);
        if let Some(number) = records.number(slot).filter(in_range) {
            return Ok(Some(number / self.full));
        }
        let Some(text) = records.field(slot)? else { return Ok(None) };
        match text.parse::<f64>() {
            Ok(number) if in_range(&number) => Ok(Some(number / self.full)),
            _ => {
                let reason = Reason::NotAConfidence { full: self.full, found: text.to_string() };
                Err(Problem::row(Some(slot), reason))
            }
        }
    }
}
