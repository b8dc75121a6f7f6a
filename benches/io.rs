//! Reading tables of judgments, beside counting the line breaks of the same bytes.
//!
//! The tables have 10⁶ rows (about 20 MB) unless `PROBITY_BENCH_ROWS` says otherwise.
#![allow(missing_docs, clippy::expect_used, reason = "a benchmark")]

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::io::{Dialect, Format, LongTable, Strictness};
use probity::ratings::RatingsBuilder;

const RATERS: usize = 20;

/// `rows` judgments as (item, rater, label), item after item or in an order without any.
fn judgments(rows: usize, shuffled: bool) -> impl Iterator<Item = (usize, usize, usize)> {
    (0..rows).map(move |row| {
        // An odd factor prime to the number of rows visits each row once.
        let row = if shuffled { (row * 7_368_787) % rows } else { row };
        (row / RATERS, row % RATERS, (row * 7919) % 5 + 1)
    })
}

fn csv(rows: usize, shuffled: bool) -> String {
    let mut text = String::from("item,rater,label\n");
    for (item, rater, label) in judgments(rows, shuffled) {
        writeln!(text, "item{item},rater{rater},{label}").expect("a string takes any text");
    }
    text
}

fn json_lines(rows: usize) -> String {
    let mut text = String::new();
    for (item, rater, label) in judgments(rows, false) {
        writeln!(text, r#"{{"item":"item{item}","rater":"rater{rater}","label":{label}}}"#)
            .expect("a string takes any text");
    }
    text
}

fn read(c: &mut Criterion) {
    let rows = std::env::var("PROBITY_BENCH_ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let table = LongTable::new("item", "rater", "label");
    let json_table = table.clone().dialect(Dialect::new().format(Format::JsonLines));
    let files = [
        ("csv by item", &table, csv(rows, false)),
        ("csv shuffled", &table, csv(rows, true)),
        ("json lines by item", &json_table, json_lines(rows)),
    ];
    for (name, table, text) in &files {
        let mut group = c.benchmark_group(*name);
        group.sample_size(10).throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function("yardstick: count line breaks", |b| {
            b.iter(|| black_box(text.as_bytes()).iter().filter(|&&byte| byte == b'\n').count());
        });
        group.bench_function("read", |b| {
            b.iter(|| table.read_from(text.as_bytes(), Strictness::Strict).expect("a table"));
        });
        group.finish();
    }
}

/// What is left of reading when the fields are there already.
fn build(c: &mut Criterion) {
    let names: Vec<(String, String)> =
        judgments(1_000_000, false).map(|(i, r, _)| (format!("item{i}"), format!("rater{r}"))).collect();
    let mut group = c.benchmark_group("build");
    group.sample_size(10).throughput(Throughput::Elements(names.len() as u64));
    group.bench_function("rows of names", |b| {
        b.iter(|| {
            let mut builder = RatingsBuilder::new();
            for (item, rater) in &names {
                builder.push(item, rater, Some("1")).expect("a row");
            }
            builder.build().expect("ratings")
        });
    });
    group.finish();
}

criterion_group!(benches, read, build);
criterion_main!(benches);
