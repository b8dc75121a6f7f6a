//! `self_correction/agent_r`.

use probity::search::agent_r::{
    Message, Options, Proposal, Role, Search, Thresholds, Turn, first_error, pairs, repeated_actions, splice,
};
use probity::search::{NodeId, Stats, Step, Ties, Tree, Uct};
use serde_json::{Value, json};

use super::{Outcome, list, number, string, text, vector};

fn count(input: &Value, name: &str) -> u64 {
    input[name].as_u64().expect("a count")
}

fn stats(node: &Value) -> Stats {
    Stats {
        visits: count(node, "visits"),
        sum: number(node, "value"),
        terminal: node["terminal"].as_bool().expect("a flag"),
    }
}

fn select(input: &Value) -> Outcome {
    let children: Vec<Stats> = list(&input["children"]).iter().map(stats).collect();
    let rule = Uct::new(number(input, "coef")).map_err(text)?.skip_terminal(true);
    let found = rule.select(count(input, "parent_visits"), &children).map_err(text)?;
    let closed = found.candidates.is_empty();
    Ok(json!({"scores": found.scores, "candidates": found.candidates, "parent_becomes_terminal": closed}))
}

/// A search whose proposals are recorded under the actions that lead there, joined by `/`.
fn search(input: &Value) -> Outcome {
    let mut options = Options::new()
        .c(number(input, "coef"))
        .samples(count(input, "samples_per_expansion") as usize)
        .iterations(count(input, "iterations"))
        .max_depth(count(input, "max_depth") as usize);
    match &input["tie"] {
        Value::String(first) if first == "first" => {}
        Value::Number(seed) => options = options.ties(Ties::Seeded(seed.as_u64().expect("a seed"))),
        other => return Err(format!("unknown tie rule {other}")),
    }
    let mut search = Search::new(Turn::new("ROOT", ""), options).map_err(text)?;
    loop {
        match search.step() {
            Step::Ask(ask) => {
                let path: Vec<&str> = ask.path.iter().map(|turn| turn.response.as_str()).collect();
                let recorded = input["proposals"][path.join("/")].as_array().cloned().unwrap_or_default();
                let proposal = |p: &Value| Proposal {
                    turn: Turn::new(string(p, "action"), ""),
                    reward: number(p, "reward"),
                    done: p["done"].as_bool().expect("a flag"),
                };
                search.answer(recorded.iter().map(proposal).collect()).map_err(text)?;
            }
            Step::Done(finished) => {
                let tree = nested(search.tree(), NodeId::ROOT);
                return Ok(json!({"tree": tree, "iterations_run": finished.iterations}));
            }
        }
    }
}

fn nested(tree: &Tree<Turn>, id: NodeId) -> Value {
    let node = tree.node(id).expect("a node");
    let Stats { visits, sum, terminal } = node.stats();
    let children: Vec<Value> = tree.children(id).map(|child| nested(tree, child)).collect();
    json!({"action": node.content().response, "visits": visits, "value": sum,
           "terminal": terminal, "children": children})
}

fn restore(tree: &mut Tree<String>, id: NodeId, node: &Value) {
    tree.restore(id, stats(node)).expect("a node that can be");
    for child in list(&node["children"]) {
        let id = tree.add_child(id, string(child, "action")).expect("a parent");
        restore(tree, id, child);
    }
}

fn match_leaves(input: &Value) -> Outcome {
    let mut tree = Tree::new(string(&input["tree"], "action"));
    restore(&mut tree, NodeId::ROOT, &input["tree"]);
    let thresholds = Thresholds::new(number(input, "alpha"), number(input, "beta")).map_err(text)?;
    let found = pairs(&tree, thresholds).map_err(text)?;
    let path = |leaf: &NodeId| -> Vec<&String> {
        tree.path(*leaf).into_iter().map(|id| tree.node(id).expect("a node").content()).collect()
    };
    Ok(json!({
        "leaf_paths": found.leaves.iter().map(path).collect::<Vec<_>>(),
        "average_value": found.averages,
        "order": found.order,
        "pairs": found.pairs,
    }))
}

fn role(name: &str) -> Role {
    match name {
        "system" => Role::System,
        "user" => Role::User,
        "assistant" => Role::Assistant,
        other => panic!("unknown role {other}"),
    }
}

fn join(input: &Value) -> Outcome {
    let turn = |pair: &Value| Turn::new(pair[0].as_str().expect("text"), pair[1].as_str().expect("text"));
    let turns = |name: &str| list(&input[name]).iter().map(turn).collect::<Vec<_>>();
    let read = |m: &Value| Message::read(role(&string(m, "role")), string(m, "content"));
    let initial: Vec<Message> = list(&input["initial"]).iter().map(read).collect();
    let replies: Vec<&str> = list(&input["judgements"]).iter().map(|j| j.as_str().expect("text")).collect();
    let (bad, good) = (turns("bad"), turns("good"));
    let revision = first_error(bad.len(), &replies)
        .and_then(|error| splice(&initial, &bad, &good, error, &string(input, "revision_thought")))
        .map_err(text)?;
    let said = |m: &Message| match m.role {
        Role::Assistant => json!({"role": "assistant", "content": m.text, "loss": m.loss}),
        Role::User => json!({"role": "user", "content": m.text}),
        Role::System => json!({"role": "system", "content": m.text}),
    };
    let log: Vec<Value> = revision.log.iter().map(said).collect();
    Ok(json!({"kept_bad_steps": revision.kept_bad_steps, "log": log}))
}

fn loops(input: &Value) -> Value {
    let found = repeated_actions(list(&input["actions"]));
    let runs: Vec<_> = found.runs.iter().map(|run| [run.start, run.length]).collect();
    json!({"runs": runs, "longest_cycle": found.longest_cycle.map(|c| [c.start, c.period, c.repetitions])})
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "agent_r_select" => select(input),
        "agent_r_search" => search(input),
        "agent_r_pairs" => match_leaves(input),
        "agent_r_splice" => join(input),
        "agent_r_trajectory_class" => Thresholds::new(number(input, "alpha"), number(input, "beta"))
            .map(|thresholds| {
                let good = vector(&input["rewards"]).into_iter().map(|reward| thresholds.is_good(reward));
                json!({"good": good.collect::<Vec<_>>()})
            })
            .map_err(text),
        "repeated_actions" => Ok(loops(input)),
        _ => return None,
    })
}
