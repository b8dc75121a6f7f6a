//! `preference/selm`.

use probity::inference::Level;
use probity::preference::{Generated, SelmOptions, selm_loss, selm_pair};
use serde_json::{Value, json};

use super::preference_objectives::Pairs;
use super::{Outcome, number_or, text, vector};

fn loss(input: &Value) -> Outcome {
    let (pairs, policy) = (Pairs::new(input), vector(&input["logp_gen"]));
    let reference = (!input["ref_gen"].is_null()).then(|| vector(&input["ref_gen"]));
    let generated = Generated { policy: &policy, reference: reference.as_deref() };
    let options =
        SelmOptions::new().beta(number_or(input, "beta", 0.01)).alpha(number_or(input, "alpha", 0.001));
    let found = selm_loss(&pairs.checked()?, generated, &options).map_err(text)?;
    let level = Level::default();
    Ok(json!({
        "losses": found.objective.losses,
        "loss": found.objective.loss,
        "dpo_loss": found.dpo_loss,
        "grad_logp_w": found.objective.grad_chosen,
        "grad_logp_l": found.objective.grad_rejected,
        "grad_logp_gen": found.grad_generated,
        "chosen_rewards": found.rewards.chosen,
        "rejected_rewards": found.rewards.rejected,
        "accuracy": found.rewards.accuracy(level).map_err(text)?.value,
        "margin": found.rewards.margin(level).map_err(text)?.value,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "selm_loss" => loss(input),
        // Where all ranks are equal the released code takes the first candidate twice; the library gives no pair.
        "selm_select_pair" => selm_pair(&vector(&input["ranks"])).map_err(text).map(|found| {
            let (chosen, rejected) = found.map_or((0, 0), |pair| (pair.chosen, pair.rejected));
            json!({"chosen": chosen, "rejected": rejected})
        }),
        _ => return None,
    })
}
