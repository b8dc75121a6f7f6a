//! `self_correction/math_critique`. The answer profile and its comparison are in `answers`.

use probity::critique::{
    Refined, Response, accept_refinements, critic_quality, critique_in_loop_select, difficulty_levels,
    mc_soft_filter, pass_any_and_majority, shortcut_barrier,
};
use probity::inference::Level;
use probity::search::pass_at_k;
use serde_json::{Value, json};

use super::critique_ability::{booleans, value, verdicts};
use super::id_sampling::answers;
use super::{Outcome, matrix, number, text, vector};

fn refinements(value: &Value) -> Vec<Refined> {
    let flag = |r: &Value, key: &str| r[key].as_bool().expect("true or false");
    let refined =
        |r: &Value| Refined { right: flag(r, "correct"), passes_barrier: flag(r, "passes_barrier") };
    value.as_array().expect("refinements").iter().map(refined).collect()
}

fn select(input: &Value, reserved: usize) -> Outcome {
    let response = |r: &Value| {
        if r["correct"] == true { Response::Right } else { Response::Wrong(refinements(&r["refinements"])) }
    };
    let questions = input["questions"].as_array().expect("questions").iter();
    let questions: Vec<Vec<_>> =
        questions.map(|q| q.as_array().expect("responses").iter().map(response).collect()).collect();
    let round = critique_in_loop_select(&questions, reserved, Level::default()).map_err(text)?;
    let kept: Vec<_> = round.kept.iter().map(|k| json!([k.question, k.response, k.refinement])).collect();
    Ok(json!({
        "selected": kept,
        "coverage_without_critique": round.coverage_without_critique.value,
        "coverage_with_critique": round.coverage_with_critique.value,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let level = Level::default();
    let words = |key: &str| input[key].as_str().expect("a text");
    let count = |key: &str| input[key].as_u64().expect("a count");
    Some(match function {
        "shortcut_barrier" => {
            let keep = shortcut_barrier(words("gold_solution"), words("original"), words("refined"));
            Ok(json!({"keep": keep}))
        }
        "accept_refinements" => {
            let items = input["items"].as_array().expect("items").iter();
            let critiques: Vec<_> = items.map(|item| &item["critique"]).collect();
            accept_refinements(&critiques, &refinements(&input["items"]), count("reserved") as usize)
                .map(|accepted| json!({"accepted": accepted}))
                .map_err(text)
        }
        "critique_in_loop_select" => select(input, count("reserved") as usize),
        "pass_any_and_majority" => {
            let questions: Vec<_> = input["questions"]
                .as_array()
                .expect("questions")
                .iter()
                .map(|q| (q["gold"].as_str().expect("an answer").to_string(), answers(&q["answers"])))
                .collect();
            pass_any_and_majority(&questions, level)
                .map(|p| json!({"pass_any": p.pass_any.value, "majority": p.majority.value}))
                .map_err(text)
        }
        "pass_at_k_unbiased" => {
            pass_at_k(count("n"), count("c"), count("k")).map(|value| json!({"value": value})).map_err(text)
        }
        "mc_soft_filter" => {
            let outcomes: Vec<Vec<bool>> = matrix(&input["outcomes"])
                .into_iter()
                .map(|row| row.into_iter().map(|x| x == 1.0).collect())
                .collect();
            mc_soft_filter(&outcomes, number(input, "tau"), level)
                .map(|found| {
                    json!({"rates": found.iter().map(|m| m.rate.value).collect::<Vec<_>>(),
                           "keep": found.iter().map(|m| m.keep).collect::<Vec<_>>()})
                })
                .map_err(text)
        }
        "critic_quality" => critic_quality(
            &booleans(&input["correct_before"]),
            &verdicts(&input["judged_correct"]),
            &booleans(&input["correct_after"]),
            level,
        )
        .map_err(text)
        .and_then(|q| {
            Ok(json!({
                "discriminability": q.discriminability.value,
                "helpfulness": value(q.helpfulness)?,
                "accuracy_before": q.accuracy_before.value,
                "accuracy_after": q.accuracy_after.value,
            }))
        }),
        "difficulty_levels" => difficulty_levels(&vector(&input["pass_rates"]), count("levels") as usize)
            .map(|levels| json!({"level": levels}))
            .map_err(text),
        _ => return None,
    })
}
