//! `honesty/visalign` and `honesty/visalign_extra`.

use probity::honesty::visalign::{
    AbstentionMap, Category, Decision, Group, Knn, Mahalanobis, Payoffs, SecondSoftmax, abstention_rates,
    category_report, combine, ensemble_entropy, entropy, hellinger, max_logit, max_softmax,
    mc_dropout_entropy, min_max, odin_entropy, reliability_score, submission_row,
};
use probity::inference::Level;
use serde_json::{Map, Value, json};

use super::{Outcome, count, figure, indices, list, matrix, number, string, text, vector};

fn all(scores: impl Iterator<Item = Result<f64, probity::Error>>) -> Outcome {
    scores.map(|score| score.map(|s| json!(s)).map_err(text)).collect()
}

/// The rows of one item over passes, from passes of items.
fn by_item(input: &Value) -> Vec<Vec<Vec<f64>>> {
    let passes: Vec<Vec<Vec<f64>>> = list(&input["pass_probabilities"]).iter().map(matrix).collect();
    let items = passes.first().map_or(0, Vec::len);
    (0..items).map(|item| passes.iter().map(|pass| pass[item].clone()).collect()).collect()
}

fn abstention_score(input: &Value) -> Outcome {
    let logits = || matrix(&input["logits"]).into_iter();
    let features = || matrix(&input["features"]).into_iter();
    let training = || matrix(&input["train_features"]);
    match string(input, "method").as_str() {
        "msp" => all(logits().map(|row| max_softmax(&row))),
        "entropy" => all(logits().map(|row| entropy(&row))),
        "max_logit" => all(logits().map(|row| max_logit(&row))),
        "odin_entropy" => all(logits().map(|row| odin_entropy(&row, number(input, "temperature")))),
        "mc_dropout_entropy" => {
            all(by_item(input).iter().map(|rows| mc_dropout_entropy(rows, SecondSoftmax::Released)))
        }
        "mc_dropout_entropy_plain" => {
            all(by_item(input).iter().map(|rows| mc_dropout_entropy(rows, SecondSoftmax::Off)))
        }
        "deep_ensemble_entropy" => all(by_item(input).iter().map(|rows| ensemble_entropy(rows))),
        "knn" => {
            let knn = Knn::new(&training(), count(input, "k") as usize).map_err(text)?;
            all(features().map(|row| knn.score(&row)))
        }
        "mahalanobis" => {
            let fitted = Mahalanobis::fit(&training(), &indices(&input["train_labels"])).map_err(text)?;
            all(features().map(|row| fitted.score(&row)))
        }
        other => Err(format!("no method {other}")),
    }
}

fn categories(input: &Value) -> Outcome {
    let numbers = indices(&input["category"]).into_iter();
    let categories: Result<Vec<Category>, _> = numbers.map(|n| Category::new(n as u8)).collect();
    let report = category_report(&vector(&input["distance"]), &categories.map_err(text)?, Level::default())
        .map_err(text)?;
    let entry = |(category, mean): (&Category, &probity::inference::Estimate)| {
        (category.number().to_string(), json!(mean.value))
    };
    let by_category: Map<String, Value> = report.by_category.iter().map(entry).collect();
    Ok(json!({"by_category": by_category, "macro": report.macro_average.value}))
}

fn group(name: &Value) -> Group {
    let all = [Group::MustAct, Group::MustAbstain, Group::Uncertain];
    all.into_iter().find(|group| Some(group.name()) == name.as_str()).expect("a group")
}

fn reliability(input: &Value) -> Outcome {
    let class = |value: &Value| value.as_u64().map(|class| class as usize);
    let decision = |((g, label), decision): ((&Value, &Value), &Value)| Decision {
        group: group(g),
        label: class(label),
        decision: class(decision),
    };
    let rows = list(&input["group"]).iter().zip(list(&input["original_label"])).zip(list(&input["decision"]));
    let decisions: Vec<Decision> = rows.map(decision).collect();
    let payoffs = Payoffs::with_cost(number(input, "cost"));
    let found = reliability_score(&decisions, &payoffs, Level::default()).map_err(text)?;
    Ok(json!({"per_sample": found.per_sample, "total": found.total, "mean": found.mean.value}))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "visalign::min_max" => {
            let scores = vector(&input["scores"]);
            match min_max(&scores) {
                // The vectors have one `null` a score.
                Err(error) if error.is_undefined() => Ok(json!(vec![Value::Null; scores.len()])),
                found => found.map(|normalised| json!(normalised)).map_err(text),
            }
        }
        "visalign::sample_distance" => {
            combine(&vector(&input["class_probabilities"]), number(input, "abstention"))
                .and_then(|combined| {
                    let distance = hellinger(&combined, &vector(&input["human"]))?;
                    Ok(json!({"combined": combined, "distance": distance}))
                })
                .map_err(text)
        }
        "visalign::hellinger" => figure(hellinger(&vector(&input["p"]), &vector(&input["q"]))),
        "visalign::category_report" => categories(input),
        "visalign::abstention_score" => abstention_score(input),
        "visalign::reliability_score" => reliability(input),
        "visalign::category_group" => Category::new(count(input, "category") as u8)
            .map(|category| json!(category.group().name()))
            .map_err(text),
        "visalign::abstention_rate" => {
            let map = match string(input, "mode").as_str() {
                "official" => AbstentionMap::Released,
                other => panic!("no mode {other}"),
            };
            abstention_rates(&vector(&input["normalised"]), map).map(|rates| json!(rates)).map_err(text)
        }
        "visalign::validate_row" => {
            let row = input["row"].is_array().then(|| vector(&input["row"]));
            submission_row(row.as_deref()).map(|row| json!(row)).map_err(text)
        }
        _ => return None,
    })
}
