//! `self_correction/alphallm`.

use std::collections::BTreeMap;

use probity::inference::Level;
use probity::search::alphallm::{
    Bounds, Weights, accept_by_edit_distance, calibrated_verdict_probability, critic_report, deviation,
    importance, optimal_branching, paper_width, quality_filter, released_width, siblings, state_score,
    verdict_probability,
};
use probity::search::{Aggregate, NodeId, Stats, Tree, Uct, best_of_n, weighted_vote};
use serde_json::{Value, json};

use super::id_sampling::answers;
use super::{Outcome, figure, list, number, string, text, vector};

fn count(input: &Value, name: &str) -> usize {
    input[name].as_u64().expect("a count") as usize
}

fn means(children: &Value) -> Vec<f64> {
    list(children).iter().map(|values| Aggregate::Mean.of(&vector(values)).expect("values")).collect()
}

fn uct(input: &Value) -> Outcome {
    let backed_up = |values: &Value| {
        let values = vector(values);
        Stats { visits: values.len() as u64, sum: values.iter().sum(), terminal: false }
    };
    let children: Vec<Stats> = list(&input["children"]).iter().map(backed_up).collect();
    let rule = Uct::new(number(input, "c")).map_err(text)?;
    let found = rule.select(count(input, "parent_visits") as u64, &children).map_err(text)?;
    let greedy =
        best_of_n(&means(&input["children"]).iter().map(|m| [*m]).collect::<Vec<_>>(), Aggregate::Last);
    Ok(json!({
        "scores": found.scores,
        "best": found.candidates.first(),
        "greedy": greedy.map_err(text)?.best,
    }))
}

fn width_by_code(input: &Value) -> Outcome {
    let found = deviation(&means(&input["children"])).map_err(text)?;
    let width = released_width(found, number(input, "factor"), count(input, "current"), count(input, "cap"));
    Ok(json!({"max_q_diff": found, "width": width.map_err(text)?}))
}

fn width_by_paper(input: &Value) -> Outcome {
    let found = importance(number(input, "state_value"), &vector(&input["child_values"])).map_err(text)?;
    let bounds = Bounds { fewest: count(input, "c_min"), most: count(input, "c_max") };
    let width = paper_width(found, number(input, "alpha"), bounds).map_err(text)?;
    Ok(json!({"importance": found, "width": width}))
}

fn score(input: &Value) -> Outcome {
    let weights =
        Weights::new(number(input, "beta_value"), number(input, "beta_prm"), number(input, "beta_orm"));
    let orm = vector(&input["orm_rollouts"]);
    weights
        .and_then(|weights| state_score(input["value"].as_f64(), input["prm"].as_f64(), &orm, weights))
        .map(|score| json!({"score": score}))
        .map_err(text)
}

fn verdict(input: &Value) -> Outcome {
    let logs = input["log_probs"].as_object().expect("log-probabilities");
    let of = |name: &str| logs.get(name).and_then(Value::as_f64);
    let found = if input["calibrated"] == json!(true) {
        let others = logs.iter().filter(|(name, _)| !matches!(name.as_str(), "true" | "false"));
        let others: Vec<f64> = others.filter_map(|(_, ln)| ln.as_f64()).collect();
        calibrated_verdict_probability(of("true"), of("false"), &others)
    } else {
        verdict_probability(of("true"), of("false"))
    };
    found.map(|value| json!({"value": value})).map_err(text)
}

fn merge(input: &Value) -> Outcome {
    let texts = |name: &str| -> Vec<&str> {
        list(&input[name]).iter().map(|text| text.as_str().expect("text")).collect()
    };
    let proposals = texts("proposals");
    let (threshold, draws) = (count(input, "threshold"), count(input, "max_repeat"));
    let found = accept_by_edit_distance(&texts("existing"), &proposals, threshold, draws).map_err(text)?;
    Ok(json!({
        "accepted": proposals[found.index], "attempts": found.attempts, "distances": found.figures,
    }))
}

/// A tree from its expansions in order, each child backed up when it is made, and the rewards by node.
fn grown(input: &Value) -> (Tree<f64>, Vec<NodeId>) {
    let mut tree = Tree::new(0.0);
    let mut ids = vec![NodeId::ROOT];
    for expansion in list(&input["expansions"]) {
        let reward = number(expansion, "reward");
        let id = tree.add_child(ids[count(expansion, "parent")], reward).expect("a parent");
        tree.set_terminal(id, expansion["terminal"] == json!(true)).expect("a node");
        tree.back_up(id, reward).expect("a reward");
        ids.push(id);
    }
    (tree, ids)
}

fn backup(input: &Value) -> Value {
    let (tree, ids) = grown(input);
    let stats = || ids.iter().map(|&id| tree.node(id).expect("a node").stats());
    json!({
        "visits": stats().map(|s| s.visits).collect::<Vec<_>>(),
        "sum": stats().map(|s| s.sum).collect::<Vec<_>>(),
        "greedy_leaf": tree.greedy_leaf().index(),
        "global_leaf": tree.global_leaf().map(NodeId::index),
    })
}

fn contrasts(input: &Value) -> Outcome {
    let (tree, ids) = grown(input);
    let (mut most_different, mut lowest) = (Vec::new(), Vec::new());
    for &id in &ids[1..] {
        let parent = tree.node(id).expect("a node").parent().expect("a parent");
        let family: Vec<NodeId> = tree.children(parent).collect();
        let rewards: Vec<f64> = family.iter().map(|&c| *tree.node(c).expect("a node").content()).collect();
        let own = family.iter().position(|&c| c == id).expect("a child");
        let found = siblings(&rewards).map_err(text)?[own];
        most_different.push(found.most_different.map(|i| family[i].index()));
        lowest.push(found.lowest.map(|i| family[i].index()));
    }
    Ok(json!({"most_different": most_different, "lowest": lowest}))
}

fn vote(input: &Value) -> Outcome {
    let (answers, weights) = (answers(&input["answers"]), vector(&input["weights"]));
    let found = weighted_vote(&answers, &weights).map_err(text)?;
    let rerank = best_of_n(&weights.iter().map(|w| [*w]).collect::<Vec<_>>(), Aggregate::Last);
    Ok(json!({
        "totals": found.totals.iter().map(|(a, t)| ((*a).clone(), *t)).collect::<BTreeMap<_, _>>(),
        "winner": found.winner,
        "winner_index": found.index,
        "rerank_index": rerank.map_err(text)?.best,
    }))
}

fn report(input: &Value) -> Outcome {
    let right: Vec<bool> = vector(&input["labels"]).into_iter().map(|label| label == 1.0).collect();
    let (threshold, bins) = (number(input, "threshold"), count(input, "bins"));
    let found = critic_report(&vector(&input["scores"]), &right, threshold, bins, Level::default());
    let found = found.map_err(text)?;
    Ok(json!({
        "precision": figure(found.precision.map(|e| e.value))?,
        "recall": figure(found.recall.map(|e| e.value))?,
        "ece": found.ece.value,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "alphallm_uct" => uct(input),
        "alphallm_width_code" => width_by_code(input),
        "alphallm_width_paper" => width_by_paper(input),
        "alphallm_optimal_branching" => {
            optimal_branching(number(input, "importance"), number(input, "epsilon"))
                .map(|m| json!({"uniform": m.uniform, "gaussian": m.gaussian}))
                .map_err(text)
        }
        "alphallm_state_score" => score(input),
        "step_reward_aggregate" => {
            let aggregate = match string(input, "mode").as_str() {
                "latest" => Aggregate::Last,
                "avg" => Aggregate::Mean,
                "max" => Aggregate::Max,
                "min" => Aggregate::Min,
                other => return Some(Err(format!("unknown mode {other}"))),
            };
            aggregate.of(&vector(&input["rewards"])).map(|value| json!({"value": value})).map_err(text)
        }
        "verdict_probability" => verdict(input),
        "state_merge_accept" => merge(input),
        "alphallm_backup" => Ok(backup(input)),
        "alphallm_siblings" => contrasts(input),
        "weighted_vote" => vote(input),
        "binary_critic_report" => report(input),
        "quality_filter" => quality_filter(&vector(&input["scores"]), number(input, "gamma"))
            .map(|kept| json!({"kept": kept}))
            .map_err(text),
        _ => return None,
    })
}
