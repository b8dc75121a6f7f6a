//! PageRank beside reading its edges, and the bootstrap of a graph of the released size beside reading its votes.
#![allow(missing_docs, reason = "a benchmark")]

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::inference::Bootstrap;
use probity::moral_graph::{
    EdgeFilter, MoralGraph, PageRank, Relationship, WiserVote, WiserVotes, winner_certainty,
};
use probity::rng::Stream;

const NODES: u64 = 100_000;
const EDGES: usize = 1_000_000;

fn page_rank(c: &mut Criterion) {
    let mut stream = Stream::new(1, 0, 0);
    let edges: Vec<(u32, u32, f64)> = (0..EDGES)
        .map(|_| (stream.below(NODES) as u32, stream.below(NODES) as u32, stream.uniform() + 0.01))
        .collect();
    let numbers: Vec<f64> = edges.iter().flat_map(|&(_, _, w)| [w, w]).collect();
    let mut group = c.benchmark_group("PageRank, 1 000 000 edges");
    group.throughput(Throughput::Elements(EDGES as u64)).sample_size(10);
    group.bench_function("yardstick: read the edges", |b| {
        b.iter(|| common::read_numbers(black_box(&numbers)));
    });
    group.bench_function("one round", |b| {
        b.iter(|| PageRank::default().rounds(1).run(NODES as usize, black_box(&edges)));
    });
    group.bench_function("eleven rounds", |b| {
        b.iter(|| PageRank::default().rounds(11).run(NODES as usize, black_box(&edges)));
    });
    group.bench_function("to 1e-14", |b| {
        b.iter(|| PageRank::default().run(NODES as usize, black_box(&edges)));
    });
    group.finish();
}

/// As many votes, participants and pairs as the released graph of all participants has; two in three say wiser.
fn released_size() -> WiserVotes {
    let mut stream = Stream::new(2, 0, 0);
    let mut votes = WiserVotes::new();
    while votes.len() < 1_540 {
        let pair = stream.below(121) as u32;
        let (from, to) = (pair % 60, (pair % 60 + 1 + pair / 60 * 7) % 65);
        let relationship = match stream.below(9) {
            0..6 => Relationship::Upgrade,
            6..8 => Relationship::NotSure,
            _ => Relationship::NoUpgrade,
        };
        votes.push(WiserVote::new(stream.below(506) as u32, from, to, pair % 13, relationship));
    }
    votes
}

fn bootstrap(c: &mut Criterion) {
    let votes = released_size();
    let numbers: Vec<f64> = votes.iter().map(|v| f64::from(v.from)).collect();
    let filter = EdgeFilter::default();
    let mut group = c.benchmark_group("a graph of the released size, 1 540 votes");
    group.sample_size(10);
    group.bench_function("yardstick: read a number a vote 1000 times", |b| {
        b.iter(|| (0..1_000).map(|_| common::read_numbers(black_box(&numbers))).fold(0, u64::wrapping_add));
    });
    group.bench_function("build and rank", |b| {
        b.iter(|| MoralGraph::from_votes(black_box(&votes), &filter)?.page_rank(&PageRank::default()));
    });
    let bootstrap = Bootstrap::new(1).resamples(1_000).unwrap_or_else(|_| Bootstrap::new(1));
    group.bench_function("1000 resamples of the participants", |b| {
        b.iter(|| winner_certainty(black_box(&votes), &filter, &PageRank::default(), &bootstrap));
    });
    group.finish();
}

criterion_group!(benches, page_rank, bootstrap);
criterion_main!(benches);
