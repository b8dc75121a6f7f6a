//! Calibration of ten million predictions, beside reading the same bytes and beside one sort of the confidences.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench stops at the unexpected, and criterion's macro makes an undocumented function"
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use probity::calibration::{
    Binning, Predictions, Ranking, ReliabilityDiagram, RiskCoverage, TemperatureRange, TemperatureScaling,
    TieRule, auroc, brier,
};
use probity::inference::Level;
use probity::rng::Stream;
use probity::tally::{BinClosure, ReliabilityBins};

const N: usize = 10_000_000;

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("1e7 predictions");
    let mut stream = Stream::new(1, 0, 0);
    let confidences: Vec<f64> = (0..N).map(|_| stream.uniform()).collect();
    let right: Vec<bool> = confidences.iter().map(|&c| stream.uniform() < c).collect();
    let predictions = Predictions::new(confidences.clone(), right.clone()).unwrap();
    group.bench_function("yardstick: read confidences and outcomes", |b| {
        b.iter(|| {
            let bits = black_box(&confidences).iter().fold(0u64, |sum, c| sum.wrapping_add(c.to_bits()));
            let hits = black_box(&right).iter().fold(0u64, |sum, &right| sum + u64::from(right));
            bits.wrapping_add(hits)
        });
    });
    let keys: Vec<u64> = confidences.iter().map(|c| c.to_bits()).collect();
    group.bench_function("yardstick: one sort_unstable of the confidences", |b| {
        b.iter_batched_ref(|| keys.clone(), |keys| keys.sort_unstable(), BatchSize::LargeInput);
    });
    let width = Binning::EqualWidth { bins: 15, closure: BinClosure::Right };
    let mass = Binning::EqualMass { bins: 15, ties: TieRule::Together };
    for (name, binning) in [("ECE, 15 bins of equal width", width), ("ECE, 15 bins of equal mass", mass)] {
        group.bench_function(name, |b| {
            let diagram = || ReliabilityDiagram::new(black_box(&predictions), binning).unwrap();
            b.iter(|| diagram().expected_calibration_error().unwrap());
        });
    }
    let single: Vec<f32> = confidences.iter().map(|&c| c as f32).collect();
    let bytes: Vec<u8> = right.iter().map(|&right| u8::from(right)).collect();
    group.bench_function("ECE, 15 bins of equal width, from f32 and bytes", |b| {
        let bins =
            || ReliabilityBins::from_slices(15, BinClosure::Right, black_box(&single), &bytes).unwrap();
        b.iter(|| bins().expected_calibration_error().unwrap());
    });
    let level = Level::default();
    group.bench_function("AUROC with DeLong's interval", |b| {
        b.iter(|| auroc(black_box(&confidences), &right, level).unwrap());
    });
    let ranking = Ranking::of_predictions(&predictions);
    group.bench_function("AUROC of a ranking", |b| b.iter(|| black_box(&ranking).auroc(level).unwrap()));
    group.bench_function("risk-coverage", |b| {
        b.iter(|| RiskCoverage::new(black_box(&predictions)).unwrap().excess_area());
    });
    group.bench_function("Brier score", |b| b.iter(|| brier(black_box(&predictions), level).unwrap()));
    group.bench_function("temperature", |b| {
        b.iter(|| TemperatureScaling::fit(black_box(&predictions), TemperatureRange::default()).unwrap());
    });
    group.finish();
}

criterion_group! {
    name = calibration;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(300));
    targets = benches
}
criterion_main!(calibration);
