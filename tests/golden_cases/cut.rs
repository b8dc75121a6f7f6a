//! `preference/cut`.

use probity::inference::Level;
use probity::preference::{
    CutBatchSample, CutOptions, CutSample, JudgmentPolarity, cut_code_batch_loss, cut_detect,
    cut_downsample_count, cut_judgment_polarity, cut_l1, cut_total,
};
use serde_json::{Value, json};

use super::{Outcome, figure, list, number, number_or, text, vector};

fn options(input: &Value) -> CutOptions {
    CutOptions::new()
        .lambda(number_or(input, "lam", 1.1))
        .alpha(number_or(input, "alpha", 1.0))
        .gamma(number_or(input, "gamma", 0.0))
}

fn optional(input: &Value, name: &str) -> Option<Vec<f64>> {
    (!input[name].is_null()).then(|| vector(&input[name]))
}

fn detect(input: &Value) -> Outcome {
    let (negative, positive) = (vector(&input["logp_neg"]), vector(&input["logp_pos"]));
    let found = cut_detect(&negative, &positive, number_or(input, "lam", 1.1)).map_err(text)?;
    Ok(json!({
        "mask": found.mask,
        "indices": found.indices().collect::<Vec<_>>(),
        "fraction": figure(found.fraction(Level::default()).map(|share| share.value))?,
    }))
}

fn l1(input: &Value) -> Outcome {
    let (plain, negative) = (vector(&input["logp_plain"]), vector(&input["logp_neg"]));
    let found =
        cut_l1(&plain, &negative, optional(input, "logp_pos").as_deref(), &options(input)).map_err(text)?;
    Ok(json!({
        "loss": found.loss, "inappropriate": found.blamed.mask, "grad_logp_plain": found.gradient,
    }))
}

fn total(input: &Value) -> Outcome {
    let (plain, negative) = (vector(&input["logp_plain"]), optional(input, "logp_judg"));
    let positive = optional(input, "logp_pos");
    let sample = if input["aligned"].as_bool().expect("whether it is aligned") {
        CutSample::Aligned { plain: &plain }
    } else {
        let negative = negative.as_deref().ok_or("a misaligned sample has judged log-probabilities")?;
        CutSample::Misaligned { plain: &plain, negative, positive: positive.as_deref() }
    };
    let found = cut_total(sample, &options(input)).map_err(text)?;
    Ok(json!({"l1": found.l1, "l2": found.l2, "loss": found.loss}))
}

fn batch(input: &Value) -> Outcome {
    let samples: Vec<_> = list(&input["samples"])
        .iter()
        .map(|s| (vector(&s["logp_align"]), optional(s, "logp_misalign")))
        .collect();
    let samples: Vec<_> = samples
        .iter()
        .map(|(align, misalign)| CutBatchSample { align, misalign: misalign.as_deref() })
        .collect();
    let (threshold, weight) = (number_or(input, "threshold", 1.1), number_or(input, "weight_unlike", 1.0));
    let found = cut_code_batch_loss(&samples, threshold, weight).map_err(text)?;
    Ok(json!({"mle": found.mle, "unlikelihood": found.unlikelihood, "loss": found.loss}))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "cut_detect" => detect(input),
        "cut_l1" => l1(input),
        "cut_total" => total(input),
        "cut_code_batch_loss" => batch(input),
        "cut_judgment_polarity" => {
            Ok(match cut_judgment_polarity(input["judgment"].as_str(), input["score"].as_f64()) {
                JudgmentPolarity::Positive => json!({"polarity": "positive"}),
                JudgmentPolarity::Negative => json!({"polarity": "negative"}),
            })
        }
        "cut_downsample_count" => {
            let count = |name: &str| input[name].as_u64().expect("a count");
            let ratio = number(input, "ratio");
            cut_downsample_count(count("n_pos"), count("n_neg"), (ratio != -1.0).then_some(ratio))
                .map_err(text)
                .map(|keep| json!({"keep": keep}))
        }
        _ => return None,
    })
}
