//! `brennan_prediger.json`.

use probity::agreement::{ChanceModel, brennan_prediger};
use probity::tally::Patterns;
use serde_json::Value;

use super::chance_corrected::{gwet_family, options};
use super::{Outcome, ratings, text};

pub(super) fn run(input: &Value) -> Outcome {
    let (ratings, options) = (ratings(input), options(input));
    let patterns = Patterns::from_ratings(&ratings).map_err(text)?;
    gwet_family(
        &brennan_prediger(&ratings, &options),
        patterns.observed_agreement(&options),
        patterns.expected_agreement(ChanceModel::Uniform, &options),
    )
}
