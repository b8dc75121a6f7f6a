//! Preference objectives, beside one exponential an item and beside a memory read of the same bytes.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::preference::{
    Discount, DpoLoss, DpoOptions, KtoOptions, ListLoss, PairLogProbs, Reduction, ScoredList, SimpoOptions,
    SoftLabels, dpo_loss, kto_loss, lipo_loss, simpo_loss, soft_label_mean,
};
use probity::rng::Stream;

/// `n` log-probabilities from −200 to 0.
fn log_probs(seed: u64, n: usize) -> Vec<f64> {
    let mut rng = Stream::new(seed, 0, 0);
    (0..n).map(|_| -200.0 * rng.uniform()).collect()
}

/// Values and gradients of ten thousand pairs.
fn items(c: &mut Criterion) {
    const PAIRS: usize = 10_000;
    let lists: Vec<Vec<f64>> = (0..4).map(|seed| log_probs(seed, PAIRS)).collect();
    let lengths = vec![50u32; PAIRS];
    let pairs = PairLogProbs::new((&lists[0], &lists[1]), (&lists[2], &lists[3]))
        .unwrap()
        .with_lengths(&lengths, &lengths)
        .unwrap();
    let mut group = c.benchmark_group("objectives, 10 000 pairs");
    group.throughput(Throughput::Elements(PAIRS as u64));
    group.bench_function("yardstick: exp", |b| {
        b.iter(|| black_box(&lists[0]).iter().map(|x| x.exp()).sum::<f64>());
    });
    for (name, loss) in [
        ("sigmoid", DpoLoss::Sigmoid),
        ("cdpo", DpoLoss::Cdpo { smoothing: 0.1 }),
        ("sigmoid_norm", DpoLoss::SigmoidNorm),
        ("hinge", DpoLoss::Hinge),
        ("ipo", DpoLoss::Ipo),
        ("exo_pair", DpoLoss::ExoPair { smoothing: 0.1 }),
        ("nca_pair", DpoLoss::NcaPair),
        ("apo_zero", DpoLoss::ApoZero),
        ("aot", DpoLoss::Aot { smoothing: 0.0 }),
        ("discopop", DpoLoss::Discopop { tau: 0.05 }),
    ] {
        let options = DpoOptions::new(loss);
        group.bench_function(name, |b| b.iter(|| dpo_loss(black_box(&pairs), &options).unwrap()));
    }
    group.bench_function("simpo", |b| {
        b.iter(|| simpo_loss(black_box(&lists[0]), &lists[1], &SimpoOptions::new()).unwrap());
    });
    group.bench_function("kto, twice the responses", |b| {
        b.iter(|| kto_loss(black_box(&lists[0]), &lists[1], &lists[2], &KtoOptions::new()).unwrap());
    });
    group.finish();

    let labels: Vec<f64> = log_probs(5, PAIRS).iter().map(|x| x / -200.0).collect();
    let mut group = c.benchmark_group("LiPO, 1250 lists of 8");
    group.throughput(Throughput::Elements(PAIRS as u64));
    for (name, loss) in [
        ("pair_logistic", ListLoss::PairLogistic),
        ("list_mle", ListLoss::ListMle),
        ("lambda", ListLoss::Lambda { discount: Discount::Log2, list_scale: true }),
        ("softmax", ListLoss::Softmax),
    ] {
        group.bench_function(name, |b| {
            b.iter(|| {
                let lists = black_box(&labels).chunks(8).zip(lists[0].chunks(8));
                lists.fold(0.0, |sum, (labels, scores)| {
                    let list = ScoredList::new(labels, scores).unwrap();
                    sum + lipo_loss(&list, loss, Reduction::Sum).unwrap().loss
                })
            });
        });
    }
    group.finish();
}

/// Ten million pairs, 320 MB of log-probabilities.
fn stream(c: &mut Criterion) {
    const PAIRS: usize = 10_000_000;
    let lists: Vec<Vec<f64>> = (0..4).map(|seed| log_probs(seed, PAIRS)).collect();
    let pairs = PairLogProbs::new((&lists[0], &lists[1]), (&lists[2], &lists[3])).unwrap();
    let mut group = c.benchmark_group("1e7 pairs");
    group.throughput(Throughput::Bytes((4 * 8 * PAIRS) as u64)).sample_size(10);
    group.bench_function("yardstick: read the numbers", |b| {
        b.iter(|| black_box(&lists).iter().fold(0u64, |sum, list| sum ^ common::read_numbers(list)));
    });
    group.bench_function("mean of the DPO terms", |b| {
        let label = SoftLabels::same(1.0).unwrap();
        b.iter(|| soft_label_mean(black_box(&pairs), label, 0.1).unwrap());
    });
    group.bench_function("check and mean of the DPO terms", |b| {
        let label = SoftLabels::same(1.0).unwrap();
        b.iter(|| {
            let lists = black_box(&lists);
            let pairs = PairLogProbs::new((&lists[0], &lists[1]), (&lists[2], &lists[3])).unwrap();
            soft_label_mean(&pairs, label, 0.1).unwrap()
        });
    });
    group.bench_function("DPO terms and gradients", |b| {
        let options = DpoOptions::new(DpoLoss::Sigmoid);
        b.iter(|| dpo_loss(black_box(&pairs), &options).unwrap());
    });
    group.finish();
}

criterion_group!(benches, items, stream);
criterion_main!(benches);
