use probity::agreement::{IccAnova, IccForm};
use probity::inference::Level;
use probity::ratings::{Ratings, Scale};
use probity::tally::TwoWayMoments;
use serde_json::{Map, Value, json};

use super::{Outcome, figure, text};

/// `input.scores`: items × raters of numbers, `null` where missing.
pub(super) fn scores(input: &Value) -> Ratings {
    let rows = super::matrix(&input["scores"]);
    let raters = rows.first().map_or(0, Vec::len);
    Ratings::from_values(Scale::Interval, raters, rows.concat()).expect("a table of scores")
}

pub(super) fn run(input: &Value) -> Outcome {
    let table = TwoWayMoments::from_ratings(&scores(input)).map_err(text)?;
    let anova = IccAnova::new(&table).map_err(text)?;
    let mut out = Map::new();
    let mut put = |key: String, value: Value| drop(out.insert(key, value));
    for (key, value) in [
        ("msb", anova.between_items),
        ("msj", anova.between_raters),
        ("msw", anova.within_items),
        ("mse", anova.residual),
    ] {
        put(key.into(), json!(value));
    }
    put("icc2_df_satterthwaite".into(), json!(anova.satterthwaite_df()));
    for (key, form) in ["1", "2", "3", "1k", "2k", "3k"].into_iter().zip(IccForm::SHROUT_FLEISS) {
        let estimate = anova.icc(form, Level::default());
        if let Some(interval) = estimate.as_ref().ok().and_then(|e| e.interval) {
            put(format!("icc{key}_ci95"), json!([interval.lower, interval.upper]));
            put(format!("icc{key}_ci95_lo"), json!(interval.lower));
            put(format!("icc{key}_ci95_hi"), json!(interval.upper));
        }
        if let Some(test) = anova.f_test(form, 0.0).map_err(text)? {
            put(format!("f{key}"), json!(test.f));
            put(format!("f{key}_df"), json!([test.df1, test.df2]));
            put(format!("p{key}"), json!(test.p_value));
        }
        put(format!("icc{key}"), figure(estimate.map(|e| e.value))?);
    }
    Ok(Value::Object(out))
}
