//! `preference/sharpening`.

use probity::inference::Level;
use probity::reward::{
    SharpenedLaw, SharpeningPairs, SharpeningPrompt, SharpeningTarget, best_of_n_law, concentrability,
    coverage_coefficient, is_sharpened, rlhf_sharpening_loss, self_reward_length_normalised,
    self_reward_log_prob, self_reward_majority, sharpening_accuracy, sharpening_best, sharpening_lower_bound,
    sharpening_margin, sharpening_sample_size, tilted_law,
};
use probity::{Error, Result};
use serde_json::{Value, json};

use super::{Outcome, figure, list, matrix, number, number_or, optional, text, vector};

/// A figure that is undefined where it is infinite.
fn or_infinite(found: Result<probity::inference::Estimate, Error>) -> Result<Value, String> {
    match found {
        Err(error) if error.is_undefined() => Ok(json!("inf")),
        found => found.map(|e| json!(e.value)).map_err(text),
    }
}

fn whole(value: &Value) -> usize {
    value.as_u64().expect("a whole number") as usize
}

fn self_reward(input: &Value) -> Outcome {
    let rewards = match input["kind"].as_str() {
        Some("logprob") => json!(self_reward_log_prob(&matrix(&input["token_logps"])).map_err(text)?),
        Some("length_normalised") => {
            json!(self_reward_length_normalised(&matrix(&input["token_logps"])).map_err(text)?)
        }
        Some("majority") => {
            let answers: Vec<Option<&str>> = list(&input["answers"]).iter().map(Value::as_str).collect();
            json!(self_reward_majority(&answers))
        }
        other => return Err(format!("unknown kind {other:?}")),
    };
    Ok(json!({"rewards": rewards}))
}

fn best_of_n(input: &Value) -> Outcome {
    let rewards = optional(&input["rewards"]);
    let n = input["n"].as_u64().map_or(rewards.len(), |n| rewards.len().min(n as usize));
    let (index, reward) = sharpening_best(&rewards[..n]).map_err(text)?;
    Ok(json!({"index": index, "reward": reward}))
}

fn coverage(input: &Value) -> Outcome {
    let sets: Option<Vec<Vec<usize>>> = input["maximisers"]
        .as_array()
        .map(|sets| sets.iter().map(|set| list(set).iter().map(whole).collect()).collect());
    let found = coverage_coefficient(&matrix(&input["base_probs"]), sets.as_deref(), Level::default())
        .map_err(text)?;
    Ok(json!({"c_cov": or_infinite(found.coefficient)?, "argmax_mass": found.maximiser_mass}))
}

fn sharpened(input: &Value) -> Outcome {
    let (base, policy) = (matrix(&input["base_probs"]), matrix(&input["policy_probs"]));
    let found = is_sharpened(&base, &policy, number(input, "eps"), number(input, "delta"), Level::default())
        .map_err(text)?;
    Ok(json!({
        "fraction_good": found.fraction_good.value,
        "mass": found.maximiser_mass,
        "sharpened": found.sharpened,
    }))
}

fn law(found: Result<SharpenedLaw, Error>) -> Outcome {
    let found = found.map_err(text)?;
    Ok(json!({
        "policy": found.probabilities,
        "argmax_mass": found.maximiser_mass,
        "kl": found.kl,
        "expected_self_reward": found.expected_self_reward,
    }))
}

fn square_loss(input: &Value) -> Outcome {
    let of = |name: &str| vector(&input[name]);
    let [p1, p2, b1, b2] = ["logp", "logp2", "base_logp", "base_logp2"].map(of);
    let rewards = input["self_reward_1"].as_array().map(|_| (of("self_reward_1"), of("self_reward_2")));
    let pairs = SharpeningPairs {
        policy: (&p1, &p2),
        base: (&b1, &b2),
        self_rewards: rewards.as_ref().map(|(r1, r2)| (r1.as_slice(), r2.as_slice())),
    };
    let found = rlhf_sharpening_loss(&pairs, number(input, "beta")).map_err(text)?;
    Ok(json!({
        "losses": found.losses,
        "loss": found.loss,
        "grad_logp": found.grad_first,
        "grad_logp2": found.grad_second,
    }))
}

fn sample_size(input: &Value) -> Outcome {
    let found = sharpening_sample_size(&SharpeningTarget {
        coverage: number(input, "c_cov"),
        epsilon: number(input, "eps"),
        delta: number(input, "delta"),
        ln_class_size: number(input, "log_class_size"),
        rho: number(input, "rho"),
        constant: number_or(input, "constant", 1.0),
    })
    .map_err(text)?;
    Ok(json!({
        "n_prompts": found.prompts,
        "n_responses": found.responses,
        "total": found.total,
        "bound_eq7": found.bound,
    }))
}

fn accuracy_curve(input: &Value) -> Outcome {
    let marks = |value: &Value| list(value).iter().map(|m| m.as_bool().expect("a mark")).collect();
    let prompts: Vec<SharpeningPrompt> = list(&input["self_rewards"])
        .iter()
        .zip(list(&input["correct"]))
        .map(|(rewards, correct)| SharpeningPrompt {
            self_rewards: optional(rewards),
            correct: marks(correct),
        })
        .collect();
    let numbers: Vec<usize> = list(&input["ns"]).iter().map(whole).collect();
    let found = sharpening_accuracy(&prompts, &numbers, Level::default()).map_err(text)?;
    Ok(json!({
        "accuracy": found.accuracy.iter().map(|e| e.value).collect::<Vec<_>>(),
        "base_accuracy": found.base_accuracy.value,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "self_reward" => self_reward(input),
        "best_of_n" => best_of_n(input),
        "coverage_coefficient" => coverage(input),
        "is_sharpened" => sharpened(input),
        "bon_policy" => match input["n"].as_u64() {
            Some(n) => law(best_of_n_law(&vector(&input["base_probs"]), n)),
            None => Err("no number of samples".to_string()),
        },
        "tilted_policy" => law(tilted_law(&vector(&input["base_probs"]), number(input, "beta"))),
        "rlhf_sharpening_loss" => square_loss(input),
        "sharpening_sample_size" => sample_size(input),
        "sharpening_lower_bound" => {
            sharpening_lower_bound(number(input, "c"), number(input, "eps"), number(input, "log_class_size"))
                .map(|m| json!({"m": m}))
                .map_err(text)
        }
        "margin_parameter" => {
            figure(sharpening_margin(&matrix(&input["base_probs"]))).map(|gamma| json!({"gamma": gamma}))
        }
        "concentrability" => {
            let (policy, base) = (matrix(&input["policy_probs"]), matrix(&input["base_probs"]));
            or_infinite(concentrability(&policy, &base, Level::default())).map(|c| json!({"c_pi": c}))
        }
        "sharpening_accuracy_curve" => accuracy_curve(input),
        _ => return None,
    })
}
