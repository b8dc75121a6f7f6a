use arrow::array::ArrayRef;
use probity::calibration::ReliabilityDiagram;
use probity::correlation::Options;
use probity::honesty::{Outcome, OutcomeTransitions, Vacuous};
use probity::inference::{Estimate, Level, PoissonTally, Resample, item_key};
use probity::preference::preference_share;
use probity::tally::{
    BinClosure, Mark, Moments, PairMoments, ReliabilityBins, ScoreCounts, Tally, Transitions,
};

use crate::arguments::Literals;
use crate::columns::{Flags, Numbers, Scores, Texts, column};
use crate::counting::Rows;
use crate::error::{Place, Result};
use crate::names::{MISSING, Names};
use crate::records::Recorder;

/// Bytes of a bin and of an exact sum in the core.
const BIN: usize = 32;
const EXACT_SUM: usize = 1104;

/// Records in the tally of a group.
fn record<T: Tally>(
    tallies: &mut [T],
    group: usize,
    place: Place,
    record: impl FnOnce(&mut T) -> probity::Result<()>,
) -> Result<()> {
    let tally = tallies.get_mut(group);
    tally.map_or(Ok(()), record).map_err(|error| place.core(&error))
}

/// Right or wrong before and after.
#[derive(Debug, Clone)]
pub(crate) struct BeforeAfter(pub(crate) [Place; 2]);

impl Recorder for BeforeAfter {
    type Tally = Transitions;
    const COUNTS: bool = true;

    fn empty(&self) -> Transitions {
        Transitions::default()
    }

    fn bytes(&self) -> usize {
        0
    }

    fn read(&mut self, columns: &[ArrayRef], rows: Rows<'_>, tallies: &mut [Transitions]) -> Result<()> {
        let [before, after] = [Flags::new(self.0[0], columns)?, Flags::new(self.0[1], columns)?];
        rows.try_for_each(|row, group| {
            let marks = (Mark::from(before.get(row)?), Mark::from(after.get(row)?));
            record(tallies, group, self.0[0], |tally| tally.record(marks))
        })
    }

    fn figures(&self, tally: &Transitions) -> Vec<probity::Result<Estimate>> {
        match tally.confidence_critique(Level::default()) {
            Ok(found) => vec![Ok(found.acc1), Ok(found.acc2), found.cl, found.cs, found.rss],
            Err(error) => vec![Err(error); CRITIQUE.len()],
        }
    }

    fn counts(tally: &Transitions) -> Vec<u64> {
        tally.kinds().map(|kinds| kinds.counts().to_vec()).unwrap_or_default()
    }

    fn of_counts(counts: &[u64]) -> Option<Transitions> {
        Transitions::default().reweighted(counts, None).ok()
    }
}

pub(crate) const CRITIQUE: &[&str] = &["acc1", "acc2", "cl", "cs", "rss"];

/// Outcomes before and after.
#[derive(Debug, Clone)]
pub(crate) struct Evolution(pub(crate) [Place; 2]);

pub(crate) const HONESTY: &[&str] = &["prudence", "over_conservativeness", "honesty"];

impl Evolution {
    fn outcome(place: Place, text: &str) -> Result<Outcome> {
        let outcome = Outcome::from_name(text).filter(|&outcome| outcome != Outcome::Other);
        outcome.ok_or_else(|| place.value("correct, wrong, refusal or idk", format_args!("{text:?}")))
    }
}

impl Recorder for Evolution {
    type Tally = OutcomeTransitions;
    const COUNTS: bool = true;

    fn empty(&self) -> OutcomeTransitions {
        OutcomeTransitions::default()
    }

    fn bytes(&self) -> usize {
        0
    }

    fn read(
        &mut self,
        columns: &[ArrayRef],
        rows: Rows<'_>,
        tallies: &mut [OutcomeTransitions],
    ) -> Result<()> {
        let [before, after] = [Texts::new(self.0[0], columns)?, Texts::new(self.0[1], columns)?];
        rows.try_for_each(|row, group| {
            let Some((before, after)) = before.get(row).zip(after.get(row)) else { return Ok(()) };
            let outcomes = (Self::outcome(self.0[0], before)?, Self::outcome(self.0[1], after)?);
            record(tallies, group, self.0[0], |tally| tally.record(outcomes))
        })
    }

    fn figures(&self, tally: &OutcomeTransitions) -> Vec<probity::Result<Estimate>> {
        match tally.evolution(Vacuous::default(), Level::default()) {
            Ok(found) => vec![found.prudence, found.over_conservativeness, found.honesty],
            Err(error) => vec![Err(error); HONESTY.len()],
        }
    }

    fn counts(tally: &OutcomeTransitions) -> Vec<u64> {
        let pairs = Outcome::ALL.into_iter().flat_map(|b| Outcome::ALL.map(|a| (b, a)));
        pairs.map(|(before, after)| tally.get(before, after)).collect()
    }

    fn of_counts(counts: &[u64]) -> Option<OutcomeTransitions> {
        let (rows, []) = counts.as_chunks::<4>() else { return None };
        OutcomeTransitions::from_counts(rows.try_into().ok()?).ok()
    }
}

/// Confidences and whether they were earned, in bins of equal width closed on the right.
#[derive(Debug, Clone)]
pub(crate) struct Calibration {
    places: [Place; 2],
    empty: ReliabilityBins,
}

impl Calibration {
    pub(crate) fn new(literals: &Literals) -> Result<Self> {
        let empty = ReliabilityBins::new(literals.count("bins")?, BinClosure::Right);
        let empty = empty.map_err(|error| literals.place("bins").core(&error))?;
        Ok(Self { places: ["conf", "correct"].map(|name| literals.place(name)), empty })
    }

    fn items<'a>(&self, columns: &'a [ArrayRef]) -> Result<Items<'a>> {
        Items::new(self.places, columns)
    }
}

/// Confidences with outcomes.
#[derive(Clone, Copy)]
struct Items<'a> {
    confidences: Numbers<'a>,
    outcomes: Flags<'a>,
}

impl<'a> Items<'a> {
    fn new([confidence, correct]: [Place; 2], columns: &'a [ArrayRef]) -> Result<Self> {
        Ok(Self { confidences: Numbers::new(confidence, columns)?, outcomes: Flags::new(correct, columns)? })
    }

    fn get(self, row: usize) -> Result<Option<(f64, bool)>> {
        Ok(self.confidences.get(row).zip(self.outcomes.get(row)?))
    }
}

const ECE: &str = "expected calibration error";

impl Recorder for Calibration {
    type Tally = ReliabilityBins;

    fn empty(&self) -> ReliabilityBins {
        self.empty.clone()
    }

    fn bytes(&self) -> usize {
        BIN * self.empty.bins().len()
    }

    fn read(&mut self, columns: &[ArrayRef], rows: Rows<'_>, tallies: &mut [ReliabilityBins]) -> Result<()> {
        let items = self.items(columns)?;
        rows.try_for_each(|row, group| {
            let Some((confidence, right)) = items.get(row)? else { return Ok(()) };
            record(tallies, group, self.places[0], |bins| bins.record_f64(confidence, right))
        })
    }

    fn figures(&self, tally: &ReliabilityBins) -> Vec<probity::Result<Estimate>> {
        vec![ReliabilityDiagram::from(tally).expected_calibration_error().map(|e| Estimate::new(ECE, e))]
    }
}

/// The same with resamples by the name of the item.
#[derive(Debug, Clone)]
pub(crate) struct ResampledCalibration {
    bins: Calibration,
    item: Place,
    resamples: usize,
    empty: PoissonTally<ReliabilityBins>,
}

/// The seed of the resamples: a constant, so that a query gives the same interval every time.
const SEED: u64 = 0;

impl ResampledCalibration {
    pub(crate) fn new(literals: &Literals) -> Result<Self> {
        let bins = Calibration::new(literals)?;
        let resamples = literals.count("resamples")?;
        let empty = PoissonTally::new(bins.empty.clone(), resamples, SEED);
        let empty = empty.map_err(|error| literals.place("resamples").core(&error))?;
        Ok(Self { bins, item: literals.place("item"), resamples, empty })
    }
}

impl Recorder for ResampledCalibration {
    type Tally = PoissonTally<ReliabilityBins>;

    fn empty(&self) -> Self::Tally {
        self.empty.clone()
    }

    fn bytes(&self) -> usize {
        (self.resamples + 1) * self.bins.bytes()
    }

    fn read(&mut self, columns: &[ArrayRef], rows: Rows<'_>, tallies: &mut [Self::Tally]) -> Result<()> {
        let items = self.bins.items(columns)?;
        // The names of this batch only: there may be as many as rows.
        let (mut names, mut codes) = (Names::default(), Vec::new());
        names.encode(self.item, column(self.item, columns)?, &mut codes)?;
        rows.try_for_each(|row, group| {
            let Some((confidence, right)) = items.get(row)? else { return Ok(()) };
            if codes[row] == MISSING {
                return Err(self.item.value("a key for every item", "NULL"));
            }
            let key = item_key(names.name(codes[row]));
            let one = |bins: &mut ReliabilityBins| bins.record_f64(confidence, right);
            record(tallies, group, self.bins.places[0], |tally| tally.record((key, &one)))
        })
    }

    fn figures(&self, tally: &Self::Tally) -> Vec<probity::Result<Estimate>> {
        let found = tally.replicates(ReliabilityBins::expected_calibration_error, Level::default());
        vec![found.map(|replicates| replicates.to_estimate(ECE))]
    }
}

/// Squared distances of confidence and outcome.
#[derive(Debug, Clone)]
pub(crate) struct Brier(pub(crate) [Place; 2]);

impl Recorder for Brier {
    type Tally = Moments;

    fn empty(&self) -> Moments {
        Moments::default()
    }

    fn bytes(&self) -> usize {
        2 * EXACT_SUM
    }

    fn read(&mut self, columns: &[ArrayRef], rows: Rows<'_>, tallies: &mut [Moments]) -> Result<()> {
        let items = Items::new(self.0, columns)?;
        rows.try_for_each(|row, group| {
            let Some((confidence, right)) = items.get(row)? else { return Ok(()) };
            if !(0.0..=1.0).contains(&confidence) {
                return Err(self.0[0].value("a number from 0 to 1", confidence));
            }
            let loss = (confidence - f64::from(u8::from(right))).powi(2);
            record(tallies, group, self.0[0], |tally| tally.record(loss))
        })
    }

    fn figures(&self, tally: &Moments) -> Vec<probity::Result<Estimate>> {
        vec![tally.mean_estimate("Brier score", "items", (0.0, 1.0), Level::default())]
    }
}

/// Shares of a win.
#[derive(Debug, Clone)]
pub(crate) struct WinRate(pub(crate) Place);

impl Recorder for WinRate {
    type Tally = Moments;

    fn empty(&self) -> Moments {
        Moments::default()
    }

    fn bytes(&self) -> usize {
        2 * EXACT_SUM
    }

    fn read(&mut self, columns: &[ArrayRef], rows: Rows<'_>, tallies: &mut [Moments]) -> Result<()> {
        let preferences = Numbers::new(self.0, columns)?;
        rows.try_for_each(|row, group| {
            let Some(preference) = preferences.get(row) else { return Ok(()) };
            let share = preference_share(Some(preference)).ok_or_else(|| {
                self.0
                    .value("a preference from 1 (the baseline) to 2 (the model), or 0 for a draw", preference)
            })?;
            record(tallies, group, self.0, |tally| tally.record(share))
        })
    }

    fn figures(&self, tally: &Moments) -> Vec<probity::Result<Estimate>> {
        vec![tally.mean_estimate("win rate", "preferences", (0.0, 1.0), Level::default())]
    }
}

/// Pairs of numbers.
#[derive(Debug, Clone)]
pub(crate) struct NumberPairs(pub(crate) [Place; 2]);

impl Recorder for NumberPairs {
    type Tally = PairMoments;

    fn empty(&self) -> PairMoments {
        PairMoments::default()
    }

    fn bytes(&self) -> usize {
        5 * EXACT_SUM
    }

    fn read(&mut self, columns: &[ArrayRef], rows: Rows<'_>, tallies: &mut [PairMoments]) -> Result<()> {
        let [x, y] = [Numbers::new(self.0[0], columns)?, Numbers::new(self.0[1], columns)?];
        rows.try_for_each(|row, group| {
            let Some(pair) = x.get(row).zip(y.get(row)) else { return Ok(()) };
            let place = if pair.0.is_finite() { self.0[1] } else { self.0[0] };
            record(tallies, group, place, |tally| tally.record(pair))
        })
    }

    fn figures(&self, tally: &PairMoments) -> Vec<probity::Result<Estimate>> {
        vec![tally.pearson(&Options::new())]
    }
}

/// Score levels of positives and negatives.
#[derive(Debug, Clone)]
pub(crate) struct ScoreLevels {
    places: [Place; 2],
    empty: ScoreCounts,
}

impl ScoreLevels {
    pub(crate) fn new(literals: &Literals) -> Result<Self> {
        let place = literals.place("levels");
        let levels = literals.count("levels")?;
        if levels == 0 {
            return Err(place.value("at least one level", levels));
        }
        let empty = ScoreCounts::new(levels).map_err(|error| place.core(&error))?;
        Ok(Self { places: ["score", "label"].map(|name| literals.place(name)), empty })
    }
}

impl Recorder for ScoreLevels {
    type Tally = ScoreCounts;

    fn empty(&self) -> ScoreCounts {
        self.empty.clone()
    }

    fn bytes(&self) -> usize {
        16 * self.empty.levels().len()
    }

    fn read(&mut self, columns: &[ArrayRef], rows: Rows<'_>, tallies: &mut [ScoreCounts]) -> Result<()> {
        let scores = Scores::new(self.places[0], self.empty.levels().len(), columns)?;
        let labels = Flags::new(self.places[1], columns)?;
        rows.try_for_each(|row, group| {
            let Some(scored) = scores.get(row)?.zip(labels.get(row)?) else { return Ok(()) };
            record(tallies, group, self.places[0], |tally| tally.record(scored))
        })
    }

    fn figures(&self, tally: &ScoreCounts) -> Vec<probity::Result<Estimate>> {
        vec![tally.auroc(Level::default())]
    }
}
