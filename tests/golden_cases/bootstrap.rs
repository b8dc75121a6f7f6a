use probity::Result;
use probity::agreement::{Options, PatternCoefficient, krippendorff_alpha, percent_agreement};
use probity::inference::{Bootstrap, BootstrapInterval, Level, Replicates};
use probity::ratings::{Ratings, Scale};
use probity::tally::{PairCounts, UnitCounts};
use serde_json::{Value, json};

use super::{Outcome, ratings, text};

fn by_the_book(name: &str, ratings: &Ratings) -> Result<f64> {
    let options = Options::new();
    let estimate = match name {
        "krippendorff_alpha nominal" => krippendorff_alpha(ratings, &options),
        "cohen_kappa unweighted" => PairCounts::from_ratings(ratings, 0, 1)?.cohen_kappa(&options),
        "percent_agreement" => percent_agreement(ratings, &options),
        other => panic!("unknown statistic {other:?}"),
    };
    Ok(estimate?.value)
}

/// The replicates with `null` where there is none.
fn listed(found: &Replicates) -> Vec<Option<f64>> {
    let mut values = found.values().iter();
    let defined = |i: &usize| !found.undefined().contains(i);
    (0..found.resamples()).map(|i| Some(i).filter(defined).and_then(|_| values.next().copied())).collect()
}

fn ends(interval: probity::inference::Interval) -> Value {
    json!([interval.lower, interval.upper])
}

fn answer(found: &Replicates) -> Value {
    let level = Level::default();
    let mut out = json!({
        "estimate": found.estimate(),
        "replicate_values": listed(found),
        "n_undefined": found.undefined().len(),
        "se": found.standard_error(),
        "percentile_ci95": ends(found.percentile(level)),
        "basic_ci95": ends(found.basic(level)),
    });
    if let (Some(jackknife), Ok(bca)) = (found.jackknife(), found.bca(level)) {
        out["bca_ci95"] = ends(bca);
        out["bca_z0"] = json!(found.bias_correction().expect("BCa exists"));
        out["bca_acceleration"] = json!(jackknife.acceleration().expect("BCa exists"));
        out["jackknife_se"] = json!(jackknife.standard_error());
    }
    out
}

/// The given resamples through ratings; where a coefficient has a faster way, that must answer the same.
pub(super) fn run(input: &Value) -> Outcome {
    let ratings = ratings(input).with_scale(Scale::Nominal).map_err(text)?;
    let indices = serde_json::from_value(input["resample_indices"].clone()).map_err(text)?;
    let bootstrap = Bootstrap::new(0).max_undefined(0.5).and_then(|b| b.indices(indices)).map_err(text)?;
    let bca = bootstrap.clone().interval(BootstrapInterval::Bca);
    let name = input["statistic"].as_str().expect("a statistic");
    let statistic = |r: &Ratings| by_the_book(name, r);
    // Where a leave-one-out figure is undefined there is no BCa interval.
    let out = match bca.run(&ratings, &statistic) {
        Err(error) if error.is_undefined() => bootstrap.run(&ratings, &statistic),
        found => found,
    };
    let out = answer(&out.map_err(text)?);
    let fast = match name {
        "krippendorff_alpha nominal" => PatternCoefficient::KrippendorffAlpha(Scale::Nominal),
        "percent_agreement" => PatternCoefficient::PercentAgreement(Options::new()),
        _ => return Ok(out),
    };
    let units = UnitCounts::from_ratings(&ratings).map_err(text)?;
    let found = bca.run(&units, &fast).or_else(|_| bootstrap.run(&units, &fast)).map_err(text)?;
    let mut differences = Vec::new();
    crate::differences("fast path", &out, &answer(&found), 1e-12, &mut differences);
    if differences.is_empty() { Ok(out) } else { Err(differences.join("; ")) }
}
