//! `preference/transforming_rewards`.

use probity::inference::Level;
use probity::preference::best_of_n_kl;
use probity::reward::{
    Combination, ReferenceMethod, aligned_law, combine_rewards, lsc_reference, lsc_transform,
    pareto_frontier, win_against_base,
};
use serde_json::{Value, json};

use super::{Outcome, matrix, number, number_or, text, vector};

/// A list, or one number for all rewards.
fn references(input: &Value, rewards: usize) -> Vec<f64> {
    match input["reference"].as_f64() {
        Some(reference) => vec![reference; rewards],
        None => vector(&input["reference"]),
    }
}

fn reference(input: &Value) -> Outcome {
    let method = match input["method"].as_str().unwrap_or("empirical") {
        "empirical" => ReferenceMethod::Empirical,
        "normal" => ReferenceMethod::Normal,
        other => return Err(format!("unknown method {other}")),
    };
    let found = lsc_reference(&vector(&input["base_rewards"]), number_or(input, "quantile", 0.85), method);
    Ok(json!({"reference": found.map_err(text)?}))
}

fn transform(input: &Value) -> Outcome {
    let rewards = vector(&input["rewards"]);
    let found = lsc_transform(&rewards, &references(input, rewards.len())).map_err(text)?;
    let of = |part: fn(&probity::reward::Lsc) -> f64| found.iter().map(part).collect::<Vec<_>>();
    Ok(json!({
        "u": of(|lsc| lsc.utility),
        "probability_good": of(|lsc| lsc.probability_good),
        "derivative": of(|lsc| lsc.derivative),
    }))
}

fn combine(input: &Value) -> Outcome {
    let combination = match input["mode"].as_str().unwrap_or("lsc_sum") {
        "lsc_sum" => Combination::LscSum,
        "raw_sum" => Combination::RawSum,
        "centered_sum" => Combination::CentredSum,
        "min" => Combination::Min,
        other => return Err(format!("unknown mode {other}")),
    };
    let weights = input["weights"].as_array().map(|_| vector(&input["weights"]));
    let (rewards, references) = (matrix(&input["rewards"]), vector(&input["references"]));
    let found = combine_rewards(&rewards, &references, combination, weights.as_deref()).map_err(text)?;
    Ok(json!({
        "value": found.values,
        "order": found.order,
        "best": found.best,
        "probability_all_good": found.probability_all_good,
    }))
}

fn aligned(input: &Value) -> Outcome {
    let (base, utilities) = (vector(&input["base_probs"]), vector(&input["utilities"]));
    let found = aligned_law(&base, &utilities, number(input, "gamma")).map_err(text)?;
    Ok(json!({
        "aligned": found.probabilities,
        "kl": found.kl,
        "expected_utility": found.expected_utility,
        "log_partition": found.ln_partition,
    }))
}

fn win(input: &Value) -> Outcome {
    let (rewards, base) = (vector(&input["rewards"]), vector(&input["base_rewards"]));
    let reference = (!input["reference"].is_null()).then(|| references(input, rewards.len()));
    match win_against_base(&rewards, &base, reference.as_deref(), Level::default()) {
        Ok(found) => Ok(json!({
            "win_rate": found.win_rate.value,
            "above_reference": found.above_reference.map(|e| e.value),
        })),
        Err(error) if error.is_undefined() => Ok(json!({"win_rate": null, "above_reference": null})),
        Err(error) => Err(text(error)),
    }
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "lsc_reference" => reference(input),
        "lsc_transform" => transform(input),
        "combine_rewards" => combine(input),
        "bon_kl_bound" => match input["n"].as_u64() {
            Some(n) => best_of_n_kl(n).map(|kl| json!({"kl": kl})).map_err(text),
            None => Err("no number of samples".to_string()),
        },
        "aligned_distribution" => aligned(input),
        "frontier" => {
            let points: Vec<(f64, f64)> = matrix(&input["points"]).iter().map(|p| (p[0], p[1])).collect();
            pareto_frontier(&points).map(|pareto| json!({"pareto": pareto})).map_err(text)
        }
        "win_vs_reference" => win(input),
        _ => return None,
    })
}
