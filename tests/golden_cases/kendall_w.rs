use probity::agreement::kendall_w;
use serde_json::{Value, json};

use super::{Outcome, icc};

pub(super) fn run(input: &Value) -> Outcome {
    let ratings = icc::scores(input);
    match kendall_w(&ratings) {
        Ok(w) => Ok(json!({
            "w": w.estimate.value,
            "w_uncorrected": w.uncorrected,
            "n_items": w.estimate.items,
            "n_raters": w.estimate.raters,
            "tie_term": w.ties,
            "s": w.deviations,
            "chi2": w.chi_square,
            "df": w.df,
            "p_value": w.estimate.p_value,
            "mean_spearman": w.mean_spearman,
        })),
        Err(e) if e.is_undefined() => Ok(json!({"w": null, "n_items": ratings.n_items()})),
        Err(e) => Err(e.to_string()),
    }
}
