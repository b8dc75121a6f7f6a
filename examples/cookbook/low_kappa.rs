// Why is kappa low although we nearly always agree?
use probity::agreement::{Options, diagnose};
use probity::ratings::{Labels, Ratings};
use probity::tally::PairCounts;

pub fn answer() -> probity::Result<String> {
    // 100 answers: both say "safe" of 90; of 10 one says "unsafe", five times the first and five times the second.
    let labels = Labels::from_names(["safe", "unsafe"])?;
    let first: Vec<u8> = (0..100).map(|item| u8::from(item < 5)).collect();
    let second: Vec<u8> = (0..100).map(|item| u8::from((5..10).contains(&item))).collect();
    let kappa = PairCounts::from_codes(labels.clone(), &first, &second)?.cohen_kappa(&Options::new())?;

    let why = diagnose(&Ratings::from_pairs(labels, &first, &second)?)?;
    Ok(format!("{kappa}\n{why}"))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
