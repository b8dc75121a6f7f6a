//! A thousand bootstrap resamples beside their yardsticks: reading the judgments once, and drawing as many random words
//! as the multinomial draws need at the least.
#![allow(clippy::unwrap_used, reason = "a bench that meets the unexpected should stop there")]

mod common;

use std::hint::black_box;

use common::{panel, read_bytes};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::agreement::{Options, PatternCoefficient};
use probity::inference::{Bootstrap, BootstrapInterval, Jackknife};
use probity::ratings::{Labels, Ratings, Scale};
use probity::rng::Stream;
use probity::tally::{PairCounts, Patterns};

const RESAMPLES: usize = 1_000;
const ITEMS: usize = 10_000;

fn bootstrap(c: &mut Criterion) {
    let codes = panel(1, ITEMS, 5, 5, 0.6, 0.0);
    let ratings = Ratings::from_codes(Labels::codes(5), 5, codes.clone()).unwrap();
    let patterns = Patterns::from_ratings(&ratings).unwrap();
    let boot = Bootstrap::new(1).resamples(RESAMPLES).unwrap();
    let mut group = c.benchmark_group("bootstrap 1e4 x 5");
    group.throughput(Throughput::Elements(RESAMPLES as u64));
    group.bench_function("yardstick: read the judgments once", |b| b.iter(|| read_bytes(black_box(&codes))));
    group.bench_function("yardstick: 1000 x 126 uniform numbers", |b| {
        b.iter(|| {
            (0..RESAMPLES as u32)
                .map(|r| {
                    let mut stream = Stream::new(1, 0, r);
                    (0..126).map(|_| stream.uniform()).sum::<f64>()
                })
                .sum::<f64>()
        });
    });
    group.bench_function("alpha nominal, patterns found anew", |b| {
        let alpha = PatternCoefficient::KrippendorffAlpha(Scale::Nominal);
        b.iter(|| boot.run(&Patterns::from_ratings(black_box(&ratings)).unwrap(), &alpha).unwrap());
    });
    let coefficients = [
        ("alpha nominal", PatternCoefficient::KrippendorffAlpha(Scale::Nominal)),
        ("alpha ordinal", PatternCoefficient::KrippendorffAlpha(Scale::Ordinal)),
        ("alpha interval", PatternCoefficient::KrippendorffAlpha(Scale::Interval)),
        ("Fleiss' kappa", PatternCoefficient::FleissKappa(Options::new())),
        ("AC1", PatternCoefficient::GwetAc(Options::new())),
    ];
    for (name, coefficient) in &coefficients {
        group.bench_function(*name, |b| b.iter(|| boot.run(black_box(&patterns), coefficient).unwrap()));
    }
    let alpha = &coefficients[0].1;
    for (name, kind) in [
        ("alpha nominal, BCa", BootstrapInterval::Bca),
        ("alpha nominal, studentised", BootstrapInterval::Studentised),
    ] {
        let boot = boot.clone().interval(kind);
        group.bench_function(name, |b| b.iter(|| boot.run(black_box(&patterns), alpha).unwrap()));
    }
    group.bench_function("alpha nominal, 2 threads", |b| {
        let boot = boot.clone().threads(2).unwrap();
        b.iter(|| boot.run(black_box(&patterns), alpha).unwrap());
    });
    group.bench_function("jackknife of alpha nominal", |b| {
        b.iter(|| Jackknife::of_items(black_box(&patterns), alpha).unwrap());
    });
    group.bench_function("Cohen's kappa of the first two raters", |b| {
        let pairs = PairCounts::from_ratings(&ratings, 0, 1).unwrap();
        let options = Options::new();
        let kappa = |p: &PairCounts| Ok(p.cohen_kappa(&options)?.value);
        b.iter(|| boot.run(black_box(&pairs), &kappa).unwrap());
    });
    // 20 % missing gives 252 patterns, more than 1e4/40, so that the items are drawn one by one.
    let gaps = Ratings::from_codes(Labels::codes(5), 5, panel(1, ITEMS, 5, 5, 0.6, 0.2)).unwrap();
    let gaps = Patterns::from_ratings(&gaps).unwrap();
    group.bench_function("alpha nominal, drawn item by item", |b| {
        b.iter(|| boot.run(black_box(&gaps), alpha).unwrap());
    });
    group.finish();
}

criterion_group!(benches, bootstrap);
criterion_main!(benches);
