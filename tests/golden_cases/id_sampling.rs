//! `self_correction/id_sampling`.

use probity::inference::Level;
use probity::search::{
    Aggregate, Deepening, Schedule, Step, best_of_n, majority_vote, pass_rate_at_k, weighted_vote,
};
use serde_json::{Value, json};

use super::{Outcome, matrix, number, text, vector};

fn schedule(input: &Value) -> Result<Schedule, String> {
    let count = |name: &str| input[name].as_u64().expect("a budget");
    Schedule::new(count("initial"), number(input, "factor"), count("maximum")).map_err(text)
}

/// Answers as texts, `None` where `null`.
pub(crate) fn answers(value: &Value) -> Vec<Option<String>> {
    value.as_array().expect("answers").iter().map(|a| a.as_str().map(str::to_string)).collect()
}

fn replay(input: &Value) -> Outcome {
    let natural = input["natural_lengths"].as_array().expect("lengths");
    let trigger = input["trigger_tokens"].as_u64().expect("a length");
    let mut run = Deepening::new(schedule(input)?, trigger);
    loop {
        match run.step() {
            Step::Ask(ask) => {
                run.answer(natural.get(ask.round).and_then(Value::as_u64).unwrap_or(0)).map_err(text)?;
            }
            Step::Done(done) => {
                let segments: Vec<_> = done
                    .segments
                    .iter()
                    .map(|s| {
                        json!({"budget": s.budget, "generated": s.generated,
                               "finished_early": s.finished_early, "total": s.total})
                    })
                    .collect();
                return Ok(json!({
                    "segments": segments,
                    "trigger_positions": done.trigger_positions,
                    "total_tokens": done.total_tokens,
                }));
            }
        }
    }
}

fn best(input: &Value) -> Outcome {
    let candidates = input["candidates"].as_array().expect("candidates");
    let steps: Vec<_> = candidates.iter().map(|c| vector(&c["steps"])).collect();
    let aggregate = match input["aggregate"].as_str() {
        Some("min") => Aggregate::Min,
        Some("last") => Aggregate::Last,
        Some("prod") => Aggregate::Product,
        Some("mean") => Aggregate::Mean,
        other => return Err(format!("unknown aggregate {other:?}")),
    };
    let found = best_of_n(&steps, aggregate).map_err(text)?;
    let answers: Vec<_> = candidates.iter().map(|c| c["answer"].as_str()).collect();
    let vote = weighted_vote(&answers, &found.scores).map_err(text)?;
    Ok(json!({"scores": found.scores, "best": found.best, "weighted_answer": vote.winner}))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "idsampling_schedule" => schedule(input).map(|s| {
            json!({
                "budgets": s.budgets(), "rounds": s.budgets().len(),
                "recompute_total": s.recompute_total(), "recompute_bound": s.recompute_bound(),
            })
        }),
        "idsampling_run" => replay(input),
        "best_of_n" => best(input),
        "majority_vote" => majority_vote(&answers(&input["answers"]))
            .map(|v| json!({"answer": v.winner, "share": v.share()}))
            .map_err(text),
        "pass_rate_at_k" => {
            let questions: Vec<_> = matrix(&input["correct"])
                .iter()
                .map(|row| (row.len() as u64, row.iter().filter(|&&x| x == 1.0).count() as u64))
                .collect();
            pass_rate_at_k(&questions, input["k"].as_u64().expect("k"), Level::default())
                .map(|e| json!({"value": e.value}))
                .map_err(text)
        }
        _ => return None,
    })
}
