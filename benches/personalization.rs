//! PerSEval of ten systems on 1,000 documents of 100 users, beside as many exponentials and one read of the distances.
//!
//! Every number of the distances is drawn with a fixed seed; the systems share them, at other places.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::compute::Backend;
use probity::personalization::{PersevalOptions, PersonalizedDocument, SummaryDistance, personalization};
use probity::rng::Stream;

const SYSTEMS: usize = 10;
const DOCUMENTS: usize = 1_000;
const USERS: usize = 100;
const SQUARE: usize = USERS * USERS;
/// Distances between outputs: of every document those of the users, then those of the systems at a shift.
const NUMBERS: usize = (DOCUMENTS + SYSTEMS) * SQUARE;

fn numbers() -> Vec<f64> {
    let mut rng = Stream::new(1, 0, 0);
    (0..NUMBERS).map(|_| 0.1 + 0.9 * rng.uniform()).collect()
}

fn documents(numbers: &[f64], system: usize) -> Vec<PersonalizedDocument<'_>> {
    let document = |at: usize| PersonalizedDocument {
        user_user: &numbers[at * SQUARE..(at + 1) * SQUARE],
        user_document: &numbers[at * SQUARE..at * SQUARE + USERS],
        model_model: &numbers[(at + system) * SQUARE..(at + system + 1) * SQUARE],
        model_document: &numbers[(at + system) * SQUARE..(at + system) * SQUARE + USERS],
        model_user: &numbers[at * SQUARE + USERS..at * SQUARE + 2 * USERS],
    };
    (0..DOCUMENTS).map(document).collect()
}

fn perseval(c: &mut Criterion) {
    let numbers = numbers();
    let systems: Vec<_> = (1..=SYSTEMS).map(|system| documents(&numbers, system)).collect();
    let options = PersevalOptions::default();
    let mut group = c.benchmark_group("perseval, 10 systems x 1 000 documents x 100 users");
    group.sample_size(10).throughput(Throughput::Elements((SYSTEMS * DOCUMENTS * SQUARE) as u64));
    group.bench_function("yardstick: read the distances", |b| {
        b.iter(|| {
            (0..=SYSTEMS).map(|_| common::read_numbers(black_box(&numbers))).fold(0, u64::wrapping_add)
        });
    });
    // One a pair for each system, and one for the users, whose side the systems share.
    group.bench_function("yardstick: the exponentials", |b| {
        let distances = &numbers[..DOCUMENTS * SQUARE];
        b.iter(|| {
            (0..=SYSTEMS).map(|_| black_box(distances).iter().map(|d| (-d).exp()).sum::<f64>()).sum::<f64>()
        });
    });
    group.bench_function("one thread", |b| {
        b.iter(|| Backend::cpu().deviations_of_systems(black_box(&systems), &options).unwrap().len());
    });
    group.finish();

    let one = &systems[0][..100];
    let mut group = c.benchmark_group("perseval, 100 documents x 100 users");
    group.sample_size(10).throughput(Throughput::Elements((one.len() * SQUARE) as u64));
    group.bench_function("yardstick: the exponentials", |b| {
        let distances = &numbers[..one.len() * SQUARE];
        b.iter(|| (0..2).map(|_| black_box(distances).iter().map(|d| (-d).exp()).sum::<f64>()).sum::<f64>());
    });
    group.bench_function("batched", |b| {
        b.iter(|| Backend::cpu().deviations(black_box(one), &options).unwrap());
    });
    group.bench_function("plain", |b| b.iter(|| personalization(black_box(one), &options).unwrap()));
    group.finish();
}

fn texts(c: &mut Criterion) {
    let mut rng = Stream::new(2, 0, 0);
    let mut text = || -> String {
        let word = |n: u64| format!("word{n}ing ");
        (0..100).map(|_| word(rng.below(300))).collect()
    };
    let pairs: Vec<(String, String)> = (0..100).map(|_| (text(), text())).collect();
    let bytes: Vec<u8> = pairs.iter().flat_map(|(a, b)| [a.as_bytes(), b.as_bytes()].concat()).collect();
    let mut group = c.benchmark_group("100 pairs of texts of 100 words");
    group.sample_size(10).throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("yardstick: read the bytes", |b| b.iter(|| common::read_bytes(black_box(&bytes))));
    for distance in SummaryDistance::ALL {
        group.bench_function(distance.name(), |b| {
            let between = |(a, b): &(String, String)| distance.between(a, b).unwrap();
            b.iter(|| black_box(&pairs).iter().map(between).sum::<f64>());
        });
    }
    group.finish();
}

criterion_group!(benches, perseval, texts);
criterion_main!(benches);
