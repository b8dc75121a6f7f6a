//! `honesty/auto_cei`.

use probity::honesty::auto_cei::{
    Curriculum, Evaluation, HillClimb, REWARD_REFUSALS, StepRule, converged, initial_curriculum, objective,
    plain_rewards, rates, resampling_probabilities, rewards, training_filter,
};
use probity::honesty::{Outcome as Answered, OutcomeCounts};
use probity::search::{Procedure, Step};
use probity::text::RefusalDetector;
use serde_json::{Value, json};

use super::{Outcome, figure, indices, list, number, string, text, vector};

fn curriculum(input: &Value) -> Result<Curriculum, String> {
    Curriculum::new(number(input, "c1"), number(input, "c2")).map_err(text)
}

/// 1 and 0 as true and false.
fn right(input: &Value) -> Vec<bool> {
    vector(&input["correct"]).into_iter().map(|correct| correct == 1.0).collect()
}

fn strings<'a>(input: &'a Value, name: &str) -> Vec<&'a str> {
    list(&input[name]).iter().filter_map(Value::as_str).collect()
}

fn steps(input: &Value, name: &str) -> Vec<u64> {
    indices(&input[name]).into_iter().map(|n| n as u64).collect()
}

fn rates_of(outcomes: &OutcomeCounts) -> Outcome {
    let found = rates(outcomes).map_err(text)?;
    Ok(json!({
        "accuracy": figure(found.accuracy.value())?,
        "precision": figure(found.precision.value())?,
        "idk_rate": figure(found.refusal_rate.value())?,
    }))
}

fn climb(input: &Value) -> Outcome {
    let (start, step) = (number(input, "c1_start"), number(input, "step"));
    let mut search = HillClimb::new(start, step).map_err(text)?;
    loop {
        match search.step() {
            Step::Ask(c1) => {
                let offset = ((c1 - start) / step).round() as i64;
                search.answer(number(&input["objective_by_offset"], &offset.to_string())).map_err(text)?;
            }
            Step::Done(found) => {
                let offsets: Vec<i64> = found.visited.iter().map(|visit| visit.offset).collect();
                return Ok(json!({
                    "visited_offsets": offsets,
                    "best_c1": found.best.c1,
                    "best_objective": found.best.objective,
                }));
            }
        }
    }
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "autocei::objective" => {
            figure(objective(number(input, "precision"), number(input, "idk_rate"), number(input, "lambda")))
        }
        "autocei::converged" => {
            Ok(json!(converged(number(input, "new"), number(input, "current"), number(input, "threshold"))))
        }
        "autocei::idk_reward" => {
            let steps = input["steps"].as_u64().expect("steps");
            curriculum(input).map(|curriculum| json!(curriculum.refusal_reward(steps)))
        }
        "autocei::rewards" => curriculum(input).and_then(|curriculum| {
            let detector = RefusalDetector::new(REWARD_REFUSALS).map_err(text)?;
            let separator = string(input, "step_separator");
            let rule = StepRule::Separator(&separator);
            rewards(&strings(input, "responses"), &right(input), &detector, curriculum, rule)
                .map(|rewards| json!(rewards))
                .map_err(text)
        }),
        "autocei::plain_rewards" => Ok(json!(plain_rewards(&right(input)))),
        "autocei::initial_curriculum" => {
            initial_curriculum(&steps(input, "idk_steps"), &steps(input, "all_steps"))
                .map(|start| {
                    let curriculum = start.curriculum;
                    json!({"c1": curriculum.c1(), "c2": curriculum.c2(), "step": start.step})
                })
                .map_err(text)
        }
        "autocei::resampling_probabilities" => {
            resampling_probabilities(&vector(&input["rewards"]), number(input, "temperature"))
                .map(|probabilities| json!(probabilities))
                .map_err(text)
        }
        "autocei::training_filter" => training_filter(&vector(&input["rewards"]))
            .map_err(text)
            .and_then(|found| Ok(json!({"kept": found.kept, "idk_share": figure(found.refusals.value())?}))),
        "autocei::evaluate_responses" => {
            let (responses, golds) = (strings(input, "responses"), strings(input, "golds"));
            let items: Vec<_> = responses.into_iter().zip(golds).collect();
            rates_of(&Evaluation::new().outcomes(&items))
        }
        "autocei::rates" => {
            let labels = strings(input, "labels");
            rates_of(&labels.into_iter().map(|l| Answered::from_name(l).expect("an outcome")).collect())
        }
        "autocei::hill_climb" => climb(input),
        _ => return None,
    })
}
