//! `preference/scir`.

use probity::inference::Level;
use probity::preference::{
    ImplicitResponse, PenaltyKind, Preferred, scir_filter, scir_generative_probability,
    scir_implicit_probability, scir_penalty,
};
use serde_json::{Value, json};

use super::{Outcome, figure, matrix, number, number_or, text, vector};

/// The two log-probabilities of a verdict.
pub(crate) fn verdict(value: &Value) -> [f64; 2] {
    vector(value).try_into().expect("two log-probabilities")
}

fn implicit(input: &Value) -> Outcome {
    let response = |which: u8| ImplicitResponse {
        policy: number(input, &format!("logp{which}")),
        reference: number(input, &format!("ref{which}")),
        length: input[format!("len{which}")].as_u64().map(|n| n as u32),
    };
    let found =
        scir_implicit_probability(response(1), response(2), number_or(input, "beta", 0.1)).map_err(text)?;
    Ok(json!({"reward1": found.first, "reward2": found.second, "p": found.probability}))
}

fn penalty(input: &Value) -> Outcome {
    let kind = match input["kind"].as_str().unwrap_or("symmetric_kl") {
        "symmetric_kl" => PenaltyKind::SymmetricKl,
        "js" => PenaltyKind::JensenShannon,
        "cross_entropy" => PenaltyKind::CrossEntropy,
        "agreement_nll" => PenaltyKind::AgreementNll,
        other => return Err(format!("unknown kind {other:?}")),
    };
    let found = scir_penalty(&vector(&input["probs"]), kind, number_or(input, "entropy_weight", 1.0))
        .map_err(text)?;
    Ok(json!({
        "consistency": found.consistency, "entropy": found.entropy, "penalty": found.penalty,
    }))
}

fn filter(input: &Value) -> Outcome {
    let least = number_or(input, "min_confidence", 0.5);
    let found = scir_filter(&matrix(&input["pairs"]), least, Level::default()).map_err(text)?;
    let label = |label: &Option<Preferred>| match label {
        Some(Preferred::First) => json!(1),
        Some(Preferred::Second) => json!(2),
        None => Value::Null,
    };
    Ok(json!({
        "labels": found.labels.iter().map(label).collect::<Vec<_>>(),
        "keep": found.keep,
        "consistency_rate": figure(found.consistency_rate.map(|rate| rate.value))?,
        "kept_rate": figure(found.kept_rate.map(|rate| rate.value))?,
        "pairwise_agreement": found.pairwise_agreement,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "scir_generative_probability" => {
            let (given, swapped) = (verdict(&input["order1_logprobs"]), verdict(&input["order2_logprobs"]));
            scir_generative_probability(given, swapped)
                .map_err(text)
                .map(|found| json!({"p": found.probability, "position_gap": found.position_gap}))
        }
        "scir_implicit_probability" => implicit(input),
        "scir_penalty" => penalty(input),
        "scir_filter" => filter(input),
        _ => return None,
    })
}
