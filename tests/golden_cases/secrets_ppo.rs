//! `preference/secrets_ppo`.

use probity::inference::Level;
use probity::preference::{TiedScores, pairwise_accuracy};
use probity::reward::{
    PpoOptions, PpoStep, PpoTokens, RewardModelOptions, RewardScaling, ppo_drift, ppo_entropy, ppo_gae,
    ppo_loss, ppo_normalise_rewards, ppo_perplexity, ppo_running_moments, ppo_token_rewards, ppo_whiten,
    reward_model_loss,
};
use serde_json::{Value, json};

use super::{Outcome, list, matrix, number, number_or, text, vector};

fn mask(input: &Value) -> Vec<bool> {
    vector(&input["mask"]).into_iter().map(|m| m != 0.0).collect()
}

fn running_moments(input: &Value) -> Outcome {
    let log = ppo_running_moments(&matrix(&input["batches"])).map_err(text)?;
    let entry = |m: &probity::reward::RunningMoments| {
        json!({
            "batch_mean": m.batch_mean,
            "batch_std": m.batch_standard_deviation,
            "mean": m.mean,
            "std": m.standard_deviation,
            "count": m.count,
        })
    };
    Ok(json!({"log": log.iter().map(entry).collect::<Vec<_>>()}))
}

fn normalise(input: &Value) -> Outcome {
    let scaling = match input["mode"].as_str().unwrap_or("scale") {
        "scale" => RewardScaling::Scale,
        "norm" => RewardScaling::Normalise,
        other => return Err(format!("unknown mode {other}")),
    };
    let rewards = ppo_normalise_rewards(&matrix(&input["batches"]), scaling, input["clip"].as_f64());
    Ok(json!({"rewards": rewards.map_err(text)?}))
}

fn losses(input: &Value) -> Outcome {
    let names = ["logp", "old_logp", "values", "old_values", "advantages", "returns"];
    let [log_probs, old_log_probs, values, old_values, advantages, returns] =
        names.map(|name| vector(&input[name]));
    let mask = mask(input);
    let tokens = PpoTokens {
        log_probs: &log_probs,
        old_log_probs: &old_log_probs,
        values: &values,
        old_values: &old_values,
        advantages: &advantages,
        returns: &returns,
        mask: &mask,
    };
    let mut options = PpoOptions::new()
        .clip_policy(input["clip_policy"].as_bool().unwrap_or(true))
        .clip_value(input["clip_value"].as_bool().unwrap_or(true))
        .whiten_advantages(input["advantage_norm"].as_bool().unwrap_or(false))
        .policy_width(number_or(input, "pg_clip", 0.2))
        .value_width(number_or(input, "value_clip", 0.2))
        .value_weight(number_or(input, "vf_weight", 1.0))
        .pretrain(number_or(input, "pretrain_loss", 0.0), number_or(input, "pretrain_weight", 0.0));
    if let Some(clip) = input["advantage_clip"].as_f64() {
        options = options.advantage_clip(clip);
    }
    if let Some(mean) = input["mean_entropy"].as_f64() {
        let (target, weight) =
            (number_or(input, "entropy_clip", 35.0), number_or(input, "entropy_weight", 0.0));
        options = options.entropy(mean, target, weight);
    }
    let found = ppo_loss(&tokens, &options).map_err(text)?;
    Ok(json!({
        "policy_loss": found.policy_loss,
        "value_loss": found.value_loss,
        "loss": found.loss,
        "approx_kl": found.approx_kl,
        "policy_clip_fraction": found.policy_clip_fraction,
        "value_clip_fraction": found.value_clip_fraction,
        "mean_ratio": found.mean_ratio,
    }))
}

fn diagnostics(input: &Value) -> Outcome {
    let step = |s: &Value| PpoStep {
        reward: number(s, "reward"),
        kl: number(s, "kl"),
        perplexity: number(s, "perplexity"),
        length: number(s, "length"),
    };
    let steps: Vec<PpoStep> = list(&input["steps"]).iter().map(step).collect();
    let drift = ppo_drift(&steps).map_err(text)?;
    let entry = |d: &probity::reward::PpoDrift| {
        json!({
            "reward_gain": d.reward_gain,
            "kl": d.kl,
            "root_kl": d.root_kl,
            "perplexity_ratio": d.perplexity_ratio,
            "length_ratio": d.length_ratio,
        })
    };
    Ok(json!({"drift": drift.iter().map(entry).collect::<Vec<_>>()}))
}

fn reward_model(input: &Value) -> Outcome {
    let (w, l) = (vector(&input["r_w"]), vector(&input["r_l"]));
    let plain = RewardModelOptions {
        language_loss: number_or(input, "lm_nll", 0.0),
        language_weight: number_or(input, "beta_rm", 1.0),
        guard: 0.0,
    };
    let options = RewardModelOptions { guard: number_or(input, "eps", 0.0), ..plain };
    let found = reward_model_loss(&w, &l, &options).map_err(text)?;
    // The vectors give the gradient of equation 2 also for the guarded loss, whose own differs by some 1e-6: central
    // differences of the guarded loss agree with the library (`properties_reward`).
    let gradient = reward_model_loss(&w, &l, &plain).map_err(text)?.grad_chosen;
    let accuracy = pairwise_accuracy(&w, &l, TiedScores::Wrong, Level::default()).map_err(text)?;
    Ok(json!({
        "ranking_loss": found.ranking_loss,
        "loss": found.loss,
        "accuracy": accuracy.accuracy.value,
        "mean_margin": found.mean_margin,
        "grad_r_w": gradient,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let of = |name: &str| vector(&input[name]);
    Some(match function {
        "ppo_running_moments" => running_moments(input),
        "ppo_normalise_rewards" => normalise(input),
        "ppo_kl_rewards" => ppo_token_rewards(
            number(input, "score"),
            &of("logp"),
            &of("ref_logp"),
            number_or(input, "eta", 0.02),
        )
        .map(|found| {
            json!({
                "rewards": found.rewards,
                "mean_log_ratio": found.mean_log_ratio,
                "sum_log_ratio": found.sum_log_ratio,
            })
        })
        .map_err(text),
        "ppo_gae" => {
            let (gamma, lambda) = (number_or(input, "gamma", 1.0), number_or(input, "lam", 0.95));
            ppo_gae(&of("rewards"), &of("values"), gamma, lambda)
                .map(|found| json!({"advantages": found.advantages, "returns": found.returns}))
                .map_err(text)
        }
        "ppo_whiten" => {
            let keep_mean = input["shift_mean"].as_bool() == Some(false);
            ppo_whiten(&of("values"), &mask(input), keep_mean)
                .map(|found| json!({"whitened": found.values, "mean": found.mean, "var": found.variance}))
                .map_err(text)
        }
        "ppo_losses" => losses(input),
        "ppo_entropy" => ppo_entropy(&matrix(&input["distributions"]), Level::default())
            .map(|(entropies, mean)| json!({"entropies": entropies, "mean": mean.value}))
            .map_err(text),
        "ppo_perplexity" => ppo_perplexity(&matrix(&input["sequence_logps"]), Level::default())
            .map(|found| json!({"mean_nll": found.mean_nll, "perplexity": found.perplexity}))
            .map_err(text),
        "ppo_diagnostics" => diagnostics(input),
        "rm_loss" => reward_model(input),
        _ => return None,
    })
}
