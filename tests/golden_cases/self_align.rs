//! `values/self_align`.

use probity::inference::Level;
use probity::rules::{
    ChoiceItem, ChoiceTies, Decision, Record, SELF_ALIGN_PIECES, ScoredCandidates, SelfAlignPool,
    SelfAlignResponseFilter, SelfAlignVersion, TruthQuestion, multiple_choice_grade,
    self_align_balance_topics, self_align_citations, self_align_cut_repetition,
    self_align_instruction_filter, self_align_topics, swapped_choice_scores, truth_scores, truthful_mc1,
};
use serde_json::{Map, Value, json};

use super::{Outcome, list, matrix, number, string, text, vector};

fn strings(value: &Value) -> Vec<&str> {
    list(value).iter().map(|v| v.as_str().expect("a text")).collect()
}

fn response(input: &Value) -> Value {
    let filter = SelfAlignResponseFilter::default();
    let kept = filter.apply(&string(input, "instruction"), &string(input, "input"), &string(input, "output"));
    match kept {
        Ok(kept) => json!({
            "kept": true, "instruction": kept.instruction, "input": kept.input, "output": kept.output,
        }),
        Err(_) => json!({"kept": false}),
    }
}

fn instruction(input: &Value) -> Outcome {
    let rules = self_align_instruction_filter().compile().map_err(text)?;
    let (instruction, context) = (string(input, "instruction"), string(input, "input"));
    let record = Record::default().with_field("instruction", &instruction).with_field("input", &context);
    Ok(json!({"kept": rules.judge(&record).decision == Decision::Pass}))
}

fn diversity(input: &Value) -> Outcome {
    let mut pool = SelfAlignPool::new(number(input, "threshold")).map_err(text)?;
    strings(&input["pool"]).into_iter().for_each(|seed| pool.add(seed));
    let (mut decisions, mut kept) = (Vec::new(), Vec::new());
    for candidate in strings(&input["candidates"]) {
        let found = pool.offer(candidate);
        decisions.push(json!({"max": found.max, "mean": found.mean, "kept": found.kept}));
        if found.kept {
            kept.push(candidate);
        }
    }
    Ok(json!({"decisions": decisions, "kept": kept}))
}

fn balance(input: &Value) -> Value {
    let pairs = list(&input["topics"]).iter().map(strings);
    let balanced = self_align_balance_topics(pairs.map(|pair| (pair[0], pair[1])));
    Value::Object(
        balanced.into_iter().map(|(kind, topics)| (kind.to_string(), json!(topics))).collect::<Map<_, _>>(),
    )
}

fn grade(input: &Value) -> Outcome {
    let numbers = |sample: &Value| {
        let targets = strings(&sample["choice"])
            .iter()
            .map(|choice| number(&sample["target_scores"], choice))
            .collect();
        (vector(&sample["log_prob"]), targets)
    };
    let samples: Vec<(Vec<f64>, Vec<f64>)> = list(&input["samples"]).iter().map(numbers).collect();
    let items: Vec<_> =
        samples.iter().map(|(log_probs, targets)| ChoiceItem { log_probs, targets }).collect();
    let grade = multiple_choice_grade(&items, ChoiceTies::Hashed, Level::default()).map_err(text)?;
    Ok(json!({"grade": grade.value}))
}

fn mc1(input: &Value) -> Outcome {
    let (called_true, called_false) = (matrix(&input["true"]), matrix(&input["false"]));
    let right = vector(&input["correct"]);
    let questions: Vec<_> = called_true
        .iter()
        .zip(&called_false)
        .zip(&right)
        .map(|((called_true, called_false), &right)| TruthQuestion {
            called_true,
            called_false,
            right: right as usize,
        })
        .collect();
    let scores: Result<Vec<_>, _> =
        questions.iter().map(|q| truth_scores(q, ScoredCandidates::All)).collect();
    let mc1 = truthful_mc1(&questions, ScoredCandidates::All, Level::default()).map_err(text)?;
    Ok(json!({"scores": scores.map_err(text)?, "mc1": mc1.value}))
}

fn citations(input: &Value) -> Value {
    let thought = string(input, "thought");
    let cited = self_align_citations(&thought, SelfAlignVersion::Seventeen);
    let pairs = |matching: Option<bool>| -> Vec<Value> {
        let wanted = cited.iter().filter(|citation| matching.is_none_or(|m| citation.matches == m));
        wanted.map(|citation| json!([citation.number, citation.name])).collect()
    };
    json!({"citations": pairs(None), "mismatched": pairs(Some(false))})
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function.strip_prefix("self_align.")? {
        "filter_response" => Ok(response(input)),
        "dedup_clauses" => {
            Ok(json!({"text": self_align_cut_repetition(&string(input, "text"), SELF_ALIGN_PIECES)}))
        }
        "filter_instruction" => instruction(input),
        "rouge_l_filter" => diversity(input),
        "filter_topics" => Ok(json!({"topics": self_align_topics(strings(&input["lines"]))})),
        "balance_topics" => Ok(balance(input)),
        "mc_grade" => grade(input),
        "swap_aggregate" => {
            let lp = vector(&input["log_prob"]);
            swapped_choice_scores([lp[0], lp[1]], [lp[2], lp[3]]).map(|scores| json!(scores)).map_err(text)
        }
        "mc1_true_minus_false" => mc1(input),
        "rule_citations" => Ok(citations(input)),
        _ => return None,
    })
}
