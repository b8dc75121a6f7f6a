//! The golden vectors of the core that need no more than SQL can say: by peers' figures, and by the core's to the bit.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array};
use probity::agreement::{Options, Weights, fleiss_kappa, gwet_ac};
use probity::calibration::{Predictions, Ranking, brier};
use probity::correlation::{complete_pairs, pearson};
use probity::honesty::{Outcome, OutcomeTransitions, Vacuous, evolution};
use probity::inference::{Level, PoissonTally, item_key};
use probity::preference::{BradleyTerry, BradleyTerryOptions, preference_share, win_rate};
use probity::ratings::{Labels, Scale};
use probity::tally::{
    BinClosure, Coincidences, Comparison, Comparisons, Mark, Moments, PairMoments, Patterns, ReliabilityBins,
    ScoreCounts, Side, Tally, Transitions,
};
use serde_json::Value;

use crate::data::{Label, lists, pair_counts, ratings, texts};
use crate::harness::{
    Same, assert_figure, assert_figures, assert_interval, assert_same, assert_tallies, column, interval,
    json, number, value,
};
use crate::{GOLDEN, PARTITIONS, session};

fn cases(stem: &str) -> Vec<Value> {
    let path = format!("{GOLDEN}/{stem}.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap();
    // Categories that nobody chose cannot be found in the data.
    let found = cases.iter().filter(|case| case["input"].get("categories").is_none_or(Value::is_null));
    // Tables of counts are not rows.
    let is_table = |case: &&Value| ["counts", "table"].iter().any(|key| case["input"].get(key).is_some());
    let rows = found.filter(|case| !is_table(case));
    rows.cloned().collect()
}

fn label(cell: &Value) -> Label {
    match cell {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(n) => Some(n.as_f64().unwrap().to_string()),
        other => panic!("a label {other}"),
    }
}

fn rows(case: &Value) -> Vec<Vec<Label>> {
    let rows = case["input"]["ratings"].as_array().unwrap();
    rows.iter().map(|row| row.as_array().unwrap().iter().map(label).collect()).collect()
}

fn numbers(values: &Value) -> Vec<Option<f64>> {
    values.as_array().unwrap().iter().map(Value::as_f64).collect()
}

/// What peers found, where the vector has it.
fn assert_expected(case: &Value, key: &str, found: Option<f64>) {
    let Some(expected) = case["expected"].get(key) else { return };
    let tolerance = case["tolerance"].as_f64().unwrap();
    let equal = match (found, expected.as_f64()) {
        (Some(found), Some(expected)) => (found - expected).abs() <= tolerance,
        (found, expected) => found.is_none() && expected.is_none(),
    };
    assert!(equal, "{}: {key}: found {found:?}, expected {expected}", case["name"]);
}

/// Whether weights by value, as SQL has them, are those by position of the vectors.
fn is_counted_up(labels: &Labels) -> bool {
    labels.values().is_some_and(|values| values.windows(2).all(|pair| (pair[1] - pair[0] - 1.0).abs() < 1e-9))
}

#[tokio::test]
async fn two_raters() {
    let mut tested = 0;
    for (stem, function, key) in [
        ("cohen_kappa", "cohen_kappa", "kappa"),
        ("scott_pi", "scott_pi", "pi"),
        ("gwet_ac", "gwet_ac1", "coefficient"),
        ("percent_agreement", "percent_agreement", "percent_agreement"),
    ] {
        for case in cases(stem) {
            let rows = rows(&case);
            let name = case["input"].get("weights").and_then(Value::as_str).unwrap_or("unweighted");
            let weights = match name {
                "unweighted" => Weights::Identity,
                "linear" => Weights::Linear,
                "quadratic" => Weights::Quadratic,
                _ => continue,
            };
            let weighted = weights != Weights::Identity;
            let (a, b): (Vec<Label>, Vec<Label>) =
                rows.iter().filter_map(|row| Some((row.first()?.clone(), row.get(1)?.clone()))).unzip();
            let pairs = pair_counts(&a, &b);
            let is_left_out = weighted && (function != "cohen_kappa" || pairs.labels().values().is_none());
            if is_left_out || rows.iter().any(|row| row.len() != 2) {
                continue;
            }
            let columns = [("a", texts(&a)), ("b", texts(&b))];
            let options = Options::new();
            let (arguments, expected) = match function {
                "cohen_kappa" if weighted => {
                    (format!("a, b, '{name}'"), pairs.cohen_kappa(&options.weights(weights)))
                }
                "cohen_kappa" => ("a, b".to_string(), pairs.cohen_kappa(&options)),
                "scott_pi" => ("a, b".to_string(), pairs.scott_pi(&options)),
                "gwet_ac1" => ("a, b".to_string(), gwet_ac(&ratings(&rows), &options)),
                _ => ("a, b".to_string(), pairs.percent_agreement(&options)),
            };
            assert_figure(&columns, function, &arguments, &expected, Same::Bits).await;
            assert_tallies(&columns, &[("tally_pairs(a, b)", json(&pairs))]).await;
            if !weighted || is_counted_up(pairs.labels()) {
                assert_expected(&case, key, expected.ok().map(|e| e.value));
            }
            tested += 1;
        }
    }
    assert!(tested >= 40, "{tested} cases");
}

#[tokio::test]
async fn many_raters() {
    let mut tested = 0;
    for case in cases("fleiss_kappa").into_iter().chain(cases("fleiss_kappa_general")) {
        let rows = rows(&case);
        if case["input"].get("weights").and_then(Value::as_str).is_some_and(|w| w != "unweighted") {
            continue;
        }
        let expected = fleiss_kappa(&ratings(&rows), &Options::new());
        assert_figure(&[("labels", lists(&rows))], "fleiss_kappa", "labels", &expected, Same::Bits).await;
        tested += 1;
    }
    for case in cases("krippendorff_alpha") {
        let (rows, metric) = (rows(&case), case["input"]["metric"].as_str().unwrap().to_string());
        let scale = match metric.as_str() {
            "nominal" => Scale::Nominal,
            "ordinal" => Scale::Ordinal,
            "interval" => Scale::Interval,
            "ratio" => Scale::Ratio,
            _ => continue,
        };
        let patterns = Patterns::from_ratings(&ratings(&rows)).unwrap();
        if scale != Scale::Nominal && patterns.labels().values().is_none() {
            continue;
        }
        let expected = patterns.krippendorff_alpha(&scale, &Options::new());
        let arguments = format!("labels, '{metric}'");
        let columns = [("labels", lists(&rows))];
        assert_figure(&columns, "krippendorff_alpha", &arguments, &expected, Same::Bits).await;
        let coincidences = Coincidences::from_patterns(&patterns).unwrap();
        let tallies = [
            ("tally_patterns(labels)", json(&patterns)),
            ("tally_coincidences(labels)", json(&coincidences)),
        ];
        assert_tallies(&columns, &tallies).await;
        assert_expected(&case, "alpha", expected.ok().map(|e| e.value));
        tested += 1;
    }
    assert!(tested >= 30, "{tested} cases");
}

/// Confidences and outcomes, and what can be made of them: levels, preferences, answers before and after.
#[tokio::test]
async fn calibration() {
    for case in cases("calibration") {
        let input = &case["input"];
        let confidence: Vec<f64> = numbers(&input["probabilities"]).into_iter().flatten().collect();
        let right: Vec<bool> = numbers(&input["labels"]).into_iter().flatten().map(|l| l > 0.5).collect();
        let level = Level::default();
        let scores: Vec<usize> = confidence.iter().map(|c| ((c * 1000.0) as usize).min(999)).collect();
        let preferences: Vec<Option<f64>> = confidence.iter().map(|c| Some(1.0 + c)).collect();
        let columns: [(&str, ArrayRef); 4] = [
            ("conf", Arc::new(Float64Array::from(confidence.clone()))),
            ("correct", Arc::new(right.iter().map(|&r| Some(i64::from(r))).collect::<Int64Array>())),
            ("preference", Arc::new(Float64Array::from(preferences.clone()))),
            ("item", Arc::new(Int64Array::from_iter_values(0..right.len() as i64))),
        ];
        let predictions = Predictions::new(confidence.clone(), right.clone()).unwrap();
        let levels: Vec<f64> = scores.iter().map(|&s| s as f64).collect();
        for (function, arguments, expected, same) in [
            ("brier", "conf, correct", brier(&predictions, level), Same::Nearly),
            (
                "auroc_hist",
                "conf, correct, 1000",
                Ranking::new(&levels, &right).and_then(|ranking| ranking.auroc(level)),
                Same::Bits,
            ),
            ("win_rate", "preference", win_rate(&preferences, level).map(|f| f.win_rate), Same::Nearly),
        ] {
            assert_figure(&columns, function, arguments, &expected, same).await;
        }

        let bins = input["n_bins"].as_u64().unwrap() as usize;
        let mut reliability = ReliabilityBins::new(bins, BinClosure::Right).unwrap();
        let mut resampled = PoissonTally::new(reliability.clone(), 20, 0).unwrap();
        let mut counts = ScoreCounts::new(1000).unwrap();
        let (mut losses, mut shares) = (Moments::default(), Moments::default());
        for (item, (&c, &r)) in confidence.iter().zip(&right).enumerate() {
            let one = |bins: &mut ReliabilityBins| bins.record_f64(c, r);
            one(&mut reliability).unwrap();
            resampled.record((item_key(&item.to_string()), &one)).unwrap();
            counts.record((scores[item], r)).unwrap();
            losses.record((c - f64::from(u8::from(r))).powi(2)).unwrap();
            shares.record(preference_share(preferences[item]).unwrap()).unwrap();
        }
        let tallies = [
            (format!("tally_bins(conf, correct, {bins})"), json(&reliability)),
            ("tally_scores(conf, correct, 1000)".to_string(), json(&counts)),
            ("tally_brier(conf, correct)".to_string(), json(&losses)),
            ("tally_preferences(preference)".to_string(), json(&shares)),
        ];
        let tallies = tallies.each_ref().map(|(call, text)| (call.as_str(), text.clone()));
        assert_tallies(&columns, &tallies).await;
        let replicates = resampled.replicates(ReliabilityBins::expected_calibration_error, level);
        let expected = replicates.map(|replicates| replicates.to_estimate("ECE"));
        for partitions in PARTITIONS {
            let context = session(&columns, partitions).await;
            let ece = number(&context, &format!("SELECT ece(conf, correct, {bins}) FROM t")).await;
            assert_expected(&case, "ece_right_closed", ece);
            let brier = number(&context, "SELECT brier(conf, correct) FROM t").await;
            assert_expected(&case, "brier", brier);
            let sql = format!("SELECT ece_ci(conf, correct, {bins}, item, 20) FROM t");
            let found = interval(&column(&context, &sql).await, 0).unwrap();
            assert_interval(&sql, &found, &expected, Same::Bits);
        }
        before_and_after(&confidence, &right).await;
    }
}

/// Answers right before where the confidence is high, unsure where it is low, and as they were after.
async fn before_and_after(confidence: &[f64], right: &[bool]) {
    let before: Vec<bool> = confidence.iter().map(|&c| c >= 0.5).collect();
    let marks = |flags: &[bool]| flags.iter().map(|&flag| Mark::from(Some(flag))).collect::<Vec<_>>();
    let table = Transitions::from_marks(&marks(&before), &marks(right)).unwrap();
    let found = table.confidence_critique(Level::default()).unwrap();
    let expected = [Ok(found.acc1), Ok(found.acc2), found.cl, found.cs, found.rss];
    let columns: [(&str, ArrayRef); 2] = [
        ("before", Arc::new(BooleanArray::from(before))),
        ("after", Arc::new(BooleanArray::from(right.to_vec()))),
    ];
    let names = ["acc1", "acc2", "cl", "cs", "rss"];
    assert_figures(&columns, "confidence_critique", &names, &expected, Same::Bits).await;
    assert_tallies(&columns, &[("tally_transitions(before, after)", json(&table))]).await;

    let outcome = |&right: &bool| if right { Outcome::Correct } else { Outcome::Wrong };
    let after: Vec<Outcome> = right.iter().map(outcome).collect();
    let unsure = |(&c, &r): (&f64, &bool)| if c < 0.3 { Outcome::Refusal } else { outcome(&r) };
    let before: Vec<Outcome> = confidence.iter().zip(right).map(unsure).collect();
    let mut tally = OutcomeTransitions::default();
    before.iter().zip(&after).for_each(|(&before, &after)| tally.record((before, after)).unwrap());
    let found = evolution(&before, &after, Vacuous::default(), Level::default()).unwrap();
    let expected = [found.prudence, found.over_conservativeness, found.honesty];
    let outcomes = |outcomes: &[Outcome]| {
        texts(&outcomes.iter().map(|outcome| Some(outcome.name().to_string())).collect::<Vec<_>>())
    };
    let columns = [("before", outcomes(&before)), ("after", outcomes(&after))];
    let names = ["prudence", "over_conservativeness", "honesty"];
    assert_figures(&columns, "honesty", &names, &expected, Same::Bits).await;
    assert_tallies(&columns, &[("tally_outcomes(before, after)", json(&tally))]).await;
}

#[tokio::test]
async fn correlation() {
    for case in cases("rank_correlation") {
        let (x, y) = (numbers(&case["input"]["x"]), numbers(&case["input"]["y"]));
        let (complete_x, complete_y) = complete_pairs(&x, &y).unwrap();
        let expected = pearson(&complete_x, &complete_y, &probity::correlation::Options::new());
        let columns: [(&str, ArrayRef); 2] =
            [("x", Arc::new(Float64Array::from(x))), ("y", Arc::new(Float64Array::from(y)))];
        assert_figure(&columns, "pearson", "x, y", &expected, Same::Nearly).await;
        assert_expected(&case, "pearson", expected.ok().map(|e| e.value));
        let mut moments = PairMoments::default();
        complete_x.iter().zip(&complete_y).for_each(|(&x, &y)| moments.record((x, y)).unwrap());
        assert_tallies(&columns, &[("tally_numbers(x, y)", json(&moments))]).await;
    }
}

/// The comparisons of a table of wins, two halves of which are a tie.
fn games(wins: &[Vec<Option<f64>>]) -> Vec<Comparison> {
    let mut games = Vec::new();
    for (left, of_left) in wins.iter().enumerate() {
        for (right, of_right) in wins.iter().enumerate().skip(left + 1) {
            let [won, lost] = [of_left[right], of_right[left]].map(Option::unwrap);
            let ties = usize::from(won.fract() > 0.0);
            for (winner, n) in [(Side::Left, won as usize), (Side::Right, lost as usize), (Side::Tie, ties)] {
                let game = Comparison { left: left as u32, right: right as u32, winner };
                games.extend(std::iter::repeat_n(game, n));
            }
        }
    }
    games
}

#[tokio::test]
async fn contenders() {
    let mut tested = 0;
    for case in cases("bradley_terry") {
        let wins: Vec<_> = case["input"]["wins"].as_array().unwrap().iter().map(numbers).collect();
        let games = games(&wins);
        // Who never played cannot be found in the games.
        if !(0..wins.len() as u32).all(|one| games.iter().any(|game| game.left == one || game.right == one)) {
            continue;
        }
        tested += 1;
        let labels = Labels::found(["1", "2", "3", "4", "5", "6", "7"].into_iter().take(wins.len())).unwrap();
        let tally = Comparisons::from_comparisons(labels, &games).unwrap();
        let expected = BradleyTerry::fit(&tally, &BradleyTerryOptions::new()).map(|fit| fit.estimates());
        let of_games = |of: fn(&Comparison) -> String| {
            texts(&games.iter().map(|game| Some(of(game))).collect::<Vec<_>>())
        };
        let columns = [
            ("l", of_games(|game| (game.left + 1).to_string())),
            ("r", of_games(|game| (game.right + 1).to_string())),
            ("w", of_games(|game| game.winner.name().to_string())),
        ];
        assert_tallies(&columns, &[("bradley_terry_counts(l, r, w)", json(&tally))]).await;
        for partitions in PARTITIONS {
            let context = session(&columns, partitions).await;
            let found = column(&context, "SELECT bradley_terry_counts_ci(l, r, w) FROM t").await;
            let [strengths, reason] =
                ["strengths", "reason"].map(|name| found.as_struct().column_by_name(name).unwrap());
            let expected = match &expected {
                Ok(expected) => expected,
                Err(error) => {
                    assert_eq!(reason.as_string::<i32>().value(0), error.to_string());
                    assert!(case["expected"]["log_strength_centered"].is_null());
                    continue;
                }
            };
            let strengths = strengths.as_list::<i32>().value(0);
            let values = strengths.as_struct().column_by_name("value").unwrap();
            assert_eq!(values.len(), expected.len());
            for (i, estimate) in expected.iter().enumerate() {
                let found = value(values, i);
                assert_same("strength", found, Some(estimate.value), Same::Bits);
                let by_peers = case["expected"]["log_strength_centered"][i].as_f64().unwrap();
                assert!((found.unwrap() - by_peers).abs() <= 1e-7, "{}: {found:?}, {by_peers}", case["name"]);
            }
        }
    }
    assert_eq!(tested, 5);
}
