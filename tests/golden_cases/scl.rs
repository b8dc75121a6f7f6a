//! `self_correction/scl`.

use probity::correction::SelfCorrection;
use probity::correction::scl::{
    Answers, DpoSftWeights, PairLogProbs, Turn, dpo_sft_loss, preference_pairs, transition_types, transitions,
};
use probity::inference::Level;
use serde_json::{Value, json};

use super::{Outcome, number, text};

fn answers(input: &Value) -> Vec<Answers<&str>> {
    let items = input["items"].as_array().expect("items").iter();
    items
        .map(|item| Answers {
            initial: item["initial"].as_str(),
            refined: item["refined"].as_str(),
            gold: item["gold"].as_str().expect("an answer"),
        })
        .collect()
}

fn turn(turn: Turn) -> &'static str {
    match turn {
        Turn::Initial => "initial",
        Turn::Refined => "refined",
    }
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "scl_preference_pairs" => {
            let found = preference_pairs(&answers(input));
            let pair = |p: &probity::correction::scl::PreferencePair| json!({"index": p.index, "chosen": turn(p.chosen), "rejected": turn(p.rejected)});
            Ok(json!({
                "pairs": found.pairs.iter().map(pair).collect::<Vec<_>>(),
                "wrong_to_right": found.wrong_to_right,
                "right_to_wrong": found.right_to_wrong,
            }))
        }
        "scl_transition_types" => {
            let items = answers(input);
            let types: Vec<u8> = transition_types(&items).into_iter().map(|t| t as u8).collect();
            transitions(&items)
                .and_then(|table| SelfCorrection::new(&table, Level::default()))
                .map(|run| {
                    json!({
                        "types": types,
                        "accuracy_initial": run.accuracy_t1.value,
                        "accuracy_refined": run.accuracy_t2.value,
                    })
                })
                .map_err(text)
        }
        "dpo_sft_loss" => {
            let pair = PairLogProbs {
                policy_chosen: number(input, "policy_chosen"),
                policy_rejected: number(input, "policy_rejected"),
                reference_chosen: number(input, "ref_chosen"),
                reference_rejected: number(input, "ref_rejected"),
            };
            let weights = DpoSftWeights { beta: number(input, "beta"), sft_beta: number(input, "sft_beta") };
            dpo_sft_loss(&pair, number(input, "chosen_nll_mean"), weights)
                .map(|l| {
                    json!({
                        "loss": l.loss, "dpo": l.dpo, "margin": l.margin,
                        "chosen_reward": l.chosen_reward, "rejected_reward": l.rejected_reward,
                    })
                })
                .map_err(text)
        }
        _ => return None,
    })
}
