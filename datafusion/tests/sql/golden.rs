//! The golden vectors of the core that need no more than SQL can say: by peers' figures, and by the core's to the bit.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array};
use probity::agreement::{Options, fleiss_kappa, gwet_ac};
use probity::correlation::{complete_pairs, pearson};
use probity::ratings::Scale;
use probity::tally::Patterns;
use serde_json::Value;

use crate::data::{Label, lists, pair_counts, ratings, texts};
use crate::{PARTITIONS, Same, assert_figure, assert_same, number, session};

fn cases(stem: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/golden/peers/{stem}.json"));
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap();
    // Categories that nobody chose cannot be found in the data.
    let found = cases.iter().filter(|case| case["input"].get("categories").is_none_or(Value::is_null));
    // Tables of counts are not rows.
    let is_table = |case: &&Value| ["counts", "table"].iter().any(|key| case["input"].get(key).is_some());
    let rows = found.filter(|case| !is_table(case));
    rows.cloned().collect()
}

fn label(cell: &Value) -> Label {
    match cell {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(n) => Some(n.as_f64().unwrap().to_string()),
        other => panic!("a label {other}"),
    }
}

fn rows(case: &Value) -> Vec<Vec<Label>> {
    let rows = case["input"]["ratings"].as_array().unwrap();
    rows.iter().map(|row| row.as_array().unwrap().iter().map(label).collect()).collect()
}

fn numbers(values: &Value) -> Vec<Option<f64>> {
    values.as_array().unwrap().iter().map(Value::as_f64).collect()
}

/// What peers found, where the vector has it.
fn assert_expected(case: &Value, key: &str, found: Option<f64>) {
    let Some(expected) = case["expected"].get(key) else { return };
    let tolerance = case["tolerance"].as_f64().unwrap();
    let equal = match (found, expected.as_f64()) {
        (Some(found), Some(expected)) => (found - expected).abs() <= tolerance,
        (found, expected) => found.is_none() && expected.is_none(),
    };
    assert!(equal, "{}: {key}: found {found:?}, expected {expected}", case["name"]);
}

#[tokio::test]
async fn two_raters() {
    let mut tested = 0;
    for (stem, function, key) in [
        ("cohen_kappa", "cohen_kappa", "kappa"),
        ("scott_pi", "scott_pi", "pi"),
        ("gwet_ac", "gwet_ac1", "coefficient"),
        ("percent_agreement", "percent_agreement", "percent_agreement"),
    ] {
        for case in cases(stem) {
            let rows = rows(&case);
            let weights = case["input"].get("weights").and_then(Value::as_str).unwrap_or("unweighted");
            if weights != "unweighted" || rows.iter().any(|row| row.len() != 2) {
                continue;
            }
            let (a, b): (Vec<Label>, Vec<Label>) =
                rows.iter().map(|row| (row[0].clone(), row[1].clone())).unzip();
            let columns = [("a", texts(&a)), ("b", texts(&b))];
            let (pairs, options) = (pair_counts(&a, &b), Options::new());
            let expected = match function {
                "cohen_kappa" => pairs.cohen_kappa(&options),
                "scott_pi" => pairs.scott_pi(&options),
                "gwet_ac1" => gwet_ac(&ratings(&rows), &options),
                _ => pairs.percent_agreement(&options),
            };
            assert_figure(&columns, function, "a, b", &expected, Same::Bits).await;
            assert_expected(&case, key, expected.ok().map(|e| e.value));
            tested += 1;
        }
    }
    assert!(tested >= 20, "{tested} cases");
}

#[tokio::test]
async fn many_raters() {
    let mut tested = 0;
    for case in cases("fleiss_kappa").into_iter().chain(cases("fleiss_kappa_general")) {
        let rows = rows(&case);
        if case["input"].get("weights").and_then(Value::as_str).is_some_and(|w| w != "unweighted") {
            continue;
        }
        let expected = fleiss_kappa(&ratings(&rows), &Options::new());
        assert_figure(&[("labels", lists(&rows))], "fleiss_kappa", "labels", &expected, Same::Bits).await;
        tested += 1;
    }
    for case in cases("krippendorff_alpha") {
        let (rows, metric) = (rows(&case), case["input"]["metric"].as_str().unwrap().to_string());
        let scale = match metric.as_str() {
            "nominal" => Scale::Nominal,
            "ordinal" => Scale::Ordinal,
            "interval" => Scale::Interval,
            "ratio" => Scale::Ratio,
            _ => continue,
        };
        let patterns = Patterns::from_ratings(&ratings(&rows)).unwrap();
        if scale != Scale::Nominal && patterns.labels().values().is_none() {
            continue;
        }
        let expected = patterns.krippendorff_alpha(&scale, &Options::new());
        let arguments = format!("labels, '{metric}'");
        assert_figure(&[("labels", lists(&rows))], "krippendorff_alpha", &arguments, &expected, Same::Bits)
            .await;
        assert_expected(&case, "alpha", expected.ok().map(|e| e.value));
        tested += 1;
    }
    assert!(tested >= 30, "{tested} cases");
}

#[tokio::test]
async fn calibration() {
    for case in cases("calibration") {
        let input = &case["input"];
        let labels: Vec<i64> = numbers(&input["labels"]).into_iter().flatten().map(|l| l as i64).collect();
        let columns: [(&str, ArrayRef); 2] = [
            ("conf", Arc::new(Float64Array::from(numbers(&input["probabilities"])))),
            ("correct", Arc::new(Int64Array::from(labels))),
        ];
        for partitions in PARTITIONS {
            let context = session(&columns, partitions);
            let ece = format!("SELECT ece(conf, correct, {}) FROM t", input["n_bins"]);
            assert_expected(&case, "ece_right_closed", number(&context, &ece).await);
            let brier = number(&context, "SELECT brier(conf, correct) FROM t").await;
            assert_expected(&case, "brier", brier);
        }
    }
}

#[tokio::test]
async fn correlation() {
    for case in cases("rank_correlation") {
        let (x, y) = (numbers(&case["input"]["x"]), numbers(&case["input"]["y"]));
        let (complete_x, complete_y) = complete_pairs(&x, &y).unwrap();
        let expected = pearson(&complete_x, &complete_y, &probity::correlation::Options::new());
        let columns: [(&str, ArrayRef); 2] =
            [("x", Arc::new(Float64Array::from(x))), ("y", Arc::new(Float64Array::from(y)))];
        assert_figure(&columns, "pearson", "x, y", &expected, Same::Nearly).await;
        let context = session(&columns, 2);
        let found = number(&context, "SELECT pearson(x, y) FROM t").await;
        assert_same("pearson", found, expected.as_ref().ok().map(|e| e.value), Same::Nearly);
        assert_expected(&case, "pearson", found);
    }
}
