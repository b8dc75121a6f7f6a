//! `preference/osp`.

use probity::preference::{PairScheme, osp_judge_probability, osp_ranked_pairs, osp_spce_loss};
use serde_json::{Value, json};

use super::preference_objectives::Pairs;
use super::scir::verdict;
use super::{Outcome, number_or, text, vector};

fn pairs(input: &Value) -> Outcome {
    let scheme = match input["scheme"].as_str().unwrap_or("all") {
        "all" => PairScheme::All,
        "adjacent" => PairScheme::Adjacent,
        "best_vs_rest" => PairScheme::BestVersusRest,
        "best_worst" => PairScheme::BestWorst,
        "fold" => PairScheme::Fold,
        other => return Err(format!("unknown scheme {other:?}")),
    };
    let least = number_or(input, "min_strength", 0.5);
    let found = osp_ranked_pairs(&vector(&input["p_vs_baseline"]), scheme, least).map_err(text)?;
    let pair = |p: &probity::preference::RankedPair| json!({"chosen": p.chosen, "rejected": p.rejected, "strength": p.strength});
    Ok(json!({"order": found.order, "pairs": found.pairs.iter().map(pair).collect::<Vec<_>>()}))
}

fn spce(input: &Value) -> Outcome {
    let (pairs, strengths) = (Pairs::new(input), vector(&input["strength"]));
    let found = osp_spce_loss(&pairs.checked()?, &strengths, number_or(input, "beta", 0.1)).map_err(text)?;
    // Where there is no optimum the vectors write the infinity that the margin runs to.
    let margin = |(margin, &p): (&Option<f64>, &f64)| match margin {
        Some(margin) => json!(margin),
        None => json!(if p > 0.5 { "inf" } else { "-inf" }),
    };
    Ok(json!({
        "losses": found.objective.losses,
        "loss": found.objective.loss,
        "grad_logp_w": found.objective.grad_chosen,
        "grad_logp_l": found.objective.grad_rejected,
        "optimal_margin": found.optimal_margin.iter().zip(&strengths).map(margin).collect::<Vec<_>>(),
        "entropy_floor": found.entropy_floor,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "osp_judge_probability" => {
            let swapped = &input["logp_second_order"];
            osp_judge_probability(
                verdict(&input["logp_first_order"]),
                (!swapped.is_null()).then(|| verdict(swapped)),
            )
            .map_err(text)
            .map(|found| json!({"p": found.probability}))
        }
        "osp_ranked_pairs" => pairs(input),
        "osp_spce_loss" => spce(input),
        _ => return None,
    })
}
