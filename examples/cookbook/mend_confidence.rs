// Is my model's confidence to be believed, and how do I mend it?
use probity::calibration::{
    Binning, IsotonicCalibration, Predictions, Recalibration, expected_calibration_error,
};
use probity::tally::BinClosure;

/// Answers given with a confidence: how many, and how many of them are right.
fn answers(groups: &[(f64, usize, usize)]) -> probity::Result<Predictions> {
    let each = |&(confidence, n, right): &(f64, usize, usize)| (0..n).map(move |i| (confidence, i < right));
    let (confidences, right) = groups.iter().flat_map(each).unzip();
    Predictions::new(confidences, right)
}

pub fn answer() -> probity::Result<String> {
    // "90 % sure" was right 14 times of 20, "60 % sure" 6 times of 10.
    let past = answers(&[(0.9, 20, 14), (0.6, 10, 6)])?;
    // New answers, which the repair must not have seen.
    let new = answers(&[(0.9, 20, 15), (0.6, 10, 5)])?;

    let repair = IsotonicCalibration::fit(&past)?;
    let bins = Binning::EqualWidth { bins: 10, closure: BinClosure::Left };
    let before = expected_calibration_error(&new, bins)?;
    let after = expected_calibration_error(&repair.apply_to(&new), bins)?;
    Ok(format!(
        "calibration error {before:.3}, mended {after:.3}\nRead \"90 % sure\" as {:.0} %, \"60 % sure\" as {:.0} %.",
        100.0 * repair.apply(0.9)?,
        100.0 * repair.apply(0.6)?
    ))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
