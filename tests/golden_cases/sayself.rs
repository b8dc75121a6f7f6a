//! `honesty/sayself`.

use probity::calibration::{Binning, Predictions, expected_calibration_error};
use probity::honesty::sayself::{
    Cluster, RewardForm, confidence_from_cluster, evaluate, greedy_clusters, parse_released, reward,
    without_singletons,
};
use probity::inference::{Estimate, Level};
use probity::tally::BinClosure;
use serde_json::{Value, json};

use super::{Outcome, count, figure, flags, matrix, number, string, text, vector};

fn evaluation(input: &Value) -> Outcome {
    let found = evaluate(&vector(&input["confidence"]), &vector(&input["correctness"]), Level::default())
        .map_err(text)?;
    // The released code, which the vectors follow, has 0 for the mean of nothing.
    let or_zero = |mean: Result<Estimate, probity::Error>| match mean {
        Err(error) if error.is_undefined() => Ok(0.0),
        mean => mean.map(|e| e.value).map_err(text),
    };
    Ok(json!({
        "ece": found.mean_absolute_gap.value,
        "accuracy": found.accuracy.value,
        "conf_pos": or_zero(found.confidence_when_right)?,
        "conf_neg": or_zero(found.confidence_when_wrong)?,
        "auroc": figure(found.auroc.map(|e| e.value))?,
    }))
}

fn clusters(clusters: &[Cluster]) -> Value {
    clusters.iter().map(|c| json!({"head": c.head, "members": c.members})).collect()
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "sayself::reward" => {
            let confidence = input["confidence"].as_f64();
            figure(reward(number(input, "correctness"), confidence, RewardForm::Released))
        }
        "sayself::parse_confidence" => {
            let response = string(input, "text");
            let fields = parse_released(&response);
            Ok(json!({"self_reflection": fields.reflection, "confidence": fields.confidence}))
        }
        "sayself::evaluate" => evaluation(input),
        "sayself::ece_binned" => Predictions::new(vector(&input["confidence"]), flags(&input["correct"]))
            .and_then(|predictions| {
                let bins = count(input, "bins") as usize;
                let binning = Binning::EqualWidth { bins, closure: BinClosure::Right };
                expected_calibration_error(&predictions, binning)
            })
            .map(|ece| json!(ece))
            .map_err(text),
        "sayself::confidence_from_cluster" => {
            confidence_from_cluster(count(input, "cluster_size"), count(input, "samples"))
                .map(|confidence| json!(confidence))
                .map_err(text)
        }
        "sayself::greedy_cluster" => {
            greedy_clusters(&matrix(&input["similarity"]), number(input, "threshold"))
                .map(|found| {
                    let all = clusters(&found);
                    let kept = clusters(&without_singletons(found));
                    json!({"clusters": all, "kept_after_dropping_singletons": kept})
                })
                .map_err(text)
        }
        _ => return None,
    })
}
