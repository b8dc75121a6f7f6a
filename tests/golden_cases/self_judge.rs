//! `honesty/self_judge`.

use probity::critique::{correlations, task_average};
use probity::honesty::self_judge::{
    DistillationWeights, blend, distillation_loss, expected_score, perplexity, quality_at_coverage,
    selective_detection, selective_report, variation_ratio_original,
};
use probity::inference::Level;
use probity::search::{Aggregate, best_of_n};
use serde_json::{Value, json};

use super::{Outcome, estimate, figure, list, matrix, number, text, vector};

fn best(scores: &Value) -> Outcome {
    let candidates: Vec<[f64; 1]> = vector(scores).into_iter().map(|score| [score]).collect();
    best_of_n(&candidates, Aggregate::Last).map(|found| json!(found.best)).map_err(text)
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let both = || (vector(&input["score"]), vector(&input["reference"]));
    Some(match function {
        "selfj::expected_score" => {
            let digit = |d: usize| input["digit_logprobs"][d.to_string()].as_f64();
            figure(expected_score(&std::array::from_fn(digit)))
        }
        "selfj::blend" => figure(blend(
            number(input, "self_eval"),
            number(input, "self_eval_max"),
            number(input, "cosine"),
            number(input, "alpha"),
        )),
        "selfj::correlations" => {
            let (score, reference) = both();
            correlations(&score, &reference, Level::default()).map_err(text).and_then(|c| {
                Ok(json!({
                    "pearson": estimate(c.pearson)?,
                    "spearman": estimate(c.spearman)?,
                    "kendall_tau_b": estimate(c.kendall_tau_b)?,
                }))
            })
        }
        "selfj::selective_detection" => {
            let (score, reference) = both();
            selective_detection(&score, &reference, number(input, "good_from"), Level::default())
                .map_err(text)
                .and_then(|found| {
                    let average_precision = figure(found.average_precision)?;
                    Ok(json!({"auroc": estimate(found.auroc)?, "average_precision": average_precision}))
                })
        }
        "selfj::selective_report" => {
            let (score, reference) = both();
            selective_report(&score, &reference, number(input, "threshold"), Level::default())
                .map_err(text)
                .and_then(|report| {
                    Ok(json!({
                        "coverage": figure(report.coverage.value())?,
                        "mean_quality_kept": estimate(report.kept)?,
                        "mean_quality_all": report.all.value,
                        "mean_quality_declined": estimate(report.declined)?,
                    }))
                })
        }
        "selfj::quality_coverage" => {
            let (score, reference) = both();
            let row = |at: probity::honesty::self_judge::Kept| json!({"coverage": at.coverage, "kept": at.kept, "mean_quality": at.mean_quality});
            quality_at_coverage(&score, &reference, &vector(&input["coverage"]))
                .map(|found| found.into_iter().map(row).collect())
                .map_err(text)
        }
        "selfj::best_of_n" => list(&input["scores"]).iter().map(best).collect(),
        "selfj::perplexity" => figure(perplexity(&vector(&input["token_logprobs"]))),
        "selfj::variation_ratio_original" => {
            estimate(variation_ratio_original(&vector(&input["similarity_to_original"]), Level::default()))
        }
        "selfj::distillation_loss" => {
            let weights = DistillationWeights {
                without_reference: number(input, "alpha"),
                divergence: number(input, "beta"),
            };
            distillation_loss(
                number(input, "loss_with_reference"),
                number(input, "loss_without_reference"),
                &matrix(&input["teacher"]),
                &matrix(&input["student"]),
                weights,
            )
            .map(|loss| json!({"kl": loss.divergence, "loss": loss.total}))
            .map_err(text)
        }
        "selfj::macro_average" => estimate(task_average(&vector(&input["values"]), Level::default())),
        _ => return None,
    })
}
