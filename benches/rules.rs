//! A thousand rules over a hundred megabytes of responses, beside reading the same bytes.
//!
//! Nine in ten rules forbid literals of their own, the rest are regular expressions; texts are drawn from words with a
//! fixed seed, and about one in a hundred has something that a rule looks for.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::rng::Stream;
use probity::rules::{Check, CompiledRules, Policy, Record, Rule, RuleCounts, RuleSet};
use probity::tally::Tally;

const RULES: usize = 1_000;
const BYTES: usize = 100_000_000;
/// About as long as an answer of a chat model.
const RESPONSE: usize = 2_000;

fn word(stream: &mut Stream) -> String {
    let syllable = |stream: &mut Stream| {
        let pick = |of: &[u8], stream: &mut Stream| char::from(of[stream.below(of.len() as u64) as usize]);
        [pick(b"bdfgklmnprst", stream), pick(b"aeiou", stream)].iter().collect::<String>()
    };
    let syllables = 1 + stream.below(4);
    (0..syllables).map(|_| syllable(stream)).collect()
}

fn rules() -> CompiledRules {
    let mut stream = Stream::new(1, 0, 0);
    let mut set = RuleSet::new("bench", "1");
    for i in 0..RULES {
        let (a, b) = (word(&mut stream), word(&mut stream));
        let check = match i % 20 {
            0 => Check::regex(format!(r"\b{a}x[a-z]+ {b}\b")),
            1 => Check::regex(format!(r"(?i)zq{a}\w*\s+{b}")),
            _ => Check::Literals {
                any_of: vec![format!("{a}x{b}"), format!("{b} {a}q")],
                ignore_case: i % 2 == 0,
                whole_words: i % 3 == 0,
            },
        };
        set = set.with(Rule::new(format!("rule {i:04}"), "", check).forbidding());
    }
    set.compile().unwrap()
}

fn responses() -> Vec<String> {
    let mut stream = Stream::new(2, 0, 0);
    let words: Vec<String> = (0..20_000).map(|_| word(&mut stream)).collect();
    let mut forbidden = Stream::new(1, 0, 0);
    let hit = (0..6).map(|_| word(&mut forbidden)).collect::<Vec<_>>();
    let response = |i: usize| {
        let mut text = String::with_capacity(RESPONSE + 16);
        while text.len() < RESPONSE {
            text.push_str(&words[stream.below(words.len() as u64) as usize]);
            text.push(if stream.below(12) == 0 { '\n' } else { ' ' });
        }
        if i.is_multiple_of(100) {
            text.extend([hit[4].as_str(), "x", hit[5].as_str()]);
        }
        text
    };
    (0..BYTES / RESPONSE).map(response).collect()
}

fn match_rules(c: &mut Criterion) {
    let (rules, texts) = (rules(), responses());
    let bytes = texts.concat().into_bytes();
    let mut group = c.benchmark_group("1,000 rules, 100 MB of responses");
    group.throughput(Throughput::Bytes(bytes.len() as u64)).sample_size(10);
    group.bench_function("yardstick: read the bytes", |b| b.iter(|| common::read_bytes(black_box(&bytes))));
    drop(bytes);
    let mut evaluator = rules.evaluator();
    group.bench_function("decisions and their tally", |b| {
        b.iter(|| {
            let mut counts = RuleCounts::new(&rules);
            for text in black_box(&texts) {
                counts.record(&evaluator.evaluate(&Record::new(text))).unwrap();
            }
            counts
        });
    });
    group.finish();

    let some = &texts[..texts.len() / 100];
    let mut group = c.benchmark_group("1,000 rules, 1 MB of responses");
    group.throughput(Throughput::Bytes(some.iter().map(String::len).sum::<usize>() as u64)).sample_size(10);
    group.bench_function("verdicts with every reason", |b| {
        b.iter(|| {
            let mut reasons = 0;
            for text in black_box(some) {
                reasons += evaluator.evaluate(&Record::new(text)).verdict(&Policy::All).reasons.len();
            }
            reasons
        });
    });
    group.finish();

    // One literal within the other, and a text that ends all of them at every byte.
    let nested = |set: RuleSet, n: usize| {
        set.with(Rule::new(format!("{n:04}"), "", Check::contains(["a".repeat(n)])).forbidding())
    };
    let hostile = (1..=200).fold(RuleSet::new("hostile", "1"), nested).compile().unwrap();
    let text = "a".repeat(1_000_000);
    let mut evaluator = hostile.evaluator();
    let mut group = c.benchmark_group("200 nested literals, 1 MB of the same letter");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(10);
    group.bench_function("yardstick: read the bytes", |b| {
        b.iter(|| common::read_bytes(black_box(text.as_bytes())));
    });
    group.bench_function("decisions", |b| {
        b.iter(|| evaluator.evaluate(&Record::new(black_box(&text))).decision("0200"));
    });
    group.finish();
}

criterion_group!(benches, match_rules);
criterion_main!(benches);
