//! The compute path, each job beside a yardstick of the same machine in the same run: reading the same bytes, the
//! population counts of the first-level cache, one sort.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

mod common;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fearless_simd::{Level, Simd, dispatch};
use probity::compute::{Backend, Cells, Instructions};
use probity::ratings::{Labels, Ratings};
use probity::tally::PairCounts;

#[inline(always)]
fn common_bits<S: Simd>(_: S, a: &[u64], b: &[u64]) -> u64 {
    a.iter().zip(b).map(|(x, y)| u64::from((x & y).count_ones())).sum()
}

/// Population counts of 2,048 words that stay in the first-level cache, 5,000 times.
fn popcount(c: &mut Criterion) {
    const WORDS: usize = 2048;
    const TIMES: usize = 5_000;
    let a: Vec<u64> = (0..WORDS as u64).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
    let b: Vec<u64> = a.iter().map(|word| word.rotate_left(9)).collect();
    let level = Level::new();
    let mut group = c.benchmark_group("yardstick");
    group.throughput(Throughput::Elements((WORDS * TIMES) as u64));
    group.bench_function("population counts in the first-level cache", |bench| {
        bench.iter(|| {
            (0..TIMES)
                .map(|_| dispatch!(level, s => common_bits(s, black_box(&a), black_box(&b))))
                .fold(0u64, u64::wrapping_add)
        });
    });
}

fn confusion(c: &mut Criterion) {
    let n = 10_000_000;
    for k in [2, 5, 8, 16, 20] {
        let (a, b) = (common::codes(1, n, k, 0.0), common::codes(2, n, k, 0.05));
        let mut group = c.benchmark_group(format!("confusion of 2 x 1e7 codes, {k} categories"));
        group.throughput(Throughput::Bytes(2 * n as u64));
        group.bench_function("read both vectors", |bench| {
            bench.iter(|| common::read_bytes(black_box(&a)).wrapping_add(common::read_bytes(black_box(&b))));
        });
        let labels = Labels::codes(k.into());
        group.bench_function("counts", |bench| {
            bench.iter(|| PairCounts::from_codes(labels.clone(), black_box(&a), black_box(&b)).unwrap());
        });
        group.bench_function("counts of found codes", |bench| {
            bench.iter(|| PairCounts::from_found_codes(black_box(&a), black_box(&b)).unwrap());
        });
    }
}

/// 100 raters, a million items, five categories: 4,950 pairs.
fn pairs(c: &mut Criterion) {
    let cells = common::panel(3, 1_000_000, 100, 5, 0.6, 0.05);
    let mut group = c.benchmark_group("100 raters x 1e6 items, 5 categories");
    group.throughput(Throughput::Bytes(cells.len() as u64));
    group.bench_function("read the matrix", |b| b.iter(|| common::read_bytes(black_box(&cells))));
    let ratings = Ratings::from_codes(Labels::codes(5), 100, cells).unwrap();
    let one = Backend::cpu_with(1, Instructions::Best).unwrap();
    let two = Backend::cpu_with(2, Instructions::Best).unwrap();
    group.bench_function("pack", |b| b.iter(|| one.load(black_box(&ratings)).unwrap()));
    // 25 counts of 64 items each for every pair.
    group.throughput(Throughput::Elements(4_950 * 25 * 1_000_000u64.div_ceil(64)));
    for (threads, backend) in [(1, &one), (2, &two)] {
        let resident = backend.load(&ratings).unwrap();
        group.bench_function(format!("all cells, {threads} threads"), |b| {
            b.iter(|| black_box(&resident).pair_tables(Cells::Full).unwrap());
        });
        group.bench_function(format!("agreement, {threads} threads"), |b| {
            b.iter(|| black_box(&resident).pair_tables(Cells::Agreement).unwrap());
        });
    }
}

criterion_group! {
    name = compute;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(300));
    targets = popcount, confusion, pairs
}
criterion_main!(compute);
