//! `self_correction/s3c_math`.

use probity::correction::s3c_math::{
    ErrorStepRules, Evidence, StepCandidate, StepCorrection, StepDecision, StepKind, cross_folds,
    error_step_filter, splice_step_corrections,
};
use probity::correction::{loss_share, masked_nll};
use probity::text::edit_similarity;
use serde_json::{Value, json};

use super::{Outcome, figure, number, text, vector};

fn decision(decision: StepDecision) -> &'static str {
    match decision {
        StepDecision::LikeTrueStep => "too similar to the true step",
        StepDecision::NotValidated => "not validated",
        StepDecision::StillRight => "still leads to a right answer",
        StepDecision::Duplicate => "duplicate",
        StepDecision::Enough => "enough",
        StepDecision::Kept => "kept",
    }
}

fn filter(input: &Value) -> Outcome {
    let string = |value: &Value| value.as_str().expect("a step").to_string();
    let candidates: Vec<(String, Vec<bool>)> = input["candidates"]
        .as_array()
        .expect("candidates")
        .iter()
        .map(|c| (string(&c["step"]), vector(&c["completions"]).into_iter().map(|x| x == 1.0).collect()))
        .collect();
    let candidates: Vec<StepCandidate<'_>> = candidates
        .iter()
        .map(|(step, reached)| StepCandidate { step, evidence: Evidence::Completions(reached) })
        .collect();
    let rules = ErrorStepRules {
        similarity_threshold: number(input, "similarity_threshold"),
        max_errors: input["max_errors"].as_u64().expect("a count") as usize,
    };
    let decisions = error_step_filter(&string(&input["true_step"]), &candidates, rules).map_err(text)?;
    Ok(json!({"decision": decisions.into_iter().map(decision).collect::<Vec<_>>()}))
}

fn splice(input: &Value) -> Outcome {
    let steps: Vec<&str> =
        input["steps"].as_array().expect("steps").iter().map(|s| s.as_str().expect("a step")).collect();
    let corrections = input["corrections"].as_array().expect("corrections");
    let corrections: Vec<StepCorrection<'_>> = corrections
        .iter()
        .map(|c| StepCorrection {
            at: c["at"].as_u64().expect("a place") as usize,
            wrong: c["wrong"].as_str().expect("a step"),
            reflection: c["reflection"].as_str().expect("a reflection"),
        })
        .collect();
    let segments = splice_step_corrections(&steps, &corrections).map_err(text)?;
    let kind = |kind: StepKind| match kind {
        StepKind::Step => "step",
        StepKind::Error => "error",
        StepKind::Reflection => "reflection",
        StepKind::Correction => "correction",
    };
    let share = figure(loss_share(&segments))?;
    let segments: Vec<Value> =
        segments.iter().map(|s| json!({"kind": kind(s.role), "text": s.text, "loss": s.loss})).collect();
    Ok(json!({"segments": segments, "loss_share": share}))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let count = |name: &str| input[name].as_u64().expect("a count") as usize;
    Some(match function {
        "step_similarity" => {
            let side = |name: &str| input[name].as_str().expect("a step");
            Ok(json!({"similarity": edit_similarity(side("a"), side("b"))}))
        }
        "error_step_filter" => filter(input),
        "splice_step_corrections" => splice(input),
        "cross_folds" => {
            cross_folds(count("n"), count("folds")).map(|folds| json!({"folds": folds})).map_err(text)
        }
        "masked_nll" => {
            let mask = input["mask"].as_array().expect("a mask").iter();
            let mask: Vec<bool> = mask.map(|m| m.as_bool().expect("a flag")).collect();
            figure(masked_nll(&vector(&input["log_probs"]), &mask)).map(|loss| json!({"loss": loss}))
        }
        _ => return None,
    })
}
