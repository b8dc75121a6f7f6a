//! `scott_pi.json`.

use probity::agreement::{ChanceModel, Options, scott_pi};
use probity::tally::{PairCounts, Patterns};
use serde_json::{Value, json};

use super::{Outcome, figure, ratings, text};

pub(super) fn run(input: &Value) -> Outcome {
    let ratings = ratings(input);
    let options = Options::new();
    let counts = PairCounts::from_ratings(&ratings, 0, 1).map_err(text)?;
    let pi = scott_pi(&ratings, &options);
    if let Ok(e) = &pi {
        assert_eq!(e.items, counts.total());
    }
    Ok(json!({
        "pi": figure(pi.map(|e| e.value))?,
        "po": figure(counts.observed_agreement(&options))?,
        "pe": figure(Patterns::from_pairs(&counts).expected_agreement(ChanceModel::Fleiss, &options))?,
        "n": counts.total(),
    }))
}
