// Which value do people find wiser here?
use probity::moral_graph::{EdgeFilter, MoralGraph, PageRank, Relationship, WiserVote, WiserVotes, winner};

pub fn answer() -> probity::Result<String> {
    let values = ["give orders", "give reasons", "help them find their own way"];
    // Five people compared the first with the second value, five the second with the third; one of each was not sure.
    let mut votes = WiserVotes::new();
    for voter in 0..5 {
        let relationship = if voter == 4 { Relationship::NotSure } else { Relationship::Upgrade };
        votes.push(WiserVote::new(voter, 0, 1, 0, relationship));
        votes.push(WiserVote::new(voter + 5, 1, 2, 0, relationship));
    }
    let graph = MoralGraph::from_votes(&votes, &EdgeFilter::default())?;
    let (value, rank) = winner(&graph, &PageRank::default())?;
    Ok(format!(
        "The votes of {} people make \"{}\" the wisest (rank {rank:.4})",
        votes.participants().len(),
        values[value as usize]
    ))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
