//! The annotator models on the panel that the peers' benchmark reads, each beside the exponentials that its iterations
//! need and a read of the judgments.
//!
//! `PEERS_DATA` names the folder of that benchmark's files; without it the panel is made here.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

mod common;

use std::collections::HashSet;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::aggregate::{
    Convergence, GladPriors, MaceTraining, Options, dawid_skene, glad, mace, majority_labels, one_coin,
};
use probity::ratings::{Labels, Ratings};

const ITEMS: usize = 100_000;
const CATEGORIES: u8 = 5;

/// The judgments of so many raters, as codes: the file of that name, or some like it.
fn panel(file: &str, raters: usize) -> Vec<u8> {
    if let Some(folder) = std::env::var_os("PEERS_DATA") {
        let bytes = std::fs::read(Path::new(&folder).join(file)).unwrap();
        let header = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        return bytes[header..].to_vec();
    }
    common::panel(3, ITEMS, raters, CATEGORIES, 0.7, 0.0)
}

fn fixed(iterations: u32) -> Options {
    Options::new().iterations(iterations).unwrap().convergence(Convergence::Never).unwrap()
}

/// As many exponentials as so many iterations over so many distinct rows take.
fn exponentials(rows: usize, iterations: usize) -> f64 {
    let terms = (0..rows * usize::from(CATEGORIES)).map(|i| -(i as f64) * 1e-5);
    let terms: Vec<f64> = terms.collect();
    (0..iterations).map(|_| black_box(&terms).iter().map(|x| x.exp()).sum::<f64>()).sum()
}

fn models(c: &mut Criterion, name: &str, codes: Vec<u8>, raters: usize, iterations: [u32; 3]) {
    let rows = codes.chunks_exact(raters).collect::<HashSet<_>>().len();
    let [skene, competence, ability] = iterations;
    let mut group = c.benchmark_group(format!("annotator models, {name}"));
    group.throughput(Throughput::Bytes(codes.len() as u64));
    group.bench_function("read the matrix", |b| b.iter(|| common::read_bytes(black_box(&codes))));
    group.bench_function(format!("exponentials of {skene} iterations"), |b| {
        b.iter(|| exponentials(black_box(rows), skene as usize));
    });
    let ratings = Ratings::from_codes(Labels::codes(CATEGORIES.into()), raters, codes).unwrap();
    group.bench_function("majority_labels", |b| b.iter(|| majority_labels(black_box(&ratings)).unwrap()));
    group.bench_function(format!("dawid_skene, {skene} iterations"), |b| {
        b.iter(|| dawid_skene(black_box(&ratings), &fixed(skene)).unwrap());
    });
    group.bench_function(format!("one_coin, {skene} iterations"), |b| {
        b.iter(|| one_coin(black_box(&ratings), &fixed(skene)).unwrap());
    });
    group.bench_function(format!("mace, {competence} iterations"), |b| {
        b.iter(|| mace(black_box(&ratings), MaceTraining::default(), &fixed(competence)).unwrap());
    });
    group.bench_function(format!("glad, {ability} iterations"), |b| {
        b.iter(|| glad(black_box(&ratings), GladPriors::default(), &fixed(ability)).unwrap());
    });
}

fn benches(c: &mut Criterion) {
    models(c, "1e5 x 5", panel("p_1e5x5.npy", 5), 5, [20, 10, 2]);
    // No two items have the same judgments here.
    models(c, "1e5 x 100", panel("p_1e5x100.npy", 100), 100, [2, 1, 1]);
}

criterion_group! {
    name = aggregate;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
    targets = benches
}
criterion_main!(aggregate);
