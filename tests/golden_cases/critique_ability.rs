//! `self_correction/critique_ability`.

use probity::Error;
use probity::critique::{
    CriticGrid, CritiqueAccuracy, Unparsed, accuracy_by_certainty, answer_certainty, convincing_wrong_answer,
    convincing_wrong_programs, critique_accuracy, critique_accuracy_runs, most_complex,
    parse_critique_verdict, self_check_vote,
};
use probity::inference::{Estimate, Level};
use probity::tally::Tally;
use serde_json::{Map, Value, json};

use super::id_sampling::answers;
use super::{Outcome, figure, number, text, vector};

/// Verdicts, `None` where `null`.
pub(crate) fn verdicts(value: &Value) -> Vec<Option<bool>> {
    value.as_array().expect("verdicts").iter().map(Value::as_bool).collect()
}

/// Verdicts of which none is missing.
pub(crate) fn booleans(value: &Value) -> Vec<bool> {
    verdicts(value).into_iter().map(|v| v.expect("true or false")).collect()
}

/// An estimate's value, `null` when it is undefined.
pub(crate) fn value(estimate: Result<Estimate, Error>) -> Outcome {
    figure(estimate.map(|e| e.value))
}

fn unparsed(input: &Value) -> Unparsed {
    match input["unparsed"].as_str() {
        None | Some("correct") => Unparsed::Correct,
        Some("wrong") => Unparsed::Wrong,
        Some("drop") => Unparsed::Drop,
        other => panic!("unknown policy {other:?}"),
    }
}

fn accuracy(found: CritiqueAccuracy) -> Outcome {
    Ok(json!({
        "accuracy": value(found.accuracy)?,
        "unparsed": found.unparsed,
        "error_precision": value(found.error_precision)?,
        "error_recall": value(found.error_recall)?,
    }))
}

fn grid(input: &Value) -> Outcome {
    let mut grid = CriticGrid::default();
    for item in input["items"].as_array().expect("items") {
        let name = |key: &str| item[key].as_str().expect("a name");
        grid.record((name("policy"), name("critic"), item["correct"].as_bool().expect("a verdict")))
            .map_err(text)?;
    }
    let mut cells = Map::new();
    for (policy, critic, _, n) in grid.pairs() {
        let accuracy = grid.accuracy(policy, critic, Level::default()).map_err(text)?;
        cells.insert(format!("{policy}|{critic}"), json!({"n": n, "accuracy": accuracy.value}));
    }
    Ok(json!({"grid": cells}))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let level = Level::default();
    let counts = |value: &Value| vector(value).iter().map(|&x| x as u64).collect::<Vec<_>>();
    let positions = |value: &Value| vector(value).iter().map(|&x| x as usize).collect::<Vec<_>>();
    Some(match function {
        "critique_accuracy" => {
            let (judged, right) = (verdicts(&input["judgements"]), booleans(&input["labels"]));
            critique_accuracy(&judged, &right, unparsed(input), level).map_err(text).and_then(accuracy)
        }
        "critique_accuracy_runs" => {
            let runs: Vec<_> = input["runs"].as_array().expect("runs").iter().map(verdicts).collect();
            critique_accuracy_runs(&runs, &booleans(&input["labels"]), unparsed(input), level)
                .map_err(text)
                .and_then(|found| {
                    let per_run: Result<Vec<_>, _> =
                        found.per_run.into_iter().map(|run| value(run.accuracy)).collect();
                    Ok(json!({"per_run": per_run?, "mean_accuracy": found.mean_accuracy.value}))
                })
        }
        "self_check_vote" => {
            let column = |key: &str| {
                let candidates = input["candidates"].as_array().expect("candidates").iter();
                Value::Array(candidates.map(|c| c[key].clone()).collect())
            };
            self_check_vote(&answers(&column("answer")), &verdicts(&column("critique")))
                .map(|found| {
                    json!({"answer": found.vote.winner, "kept": found.kept, "fell_back": found.fell_back,
                           "plain_majority": found.plain.winner})
                })
                .map_err(text)
        }
        "convincing_wrong_answer" => {
            let given = answers(&input["answers"]);
            let gold = input["gold"].as_str().expect("an answer").to_string();
            let found = convincing_wrong_answer(&given, &gold);
            let (answer, indices) = found.map_or((None, vec![]), |f| (Some(f.answer.clone()), f.indices));
            Ok(json!({"answer": answer, "count": indices.len(), "indices": indices}))
        }
        "convincing_wrong_program" => {
            let candidates = input["candidates"].as_array().expect("candidates");
            let column = |key: &str| counts(&candidates.iter().map(|c| c[key].clone()).collect());
            convincing_wrong_programs(&column("passed"), &column("total"))
                .map(|indices| json!({"indices": indices}))
                .map_err(text)
        }
        "most_complex" => {
            let indices = most_complex(&positions(&input["steps"]), number(input, "keep") as usize);
            Ok(json!({"indices": indices}))
        }
        "answer_certainty" => answer_certainty(&answers(&input["answers"]))
            .map(|c| {
                json!({"top_share": c.top_share, "second_to_first": c.second_to_first, "entropy": c.entropy,
                       "distinct": c.distinct})
            })
            .map_err(text),
        "accuracy_by_certainty" => {
            let (certainty, rightly) = (vector(&input["certainty"]), booleans(&input["critique_correct"]));
            accuracy_by_certainty(&certainty, &rightly, number(input, "bins") as usize, level)
                .map_err(text)
                .and_then(|bins| {
                    let bins: Result<Vec<_>, String> = bins
                        .into_iter()
                        .map(|b| {
                            let accuracy = value(b.accuracy)?;
                            Ok(json!({"n": b.n, "mean_certainty": b.mean_certainty, "accuracy": accuracy}))
                        })
                        .collect();
                    Ok(json!({"bins": bins?}))
                })
        }
        "critic_grid" => grid(input),
        "parse_critique_verdict" => {
            Ok(json!(parse_critique_verdict(input["text"].as_str().expect("a text"))))
        }
        _ => return None,
    })
}
