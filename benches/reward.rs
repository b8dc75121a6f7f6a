//! Objectives and transforms of rewards, beside as many exponentials as they have pairs.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench stops at the unexpected, and criterion's macro makes an undocumented function"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::reward::{
    GapRewards, PpoOptions, PpoTokens, RewardModelOptions, RewardScaling, lsc_transform, pit_gap_loss,
    ppo_gae, ppo_loss, ppo_normalise_rewards, reward_model_loss,
};
use probity::rng::Stream;

const N: usize = 100_000;

/// Numbers from −2 to 2.
fn column(stream: u32) -> Vec<f64> {
    let mut draws = Stream::new(7, 0, stream);
    (0..N).map(|_| 4.0 * draws.uniform() - 2.0).collect()
}

fn benches(c: &mut Criterion) {
    let columns: Vec<Vec<f64>> = (0..6).map(column).collect();
    let [a, b, d, e, f, g] = [0, 1, 2, 3, 4, 5].map(|i| columns[i].as_slice());
    let mask = vec![true; N];
    let mut group = c.benchmark_group("1e5 pairs or tokens");
    group.sample_size(10);
    group.throughput(Throughput::Elements(N as u64));
    group.bench_function("yardstick: one exponential each", |bench| {
        bench.iter(|| black_box(a).iter().map(|x| x.exp()).sum::<f64>());
    });
    group.bench_function("reward model loss with gradient", |bench| {
        bench.iter(|| reward_model_loss(black_box(a), b, &RewardModelOptions::default()).unwrap());
    });
    group.bench_function("gap loss with gradient", |bench| {
        bench.iter(|| pit_gap_loss(black_box(&GapRewards { wl: a, ww: b, ll: d, lw: e })).unwrap());
    });
    group.bench_function("log-sigmoid transform", |bench| {
        bench.iter(|| lsc_transform(black_box(a), b).unwrap());
    });
    group.bench_function("PPO loss with gradient", |bench| {
        let tokens = PpoTokens {
            log_probs: a,
            old_log_probs: b,
            values: d,
            old_values: e,
            advantages: f,
            returns: g,
            mask: &mask,
        };
        bench.iter(|| ppo_loss(black_box(&tokens), &PpoOptions::new()).unwrap());
    });
    group.bench_function("generalised advantages", |bench| {
        bench.iter(|| ppo_gae(black_box(a), b, 1.0, 0.95).unwrap());
    });
    group.bench_function("normalised rewards, exact moments", |bench| {
        bench.iter(|| ppo_normalise_rewards(&[black_box(a)], RewardScaling::Normalise, Some(0.3)).unwrap());
    });
    group.finish();
}

criterion_group!(reward, benches);
criterion_main!(reward);
