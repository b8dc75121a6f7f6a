//! Grading answers, beside reading the bytes of the same pairs.
//!
//! The pairs are drawn in the mixture of RealCritic's data (letters, numbers, expressions) with a fixed seed.
#![allow(missing_docs, reason = "a benchmark")]

mod common;

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use probity::rng::Stream;
use probity::text::{math_equal, realcritic_extract_answer};

const PAIRS: usize = 10_000;

/// Per hundred: 33 letters, 47 numbers, the rest expressions of the kinds that the data hold.
fn pairs() -> Vec<(String, String)> {
    let mut rng = Stream::new(1, 0, 0);
    let mut below = |n: u64| rng.below(n);
    let mut pair = || {
        let (kind, n, m) = (below(100), below(500), below(500) + 1);
        let letter = |n: u64| ["A", "B", "C", "D"][n as usize % 4].to_string();
        match kind {
            0..33 => (letter(n), letter(m)),
            33..80 => (n.to_string(), if m % 2 == 0 { n } else { m }.to_string()),
            80..84 => (format!("\\frac{{{n}}}{{{m}}}"), format!("{n}/{m}")),
            84..87 => (format!("{m}\\times10^{{-{}}}", n % 20), format!("{m}e-{}", n % 20)),
            87..90 => (format!("({n},\\frac{{1}}{{{m}}})"), format!("({n},\\frac{{2}}{{{m}}})")),
            90..95 => (
                format!("c_1e^{{\\frac{{{n}}}{{{m}}}x}}+c_2\\cos({m}x)"),
                format!("c_{{2}}\\cos{m}x+c_{{1}}e^{{{n}x/{m}}}"),
            ),
            95..98 => (format!("(x+{n})(x-{m})"), format!("x^{{2}}+{n}x-{m}x-{n}\\cdot{m}")),
            _ => ("Thelimitdoesnotexist".to_string(), "undefined".to_string()),
        }
    };
    (0..PAIRS).map(|_| pair()).collect()
}

fn grade(c: &mut Criterion) {
    let pairs = pairs();
    let bytes: Vec<u8> = pairs.iter().flat_map(|(p, r)| [p.as_bytes(), r.as_bytes()].concat()).collect();
    let mut group = c.benchmark_group("realcritic, 10 000 pairs");
    group.throughput(Throughput::Elements(PAIRS as u64));
    group.bench_function("yardstick: read the bytes", |b| b.iter(|| common::read_bytes(black_box(&bytes))));
    group.bench_function("math_equal", |b| {
        b.iter(|| black_box(&pairs).iter().filter(|(p, r)| math_equal(p, r).is_equal()).count());
    });
    group.finish();

    let responses: Vec<String> =
        pairs.iter().map(|(p, r)| format!("First {r}, then more.\nSo \\boxed{{{p}}}.")).collect();
    let bytes = responses.concat().into_bytes();
    let mut group = c.benchmark_group("realcritic, 10 000 responses");
    group.throughput(Throughput::Elements(PAIRS as u64)).sample_size(10);
    group.bench_function("yardstick: read the bytes", |b| b.iter(|| common::read_bytes(black_box(&bytes))));
    group.bench_function("extract", |b| {
        let extract = |responses: &Vec<String>| -> usize {
            responses.iter().map(|text| realcritic_extract_answer(text, "math").len()).sum()
        };
        b.iter_batched_ref(|| responses.clone(), |responses| extract(responses), BatchSize::LargeInput);
    });
    group.finish();
}

criterion_group!(benches, grade);
criterion_main!(benches);
