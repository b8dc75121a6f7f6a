//! What the core, called directly, says of made-up judgments, and whether a query says the same.

use std::error::Error;
use std::time::Instant;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::{concat_batches, sort_to_indices, take};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::prelude::SessionContext;
use probity::agreement::{Options, Weights, fleiss_kappa, gwet_ac};
use probity::calibration::{Binning, Predictions, Ranking, brier, expected_calibration_error};
use probity::correlation::pearson;
use probity::honesty::{Outcome, OutcomeTransitions, Vacuous, evolution};
use probity::inference::{Estimate, Level, PoissonTally, item_key};
use probity::preference::{BradleyTerry, BradleyTerryOptions, win_rate};
use probity::ratings::{Labels, Ratings, Scale};
use probity::tally::{
    BinClosure, Coincidences, Comparison, Comparisons, Mark, PairCounts, Patterns, ReliabilityBins,
    ScoreCounts, Tally, Transitions,
};
use serde::Serialize;

use crate::judgments::{CONTENDERS, Judgment, LEVELS, RATERS, STARS, TASKS};

type Done<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// What an aggregate should give for a task.
struct Expected {
    sql: String,
    /// Numbers of nested columns one after the other.
    numbers: Vec<Option<f64>>,
    text: Option<String>,
    tolerance: f64,
}

/// Counts give the same bits, sums of floating-point numbers nearly.
const BITS: f64 = 0.0;
const NEARLY: f64 = 1e-12;

const CRITIQUE: &str = "confidence_critique(before = 'correct', after = 'correct')";
const HONESTY: &str = "honesty(before, after)";

fn value(estimate: &probity::Result<Estimate>) -> Option<f64> {
    estimate.as_ref().ok().map(|e| e.value)
}

fn with_ends(estimate: &probity::Result<Estimate>) -> [Option<f64>; 3] {
    let ends = estimate.as_ref().ok().and_then(|e| e.interval);
    [value(estimate), ends.map(|e| e.lower), ends.map(|e| e.upper)]
}

/// Figures and, under the name with `_ci`, their intervals.
fn figures(sql: &str, estimates: &[probity::Result<Estimate>], tolerance: f64) -> [Expected; 2] {
    let plain = estimates.iter().map(value).collect();
    let ends = estimates.iter().flat_map(with_ends).collect();
    let expected = |sql, numbers| Expected { sql, numbers, text: None, tolerance };
    [expected(sql.to_string(), plain), expected(sql.replacen('(', "_ci(", 1), ends)]
}

fn tally(sql: &str, tally: &impl Serialize) -> Done<Expected> {
    let text = Some(serde_json::to_string(tally)?);
    Ok(Expected { sql: sql.to_string(), numbers: Vec::new(), text, tolerance: BITS })
}

fn code(stars: Option<u32>) -> u32 {
    stars.unwrap_or(u32::MAX)
}

fn pairs(judgments: &[Judgment]) -> Done<PairCounts> {
    let [a, b] = [0, 1].map(|at| judgments.iter().map(|j| code(j.stars[at])).collect::<Vec<u32>>());
    Ok(PairCounts::from_codes(Labels::found(STARS)?, &a, &b)?)
}

fn transitions(judgments: &[Judgment]) -> Done<Transitions> {
    let correct = |at: usize| {
        let flags = judgments.iter().map(|j| j.outcomes[at].map(|o| o == Outcome::Correct));
        flags.map(Mark::from).collect::<Vec<_>>()
    };
    Ok(Transitions::from_marks(&correct(0), &correct(1))?)
}

fn critique(transitions: &Transitions) -> Done<[probity::Result<Estimate>; 5]> {
    let found = transitions.confidence_critique(Level::default())?;
    Ok([Ok(found.acc1), Ok(found.acc2), found.cl, found.cs, found.rss])
}

fn outcomes(judgments: &[Judgment]) -> (Vec<Outcome>, Vec<Outcome>) {
    judgments.iter().filter_map(|j| j.outcomes[0].zip(j.outcomes[1])).unzip()
}

fn honesty(before: &[Outcome], after: &[Outcome]) -> [probity::Result<Estimate>; 3] {
    match evolution(before, after, Vacuous::default(), Level::default()) {
        Ok(found) => [found.prudence, found.over_conservativeness, found.honesty],
        Err(error) => [Err(error.clone()), Err(error.clone()), Err(error)],
    }
}

/// Aggregates of rows.
fn of_rows(judgments: &[Judgment]) -> Done<Vec<Expected>> {
    let (options, level) = (Options::new(), Level::default());
    let pairs = pairs(judgments)?;
    let cells = judgments.iter().flat_map(|j| j.stars.map(code)).collect();
    let rows = Ratings::from_codes(Labels::found(STARS)?, 2, cells)?;
    let scored = judgments.iter().filter_map(|j| Some((j.level? as f64, j.confidence()?, j.right?)));
    let scored: Vec<(f64, f64, bool)> = scored.collect();
    let right: Vec<bool> = scored.iter().map(|s| s.2).collect();
    let predictions = Predictions::new(scored.iter().map(|s| s.1).collect(), right.clone())?;
    let levels: Vec<f64> = scored.iter().map(|s| s.0).collect();
    let preferences: Vec<Option<f64>> = judgments.iter().map(|j| j.preference).collect();
    let numbers: (Vec<f64>, Vec<f64>) =
        judgments.iter().filter_map(|j| j.confidence().zip(j.preference)).unzip();
    let transitions = transitions(judgments)?;
    let (before, after) = outcomes(judgments);
    let games =
        judgments.iter().map(|j| Comparison { left: j.sides[0], right: j.sides[1], winner: j.winner });
    let games = Comparisons::from_comparisons(Labels::found(CONTENDERS)?, &games.collect::<Vec<_>>())?;
    let strengths = BradleyTerry::fit(&games, &BradleyTerryOptions::new())?.estimates();
    let quadratic = options.clone().weights(Weights::Quadratic);

    let mut bins = ReliabilityBins::new(15, BinClosure::Right)?;
    let mut resampled = PoissonTally::new(bins.clone(), 20, 0)?;
    let mut counts = ScoreCounts::new(LEVELS as usize)?;
    for judgment in judgments {
        let (Some(level), Some(confidence), Some(right)) =
            (judgment.level, judgment.confidence(), judgment.right)
        else {
            continue;
        };
        let one = |bins: &mut ReliabilityBins| bins.record_f64(confidence, right);
        one(&mut bins)?;
        resampled.record((item_key(&judgment.item.to_string()), &one))?;
        counts.record((level as usize, right))?;
    }
    let mut outcomes = OutcomeTransitions::default();
    before.iter().zip(&after).try_for_each(|(&before, &after)| outcomes.record((before, after)))?;
    let replicates = resampled.replicates(ReliabilityBins::expected_calibration_error, level)?;
    let ece = |sql: &str, numbers| Expected { sql: sql.to_string(), numbers, text: None, tolerance: BITS };
    let strength = |e: &Estimate| with_ends(&Ok(e.clone()));

    let mut all = vec![
        tally("tally_pairs(a, b)", &pairs)?,
        tally("tally_bins(conf, correct, 15)", &bins)?,
        tally("tally_scores(level, correct, 101)", &counts)?,
        tally("tally_transitions(before = 'correct', after = 'correct')", &transitions)?,
        tally("tally_outcomes(before, after)", &outcomes)?,
        tally("bradley_terry_counts(left_side, right_side, winner)", &games)?,
        ece(
            "ece(conf, correct, 15)",
            vec![Some(expected_calibration_error(&predictions, Binning::default())?)],
        ),
        ece("ece_ci(conf, correct, 15, item, 20)", with_ends(&Ok(replicates.to_estimate("ECE"))).to_vec()),
        ece(
            "bradley_terry_counts_ci(left_side, right_side, winner)",
            strengths.iter().flat_map(strength).collect(),
        ),
    ];
    let plain: [(&str, &[probity::Result<Estimate>], f64); 11] = [
        ("percent_agreement(a, b)", &[pairs.percent_agreement(&options)], BITS),
        ("cohen_kappa(a, b)", &[pairs.cohen_kappa(&options)], BITS),
        ("cohen_kappa(a, b, 'quadratic')", &[pairs.cohen_kappa(&quadratic)], BITS),
        ("scott_pi(a, b)", &[pairs.scott_pi(&options)], BITS),
        ("gwet_ac1(a, b)", &[gwet_ac(&rows, &options)], BITS),
        ("auroc_hist(level, correct, 101)", &[Ranking::new(&levels, &right)?.auroc(level)], BITS),
        (CRITIQUE, &critique(&transitions)?, BITS),
        (HONESTY, &honesty(&before, &after), BITS),
        ("brier(conf, correct)", &[brier(&predictions, level)], NEARLY),
        ("win_rate(preference)", &[win_rate(&preferences, level).map(|found| found.win_rate)], NEARLY),
        (
            "pearson(conf, preference)",
            &[pearson(&numbers.0, &numbers.1, &probity::correlation::Options::new())],
            NEARLY,
        ),
    ];
    for (sql, estimates, tolerance) in plain {
        all.extend(figures(sql, estimates, tolerance));
    }
    Ok(all)
}

/// Aggregates of lists, one an item.
fn of_lists(judgments: &[Judgment]) -> Done<Vec<Expected>> {
    let ratings = judgments.iter().map(|j| code(j.stars[0])).collect();
    let ratings = Ratings::from_codes(Labels::found(STARS)?, RATERS as usize, ratings)?;
    let patterns = Patterns::from_ratings(&ratings)?;
    let alpha = |scale: Scale| [patterns.krippendorff_alpha(&scale, &Options::new())];
    let mut all = vec![
        tally("tally_patterns(labels)", &patterns)?,
        tally("tally_coincidences(labels)", &Coincidences::from_patterns(&patterns)?)?,
    ];
    for (sql, estimates) in [
        ("fleiss_kappa(labels)", [fleiss_kappa(&ratings, &Options::new())]),
        ("krippendorff_alpha(labels)", alpha(Scale::Nominal)),
        ("krippendorff_alpha(labels, 'ordinal')", alpha(Scale::Ordinal)),
    ] {
        all.extend(figures(sql, &estimates, BITS));
    }
    Ok(all)
}

/// The tally of a task from those of its days.
fn of_days(judgments: &[Judgment]) -> Done<Vec<Expected>> {
    Ok(vec![tally("merge_tallies(part)", &pairs(judgments)?)?])
}

/// Aggregates that are made for very many groups.
fn of_group(judgments: &[Judgment]) -> Done<Vec<Expected>> {
    let (before, after) = outcomes(judgments);
    let kappa = [pairs(judgments)?.cohen_kappa(&Options::new())];
    let mut all = Vec::from(figures("cohen_kappa(a, b)", &kappa, BITS));
    all.extend(figures(CRITIQUE, &critique(&transitions(judgments)?)?, BITS));
    all.extend(figures(HONESTY, &honesty(&before, &after), BITS));
    Ok(all)
}

type OfGroup = fn(&[Judgment]) -> Done<Vec<Expected>>;

const BY_TASK: [(&str, OfGroup, &str); 3] = [
    ("rows", of_rows, "t"),
    ("lists", of_lists, "(SELECT task, array_agg(a) AS labels FROM t GROUP BY task, item)"),
    ("merged tallies", of_days, "(SELECT task, tally_pairs(a, b) AS part FROM t GROUP BY task, day)"),
];

/// A query, and what the core says of each of its groups.
pub(crate) struct Query {
    pub(crate) name: &'static str,
    pub(crate) sql: String,
    expected: Vec<Vec<Expected>>,
}

impl Query {
    fn new(name: &'static str, key: &str, from: &str, expected: Vec<Vec<Expected>>) -> Self {
        let calls = expected.first().into_iter().flatten().map(|e| e.sql.as_str());
        let calls: Vec<&str> = calls.collect();
        let sql = format!("SELECT {key} AS key, {} FROM {from} GROUP BY {key}", calls.join(", "));
        Self { name, sql, expected }
    }

    /// Every aggregate by task.
    pub(crate) fn by_task(rows: u64) -> Done<Vec<Self>> {
        let of = |task: u64| (0..rows).filter(move |row| row / RATERS % TASKS == task).map(Judgment::new);
        let query = |(name, of_task, from): (_, OfGroup, _)| {
            let expected = (0..TASKS).map(|task| of_task(&of(task).collect::<Vec<_>>()));
            Ok(Self::new(name, "task", from, expected.collect::<Done<_>>()?))
        };
        BY_TASK.into_iter().map(query).collect()
    }

    /// Those that are made for very many groups, by so many.
    pub(crate) fn by_item(rows: u64, groups: u64) -> Done<Self> {
        let items = rows.div_ceil(RATERS);
        let of = |group: u64| {
            let own = (group..items).step_by(groups as usize);
            own.flat_map(|item| item * RATERS..rows.min((item + 1) * RATERS)).map(Judgment::new)
        };
        let expected = (0..groups.min(items)).map(|group| of_group(&of(group).collect::<Vec<_>>()));
        let expected = expected.collect::<Done<_>>()?;
        Ok(Self::new("many groups", &format!("item % {groups}"), "t", expected))
    }

    /// How many aggregates it asks for.
    pub(crate) fn aggregates(&self) -> usize {
        self.expected.first().map_or(0, Vec::len)
    }

    /// Runs it and compares: to the bit, or to 1e-12.
    pub(crate) async fn check(&self, context: &SessionContext) -> Done<(RecordBatch, f64)> {
        let began = Instant::now();
        let found = run(context, &self.sql).await?;
        let seconds = began.elapsed().as_secs_f64();
        if found.num_rows() != self.expected.len() {
            return Err(format!("{} groups, expected {}", found.num_rows(), self.expected.len()).into());
        }
        for (group, expected) in self.expected.iter().enumerate() {
            for (column, expected) in found.columns()[1..].iter().zip(expected) {
                assert_expected(column, group, expected)?;
            }
        }
        Ok((found, seconds))
    }
}

/// The rows of a query in the order of its first column.
pub(crate) async fn run(context: &SessionContext, sql: &str) -> Done<RecordBatch> {
    let batches = context.sql(sql).await?.collect().await?;
    let schema = batches.first().ok_or("no batch")?.schema();
    let whole = concat_batches(&schema, &batches)?;
    let order = sort_to_indices(whole.column(0), None, None)?;
    let columns = whole.columns().iter().map(|column| take(column, &order, None));
    Ok(RecordBatch::try_new(schema, columns.collect::<Result<_, _>>()?)?)
}

/// The numbers of a cell, however nested.
fn numbers(column: &ArrayRef, row: usize, found: &mut Vec<Option<f64>>) {
    match column.data_type() {
        DataType::Float64 => {
            let numbers = column.as_primitive::<Float64Type>();
            found.push(numbers.is_valid(row).then(|| numbers.value(row)));
        }
        DataType::Struct(_) => {
            column.as_struct().columns().iter().for_each(|field| numbers(field, row, found));
        }
        DataType::List(_) => {
            let list = column.as_list::<i32>().value(row);
            (0..list.len()).for_each(|at| numbers(&list, at, found));
        }
        _ => (),
    }
}

fn assert_expected(column: &ArrayRef, row: usize, expected: &Expected) -> Done {
    let mut found = Vec::new();
    numbers(column, row, &mut found);
    let text = (*column.data_type() == DataType::Utf8).then(|| column.as_string::<i32>().value(row));
    let same = |(a, b): (&Option<f64>, &Option<f64>)| match (a, b) {
        (Some(a), Some(b)) => a.to_bits() == b.to_bits() || (a - b).abs() <= expected.tolerance,
        (a, b) => a.is_none() && b.is_none(),
    };
    let equal = found.len() == expected.numbers.len()
        && found.iter().zip(&expected.numbers).all(same)
        && text == expected.text.as_deref();
    if equal {
        return Ok(());
    }
    let Expected { sql, numbers, text: of_core, .. } = expected;
    Err(format!("group {row}, {sql}: found {found:?} {text:?}, the core {numbers:?} {of_core:?}").into())
}
