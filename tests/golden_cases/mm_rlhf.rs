//! `preference/mm_rlhf`.

use probity::inference::Level;
use probity::preference::PairLogProbs;
use probity::reward::{
    MM_REWARD_BENCH_CATEGORIES, MmBenchAccuracy, MmBenchItem, MmDpoScaling, MmRewardBench,
    MmRewardModelOptions, MmRewardPairs, mm_critique_scores, mm_dpo_loss, mm_dpo_released_beta,
    mm_rank_pairs, mm_reward_model_loss, mm_reward_ranking,
};
use probity::tally::Tally;
use probity::{Error, Result};
use serde_json::{Map, Value, json};

use super::{Outcome, estimate, list, matrix, number_or, text, vector};

fn scaling(input: &Value) -> MmDpoScaling {
    MmDpoScaling {
        beta: number_or(input, "beta_ori", 0.1),
        weight: number_or(input, "w", 0.5),
        rate: number_or(input, "k", 0.5),
        clamp: input["clamp"].as_bool().unwrap_or(true),
    }
}

fn betas(input: &Value, margins: &[f64]) -> Result<Vec<f64>, String> {
    margins.iter().map(|&margin| scaling(input).beta(margin).map_err(text)).collect()
}

fn dpo(input: &Value) -> Outcome {
    let of = |name: &str| vector(&input[name]);
    let margins: Vec<f64> = of("reward_w").iter().zip(of("reward_l")).map(|(w, l)| w - l).collect();
    let betas = betas(input, &margins)?;
    let [w, l, ref_w, ref_l] = ["logp_w", "logp_l", "ref_w", "ref_l"].map(of);
    let pairs = PairLogProbs::new((&w, &l), (&ref_w, &ref_l)).map_err(text)?;
    let found = mm_dpo_loss(&pairs, &betas, 1.0).map_err(text)?;
    Ok(json!({
        "beta": betas,
        "losses": found.losses,
        "loss": found.loss,
        "grad_logp_w": found.grad_chosen,
        "grad_logp_l": found.grad_rejected,
    }))
}

fn reward_model(input: &Value) -> Outcome {
    let (chosen, rejected) = (vector(&input["r_chosen"]), vector(&input["r_rejected"]));
    let ties: Option<Vec<bool>> =
        input["is_tie"].as_array().map(|marks| marks.iter().map(|m| m.as_bool().expect("a mark")).collect());
    let margins = input["margin"].as_array().map(|_| vector(&input["margin"]));
    let pairs = MmRewardPairs {
        chosen: &chosen,
        rejected: &rejected,
        ties: ties.as_deref(),
        margins: margins.as_deref(),
    };
    let options = MmRewardModelOptions {
        tie_weight: number_or(input, "tie_weight", 1.0),
        ..MmRewardModelOptions::default()
    };
    let found = mm_reward_model_loss(&pairs, &options).map_err(text)?;
    let ranking = mm_reward_ranking(&pairs, Level::default()).map_err(text)?;
    Ok(json!({
        "ranking_loss": found.ranking_loss,
        "tie_loss": found.tie_loss,
        "loss": found.loss,
        "accuracy": ranking.accuracy.map(|e| e.value),
        "tie_margin": ranking.tie_margin.map(|e| e.value),
    }))
}

fn accuracies(found: Result<MmBenchAccuracy, Error>) -> Outcome {
    let (acc, acc_plus) = match found {
        Ok(found) => (Ok(found.acc), Ok(found.acc_plus)),
        Err(error) => (Err(error.clone()), Err(error)),
    };
    let count = |e: &Result<probity::inference::Estimate, Error>| e.as_ref().map_or(0, |e| e.items);
    Ok(json!({
        "total": count(&acc),
        "groups": count(&acc_plus),
        "acc": estimate(acc)?,
        "acc_plus": estimate(acc_plus)?,
    }))
}

fn bench(input: &Value) -> Outcome {
    let mut bench = MmRewardBench::default();
    for item in list(&input["items"]) {
        let rewards = vector(&item["rewards"]);
        let name = |key: &str| item[key].as_str().expect("a name");
        let item = MmBenchItem {
            id: name("id"),
            category: name("category"),
            chosen: rewards[0],
            rejected: rewards[1],
        };
        bench.record(item).map_err(text)?;
    }
    let mut by_category = Map::new();
    for category in MM_REWARD_BENCH_CATEGORIES {
        by_category.insert(category.to_string(), accuracies(bench.category(category, Level::default()))?);
    }
    Ok(json!({"overall": accuracies(bench.overall(Level::default()))?, "by_category": by_category}))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "mmdpo_beta" => betas(input, &vector(&input["delta"])).map(|beta| json!({"beta": beta})),
        "mmdpo_loss" => dpo(input),
        "mmdpo_code_beta" => {
            let (beta, weight) =
                (number_or(input, "beta_ori", 0.1), number_or(input, "ls_factor_weight", 0.0));
            let of = |factor| mm_dpo_released_beta(beta, weight, factor);
            let betas: Result<Vec<f64>, Error> = vector(&input["ls_factor"]).into_iter().map(of).collect();
            betas.map(|beta| json!({"beta": beta})).map_err(text)
        }
        "mm_reward_model_loss" => reward_model(input),
        "mm_reward_bench" => bench(input),
        "mm_critique_score" => mm_critique_scores(&matrix(&input["critic_rewards"]))
            .map(|scores| json!({"scores": scores}))
            .map_err(text),
        "mm_rank_pairs" => {
            let ranks: Vec<i64> = list(&input["ranks"]).iter().map(|r| r.as_i64().expect("a rank")).collect();
            let pairs: Vec<_> = mm_rank_pairs(&ranks).iter().map(|p| [p.chosen, p.rejected]).collect();
            Ok(json!({"pairs": pairs}))
        }
        _ => return None,
    })
}
