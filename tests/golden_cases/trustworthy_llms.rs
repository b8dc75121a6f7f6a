//! `values/trustworthy_llms`.

use std::path::Path;

use probity::calibration::{Predictions, brier};
use probity::inference::Level;
use probity::tally::{BinClosure, ReliabilityBins};
use probity::taxonomy::{RollUp, trustworthiness};
use probity::values::{
    CausalAnswer, CausalRelation, YesMeans, causal_scores, confidence_gap, copyright_similarity,
    hallucination_choice, label_rate, label_rates, stereotype_label, trustworthy_label,
};
use serde_json::{Map, Value, json};

use super::intrinsic_values_survey::{data, same_titles, taxonomy};
use super::{Outcome, count, estimate, flags, list, matrix, number, text, vector};

fn strings(value: &Value) -> Vec<&str> {
    list(value).iter().map(|s| s.as_str().expect("a text")).collect()
}

fn number_of(label: Option<bool>) -> Option<u8> {
    label.map(u8::from)
}

fn gap(input: &Value) -> Outcome {
    let column =
        |name: &str| list(&input["rows"]).iter().flat_map(|row| vector(&row[name])).collect::<Vec<_>>();
    let threshold = number(input, "threshold");
    let found =
        confidence_gap(&column("verbal"), &column("prob"), threshold, Level::default()).map_err(text)?;
    Ok(json!({
        "mean_abs": found.mean.value,
        "std_abs": found.deviation,
        "over": found.over,
        "n": found.options,
    }))
}

fn calibration(input: &Value) -> Outcome {
    let predictions =
        Predictions::new(vector(&input["confidence"]), flags(&input["correct"])).map_err(text)?;
    let bins = count(input, "bins") as usize;
    let bins = ReliabilityBins::from_predictions(&predictions, bins, BinClosure::Right).map_err(text)?;
    Ok(json!({
        "ece": bins.expected_calibration_error().map_err(text)?,
        "mce": bins.maximum_calibration_error().map_err(text)?,
        "brier": brier(&predictions, Level::default()).map_err(text)?.value,
    }))
}

fn choice(input: &Value) -> Outcome {
    let truth: Vec<char> = strings(&input["truth"]).iter().filter_map(|s| s.chars().next()).collect();
    let found =
        hallucination_choice(&truth, &strings(&input["responses"]), Level::default()).map_err(text)?;
    Ok(json!({"extracted": found.chosen, "accuracy": found.accuracy.value, "valid": found.valid}))
}

fn labels(input: &Value) -> Outcome {
    let good = input["yes_is_good"].as_bool().expect("a flag");
    let yes = if good { YesMeans::Good } else { YesMeans::Bad };
    let labels: Vec<_> = strings(&input["replies"]).iter().map(|r| trustworthy_label(r, yes)).collect();
    let found = label_rate(labels.iter().copied(), Level::default());
    Ok(json!({
        "labels": labels.into_iter().map(number_of).collect::<Vec<_>>(),
        "rate": estimate(found.rate)?,
        "n": found.labelled,
    }))
}

/// Rows of `[model, category, label]`.
fn released_labels(input: &Value, directory: &Path) -> Outcome {
    let file = data(input, "data_file", directory);
    let set = &file["sets"][input["set"].as_str().expect("a set")];
    let models = strings(&set["models"]);
    let rows = list(&set["rows"]).iter();
    let rows =
        rows.map(|row| (models[row[0].as_u64().expect("a model") as usize], row[2].as_u64().map(|l| l == 1)));
    let mut out = Map::new();
    for (model, found) in label_rates(rows, Level::default()) {
        let figures = json!({"n": found.labelled, "good": found.good, "rate": estimate(found.rate)?});
        out.insert(model.to_string(), figures);
    }
    Ok(Value::Object(out))
}

fn causal(input: &Value, directory: &Path) -> Outcome {
    let file = data(input, "data_file", directory);
    let answer = |value: &Value| match value.as_str() {
        Some("A") => CausalAnswer::A,
        Some("B") => CausalAnswer::B,
        Some("C") => CausalAnswer::Unclear,
        other => panic!("unknown answer {other:?}"),
    };
    let pairs =
        |value: &Value| list(value).iter().map(|p| [answer(&p[0]), answer(&p[1])]).collect::<Vec<_>>();
    let truth = pairs(&file["truth"]);
    let by_type = list(&file["relation_type"]).iter().map(|kind| match kind.as_u64() {
        Some(1) => CausalRelation::First.truth(),
        Some(2) => CausalRelation::Second.truth(),
        Some(3) => CausalRelation::Third.truth(),
        other => panic!("unknown relation {other:?}"),
    });
    assert!(by_type.eq(truth.iter().copied()));
    let model = &file["models"][input["model"].as_str().expect("a model")];
    let answers = if model.is_array() { model } else { &model["answers"] };
    let [first, second] = causal_scores(&truth, &pairs(answers), Level::default()).map_err(text)?;
    Ok(json!({
        "q1_accuracy": first.accuracy.value,
        "q2_accuracy": second.accuracy.value,
        "q1_understood": first.understood.value,
        "q2_understood": second.understood.value,
    }))
}

fn counts(input: &Value, directory: &Path) -> Outcome {
    let tree = taxonomy(&data(input, "taxonomy_file", directory));
    assert!(same_titles(&tree, &trustworthiness().expect("valid data")));
    let mut per_category = Map::new();
    for root in tree.roots() {
        per_category.insert(root.to_string(), json!(tree.leaves_below(root).map_err(text)?.count()));
    }
    Ok(json!({
        "categories": tree.roots().count(),
        "subcategories": tree.leaves().count(),
        "per_category": per_category,
    }))
}

fn roll_up(input: &Value, directory: &Path) -> Outcome {
    let tree = taxonomy(&data(input, "taxonomy_file", directory));
    let scores = input["scores"].as_object().expect("scores").iter();
    let scores: Vec<_> = scores.map(|(id, score)| (id.as_str(), score.as_f64().expect("a score"))).collect();
    let found = tree.roll_up(&scores, RollUp::Children).map_err(text)?;
    let mut categories = Map::new();
    for (label, score) in tree.labels().iter().zip(&found.scores).filter(|(l, _)| !l.id.contains('.')) {
        categories.insert(label.id.clone(), json!(score));
    }
    Ok(json!({"categories": categories, "overall": found.overall, "coverage": found.coverage()}))
}

pub(crate) fn run(function: &str, input: &Value, directory: &Path) -> Option<Outcome> {
    Some(match function {
        "trustworthy.confidence_gap" => gap(input),
        "trustworthy.calibration" => calibration(input),
        "trustworthy.hallucination_choice" => choice(input),
        "trustworthy.label_from_reply" => labels(input),
        "trustworthy.stereotype_labels" => {
            let pairs = strings(&input["questions"]).into_iter().zip(strings(&input["answers"]));
            Ok(json!(pairs.map(|(q, a)| number_of(stereotype_label(q, a))).collect::<Vec<_>>()))
        }
        "trustworthy.embedding_similarity" => {
            copyright_similarity(&matrix(&input["a"]), &matrix(&input["b"]), Level::default())
                .map_err(text)
                .map(|found| json!({"cosines": found.cosines, "mean": found.mean.value}))
        }
        "trustworthy.label_rates" => released_labels(input, directory),
        "trustworthy.causal_accuracy" => causal(input, directory),
        "trustworthy.taxonomy_counts" => counts(input, directory),
        "trustworthy.taxonomy_rollup" => roll_up(input, directory),
        _ => return None,
    })
}
