//! `fleiss_kappa_general.json`.

use probity::agreement::{ChanceModel, fleiss_kappa};
use probity::tally::Patterns;
use serde_json::Value;

use super::chance_corrected::{gwet_family, options};
use super::{Outcome, ratings, text};

pub(super) fn run(input: &Value) -> Outcome {
    let (ratings, options) = (ratings(input), options(input));
    let patterns = Patterns::from_ratings(&ratings).map_err(text)?;
    gwet_family(
        &fleiss_kappa(&ratings, &options),
        patterns.observed_agreement(&options),
        patterns.expected_agreement(ChanceModel::Fleiss, &options),
    )
}
