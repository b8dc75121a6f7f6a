//! Krippendorff's alpha and Cohen's kappa, each beside a memory read of the same codes.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

mod common;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::agreement::{Options, cohen_kappa, krippendorff_alpha};
use probity::ratings::{Labels, Ratings, Scale};
use probity::tally::{Coincidences, Patterns, UnitCounts};

const ITEMS: usize = 1_000_000;
const RATERS: usize = 20;
const CATEGORIES: u8 = 5;
const MISSING: f64 = 0.25;

/// A million items, twenty raters, a quarter missing; `share` is how often a rater sees the truth.
fn alpha(c: &mut Criterion, name: &str, share: f64) {
    let codes = common::panel(1, ITEMS, RATERS, CATEGORIES, share, MISSING);
    let mut group = c.benchmark_group(format!("alpha 1e6 x 20, {name}"));
    group.throughput(Throughput::Bytes(codes.len() as u64));
    group.bench_function("read the matrix", |b| b.iter(|| common::read_bytes(black_box(&codes))));
    let ratings = Ratings::from_codes(Labels::codes(CATEGORIES.into()), RATERS, codes).unwrap();
    for scale in [Scale::Nominal, Scale::Ordinal, Scale::Interval] {
        let ratings = ratings.clone().with_scale(scale.clone()).unwrap();
        group.bench_function(scale.name(), |b| {
            b.iter(|| krippendorff_alpha(black_box(&ratings), &Options::new()).unwrap());
        });
    }
    group.bench_function("coincidences", |b| {
        b.iter(|| Coincidences::from_ratings(black_box(&ratings)).unwrap());
    });
    group.bench_function("patterns", |b| b.iter(|| Patterns::from_ratings(black_box(&ratings)).unwrap()));
    group.bench_function("counts", |b| b.iter(|| UnitCounts::from_ratings(black_box(&ratings)).unwrap()));
}

/// Two raters' ten million codes.
fn kappa(c: &mut Criterion) {
    let n = 10_000_000;
    let (a, b) = (common::codes(1, n, CATEGORIES, 0.0), common::codes(2, n, CATEGORIES, 0.05));
    let mut group = c.benchmark_group("kappa of 2 x 1e7 codes");
    group.throughput(Throughput::Bytes(2 * n as u64));
    group.bench_function("read both vectors", |bench| {
        bench.iter(|| common::read_bytes(black_box(&a)).wrapping_add(common::read_bytes(black_box(&b))));
    });
    group.bench_function("cohen_kappa", |bench| {
        bench.iter(|| cohen_kappa(black_box(&a), black_box(&b)).unwrap());
    });
}

fn benches(c: &mut Criterion) {
    common::memory(c);
    alpha(c, "raters right in 70 %", 0.7);
    alpha(c, "raters guess", 0.0);
    kappa(c);
}

criterion_group! {
    name = agreement;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
    targets = benches
}
criterion_main!(agreement);
