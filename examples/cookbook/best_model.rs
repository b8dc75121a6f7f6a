// Which model is best, and how sure is the ranking?
use probity::inference::Bootstrap;
use probity::preference::{BradleyTerryOptions, leaderboard};
use probity::ratings::Labels;
use probity::tally::Comparisons;

pub fn answer() -> probity::Result<String> {
    // Row beats column: ash beat birch 30 times, birch beat ash 10 times, and so on. No ties.
    let names = Labels::from_names(["ash", "birch", "cedar"])?;
    let wins = vec![0, 30, 36, 10, 0, 30, 4, 10, 0];
    let battles = Comparisons::from_counts(names.clone(), wins, vec![0; 3])?;

    let board = leaderboard(&battles, &BradleyTerryOptions::new(), &Bootstrap::new(1).resamples(500)?)?;
    let mut lines = Vec::new();
    for standing in &board.standings {
        let name = names.name(standing.contender as u32).unwrap_or("?");
        let (from, to) = standing.ranks;
        lines.push(format!("{name}: rank {from} to {to}, strength {:.3}", standing.strength.value));
    }
    let against = board.fit.win_rate(0, 2)?.value;
    lines.push(format!("ash beats cedar in {:.0} % of their battles", 100.0 * against));
    Ok(lines.join("\n"))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
