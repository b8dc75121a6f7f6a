//! `honesty/lm_mostly_know`.

use probity::calibration::{ClassPredictions, Predictions, TemperatureScaling};
use probity::honesty::lm_mostly_know::{
    calibration_chart, calibration_errors, comparison_prompt, context_gain, filtered_accuracy, hard_labels,
    p_ik_evaluation, p_true, pooled_options, top_options,
};
use probity::inference::Level;
use serde_json::{Value, json};

use super::{Outcome, count, estimate, figure, flags, indices, list, matrix, number, string, text, vector};

fn chart(input: &Value) -> Outcome {
    let pooled = pooled_options(&matrix(&input["option_probabilities"]), &indices(&input["answer"]));
    let chart = calibration_chart(&pooled.map_err(text)?, count(input, "bins") as usize).map_err(text)?;
    let bins = chart.bins().iter();
    Ok(bins.map(|bin| json!({"x": bin.confidence, "y": bin.accuracy, "count": bin.items})).collect())
}

fn ece(input: &Value) -> Outcome {
    let top = top_options(&matrix(&input["option_probabilities"]), &indices(&input["answer"]));
    let chart = calibration_chart(&top.map_err(text)?, count(input, "bins") as usize).map_err(text)?;
    let errors = calibration_errors(&chart).map_err(text)?;
    Ok(json!({"ece": errors.ece, "rms": errors.rms}))
}

fn p_ik(input: &Value) -> Outcome {
    let counts: Vec<u64> = indices(&input["correct_counts"]).into_iter().map(|n| n as u64).collect();
    let found = p_ik_evaluation(
        &counts,
        count(input, "samples"),
        &vector(&input["predicted"]),
        number(input, "threshold"),
        Level::default(),
    )
    .map_err(text)?;
    let labels: Vec<u8> = found.known.into_iter().map(u8::from).collect();
    Ok(json!({
        "ground_truth": found.measured,
        "label": labels,
        "auroc": estimate(found.auroc)?,
        "brier": found.brier.value,
    }))
}

fn filtered(input: &Value) -> Outcome {
    let predictions = Predictions::new(vector(&input["p_true"]), flags(&input["correct"])).map_err(text)?;
    let found =
        filtered_accuracy(&predictions, number(input, "threshold"), Level::default()).map_err(text)?;
    Ok(json!({
        "base_accuracy": figure(found.base.value())?,
        "kept": found.filtered.denominator,
        "accuracy": figure(found.filtered.value())?,
        "brier": found.brier.value,
        "auroc": estimate(found.auroc)?,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "lmknow::calibration_chart" => chart(input),
        "lmknow::ece_top_prediction" => ece(input),
        "lmknow::p_true" => {
            let both = list(&input["logprob_true"]).iter().zip(list(&input["logprob_false"]));
            both.map(|(a, b)| figure(p_true(a.as_f64(), b.as_f64()))).collect()
        }
        "lmknow::p_ik_eval" => p_ik(input),
        "lmknow::hard_label_counts" => hard_labels(count(input, "correct"), count(input, "samples"))
            .and_then(|labels| {
                let loss = labels.cross_entropy(0.5)?;
                let at = json!({"p": 0.5, "loss": loss});
                Ok(json!({"ik": labels.known, "idk": labels.unknown, "cross_entropy_at": at}))
            })
            .map_err(text),
        "lmknow::filtered_accuracy" => filtered(input),
        "lmknow::rescale_temperature" => {
            let rows = matrix(&input["option_probabilities"]);
            let classes = ClassPredictions::from_rows(&rows, &vec![0; rows.len()]).map_err(text);
            let scaling = TemperatureScaling::new(number(input, "temperature")).map_err(text);
            scaling.and_then(|scaling| {
                let rescaled = scaling.apply_to_classes(&classes?);
                Ok(json!(rescaled.rows().collect::<Vec<_>>()))
            })
        }
        "lmknow::comparison_prompt" => {
            let ideas: Vec<&str> = list(&input["ideas"]).iter().filter_map(Value::as_str).collect();
            Ok(json!(comparison_prompt(&string(input, "question"), &ideas, &string(input, "answer"))))
        }
        "lmknow::context_gain" => {
            context_gain(&vector(&input["without"]), &vector(&input["with"]), Level::default())
                .map_err(text)
                .and_then(|gain| {
                    let share = figure(gain.increased.value())?;
                    Ok(json!({"mean_gain": gain.mean.value, "share_increased": share}))
                })
        }
        _ => return None,
    })
}
