//! `self_correction/realcritic`.

use std::collections::BTreeMap;
use std::path::Path;

use probity::critique::{EmptyShare, closed_loop_critique, iterative_critique, task_average};
use probity::inference::Level;
use probity::tally::Transitions;
use probity::text::{Equality, math_equal, qualified_verdict, realcritic_extract_answer};
use serde_json::{Value, json};

use super::{Outcome, text};

fn verdicts(value: &Value) -> Vec<bool> {
    value.as_array().expect("verdicts").iter().map(|v| v.as_bool().expect("true or false")).collect()
}

fn counts(table: &Transitions) -> Value {
    json!([table.kept(), table.broken(), table.fixed(), table.stuck()])
}

fn closed_loop(input: &Value) -> Outcome {
    let (before, after) = (verdicts(&input["before"]), verdicts(&input["after"]));
    let critic = closed_loop_critique(&before, &after, EmptyShare::Zero, Level::default()).map_err(text)?;
    Ok(json!({
        "accuracy": critic.accuracy.value,
        "accuracy_rounded_percent": critic.accuracy_rounded_percent(),
        "accuracy_before": critic.accuracy_before.value,
        "counts": counts(&critic.transitions),
        "correct_to_incorrect_percent": 100.0 * critic.correct_to_incorrect.map_err(text)?.value,
        "incorrect_to_correct_percent": 100.0 * critic.incorrect_to_correct.map_err(text)?.value,
        "gain": critic.gain.value,
    }))
}

fn iterative(input: &Value) -> Outcome {
    let rounds: Vec<_> = input["rounds"].as_array().expect("rounds").iter().map(verdicts).collect();
    let rounds = iterative_critique(&rounds, Level::default()).map_err(text)?;
    Ok(json!({
        "accuracy": rounds.iter().map(|r| r.accuracy.value).collect::<Vec<_>>(),
        "transitions": rounds.iter().skip(1).map(|r| counts(&r.transitions)).collect::<Vec<_>>(),
        "gain_vs_round0": rounds.iter().map(|r| r.gain.value).collect::<Vec<_>>(),
    }))
}

/// Labels that only computer algebra, or an accident of its parser, gives: a sum over an index, and three texts that
/// are no expressions. All of them say "right" where the library is undecided.
const BEYOND_RULES: [(&str, u64); 4] =
    [("college_math", 17), ("college_math", 190), ("college_math", 208), ("college_math", 242)];

/// Counts a file's pairs, and those labelled right, by data set; an error if a pair is graded otherwise than labelled.
fn count_correct(input: &Value, directory: &Path) -> Outcome {
    let path = directory.join(input["file"].as_str().expect("a file"));
    let lines = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut counts: BTreeMap<String, [u64; 2]> = BTreeMap::new();
    let mut otherwise = Vec::new();
    for line in lines.lines() {
        let row: Value = serde_json::from_str(line).map_err(text)?;
        let field = |name: &str| row[name].as_str().unwrap_or_else(|| panic!("a text under {name}"));
        let (dataset, right) = (field("dataset"), row["correct"].as_bool().expect("a label"));
        for name in [dataset, "total"] {
            let count = counts.entry(name.to_string()).or_default();
            count[0] += 1;
            count[1] += u64::from(right);
        }
        let equality = math_equal(field("pred"), field("gold"));
        let index = row["idx"].as_u64().expect("an index");
        let beyond = BEYOND_RULES.contains(&(dataset, index)) && equality == Equality::Undecided;
        if right != equality.is_equal() && !beyond {
            otherwise.push(format!("{dataset} {index}: labelled {right}, found {equality:?}"));
        }
    }
    if otherwise.is_empty() { Ok(json!(counts)) } else { Err(otherwise.join("; ")) }
}

pub(crate) fn run(function: &str, input: &Value, directory: &Path) -> Option<Outcome> {
    let words = |name: &str| input[name].as_str().unwrap_or_else(|| panic!("a text under {name}"));
    Some(match function {
        "realcritic_extract_answer" => {
            Ok(json!({"answer": realcritic_extract_answer(words("text"), words("dataset"))}))
        }
        "math_equal" => Ok(json!({"equal": math_equal(words("prediction"), words("reference")).is_equal()})),
        "qualified_verdict" => Ok(json!({"qualified": qualified_verdict(words("text"))})),
        "closed_loop_critique" => closed_loop(input),
        "iterative_critique" => iterative(input),
        "task_average" => {
            let accuracy = input["accuracy"].as_object().expect("tasks").values();
            let accuracy: Vec<f64> = accuracy.map(|a| a.as_f64().expect("a number")).collect();
            task_average(&accuracy, Level::default()).map(|e| json!({"average": e.value})).map_err(text)
        }
        "count_correct_by_dataset" => count_correct(input, directory),
        _ => return None,
    })
}
