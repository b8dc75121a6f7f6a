// When should the model abstain?
use probity::calibration::{Predictions, RiskCoverage};
use probity::inference::Level;

pub fn answer() -> probity::Result<String> {
    let confidences = vec![0.99, 0.97, 0.95, 0.92, 0.9, 0.85, 0.8, 0.75, 0.6, 0.55];
    let right = vec![true, true, true, true, true, true, false, true, false, false];
    let predictions = Predictions::new(confidences, right)?;
    let curve = RiskCoverage::new(&predictions)?;

    // At most 15 % of the answers that are given may be wrong.
    let coverage = curve.coverage_at_risk(0.15)?;
    let kept = (coverage * predictions.len() as f64).round() as usize;
    let threshold = predictions.confidences()[kept - 1];
    let accuracy = curve.selective_accuracy(coverage, Level::default())?;
    // The threshold was chosen on these answers: on others the accuracy will be somewhat lower.
    Ok(format!(
        "Abstain below {threshold}: {:.0} % answered.\n{accuracy}\nCheck it on answers that did not choose the threshold.",
        100.0 * coverage
    ))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
