//! Sessions, queries, and what is the same.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use datafusion::prelude::{SessionConfig, SessionContext};
use probity::inference::Estimate;
use serde::Serialize;

use crate::{PARTITIONS, session};

/// A session in which the rows of table `t` lie in so many partitions, in small batches.
pub(crate) fn embedded(columns: &[(&str, ArrayRef)], partitions: usize) -> SessionContext {
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
pub(crate) async fn query(context: &SessionContext, sql: &str) -> Result<RecordBatch> {
    let batches = context.sql(sql).await?.collect().await?;
    let schema = batches.first().map(RecordBatch::schema).expect("a query has a batch");
    Ok(datafusion::arrow::compute::concat_batches(&schema, &batches)?)
}

/// The first column of a query.
pub(crate) async fn column(context: &SessionContext, sql: &str) -> ArrayRef {
    match query(context, sql).await {
        Ok(batch) => Arc::clone(batch.column(0)),
        Err(error) => panic!("{sql}: {error}"),
    }
}

/// The number in the first row.
pub(crate) async fn number(context: &SessionContext, sql: &str) -> Option<f64> {
    value(&column(context, sql).await, 0)
}

pub(crate) fn value(numbers: &ArrayRef, row: usize) -> Option<f64> {
    let numbers = numbers.as_primitive::<Float64Type>();
    numbers.is_valid(row).then(|| numbers.value(row))
}

/// Value, lower and upper end, method and reason of an interval.
#[derive(Debug, PartialEq)]
pub(crate) struct Interval {
    pub(crate) numbers: [Option<f64>; 3],
    pub(crate) method: Option<String>,
    pub(crate) reason: Option<String>,
}

pub(crate) fn interval(structs: &ArrayRef, row: usize) -> Option<Interval> {
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
pub(crate) enum Same {
    Bits,
    Nearly,
}

pub(crate) fn assert_same(what: &str, found: Option<f64>, expected: Option<f64>, same: Same) {
    let equal = match (found, expected, same) {
        (Some(a), Some(b), Same::Bits) => a.to_bits() == b.to_bits(),
        (Some(a), Some(b), Same::Nearly) => (a - b).abs() <= 1e-12,
        (a, b, _) => a.is_none() && b.is_none(),
    };
    assert!(equal, "{what}: found {found:?}, expected {expected:?}");
}

/// A figure, and its interval under the name with `_ci`, against an estimate of the core, on any number of partitions.
pub(crate) async fn assert_figure(
    columns: &[(&str, ArrayRef)],
    function: &str,
    arguments: &str,
    expected: &probity::Result<Estimate>,
    same: Same,
) {
    for partitions in PARTITIONS {
        let context = session(columns, partitions).await;
        let what = format!("{function}({arguments}) on {partitions}");
        let found = number(&context, &format!("SELECT {function}({arguments}) FROM t")).await;
        assert_same(&what, found, expected.as_ref().ok().map(|e| e.value), same);
        let structs = column(&context, &format!("SELECT {function}_ci({arguments}) FROM t")).await;
        assert_interval(&what, &interval(&structs, 0).unwrap(), expected, same);
    }
}

/// Several figures, in a struct.
pub(crate) async fn assert_figures(
    columns: &[(&str, ArrayRef)],
    function: &str,
    names: &[&str],
    expected: &[probity::Result<Estimate>],
    same: Same,
) {
    for partitions in PARTITIONS {
        let context = session(columns, partitions).await;
        let found = column(&context, &format!("SELECT {function}(before, after) FROM t")).await;
        let intervals = column(&context, &format!("SELECT {function}_ci(before, after) FROM t")).await;
        assert_eq!(found.as_struct().column_names(), names);
        for (name, expected) in names.iter().zip(expected) {
            let found = value(found.as_struct().column_by_name(name).unwrap(), 0);
            assert_same(name, found, expected.as_ref().ok().map(|e| e.value), same);
            let interval = interval(intervals.as_struct().column_by_name(name).unwrap(), 0);
            assert_interval(name, &interval.unwrap(), expected, same);
        }
    }
}

pub(crate) fn assert_interval(
    what: &str,
    found: &Interval,
    expected: &probity::Result<Estimate>,
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

/// The texts of a row of tallies against those of the core.
pub(crate) async fn assert_tallies(columns: &[(&str, ArrayRef)], tallies: &[(&str, String)]) {
    let calls: Vec<&str> = tallies.iter().map(|(call, _)| *call).collect();
    let sql = format!("SELECT {} FROM t", calls.join(", "));
    for partitions in PARTITIONS {
        let found = query(&session(columns, partitions).await, &sql).await.unwrap();
        for (column, (call, expected)) in found.columns().iter().zip(tallies) {
            assert_eq!(column.as_string::<i32>().value(0), expected, "{call} on {partitions}");
        }
    }
}

pub(crate) fn json(tally: &impl Serialize) -> String {
    serde_json::to_string(tally).unwrap()
}
