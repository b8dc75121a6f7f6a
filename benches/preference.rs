//! A leaderboard of 100 models from a million comparisons, beside reading those comparisons and factoring one matrix.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench stops at the unexpected, and criterion's macro makes an undocumented function"
)]

mod common;

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::inference::Bootstrap;
use probity::preference::{
    BradleyTerry, BradleyTerryOptions, EloScale, Solver, TieModel, elo_online, leaderboard,
};
use probity::ratings::Labels;
use probity::rng::Stream;
use probity::tally::{Comparison, Comparisons, Side};

const MODELS: u32 = 100;
const COMPARISONS: usize = 1_000_000;
const RESAMPLES: usize = 1_000;

/// The `int32` numbers of a NumPy file of one dimension.
fn npy(path: &Path) -> Vec<u32> {
    let bytes = std::fs::read(path).unwrap();
    let header = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    bytes[header..].as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)).collect()
}

/// The comparisons that the peers' benchmark makes, if the environment says where they are, or others of the same law.
fn comparisons() -> Vec<Comparison> {
    let won = |(left, right)| Comparison { left, right, winner: Side::Left };
    if let Some(folder) = std::env::var_os("PEERS_DATA") {
        let file = |name| npy(&Path::new(&folder).join(name));
        return file("bt_winner.npy").into_iter().zip(file("bt_loser.npy")).map(won).collect();
    }
    let mut stream = Stream::new(8, 0, 0);
    // Sums of twelve uniforms are close to normal.
    let mut normal = || (0..12).map(|_| stream.uniform()).sum::<f64>() - 6.0;
    let strengths: Vec<f64> = (0..MODELS).map(|_| normal()).collect();
    let battle = |_| {
        let left = stream.below(MODELS.into()) as u32;
        let right = (left + 1 + stream.below(u64::from(MODELS) - 1) as u32) % MODELS;
        let difference = strengths[right as usize] - strengths[left as usize];
        won(if stream.uniform() < 1.0 / (1.0 + difference.exp()) { (left, right) } else { (right, left) })
    };
    (0..COMPARISONS).map(battle).collect()
}

/// As many multiplications and additions as one factor of a matrix of the models takes, in the order of memory.
fn multiplications(x: &[f64]) -> f64 {
    let n = MODELS as usize;
    let mut sums = [0.0; 8];
    for _ in 0..n * n * n / 6 / x.len() {
        for chunk in black_box(x).as_chunks::<8>().0 {
            sums.iter_mut().zip(chunk).for_each(|(sum, x)| *sum += x * x);
        }
    }
    sums.iter().sum()
}

fn benches(c: &mut Criterion) {
    let battles = comparisons();
    let names = Labels::codes(MODELS as usize);
    let tally = Comparisons::from_comparisons(names.clone(), &battles).unwrap();
    let options = BradleyTerryOptions::new();
    let words: Vec<f64> = battles.iter().map(|b| f64::from(b.left) + f64::from(b.right)).collect();

    let mut group = c.benchmark_group("1e6 comparisons of 100 models");
    group.sample_size(10);
    group.throughput(Throughput::Elements(battles.len() as u64));
    group.bench_function("yardstick: read as many words", |b| {
        b.iter(|| common::read_numbers(black_box(&words)));
    });
    group.bench_function("tally", |b| {
        b.iter(|| Comparisons::from_comparisons(names.clone(), black_box(&battles)).unwrap());
    });
    group.bench_function("tally and Bradley-Terry with standard errors", |b| {
        b.iter(|| {
            let tally = Comparisons::from_comparisons(names.clone(), black_box(&battles)).unwrap();
            BradleyTerry::fit(&tally, &options).unwrap().estimates()
        });
    });
    group.bench_function("Elo", |b| {
        b.iter(|| elo_online(MODELS as usize, black_box(&battles), 4.0, EloScale::default()).unwrap());
    });
    group.finish();

    let mut group = c.benchmark_group("fits of a tally of 100 models");
    group.sample_size(10);
    group.bench_function("yardstick: the multiplications of one factor", |b| {
        b.iter(|| multiplications(black_box(&words[..1_000])));
    });
    for (name, options) in
        [("Newton", options), ("MM", options.solver(Solver::Mm)), ("ridge 0.1", options.ridge(0.1).unwrap())]
    {
        group.bench_function(name, |b| b.iter(|| BradleyTerry::fit(black_box(&tally), &options).unwrap()));
    }
    // A tenth of the wins as ties.
    let pairs: Vec<u64> = (1..MODELS as usize)
        .flat_map(|i| (0..i).map(move |j| (i, j)))
        .map(|(i, j)| (tally.wins(i, j) + tally.wins(j, i)) / 10)
        .collect();
    let wins = (0..MODELS as usize).flat_map(|i| (0..MODELS as usize).map(move |j| (i, j)));
    let wins = wins.map(|(i, j)| tally.wins(i, j)).collect();
    let tied = Comparisons::from_counts(names, wins, pairs).unwrap();
    for model in [TieModel::Davidson, TieModel::RaoKupper] {
        let options = options.ties(model);
        group.bench_function(format!("{model:?}"), |b| {
            b.iter(|| BradleyTerry::fit(black_box(&tied), &options).unwrap());
        });
    }
    for threads in [1, 2] {
        let bootstrap = Bootstrap::new(1).resamples(RESAMPLES).unwrap().threads(threads).unwrap();
        group.bench_function(format!("leaderboard, {RESAMPLES} resamples, {threads} threads"), |b| {
            b.iter(|| leaderboard(black_box(&tally), &options, &bootstrap).unwrap());
        });
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
