// Does the winner change when length is controlled?
use probity::inference::Level;
use probity::preference::{LengthControl, win_rate};

pub fn answer() -> probity::Result<String> {
    // 40 comparisons with a baseline: the model's answer was longer 30 times and won 24 of those (2 is a win, 1 a loss);
    // it was shorter 10 times and won 2 of those.
    let longer = (0..30).map(|i| (if i < 24 { 2.0 } else { 1.0 }, 300.0, 400.0));
    let shorter = (0..10).map(|i| (if i < 2 { 2.0 } else { 1.0 }, 400.0, 300.0));
    let (mut verdicts, mut baseline, mut model) = (Vec::new(), Vec::new(), Vec::new());
    for (verdict, words_of_baseline, words_of_model) in longer.chain(shorter) {
        verdicts.push(verdict);
        baseline.push(words_of_baseline);
        model.push(words_of_model);
    }
    let raw = win_rate(&verdicts, Level::default())?.win_rate;
    let controlled = LengthControl::new(&verdicts, &baseline, &model)?.fit(Level::default())?.rate;
    let stands = controlled.interval.is_some_and(|interval| interval.lower > 0.5);
    let changes = if stands { "The win stands." } else { "Length may be all that won." };
    Ok(format!("raw: {raw}\nat equal length: {controlled}\n{changes}"))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
