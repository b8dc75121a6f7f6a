//! `peers/bradley_terry`.

use probity::preference::{BradleyTerryOptions, EloScale, bradley_terry};
use serde_json::{Value, json};

use super::{Outcome, matrix, text};

pub(super) fn run(input: &Value) -> Outcome {
    let wins = matrix(&input["wins"]);
    let found = bradley_terry(wins.len(), &wins.concat(), &BradleyTerryOptions::new());
    match found {
        Ok(fit) => Ok(json!({
            "log_strength_centered": fit.strengths(),
            "se_centered": fit.estimates().iter().map(|e| e.standard_error).collect::<Vec<_>>(),
            "log_likelihood": fit.log_likelihood(),
            "elo_centered_400": fit.strengths().iter().map(|&s| EloScale::default().points(s)).collect::<Vec<_>>(),
            "finite_mle_exists": true,
        })),
        Err(error) if error.is_undefined() => {
            Ok(json!({"log_strength_centered": null, "finite_mle_exists": false}))
        }
        Err(error) => Err(text(error)),
    }
}
