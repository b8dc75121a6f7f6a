use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Read;

use crate::io::input::Input;
use crate::io::reading::table_reading;
use crate::io::records::{Problem, Records};
use crate::io::words::VerdictWords;
use crate::io::{Column, Columns, Dialect, ImportReport, Place, Reason, Result, Strictness};
use crate::ratings::{Ids, Interner};
use crate::tally::{Mark, QuestionTransitions, Tally};

/// The two-turn results of a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TwoTurnImport {
    /// Each model with its samples by question, in the order in which the models first occur.
    pub models: Vec<(String, QuestionTransitions)>,
    /// The names of the questions, by their number in the tallies.
    pub questions: Ids,
    /// What was read and left out. A row is a judgment if it has both verdicts, missing if it lacks one.
    pub report: ImportReport,
}

/// A table with a row a two-turn sample: a model, a question, whether the answer was right before and after the
/// correction, perhaps the number of the sample.
///
/// # Missing values
/// A missing verdict is [`Mark::Unknown`]; the sample is counted. Without a model or a question, or without a sample
/// where such a column was named, the row cannot be used.
///
/// # Examples
/// ```
/// use probity::io::{Strictness, TwoTurnTable};
/// let file = "model,question,sample,before,after\nm,q1,0,0,1\nm,q1,1,true,wrong\nm,q2,0,1,\nm,q2,0,1,1\n";
/// let table = TwoTurnTable::new("model", "question", "before", "after").sample("sample");
/// let import = table.read_from(file.as_bytes(), Strictness::Lenient)?;
/// let (name, samples) = &import.models[0];
/// assert_eq!((name.as_str(), samples.len(), samples.pooled().fixed(), samples.pooled().broken()), ("m", 2, 1, 1));
/// assert_eq!((import.report.judgments, import.report.missing), (2, 1));
/// assert_eq!(
///     import.report.skipped[0].to_string(),
///     r#"line 5, record 4, field "sample": expected each sample of a question once, found it in line 4 too"#
/// );
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct TwoTurnTable {
    model: Columns,
    question: Columns,
    sample: Option<Columns>,
    before: Column,
    after: Column,
    words: VerdictWords,
    dialect: Dialect,
}

impl TwoTurnTable {
    /// A table with these columns. Verdicts are `1`, `true`, `right`, `correct`, `yes` and `0`, `false`, `wrong`,
    /// `incorrect`, `no`, in any case.
    #[must_use]
    pub fn new(
        model: impl Into<Columns>,
        question: impl Into<Columns>,
        before: impl Into<Column>,
        after: impl Into<Column>,
    ) -> Self {
        Self {
            model: model.into(),
            question: question.into(),
            sample: None,
            before: before.into(),
            after: after.into(),
            words: VerdictWords::default(),
            dialect: Dialect::new(),
        }
    }

    /// Names the column of samples: the same one of a question twice is then a row that cannot be used.
    #[must_use]
    pub fn sample(mut self, columns: impl Into<Columns>) -> Self {
        self.sample = Some(columns.into());
        self
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

    table_reading!(TwoTurnImport);

    #[cfg(feature = "arrow")]
    crate::io::arrow::arrow_methods!(TwoTurnImport);

    fn load(&self, input: Input<impl Read>, strictness: Strictness) -> Result<TwoTurnImport> {
        let mut records = Records::open(input, &self.dialect, false)?;
        let model_slots = records.slots(&self.model)?;
        let question_slots = records.slots(&self.question)?;
        let sample_slots = self.sample.as_ref().map(|columns| records.slots(columns)).transpose()?;
        let before_slot = records.slot(&self.before)?;
        let after_slot = records.slot(&self.after)?;

        let (mut models, mut questions, mut samples) =
            (Interner::default(), Interner::default(), Interner::default());
        let mut tallies: Vec<QuestionTransitions> = Vec::new();
        // The place of each (model, question, sample).
        let mut places: HashMap<[u32; 3], Place> = HashMap::new();
        let mut scratch = [const { String::new() }; 3];
        let mut report = ImportReport::default();
        records.each(strictness, &mut report, |records, report| {
            let [model_text, question_text, sample_text] = &mut scratch;
            let model = records.key(&model_slots, "a model", model_text)?;
            let question = records.key(&question_slots, "a question", question_text)?;
            let before = self.words.mark(records, before_slot)?;
            let after = self.words.mark(records, after_slot)?;
            let fatal = |error: crate::Error| Problem::Fatal(error.into());
            let sample = match &sample_slots {
                Some(slots) => Some(records.key(slots, "a sample", sample_text)?),
                None => None,
            };
            // Nothing stands in the way of the row from here on but a sample that was met before.
            let model = models.intern(model).map_err(fatal)?;
            let question = questions.intern(question).map_err(fatal)?;
            if let (Some(sample), Some(slots)) = (sample, &sample_slots) {
                let sample = samples.intern(sample).map_err(fatal)?;
                match places.entry([model, question, sample]) {
                    Entry::Occupied(first) => {
                        let reason = Reason::SampleTwice { first: *first.get() };
                        return Err(Problem::row(slots.first().copied(), reason));
                    }
                    Entry::Vacant(place) => drop(place.insert(records.spot().place())),
                }
            }
            if tallies.len() <= model as usize {
                tallies.push(QuestionTransitions::default());
            }
            tallies[model as usize].record((question.into(), before, after)).map_err(fatal)?;
            let missing = before == Mark::Unknown || after == Mark::Unknown;
            report.missing += u64::from(missing);
            report.judgments += u64::from(!missing);
            Ok(())
        })?;
        let names = (0..models.len()).map(|i| models.name(i).to_string());
        let models = names.zip(tallies).collect();
        Ok(TwoTurnImport { models, questions: questions.into_ids(), report })
    }
}
