//! Rank correlations with p-values, consensus, and the biases that reports of judges print.

use probity::correlation::{Options, PValue, kendall_tau_b, kendall_tau_c, pearson, spearman};
use probity::inference::{Estimate, Level};
use probity::judge::{
    AgreementSetups, JudgedLengths, LengthVerdict, agreement_setups, conservative_verdict, position_bias,
    unique_mode, verbosity_bias, verbosity_bias_conditional,
};
use probity::tally::{Side, Tally};
use probity::{Error, Result};
use serde_json::{Value, json};

use super::peering::{side, sides};
use super::{Outcome, estimate, list, text, vector};

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let level = Level::default();
    Some(match function {
        "rank_correlations" => correlations(&vector(&input["x"]), &vector(&input["y"])),
        "majority_vote" => {
            let votes: Vec<Option<&str>> = list(&input["votes"]).iter().map(Value::as_str).collect();
            Ok(json!(unique_mode(&votes)))
        }
        "position_bias" => position(&input["verdicts_both_orders"]),
        "pairwise_agreement_setups" => {
            agreement_setups(&sides(&input["judge"]), &sides(&input["human"]), level).map_err(text).and_then(
                |found| {
                    let decided = found.without_ties.as_ref().map_or(0, |e| e.items);
                    Ok(json!({
                        "setup1_with_ties": estimate(found.with_ties)?,
                        "setup2_without_ties": estimate(found.without_ties)?,
                        "setup2_count": decided,
                        "random_baseline_setup1": AgreementSetups::RANDOM_WITH_TIES,
                        "random_baseline_setup2": AgreementSetups::RANDOM_WITHOUT_TIES,
                    }))
                },
            )
        }
        "verbosity_bias" => {
            let pair = |row: &Value| LengthVerdict {
                length_a: row[0].as_u64().expect("a length"),
                length_b: row[1].as_u64().expect("a length"),
                verdict: side(&row[2]).expect("a verdict"),
            };
            let pairs: Vec<_> = list(&input["length_a_length_b_verdict"]).iter().map(pair).collect();
            let found = verbosity_bias(&pairs, level);
            let decided = found.longer_preferred.as_ref().map_or(0, |e| e.items);
            (|| {
                Ok(json!({
                    "longer_preferred_rate": estimate(found.longer_preferred)?,
                    "n_decided_unequal": decided,
                    "point_biserial_length_difference": estimate(found.point_biserial)?,
                }))
            })()
        }
        "verbosity_bias_conditional" => {
            let pair = |row: &Value| JudgedLengths {
                length_a: row[0].as_u64().expect("a length"),
                length_b: row[1].as_u64().expect("a length"),
                human: side(&row[2]).expect("a verdict"),
                judge: side(&row[3]).expect("a verdict"),
            };
            let pairs: Vec<_> = list(&input["length_a_length_b_human_judge"]).iter().map(pair).collect();
            let found = verbosity_bias_conditional(&pairs, level);
            (|| {
                Ok(json!({
                    "accuracy_when_human_prefers_longer": estimate(found.when_longer)?,
                    "accuracy_when_human_prefers_shorter": estimate(found.when_shorter)?,
                    "gap": estimate(found.gap)?,
                }))
            })()
        }
        _ => return None,
    })
}

fn correlations(x: &[f64], y: &[f64]) -> Outcome {
    if x.len() < 3 {
        return Err("fewer than three pairs have no p-value".to_string());
    }
    let asymptotic = Options::new().p_value(PValue::Asymptotic);
    let p = |found: &Result<Estimate, Error>| json!(found.as_ref().ok().and_then(|e| e.p_value));
    let (r, rho) = (pearson(x, y, &Options::new()), spearman(x, y, &asymptotic));
    let (tau, large) = (kendall_tau_b(x, y, &Options::new()), kendall_tau_b(x, y, &asymptotic));
    Ok(json!({
        "pearson": {"p": p(&r), "r": estimate(r)?},
        "spearman": {"p": p(&rho), "rho": estimate(rho)?},
        "kendall_b": {"p_auto": p(&tau), "p_asymptotic": p(&large), "tau": estimate(tau)?},
        "kendall_c": {"tau": estimate(kendall_tau_c(x, y, &Options::new()))?},
    }))
}

fn position(orders: &Value) -> Outcome {
    let place = |verdict: &Value| side(verdict).expect("a place");
    let orders: Vec<(Side, Side)> = list(orders).iter().map(|row| (place(&row[0]), place(&row[1]))).collect();
    let found = position_bias(&orders).map_err(text)?;
    assert_eq!(found.records(), orders.len() as u64);
    let level = Level::default();
    let name = |&(first, second): &(Side, Side)| match conservative_verdict(first, second) {
        Side::Left => "A",
        Side::Right => "B",
        Side::Tie => "tie",
    };
    Ok(json!({
        "consistency": estimate(found.consistency(level))?,
        "biased_toward_first": estimate(found.bias_toward_first(level))?,
        "biased_toward_second": estimate(found.bias_toward_second(level))?,
        "other_inconsistent": estimate(found.other_inconsistent(level))?,
        "conservative_verdicts": orders.iter().map(name).collect::<Vec<_>>(),
    }))
}
