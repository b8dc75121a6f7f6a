//! Rows a second of `cohen_kappa` by group, of text and of integers, beside `count(*)` and `sum` by the same groups in the
//! same run, from Parquet and from memory; and whether the figures are those of the core.
//!
//! Time of the processor is that of all cores; other work on the machine hardly changes it, while it does the time that
//! passes. Peaks are of the whole process: from Parquet what a query takes, from memory the table, too.
//!
//! ```text
//! cargo run --release --example throughput -- 20000000 1000
//! ```
#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use std::fs::File;
use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Int32Array, Int64Array, RecordBatch, StringViewArray,
};
use datafusion::arrow::datatypes::{Float64Type, Int64Type};
use datafusion::datasource::MemTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use probity::agreement::Options;
use probity::ratings::Labels;
use probity::tally::PairCounts;

const BATCH: usize = 8192;
const LABELS: [&str; 5] = ["bad", "fair", "good", "poor", "very good"];

/// Group and the two codes of a row.
fn row(i: usize, groups: usize) -> (usize, usize, usize) {
    let mixed = i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let (a, other) = (mixed % 5, mixed / 5 % 5);
    (mixed / 100 % groups, a, if (mixed / 25).is_multiple_of(4) { other } else { a })
}

fn batch(start: usize, end: usize, groups: usize) -> Result<RecordBatch> {
    let rows: Vec<_> = (start..end).map(|i| row(i, groups)).collect();
    let texts = |of: fn(&(usize, usize, usize)) -> usize| -> ArrayRef {
        Arc::new(StringViewArray::from_iter_values(rows.iter().map(|row| LABELS[of(row)])))
    };
    let codes = |of: fn(&(usize, usize, usize)) -> usize| -> ArrayRef {
        Arc::new(Int32Array::from_iter_values(rows.iter().map(|row| of(row) as i32)))
    };
    let columns: [(&str, ArrayRef); 6] = [
        ("g", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.0 as i64)))),
        ("a", codes(|row| row.1)),
        ("b", codes(|row| row.2)),
        ("ta", texts(|row| row.1)),
        ("tb", texts(|row| row.2)),
        ("x", Arc::new(Int64Array::from_iter_values((start..end).map(|i| i as i64 % 1000)))),
    ];
    Ok(RecordBatch::try_from_iter(columns)?)
}

/// A number of a file of this process, where the system has it.
fn of_process<T>(file: &str, read: fn(&str) -> Option<T>) -> Option<T> {
    read(&std::fs::read_to_string(format!("/proc/self/{file}")).ok()?)
}

/// Seconds of all cores so far, in hundredths.
fn processor() -> f64 {
    let ticks = of_process("stat", |stat| {
        let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
        Some(fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?)
    });
    ticks.map_or(f64::NAN, |ticks| ticks / 100.0)
}

/// The greatest memory since the last call, in MB.
fn peak() -> f64 {
    let peak = of_process("status", |status| {
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().strip_suffix(" kB")?.parse::<f64>().ok()
    });
    // Forgets the peak; where that is not allowed, the next one is the greatest of all.
    std::fs::write("/proc/self/clear_refs", "5").ok();
    peak.map_or(f64::NAN, |kilobytes| kilobytes / 1024.0)
}

/// The best of some rounds of a query.
struct Best {
    passed: f64,
    processor: f64,
    peak: f64,
    found: Vec<RecordBatch>,
}

impl Best {
    /// One more round: as many runs as a third of a second has, at least one.
    async fn round(&mut self, context: &SessionContext, sql: &str) -> Result<()> {
        peak();
        let (began, processor_began, mut runs) = (Instant::now(), processor(), 0.0);
        while runs == 0.0 || began.elapsed().as_secs_f64() < 0.33 {
            let one = Instant::now();
            self.found = context.sql(sql).await?.collect().await?;
            self.passed = self.passed.min(one.elapsed().as_secs_f64());
            runs += 1.0;
        }
        self.processor = self.processor.min((processor() - processor_began) / runs);
        self.peak = self.peak.max(peak());
        Ok(())
    }
}

const CALLS: [&str; 4] = ["count(*)", "sum(x)", "cohen_kappa(ta, tb)", "cohen_kappa(a, b)"];
const ROUNDS: usize = 5;

async fn measure(context: &SessionContext, from: &str, rows: usize, groups: usize) -> Result<()> {
    let fresh = || Best { passed: f64::INFINITY, processor: f64::INFINITY, peak: 0.0, found: Vec::new() };
    let mut best = CALLS.map(|_| fresh());
    // In turn, so that a busy minute hits all of them.
    for _ in 0..ROUNDS {
        for (best, call) in best.iter_mut().zip(CALLS) {
            best.round(context, &format!("SELECT g, {call} FROM {from} GROUP BY g")).await?;
        }
    }
    let [_, sum, of_texts, of_codes] = &best;
    for (best, call) in best.iter().zip(CALLS) {
        let rate = |seconds: f64| rows as f64 / seconds / 1e6;
        println!(
            "{from:8} {call:20} {:8.4} s {:7.1} M rows/s, processor {:8.4} s {:7.1} M rows/s, {:5.2} x sum, peak {:6.0} MB",
            best.passed,
            rate(best.passed),
            best.processor,
            rate(best.processor),
            best.processor / sum.processor,
            best.peak
        );
    }
    check(&of_texts.found, rows, groups)?;
    check(&of_codes.found, rows, groups)
}

fn check(found: &[RecordBatch], rows: usize, groups: usize) -> Result<()> {
    let mut cells = vec![0u64; groups * 25];
    for i in 0..rows {
        let (group, a, b) = row(i, groups);
        cells[group * 25 + a * 5 + b] += 1;
    }
    for batch in found {
        let group = batch.column(0).as_primitive::<Int64Type>();
        let kappa = batch.column(1).as_primitive::<Float64Type>();
        for row in 0..batch.num_rows() {
            let own = &cells[group.value(row) as usize * 25..][..25];
            let expected = PairCounts::from_counts(Labels::codes(5), own.to_vec())
                .and_then(|pairs| pairs.cohen_kappa(&Options::new()));
            let same = match expected {
                Ok(expected) => kappa.is_valid(row) && expected.value.to_bits() == kappa.value(row).to_bits(),
                Err(_) => kappa.is_null(row),
            };
            if !same {
                return Err(DataFusionError::Execution(format!("group {}: another kappa", group.value(row))));
            }
        }
    }
    let found: usize = found.iter().map(RecordBatch::num_rows).sum();
    let expected = cells.chunks(25).filter(|own| own.iter().any(|&n| n > 0)).count();
    if found != expected {
        return Err(DataFusionError::Execution(format!("{found} groups, expected {expected}")));
    }
    println!("every kappa of {found} groups is the core's, to the bit");
    Ok(())
}

#[tokio::main]
async fn main() -> Result<()> {
    let number = |at: usize, default: usize| {
        std::env::args().nth(at).and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (rows, groups) = (number(1, 20_000_000), number(2, 1_000));
    let mut context = SessionContext::new();
    probity_datafusion::register_all(&mut context)?;
    let partitions = context.state().config().target_partitions();
    println!("{rows} rows, {groups} groups, {partitions} partitions");
    let schema = batch(0, 1, groups)?.schema();
    let of_part = |part: usize| (0..rows).step_by(BATCH).skip(part).step_by(partitions);
    let batch_at = |start: usize| batch(start, rows.min(start + BATCH), groups);

    let folder = std::env::temp_dir().join(format!("throughput-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let zstd = Compression::ZSTD(ZstdLevel::default());
    for part in 0..partitions {
        let properties = WriterProperties::builder().set_compression(zstd).build();
        let file = File::create(folder.join(format!("{part}.parquet")))?;
        let mut writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))?;
        for start in of_part(part) {
            writer.write(&batch_at(start)?)?;
        }
        writer.close()?;
    }
    context.register_parquet("parquet", folder.to_string_lossy(), ParquetReadOptions::new()).await?;
    measure(&context, "parquet", rows, groups).await?;
    std::fs::remove_dir_all(&folder)?;

    let parts = (0..partitions).map(|part| of_part(part).map(batch_at).collect());
    let table = MemTable::try_new(schema, parts.collect::<Result<_>>()?)?;
    context.register_table("memory", Arc::new(table))?;
    measure(&context, "memory", rows, groups).await
}
