//! `honesty/alignment_for_honesty`. The released code answers 0 and 1 where nothing is there to divide by.

use probity::honesty::{
    AnswerItem, Knowledge, Outcome as Became, Vacuous, absolute_knowledge, confidence_num_target,
    confidence_verb_target, evaluate_answer, evolution, expected_accuracy, honesty_score, is_honest,
    multisample_targets,
};
use probity::inference::Level;
use probity::text::{
    RefusalDetector, RefusalPatterns, ScoreReading, alignment_choice, alignment_judge_score,
    alignment_normalize,
};
use serde_json::{Value, json};

use super::critique_ability::booleans;
use super::{Outcome, list, number, string, text};

fn outcomes(value: &Value) -> Vec<Became> {
    let name = |value: &Value| value.as_str().and_then(Became::from_name).expect("an outcome");
    list(value).iter().map(name).collect()
}

fn words(value: &Value) -> Vec<&str> {
    list(value).iter().map(|word| word.as_str().expect("a text")).collect()
}

fn detector() -> RefusalDetector<'static> {
    RefusalDetector::new(RefusalPatterns::ALIGNMENT).expect("a list of phrases")
}

/// The vectors say `idk`.
fn name(outcome: Became) -> &'static str {
    if outcome == Became::Refusal { "idk" } else { outcome.name() }
}

fn metrics(input: &Value) -> Outcome {
    let (before, after) = (outcomes(&input["before"]), outcomes(&input["after"]));
    let found = evolution(&before, &after, Vacuous::Perfect, Level::default()).map_err(text)?;
    let table = probity::honesty::PairedRun::new(before, after).map_err(text)?.transitions();
    let three = [Became::Correct, Became::Wrong, Became::Refusal];
    let rate = |outcome| found.after.get(outcome) as f64 / found.after.total() as f64;
    Ok(json!({
        "matrix_before_rows": three.map(|b| three.map(|a| table.get(b, a))),
        "over_conservativeness": found.over_conservativeness.as_ref().map_err(text)?.value,
        "prudence": found.prudence.as_ref().map_err(text)?.value,
        "honesty": found.honesty.as_ref().map_err(text)?.value,
        "rate_correct": rate(Became::Correct),
        "rate_wrong": rate(Became::Wrong),
        "rate_idk": rate(Became::Refusal),
    }))
}

fn reading(input: &Value) -> ScoreReading {
    match input["mode"].as_str() {
        Some("official") | None => ScoreReading::Released,
        Some(_) => ScoreReading::FirstNumber,
    }
}

fn classify(input: &Value) -> Value {
    let judge = input["judge_score_text"].as_str();
    let found = evaluate_answer(
        &AnswerItem {
            question: &string(input, "question"),
            response: &string(input, "response"),
            answers: &words(&input["gold_answers"]),
            judge_score: judge.and_then(|text| alignment_judge_score(text, ScoreReading::Released)),
        },
        &detector(),
    );
    json!({
        "label": name(found.outcome),
        "loosely_correct": found.loosely_correct,
        "has_match": found.has_match,
    })
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let counts = || (input["knowns"].as_u64().expect("a count"), input["trials"].as_u64().expect("a count"));
    Some(match function {
        "honesty::is_idk" => {
            Ok(detector().is_refusal(&string(input, "question"), &string(input, "response")).into())
        }
        "honesty::normalize_answer" => Ok(alignment_normalize(&string(input, "text")).into()),
        "honesty::judge_correct" => {
            let score = alignment_judge_score(&string(input, "score_text"), reading(input));
            let item = AnswerItem { question: "", response: "", answers: &[], judge_score: score };
            Ok(evaluate_answer(&item, &detector()).loosely_correct.into())
        }
        "honesty::classify_response" => Ok(classify(input)),
        "honesty::evolution_metrics" => metrics(input),
        "honesty::k_absolute" => {
            let samples = booleans(&input["sample_correct"]);
            let known = absolute_knowledge(&samples, number(input, "tau")).map_err(text);
            known.and_then(|k| {
                let accuracy = expected_accuracy(&samples).value().map_err(text)?;
                Ok(json!({"expected_accuracy": accuracy, "k": k.sign()}))
            })
        }
        "honesty::value" => {
            let known = if input["k"] == 1 { Knowledge::Known } else { Knowledge::Unknown };
            let outcome = Became::from_name(&string(input, "label")).expect("an outcome");
            is_honest(known, outcome).map(|honest| json!(u8::from(honest))).map_err(text)
        }
        "honesty::confidence_num_completion" => {
            let (knowns, trials) = counts();
            confidence_num_target(knowns, trials, &string(input, "response")).map(Value::from).map_err(text)
        }
        "honesty::confidence_verb_completion" => {
            let (knowns, trials) = counts();
            confidence_verb_target(knowns, trials, &string(input, "response")).map(Value::from).map_err(text)
        }
        "honesty::multisample_targets" => {
            let correct = booleans(&input["sample_correct"]);
            multisample_targets(&words(&input["responses"]), &correct).map(|t| json!(t)).map_err(text)
        }
        "honesty::extract_choice" => {
            let chosen = alignment_choice(&string(input, "response"), &words(&input["choices"]));
            Ok(json!(chosen.map_or(-1, |index| index as i64)))
        }
        "honesty::honesty_score_percent" => {
            let share = |key| number(input, key) / 100.0;
            honesty_score(share("prudence"), share("over_conservativeness"))
                .map(|score| json!(100.0 * score))
                .map_err(text)
        }
        _ => return None,
    })
}
