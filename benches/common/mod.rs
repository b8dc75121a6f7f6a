//! What the benches share: physical yardsticks measured in the same run, and seeded data.
#![allow(dead_code, reason = "each bench uses its part")]

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use probity::rng::Stream;

/// Reads every byte once, at the speed of memory: nothing that looks at the bytes can be faster.
pub(crate) fn read_bytes(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let sum = words.iter().fold(0u64, |sum, word| sum.wrapping_add(u64::from_le_bytes(*word)));
    rest.iter().fold(sum, |sum, &byte| sum.wrapping_add(byte.into()))
}

/// The yardstick of main memory: a read of 200 MB, several times what a cache holds. Inputs of 20 MB may lie in the last
/// cache, from which a read is faster.
pub(crate) fn memory(c: &mut Criterion) {
    let bytes = vec![1u8; 200_000_000];
    let mut group = c.benchmark_group("yardstick");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("read 200 MB of memory", |bench| bench.iter(|| read_bytes(black_box(&bytes))));
}

/// Reads every number once, at the speed of memory.
pub(crate) fn read_numbers(numbers: &[f64]) -> u64 {
    numbers.iter().fold(0u64, |sum, x| sum.wrapping_add(x.to_bits()))
}

/// `n` codes below `k`, of which the share `missing` is [`u8::MAX`].
pub(crate) fn codes(seed: u64, n: usize, k: u8, missing: f64) -> Vec<u8> {
    let mut rng = Stream::new(seed, 0, 0);
    (0..n).map(|_| if rng.uniform() < missing { u8::MAX } else { rng.below(k.into()) as u8 }).collect()
}

/// Codes of `raters` raters, item after item, who see the item's true category in the share `share` of their judgments
/// and guess otherwise; the share `missing` is [`u8::MAX`].
pub(crate) fn panel(seed: u64, items: usize, raters: usize, k: u8, share: f64, missing: f64) -> Vec<u8> {
    let mut rng = Stream::new(seed, 0, 0);
    let mut codes = Vec::with_capacity(items * raters);
    for _ in 0..items {
        let truth = rng.below(k.into()) as u8;
        for _ in 0..raters {
            let guess = rng.below(k.into()) as u8;
            let code = if rng.uniform() < share { truth } else { guess };
            codes.push(if rng.uniform() < missing { u8::MAX } else { code });
        }
    }
    codes
}
