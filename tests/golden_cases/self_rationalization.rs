//! `preference/self_rationalization`.

use probity::inference::Level;
use probity::preference::{TiedScores, pairwise_accuracy};
use probity::reward::{SrCuration, SrJudgments, SrStrategy, sr_aggregate, sr_curate, sr_scoring};
use serde_json::{Value, json};

use super::{Outcome, estimate, list, number_or, optional, text, vector};

/// A whole score, `null` where a judgment could not be parsed.
fn score(value: &Value) -> Result<Option<u8>, String> {
    match value.as_f64() {
        None => Ok(None),
        Some(score) if score.fract() == 0.0 && (0.0..256.0).contains(&score) => Ok(Some(score as u8)),
        Some(score) => Err(format!("{score} is no whole score")),
    }
}

fn scores(value: &Value) -> Result<Vec<Option<u8>>, String> {
    list(value).iter().map(score).collect()
}

fn curate(input: &Value) -> Outcome {
    let strategy = match input["strategy"].as_str() {
        Some("correct_answer") => SrStrategy::CorrectAnswer,
        Some("majority") => SrStrategy::Majority,
        Some("meta_judge") => SrStrategy::MetaJudge,
        other => return Err(format!("unknown strategy {other:?}")),
    };
    let judgments = SrJudgments {
        scores: scores(&input["scores"])?,
        gold: score(&input["gold"])?,
        meta_scores: input["meta_scores"].as_array().map(|_| optional(&input["meta_scores"])),
    };
    let curation = SrCuration {
        margin: number_or(input, "margin", 1.0),
        max_pairs: input["max_pairs"].as_u64().map(|n| n as usize),
        ..SrCuration::new(strategy)
    };
    let found = sr_curate(&judgments, &curation).map_err(text)?;
    let pairs: Vec<_> = found.pairs.iter().map(|p| [p.chosen, p.rejected]).collect();
    Ok(json!({"target": found.target, "pairs": pairs}))
}

fn scoring(input: &Value) -> Outcome {
    let (predicted, gold) = (optional(&input["predicted"]), optional(&input["gold"]));
    match sr_scoring(&predicted, &gold, Level::default()) {
        Ok(found) => Ok(json!({
            "n": found.accuracy.items,
            "accuracy": found.accuracy.value,
            "pearson": estimate(found.pearson)?,
            "kendall_tau_b": estimate(found.kendall_tau_b)?,
            "spearman": estimate(found.spearman)?,
            "mae": found.mean_absolute_error.value,
        })),
        Err(error) if error.is_undefined() => {
            Ok(json!({"n": 0, "accuracy": null, "pearson": null, "kendall_tau_b": null, "spearman": null,
                "mae": null}))
        }
        Err(error) => Err(text(error)),
    }
}

fn aggregate(input: &Value) -> Outcome {
    match sr_aggregate(&scores(&input["scores"])?) {
        Ok(found) => Ok(json!({
            "mean": found.mean,
            "median": found.median,
            "majority": found.majority,
            "majority_lowest_on_tie": found.majority_lowest,
        })),
        Err(error) if error.is_undefined() => {
            Ok(json!({"mean": null, "median": null, "majority": null, "majority_lowest_on_tie": null}))
        }
        Err(error) => Err(text(error)),
    }
}

fn pairwise(input: &Value) -> Outcome {
    let ties = match number_or(input, "tie_value", 0.5) {
        0.5 => TiedScores::Half,
        0.0 => TiedScores::Wrong,
        other => return Err(format!("ties may count 0.5 or 0, not {other}")),
    };
    let (chosen, rejected) = (vector(&input["chosen_scores"]), vector(&input["rejected_scores"]));
    let found = pairwise_accuracy(&chosen, &rejected, ties, Level::default());
    Ok(json!({"accuracy": estimate(found.map(|found| found.accuracy))?}))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "sr_curate" => curate(input),
        "sr_scoring_metrics" => scoring(input),
        "sr_aggregate" => aggregate(input),
        "sr_pairwise_from_pointwise" => pairwise(input),
        _ => return None,
    })
}
