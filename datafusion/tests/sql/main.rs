//! The functions in DataFusion, embedded, on one, two and seven partitions, against the core called directly.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected should stop there"
)]

mod data;
mod errors;
mod figures;
mod golden;
mod groups;
mod tallies;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use datafusion::prelude::{SessionConfig, SessionContext};

/// One partition, two, and more than there are cores.
const PARTITIONS: [usize; 3] = [1, 2, 7];

/// A session in which the rows of a table lie in so many partitions, in small batches.
fn session(columns: &[(&str, ArrayRef)], partitions: usize) -> SessionContext {
    let config = SessionConfig::new().with_target_partitions(partitions).with_batch_size(500);
    let mut context = SessionContext::new_with_config(config);
    probity_datafusion::register_all(&mut context).unwrap();
    let whole = RecordBatch::try_from_iter(columns.iter().cloned()).unwrap();
    let size = whole.num_rows().div_ceil(partitions).max(1);
    let parts: Vec<Vec<RecordBatch>> = (0..partitions)
        .map(|p| {
            // From the back, so that labels come in another order in each.
            let end = whole.num_rows().saturating_sub(p * size);
            let start = whole.num_rows().saturating_sub((p + 1) * size);
            let step = 300;
            let slices = (start..end).step_by(step);
            slices.map(|at| whole.slice(at, step.min(end - at))).collect()
        })
        .collect();
    let table = MemTable::try_new(whole.schema(), parts).unwrap();
    context.register_table("t", Arc::new(table)).unwrap();
    context
}

/// The batches of a query as one.
async fn query(context: &SessionContext, sql: &str) -> Result<RecordBatch> {
    let batches = context.sql(sql).await?.collect().await?;
    let schema = batches.first().map(RecordBatch::schema).expect("a query has a batch");
    Ok(datafusion::arrow::compute::concat_batches(&schema, &batches)?)
}

/// The first column of a query.
async fn column(context: &SessionContext, sql: &str) -> ArrayRef {
    match query(context, sql).await {
        Ok(batch) => Arc::clone(batch.column(0)),
        Err(error) => panic!("{sql}: {error}"),
    }
}

/// The number in the first row.
async fn number(context: &SessionContext, sql: &str) -> Option<f64> {
    value(&column(context, sql).await, 0)
}

fn value(numbers: &ArrayRef, row: usize) -> Option<f64> {
    let numbers = numbers.as_primitive::<Float64Type>();
    numbers.is_valid(row).then(|| numbers.value(row))
}

/// Value, lower and upper end, method and reason of an interval.
#[derive(Debug, PartialEq)]
struct Interval {
    numbers: [Option<f64>; 3],
    method: Option<String>,
    reason: Option<String>,
}

fn interval(structs: &ArrayRef, row: usize) -> Option<Interval> {
    let structs: &StructArray = structs.as_struct();
    let number = |name| value(structs.column_by_name(name).unwrap(), row);
    let text = |name: &str| {
        let texts = structs.column_by_name(name).unwrap().as_string::<i32>();
        texts.is_valid(row).then(|| texts.value(row).to_string())
    };
    structs.is_valid(row).then(|| Interval {
        numbers: ["value", "lower", "upper"].map(number),
        method: text("method"),
        reason: text("reason"),
    })
}

/// Equal to the bit, or to 1e-12 where floating-point sums are concerned.
#[derive(Debug, Clone, Copy)]
enum Same {
    Bits,
    Nearly,
}

fn assert_same(what: &str, found: Option<f64>, expected: Option<f64>, same: Same) {
    let equal = match (found, expected, same) {
        (Some(a), Some(b), Same::Bits) => a.to_bits() == b.to_bits(),
        (Some(a), Some(b), Same::Nearly) => (a - b).abs() <= 1e-12,
        (a, b, _) => a.is_none() && b.is_none(),
    };
    assert!(equal, "{what}: found {found:?}, expected {expected:?}");
}

/// A figure, and its interval under the name with `_ci`, against an estimate of the core, on any number of partitions.
async fn assert_figure(
    columns: &[(&str, ArrayRef)],
    function: &str,
    arguments: &str,
    expected: &probity::Result<probity::inference::Estimate>,
    same: Same,
) {
    for partitions in PARTITIONS {
        let context = session(columns, partitions);
        let what = format!("{function}({arguments}) on {partitions}");
        let found = number(&context, &format!("SELECT {function}({arguments}) FROM t")).await;
        assert_same(&what, found, expected.as_ref().ok().map(|e| e.value), same);
        let structs = column(&context, &format!("SELECT {function}_ci({arguments}) FROM t")).await;
        assert_interval(&what, &interval(&structs, 0).unwrap(), expected, same);
    }
}

fn assert_interval(
    what: &str,
    found: &Interval,
    expected: &probity::Result<probity::inference::Estimate>,
    same: Same,
) {
    match expected {
        Ok(estimate) => {
            let ends = estimate.interval.map(|i| (i.lower, i.upper));
            let numbers = [Some(estimate.value), ends.map(|e| e.0), ends.map(|e| e.1)];
            for (found, expected) in found.numbers.into_iter().zip(numbers) {
                assert_same(what, found, expected, same);
            }
            assert_eq!(found.method.as_deref(), estimate.interval.map(|i| i.method.name()), "{what}");
            assert_eq!(found.reason, None, "{what}");
        }
        Err(reason) => {
            assert_eq!(found.numbers, [None; 3], "{what}");
            assert_eq!(found.reason, Some(reason.to_string()), "{what}");
        }
    }
}
