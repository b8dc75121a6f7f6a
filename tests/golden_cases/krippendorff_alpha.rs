use probity::agreement::{Options, krippendorff_alpha};
use probity::ratings::{Disagreement, Scale};
use probity::tally::{Coincidences, Patterns, UnitMoments};
use serde_json::{Value, json};

use super::{Outcome, figure, matrix, ratings, text};

fn scale(input: &Value) -> Scale {
    match input["metric"].as_str() {
        Some("nominal") => Scale::Nominal,
        Some("ordinal") => Scale::Ordinal,
        Some("interval") => Scale::Interval,
        Some("ratio") => Scale::Ratio,
        Some("circular") => Scale::Circular { period: input["circ"].as_f64() },
        Some("bipolar") => Scale::Bipolar { ends: input["xmin"].as_f64().zip(input["xmax"].as_f64()) },
        Some(other) => panic!("unknown metric {other:?}"),
        None => {
            Scale::Custom(Disagreement::from_matrix(matrix(&input["distance_matrix"])).expect("a matrix"))
        }
    }
}

/// Alpha with its standard error, the disagreements and the coincidences; every way to alpha must give the same.
pub(crate) fn run(input: &Value) -> Outcome {
    let scale = scale(input);
    let ratings = ratings(input).with_scale(scale.clone()).map_err(text)?;
    let options = Options::new();
    let alpha = krippendorff_alpha(&ratings, &options);
    let coincidences = Coincidences::from_ratings(&ratings).map_err(text)?;
    let mut out = json!({
        "alpha": figure(alpha.as_ref().map(|a| a.value).map_err(Clone::clone))?,
        "n_pairable": coincidences.n_pairable(),
        "n_units": coincidences.n_units(),
        "coincidence": coincidences.matrix(),
    });
    if let Ok(disagreement) = coincidences.disagreement(&scale) {
        out["d_observed"] = json!(disagreement.observed());
        out["d_expected"] = json!(disagreement.expected());
    }
    let Ok(alpha) = alpha else { return Ok(out) };
    if let (Some(error), Some(interval)) = (alpha.standard_error, alpha.interval) {
        out["se_gwet"] = json!(error);
        out["ci95_gwet_t"] = json!([interval.lower, interval.upper]);
    }
    let patterns = Patterns::from_ratings(&ratings).map_err(text)?;
    let again = patterns.krippendorff_alpha(&scale, &options).map_err(text)?;
    let bare = coincidences.krippendorff_alpha(&scale).map_err(text)?;
    if again.value != alpha.value || again.standard_error != alpha.standard_error || bare.value != alpha.value
    {
        return Err(format!("ratings give {alpha}, patterns {again}, coincidences {bare}"));
    }
    if scale == Scale::Interval {
        let moments =
            UnitMoments::from_ratings(&ratings).map_err(text)?.krippendorff_alpha().map_err(text)?;
        if (moments.value - alpha.value).abs() > 1e-12 {
            return Err(format!("ratings give {alpha}, moments {moments}"));
        }
    }
    Ok(out)
}
