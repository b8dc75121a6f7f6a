//! The answer profiles that several files of vectors draw on.

use probity::text::{
    MathCritiqueDataset, SclVariant, mathcritique_compare, mathcritique_extract_response, scl_extract_answer,
};
use serde_json::{Value, json};

use super::Outcome;

fn dataset(input: &Value) -> MathCritiqueDataset {
    match input["dataset"].as_str() {
        Some("gsm8k") => MathCritiqueDataset::Gsm8k,
        Some("math") => MathCritiqueDataset::Math,
        other => panic!("MathCritique knows gsm8k and math, not {other:?}"),
    }
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let words = |name: &str| input[name].as_str().unwrap_or_else(|| panic!("a text under {name}"));
    Some(Ok(match function {
        "mathcritique_extract_response" => {
            json!({"answer": mathcritique_extract_response(words("text"), dataset(input))})
        }
        "mathcritique_compare" => {
            let found = mathcritique_compare(words("gold_text"), words("response"), dataset(input));
            json!({"gold": found.gold, "answer": found.answer, "correct": found.correct})
        }
        "scl_extract_answer" => json!({
            "construction": scl_extract_answer(words("text"), SclVariant::Construction),
            "inference": scl_extract_answer(words("text"), SclVariant::Inference),
        }),
        _ => return None,
    }))
}
