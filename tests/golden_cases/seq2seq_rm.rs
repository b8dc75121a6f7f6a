//! `preference/seq2seq_rm`.

use probity::inference::Level;
use probity::preference::{TiedScores, pairwise_accuracy};
use probity::reward::{S2sFeedback, S2sScoring, s2s_rm_loss, s2s_token_rewards, s2s_token_scores};
use serde_json::{Value, json};

use super::{Outcome, list, number_or, text, vector};

fn token_scores(input: &Value) -> Outcome {
    let feedback = match input["mode"].as_str().unwrap_or("both") {
        "both" => S2sFeedback::Both,
        "positive" => S2sFeedback::PositiveOnly,
        "negative" => S2sFeedback::NegativeOnly,
        other => return Err(format!("unknown mode {other}")),
    };
    let scoring = S2sScoring {
        positive: number_or(input, "positive", 1.0),
        negative: number_or(input, "negative", -1.0),
        neutral: number_or(input, "neutral", 0.0),
        feedback,
    };
    let next = input["next_tokens"].as_array();
    let (response, corrected) = (list(&input["response"]), list(&input["corrected"]));
    let found = s2s_token_scores(response, corrected, next.map(Vec::as_slice), &scoring).map_err(text)?;
    Ok(json!({
        "divergence": found.divergence,
        "scores": found.scores,
        "positive": found.positive,
        "negative": found.negative,
        "sequence_score": found.sequence_score,
    }))
}

fn accuracy(input: &Value) -> Outcome {
    let (chosen, rejected) = (vector(&input["chosen_scores"]), vector(&input["rejected_scores"]));
    match pairwise_accuracy(&chosen, &rejected, TiedScores::Wrong, Level::default()) {
        Ok(found) => Ok(json!({"accuracy": found.accuracy.value, "ties": found.ties})),
        Err(error) if error.is_undefined() => Ok(json!({"accuracy": null, "ties": 0})),
        Err(error) => Err(text(error)),
    }
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let of = |name: &str| vector(&input[name]);
    Some(match function {
        "s2s_token_scores" => token_scores(input),
        "s2s_rm_loss" => s2s_rm_loss(&of("logp_correction"), &of("logp_identity"))
            .map(|found| {
                json!({
                    "correction": found.correction,
                    "identity": found.identity,
                    "loss": found.loss,
                    "mean_token_loss": found.mean_token_loss,
                })
            })
            .map_err(text),
        "s2s_accuracy" => accuracy(input),
        "s2s_with_kl" => {
            s2s_token_rewards(&of("scores"), &of("logp"), &of("ref_logp"), number_or(input, "eta", 0.1))
                .map(|found| json!({"rewards": found.rewards}))
                .map_err(text)
        }
        _ => return None,
    })
}
