//! `self_correction/visco`. The vectors print scores times 100.

use probity::critique::{
    ViscoCorrection, ViscoGroup, ViscoItem, ViscoScores, f1_incorrect_class, parse_correctness,
    parse_explanation_verdict, visco_by_group,
};
use probity::inference::{Bootstrap, Level};
use probity::tally::Transitions;
use serde_json::{Value, json};

use super::critique_ability::{booleans, value, verdicts};
use super::{Outcome, text};

fn item(item: &Value) -> ViscoItem {
    let explanations = item["explanation_verdicts"].as_array().expect("explanations").iter();
    ViscoItem {
        group: match item["group"].as_str() {
            Some("Reasoning") => ViscoGroup::Reasoning,
            Some("Perception") => ViscoGroup::Perception,
            other => panic!("unknown group {other:?}"),
        },
        answer: item["gold_answer"].as_bool().expect("a label"),
        judged_answer: item["pred_answer"].as_bool(),
        steps: booleans(&item["gold_steps"]),
        judged_steps: verdicts(&item["pred_steps"]),
        explanations: explanations.map(|v| if v.is_null() { vec![] } else { booleans(v) }).collect(),
    }
}

fn scores(scores: &ViscoScores) -> Value {
    json!({
        "answer_f1": 100.0 * scores.answer_f1.value,
        "step_f1": 100.0 * scores.step_f1.value,
        "explanation_f1": 100.0 * scores.explanation_f1.value,
        "viscore": 100.0 * scores.viscore.value,
    })
}

fn critique(input: &Value) -> Outcome {
    let items: Vec<_> = input["items"].as_array().expect("items").iter().map(item).collect();
    let bootstrap = Bootstrap::new(1).resamples(20).map_err(text)?;
    let found = visco_by_group(&items, &bootstrap).map_err(text)?;
    let group = |result: Result<ViscoScores, probity::Error>| match result {
        Ok(found) => Ok(scores(&found)),
        Err(error) if error.is_undefined() => Ok(Value::Null),
        Err(error) => Err(error.to_string()),
    };
    Ok(json!({
        "Total": scores(&found.total),
        "Reasoning": group(found.reasoning)?,
        "Perception": group(found.perception)?,
    }))
}

fn correction(input: &Value) -> Outcome {
    let column = |key: &str| verdicts(&input[key]);
    let table = Transitions::from_marks(&column("before"), &column("after")).map_err(text)?;
    let found = ViscoCorrection::new(&table, Level::default()).map_err(text)?;
    Ok(json!({
        "accuracy": found.accuracy.value,
        "positive_correction": value(found.positive)?,
        "negative_correction": value(found.negative)?,
        "correction_gain": value(found.gain)?,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let words = || input["text"].as_str().expect("a text");
    Some(match function {
        "visco_critique" => critique(input),
        "f1_incorrect_class" => {
            f1_incorrect_class(&booleans(&input["gold"]), &verdicts(&input["pred"]), Level::default())
                .map(|class| json!({"f1": class.f1}))
                .map_err(text)
        }
        "visco_correction" => correction(input),
        "parse_correctness" => Ok(json!({"value": parse_correctness(words())})),
        "parse_explanation_verdict" => Ok(json!({"correct": parse_explanation_verdict(words())})),
        _ => return None,
    })
}
