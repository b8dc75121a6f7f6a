//! `values/mge`.

use std::collections::HashMap;
use std::path::Path;

use probity::inference::Level;
use probity::moral_graph::{
    CardStats, EdgeCounts, EdgeFilter, EdgeStats, EntropyOver, Hypothesis, HypothesisOrders, MoralGraph,
    PageRank, Relationship, WiserVote, WiserVotes, bridging_triples, dbscan, hotness, hotness_order,
    majority_affiliation, nearest_to_mean, top_box,
};
use serde_json::{Map, Value, json};

use super::{Outcome, list, number, string, text, vector};

pub(crate) fn run(function: &str, input: &Value, directory: &Path) -> Option<Outcome> {
    Some(match function {
        "moral_graph.summarize" => summarise(input, directory),
        "moral_graph.pagerank_released" => ranks(input, directory, &PageRank::released()),
        "moral_graph.pagerank" => {
            let weighted = input["weighted"].as_bool().expect("whether it is weighted");
            let page_rank = PageRank::default().damping(number(input, "alpha")).expect("a damping factor");
            ranks(input, directory, &page_rank.weighted(weighted))
        }
        "moral_graph.wisdom_scores" => wisdom(input, directory),
        "moral_graph.edge_certainty" => {
            let edge = |e: &EdgeStats| json!([e.source, e.wiser, e.counts.certainty()]);
            graph(input, directory).map(|(graph, _)| graph.edges().iter().map(edge).collect())
        }
        "moral_graph.value_contexts" => graph(input, directory).map(|(graph, names)| {
            by_value(graph.values().iter().map(|&v| (v, contexts(&names, &graph.value_contexts(v)))))
        }),
        "moral_graph.neighbours" => plain_graph(input).map(|graph| {
            let found = graph.neighbours(id(&input["value"]));
            json!({"from": found.less_wise, "to": found.wiser})
        }),
        "moral_graph.cycles" => plain_graph(input).map(|graph| json!(graph.cycles())),
        "moral_graph.hotness_rank" => Ok(hot(input)),
        "moral_graph.draw_nearest" => draw(input),
        "moral_graph.hypothesis_orders" => Ok(orders(input)),
        "moral_graph.dedup_dbscan" => dedup(input),
        "moral_graph.majority_affiliation" => affiliation(input),
        "moral_graph.bridging" => Ok(bridging(input)),
        "survey.top_box" => survey(input, directory),
        _ => return None,
    })
}

fn id(value: &Value) -> u32 {
    value.as_u64().and_then(|id| u32::try_from(id).ok()).expect("a number of 32 bits")
}

fn read(directory: &Path, file: &Value) -> Value {
    let path = directory.join(file.as_str().expect("a file"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

/// The votes, and the names of their contexts.
fn votes(input: &Value, directory: &Path) -> (WiserVotes, Vec<String>) {
    if input.get("votes_file").is_some() {
        let file = read(directory, &input["votes_file"]);
        let names = list(&file["contexts"]).iter().map(|n| n.as_str().expect("a name").to_string());
        let rows = list(&file["rows"]).iter().map(list);
        let rows = rows.filter(|row| row[5].as_i64() >= input["snapshot_min"].as_i64());
        let vote = |row: &[Value]| {
            let relationship = match row[4].as_i64() {
                Some(1) => Relationship::Upgrade,
                Some(0) => Relationship::NoUpgrade,
                _ => Relationship::NotSure,
            };
            WiserVote::new(id(&row[0]), id(&row[1]), id(&row[2]), id(&row[3]), relationship)
        };
        return (rows.map(vote).collect(), names.collect());
    }
    let mut names: Vec<String> = Vec::new();
    let mut vote = |vote: &Value| {
        let name = string(vote, "context");
        let context = names.iter().position(|known| *known == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        let relationship = serde_json::from_value(vote["relationship"].clone()).expect("a relationship");
        WiserVote::new(id(&vote["voter"]), id(&vote["from"]), id(&vote["to"]), context as u32, relationship)
    };
    let votes = list(&input["votes"]).iter().map(&mut vote).collect();
    (votes, names)
}

fn graph(input: &Value, directory: &Path) -> Result<(MoralGraph, Vec<String>), String> {
    let (votes, names) = votes(input, directory);
    Ok((MoralGraph::from_votes(&votes, &EdgeFilter::default()).map_err(text)?, names))
}

/// A graph of edges without votes, each once.
fn plain_graph(input: &Value) -> Result<MoralGraph, String> {
    let mut edges: Vec<EdgeStats> = Vec::new();
    for edge in list(&input["edges"]) {
        let (source, wiser) = (id(&edge[0]), id(&edge[1]));
        let counts = EdgeCounts { marked_wiser: 2, impressions: 2, ..EdgeCounts::default() };
        if !edges.iter().any(|e| (e.source, e.wiser) == (source, wiser)) {
            edges.push(EdgeStats { source, wiser, contexts: Vec::new(), counts });
        }
    }
    MoralGraph::from_edges(edges, &EdgeFilter::default()).map_err(text)
}

fn contexts(names: &[String], contexts: &[u32]) -> Value {
    contexts.iter().map(|&c| names[c as usize].as_str()).collect()
}

fn by_value(rows: impl Iterator<Item = (u32, Value)>) -> Value {
    Value::Object(rows.map(|(value, found)| (value.to_string(), found)).collect::<Map<_, _>>())
}

fn summarise(input: &Value, directory: &Path) -> Outcome {
    let (graph, names) = graph(input, directory)?;
    let edge = |e: &EdgeStats| {
        json!({
            "source": e.source,
            "wiser": e.wiser,
            "contexts": contexts(&names, &e.contexts),
            "counts": e.counts,
            "wiser_likelihood": e.counts.likelihood(),
            "entropy": e.counts.entropy(EntropyOver::AnswersAndImpressions),
        })
    };
    Ok(json!({
        "n_all_edges": graph.all_edges().len(),
        "n_edges": graph.edges().len(),
        "n_values": graph.values().len(),
        "edges": graph.edges().iter().map(edge).collect::<Vec<_>>(),
        "all_edges": graph.all_edges().iter().map(edge).collect::<Vec<_>>(),
    }))
}

fn ranks(input: &Value, directory: &Path, page_rank: &PageRank) -> Outcome {
    let (graph, _) = graph(input, directory)?;
    match graph.page_rank(page_rank) {
        // The released code gives an empty table for an empty graph.
        Err(error) if error.is_undefined() => Ok(json!({})),
        ranks => Ok(by_value(ranks.map_err(text)?.into_iter().map(|(value, rank)| (value, json!(rank))))),
    }
}

fn wisdom(input: &Value, directory: &Path) -> Outcome {
    let (graph, _) = graph(input, directory)?;
    let wisest: Vec<u32> = graph.wisest(1.0).into_iter().map(|(value, _)| value).collect();
    let scores = graph.wisdom_scores().into_iter().map(|(value, score)| (value, json!(score)));
    Ok(json!({"scores": by_value(scores), "wisest_over_1": wisest}))
}

fn hot(input: &Value) -> Value {
    let card = |card: &Value| CardStats {
        id: id(&card["id"]),
        votes: id(&card["votes"]).into(),
        impressions: id(&card["impressions"]).into(),
    };
    let cards: Vec<CardStats> = list(&input["cards"]).iter().map(card).collect();
    let order: Vec<u32> = hotness_order(&cards).into_iter().map(|i| cards[i].id).collect();
    json!({"hotness": by_value(cards.iter().map(|card| (card.id, json!(hotness(card))))), "order": order})
}

fn draw(input: &Value) -> Outcome {
    let own: Vec<Vec<f64>> = list(&input["user_embeddings"]).iter().map(vector).collect();
    let own: Vec<&[f64]> = own.iter().map(Vec::as_slice).collect();
    let candidates: Vec<(u32, Vec<f64>)> =
        list(&input["candidates"]).iter().map(|c| (id(&c["id"]), vector(&c["embedding"]))).collect();
    let candidates: Vec<(u32, &[f64])> = candidates.iter().map(|(id, e)| (*id, e.as_slice())).collect();
    let all = nearest_to_mean(&own, &candidates, candidates.len()).map_err(text)?;
    let size = number(input, "size") as usize;
    let nearest = nearest_to_mean(&own, &candidates, size).map_err(text)?;
    let distances: HashMap<u32, f64> = all.into_iter().collect();
    Ok(json!({
        "ids": nearest.iter().map(|(id, _)| id).collect::<Vec<_>>(),
        "distances": candidates.iter().map(|(id, _)| distances[id]).collect::<Vec<_>>(),
    }))
}

fn orders(input: &Value) -> Value {
    let hypothesis = |h: &Value| Hypothesis {
        from: id(&h["from"]),
        to: id(&h["to"]),
        context: 0,
        votes: id(&h["total_votes"]).into(),
        agrees: id(&h["agrees"]).into(),
    };
    let all: Vec<Hypothesis> = list(&input["hypotheses"]).iter().map(hypothesis).collect();
    let orders = HypothesisOrders::new(&all);
    let pairs = |order: &[usize]| order.iter().map(|&i| json!([all[i].from, all[i].to])).collect::<Value>();
    json!({
        "popular": pairs(&orders.popular),
        "convergence": pairs(&orders.convergent),
        "sparse": pairs(&orders.sparse),
        "convergence_score": orders.scores,
    })
}

fn dedup(input: &Value) -> Outcome {
    let embeddings: Vec<Vec<f64>> = list(&input["embeddings"]).iter().map(vector).collect();
    let embeddings: Vec<&[f64]> = embeddings.iter().map(Vec::as_slice).collect();
    let min_points = number(input, "min_points") as usize;
    let found = dbscan(&embeddings, number(input, "epsilon"), min_points).map_err(text)?;
    Ok(json!({"clusters": found.clusters, "noise": found.first_noise}))
}

fn affiliation(input: &Value) -> Outcome {
    let [republican, democrat, other] =
        ["republican", "democrat", "other"].map(|group| u64::from(id(&input[group])));
    let found = majority_affiliation(&[republican, democrat], other, 3, Level::default()).map_err(text)?;
    Ok(found.map_or(Value::Null, |majority| {
        let name = ["republican", "democrat"][majority.group];
        json!({"affiliation": name, "share": majority.share.value})
    }))
}

fn bridging(input: &Value) -> Value {
    let links = list(&input["links"]);
    let members = |group: &Value| -> Vec<u32> {
        links.iter().filter(|link| link["group"] == *group).map(|link| id(&link["voter"])).collect()
    };
    let groups = [members(&input["groups"][0]), members(&input["groups"][1])];
    let links: Vec<(u32, u32, u32)> =
        links.iter().map(|link| (id(&link["voter"]), id(&link["from"]), id(&link["to"]))).collect();
    let votes: Vec<(u32, u32)> =
        list(&input["votes"]).iter().map(|vote| (id(&vote["voter"]), id(&vote["value"]))).collect();
    json!(bridging_triples(&votes, &links, [&groups[0], &groups[1]]))
}

fn survey(input: &Value, directory: &Path) -> Outcome {
    let file = read(directory, &input["data_file"]);
    let column = list(&file["columns"][string(input, "column")]);
    let answers: Vec<u32> =
        column.iter().skip(number(input, "skip_rows") as usize).filter(|a| !a.is_null()).map(id).collect();
    let found =
        top_box(&answers, 1..=5, number(input, "threshold") as u32, Level::default()).map_err(text)?;
    Ok(json!({"n": found.share.judgments, "share": found.share.value, "mean": found.mean.value}))
}
