//! `values/dynamic_normativity`.

use std::path::Path;

use probity::inference::Level;
use probity::preference::{DpoLoss, DpoOptions, PairLogProbs, TiedScores, dpo_loss, pairwise_accuracy};
use probity::rules::Decision;
use probity::values::{
    AlignmentConditions, Condition, ConditionKind, RewardAndToxicity, RewardedResponse, benchmark_average,
};
use serde_json::{Value, json};

use super::intrinsic_values_survey::data;
use super::{Outcome, list, number, number_or, string, text, vector};

fn conditions(input: &Value) -> Outcome {
    let condition = |value: &Value| Condition {
        id: string(value, "id"),
        kind: match value["kind"].as_str() {
            Some("necessary") => ConditionKind::Necessary,
            Some("sufficient") => ConditionKind::Sufficient,
            other => panic!("unknown kind {other:?}"),
        },
        statement: String::new(),
    };
    let conditions = list(&input["conditions"]).iter().map(condition).collect();
    let conditions = AlignmentConditions::new(conditions).map_err(text)?;
    let evidence = input["evidence"].as_object().expect("evidence").iter();
    let found =
        conditions.judge(&evidence.map(|(id, e)| (id.clone(), Decision::from(e.as_bool()))).collect());
    Ok(json!({
        "necessary": found.necessary.decided(),
        "sufficient": found.sufficient.decided(),
        "aligned": found.aligned.decision.decided(),
        "verdict": match found.aligned.decision {
            Decision::Pass => "holds",
            Decision::Fail => "fails",
            _ => "not established",
        },
        "failed": found.failed(),
        "missing": found.missing(),
    }))
}

fn best(input: &Value) -> Outcome {
    let response = |value: &Value| RewardedResponse {
        reward: number(value, "reward"),
        toxicity: value["toxicity"].as_f64(),
    };
    let responses: Vec<_> = list(&input["candidates"]).iter().map(response).collect();
    let options = RewardAndToxicity {
        weight: number_or(input, "toxicity_weight", 0.0),
        threshold: input["toxicity_threshold"].as_f64(),
    };
    let found = options.rank(&responses).map_err(text)?;
    Ok(json!({"scores": found.scores, "best": found.best(), "order": found.order}))
}

/// Label 0 is no preference, 1 and 2 name the response preferred.
fn accuracy(input: &Value) -> Outcome {
    let (mut chosen, mut rejected) = (Vec::new(), Vec::new());
    for pair in list(&input["pairs"]) {
        let scores = (number(pair, "r1"), number(pair, "r2"));
        let (better, worse) = match pair["label"].as_u64() {
            Some(0) => continue,
            Some(1) => scores,
            _ => (scores.1, scores.0),
        };
        chosen.push(better);
        rejected.push(worse);
    }
    let found = pairwise_accuracy(&chosen, &rejected, TiedScores::Wrong, Level::default()).map_err(text)?;
    Ok(json!({"n": found.pairs, "accuracy": found.accuracy.value, "ties_in_score": found.ties}))
}

fn loss(input: &Value) -> Outcome {
    let side = |name: &str| [number(input, name)];
    let (policy, reference) =
        ((side("policy_chosen"), side("policy_rejected")), (side("ref_chosen"), side("ref_rejected")));
    let pairs = PairLogProbs::new((&policy.0, &policy.1), (&reference.0, &reference.1)).map_err(text)?;
    let beta = number(input, "beta");
    let objective = dpo_loss(&pairs, &DpoOptions::new(DpoLoss::Sigmoid).beta(beta)).map_err(text)?;
    let rewards = pairs.rewards(beta).map_err(text)?;
    Ok(json!({
        "logit": rewards.chosen[0] - rewards.rejected[0],
        "loss": objective.loss,
        "reward_chosen": rewards.chosen[0],
        "reward_rejected": rewards.rejected[0],
        "accuracy": rewards.accuracy(Level::default()).map_err(text)?.value,
    }))
}

fn table(input: &Value, directory: &Path) -> Outcome {
    let file = data(input, "data_file", directory);
    let mut rows = Vec::new();
    let mut explained = 0;
    for row in list(&file["rows"]) {
        let found = benchmark_average(&vector(&row["columns"])).map_err(text)?;
        explained += usize::from(found.explains(number(row, "printed_average")));
        rows.push(json!({"model": row["model"], "mean": found.mean}));
    }
    assert_eq!((explained, rows.len()), (16, 18), "rows whose printed average follows from their columns");
    Ok(Value::Array(rows))
}

pub(crate) fn run(function: &str, input: &Value, directory: &Path) -> Option<Outcome> {
    Some(match function {
        "dynamic_normativity.evaluate_conditions" => conditions(input),
        "dynamic_normativity.best_of_n" => best(input),
        "dynamic_normativity.pairwise_accuracy" => accuracy(input),
        "dynamic_normativity.dpo_loss" => loss(input),
        "dynamic_normativity.table_average" => table(input, directory),
        _ => return None,
    })
}
