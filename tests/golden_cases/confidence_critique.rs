//! `self_correction/confidence_critique`.

use probity::Error;
use probity::correction::{
    CctRecord, LabelProbabilities, Question, cct_examples, components, confidence_critique, projection,
};
use probity::inference::{Estimate, Level};
use serde_json::{Value, json};

use super::score::pairs;
use super::{Outcome, figure, matrix, number, text, vector};

fn decomposition(questions: Result<Vec<Question>, Error>) -> Outcome {
    let found = questions.and_then(|q| confidence_critique(q, Level::default())).map_err(text)?;
    let value = |e: Result<Estimate, Error>| figure(e.map(|e| e.value));
    Ok(json!({
        "acc1": found.acc1.value,
        "acc2": found.acc2.value,
        "cl": value(found.cl)?,
        "cs": value(found.cs)?,
        "rss": value(found.rss)?,
        "acc2_lower": found.acc2_lower,
        "acc2_upper": found.acc2_upper,
        "n_questions": found.questions.len(),
        "per_question": found.questions.iter().map(|q| json!({
            "p_a": q.right_first,
            "p_b_given_a": q.right_after_right,
            "p_b_given_not_a": q.right_after_wrong,
        })).collect::<Vec<_>>(),
    }))
}

fn from_probabilities(question: &Value) -> Result<Question, Error> {
    let second = matrix(&question["probs2"]);
    let second: Vec<&[f64]> = second.iter().map(Vec::as_slice).collect();
    Question::from_probabilities(&LabelProbabilities {
        first: &vector(&question["probs1"]),
        second: &second,
        answer: question["answer"].as_u64().expect("an index") as usize,
    })
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let questions = || input["questions"].as_array().expect("questions").iter();
    Some(match function {
        "confidence_critique_from_samples" => {
            decomposition(questions().map(|q| Question::from_samples(&pairs(q))).collect())
        }
        "confidence_critique_from_probabilities" => {
            decomposition(questions().map(from_probabilities).collect())
        }
        "rss_from_components" => components(number(input, "acc1"), number(input, "cl"), number(input, "cs"))
            .map(|c| {
                json!({
                    "acc2": c.acc2, "rss": c.rss,
                    "acc2_lower": c.acc2_lower, "acc2_upper": c.acc2_upper,
                    "cl_lower": c.cl_lower, "cl_upper": c.cl_upper,
                    "cs_lower": c.cs_lower, "cs_upper": c.cs_upper,
                    "assumption_holds": c.assumption_holds,
                })
            })
            .map_err(text),
        "self_correction_projection" => {
            let rounds = input["rounds"].as_u64().expect("rounds") as usize;
            projection(number(input, "acc0"), number(input, "cl"), number(input, "cs"), rounds)
                .and_then(|p| Ok(json!({"accuracy": p.accuracy, "limit": p.limit?})))
                .map_err(text)
        }
        "cct_examples" => {
            let records = input["records"].as_array().expect("records");
            let records: Vec<_> = records
                .iter()
                .map(|r| CctRecord {
                    question: r["question"].as_str().expect("a question"),
                    gold: r["gold"].as_str().expect("an answer"),
                    right: r["right"].as_str(),
                    wrong: r["wrong"].as_str(),
                })
                .collect();
            let examples = cct_examples(&records);
            let examples: Vec<_> = examples
                .iter()
                .map(|e| json!({"kind": e.kind.name(), "context": e.context, "target": e.target}))
                .collect();
            Ok(json!({"examples": examples}))
        }
        "scenario_counts" => {
            let table = pairs(&input["pairs"]);
            Ok(json!({
                "confident": table.kept(),
                "unconfident": table.broken(),
                "critical": table.fixed(),
                "stubborn": table.stuck(),
            }))
        }
        _ => return None,
    })
}
