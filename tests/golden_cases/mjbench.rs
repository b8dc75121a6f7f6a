//! `judges/mjbench`; published figures read their scores from files.

use std::path::Path;

use probity::Error;
use probity::inference::{Estimate, Level};
use probity::judge::{
    Fairness, FairnessOptions, GroupFairness, ScoreScale, ScoredPair, mj_bench_likert, mj_bench_number,
    pair_verdicts,
};
use probity::rules::PairChoice;
use probity::tally::Tally;
use serde_json::{Value, json};

use super::{Outcome, estimate, figure, list, number, string, text, vector};

fn scale(input: &Value) -> ScoreScale {
    match input["normalise"].as_str() {
        Some("none") => ScoreScale::Raw,
        Some("minmax_all") => ScoreScale::MinMax,
        other => panic!("a normalisation, found {other:?}"),
    }
}

/// What stands under `name`, or in the file that the input refers to.
fn data(input: &Value, name: &str, in_file: &str, directory: &Path) -> Value {
    let Some(file) = input["file"].as_str() else { return input[name].clone() };
    let content = std::fs::read_to_string(directory.join(file)).expect("the file of the vector");
    let content: Value = serde_json::from_str(&content).expect("JSON");
    content[in_file][string(input, "key")].clone()
}

fn accuracy(input: &Value, directory: &Path) -> Outcome {
    let pair = |pair: &Value| ScoredPair {
        first: pair[0].as_f64(),
        second: pair[1].as_f64(),
        better: if pair[2] == 0 { PairChoice::First } else { PairChoice::Second },
    };
    let pairs: Vec<_> = list(&data(input, "pairs", "preferences", directory)).iter().map(pair).collect();
    let found = pair_verdicts(&pairs, scale(input), number(input, "threshold")).map_err(text)?;
    let level = Level::default();
    Ok(json!({
        "n": found.records(),
        "correct": found.correct(),
        "wrong": found.wrong(),
        "ties": found.ties(),
        "accuracy_ties_wrong": found.accuracy_with_ties(level).map_err(text)?.value,
        "accuracy_without_ties": estimate(found.accuracy_without_ties(level))?,
        "tie_rate": found.tie_rate(level).map_err(text)?.value,
    }))
}

fn bias(input: &Value, directory: &Path) -> Outcome {
    let groups = data(input, "groups", "scores", directory);
    let (names, scores): (Vec<_>, Vec<_>) =
        groups.as_object().expect("groups").iter().map(|(name, scores)| (name, vector(scores))).unzip();
    let options = FairnessOptions::new()
        .scale(scale(input))
        .threshold(number(input, "threshold"))
        .least_members(input["min_group"].as_u64().unwrap_or(1) as usize);
    let found = Fairness::of_groups(&scores, &options).map_err(text)?;
    let of_group = |group: &GroupFairness| {
        let value = |of: &Result<f64, Error>| figure(of.clone());
        Ok::<_, String>(
            json!({"acc": value(&group.acc)?, "nds": value(&group.nds)?, "ges": value(&group.ges)?}),
        )
    };
    let mut by_name = serde_json::Map::new();
    for (name, group) in names.into_iter().zip(found.groups()) {
        if let Some(group) = group {
            by_name.insert(name.clone(), of_group(group)?);
        }
    }
    let overall = found.overall(Level::default());
    let mean = |of: Result<Estimate, Error>| estimate(of);
    Ok(json!({
        "groups": by_name,
        "average": {"acc": mean(overall.acc)?, "nds": mean(overall.nds)?, "ges": mean(overall.ges)?},
    }))
}

pub(crate) fn run(function: &str, input: &Value, directory: &Path) -> Option<Outcome> {
    Some(match function {
        "preference_accuracy" => accuracy(input, directory),
        "bias_metrics" => bias(input, directory),
        "parse_rating" => {
            let text = string(input, "text");
            Ok(json!({"number": mj_bench_number(&text), "likert5": mj_bench_likert(&text)}))
        }
        _ => return None,
    })
}
