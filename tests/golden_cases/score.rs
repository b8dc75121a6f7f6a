//! `self_correction/score`.

use probity::Error;
use probity::correction::{
    BaseKl, KlEstimator, Rollout, SelfCorrection, changed_answer_rate, kl_from_distributions,
    kl_from_log_probs, shaped_reward, stage_one, stage_two, stage_two_batch,
};
use probity::inference::{Estimate, Level};
use probity::tally::Transitions;
use probity::text::{edit_ratio, levenshtein};
use serde_json::{Value, json};

use super::{Outcome, figure, matrix, number, text, vector};

/// Verdict pairs written as 0 and 1.
pub(crate) fn pairs(value: &Value) -> Transitions {
    let rows = matrix(value);
    let column = |i: usize| rows.iter().map(|row| row[i] == 1.0).collect::<Vec<_>>();
    Transitions::from_marks(&column(0), &column(1)).expect("columns of one table")
}

fn value(estimate: Result<Estimate, Error>) -> Outcome {
    figure(estimate.map(|e| e.value))
}

fn metrics(table: &Transitions) -> Outcome {
    let m = SelfCorrection::new(table, Level::default()).map_err(text)?;
    Ok(json!({
        "n": table.known(),
        "accuracy_t1": m.accuracy_t1.value,
        "accuracy_t2": m.accuracy_t2.value,
        "delta": m.delta.value,
        "delta_i_to_c": m.delta_i_to_c.value,
        "delta_c_to_i": m.delta_c_to_i.value,
        "fix_rate": value(m.fix_rate)?,
        "break_rate": value(m.break_rate)?,
    }))
}

fn rollout(input: &Value) -> Rollout {
    Rollout {
        r1: input["r1"].as_f64().unwrap_or(0.0),
        r2: number(input, "r2"),
        kl_turn1: number(input, "kl_turn1"),
        kl_turn2: input["kl_turn2"].as_f64().unwrap_or(0.0),
    }
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let count = |name: &str| input[name].as_u64().expect("a count");
    Some(match function {
        "self_correction_metrics" => metrics(&pairs(&input["pairs"])),
        "self_correction_metrics_from_counts" => Transitions::from_counts(
            count("correct_correct"),
            count("correct_incorrect"),
            count("incorrect_correct"),
            count("incorrect_incorrect"),
        )
        .map_err(text)
        .and_then(|table| metrics(&table)),
        "shaped_reward" => shaped_reward(number(input, "r1"), number(input, "r2"), number(input, "alpha"))
            .map(|r| json!({"bonus": r.bonus, "shaped_r2": r.shaped_r2, "total": r.total}))
            .map_err(text),
        "kl_from_log_probs" => {
            let (p, q) = (vector(&input["log_probs"]), vector(&input["ref_log_probs"]));
            let kl = |estimator| kl_from_log_probs(&p, &q, estimator).map_err(text);
            kl(KlEstimator::K1).and_then(|k1| Ok(json!({"k1": k1, "k3": kl(KlEstimator::K3)?})))
        }
        "kl_from_distributions" => kl_from_distributions(&matrix(&input["p"]), &matrix(&input["q"]))
            .map(|kl| json!({"kl": kl}))
            .map_err(text),
        "score_stage1" => stage_one(&rollout(input), number(input, "beta2"), BaseKl::None)
            .map(|value| json!({"value": value}))
            .map_err(text),
        "score_stage2" => stage_two(&rollout(input), number(input, "alpha"), number(input, "beta1"))
            .map(|value| json!({"value": value}))
            .map_err(text),
        "score_stage2_batch" => {
            let rollouts: Vec<_> =
                input["rollouts"].as_array().expect("rollouts").iter().map(rollout).collect();
            stage_two_batch(&rollouts, number(input, "alpha"), number(input, "beta1"))
                .map(|value| json!({"value": value}))
                .map_err(text)
        }
        "edit_distance_ratio" => {
            let (a, b) = (input["a"].as_str().expect("a text"), input["b"].as_str().expect("a text"));
            Ok(json!({"distance": levenshtein(a, b), "ratio": edit_ratio(a, b)}))
        }
        "changed_answer_rate" => {
            let pairs = input["pairs"].as_array().expect("pairs");
            let column = |i: usize| pairs.iter().map(|p| p[i].clone()).collect::<Vec<_>>();
            changed_answer_rate(&column(0), &column(1), Level::default())
                .map(|rate| json!({"rate": rate.value}))
                .map_err(text)
        }
        _ => return None,
    })
}
