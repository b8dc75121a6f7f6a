//! `fleiss_kappa.json`: the classic form, every item judged equally often.

use probity::agreement::Options;
use probity::ratings::Labels;
use probity::tally::UnitCounts;
use serde_json::{Map, Value, json};

use super::{Outcome, figure, matrix, text};

pub(super) fn run(input: &Value) -> Outcome {
    let rows = matrix(&input["counts"]);
    let cells: Vec<u32> = rows.concat().into_iter().map(|n| n as u32).collect();
    let counts = UnitCounts::from_counts(Labels::codes(rows[0].len()), &cells).map_err(text)?;
    let detail = counts.patterns().fleiss_kappa_detail(&Options::new()).map_err(text)?;
    let mut out = Map::new();
    out.insert("kappa".into(), figure(detail.estimate.map(|e| e.value))?);
    out.insert("p_observed".into(), json!(detail.observed));
    out.insert("p_expected".into(), json!(detail.expected));
    out.insert("category_proportions".into(), json!(detail.shares));
    out.insert("item_agreement".into(), json!(counts.item_agreement(&Options::new()).map_err(text)?));
    let categories = detail.categories.into_iter().map(|kappa| figure(kappa.map(|e| e.value)));
    out.insert("category_kappa".into(), json!(categories.collect::<Result<Vec<_>, _>>()?));
    if let Some(null) = detail.null {
        out.insert("se_null".into(), json!(null.standard_error));
        out.insert("z".into(), json!(null.z));
        out.insert("p_value".into(), json!(null.p_value));
        out.insert("category_se_null".into(), json!(null.category_standard_error));
        out.insert("se_fleiss1971".into(), json!(null.standard_error_1971));
    }
    Ok(out.into())
}
