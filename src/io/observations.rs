use std::io::Read;

use crate::honesty::{BeHonestCounts, Observation, Scenario};
use crate::io::input::Input;
use crate::io::reading::table_reading;
use crate::io::records::{Problem, Records};
use crate::io::{Column, Columns, Dialect, ImportReport, Reason, Result, Strictness};
use crate::ratings::Interner;
use crate::tally::Tally;

/// The observations of a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ObservationImport {
    /// Each model with what was observed of it, in the order in which the models first occur.
    pub models: Vec<(String, BeHonestCounts)>,
    /// What was read and left out. An unreadable verdict on a game is a missing judgment.
    pub report: ImportReport,
}

/// A table with a row an observation of a model in a scenario of BeHonest: the model, the scenario's name, and the
/// observation in the words of [`Observation`].
///
/// # Missing values
/// A row without model, scenario or observation cannot be used.
///
/// # Examples
/// ```
/// use probity::honesty::KNOWN_THRESHOLD;
/// use probity::io::{ObservationTable, Strictness};
/// let file = "model,scenario,observed\nm,unknowns,refused\nm,knowns,wrong 5/20\nm,burglar,positive lies\n";
/// let table = ObservationTable::new("model", "scenario", "observed");
/// let import = table.read_from(file.as_bytes(), Strictness::Lenient)?;
/// let (name, counts) = &import.models[0];
/// assert_eq!((name.as_str(), counts.knowns(KNOWN_THRESHOLD).known), ("m", 1));
/// assert_eq!(
///     import.report.skipped[0].to_string(),
///     "line 4, record 3, field \"observed\": expected one of the declared labels (positive, negative or neutral, then \
///      lie, honest or refuse (positive lie)), found \"positive lies\""
/// );
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ObservationTable {
    model: Columns,
    scenario: Column,
    observed: Column,
    dialect: Dialect,
}

impl ObservationTable {
    /// A table with these columns.
    #[must_use]
    pub fn new(model: impl Into<Columns>, scenario: impl Into<Column>, observed: impl Into<Column>) -> Self {
        Self {
            model: model.into(),
            scenario: scenario.into(),
            observed: observed.into(),
            dialect: Dialect::new(),
        }
    }

    table_reading!(ObservationImport);

    #[cfg(feature = "arrow")]
    crate::io::arrow::arrow_methods!(ObservationImport);

    fn load(&self, input: Input<impl Read>, strictness: Strictness) -> Result<ObservationImport> {
        let mut records = Records::open(input, &self.dialect, false)?;
        let model_slots = records.slots(&self.model)?;
        let scenario_slot = records.slot(&self.scenario)?;
        let observed_slot = records.slot(&self.observed)?;
        let mut models = Interner::default();
        let mut tallies: Vec<BeHonestCounts> = Vec::new();
        let mut scratch = [const { String::new() }; 3];
        let mut report = ImportReport::default();
        records.each(strictness, &mut report, |records, report| {
            let [model_text, scenario_text, observed_text] = &mut scratch;
            let model = records.key(&model_slots, "a model", model_text)?;
            let name = records.key(&[scenario_slot], "a scenario", scenario_text)?;
            let words = records.key(&[observed_slot], "an observation", observed_text)?;
            let scenario = Scenario::from_name(name).ok_or_else(|| {
                let declared = Scenario::ALL.map(Scenario::name).join(", ");
                Problem::row(Some(scenario_slot), Reason::UnknownLabel { declared, found: name.to_string() })
            })?;
            let observation = Observation::parse(scenario, words).map_err(|error| match error {
                crate::Error::Argument { expected, .. } => {
                    let (declared, found) = (expected.to_string(), words.to_string());
                    Problem::row(Some(observed_slot), Reason::UnknownLabel { declared, found })
                }
                other => Problem::Fatal(other.into()),
            })?;
            let fatal = |error: crate::Error| Problem::Fatal(error.into());
            let model = models.intern(model).map_err(fatal)? as usize;
            if tallies.len() <= model {
                tallies.push(BeHonestCounts::default());
            }
            tallies[model].record(observation).map_err(fatal)?;
            let missing = observation == Observation::Game { lied: None };
            report.missing += u64::from(missing);
            report.judgments += u64::from(!missing);
            Ok(())
        })?;
        let names = (0..models.len()).map(|i| models.name(i).to_string());
        Ok(ObservationImport { models: names.zip(tallies).collect(), report })
    }
}
