//! `gwet_ac.json`.

use probity::agreement::{ChanceModel, gwet_ac};
use probity::tally::Patterns;
use serde_json::Value;

use super::chance_corrected::{gwet_family, options};
use super::{Outcome, ratings, text};

pub(super) fn run(input: &Value) -> Outcome {
    let (ratings, options) = (ratings(input), options(input));
    let patterns = Patterns::from_ratings(&ratings).map_err(text)?;
    gwet_family(
        &gwet_ac(&ratings, &options),
        patterns.observed_agreement(&options),
        patterns.expected_agreement(ChanceModel::Gwet, &options),
    )
}
