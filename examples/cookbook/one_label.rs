// Is one label per item enough?
use probity::search::majority_vote;

pub fn answer() -> probity::Result<String> {
    // Three labels of each of ten items.
    let items = [
        ["a", "a", "a"],
        ["b", "b", "b"],
        ["a", "a", "a"],
        ["c", "c", "c"],
        ["b", "b", "b"],
        ["a", "a", "a"],
        ["a", "b", "a"],
        ["b", "b", "c"],
        ["c", "a", "a"],
        ["a", "b", "c"],
    ];
    let (mut like_the_majority, mut ties) = (0.0, 0);
    for labels in &items {
        let labels = labels.map(Some);
        let vote = majority_vote(&labels)?;
        if vote.totals.iter().filter(|(_, votes)| *votes == vote.winning()).count() > 1 {
            ties += 1;
        } else {
            // The chance that one of the three labels, taken blindly, is the majority's.
            like_the_majority += vote.share();
        }
    }
    let decided = items.len() - ties;
    let share = 100.0 * like_the_majority / decided as f64;
    // The one label is among the three that it is held against, and the majority is no gold standard.
    Ok(format!(
        "One label gives the majority's answer in {share:.1} % of {decided} items; {ties} item has no majority.\n\
         That is the most a single label can promise: it counts itself, and the majority may be wrong too."
    ))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
