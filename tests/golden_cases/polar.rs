//! `honesty/polar`.

use probity::honesty::polar::{
    Harmonizer, Scalariser, calibration, correlation_r2, errors, gradient_correlation,
    majority_probabilities, max_eigen_weights, merge_reprompted, min_variance_weights, pareto_loss,
    without_negligible,
};
use probity::inference::Level;
use serde_json::{Value, json};

use super::{Outcome, count, figure, indices, list, matrix, number, text, vector};

/// Rows of probabilities, or probabilities of the second of two classes.
fn harmonizer(input: &Value) -> Result<Harmonizer, String> {
    let value = &input["harmonizer"];
    let binary = list(value).first().is_some_and(Value::is_number);
    if binary { Harmonizer::binary(&vector(value)) } else { Harmonizer::from_rows(&matrix(value)) }
        .map_err(text)
}

/// Labels, of which −1 is an abstention.
fn labels(value: &Value) -> Vec<Option<usize>> {
    list(value).iter().map(|label| label.as_u64().map(|label| label as usize)).collect()
}

fn votes(input: &Value) -> Vec<Vec<Option<usize>>> {
    list(&input["labels"]).iter().map(labels).collect()
}

fn scores(value: &Value) -> Vec<Option<f64>> {
    list(value).iter().map(Value::as_f64).collect()
}

fn risks(input: &Value) -> Result<probity::calibration::Predictions, String> {
    let scores = without_negligible(&scores(&input["polar"]));
    errors(&scores, &labels(&input["llm_label"]), &indices(&input["gold"])).map_err(text)
}

fn chart(input: &Value) -> Outcome {
    let chart = calibration(&risks(input)?, count(input, "bins") as usize).map_err(text)?;
    let filled = chart.bins().iter().enumerate().filter(|(_, bin)| bin.items > 0);
    let bins: Result<Vec<Value>, String> = filled
        .map(|(i, bin)| {
            let rate = bin.accuracy_estimate(Level::default()).map_err(text)?;
            Ok(json!({
                "bin": i,
                "count": bin.items,
                "error_rate": rate.value,
                "standard_error": rate.standard_error,
            }))
        })
        .collect();
    Ok(json!({"bins": bins?, "ece": figure(chart.expected_calibration_error())?}))
}

fn r2(input: &Value) -> Outcome {
    let found = correlation_r2(&risks(input)?).map_err(text)?;
    let rates: Vec<f64> = found.bins.iter().map(|bin| bin.error_rate).collect();
    let means: Vec<f64> = found.bins.iter().map(|bin| bin.mean_score).collect();
    Ok(json!({"error_rate_by_bin": rates, "mean_score_by_bin": means, "r2": figure(found.r2)?}))
}

fn losses(input: &Value) -> Outcome {
    let (harmonizer, weights) = (harmonizer(input)?, vector(&input["weights"]));
    let loss = |scalariser| {
        pareto_loss(&harmonizer, &votes(input), Some(&weights), scalariser, Level::default())
            .map(|e| e.value)
            .map_err(text)
    };
    Ok(json!({
        "linear": loss(Scalariser::Linear)?,
        "square": loss(Scalariser::Quadratic)?,
        "2-norm": loss(Scalariser::Euclidean)?,
        "max": loss(Scalariser::Chebyshev)?,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let correlation =
        || harmonizer(input).and_then(|h| gradient_correlation(&h, &votes(input)).map_err(text));
    Some(match function {
        "polar::polar_scores" => harmonizer(input).and_then(|h| {
            let scores = h.scores(&labels(&input["llm_label"])).map_err(text)?;
            Ok(json!({"polar": scores, "prediction": h.predictions()}))
        }),
        "polar::calibration" => chart(input),
        "polar::correlation_r2" => r2(input),
        "polar::pareto_loss" => losses(input),
        "polar::gradient_correlation" => correlation().map(|c| json!(c)),
        "polar::max_eigen_weights" => correlation().and_then(|c| {
            let iterations = count(input, "iterations") as usize;
            max_eigen_weights(&c, number(input, "min_ratio"), iterations).map(|w| json!(w)).map_err(text)
        }),
        "polar::min_variance_weights" => correlation().and_then(|c| {
            min_variance_weights(&c, number(input, "min_ratio")).map(|w| json!(w)).map_err(text)
        }),
        "polar::dynamic_prompting" => merge_reprompted(
            &scores(&input["polar"]),
            &labels(&input["initial"]),
            &labels(&input["reprompted"]),
            number(input, "threshold"),
        )
        .map(|found| json!(found.labels))
        .map_err(text),
        "polar::majority_vote_proba" => {
            majority_probabilities(&votes(input), count(input, "classes") as usize)
                .map(|rows| json!(rows))
                .map_err(text)
        }
        _ => return None,
    })
}
