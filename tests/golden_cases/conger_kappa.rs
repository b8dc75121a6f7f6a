//! `conger_kappa.json`.

use probity::agreement::{CongerVariance, conger_expected_agreement, conger_kappa, conger_kappa_with};
use probity::tally::Patterns;
use serde_json::{Value, json};

use super::chance_corrected::{gwet_family, options};
use super::{Outcome, ratings, text};

pub(super) fn run(input: &Value) -> Outcome {
    let (ratings, options) = (ratings(input), options(input));
    let observed = Patterns::from_ratings(&ratings).map_err(text)?.observed_agreement(&options);
    let mut out = gwet_family(
        &conger_kappa(&ratings, &options),
        observed,
        conger_expected_agreement(&ratings, &options),
    )?;
    let jackknife = conger_kappa_with(&ratings, CongerVariance::InfinitesimalJackknife, &options);
    if let (Ok(e), Some(out)) = (jackknife, out.as_object_mut()) {
        out.extend(e.standard_error.map(|se| ("se_infinitesimal_jackknife".into(), json!(se))));
    }
    Ok(out)
}
