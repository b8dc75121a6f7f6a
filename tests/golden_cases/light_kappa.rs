//! `light_kappa.json`.

use probity::agreement::{LightKappa, Options, light_kappa};
use serde_json::{Map, Value, json};

use super::{Outcome, figure, ratings, text};

pub(super) fn run(input: &Value) -> Outcome {
    let ratings = ratings(input);
    let light = LightKappa::new(&ratings, &Options::new()).map_err(text)?;
    let mut pairs = Map::new();
    for a in 0..ratings.n_raters() {
        for b in a + 1..ratings.n_raters() {
            pairs.insert(format!("{a}-{b}"), figure(light.pairs.get(a, b).map(|e| e.value))?);
        }
    }
    Ok(json!({
        "kappa": figure(light_kappa(&ratings, &Options::new()).map(|e| e.value))?,
        "kappa_skip_undefined": light.mean_of_defined,
        "pairwise": pairs,
    }))
}
