//! The compute path, each job beside a yardstick of the same machine in the same run: reading the same bytes, the
//! population counts of the first-level cache, one sort.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

mod common;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use fearless_simd::{Level, Simd, dispatch};
use probity::agreement::PatternCoefficient;
use probity::compute::{Backend, Bitmaps, Cells, Instructions};
use probity::inference::{Bootstrap, Design, PermutationOptions};
use probity::ratings::{Labels, Ratings, Scale};
use probity::rng::Stream;
use probity::tally::{BinClosure, MannWhitney, PairCounts};

#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
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
    // Three digits and validity: what the system takes to hand out memory for the planes.
    let words = 100 * 4 * 1_000_000usize.div_ceil(64);
    group.bench_function("first touch of as much memory as the planes", |b| {
        b.iter_with_large_drop(|| {
            let mut planes = vec![0u64; words];
            planes.iter_mut().step_by(512).for_each(|word| *word = 1);
            planes
        });
    });
    group.bench_function("pack", |b| b.iter_with_large_drop(|| one.load(black_box(&ratings)).unwrap()));
    let mut resident = one.load(&ratings).unwrap();
    group.bench_function("pack again into the same memory", |b| {
        b.iter(|| resident.reload(black_box(&ratings)).unwrap());
    });
    drop(resident);
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

/// Calibration, discernment, second attempts and checklists: linear jobs beside a read of what they read.
fn linear(c: &mut Criterion) {
    let n = 10_000_000;
    let one = Backend::cpu_with(1, Instructions::Best).unwrap();
    let mut rng = Stream::new(4, 0, 0);
    let scores: Vec<f32> = (0..n).map(|_| rng.uniform() as f32).collect();
    let classes: Vec<u8> = scores.iter().map(|&score| u8::from(rng.uniform() < f64::from(score))).collect();
    let keys: Vec<u32> = scores.iter().map(|score| score.to_bits()).collect();
    let mut group = c.benchmark_group("1e7 scores and classes");
    group.bench_function("read them", |b| {
        b.iter(|| {
            let bits = black_box(&scores).iter().fold(0u32, |sum, score| sum.wrapping_add(score.to_bits()));
            common::read_bytes(black_box(&classes)).wrapping_add(bits.into())
        });
    });
    group.bench_function("15 reliability bins", |b| {
        b.iter(|| one.reliability(&[(&scores, &classes)], 15, BinClosure::Right).unwrap());
    });
    group.bench_function("sort_unstable of the keys", |b| {
        b.iter_batched_ref(|| keys.clone(), |keys| keys.sort_unstable(), BatchSize::LargeInput);
    });
    group.bench_function("Mann-Whitney", |b| b.iter(|| MannWhitney::from_scores(&scores, &classes).unwrap()));
    group.finish();

    let (before, after) = (common::codes(5, n, 2, 0.0), common::codes(6, n, 2, 0.0));
    let mut group = c.benchmark_group("1e7 answers before and after");
    group.bench_function("read them", |b| {
        b.iter(|| common::read_bytes(black_box(&before)).wrapping_add(common::read_bytes(black_box(&after))));
    });
    group.bench_function("transitions", |b| b.iter(|| one.transitions(&[(&before, &after)]).unwrap()));
    group.finish();

    let responses = 200_000;
    let words: Vec<u64> = (0..2 * responses).map(|_| rng.next_u64()).collect();
    let mut group = c.benchmark_group("200,000 responses x 128 questions");
    group.bench_function("read the bitmaps", |b| {
        b.iter(|| black_box(&words).iter().fold(0u64, |sum, word| sum.wrapping_add(*word)));
    });
    let passed = Bitmaps::from_words(128, responses, words.clone()).unwrap();
    let weights: Vec<i32> = (0..128).map(|q| q % 21 - 10).collect();
    group.bench_function("checklist, weights -10 to 10", |b| {
        b.iter(|| one.checklist(black_box(&passed), None, &weights).unwrap());
    });
}

/// Ten thousand matrices of 50 items and 5 raters.
fn groups(c: &mut Criterion) {
    let of = |seed| common::panel(seed, 50, 5, 5, 0.6, 0.05);
    let groups: Vec<Ratings> =
        (0..10_000).map(|seed| Ratings::from_codes(Labels::codes(5), 5, of(seed)).unwrap()).collect();
    let all: Vec<&Ratings> = groups.iter().collect();
    let one = Backend::cpu_with(1, Instructions::Best).unwrap();
    c.bench_function("pair tables of 10,000 groups of 50 x 5", |b| {
        b.iter(|| one.pair_tables_of_groups(black_box(&all), Cells::Full).unwrap());
    });
}

/// Nominal alpha of as many units as there are, drawn with replacement, each with five judgments of five categories.
fn plain_resample(cells: &[u8], resample: u32) -> f64 {
    let units = cells.as_chunks::<5>().0;
    let mut rng = Stream::new(1, 0, resample);
    let mut coincidences = [[0.0; 5]; 5];
    for _ in units {
        let unit = &units[rng.below(units.len() as u64) as usize];
        let mut counts = [0.0; 5];
        unit.iter().for_each(|&code| counts[usize::from(code)] += 1.0);
        for (c, row) in coincidences.iter_mut().enumerate() {
            for (k, sum) in row.iter_mut().enumerate() {
                let pairs = counts[c] * (counts[k] - f64::from(u8::from(c == k)));
                *sum += pairs / 4.0;
            }
        }
    }
    let totals = coincidences.map(|row| row.iter().sum::<f64>());
    let n: f64 = totals.iter().sum();
    let agreements: f64 = (0..5).map(|c| coincidences[c][c]).sum();
    let expected: f64 = totals.iter().map(|total| total * total).sum();
    1.0 - (n - 1.0) * (n - agreements) / (n * n - expected)
}

/// A thousand resamples and arrangements over the patterns of 1e5 items and 5 raters.
fn resampling(c: &mut Criterion) {
    let load = |seed| {
        let cells = common::panel(seed, 100_000, 5, 5, 0.6, 0.0);
        let ratings = Ratings::from_codes(Labels::codes(5), 5, cells).unwrap();
        Backend::cpu_with(1, Instructions::Best).unwrap().load(&ratings).unwrap()
    };
    let (first, second) = (load(7), load(8));
    let alpha = PatternCoefficient::KrippendorffAlpha(Scale::Nominal);
    let options = PermutationOptions::new().resamples(1_000).unwrap();
    let mut group = c.benchmark_group("1e5 items x 5 raters");
    group.bench_function("patterns", |b| b.iter(|| first.patterns().unwrap()));
    // What drawing units costs at the least: a random number and a count for each.
    let mut counts = vec![0u32; 1 << 17];
    group.bench_function("1e6 draws of a unit", |b| {
        let mut rng = Stream::new(1, 0, 0);
        b.iter(|| (0..1_000_000).for_each(|_| counts[rng.below(100_000) as usize] += 1));
    });
    // And what it costs where each drawn unit adds what it contributes.
    let cells = common::panel(7, 100_000, 5, 5, 0.6, 0.0);
    group.throughput(Throughput::Elements(10));
    group.bench_function("10 resamples of alpha, unit by unit", |b| {
        b.iter(|| (0..10).map(|resample| plain_resample(black_box(&cells), resample)).sum::<f64>());
    });
    group.throughput(Throughput::Elements(1_000));
    let bootstrap = Bootstrap::new(1).resamples(1_000).unwrap();
    group.bench_function("1,000 resamples of alpha", |b| {
        b.iter(|| first.bootstrap(&bootstrap, &alpha).unwrap());
    });
    for design in [Design::Unpaired, Design::Paired] {
        group.bench_function(format!("1,000 arrangements of alpha, {design:?}"), |b| {
            b.iter(|| first.permutation(&second, design, &alpha, options).unwrap());
        });
    }
}

criterion_group! {
    name = compute;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(300));
    targets = common::memory, popcount, confusion, pairs, linear, groups, resampling
}
criterion_main!(compute);
