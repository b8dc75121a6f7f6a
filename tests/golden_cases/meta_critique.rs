//! `self_correction/meta_critique`.

use std::path::Path;

use probity::critique::{
    Aius, aiu_agreement, correlations, meta_critique_corpus, meta_critique_item, pairwise_wins,
    parse_claim_verdict, split_aius,
};
use probity::inference::{Bootstrap, Level};
use probity::tally::Tally;
use serde_json::{Value, json};

use super::critique_ability::{booleans, value, verdicts};
use super::{Outcome, text, vector};

/// The critiques of a file of labels, all or those of the slot that the filter names.
fn critiques(input: &Value, directory: &Path) -> Result<Vec<Aius>, String> {
    let path = directory.join(input["file"].as_str().expect("a file"));
    let lines = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let slot = match input["filter"].as_str() {
        None | Some("all 300 critiques") => None,
        Some("human critiques") => Some("human_critique"),
        Some(other) => return Err(format!("unknown filter {other:?}")),
    };
    let mut out = Vec::new();
    for line in lines.lines() {
        let row: Value = serde_json::from_str(line).map_err(text)?;
        let units = Aius::from_labels(&verdicts(&row["precision_labels"]), &verdicts(&row["recall_labels"]));
        // The authors' own score of every critique.
        for (ours, name) in [(units.precision(), "precision"), (units.recall(), "recall"), (units.f1(), "f1")]
        {
            let theirs = row[format!("published_{name}")].as_f64().expect("a published score");
            let ours = ours.map_err(text)?;
            if (ours - theirs).abs() > 1e-12 {
                return Err(format!("{name} of {}: expected {theirs}, got {ours}", row["index"]));
            }
        }
        if slot.is_none_or(|slot| row["slot"] == slot) {
            out.push(units);
        }
    }
    Ok(out)
}

fn corpus(input: &Value, directory: &Path) -> Outcome {
    let bootstrap = Bootstrap::new(1).resamples(20).map_err(text)?;
    let found = meta_critique_corpus(&critiques(input, directory)?, &bootstrap).map_err(text)?;
    Ok(json!({
        "n": found.units.records(),
        "precision": found.precision.value,
        "recall": found.recall.value,
        "f1": found.f1.value,
    }))
}

fn count(input: &Value, directory: &Path) -> Outcome {
    let mut units = Aius::default();
    for critique in critiques(input, directory)? {
        units.merge(&critique).map_err(text)?;
    }
    Ok(json!({
        "critiques": units.records(),
        "hypothesis_aius": units.hypothesis(),
        "reference_aius": units.reference(),
        "total": units.units(),
    }))
}

pub(crate) fn run(function: &str, input: &Value, directory: &Path) -> Option<Outcome> {
    let level = Level::default();
    let words = || input["text"].as_str().expect("a text");
    Some(match function {
        "meta_critique_item" => meta_critique_item(
            &verdicts(&input["precision_labels"]),
            &verdicts(&input["recall_labels"]),
            level,
        )
        .map(|m| json!({"precision": m.precision.value, "recall": m.recall.value, "f1": m.f1}))
        .map_err(text),
        "meta_critique_corpus" => corpus(input, directory),
        "aiu_count" => count(input, directory),
        "parse_claim_verdict" => Ok(json!({"verdict": parse_claim_verdict(words())})),
        "split_aius" => Ok(json!({"aius": split_aius(words())})),
        "pairwise_win_rate" => pairwise_wins(&vector(&input["a"]), &vector(&input["b"]), level)
            .map(|w| {
                json!({"win": w.win, "lose": w.lose, "tie": w.tie, "win_rate": w.win_rate.value,
                       "win_rate_half_ties": w.win_rate_half_ties.value})
            })
            .map_err(text),
        "correlations" => {
            correlations(&vector(&input["x"]), &vector(&input["y"]), level).map_err(text).and_then(|c| {
                Ok(json!({
                    "pearson": value(c.pearson)?,
                    "spearman": value(c.spearman)?,
                    "kendall_tau_b": value(c.kendall_tau_b)?,
                }))
            })
        }
        "aiu_agreement" => aiu_agreement(&booleans(&input["human"]), &verdicts(&input["automatic"]), level)
            .map(|a| json!({"accuracy": a.accuracy.value}))
            .map_err(text),
        _ => return None,
    })
}
