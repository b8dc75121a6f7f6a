//! Tallies as text: stored, added, and read by the core.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array};
use probity::agreement::Options;
use probity::honesty::OutcomeTransitions;
use probity::tally::{
    Coincidences, Labelled, Moments, PairCounts, PairMoments, Patterns, ReliabilityBins, ScoreCounts, Tally,
    Transitions,
};
use serde::de::DeserializeOwned;

use crate::data::{Label, draw, lists, pair_counts, ratings, texts};
use crate::harness::column;
use crate::{PARTITIONS, session};

fn text(column: &ArrayRef) -> String {
    column.as_string::<i32>().value(0).to_string()
}

fn read<T: DeserializeOwned>(column: &ArrayRef) -> T {
    serde_json::from_str(&text(column)).unwrap()
}

#[tokio::test]
async fn the_tallies_are_the_cores() {
    let rows = draw(20, 1_500, 2, &["1", "2", "3"]);
    let (a, b): (Vec<Label>, Vec<Label>) = rows.iter().map(|row| (row[0].clone(), row[1].clone())).unzip();
    let columns = [("a", texts(&a)), ("b", texts(&b)), ("labels", lists(&rows))];
    let patterns = Patterns::from_ratings(&ratings(&rows)).unwrap();
    for partitions in PARTITIONS {
        let context = session(&columns, partitions).await;
        let pairs: PairCounts = read(&column(&context, "SELECT tally_pairs(a, b) FROM t").await);
        assert_eq!(pairs, pair_counts(&a, &b));
        let found: Patterns = read(&column(&context, "SELECT tally_patterns(labels) FROM t").await);
        assert_eq!(found, patterns);
        let found: Coincidences = read(&column(&context, "SELECT tally_coincidences(labels) FROM t").await);
        assert_eq!(found, Coincidences::from_patterns(&patterns).unwrap());
    }
}

#[tokio::test]
async fn tallies_of_parts_add_up_to_the_whole() {
    let rows = draw(21, 900, 2, &["yes", "no", "perhaps", "10", "9"]);
    let (a, b): (Vec<Label>, Vec<Label>) = rows.iter().map(|row| (row[0].clone(), row[1].clone())).unzip();
    let n = rows.len();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("day", Arc::new(Int64Array::from_iter_values((0..n).map(|i| (i % 40) as i64)))),
        ("a", texts(&a)),
        ("b", texts(&b)),
        ("labels", lists(&rows)),
        ("x", Arc::new(Float64Array::from_iter_values((0..n).map(|i| (i % 101) as f64 / 100.0)))),
        ("y", Arc::new(Float64Array::from_iter_values((0..n).map(|i| (i * 7 % 89) as f64)))),
        ("flag", Arc::new((0..n).map(|i| Some(i % 3 == 0)).collect::<BooleanArray>())),
        ("later", Arc::new((0..n).map(|i| Some(i % 4 > 0)).collect::<BooleanArray>())),
        ("before", texts(&vec![Some("wrong".to_string()); n])),
        ("after", texts(&(0..n).map(|i| Some(["wrong", "idk"][i % 2].to_string())).collect::<Vec<_>>())),
    ];
    for partitions in PARTITIONS {
        let context = session(&columns, partitions).await;
        for tally in [
            "tally_pairs(a, b)",
            "tally_patterns(labels)",
            "tally_coincidences(labels)",
            "tally_bins(x, flag, 10)",
            "tally_brier(x, flag)",
            "tally_scores(x, flag, 7)",
            "tally_numbers(x, y)",
            "tally_transitions(flag, later)",
            "tally_outcomes(before, after)",
            "tally_preferences(x + 1)",
            "bradley_terry_counts(a, b, 'left') FILTER (WHERE a <> b)",
        ] {
            let whole = column(&context, &format!("SELECT {tally} FROM t")).await;
            let sql = format!("SELECT merge_tallies(part) FROM (SELECT {tally} part FROM t GROUP BY day)");
            let merged = column(&context, &sql).await;
            assert_eq!(text(&merged), text(&whole), "{tally} on {partitions}");
        }
    }
    // And the core reads each.
    let context = session(&columns, 1).await;
    let bins: ReliabilityBins = read(&column(&context, "SELECT tally_bins(x, flag, 10) FROM t").await);
    let scores: ScoreCounts = read(&column(&context, "SELECT tally_scores(x, flag, 7) FROM t").await);
    let numbers: PairMoments = read(&column(&context, "SELECT tally_numbers(x, y) FROM t").await);
    let losses: Moments = read(&column(&context, "SELECT tally_brier(x, flag) FROM t").await);
    let table: Transitions = read(&column(&context, "SELECT tally_transitions(flag, later) FROM t").await);
    let outcomes: OutcomeTransitions =
        read(&column(&context, "SELECT tally_outcomes(before, after) FROM t").await);
    let counts = [
        bins.records(),
        scores.records(),
        numbers.records(),
        losses.records(),
        table.records(),
        outcomes.records(),
    ];
    assert_eq!(counts, [n as u64; 6]);
    assert_eq!(scores.levels().len(), 7);
}

#[tokio::test]
async fn labels_of_other_shards_are_found_by_name() {
    let shard = |names: &[&str], seed| {
        let rows = draw(seed, 300, 2, names);
        let (a, b): (Vec<Label>, Vec<Label>) =
            rows.into_iter().map(|row| (row[0].clone(), row[1].clone())).unzip();
        pair_counts(&a, &b)
    };
    let shards = [shard(&["a", "b"], 1), shard(&["c", "b", "z"], 2), shard(&["0", "a"], 3)];
    let mut whole = shards[0].clone();
    shards[1..].iter().for_each(|shard| whole.merge_by_name(shard).unwrap());
    let lines: Vec<Label> = shards.iter().map(|shard| Some(serde_json::to_string(shard).unwrap())).collect();
    for partitions in PARTITIONS {
        let context = session(&[("tally", texts(&lines))], partitions).await;
        let merged: PairCounts = read(&column(&context, "SELECT merge_tallies(tally) FROM t").await);
        assert_eq!(merged, whole);
    }
    assert!(whole.cohen_kappa(&Options::new()).is_ok());
}
