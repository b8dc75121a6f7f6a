//! `percent_agreement.json`.

use probity::agreement::{Options, percent_agreement, unanimous_agreement};
use serde_json::{Map, Value, json};

use super::{Outcome, figure, ratings};

pub(super) fn run(input: &Value) -> Outcome {
    let ratings = ratings(input);
    let mut out = Map::new();
    let agreement = percent_agreement(&ratings, &Options::new());
    if let Ok(e) = &agreement {
        out.extend(e.standard_error.map(|se| ("se".into(), json!(se))));
        out.extend(e.interval.map(|i| ("ci95_t".into(), json!([i.lower, i.upper]))));
    }
    out.insert("percent_agreement".into(), figure(agreement.map(|e| e.value))?);
    let all = unanimous_agreement(&ratings, &Options::new());
    out.insert("all_raters_agree".into(), figure(all.map(|e| e.value))?);
    Ok(out.into())
}
