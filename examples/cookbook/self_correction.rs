// Did self-correction help, or was it luck?
use probity::correction::SelfCorrection;
use probity::inference::{Level, McNemar};
use probity::tally::Transitions;

pub fn answer() -> probity::Result<String> {
    // 100 answers before and after a second look: 60 stayed right, 5 were broken, 15 mended, 20 stayed wrong.
    let table = Transitions::from_counts(60, 5, 15, 20)?;
    let run = SelfCorrection::new(&table, Level::default())?;

    // Only the 20 answers that changed can tell: were 15 of 20 for the better by luck?
    let p = table.mcnemar(McNemar::Exact)?.p_value;
    let verdict = if p < 0.05 { "hardly luck" } else { "possibly luck" };
    Ok(format!(
        "accuracy {:.2} before, {:.2} after\n{}\np = {p:.4}: {verdict}.",
        run.accuracy_t1.value, run.accuracy_t2.value, run.delta
    ))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
