//! Judges of unstructured text against humans: every figure of the report in one call.

use std::collections::BTreeSet;

use probity::agreement::{Coefficient, Landmarks, Options, PairwiseTable, krippendorff_alpha};
use probity::inference::Level;
use probity::judge::{JudgeVsHuman, judges_vs_human, unique_mode};
use probity::ratings::{Labels, Ratings, Scale};
use serde_json::{Map, Value, json};

use super::{Outcome, estimate, list, number, string, text};

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "judge_vs_human_agreement" => report(input),
        "pairwise_rater_matrix" => matrix(&input["raters"]),
        "krippendorff_alpha" => {
            let rows: Vec<&Value> = list(&input["ratings_rater_item"]).iter().collect();
            let scale = match string(input, "level").as_str() {
                "ordinal" => Scale::Ordinal,
                "interval" => Scale::Interval,
                _ => Scale::Nominal,
            };
            let ratings = ratings(&rows).with_scale(scale).expect("numeric labels");
            estimate(krippendorff_alpha(&ratings, &Options::new()))
        }
        "landis_koch_band" => {
            Landmarks::LandisKoch.band(number(input, "kappa")).map(|band| json!(band.words)).map_err(text)
        }
        "majority_vote_items" => {
            let raters = list(&input["raters"]);
            let items = list(&raters[0]).len();
            let consensus = |item: usize| {
                let votes: Vec<Option<u64>> = raters.iter().map(|rater| rater[item].as_u64()).collect();
                unique_mode(&votes).copied()
            };
            Ok(json!((0..items).map(consensus).collect::<Vec<_>>()))
        }
        _ => return None,
    })
}

/// Raters' columns of numbers as ratings over all that occurs.
fn ratings(columns: &[&Value]) -> Ratings {
    let values: BTreeSet<i64> =
        columns.iter().flat_map(|column| list(column)).filter_map(Value::as_i64).collect();
    // The vectors' scale is 1 to 3, whether or not all of it is used.
    let values: Vec<i64> = values.into_iter().chain([1, 2, 3]).collect::<BTreeSet<_>>().into_iter().collect();
    let labels = Labels::from_values(values.iter().map(|&v| v as f64)).expect("distinct values");
    let code = |cell: &Value| {
        let value = cell.as_i64()?;
        values.iter().position(|&v| v == value).map(|at| at as u32)
    };
    let items = list(columns[0]).len();
    let cells: Vec<Option<u32>> =
        (0..items).flat_map(|item| columns.iter().map(move |column| code(&column[item]))).collect();
    Ratings::from_options(labels, columns.len(), &cells).expect("valid codes")
}

fn report(input: &Value) -> Outcome {
    let judges = input["judges"].as_object().expect("judges");
    let columns: Vec<&Value> = std::iter::once(&input["human"]).chain(judges.values()).collect();
    let found = judges_vs_human(&ratings(&columns), 0, Level::default()).map_err(text)?;
    let entries = judges.keys().zip(found).map(|(name, (_, found))| Ok((name.clone(), figures(found)?)));
    Ok(Value::Object(entries.collect::<Result<Map<_, _>, String>>()?))
}

fn figures(found: JudgeVsHuman) -> Outcome {
    Ok(json!({
        "n": found.confusion.total(),
        "percent_agreement": estimate(found.percent_agreement)?,
        "within_one": estimate(found.within_one)?,
        "kappa": estimate(found.kappa)?,
        "kappa_linear": estimate(found.kappa_linear)?,
        "kappa_quadratic": estimate(found.kappa_quadratic)?,
        "spearman": estimate(found.spearman)?,
        "alpha_nominal": estimate(found.alpha_nominal)?,
        "alpha_ordinal": estimate(found.alpha_ordinal)?,
        "alpha_interval": estimate(found.alpha_interval)?,
    }))
}

fn matrix(raters: &Value) -> Outcome {
    let raters = raters.as_object().expect("raters");
    let ratings = ratings(&raters.values().collect::<Vec<_>>());
    let table = |coefficient| PairwiseTable::new(&ratings, coefficient, &Options::new()).map_err(text);
    let (percent, kappa) = (table(Coefficient::PercentAgreement)?, table(Coefficient::CohenKappa)?);
    let names: Vec<&String> = raters.keys().collect();
    let mut cells = Map::new();
    for i in 0..names.len() {
        for j in (0..names.len()).filter(|&j| j != i) {
            let cell = json!({
                "percent": estimate(percent.get(i, j).cloned())?,
                "kappa": estimate(kappa.get(i, j).cloned())?,
            });
            cells.insert(format!("{}|{}", names[i], names[j]), cell);
        }
    }
    Ok(Value::Object(cells))
}
