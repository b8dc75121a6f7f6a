//! The objectives of `preference/preference_tools`, and what the papers' modules share with them.

use probity::inference::Level;
use probity::preference::{
    ChosenRejected, Divergence, DpoLoss, DpoOptions, KtoOptions, PairLogProbs, SimpoOptions, dpo_loss,
    kto_loss, orpo_loss, simpo_loss,
};
use serde_json::{Value, json};

use super::{Outcome, number_or, text, vector};

/// The four lists of log-probabilities of a vector.
pub(crate) struct Pairs {
    chosen: Vec<f64>,
    rejected: Vec<f64>,
    ref_chosen: Vec<f64>,
    ref_rejected: Vec<f64>,
}

impl Pairs {
    pub(crate) fn new(input: &Value) -> Self {
        let of = |name: &str| vector(&input[name]);
        Self {
            chosen: of("logp_w"),
            rejected: of("logp_l"),
            ref_chosen: of("ref_w"),
            ref_rejected: of("ref_l"),
        }
    }

    pub(crate) fn checked(&self) -> Result<PairLogProbs<'_>, String> {
        PairLogProbs::new((&self.chosen, &self.rejected), (&self.ref_chosen, &self.ref_rejected))
            .map_err(text)
    }
}

/// A list of numbers that may be absent.
pub(crate) fn optional(input: &Value, name: &str) -> Vec<f64> {
    if input[name].is_null() { Vec::new() } else { vector(&input[name]) }
}

/// A pair as two positions under these names.
pub(crate) fn pair(pair: Option<ChosenRejected>) -> Value {
    json!({"chosen": pair.map(|p| p.chosen), "rejected": pair.map(|p| p.rejected)})
}

fn options(input: &Value) -> Result<DpoOptions, String> {
    let smoothing = number_or(input, "label_smoothing", 0.0);
    let loss = match input["loss_type"].as_str().unwrap_or("sigmoid") {
        "sigmoid" => DpoLoss::Sigmoid,
        "sigmoid_norm" => DpoLoss::SigmoidNorm,
        "cdpo" => DpoLoss::Cdpo { smoothing },
        "robust" => DpoLoss::Robust { smoothing },
        "hinge" => DpoLoss::Hinge,
        "ipo" => DpoLoss::Ipo,
        "ipo_norm" => DpoLoss::IpoNorm,
        "exo_pair" => DpoLoss::ExoPair { smoothing },
        "nca_pair" => DpoLoss::NcaPair,
        "bco_pair" => DpoLoss::BcoPair,
        "sppo_hard" => DpoLoss::SppoHard,
        "apo_zero" => DpoLoss::ApoZero,
        "apo_down" => DpoLoss::ApoDown,
        "aot" => DpoLoss::Aot { smoothing },
        "aot_unpaired" => DpoLoss::AotUnpaired { smoothing },
        "discopop" => DpoLoss::Discopop { tau: number_or(input, "discopop_tau", 0.05) },
        other => return Err(format!("unknown loss {other:?}")),
    };
    let coefficient = number_or(input, "f_alpha_divergence_coef", 0.5);
    let divergence = match input["f_divergence"].as_str().unwrap_or("reverse_kl") {
        "reverse_kl" => Divergence::ReverseKl,
        "forward_kl" => Divergence::ForwardKl,
        "js_divergence" => Divergence::JensenShannon,
        "alpha_divergence" => Divergence::Alpha(coefficient),
        other => return Err(format!("unknown divergence {other:?}")),
    };
    Ok(DpoOptions::new(loss).beta(number_or(input, "beta", 0.1)).divergence(divergence))
}

fn family(input: &Value) -> Outcome {
    let lengths = |name: &str| -> Vec<u32> { optional(input, name).into_iter().map(|n| n as u32).collect() };
    let (pairs, len_w, len_l) = (Pairs::new(input), lengths("len_w"), lengths("len_l"));
    let mut checked = pairs.checked()?;
    if !len_w.is_empty() {
        checked = checked.with_lengths(&len_w, &len_l).map_err(text)?;
    }
    let found = dpo_loss(&checked, &options(input)?).map_err(text)?;
    let (rewards, level) = (checked.rewards(number_or(input, "beta", 0.1)).map_err(text)?, Level::default());
    Ok(json!({
        "losses": found.losses,
        "loss": found.loss,
        "rewards_chosen": rewards.mean_chosen(level).map_err(text)?.value,
        "rewards_rejected": rewards.mean_rejected(level).map_err(text)?.value,
        "accuracy": rewards.accuracy(level).map_err(text)?.value,
        "margin": rewards.margin(level).map_err(text)?.value,
        "grad_logp_w": found.grad_chosen,
        "grad_logp_l": found.grad_rejected,
    }))
}

fn simpo(input: &Value) -> Outcome {
    let options = SimpoOptions::new()
        .beta(number_or(input, "beta", 2.0))
        .gamma(number_or(input, "gamma", 0.5))
        .label_smoothing(number_or(input, "label_smoothing", 0.0));
    let (chosen, rejected) = (vector(&input["avg_logp_w"]), vector(&input["avg_logp_l"]));
    let found = simpo_loss(&chosen, &rejected, &options).map_err(text)?;
    Ok(json!({"losses": found.losses, "loss": found.loss}))
}

fn orpo(input: &Value) -> Outcome {
    let of = |name: &str| vector(&input[name]);
    let beta = number_or(input, "beta", 0.1);
    let found = orpo_loss(&of("avg_logp_w"), &of("avg_logp_l"), &of("nll_w"), beta).map_err(text)?;
    Ok(json!({"log_odds": found.log_odds, "ratio": found.ratio, "loss": found.objective.loss}))
}

fn kto(input: &Value) -> Outcome {
    let of = |name: &str| optional(input, name);
    let options = KtoOptions::new()
        .beta(number_or(input, "beta", 0.1))
        .desirable_weight(number_or(input, "desirable_weight", 1.0))
        .undesirable_weight(number_or(input, "undesirable_weight", 1.0));
    let found =
        kto_loss(&of("logratio_desirable"), &of("logratio_undesirable"), &of("kl_logratios"), &options)
            .map_err(text)?;
    Ok(json!({"kl": found.kl, "losses": found.losses, "loss": found.loss}))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "dpo_family" | "dpo_gradient" => family(input),
        "simpo_loss" => simpo(input),
        "orpo_loss" => orpo(input),
        "kto_loss" => kto(input),
        _ => return None,
    })
}
