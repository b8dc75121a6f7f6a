//! Any votes, any counts, and any text as a table of votes: no panic, counts that hold together, finite ranks, a picture.
#![no_main]

use libfuzzer_sys::arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use probity::inference::Bootstrap;
use probity::io::{Column, Dialect, Strictness, WiserVoteTable};
use probity::moral_graph::{
    Catalogue, EdgeCounts, EdgeFilter, EdgeStats, MoralGraph, PageRank, Relationship, ReleasedGraph,
    WiserVote, WiserVotes, context_winners, winner_certainty,
};
use probity::report::MoralGraphPlot;
use probity_fuzz::assert_finite;

#[derive(Debug, Arbitrary)]
struct Input {
    votes: Vec<(u8, u8, u8, u8, u8)>,
    min_wiser: u8,
    min_likelihood: f64,
    max_entropy: f64,
    counts: Vec<(u8, u8, [u64; 5])>,
    seed: u64,
}

fn check(graph: &MoralGraph, catalogue: &Catalogue) {
    let ranks = graph.page_rank(&PageRank::default());
    assert_finite(&ranks);
    assert_eq!(ranks.is_ok(), !graph.edges().is_empty());
    let released = graph.page_rank(&PageRank::released()).unwrap_or_default();
    assert!(released.iter().map(|(_, rank)| rank).sum::<f64>() < 1.0 + 1e-9);
    for &value in graph.values() {
        graph
            .wiser_than(value)
            .into_iter()
            .for_each(|wiser| assert!(graph.wiser_path(value, wiser).is_some()));
    }
    let _ = graph.broken_transitivity();
    assert!(graph.to_dot(catalogue).ends_with("}\n"));
    let plot = MoralGraphPlot::new("fuzz", graph.clone(), catalogue.clone()).ranks(ranks.unwrap_or_default());
    assert!(!plot.to_svg().contains("NaN"));
}

fuzz_target!(|data: &[u8]| {
    let [voter, from, to, context, answer] = [0, 1, 2, 3, 4].map(Column::Position);
    let table = WiserVoteTable::new(voter, from, to, context, answer).dialect(Dialect::new().header(false));
    if let Ok(import) = table.read_from(data, Strictness::Lenient) {
        assert_eq!(import.votes.len() as u64, import.report.judgments);
        let graph = MoralGraph::from_votes(&import.votes, &EdgeFilter::default().min_wiser(1));
        check(&graph.expect("few votes"), &Catalogue::default());
    }
    let Ok(input) = Input::arbitrary(&mut Unstructured::new(data)) else { return };
    let relationships = [Relationship::Upgrade, Relationship::NoUpgrade, Relationship::NotSure];
    let vote = |&(voter, from, to, context, answer): &(u8, u8, u8, u8, u8)| {
        let relationship = relationships[usize::from(answer % 3)];
        WiserVote::new(voter.into(), (from % 16).into(), (to % 16).into(), (context % 4).into(), relationship)
    };
    let votes: WiserVotes = input.votes.iter().map(vote).collect();
    let filter = EdgeFilter::default().min_wiser(input.min_wiser.into());
    let filter = filter.min_likelihood(input.min_likelihood).and_then(|f| f.max_entropy(input.max_entropy));
    let Ok(filter) = filter else { return };
    let Ok(graph) = MoralGraph::from_votes(&votes, &filter) else { return };
    check(&graph, &Catalogue::default());
    let counted =
        input.counts.iter().map(|&(source, wiser, [wiser_votes, not, less, unsure, impressions])| {
            EdgeStats {
                source: source.into(),
                wiser: wiser.into(),
                contexts: Vec::new(),
                counts: EdgeCounts {
                    marked_wiser: wiser_votes,
                    marked_not_wiser: not,
                    marked_less_wise: less,
                    marked_unsure: unsure,
                    impressions,
                },
            }
        });
    if let Ok(graph) = MoralGraph::from_edges(counted.collect(), &filter) {
        check(&graph, &Catalogue::default());
        if let Ok((again, _)) = ReleasedGraph::new(&graph, &Catalogue::default()).to_graph(&filter) {
            assert_eq!(again.edges().len(), graph.edges().len());
        }
    }
    assert!(context_winners(&votes, &filter, &PageRank::default()).is_ok());
    if let Ok(bootstrap) = Bootstrap::new(input.seed).resamples(4) {
        assert_finite(&winner_certainty(&votes, &filter, &PageRank::default(), &bootstrap));
    }
});
