//! Many groups at once, filters, windows, and the ways in which DataFusion cuts an aggregation.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::prelude::SessionContext;
use probity::agreement::Options;
use probity::inference::Level;
use probity::tally::{Mark, Transitions};

use crate::data::{Label, draw, lists, pair_counts, texts};
use crate::harness::{Same, assert_same, column, number, query, value};
use crate::{PARTITIONS, session};

const ROWS: usize = 4_000;
const GROUPS: usize = 700;

fn group_of(row: usize) -> usize {
    row * row % GROUPS
}

fn columns(names: &[&str]) -> (Vec<(&'static str, ArrayRef)>, Vec<Label>, Vec<Label>) {
    let (a, b): (Vec<Label>, Vec<Label>) =
        draw(11, ROWS, 2, names).into_iter().map(|row| (row[0].clone(), row[1].clone())).unzip();
    let groups = Int64Array::from_iter_values((0..ROWS).map(|row| group_of(row) as i64));
    let columns = vec![("g", Arc::new(groups) as ArrayRef), ("a", texts(&a)), ("b", texts(&b))];
    (columns, a, b)
}

async fn kappas(context: &SessionContext) -> HashMap<i64, Option<f64>> {
    let batch = query(context, "SELECT g, cohen_kappa(a, b) FROM t GROUP BY g").await.unwrap();
    let groups = batch.column(0).as_primitive::<Int64Type>();
    (0..batch.num_rows()).map(|row| (groups.value(row), value(batch.column(1), row))).collect()
}

fn expected(a: &[Label], b: &[Label]) -> HashMap<i64, Option<f64>> {
    let mut rows: HashMap<i64, (Vec<Label>, Vec<Label>)> = HashMap::new();
    for row in 0..ROWS {
        let (left, right) = rows.entry(group_of(row) as i64).or_default();
        left.push(a[row].clone());
        right.push(b[row].clone());
    }
    let kappa = |(a, b): &(Vec<Label>, Vec<Label>)| pair_counts(a, b).cohen_kappa(&Options::new());
    rows.iter().map(|(&group, rows)| (group, kappa(rows).ok().map(|e| e.value))).collect()
}

fn assert_all(found: &HashMap<i64, Option<f64>>, expected: &HashMap<i64, Option<f64>>) {
    assert_eq!(found.len(), expected.len());
    for (group, &kappa) in expected {
        assert_same(&format!("group {group}"), found[group], kappa, Same::Bits);
    }
}

#[tokio::test]
async fn few_labels_lie_flat_and_many_labels_do_not() {
    let many: Vec<String> = (0..300).map(|i| format!("label {i}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for names in [&["yes", "no", "perhaps"][..], &many] {
        let (columns, a, b) = columns(names);
        let expected = expected(&a, &b);
        for partitions in PARTITIONS {
            assert_all(&kappas(&session(&columns, partitions).await).await, &expected);
        }
    }
}

#[tokio::test]
async fn rows_that_pass_as_states_of_their_own() {
    let (columns, a, b) = columns(&["yes", "no"]);
    let context = session(&columns, 7).await;
    // Partial aggregation gives up after ten rows, whatever they look like.
    for setting in ["rows_threshold = 10", "ratio_threshold = 0.0"] {
        let sql = format!("SET datafusion.execution.skip_partial_aggregation_probe_{setting}");
        context.sql(&sql).await.unwrap().collect().await.unwrap();
    }
    assert_all(&kappas(&context).await, &expected(&a, &b));
}

#[tokio::test]
async fn sorted_groups_leave_as_they_end() {
    let (columns, a, b) = columns(&["yes", "no"]);
    let context = session(&columns, 1).await;
    let sql = "SELECT g, cohen_kappa(a, b) FROM (SELECT * FROM t ORDER BY g) GROUP BY g";
    let batch = query(&context, sql).await.unwrap();
    let groups = batch.column(0).as_primitive::<Int64Type>();
    let found = (0..batch.num_rows()).map(|row| (groups.value(row), value(batch.column(1), row))).collect();
    assert_all(&found, &expected(&a, &b));
}

#[tokio::test]
async fn filters_and_windows() {
    let (columns, a, b) = columns(&["yes", "no"]);
    let kept = |row: &usize| group_of(*row) < 350;
    let pick = |labels: &[Label]| (0..ROWS).filter(kept).map(|row| labels[row].clone()).collect::<Vec<_>>();
    let expected = pair_counts(&pick(&a), &pick(&b)).cohen_kappa(&Options::new()).unwrap().value;
    for partitions in PARTITIONS {
        let context = session(&columns, partitions).await;
        let sql = "SELECT cohen_kappa(a, b) FILTER (WHERE g < 350) FROM t";
        assert_same(sql, number(&context, sql).await, Some(expected), Same::Bits);
        let sql = "SELECT k FROM (SELECT g % 2 h, cohen_kappa(a, b) FILTER (WHERE g < 350) k FROM t GROUP BY h) ORDER BY h";
        assert_eq!(column(&context, sql).await.len(), 2);
        let sql = "SELECT cohen_kappa(a, b) OVER () FROM t WHERE g < 350 LIMIT 1";
        assert_same(sql, number(&context, sql).await, Some(expected), Same::Bits);
    }
}

#[tokio::test]
async fn lists_and_tables_by_group() {
    let rows = draw(12, ROWS, 3, &["x", "y", "z"]);
    let flags = |at: usize| {
        rows.iter().map(|row| row[at].as_ref().map(|l| i64::from(l == "x"))).collect::<Int64Array>()
    };
    let groups = Int64Array::from_iter_values((0..ROWS).map(|row| (row % 3) as i64));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("g", Arc::new(groups)),
        ("labels", lists(&rows)),
        ("before", Arc::new(flags(0))),
        ("after", Arc::new(flags(1))),
    ];
    let of_group = |g: usize| rows.iter().skip(g).step_by(3);
    let sql = "SELECT fleiss_kappa(labels), confidence_critique(before, after) FROM t GROUP BY g ORDER BY g";
    for partitions in PARTITIONS {
        let batch = query(&session(&columns, partitions).await, sql).await.unwrap();
        for g in 0..3 {
            let own: Vec<Vec<Label>> = of_group(g).cloned().collect();
            let fleiss =
                probity::agreement::fleiss_kappa(&crate::data::ratings(&own), &Options::new()).unwrap();
            assert_same("fleiss", value(batch.column(0), g), Some(fleiss.value), Same::Bits);
            let marks = |at: usize| {
                own.iter().map(|row| Mark::from(row[at].as_ref().map(|l| l == "x"))).collect::<Vec<_>>()
            };
            let table = Transitions::from_marks(&marks(0), &marks(1)).unwrap();
            let expected = table.confidence_critique(Level::default()).unwrap().rss.unwrap().value;
            let rss = batch.column(1).as_struct().column_by_name("rss").unwrap();
            assert_same("rss", value(rss, g), Some(expected), Same::Bits);
        }
    }
}

#[tokio::test]
async fn nothing_is_null_and_what_is_undefined_says_why() {
    let (columns, ..) = columns(&["yes"]);
    let context = session(&columns, 2).await;
    assert_eq!(number(&context, "SELECT cohen_kappa(a, b) FROM t WHERE g < 0").await, None);
    assert!(column(&context, "SELECT cohen_kappa_ci(a, b) FROM t WHERE g < 0").await.is_null(0));
    assert_eq!(number(&context, "SELECT cohen_kappa(a, b) FROM t").await, None);
    let found = column(&context, "SELECT cohen_kappa_ci(a, b) FROM t").await;
    let reason = crate::harness::interval(&found, 0).unwrap().reason.unwrap();
    assert!(
        reason.starts_with("Cohen's kappa is undefined: all judgments are the same category"),
        "{reason}"
    );
    assert_eq!(number(&context, "SELECT cohen_kappa(NULL, b) FROM t").await, None);
    let critique =
        column(&context, "SELECT confidence_critique(a = 'yes', a = 'yes') FROM t WHERE a = 'yes'").await;
    let critique = critique.as_struct();
    assert_eq!(value(critique.column_by_name("acc1").unwrap(), 0), Some(1.0));
    assert_eq!(value(critique.column_by_name("cs").unwrap(), 0), None);
}
