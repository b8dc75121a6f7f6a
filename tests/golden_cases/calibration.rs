//! `honesty/calibration` and `peers/calibration`.

use probity::calibration::{
    Binning, BrierDecomposition, ClassPredictions, Grouping, IsotonicCalibration, Predictions, Ranking,
    Recalibration, ReliabilityDiagram, RiskCoverage, TemperatureRange, TemperatureScaling, TieRule,
    adaptive_calibration_error, brier, brier_multiclass, log_loss, log_loss_multiclass,
    static_calibration_error,
};
use probity::inference::Level;
use probity::tally::BinClosure;
use serde_json::{Value, json};

use super::{Outcome, figure, flags, list, matrix, number, text, vector};

fn predictions(input: &Value, confidence: &str, right: &str) -> Result<Predictions, String> {
    Predictions::new(vector(&input[confidence]), flags(&input[right])).map_err(text)
}

/// What is wrong with each item instead of what is right.
fn errors(input: &Value) -> Result<Predictions, String> {
    let right = flags(&input["error"]).into_iter().map(|error| !error).collect();
    Predictions::new(vector(&input["confidence"]), right).map_err(text)
}

fn labels(input: &Value) -> Vec<usize> {
    list(&input["label"]).iter().map(|label| label.as_u64().expect("a class") as usize).collect()
}

fn classes(input: &Value) -> Result<ClassPredictions, String> {
    ClassPredictions::from_rows(&matrix(&input["probabilities"]), &labels(input)).map_err(text)
}

fn count(input: &Value, name: &str) -> usize {
    input[name].as_u64().unwrap_or_else(|| panic!("a count under {name}")) as usize
}

fn errors_of(diagram: &ReliabilityDiagram) -> Outcome {
    Ok(json!({
        "ece": diagram.expected_calibration_error().map_err(text)?,
        "mce": diagram.maximum_calibration_error().map_err(text)?,
        "ace_unweighted": diagram.average_calibration_error().map_err(text)?,
        "rmsce": diagram.root_mean_square_calibration_error().map_err(text)?,
        "signed": diagram.signed_calibration_error().map_err(text)?,
    }))
}

fn diagram(input: &Value, binning: Binning) -> Outcome {
    let predictions = predictions(input, "confidence", "correct")?;
    let diagram = ReliabilityDiagram::new(&predictions, binning).map_err(text)?;
    let mut out = errors_of(&diagram)?;
    let bins = diagram.bins().iter().enumerate().map(|(i, bin)| {
        json!({"bin": i, "count": bin.items, "mean_confidence": bin.confidence, "accuracy": bin.accuracy})
    });
    out["diagram"] = bins.collect();
    Ok(out)
}

fn equal_mass(input: &Value) -> Outcome {
    let ties = TieRule::InputOrder;
    diagram(
        input,
        match input["split"].as_str() {
            Some("array_split") => Binning::EqualMass { bins: count(input, "bins"), ties },
            Some("fixed_size") => Binning::FixedSize { size: count(input, "bin_size"), ties },
            other => return Err(format!("unknown split {other:?}")),
        },
    )
}

fn right_closed(bins: usize) -> Binning {
    Binning::EqualWidth { bins, closure: BinClosure::Right }
}

fn decomposition(input: &Value) -> Outcome {
    let grouping = match input["group"].as_str() {
        Some("unique") => Grouping::Unique,
        Some("equal_width") => Grouping::Binned(right_closed(count(input, "bins"))),
        other => return Err(format!("unknown groups {other:?}")),
    };
    let parts =
        BrierDecomposition::new(&predictions(input, "probability", "outcome")?, grouping).map_err(text)?;
    Ok(json!({
        "reliability": parts.reliability,
        "resolution": parts.resolution,
        "uncertainty": parts.uncertainty,
        "within_bin_variance": parts.within_bin_variance,
        "within_bin_covariance": parts.within_bin_covariance,
        "brier": parts.brier,
    }))
}

fn ranking(input: &Value) -> Outcome {
    let ranking = Ranking::new(&vector(&input["score"]), &flags(&input["positive"])).map_err(text)?;
    Ok(json!({
        "auroc": figure(ranking.auroc(Level::default()).map(|e| e.value))?,
        "average_precision": figure(ranking.average_precision())?,
        "auprc_trapezoid": figure(ranking.area_under_precision_recall())?,
    }))
}

fn risk_coverage(input: &Value) -> Outcome {
    let curve = RiskCoverage::new(&errors(input)?).map_err(text)?;
    Ok(json!({
        "risk_at_k": curve.risks(),
        "aurc": curve.area(),
        "optimal_aurc": curve.optimal_area(),
        "e_aurc": curve.excess_area(),
        "optimal_aurc_approx": curve.optimal_area_in_the_limit(),
        "e_aurc_approx": curve.area() - curve.optimal_area_in_the_limit(),
    }))
}

fn selective_accuracy(input: &Value) -> Outcome {
    let curve = RiskCoverage::new(&predictions(input, "confidence", "correct")?).map_err(text)?;
    let found = curve.selective_accuracy(number(input, "coverage"), Level::default()).map_err(text)?;
    Ok(json!({"kept": found.items, "accuracy": found.value}))
}

fn fit_temperature(input: &Value) -> Outcome {
    let (logits, labels) = (matrix(&input["logits"]), labels(input));
    let range = TemperatureRange::new(number(input, "lower"), number(input, "upper")).map_err(text)?;
    let fitted = TemperatureScaling::fit_logits(&logits, &labels, range).map_err(text)?;
    let loss = |map: TemperatureScaling| {
        let rows: Vec<Vec<f64>> = logits.iter().map(|row| map.softmax(row)).collect::<Result<_, _>>()?;
        log_loss_multiclass(&ClassPredictions::from_rows(&rows, &labels)?, 1e-15, Level::default())
    };
    let before = TemperatureScaling::new(1.0).and_then(loss).map_err(text)?;
    Ok(json!({
        "temperature": fitted.temperature(),
        "nll_before": before.value,
        "nll_after": loss(fitted).map_err(text)?.value,
    }))
}

fn apply_temperature(input: &Value) -> Outcome {
    let rows = matrix(&input["probabilities"]);
    let predictions = ClassPredictions::from_rows(&rows, &vec![0; rows.len()]).map_err(text)?;
    let map = TemperatureScaling::new(number(input, "temperature")).map_err(text)?;
    Ok(map.apply_to_classes(&predictions).rows().map(|row| json!(row)).collect())
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let level = Level::default();
    Some(match function.strip_prefix("calibration::")? {
        "equal_width" => diagram(input, right_closed(count(input, "bins"))),
        "equal_mass" => equal_mass(input),
        "brier" => predictions(input, "probability", "outcome")
            .and_then(|p| figure(brier(&p, level).map(|e| e.value))),
        "brier_decomposition" => decomposition(input),
        "brier_multiclass" => {
            classes(input).and_then(|p| figure(brier_multiclass(&p, level).map(|e| e.value)))
        }
        "nll" => classes(input)
            .and_then(|p| figure(log_loss_multiclass(&p, number(input, "epsilon"), level).map(|e| e.value))),
        "static_ce" => classes(input)
            .and_then(|p| figure(static_calibration_error(&p, count(input, "bins"), BinClosure::Right))),
        "adaptive_ce" => classes(input)
            .and_then(|p| figure(adaptive_calibration_error(&p, count(input, "bins"), TieRule::InputOrder))),
        "top_label_ece" => classes(input).and_then(|p| {
            let binning = right_closed(count(input, "bins"));
            errors_of(&ReliabilityDiagram::new(&p.top_label(), binning).map_err(text)?)
        }),
        "ranking" => ranking(input),
        "risk_coverage" => risk_coverage(input),
        "selective_accuracy" => selective_accuracy(input),
        "coverage_at_risk" => errors(input).and_then(|p| {
            figure(RiskCoverage::new(&p).and_then(|curve| curve.coverage_at_risk(number(input, "max_risk"))))
        }),
        "fit_temperature" => fit_temperature(input),
        "apply_temperature" => apply_temperature(input),
        "isotonic_fit_predict" => predictions(input, "confidence", "correct").and_then(|p| {
            let map = IsotonicCalibration::fit(&p).map_err(text)?;
            Ok(json!(map.apply_to(&p).confidences()))
        }),
        _ => return None,
    })
}

pub(crate) fn peers(input: &Value) -> Outcome {
    let (predictions, bins) = (predictions(input, "probabilities", "labels")?, count(input, "n_bins"));
    let level = Level::default();
    let parts = BrierDecomposition::new(&predictions, Grouping::Unique).map_err(text)?;
    let mass = Binning::EqualMass { bins, ties: TieRule::InputOrder };
    let mass = ReliabilityDiagram::new(&predictions, mass).map_err(text)?;
    let ranking = Ranking::of_predictions(&predictions);
    let mut out = json!({
        "brier": brier(&predictions, level).map_err(text)?.value,
        "ece_equal_mass_stable_sort": mass.expected_calibration_error().map_err(text)?,
        "log_loss_clipped_eps": log_loss(&predictions, f64::EPSILON, level).map_err(text)?.value,
        "brier_uncertainty": parts.uncertainty,
        "brier_skill_score": figure(parts.skill())?,
        "auroc": figure(ranking.auroc(level).map(|e| e.value))?,
        "average_precision": figure(ranking.average_precision())?,
    });
    for (closure, name) in [(BinClosure::Right, "right_closed"), (BinClosure::Left, "left_closed")] {
        let diagram = ReliabilityDiagram::new(&predictions, Binning::EqualWidth { bins, closure });
        let diagram = diagram.map_err(text)?;
        let errors = errors_of(&diagram)?;
        for figure in ["ece", "mce", "rmsce"] {
            out[format!("{figure}_{name}")] = errors[figure].clone();
        }
        out[format!("bin_counts_{name}")] = diagram.bins().iter().map(|bin| bin.items).collect();
    }
    Ok(out)
}
