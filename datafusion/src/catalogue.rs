use arrow::datatypes::DataType;

use crate::arguments::{Argument, Kind, Literals};
use crate::counting::Counting;
use crate::duels::Duels;
use crate::error::{Place, Result};
use crate::lists::{ListFigure, Lists, SCALES};
use crate::output::Output;
use crate::pairs::{PairFigure, PairTables, WEIGHTS};
use crate::recorders::{
    BeforeAfter, Brier, CRITIQUE, Calibration, Evolution, HONESTY, NumberPairs, ResampledCalibration,
    ScoreLevels, WinRate,
};
use crate::records::Records;
use crate::tallies::Merged;

/// Names and types of the columns in which a partial state travels.
type StateTypes = fn() -> Vec<(&'static str, DataType)>;
type Make = fn(&Literals) -> Result<Box<dyn Counting>>;

/// An aggregate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) arguments: &'static [Argument],
    pub(crate) output: Output,
    pub(crate) state: StateTypes,
    pub(crate) make: Make,
}

const fn argument(name: &'static str, kind: Kind) -> Argument {
    Argument { name, kind }
}

const PAIR: &[Argument] = &[argument("a", Kind::Label), argument("b", Kind::Label)];
const WEIGHTED_PAIR: &[Argument] =
    &[argument("a", Kind::Label), argument("b", Kind::Label), argument("weights", Kind::Choice(WEIGHTS))];
const LABELS: &[Argument] = &[argument("labels", Kind::Labels)];
const SCALED_LABELS: &[Argument] =
    &[argument("labels", Kind::Labels), argument("scale", Kind::Choice(SCALES))];
const ITEMS: &[Argument] = &[argument("conf", Kind::Number), argument("correct", Kind::Flag)];
const BINNED: &[Argument] =
    &[argument("conf", Kind::Number), argument("correct", Kind::Flag), argument("bins", Kind::Count(None))];
const RESAMPLED: &[Argument] = &[
    argument("conf", Kind::Number),
    argument("correct", Kind::Flag),
    argument("bins", Kind::Count(None)),
    argument("item", Kind::Label),
    argument("resamples", Kind::Count(Some(200))),
];
const SCORES: &[Argument] =
    &[argument("score", Kind::Score), argument("label", Kind::Flag), argument("levels", Kind::Count(None))];
const NUMBERS: &[Argument] = &[argument("x", Kind::Number), argument("y", Kind::Number)];
const FLAGS: &[Argument] = &[argument("before", Kind::Flag), argument("after", Kind::Flag)];
const OUTCOMES: &[Argument] = &[argument("before", Kind::Text), argument("after", Kind::Text)];
const PREFERENCE: &[Argument] = &[argument("preference", Kind::Number)];
const DUEL: &[Argument] =
    &[argument("a", Kind::Label), argument("b", Kind::Label), argument("outcome", Kind::Text)];
const TALLY: &[Argument] = &[argument("tally", Kind::Text)];

fn two(literals: &Literals, names: [&'static str; 2]) -> [Place; 2] {
    names.map(|name| literals.place(name))
}

/// A figure under its name, its interval under the name with `_ci`.
macro_rules! with_interval {
    ($name:literal, $about:literal, $arguments:expr, $state:expr, $make:expr) => {
        with_interval!($name, $about, $arguments, $state, $make, Output::Figure, Output::Interval)
    };
    ($name:literal, $about:literal, $arguments:expr, $state:expr, $make:expr, $figure:expr, $interval:expr) => {
        [
            Spec {
                name: $name,
                about: $about,
                arguments: $arguments,
                output: $figure,
                state: $state,
                make: $make,
            },
            Spec {
                name: concat!($name, "_ci"),
                about: concat!($about, ", with its interval"),
                arguments: $arguments,
                output: $interval,
                state: $state,
                make: $make,
            },
        ]
    };
}

/// A tally as text.
const fn tally(
    name: &'static str,
    about: &'static str,
    arguments: &'static [Argument],
    state: StateTypes,
    make: Make,
) -> Spec {
    Spec { name, about, arguments, output: Output::Text, state, make }
}

/// All aggregates.
pub(crate) fn aggregates() -> Vec<Spec> {
    let figures = labels().into_iter().chain(numbers()).flatten();
    figures.chain(others()).chain(tallies()).collect()
}

/// Figures of labels.
fn labels() -> [[Spec; 2]; 6] {
    let pairs: StateTypes = PairTables::state_types;
    [
        with_interval!("percent_agreement", "Share of items on which two raters agree", PAIR, pairs, |l| {
            Ok(Box::new(PairTables::new(PairFigure::Agreement, l)))
        }),
        with_interval!("cohen_kappa", "Cohen's kappa, weighted if so asked", WEIGHTED_PAIR, pairs, |l| {
            Ok(Box::new(PairTables::new(PairFigure::cohen(l)?, l)))
        }),
        with_interval!("scott_pi", "Scott's pi", PAIR, pairs, |l| {
            Ok(Box::new(PairTables::new(PairFigure::Scott, l)))
        }),
        with_interval!("gwet_ac1", "Gwet's AC1 of two raters", PAIR, pairs, |l| {
            Ok(Box::new(PairTables::new(PairFigure::Gwet, l)))
        }),
        with_interval!(
            "fleiss_kappa",
            "Fleiss' kappa, one list of labels an item",
            LABELS,
            Lists::state_types,
            |l| { Ok(Box::new(Lists::new(ListFigure::Fleiss, l))) }
        ),
        with_interval!(
            "krippendorff_alpha",
            "Krippendorff's alpha, one list of labels an item",
            SCALED_LABELS,
            Lists::state_types,
            |l| Ok(Box::new(Lists::new(ListFigure::krippendorff(l)?, l)))
        ),
    ]
}

/// Figures of numbers, of right and wrong, of outcomes.
fn numbers() -> [[Spec; 2]; 6] {
    [
        with_interval!("brier", "Brier score", ITEMS, Records::<Brier>::state_types, |l| {
            Ok(Records::boxed(Brier(two(l, ["conf", "correct"])), false, l))
        }),
        with_interval!(
            "auroc_hist",
            "Area under the ROC curve of scores in levels",
            SCORES,
            Records::<ScoreLevels>::state_types,
            |l| Ok(Records::boxed(ScoreLevels::new(l)?, false, l))
        ),
        with_interval!(
            "pearson",
            "Pearson's correlation",
            NUMBERS,
            Records::<NumberPairs>::state_types,
            |l| { Ok(Records::boxed(NumberPairs(two(l, ["x", "y"])), false, l)) }
        ),
        with_interval!(
            "confidence_critique",
            "Accuracy before and after, split into confidence and critique",
            FLAGS,
            Records::<BeforeAfter>::state_types,
            |l| Ok(Records::boxed(BeforeAfter(two(l, ["before", "after"])), false, l)),
            Output::Figures(CRITIQUE),
            Output::Intervals(CRITIQUE)
        ),
        with_interval!(
            "honesty",
            "Prudence, over-conservativeness and honesty",
            OUTCOMES,
            Records::<Evolution>::state_types,
            |l| Ok(Records::boxed(Evolution(two(l, ["before", "after"])), false, l)),
            Output::Figures(HONESTY),
            Output::Intervals(HONESTY)
        ),
        with_interval!(
            "win_rate",
            "AlpacaEval's win rate",
            PREFERENCE,
            Records::<WinRate>::state_types,
            |l| { Ok(Records::boxed(WinRate(l.place("preference")), false, l)) }
        ),
    ]
}

/// Figures whose interval wants other arguments.
fn others() -> [Spec; 3] {
    [
        Spec {
            name: "ece",
            about: "Expected calibration error, bins of equal width closed on the right",
            arguments: BINNED,
            output: Output::Figure,
            state: Records::<Calibration>::state_types,
            make: |l| Ok(Records::boxed(Calibration::new(l)?, false, l)),
        },
        Spec {
            name: "ece_ci",
            about: "The same with the interval of a Poisson bootstrap over items",
            arguments: RESAMPLED,
            output: Output::Interval,
            state: Records::<ResampledCalibration>::state_types,
            make: |l| Ok(Records::boxed(ResampledCalibration::new(l)?, false, l)),
        },
        Spec {
            name: "bradley_terry_counts_ci",
            about: "Bradley-Terry strengths (natural logarithm, mean 0) with their intervals",
            arguments: DUEL,
            output: Output::Contenders,
            state: Duels::state_types,
            make: |l| Ok(Box::new(Duels::new(true, l))),
        },
    ]
}

/// Tallies as text.
fn tallies() -> Vec<Spec> {
    vec![
        tally("bradley_terry_counts", "Who beat whom, how often: the tally", DUEL, Duels::state_types, |l| {
            Ok(Box::new(Duels::new(false, l)))
        }),
        tally("tally_pairs", "The tally of two raters", PAIR, PairTables::state_types, |l| {
            Ok(Box::new(PairTables::new(PairFigure::Tally, l)))
        }),
        tally("tally_patterns", "The tally of rows of label counts", LABELS, Lists::state_types, |l| {
            Ok(Box::new(Lists::new(ListFigure::Patterns, l)))
        }),
        tally("tally_coincidences", "The tally of Krippendorff's pairs", LABELS, Lists::state_types, |l| {
            Ok(Box::new(Lists::new(ListFigure::Coincidences, l)))
        }),
        tally("tally_bins", "The tally of confidences", BINNED, Records::<Calibration>::state_types, |l| {
            Ok(Records::boxed(Calibration::new(l)?, true, l))
        }),
        tally("tally_brier", "The tally of squared errors", ITEMS, Records::<Brier>::state_types, |l| {
            Ok(Records::boxed(Brier(two(l, ["conf", "correct"])), true, l))
        }),
        tally(
            "tally_scores",
            "The tally of score levels",
            SCORES,
            Records::<ScoreLevels>::state_types,
            |l| Ok(Records::boxed(ScoreLevels::new(l)?, true, l)),
        ),
        tally(
            "tally_numbers",
            "The tally of pairs of numbers",
            NUMBERS,
            Records::<NumberPairs>::state_types,
            |l| Ok(Records::boxed(NumberPairs(two(l, ["x", "y"])), true, l)),
        ),
        tally(
            "tally_transitions",
            "The tally of right and wrong before and after",
            FLAGS,
            Records::<BeforeAfter>::state_types,
            |l| Ok(Records::boxed(BeforeAfter(two(l, ["before", "after"])), true, l)),
        ),
        tally(
            "tally_outcomes",
            "The tally of outcomes before and after",
            OUTCOMES,
            Records::<Evolution>::state_types,
            |l| Ok(Records::boxed(Evolution(two(l, ["before", "after"])), true, l)),
        ),
        tally(
            "tally_preferences",
            "The tally of shares of a win",
            PREFERENCE,
            Records::<WinRate>::state_types,
            |l| Ok(Records::boxed(WinRate(l.place("preference")), true, l)),
        ),
        tally("merge_tallies", "The sum of tallies of one kind", TALLY, Merged::state_types, |l| {
            Ok(Box::new(Merged::new(l)))
        }),
    ]
}
