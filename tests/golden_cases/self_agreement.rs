//! `honesty/self_agreement`.

use probity::consistency::{
    AgreementQuestion, SelfAgreement, accuracy_by_paths, compare_strategies, self_agreement,
    weighted_self_agreement,
};
use probity::critique::task_average;
use probity::inference::Level;
use probity::text::trigger_answer;
use serde_json::{Map, Value, json};

use super::{Outcome, list, string, text, vector};

fn answers(value: &Value) -> Vec<Option<String>> {
    list(value).iter().map(|answer| answer.as_str().map(String::from)).collect()
}

fn vote(vote: &SelfAgreement<'_, String>) -> Value {
    let votes: Map<String, Value> = vote.votes.iter().map(|(a, n)| ((*a).clone(), json!(n))).collect();
    json!({
        "answer": vote.answer,
        "votes": votes,
        "agreement": vote.agreement.as_ref().map(|a| a.value),
        "valid": vote.valid,
    })
}

fn by_classes(input: &Value) -> Outcome {
    let answers = answers(&input["answers"]);
    let classes: Vec<Option<u64>> = list(&input["class"]).iter().map(Value::as_u64).collect();
    let vote = self_agreement(&classes, Level::default()).map_err(text)?;
    Ok(json!({
        "winner_class": vote.answer,
        "representative": vote.path.map(|path| answers[path].clone()),
        "votes": vote.votes.iter().map(|v| v.1).collect::<Vec<_>>(),
        "agreement": vote.agreement.map(|a| a.value),
    }))
}

fn samples(input: &Value) -> (Vec<String>, Vec<Vec<Option<String>>>) {
    let gold = answers(&input["gold"]).into_iter().flatten().collect();
    (gold, list(&input["samples"]).iter().map(answers).collect())
}

fn compare(input: &Value) -> Outcome {
    let (gold, samples) = samples(input);
    let judge = answers(&input["judge_choice"]);
    let questions: Vec<_> = (0..gold.len())
        .map(|i| AgreementQuestion { gold: &gold[i], paths: &samples[i], judge: judge[i].as_ref() })
        .collect();
    let found = compare_strategies(&questions, Level::default()).map_err(text)?;
    Ok(json!({
        "first_sample_accuracy": found.first.value,
        "majority_accuracy": found.majority.value,
        "judge_accuracy": found.judge.value,
        "judge_equals_majority": found.judge_is_majority.value,
        "oracle_accuracy": found.oracle.value,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "selfagree::majority_vote" => {
            self_agreement(&answers(&input["answers"]), Level::default()).map(|v| vote(&v)).map_err(text)
        }
        "selfagree::weighted_vote" => {
            weighted_self_agreement(&answers(&input["answers"]), &vector(&input["weights"]))
                .map(|v| vote(&v))
                .map_err(text)
        }
        "selfagree::vote_by_classes" => by_classes(input),
        "selfagree::extract_with_trigger" => {
            Ok(json!(trigger_answer(&string(input, "text"), &string(input, "trigger"))))
        }
        "selfagree::compare_methods" => compare(input),
        "selfagree::accuracy_by_k" => {
            let (gold, samples) = samples(input);
            let ks: Vec<usize> = vector(&input["k"]).into_iter().map(|k| k as usize).collect();
            accuracy_by_paths(&gold, &samples, &ks, Level::default())
                .map(|curve| json!(curve.iter().map(|e| e.value).collect::<Vec<_>>()))
                .map_err(text)
        }
        "selfagree::macro_average" => task_average(&vector(&input["accuracies"]), Level::default())
            .map(|average| json!(average.value))
            .map_err(text),
        _ => return None,
    })
}
