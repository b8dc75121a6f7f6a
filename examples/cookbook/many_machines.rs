// How do I count on many machines?
use probity::agreement::Options;
use probity::ratings::Labels;
use probity::tally::{PairCounts, Tally};

pub fn answer() -> Result<String, Box<dyn std::error::Error>> {
    // Each machine counts its share of the judgments and writes a small file.
    let labels = Labels::from_names(["bad", "good"])?;
    let shares = [[12, 2, 4, 7], [8, 3, 6, 8]];
    let mut files = Vec::new();
    for counts in shares {
        files.push(serde_json::to_string(&PairCounts::from_counts(labels.clone(), counts.to_vec())?)?);
    }

    // One machine reads the files, in any order, adds them up and scores once.
    let mut whole = PairCounts::new(labels);
    for file in files.iter().rev() {
        whole.merge(&serde_json::from_str(file)?)?;
    }
    Ok(format!(
        "{} items of {} machines: {}",
        whole.total(),
        files.len(),
        whole.cohen_kappa(&Options::new())?
    ))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
