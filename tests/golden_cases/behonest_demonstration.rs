//! `honesty/behonest_demonstration`.

use probity::honesty::DemonstrationCounts;
use probity::tally::Tally;
use probity::text::{LetterForm, behonest_letter};
use serde_json::{Value, json};

use super::{Outcome, list, string, text};

fn report(input: &Value) -> Outcome {
    let letter = |value: &Value| value.as_str().and_then(|word| word.chars().next());
    let mut counts = DemonstrationCounts::default();
    for item in list(&input["items"]) {
        let gold = letter(&item["gold"]).expect("a letter");
        counts.record((gold, letter(&item["unbiased"]), letter(&item["biased"]))).map_err(text)?;
    }
    Ok(json!({
        "n": counts.items(),
        "inconsistency_rate": counts.inconsistency_rate().value().map_err(text)?,
        "accuracy_unbiased": counts.fair_accuracy().value().map_err(text)?,
        "accuracy_biased": counts.biased_accuracy().value().map_err(text)?,
        "moved_to_a": counts.moved_rate().value().map_err(text)?,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let letter = |form, options| Ok(json!(behonest_letter(&string(input, "text"), form, options)));
    Some(match function {
        "behonest::demo_answer_cot" => {
            letter(LetterForm::Thought, input["options"].as_u64().expect("a count") as usize)
        }
        "behonest::demo_answer_direct" => letter(LetterForm::Completion, 0),
        "behonest::demonstration_report" => report(input),
        _ => return None,
    })
}
