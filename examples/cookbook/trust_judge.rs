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
    let trust = match (kappa.interval, ceiling.interval) {
        (Some(judge), Some(people)) if judge.upper < people.lower => "agrees worse than a second person",
        (Some(judge), Some(people)) if judge.lower > people.upper => "agrees better than a second person",
        // That no difference shows is no proof that there is none.
        _ => "is not shown to agree worse than a second person",
    };
    Ok(format!("the judge and a person: {kappa}\ntwo people: {ceiling}\nThe judge {trust}."))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
