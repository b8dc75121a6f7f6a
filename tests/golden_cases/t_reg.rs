//! `preference/t_reg`.

use probity::preference::{
    TregOptions, TregSimpoOptions, TregTokens, TregWeighting, treg_loss, treg_pair, treg_simpo_loss,
    treg_token_rewards,
};
use serde_json::{Value, json};

use super::preference_objectives::{optional, pair};
use super::{Outcome, list, number_or, text, vector};

/// Policy, reference and token rewards of a response.
fn tokens(input: &Value, which: char) -> [Vec<f64>; 3] {
    ["policy", "ref", "rewards"].map(|name| optional(input, &format!("{name}_{which}")))
}

fn borrowed([policy, reference, rewards]: &[Vec<f64>; 3]) -> TregTokens<'_> {
    TregTokens { policy, reference, rewards }
}

fn loss(input: &Value) -> Outcome {
    let weighting =
        if input["weighted"].as_bool() == Some(false) { TregWeighting::Static } else { TregWeighting::Dpo };
    let options = TregOptions::new()
        .beta(number_or(input, "beta", 0.1))
        .alpha(number_or(input, "alpha", 0.25))
        .weighting(weighting);
    let (chosen, rejected) = (tokens(input, 'w'), tokens(input, 'l'));
    let found = treg_loss(borrowed(&chosen), borrowed(&rejected), &options).map_err(text)?;
    Ok(json!({
        "reward_w": found.reward_chosen,
        "reward_l": found.reward_rejected,
        "dpo": found.sequence_loss,
        "weight": found.weight,
        "reg_w": found.regulariser_chosen,
        "reg_l": found.regulariser_rejected,
        "loss": found.loss,
        "grad_policy_w": found.grad_chosen,
        "grad_policy_l": found.grad_rejected,
        "implicit_token_rewards_w": found.token_rewards_chosen,
        "alignment_w": found.alignment_chosen,
    }))
}

fn simpo(input: &Value) -> Outcome {
    let options = TregSimpoOptions::new()
        .beta(number_or(input, "beta", 2.0))
        .gamma(number_or(input, "gamma", 1.0))
        .alpha(number_or(input, "alpha", 0.25));
    let (chosen, rejected) = (tokens(input, 'w'), tokens(input, 'l'));
    let found = treg_simpo_loss(borrowed(&chosen), borrowed(&rejected), &options).map_err(text)?;
    Ok(json!({
        "simpo": found.sequence_loss,
        "weight": found.weight,
        "reg_w": found.regulariser_chosen,
        "reg_l": found.regulariser_rejected,
        "loss": found.loss,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "treg_token_rewards" => {
            treg_token_rewards(&vector(&input["logp_better"]), &vector(&input["logp_worse"]))
                .map_err(text)
                .map(|rewards| json!({"rewards": rewards}))
        }
        "treg_loss" => loss(input),
        "treg_simpo_loss" => simpo(input),
        "treg_select_pair" => {
            let scores: Vec<Option<f64>> = list(&input["scores"]).iter().map(Value::as_f64).collect();
            treg_pair(&scores).map_err(text).map(pair)
        }
        _ => return None,
    })
}
