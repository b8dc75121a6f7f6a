//! Looking for refusals, beside reading the same bytes.
//!
//! The text is drawn from ordinary words with a fixed seed, so that a response is a few hundred letters and no phrase of
//! the lists stands in it: each search goes to the end.
#![allow(missing_docs, clippy::expect_used, reason = "a benchmark")]

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::rng::Stream;
use probity::text::{RefusalDetector, RefusalPatterns};

const RESPONSES: usize = 20_000;

/// Words with the beginnings of the phrases among them: "i'm", "i am", "not", "aware", "make", "however".
const WORDS: [&str; 32] = [
    "the",
    "of",
    "and",
    "in",
    "it",
    "is",
    "was",
    "that",
    "I",
    "I'm",
    "am",
    "not",
    "aware",
    "make",
    "however",
    "must",
    "answer",
    "question",
    "capital",
    "France",
    "Paris",
    "river",
    "nobody",
    "information",
    "apology",
    "able",
    "to",
    "provide",
    "enough",
    "don't",
    "know.",
    "Well,",
];

fn responses() -> Vec<String> {
    let mut rng = Stream::new(1, 0, 0);
    let detectors = [RefusalPatterns::PLAIN, RefusalPatterns::ALIGNMENT]
        .map(|patterns| RefusalDetector::new(patterns).expect("a list of phrases"));
    let mut response = || {
        let words = 20 + rng.below(100);
        (0..words).map(|_| WORDS[rng.below(32) as usize]).collect::<Vec<_>>().join(" ")
    };
    let mut found = Vec::with_capacity(RESPONSES);
    while found.len() < RESPONSES {
        let response = response();
        if !detectors.iter().any(|detector| detector.is_refusal("", &response)) {
            found.push(response);
        }
    }
    found
}

fn refusals(c: &mut Criterion) {
    let responses = responses();
    let bytes = responses.concat().into_bytes();
    let mut group = c.benchmark_group("refusals, 20 000 responses");
    group.throughput(Throughput::Bytes(bytes.len() as u64)).sample_size(20);
    group.bench_function("yardstick: read the bytes", |b| b.iter(|| common::read_bytes(black_box(&bytes))));
    for patterns in [RefusalPatterns::PLAIN, RefusalPatterns::ALIGNMENT] {
        let detector = RefusalDetector::new(patterns).expect("a list of phrases");
        group.bench_function(patterns.name, |b| {
            b.iter(|| {
                black_box(&responses).iter().filter(|text| detector.is_refusal("Who is it?", text)).count()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, refusals);
criterion_main!(benches);
