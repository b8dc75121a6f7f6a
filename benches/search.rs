//! A million simulations of a tree search on a synthetic tree, beside reading as many nodes at random places.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench stops at the unexpected, and criterion's macro makes an undocumented function"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::rng::Stream;
use probity::search::{NodeId, Tree, Uct};

const SIMULATIONS: u64 = 1_000_000;
const WIDTH: usize = 4;

/// The value of a node, from its number: no model, no random stream.
fn value(node: NodeId) -> f64 {
    let mixed = (node.index() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 11) as f64 / (1u64 << 53) as f64
}

/// Selection down to a node that has room for another child, one more child, its value backed up. Returns the tree and
/// how many nodes were visited by back-ups.
fn search(simulations: u64) -> (Tree<()>, u64) {
    let rule = Uct::new(1.0).unwrap();
    let mut tree = Tree::new(());
    let mut touched = 0;
    for _ in 0..simulations {
        let mut at = NodeId::ROOT;
        while tree.node(at).unwrap().n_children() == WIDTH {
            at = tree.best_child(at, rule).unwrap();
        }
        let child = tree.add_child(at, ()).unwrap();
        tree.back_up(child, value(child)).unwrap();
        touched += tree.node(child).unwrap().depth() as u64 + 1;
    }
    (tree, touched)
}

/// A ring through all of `n` places in random order: each read says where the next one is.
fn ring(n: usize) -> Vec<[u64; 6]> {
    let mut order: Vec<u64> = (0..n as u64).collect();
    Stream::new(1, 0, 0).shuffle(&mut order);
    let mut ring = vec![[0; 6]; n];
    for (i, &at) in order.iter().enumerate() {
        ring[at as usize][0] = order[(i + 1) % n];
    }
    ring
}

fn benches(c: &mut Criterion) {
    let (tree, touched) = search(SIMULATIONS);
    assert_eq!(tree.n_nodes() as u64, SIMULATIONS + 1);
    let mut group = c.benchmark_group(format!("1e6 simulations, {touched} nodes backed up"));
    group.sample_size(10);
    group.throughput(Throughput::Elements(SIMULATIONS));
    // Nodes as large as the tree's, as many reads as back-ups, each waiting for the one before.
    let ring = ring(tree.n_nodes());
    group.bench_function("yardstick: as many dependent reads at random places", |b| {
        b.iter(|| (0..touched).fold(0u64, |at, _| black_box(&ring)[at as usize][0]));
    });
    group.bench_function("select, add and back up", |b| b.iter(|| search(black_box(SIMULATIONS))));
    group.bench_function("depth first over the tree", |b| b.iter(|| black_box(&tree).depth_first().count()));
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
