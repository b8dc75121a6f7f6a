//! Tables of right and wrong before and after, beside a memory read of the same bytes; confidence and critique of many
//! models.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

mod common;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::correction::{Question, compare_models};
use probity::inference::Bootstrap;
use probity::rng::Stream;
use probity::tally::{QuestionTransitions, Tally, Transitions};

/// A hundred million samples: ten shards, each of ten million before and as many after, so that none stays in a cache.
fn samples(c: &mut Criterion) {
    const SHARD: usize = 10_000_000;
    const SHARDS: usize = 10;
    let mut group = c.benchmark_group("1e8 samples before and after");
    group.throughput(Throughput::Bytes((2 * SHARD * SHARDS) as u64));
    for (name, missing) in [("all with a verdict", 0.0), ("1 % without a verdict", 0.01)] {
        let (before, after) = (common::codes(1, SHARD, 2, missing), common::codes(2, SHARD, 2, missing));
        group.bench_function(format!("read the bytes, {name}"), |b| {
            b.iter(|| {
                (0..SHARDS).fold(0u64, |sum, _| {
                    sum ^ common::read_bytes(black_box(&before)) ^ common::read_bytes(black_box(&after))
                })
            });
        });
        group.bench_function(format!("tally and merge, {name}"), |b| {
            b.iter(|| {
                let mut all = Transitions::default();
                for _ in 0..SHARDS {
                    let shard = Transitions::from_bytes(black_box(&before), black_box(&after)).unwrap();
                    all.merge(&shard).unwrap();
                }
                all
            });
        });
    }
}

/// Ten samples of a thousand questions by eleven models: 55 pairs of models, five differences each.
fn comparison(c: &mut Criterion) {
    let model = |seed: u32| {
        let mut rng = Stream::new(7, seed, 0);
        let mut tally = QuestionTransitions::default();
        for question in 0..1_000 {
            let ease = rng.uniform();
            for _ in 0..10 {
                let before = rng.uniform() < ease;
                let after = rng.uniform() < if before { 0.9 } else { 0.3 * ease };
                tally.record((question, before.into(), after.into())).unwrap();
            }
        }
        tally.iter().map(|(_, samples)| Question::from_samples(samples).unwrap()).collect::<Vec<_>>()
    };
    let models: Vec<Vec<Question>> = (0..11).map(model).collect();
    let mut group = c.benchmark_group("11 models x 1000 questions");
    group.bench_function("compare, 2000 resamples", |b| {
        b.iter(|| compare_models(black_box(models.clone()), &Bootstrap::new(1)).unwrap());
    });
}

criterion_group! {
    name = correction;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_millis(500));
    targets = samples, comparison
}
criterion_main!(correction);
