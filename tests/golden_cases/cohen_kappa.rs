//! `cohen_kappa.json`.

use probity::agreement::{Options, WeightMatrix, Weights};
use probity::ratings::Labels;
use probity::tally::PairCounts;
use serde_json::{Map, Value, json};

use super::chance_corrected::options;
use super::{Outcome, matrix, ratings, text};

pub(super) fn run(input: &Value) -> Outcome {
    let (counts, options) = if input["table"].is_array() {
        let cells: Vec<u64> = matrix(&input["table"]).concat().into_iter().map(|n| n as u64).collect();
        let weights =
            WeightMatrix::from_disagreement(&matrix(&input["disagreement_weights"])).map_err(text)?;
        let labels = Labels::codes(weights.size());
        let options = Options::new().weights(Weights::Custom(weights));
        (PairCounts::from_counts(labels, cells).map_err(text)?, options)
    } else {
        (PairCounts::from_ratings(&ratings(input), 0, 1).map_err(text)?, options(input))
    };
    let mut out = Map::new();
    out.insert("n".into(), json!(counts.total()));
    out.insert("kappa".into(), super::figure(counts.cohen_kappa(&options).map(|e| e.value))?);
    if counts.total() == 0 {
        return Ok(out.into());
    }
    out.insert("po".into(), json!(counts.observed_agreement(&options).map_err(text)?));
    out.insert("pe".into(), json!(counts.expected_agreement(&options).map_err(text)?));
    let detail = counts.cohen_kappa_detail(&options).map_err(text)?;
    assert_eq!((json!(detail.observed), json!(detail.expected)), (out["po"].clone(), out["pe"].clone()));
    out.extend(detail.null_standard_error.map(|se| ("se_null".into(), json!(se))));
    out.extend(detail.z.map(|z| ("z_null".into(), json!(z))));
    out.extend(detail.max.map(|max| ("kappa_max".into(), json!(max))));
    if let Ok(e) = &detail.estimate {
        out.extend(e.standard_error.map(|se| ("se".into(), json!(se))));
        out.extend(e.interval.map(|i| ("ci95_normal".into(), json!([i.lower, i.upper]))));
        out.extend(e.p_value.map(|p| ("p_value_null_two_sided".into(), json!(p))));
    }
    Ok(out.into())
}
