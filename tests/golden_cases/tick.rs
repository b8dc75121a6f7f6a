//! `judges/tick`.

use probity::checklist::{
    AgreementWeight, ChecklistRouge, RefinementAnswer, RefinementAsk, SelfRefinement, Unanswered, YesNoRule,
    checklist_preferences, checklist_similarity, drfr, mean_pass_rate, parse_yes_no, pass_rate,
    pass_rate_error, preference_agreement, question_accuracy, stick_best_of_n, weighted_pairwise_agreement,
    weighted_score,
};
use probity::inference::Level;
use probity::ratings::{Ratings, Scale};
use probity::search::{Procedure, Step, Ties};
use probity::tally::Side;
use probity::text::Rouge;
use serde_json::{Value, json};

use super::critique_ability::verdicts;
use super::{Outcome, count, estimate, figure, list, matrix, number, string, text, vector};

fn level() -> Level {
    Level::default()
}

fn answers(value: &Value) -> Vec<Vec<Option<bool>>> {
    list(value).iter().map(verdicts).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    list(value).iter().map(|text| text.as_str().expect("a text")).collect()
}

/// Graded preferences as sides.
pub(super) fn sides(value: &Value) -> Vec<Side> {
    vector(value).into_iter().map(|grade| Side::of(grade).expect("a number")).collect()
}

fn scores(input: &Value) -> Outcome {
    let answers = answers(&input["answers"]);
    let rates = answers.iter().map(|answers| pass_rate(answers, Unanswered::Fails));
    Ok(json!({
        "drfr_micro": drfr(&answers, Unanswered::Fails, level()).map_err(text)?.value,
        "pass_rate_macro": mean_pass_rate(&answers, Unanswered::Fails, level()).map_err(text)?.value,
        "pass_rates": rates.collect::<Result<Vec<_>, _>>().map_err(text)?,
    }))
}

fn preferences(input: &Value) -> Outcome {
    let pair = |pair: &Value| (verdicts(&pair[0]), verdicts(&pair[1]));
    let pairs: Vec<_> = list(&input["pairs"]).iter().map(pair).collect();
    let found = checklist_preferences(&pairs, Unanswered::Fails, level()).map_err(text)?;
    let name = |side: &Side| match side {
        Side::Left => "A",
        Side::Right => "B",
        Side::Tie => "tie",
    };
    Ok(json!(found.sides.iter().map(name).collect::<Vec<_>>()))
}

fn agreement(input: &Value) -> Outcome {
    let (human, judge) = (sides(&input["human"]), sides(&input["judge"]));
    let found = preference_agreement(&human, &judge, level()).map_err(text)?;
    Ok(json!({
        "exact": found.exact.value,
        "half_credit_for_one_tie": found.half_credit.value,
        "excluding_human_ties": estimate(found.without_human_ties)?,
    }))
}

fn weighted_agreement(input: &Value) -> Outcome {
    let weight = match input["variant"].as_str() {
        Some("human_strength") => AgreementWeight::HumanStrength,
        Some("linear_distance") => {
            AgreementWeight::LinearDistance { max_distance: number(input, "max_distance") }
        }
        other => panic!("a variant, found {other:?}"),
    };
    let (human, judge) = (vector(&input["human"]), vector(&input["judge"]));
    weighted_pairwise_agreement(&human, &judge, weight, level()).map(|found| json!(found.value)).map_err(text)
}

fn accuracy(input: &Value) -> Outcome {
    let votes = answers(&input["votes"]);
    let found = question_accuracy(&votes, &verdicts(&input["answers"]), level()).map_err(text)?;
    Ok(json!({"majority": found.majority, "accuracy": found.accuracy.value}))
}

fn similarity(input: &Value) -> Outcome {
    let found =
        checklist_similarity(&texts(&input["generated"]), &texts(&input["reference"])).map_err(text)?;
    let one = |rouge: Rouge| {
        Ok::<_, String>(json!({
            "precision": figure(rouge.precision())?,
            "recall": figure(rouge.recall())?,
            "f1": figure(rouge.f1())?,
        }))
    };
    let all = |rouge: ChecklistRouge| {
        Ok::<_, String>(json!({
            "rouge1": one(rouge.rouge_1)?,
            "rouge2": one(rouge.rouge_2)?,
            "rougeL": one(rouge.rouge_l)?,
        }))
    };
    Ok(json!({
        "rouge_plain": all(found.rouge)?,
        "rouge_stemmed": all(found.rouge_stemmed)?,
        "sentence_bleu_sacrebleu": found.bleu,
        "count_absolute_error": found.count_error,
    }))
}

fn best_of_n(input: &Value) -> Outcome {
    let rates = |candidates: &Value| -> Vec<f64> {
        let rate = |answers: &Vec<Option<bool>>| pass_rate(answers, Unanswered::Fails).expect("questions");
        answers(candidates).iter().map(rate).collect()
    };
    let scores: Vec<_> = list(&input["answers"]).iter().map(rates).collect();
    let found = stick_best_of_n(&scores, &matrix(&input["quality"]), Ties::First, level()).map_err(text)?;
    Ok(json!({
        "selected_first": found.selected,
        "precision_mean": found.precision.value,
        "quality_selected_mean": found.quality_selected.value,
        "quality_first_candidate_mean": found.quality_first.value,
    }))
}

fn refinement(input: &Value) -> Outcome {
    let rounds = answers(&input["answers_by_round"]);
    let questions = rounds.first().map_or(0, Vec::len);
    let mut run: SelfRefinement<usize> =
        SelfRefinement::new(questions, count(input, "max_rounds") as usize).map_err(text)?;
    let trace = loop {
        let answer = match run.step() {
            Step::Done(trace) => break trace,
            Step::Ask(RefinementAsk::Evaluate { response, .. }) => {
                RefinementAnswer::Answers(rounds[response].clone())
            }
            Step::Ask(RefinementAsk::Revise { round, .. }) => RefinementAnswer::Response(round),
            Step::Ask(_) => RefinementAnswer::Response(0),
        };
        run.answer(answer).map_err(text)?;
    };
    Ok(json!({
        "pass_rates": trace.rounds.iter().map(|round| round.pass_rate).collect::<Vec<_>>(),
        "failed_items_fed_back": trace.rounds.iter().map(|round| &round.failed).collect::<Vec<_>>(),
        "best_round": trace.best,
        "stop_round": trace.rounds.len() - 1,
    }))
}

/// The annotators' alpha, from ratings by rater.
fn alpha(input: &Value) -> Outcome {
    use probity::agreement::{Options, krippendorff_alpha};
    let scale = match input["level"].as_str() {
        Some("nominal") => Scale::Nominal,
        Some("ordinal") => Scale::Ordinal,
        Some("interval") => Scale::Interval,
        other => panic!("a level, found {other:?}"),
    };
    let by_rater = matrix(&input["ratings_rater_item"]);
    let items = by_rater.first().map_or(0, Vec::len);
    let values: Vec<f64> = (0..items).flat_map(|item| by_rater.iter().map(move |of| of[item])).collect();
    let ratings = Ratings::from_values(scale, by_rater.len(), values).map_err(text)?;
    estimate(krippendorff_alpha(&ratings, &Options::new()))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "checklist_scores" => scores(input),
        "weighted_checklist_score" => {
            let answers = verdicts(&input["answers"]);
            figure(weighted_score(&answers, &vector(&input["weights"]), Unanswered::Fails))
        }
        "parse_yes_no" => Ok(json!(parse_yes_no(&string(input, "text"), YesNoRule::InfoBench))),
        "checklist_preference" => preferences(input),
        "pairwise_agreement" => agreement(input),
        "weighted_pairwise_agreement" => weighted_agreement(input),
        "question_accuracy" => accuracy(input),
        "mean_absolute_error" => {
            estimate(pass_rate_error(&vector(&input["predicted"]), &vector(&input["reference"]), level()))
        }
        "checklist_similarity" => similarity(input),
        "best_of_n_checklist" => best_of_n(input),
        "refinement_trace" => refinement(input),
        "krippendorff_alpha" => alpha(input),
        _ => return None,
    })
}
