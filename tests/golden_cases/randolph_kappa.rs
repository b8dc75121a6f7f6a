//! `randolph_kappa.json`.

use probity::agreement::{Options, randolph_kappa};
use serde_json::{Value, json};

use super::{Outcome, ratings};

pub(super) fn run(input: &Value) -> Outcome {
    let ratings = ratings(input);
    assert_eq!(json!(ratings.n_categories()), input["n_categories"]);
    match randolph_kappa(&ratings, &Options::new()) {
        Err(error) if error.is_undefined() => Ok(json!({"kappa": null})),
        Err(error) => Err(error.to_string()),
        Ok(e) => {
            let chance = e.chance.expect("a chance-corrected figure");
            let (observed, expected) = (chance.observed(), chance.expected());
            Ok(json!({"kappa": e.value, "p_observed": observed, "p_expected": expected}))
        }
    }
}
