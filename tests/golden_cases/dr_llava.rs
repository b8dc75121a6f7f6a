//! `values/dr_llava`.

use probity::inference::{Estimate, Level};
use probity::rules::{
    ClinicalCounts, ClinicalMatching, ClinicalPaths, ClinicalQuestion, ClinicalReader, ClinicalReward,
    ClinicalTurn, clinical_length_penalty, clinical_reward,
};
use serde_json::{Value, json};

use super::{Outcome, figure, list, number, string, text};

const NO_MATCH: &str = "no match";

fn questions(input: &Value) -> Vec<ClinicalQuestion> {
    let question = |n: &Value| ClinicalQuestion::from_number(n.as_u64().expect("a number") as usize);
    list(&input["categories"]).iter().map(|n| question(n).expect("a question")).collect()
}

/// Symbols, `None` for what cannot be read.
fn symbols(value: &Value) -> Vec<Option<&str>> {
    list(value).iter().map(|symbol| symbol.as_str().filter(|s| *s != NO_MATCH)).collect()
}

fn paths(input: &Value) -> ClinicalPaths {
    let rows = input["knowledge"].as_object().expect("a table").iter();
    let row = |(name, path): (&String, &Value)| {
        let path: Vec<String> =
            list(path).iter().map(|s| s.as_str().expect("a symbol").to_string()).collect();
        (name.clone(), path.try_into().expect("five symbols"))
    };
    let mut rows: Vec<(String, [String; 5])> = rows.map(row).collect();
    // The file has them in this order, which the parser does not keep.
    rows.sort_by_key(|(name, _)| ["NORMAL", "AML", "MM", "BLOOD", "CLOT"].iter().position(|n| n == name));
    ClinicalPaths::new(rows).expect("a sound table")
}

fn turns<'a>(
    questions: &[ClinicalQuestion],
    truth: &[Option<&'a str>],
    answers: &[Option<&'a str>],
) -> Vec<ClinicalTurn<'a>> {
    let parts = questions.iter().zip(truth).zip(answers);
    parts.map(|((&question, &truth), &answer)| ClinicalTurn { question, truth, answer }).collect()
}

fn reward(reward: &ClinicalReward) -> Value {
    json!({"correct": reward.correct, "aligned": reward.aligned, "reward": reward.total})
}

fn reward_of_texts(input: &Value) -> Outcome {
    let reader = ClinicalReader::new(ClinicalMatching::Released).map_err(text)?;
    let paths = ClinicalPaths::released().map_err(text)?;
    let questions = questions(input);
    let read = |key: &str| -> Vec<Option<&str>> {
        let texts = list(&input[key]).iter().map(|t| t.as_str().expect("a text"));
        questions.iter().zip(texts).map(|(&question, text)| reader.read(question, text)).collect()
    };
    let (answers, truth) = (read("answers"), read("references"));
    let found = clinical_reward(&paths, &turns(&questions, &truth, &answers), None).map_err(text)?;
    let mut out = reward(&found);
    let named =
        |symbols: &[Option<&str>]| symbols.iter().map(|s| json!(s.unwrap_or(NO_MATCH))).collect::<Vec<_>>();
    out["outcomes"] = json!(named(&answers));
    out["truth"] = json!(named(&truth));
    Ok(out)
}

fn metrics(input: &Value) -> Outcome {
    let (paths, mut counts) = (paths(input), ClinicalCounts::default());
    for conversation in list(&input["conversations"]) {
        let (truth, answers) = (symbols(&conversation["truth"]), symbols(&conversation["pred"]));
        counts.add(&paths, &turns(&questions(conversation), &truth, &answers)).map_err(text)?;
    }
    let level = Level::default();
    let value = |estimate: probity::Result<Estimate>| figure(estimate.map(|e| e.value));
    Ok(json!({
        "question_accuracy": value(counts.question_accuracy(level))?,
        "conversation_accuracy": value(counts.conversation_accuracy(level))?,
        "diagnosis_accuracy": value(counts.diagnosis_accuracy(level))?,
        "path_consistency": value(counts.path_consistency(level))?,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function.strip_prefix("clinical_logic.")? {
        "classify_answer" => {
            ClinicalReader::new(ClinicalMatching::Released).map_err(text).and_then(|reader| {
                let question =
                    ClinicalQuestion::from_number(number(input, "category") as usize).map_err(text)?;
                Ok(json!(reader.read(question, &string(input, "text")).unwrap_or(NO_MATCH)))
            })
        }
        "conversation_reward_text" => reward_of_texts(input),
        "conversation_reward" => {
            let turns = turns(&questions(input), &symbols(&input["truth"]), &symbols(&input["predicted"]));
            clinical_reward(&paths(input), &turns, None).map(|found| reward(&found)).map_err(text)
        }
        "valid_path" => {
            let (paths, path) = (paths(input), symbols(&input["path"]));
            let matching = paths.matching(&path.try_into().expect("five symbols"));
            Ok(json!({"consistent": !matching.is_empty(), "matching": matching}))
        }
        "conversation_metrics" => metrics(input),
        "length_penalty" => Ok(json!(clinical_length_penalty(
            number(input, "answer_chars") as usize,
            number(input, "reference_chars") as usize,
        ))),
        _ => return None,
    })
}
