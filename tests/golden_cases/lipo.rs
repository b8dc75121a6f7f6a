//! `preference/lipo`.

use probity::inference::Level;
use probity::preference::{
    Diagonal, Discount, ListLoss, Preferred, Reduction, ScoredList, lipo_autosxs, lipo_dcg, lipo_labels,
    lipo_lambda_weights, lipo_loss, lipo_scores,
};
use serde_json::{Value, json};

use super::{Outcome, figure, matrix, number_or, text, vector};

fn discount(input: &Value, default: Discount) -> Result<Discount, String> {
    match input["discount"].as_str() {
        None => Ok(default),
        Some("ln") => Ok(Discount::Ln),
        Some("log2") => Ok(Discount::Log2),
        Some(other) => Err(format!("unknown discount {other:?}")),
    }
}

fn loss(input: &Value, list: &ScoredList<'_>) -> Outcome {
    let kind = match input["kind"].as_str().unwrap_or_default() {
        "pair_logistic" => ListLoss::PairLogistic,
        "pair_hinge" => ListLoss::PairHinge,
        "list_mle" => ListLoss::ListMle,
        "lambda" => ListLoss::Lambda {
            discount: discount(input, Discount::Ln)?,
            list_scale: input["list_scale"].as_bool().unwrap_or(false),
        },
        "softmax" => ListLoss::Softmax,
        "softmax_unnormalised" => ListLoss::SoftmaxUnnormalised,
        "point_mse" => ListLoss::PointMse,
        "point_sigmoid" => ListLoss::PointSigmoid,
        other => return Err(format!("unknown kind {other:?}")),
    };
    let reduction = match input["reduction"].as_str().unwrap_or("sum") {
        "sum" => Reduction::Sum,
        "mean" => Reduction::Mean,
        other => return Err(format!("unknown reduction {other:?}")),
    };
    let found = lipo_loss(list, kind, reduction).map_err(text)?;
    Ok(json!({"loss": found.loss, "grad_scores": found.gradient, "terms": found.terms}))
}

fn of_list(function: &str, input: &Value) -> Option<Outcome> {
    let (labels, scores) = (vector(&input["labels"]), vector(&input["scores"]));
    let list = match ScoredList::new(&labels, &scores) {
        Ok(list) => list,
        Err(error) => return Some(Err(error.to_string())),
    };
    Some(match function {
        "lipo_loss" => loss(input, &list),
        "lipo_lambda_weights" => discount(input, Discount::Ln)
            .and_then(|discount| lipo_lambda_weights(&list, discount).map_err(text))
            .map(|found| json!({"ranks": found.ranks, "weights": found.weights})),
        "lipo_dcg" => {
            let k = input["k"].as_u64().map(|k| k as usize);
            discount(input, Discount::Log2)
                .and_then(|discount| lipo_dcg(&list, k, discount).map_err(text))
                .and_then(|found| Ok(json!({"dcg": found.dcg, "ndcg": figure(found.ndcg)?})))
        }
        _ => return None,
    })
}

fn autosxs(input: &Value) -> Outcome {
    let threshold = number_or(input, "threshold", 0.35);
    let found = lipo_autosxs(&vector(&input["scores"]), threshold, Level::default()).map_err(text)?;
    let verdict = match found.winner {
        Some(Preferred::First) => "A",
        Some(Preferred::Second) => "B",
        None => "tie",
    };
    Ok(json!({"mean": found.mean.value, "verdict": verdict}))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "lipo_scores" => {
            let (policy, reference) = (vector(&input["logp"]), vector(&input["ref"]));
            lipo_scores(&policy, &reference, number_or(input, "beta", 0.05))
                .map_err(text)
                .map(|scores| json!({"scores": scores}))
        }
        "lipo_labels" => {
            let diagonal = match input["include_diagonal"].as_bool() {
                Some(false) => Diagonal::Excluded,
                _ => Diagonal::Included,
            };
            lipo_labels(&matrix(&input["win_matrix"]), diagonal)
                .map_err(text)
                .map(|labels| json!({"labels": labels}))
        }
        "lipo_autosxs" => autosxs(input),
        _ => return of_list(function, input),
    })
}
