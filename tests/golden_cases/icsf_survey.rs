//! `honesty/icsf_survey`.

use probity::consistency::{
    SelfFeedback, SelfFeedbackAnswer, SelfFeedbackAsk, TokenScore, bs_detector, eigen_score,
    entailment_clusters, guided_decoding_score, latent_choice, numeric_consistency, semantic_entropy,
    soft_self_consistency,
};
use probity::search::drive;
use serde_json::{Value, json};

use super::{Outcome, list, matrix, number, text, vector};

fn consistency(input: &Value) -> Outcome {
    let c = numeric_consistency(&vector(&input["samples"])).map_err(text)?;
    Ok(json!({
        "negative_variance": c.negative_variance,
        "negative_entropy_bits": c.negative_entropy_bits,
        "unique_ratio": c.unique_ratio,
        "majority": c.majority,
        "majority_share": c.majority_share,
    }))
}

fn entropy(input: &Value) -> Outcome {
    let clusters: Vec<usize> =
        list(&input["cluster"]).iter().map(|c| c.as_u64().expect("a cluster") as usize).collect();
    let s = semantic_entropy(&vector(&input["sequence_logprobs"]), &clusters).map_err(text)?;
    Ok(json!({
        "cluster_probability": s.cluster_probability,
        "semantic_entropy": s.semantic_entropy,
        "rao_blackwell_mean": s.rao_blackwell_mean,
        "discrete_semantic_entropy": s.discrete_semantic_entropy,
        "predictive_entropy": s.predictive_entropy,
    }))
}

/// The index of the response that the loop returns, where response i has score i and enough is `stop_at`.
fn refine(input: &Value) -> Outcome {
    let (scores, stop_at) = (vector(&input["scores"]), number(input, "stop_at"));
    let mut run = SelfFeedback::new(number(input, "max_iterations") as usize);
    let respond = |ask: SelfFeedbackAsk<usize, ()>| {
        Ok::<_, probity::Error>(match ask {
            SelfFeedbackAsk::Respond => SelfFeedbackAnswer::Response(0),
            SelfFeedbackAsk::Stop(run) => {
                SelfFeedbackAnswer::Stop(scores[*run.responses.last().expect("a response")] >= stop_at)
            }
            SelfFeedbackAsk::Evaluate(_) => SelfFeedbackAnswer::Feedback(()),
            SelfFeedbackAsk::Update(run) => SelfFeedbackAnswer::Response(run.responses.len()),
            other => panic!("unknown request {other:?}"),
        })
    };
    let done = drive(&mut run, respond, |_| std::ops::ControlFlow::Continue(())).map_err(text)?;
    Ok(json!(done.responses.last()))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "icsf::numeric_consistency" => consistency(input),
        "icsf::latent_choice" => latent_choice(&vector(&input["token_probabilities"]))
            .map(|c| json!({"choice": c.choice, "margin": c.margin}))
            .map_err(text),
        "icsf::semantic_entropy" => entropy(input),
        "icsf::entailment_clusters" => {
            let entails = list(&input["entails"]);
            let clusters =
                entailment_clusters(entails.len(), |i, j| entails[i][j].as_bool().expect("a verdict"));
            Ok(json!(clusters))
        }
        "icsf::eigenscore" => eigen_score(&matrix(&input["embeddings"]), number(input, "alpha"))
            .map(|score| json!(score))
            .map_err(text),
        "icsf::bsdetector" => {
            let [observed, reflection, beta] =
                ["observed_consistency", "self_reflection", "beta"].map(|name| number(input, name));
            bs_detector(observed, reflection, beta).map(|score| json!(score)).map_err(text)
        }
        "icsf::soft_self_consistency" => {
            let score = match input["reduce"].as_str() {
                Some("mean") => TokenScore::Mean,
                other => panic!("unknown reduction {other:?}"),
            };
            soft_self_consistency(&matrix(&input["token_logprobs"]), score)
                .map(|best| json!({"scores": best.scores, "best": best.best}))
                .map_err(text)
        }
        "icsf::tot_decoding_score" => {
            guided_decoding_score(&vector(&input["token_probability"]), &vector(&input["confidence"]))
                .map(|score| json!(score))
                .map_err(text)
        }
        "icsf::refine_loop_stop" => refine(input),
        _ => return None,
    })
}
