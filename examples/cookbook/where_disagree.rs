// Do my two annotators agree, and where not?
use probity::agreement::{Options, krippendorff_contributions};
use probity::ratings::RatingsBuilder;
use probity::tally::PairCounts;

pub fn answer() -> probity::Result<String> {
    let verdicts = [
        ("q1", "good", "good"),
        ("q2", "good", "good"),
        ("q3", "good", "fair"),
        ("q4", "fair", "fair"),
        ("q5", "fair", "fair"),
        ("q6", "fair", "bad"),
        ("q7", "bad", "bad"),
        ("q8", "bad", "bad"),
        ("q9", "bad", "bad"),
        ("q10", "bad", "bad"),
    ];
    let mut rows = RatingsBuilder::new();
    for (item, ann, bob) in verdicts {
        rows.push(item, "ann", Some(ann))?;
        rows.push(item, "bob", Some(bob))?;
    }
    let ratings = rows.build()?;

    let kappa = PairCounts::from_ratings(&ratings, 0, 1)?.cohen_kappa(&Options::new())?;
    let disputed = krippendorff_contributions(&ratings)?.disputed_items();
    let where_not: Vec<_> =
        disputed.iter().filter(|d| d.disagreement > 0.0).map(|d| ratings.items().name(d.index)).collect();
    Ok(format!("{kappa}\nThey agree beyond chance, but not on {}.", where_not.join(", ")))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
