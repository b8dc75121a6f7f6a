// Can I trust this judge?
use probity::agreement::Options;
use probity::ratings::Labels;
use probity::tally::PairCounts;

pub fn answer() -> probity::Result<String> {
    // 100 answers, counted by what two people said of them; rows are the first, columns the second.
    let labels = Labels::from_names(["bad", "good"])?;
    let people = PairCounts::from_counts(labels.clone(), vec![42, 8, 6, 44])?;
    // The same answers: the first person against the judge.
    let judge = PairCounts::from_counts(labels, vec![44, 6, 4, 46])?;

    // Chance agrees half of the time here; kappa counts only what goes beyond it.
    let ceiling = people.cohen_kappa(&Options::new())?;
    let kappa = judge.cohen_kappa(&Options::new())?;
    let trust = match kappa.interval {
        Some(interval) if interval.upper < ceiling.value => "worse than a second person would",
        _ => "as well as a second person would",
    };
    Ok(format!("{kappa}\ntwo people reach {:.3}\nThe judge agrees with a person {trust}.", ceiling.value))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
