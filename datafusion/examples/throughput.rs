//! Rows a second of `cohen_kappa` by group, beside `count(*)` and `sum` by the same groups in the same run, from memory
//! and from Parquet; then whether the figures of many rows are those of the core.
//!
//! ```text
//! cargo run --release --example throughput -- 20000000 1000
//! ```
#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Int32Array, Int64Array, RecordBatch, StringViewArray,
};
use datafusion::arrow::datatypes::{Float64Type, Int64Type};
use datafusion::datasource::MemTable;
use datafusion::error::{DataFusionError, Result};
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
    (mixed / 100 % groups, a, if mixed / 25 % 4 == 0 { other } else { a })
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

/// The greatest memory of this process so far, in MB, where the system says it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("unknown".to_string(), |line| line.trim().to_string())
}

async fn timed(context: &SessionContext, rows: usize, from: &str, select: &str) -> Result<Vec<RecordBatch>> {
    let sql = format!("SELECT g, {select} FROM {from} GROUP BY g");
    // Once to warm up, then the best of three.
    let mut found = context.sql(&sql).await?.collect().await?;
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let began = Instant::now();
        found = context.sql(&sql).await?.collect().await?;
        best = best.min(began.elapsed().as_secs_f64());
    }
    println!("{from:8} {select:24} {best:7.3} s {:8.1} M rows/s  peak {}", rows as f64 / best / 1e6, peak());
    Ok(found)
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
    println!("every kappa of {groups} groups is the core's, to the bit");
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
    let mut parts = vec![Vec::new(); partitions];
    for (k, start) in (0..rows).step_by(BATCH).enumerate() {
        parts[k % partitions].push(batch(start, rows.min(start + BATCH), groups)?);
    }
    let schema = batch(0, 1, groups)?.schema();
    context.register_table("memory", Arc::new(MemTable::try_new(schema, parts)?))?;
    let folder = std::env::temp_dir().join(format!("throughput-{}", std::process::id()));
    let path = folder.to_string_lossy().into_owned();
    let copy = format!("COPY memory TO '{path}' STORED AS PARQUET");
    context.sql(&copy).await?.collect().await?;
    context.register_parquet("parquet", &path, ParquetReadOptions::new()).await?;
    for from in ["memory", "parquet"] {
        for select in ["count(*)", "sum(x)", "cohen_kappa(ta, tb)", "cohen_kappa(a, b)"] {
            let found = timed(&context, rows, from, select).await?;
            if select == "cohen_kappa(a, b)" {
                check(&found, rows, groups)?;
            }
        }
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
