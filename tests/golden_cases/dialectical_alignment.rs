//! `honesty/dialectical_alignment`.

use probity::honesty::dialectical::{
    AttackRates, Attacks, Candidate, ContextOutcome, PoisonRatio, StrategyTrials, build_dataset, conflict,
    defence_gain, edit_retention, select_strategies,
};
use probity::tally::Tally;
use serde_json::{Map, Value, json};

use super::{Outcome, count, figure, list, number, string, text};

fn outcome(record: &Value) -> ContextOutcome {
    serde_json::from_value(record["outcome"].clone()).expect("an outcome")
}

fn ratio(record: &Value) -> PoisonRatio {
    PoisonRatio::new(number(record, "ratio")).expect("a ratio")
}

/// A ratio as the key of an object.
fn key(ratio: PoisonRatio) -> String {
    format!("{:?}", ratio.get())
}

fn report(input: &Value) -> Outcome {
    let mut attacks = Attacks::default();
    for record in list(&input["records"]) {
        attacks.record((ratio(record), outcome(record))).map_err(text)?;
    }
    let row = |rates: &AttackRates| -> Outcome {
        Ok(json!({
            "n": rates.accuracy.denominator,
            "accuracy": figure(rates.accuracy.value())?,
            "attack_success": figure(rates.attack_success.value())?,
            "defence": figure(rates.defence.value())?,
            "refusal": figure(rates.refusal.value())?,
        }))
    };
    let by_ratio = attacks.by_ratio().map_err(text)?;
    let by_ratio: Result<Map<String, Value>, String> =
        by_ratio.iter().map(|(&ratio, rates)| Ok((key(ratio), row(rates)?))).collect();
    Ok(json!({"by_ratio": by_ratio?, "overall": row(&attacks.overall().map_err(text)?)?}))
}

fn strategies(input: &Value) -> Outcome {
    let trials = input["trials"].as_object().expect("trials");
    let strategies: Vec<StrategyTrials<'_>> = trials
        .iter()
        .map(|(strategy, trials)| StrategyTrials {
            strategy,
            trials: list(trials).iter().map(|t| (ratio(t), t["correct"] == true)).collect(),
        })
        .collect();
    let chosen = select_strategies(&strategies).map_err(text)?;
    let mut found = Map::new();
    for (ratio, choice) in chosen {
        let mut accuracy = Map::new();
        for (strategy, rate) in strategies.iter().zip(&choice.accuracy) {
            accuracy.insert(strategy.strategy.to_string(), figure(rate.value())?);
        }
        let best = strategies[choice.best].strategy;
        found.insert(key(ratio), json!({"accuracy": accuracy, "best": best}));
    }
    Ok(Value::Object(found))
}

fn dataset(input: &Value) -> Value {
    let items = list(&input["items"]);
    let candidate = |r: &Value| Candidate { strategy: string(r, "strategy"), outcome: outcome(r) };
    let responses: Vec<Vec<Candidate<String>>> =
        items.iter().map(|item| list(&item["responses"]).iter().map(candidate).collect()).collect();
    let data = build_dataset(&responses, &string(input, "best_strategy"));
    let strategy = |item: usize, response: usize| responses[item][response].strategy.clone();
    let sft: Vec<Value> = data
        .sft
        .iter()
        .map(|r| json!({"id": items[r.item]["id"], "strategy": strategy(r.item, r.response)}))
        .collect();
    let pairs: Vec<Value> = data
        .pairs
        .iter()
        .map(|p| {
            let (chosen, rejected) = (strategy(p.item, p.chosen), strategy(p.item, p.rejected));
            json!({"id": items[p.item]["id"], "chosen": chosen, "rejected": rejected})
        })
        .collect();
    json!({"sft": sft, "pairs": pairs})
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "dialectical::conflict_kind" => {
            let claims: Vec<Option<&str>> =
                list(&input["context_claims"]).iter().map(Value::as_str).collect();
            let memory = input["memory_answer"].as_str();
            let truth = string(input, "true_answer");
            conflict(&claims, memory.as_ref(), &truth.as_str()).map_err(text).and_then(|found| {
                Ok(json!({
                    "inter_context": found.inter_context,
                    "context_memory": found.context_memory,
                    "poison_ratio": figure(found.poison.value())?,
                }))
            })
        }
        "dialectical::attack_report" => report(input),
        "dialectical::select_strategies" => strategies(input),
        "dialectical::build_dataset" => Ok(dataset(input)),
        "dialectical::ike_retention" => {
            let of = |right: &str, total: &str| (count(input, right), count(input, total));
            edit_retention(of("edited_correct", "edited_total"), of("base_correct", "base_total"))
                .map_err(text)
                .and_then(|kept| {
                    Ok(json!({
                        "edit_success": figure(kept.edited.value())?,
                        "base": figure(kept.base.value())?,
                        "retention": figure(kept.retention)?,
                    }))
                })
        }
        "dialectical::defence_gain" => {
            defence_gain(number(input, "before"), number(input, "after")).map_err(text).and_then(|gain| {
                let relative = figure(gain.relative)?;
                Ok(json!({"percentage_points": gain.percentage_points, "relative": relative}))
            })
        }
        _ => return None,
    })
}
