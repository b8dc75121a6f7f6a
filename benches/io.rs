//! Reading tables of judgments, beside a memory read of the same bytes and beside splitting them into fields.
//!
//! The tables have 10⁶ rows (about 20 MB) unless `PROBITY_BENCH_ROWS` says otherwise.
#![allow(missing_docs, clippy::expect_used, reason = "a benchmark")]

mod common;

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

/// What the `csv` crate alone takes.
fn split(text: &[u8]) -> usize {
    let mut reader = csv::ReaderBuilder::new().flexible(true).buffer_capacity(1 << 16).from_reader(text);
    let (mut record, mut fields) = (csv::ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record).expect("bytes in memory") {
        fields += record.len();
    }
    fields
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
        group.bench_function("read the bytes", |b| {
            b.iter(|| common::read_bytes(black_box(text.as_bytes())));
        });
        if name.starts_with("csv") {
            group.bench_function("split into fields", |b| b.iter(|| split(text.as_bytes())));
        }
        group.bench_function("ratings", |b| {
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
