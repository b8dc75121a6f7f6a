//! Peering Through Preferences: ratings against rankings, win rates, agreement with half ties.

use std::path::Path;

use probity::inference::{Estimate, Level};
use probity::judge::{
    RatingRanking, half_tie_agreement, order_debiased_verdict, win_rate_from_rankings, win_rate_from_ratings,
};
use probity::search::{Aggregate, best_of_n};
use probity::tally::Side;
use probity::{Error, Result};
use serde_json::{Value, json};

use super::{Outcome, estimate, figure, list, string, text, vector};

/// A, B or equal.
pub(super) fn side(verdict: &Value) -> Option<Side> {
    match verdict.as_str()? {
        "A" | "first" => Some(Side::Left),
        "B" | "second" => Some(Side::Right),
        "equal" | "tie" => Some(Side::Tie),
        _ => None,
    }
}

pub(super) fn sides(verdicts: &Value) -> Vec<Option<Side>> {
    list(verdicts).iter().map(side).collect()
}

pub(crate) fn run(function: &str, input: &Value, directory: &Path) -> Option<Outcome> {
    // Published cases name a file instead of holding their data.
    let filed = input["file"].as_str().map(|file| {
        let file = std::fs::read_to_string(directory.join(file)).expect("the published data");
        let file: Value = serde_json::from_str(&file).expect("valid JSON");
        file[input["field"].as_str().expect("a field")].clone()
    });
    let data = |name: &str| filed.clone().unwrap_or_else(|| input[name].clone());
    Some(match function {
        "rating_ranking_consistency" => consistency(&data("pairs")),
        "win_rate_from_rankings" => {
            let verdicts = if filed.is_some() { data("") } else { data("verdicts") };
            let model = if input["model"] == "A" { Side::Left } else { Side::Right };
            win_rate(win_rate_from_rankings(&sides(&verdicts), model, Level::default()))
        }
        "win_rate_from_ratings" => {
            let pairs = data("reference_then_model");
            let column = |at: usize| list(&pairs).iter().map(|pair| pair[at].as_f64()).collect::<Vec<_>>();
            win_rate(win_rate_from_ratings(&column(0), &column(1), Level::default()))
        }
        "annotator_agreement_half_ties" => {
            estimate(half_tie_agreement(&sides(&input["first"]), &sides(&input["second"]), Level::default()))
        }
        "order_debiased_verdict" => {
            let verdict =
                order_debiased_verdict(&string(input, "first_order"), &string(input, "swapped_order"));
            Ok(verdict.map_or(Value::Null, |side| json!(name(side))))
        }
        "best_of_n" => list(&input["scores"])
            .iter()
            .map(best_of)
            .collect::<Result<Vec<_>, String>>()
            .map(|best| json!(best)),
        _ => return None,
    })
}

/// The best candidate by its one reward.
fn best_of(rewards: &Value) -> Result<usize, String> {
    let candidates: Vec<[f64; 1]> = vector(rewards).into_iter().map(|reward| [reward]).collect();
    best_of_n(&candidates, Aggregate::Last).map(|found| found.best).map_err(text)
}

fn name(side: Side) -> &'static str {
    match side {
        Side::Left => "A",
        Side::Right => "B",
        Side::Tie => "equal",
    }
}

fn win_rate(found: Result<Estimate, Error>) -> Outcome {
    let found = found.map_err(text)?;
    // The paper prints a normal half width in percent.
    let half_width = found.standard_error.map(|se| 1.96 * se * 100.0);
    Ok(json!({
        "n": found.items,
        "win_rate_percent": found.value * 100.0,
        "ci95_half_width_percent": half_width,
    }))
}

fn consistency(pairs: &Value) -> Outcome {
    let row = |row: &Value| (row[0].as_f64(), row[1].as_f64(), side(&row[2]));
    let table = RatingRanking::from_pairs(&list(pairs).iter().map(row).collect::<Vec<_>>()).map_err(text)?;
    let all = [Side::Left, Side::Right, Side::Tie];
    let cells = |implied: Side| -> Value {
        all.iter().map(|&ranking| (name(ranking).to_string(), json!(table.get(implied, ranking)))).collect()
    };
    let counts: Value = all.iter().map(|&implied| (name(implied).to_string(), cells(implied))).collect();
    let level = Level::default();
    let value = |found: Result<Estimate, Error>| figure(found.map(|e| e.value));
    if table.compared() == 0 {
        return Err("no pair to compare".to_string());
    }
    Ok(json!({
        "table_rating_then_ranking": counts,
        "compared": table.compared(),
        "skipped": table.skipped(),
        "consistency": value(table.consistency(level))?,
        "inconsistency": value(table.inconsistency(level))?,
        "reversals": value(table.reversals(level))?,
        "one_side_equal": value(table.one_side_equal(level))?,
        "both_decided": table.both_decided(),
        "agreement_when_both_decided": value(table.agreement_when_both_decided(level))?,
        "equal_rate_ratings": value(table.equal_rate_ratings(level))?,
        "equal_rate_rankings": value(table.equal_rate_rankings(level))?,
    }))
}
