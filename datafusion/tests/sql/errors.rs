//! What is wrong is an error that names function, argument and value.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use datafusion::prelude::SessionContext;

use crate::harness::query;
use crate::session;

async fn table() -> SessionContext {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("a", Arc::new(StringArray::from(vec!["good", "bad", "good"]))),
        ("b", Arc::new(StringArray::from(vec!["bad", "bad", "good"]))),
        ("x", Arc::new(Float64Array::from(vec![0.5, 1.5, f64::NAN]))),
        ("n", Arc::new(Int64Array::from(vec![0, 1, 7]))),
    ];
    session(&columns, 2).await
}

#[tokio::test]
async fn errors_name_function_argument_and_value() {
    let context = table().await;
    for (call, parts) in [
        // Of the types and literals.
        ("cohen_kappa(a)", &["cohen_kappa", "expected 2 to 3 arguments (a, b, weights), found 1"][..]),
        ("cohen_kappa(a, b, a)", &["cohen_kappa", "argument 3 (weights)", "a literal text"]),
        ("cohen_kappa(a, b, 'cubic')", &["cohen_kappa", "argument 3 (weights)", "linear", "cubic"]),
        ("fleiss_kappa(a)", &["fleiss_kappa", "argument 1 (labels)", "a list", "Utf8"]),
        ("ece(x, x, 10)", &["ece", "argument 2 (correct)", "a boolean", "Float64"]),
        ("ece(x, n, n)", &["ece", "argument 3 (bins)", "a literal integer"]),
        ("ece(x, n, -4)", &["ece", "argument 3 (bins)", "at least 0", "-4"]),
        ("ece(x, n, 0)", &["ece", "argument 3 (bins)", "from 1 to 65,536", "found 0"]),
        ("pearson(a, x)", &["pearson", "argument 1 (x)", "a number", "Utf8"]),
        ("honesty(a, n)", &["honesty", "argument 2 (after)", "text", "Int64"]),
        ("cohen_kappa(DISTINCT a, b)", &["cohen_kappa", "DISTINCT"]),
        // Of the rows.
        ("cohen_kappa(a, x)", &["cohen_kappa", "argument 2 (b)", "a finite number", "NaN"]),
        (
            "cohen_kappa(a, b, 'linear')",
            &["cohen_kappa", "argument 3 (weights)", "numbers", "\"linear\"", "\"bad\""],
        ),
        ("ece(0.5, n, 10)", &["ece", "argument 2 (correct)", "a boolean, 0 or 1", "found 7"]),
        ("ece(x, true, 10)", &["ece", "argument 1 (conf)", "a number from 0 to 1", "1.5"]),
        ("brier(x, true)", &["brier", "argument 1 (conf)", "a number from 0 to 1", "1.5"]),
        ("auroc_hist(n, true, 5)", &["auroc_hist", "argument 1 (score)", "a level below 5", "found 7"]),
        ("auroc_hist(x, true, 5)", &["auroc_hist", "argument 1 (score)", "a score from 0 to 1", "1.5"]),
        ("pearson(n, x)", &["pearson", "argument 2 (y)", "finite", "NaN"]),
        ("confidence_critique(n, true)", &["confidence_critique", "argument 1 (before)", "found 7"]),
        ("honesty('kind', b)", &["honesty", "argument 1 (before)", "refusal", "\"kind\""]),
        ("win_rate(n)", &["win_rate", "argument 1 (preference)", "found 7"]),
        ("bradley_terry_counts(a, b, 'draw')", &["bradley_terry_counts", "argument 3 (outcome)", "draw"]),
        ("bradley_terry_counts(a, a, 'tie')", &["bradley_terry_counts", "argument 2 (b)", "twice"]),
        ("merge_tallies(a)", &["merge_tallies", "argument 1 (tally)", "a tally as JSON"]),
        ("verdict(a, b)", &["verdict", "argument 1 (rule_set)", "a rule set as JSON"]),
        ("verdict('{}', b)", &["verdict", "argument 1 (rule_set)", "probity.rules"]),
        ("is_idk(n, b)", &["is_idk", "argument 1 (question)", "text", "Int64"]),
    ] {
        let error = query(&context, &format!("SELECT {call} FROM t")).await.expect_err(call).to_string();
        for part in parts {
            assert!(error.contains(part), "{call}: {part:?} is not in {error}");
        }
    }
}

#[tokio::test]
async fn tallies_of_two_kinds_do_not_add() {
    let context = table().await;
    let sql = "SELECT merge_tallies(t) FROM (SELECT tally_pairs(a, b) t FROM t UNION ALL \
        SELECT tally_transitions(a = 'good', b = 'good') FROM t)";
    let error = query(&context, sql).await.expect_err(sql).to_string();
    for part in ["merge_tallies", "argument 1 (tally)", "probity.pair_counts", "probity.transitions"] {
        assert!(error.contains(part), "{part:?} is not in {error}");
    }
}
