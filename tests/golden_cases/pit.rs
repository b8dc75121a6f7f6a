//! `preference/pit`.

use probity::inference::Level;
use probity::reward::{
    GapRewards, PitStopping, pit_gap_loss, pit_iterate, pit_ordering, pit_rl_objective, pit_sft_loss,
    pit_win_delta,
};
use serde_json::{Value, json};

use super::{Outcome, number_or, text, vector};

fn gap_loss(input: &Value) -> Outcome {
    let [wl, ww, ll, lw] = ["wl", "ww", "ll", "lw"].map(|name| vector(&input[name]));
    let gaps = GapRewards { wl: &wl, ww: &ww, ll: &ll, lw: &lw };
    let found = pit_gap_loss(&gaps).map_err(text)?;
    let order = pit_ordering(&gaps, Level::default()).map_err(text)?;
    Ok(json!({
        "losses": found.losses,
        "loss": found.loss,
        "grad": {"wl": found.grad_wl, "ww": found.grad_ww, "ll": found.grad_ll, "lw": found.grad_lw},
        "pair_accuracy": order.comparisons.map(|share| share.value),
        "all_ordered": order.all_ordered.value,
        "ww_ll_gap": order.self_gap.value,
    }))
}

fn rl_objective(input: &Value) -> Outcome {
    let of = |name: &str| vector(&input[name]);
    let (gaps, policy, sft) = (of("gap_reward"), of("logp_policy"), of("logp_sft"));
    let found = pit_rl_objective(&gaps, &policy, &sft, number_or(input, "beta", 0.1)).map_err(text)?;
    Ok(json!({
        "per_sample": found.values,
        "objective": found.objective,
        "mean_log_ratio": found.mean_log_ratio,
    }))
}

fn iterate(input: &Value) -> Outcome {
    let stopping = PitStopping {
        max_iterations: input["max_iterations"].as_u64().map_or(5, |n| n as usize),
        stop_below: input["stop_below"].as_f64(),
    };
    let found = pit_iterate(&vector(&input["gap_rewards"]), stopping).map_err(text)?;
    Ok(json!({
        "iterations": found.iterations,
        "cumulative": found.cumulative,
        "best_iteration": found.best_iteration,
    }))
}

fn win_delta(input: &Value) -> Outcome {
    let count = |name: &str| match &input[name] {
        Value::Null => Ok(0),
        value => value.as_u64().ok_or_else(|| format!("{value} is no count")),
    };
    match pit_win_delta(count("wins")?, count("losses")?, count("ties")?, Level::default()) {
        Ok(found) => Ok(json!({
            "win_rate": 100.0 * found.win_rate.value,
            "lose_rate": 100.0 * found.lose_rate.value,
            "delta": 100.0 * found.delta.value,
        })),
        Err(error) if error.is_undefined() => Ok(json!({"win_rate": null, "lose_rate": null, "delta": null})),
        Err(error) => Err(text(error)),
    }
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "pit_gap_loss" => gap_loss(input),
        "pit_rl_objective" => rl_objective(input),
        "pit_sft_loss" => pit_sft_loss(&vector(&input["logp_w_given_x_l"]), Level::default())
            .map(|loss| json!({"loss": loss.value}))
            .map_err(text),
        "pit_iterate" => iterate(input),
        "pit_win_delta" => win_delta(input),
        _ => return None,
    })
}
