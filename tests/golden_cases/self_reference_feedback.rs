//! `values/self_reference_feedback`.

use probity::inference::Level;
use probity::rules::{
    PairChoice, SwapJudgment, VerdictLogProbs, margin_loss, swap_position_bias, swap_vote, verdict_strength,
};
use serde_json::{Value, json};

use super::{Outcome, list, text, vector};

fn choice(value: &Value) -> Option<PairChoice> {
    match value.as_str() {
        Some("first") => Some(PairChoice::First),
        Some("second") => Some(PairChoice::Second),
        _ => None,
    }
}

fn label(label: Option<PairChoice>) -> Option<&'static str> {
    label.map(|choice| if choice == PairChoice::First { "a" } else { "b" })
}

fn vote(input: &Value) -> Value {
    let judgment = |j: &Value| SwapJudgment { swapped: j["order"] == "ba", choice: choice(&j["choice"]) };
    let judgments: Vec<_> = list(&input["judgments"]).iter().map(judgment).collect();
    let vote = swap_vote(&judgments);
    json!({"a": vote.a, "b": vote.b, "invalid": vote.invalid, "label": label(vote.label)})
}

fn bias(input: &Value) -> Outcome {
    let pairs: Vec<_> =
        list(&input["pairs"]).iter().map(|pair| (choice(&pair[0]), choice(&pair[1]))).collect();
    let bias = swap_position_bias(&pairs, Level::default()).map_err(text)?;
    Ok(json!({
        "pairs": bias.consistency.items,
        "consistency": bias.consistency.value,
        "flip_rate": bias.flip_rate.value,
        "first_rate": bias.first_rate.value,
    }))
}

fn strength(input: &Value) -> Outcome {
    let numbers: Vec<_> =
        list(&input["orders"]).iter().map(|order| (vector(&order["a"]), vector(&order["b"]))).collect();
    let orders: Vec<_> = numbers.iter().map(|(a, b)| VerdictLogProbs { a, b }).collect();
    let found = verdict_strength(&orders).map_err(text)?;
    Ok(json!({
        "ppl_a": found.perplexity_a,
        "ppl_b": found.perplexity_b,
        "gap_log": found.log_gap,
        "gap_ppl": found.perplexity_gap,
        "prob_a": found.probability_a,
        "label": label(found.label(0.0)),
    }))
}

fn loss(input: &Value) -> Outcome {
    let margins = vector(&input["margin"]);
    let margins = (input["use_margin"] != false).then_some(margins.as_slice());
    let loss = margin_loss(&vector(&input["chosen"]), &vector(&input["rejected"]), margins, Level::default());
    let loss = loss.map_err(text)?;
    Ok(json!({"per_pair": loss.losses, "mean": loss.mean.value}))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function.strip_prefix("self_reference.")? {
        "vote" => Ok(vote(input)),
        "position_bias" => bias(input),
        "preference_strength" => strength(input),
        "margin_loss" => loss(input),
        _ => return None,
    })
}
