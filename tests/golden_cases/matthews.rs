//! `matthews.json`.

use probity::inference::Level;
use probity::ratings::Labels;
use probity::tally::PairCounts;
use serde_json::{Map, Value, json};

use super::{Outcome, figure, matrix, text};

pub(super) fn run(input: &Value) -> Outcome {
    let table = matrix(&input["table"]);
    let cells = table.concat().into_iter().map(|n| n as u64).collect();
    let counts = PairCounts::from_counts(Labels::codes(table.len()), cells).map_err(text)?;
    let result = counts.matthews_correlation(Level::default());
    let mut out = Map::new();
    out.insert("n".into(), json!(counts.total()));
    if let Err(error) = &result {
        out.insert("undefined".into(), json!(error.to_string()));
    }
    if let Ok(e) = &result {
        out.extend(e.standard_error.map(|se| ("se".into(), json!(se))));
        out.extend(e.interval.map(|i| ("ci95_fisher_z".into(), json!([i.lower, i.upper]))));
        out.extend(e.p_value.map(|p| ("p_value".into(), json!(p))));
    }
    out.insert("value".into(), figure(result.map(|e| e.value))?);
    Ok(out.into())
}
