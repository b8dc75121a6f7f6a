//! Coefficients of a million pairs, beside one sort of the same pairs.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench stops at the unexpected, and criterion's macro makes an undocumented function"
)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use probity::correlation::{Options, WeightedTauOptions, kendall_tau_b, pearson, spearman, weighted_tau};
use probity::rng::Stream;

const N: usize = 1_000_000;

/// Two correlated variables without ties.
fn continuous() -> (Vec<f64>, Vec<f64>) {
    let mut stream = Stream::new(1, 0, 0);
    let x: Vec<f64> = (0..N).map(|_| stream.uniform()).collect();
    let y = x.iter().map(|x| x + stream.uniform()).collect();
    (x, y)
}

/// The pairs rounded to a few levels.
fn levels((x, y): &(Vec<f64>, Vec<f64>), levels: f64) -> (Vec<f64>, Vec<f64>) {
    let round = |v: &Vec<f64>| v.iter().map(|v| (v * levels).floor()).collect();
    (round(x), round(y))
}

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("1e6 pairs");
    group.sample_size(10);
    let numbers = continuous();
    let pairs: Vec<(f64, f64)> = numbers.0.iter().copied().zip(numbers.1.iter().copied()).collect();
    group.bench_function("yardstick: one sort_unstable of the pairs", |b| {
        let sort = |mut pairs: Vec<(f64, f64)>| {
            pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            pairs
        };
        b.iter_batched(|| pairs.clone(), sort, BatchSize::LargeInput);
    });
    group.bench_function("yardstick: read the pairs", |b| {
        b.iter(|| {
            black_box(&numbers.0)
                .iter()
                .zip(black_box(&numbers.1))
                .fold(0u64, |s, (x, y)| s ^ x.to_bits() ^ y.to_bits())
        });
    });
    let options = Options::new();
    for (name, (x, y)) in [
        ("no ties", &numbers),
        ("1,000 levels", &levels(&numbers, 1000.0)),
        ("5 levels", &levels(&numbers, 5.0)),
    ] {
        group.bench_function(format!("kendall_tau_b, {name}"), |b| {
            b.iter(|| kendall_tau_b(black_box(x), black_box(y), &options).unwrap());
        });
    }
    let (x, y) = &numbers;
    group.bench_function("pearson", |b| b.iter(|| pearson(black_box(x), y, &options).unwrap()));
    group.bench_function("spearman", |b| b.iter(|| spearman(black_box(x), y, &options).unwrap()));
    let vigna = WeightedTauOptions::new();
    group.bench_function("weighted_tau", |b| b.iter(|| weighted_tau(black_box(x), y, &vigna).unwrap()));
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
