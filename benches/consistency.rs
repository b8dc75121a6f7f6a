//! Semantic entropy of many sample sets and n-gram scores, each beside reading its input once.
#![allow(missing_docs, reason = "a benchmark")]

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::consistency::{
    EIGEN_SCORE_ALPHA, NgramOptions, eigen_score, entailment_clusters, selfcheck_ngram, semantic_entropy,
};
use probity::rng::Stream;
use probity::text::{longest_common_subsequence, word_tokens};

const SETS: usize = 100_000;
const SAMPLES: usize = 10;

/// Clusters by an equivalence that costs nothing, so that the clustering itself is measured.
fn semantic(c: &mut Criterion) {
    let mut rng = Stream::new(1, 0, 0);
    let meanings: Vec<u8> = (0..SETS * SAMPLES).map(|_| rng.below(4) as u8).collect();
    let ln_p: Vec<f64> = (0..SETS * SAMPLES).map(|_| -20.0 * rng.uniform()).collect();
    let mut group = c.benchmark_group("semantic entropy, 100 000 sets of 10 samples");
    group.throughput(Throughput::Elements(SETS as u64)).sample_size(10);
    group.bench_function("yardstick: read the log-probabilities", |b| {
        b.iter(|| common::read_numbers(black_box(&ln_p)));
    });
    // Two functions that nobody can do without: the exponential of each sample and the logarithm of each cluster.
    group.bench_function("yardstick: one exponential a sample", |b| {
        b.iter(|| black_box(&ln_p).iter().map(|x| x.exp()).sum::<f64>());
    });
    group.bench_function("cluster", |b| {
        b.iter(|| {
            let sets = black_box(&meanings).chunks(SAMPLES);
            sets.map(|set| entailment_clusters(SAMPLES, |i, j| set[i] == set[j]).len()).sum::<usize>()
        });
    });
    group.bench_function("cluster and score", |b| {
        b.iter(|| {
            let sets = black_box(&meanings).chunks(SAMPLES).zip(black_box(&ln_p).chunks(SAMPLES));
            let entropy = |(set, ln_p): (&[u8], &[f64])| {
                let clusters = entailment_clusters(SAMPLES, |i, j| set[i] == set[j]);
                semantic_entropy(ln_p, &clusters).map_or(0.0, |s| s.semantic_entropy)
            };
            sets.map(entropy).sum::<f64>()
        });
    });
    group.finish();
}

/// A passage and 20 samples of eight sentences of about twenty words each, as in WikiBio.
fn ngrams(c: &mut Criterion) {
    let mut rng = Stream::new(2, 0, 0);
    let mut text = || {
        let mut sentence = || {
            let words = (0..20).map(|_| {
                let (a, b) = (rng.below(40), rng.below(40));
                format!("Word{}", a * b)
            });
            words.collect::<Vec<_>>()
        };
        (0..8).map(|_| sentence()).collect::<Vec<_>>()
    };
    let passage = text();
    let samples: Vec<_> = (0..20).map(|_| text()).collect();
    let words: Vec<&String> = passage.iter().chain(samples.iter().flatten()).flatten().collect();
    let joined = words.iter().map(|w| w.as_str()).collect::<Vec<_>>().join(" ");
    let mut group = c.benchmark_group("n-gram scores, a passage and 20 samples");
    group.throughput(Throughput::Elements(words.len() as u64));
    group.bench_function("yardstick: read the bytes", |b| {
        b.iter(|| common::read_bytes(black_box(joined.as_bytes())));
    });
    group.bench_function("tokens", |b| b.iter(|| word_tokens(black_box(&joined)).count()));
    for n in [1, 3] {
        let options = NgramOptions::new().n(n).unwrap_or_default();
        group.bench_function(format!("score, n = {n}"), |b| {
            b.iter(|| {
                selfcheck_ngram(black_box(&passage), black_box(&samples), &options).map(|s| s.mean.value)
            });
        });
    }
    group.finish();

    let mut group = c.benchmark_group("overlap of two texts of 3 000 words");
    let (a, b) = (&words[..words.len().min(3000)], &words[words.len().saturating_sub(3000)..]);
    group.bench_function("longest common subsequence", |bench| {
        bench.iter(|| longest_common_subsequence(black_box(a), black_box(b)));
    });
    group.finish();
}

fn eigen(c: &mut Criterion) {
    let mut rng = Stream::new(3, 0, 0);
    let rows: Vec<Vec<f64>> = (0..20).map(|_| (0..4096).map(|_| rng.uniform() - 0.5).collect()).collect();
    let flat = rows.concat();
    let mut group = c.benchmark_group("EigenScore, 20 samples of 4 096 features");
    group.bench_function("yardstick: read the embeddings", |b| {
        b.iter(|| common::read_numbers(black_box(&flat)));
    });
    group.bench_function("score", |b| b.iter(|| eigen_score(black_box(&rows), EIGEN_SCORE_ALPHA)));
    group.finish();
}

criterion_group!(benches, semantic, ngrams, eigen);
criterion_main!(benches);
