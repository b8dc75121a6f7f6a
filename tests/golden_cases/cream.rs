//! `preference/cream`.

use probity::inference::Level;
use probity::preference::{
    ConsistencyMethod, CreamPrompt, SoftLabels, cream_consistency, cream_dataset, cream_loss, ordinal_ranks,
};
use serde_json::{Map, Value, json};

use super::preference_objectives::Pairs;
use super::{Outcome, figure, list, number_or, text, vector};

fn method(input: &Value) -> Result<ConsistencyMethod, String> {
    Ok(match input["method"].as_str().unwrap_or("kendall") {
        "kendall" => ConsistencyMethod::Kendall,
        "spearman" => ConsistencyMethod::Spearman,
        "toporder" => ConsistencyMethod::TopOrder,
        "toporder_code" => ConsistencyMethod::TopOrderReleased,
        other => return Err(format!("unknown method {other:?}")),
    })
}

fn rewards(value: &Value) -> Vec<Option<f64>> {
    list(value).iter().map(Value::as_f64).collect()
}

fn dataset(input: &Value) -> Outcome {
    let prompts = input["prompts"].as_object().expect("prompts");
    let both: Vec<_> = prompts.values().map(|p| (rewards(&p["current"]), rewards(&p["previous"]))).collect();
    let of: Vec<_> = both.iter().map(|(c, p)| CreamPrompt { current: c, previous: p }).collect();
    let found = cream_dataset(&of, method(input)?, Level::default()).map_err(text)?;
    let named = |values: Vec<Value>| prompts.keys().cloned().zip(values).collect::<Map<_, _>>();
    let pair = |p: &Option<_>| match p {
        Some(probity::preference::ChosenRejected { chosen, rejected }) => json!([chosen, rejected]),
        None => Value::Null,
    };
    Ok(json!({
        "per_prompt": named(found.per_prompt.iter().map(|c| json!(c)).collect()),
        "pairs": named(found.pairs.iter().map(pair).collect()),
        "mean": figure(found.mean.map(|mean| mean.value))?,
        "min": found.min,
        "max": found.max,
        "std_sample": figure(found.standard_deviation)?,
        "n_valid": found.valid,
    }))
}

fn loss(input: &Value) -> Outcome {
    let (pairs, consistency) = (Pairs::new(input), vector(&input["consistency"]));
    let (checked, beta) = (pairs.checked()?, number_or(input, "beta", 0.1));
    let labels = SoftLabels::each(&consistency).map_err(text)?;
    let found = cream_loss(&checked, labels, beta).map_err(text)?;
    let accuracy = checked.rewards(beta).and_then(|r| r.accuracy(Level::default())).map_err(text)?;
    Ok(json!({
        "losses": found.losses,
        "loss": found.loss,
        "grad_logp_w": found.grad_chosen,
        "grad_logp_l": found.grad_rejected,
        "reward_accuracy": accuracy.value,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "cream_dataset" => dataset(input),
        "cream_consistency" => {
            let (current, previous) = (rewards(&input["scores_current"]), rewards(&input["scores_previous"]));
            let of = |method| cream_consistency(&current, &previous, method).map_err(text);
            method(input).and_then(of).map(|c| json!({"consistency": c}))
        }
        "ordinal_ranks" => {
            ordinal_ranks(&vector(&input["scores"])).map_err(text).map(|ranks| json!({"ranks": ranks}))
        }
        "cream_loss" => loss(input),
        _ => return None,
    })
}
