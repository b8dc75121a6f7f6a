// Does the model contradict itself?
use probity::consistency::answer_consistency;

pub fn answer() -> probity::Result<String> {
    // The same question asked five times.
    let questions = [
        ("capital of Peru", ["Lima", "Lima", "Lima", "Lima", "Lima"]),
        ("17 times 24", ["408", "408", "398", "408", "408"]),
        ("moons of Mars", ["2", "3", "2", "1", "3"]),
    ];
    let mut lines = Vec::new();
    for (question, answers) in &questions {
        let found = answer_consistency(answers)?;
        let verdict = match found.majority_share {
            1.0 => "never contradicts itself",
            share if share > 0.5 => "mostly says the same",
            _ => "contradicts itself",
        };
        lines.push(format!(
            "{question}: {verdict} ({} in {:.0} %, entropy {:.3} bits)",
            found.majority,
            100.0 * found.majority_share,
            0.0 - found.negative_entropy_bits
        ));
    }
    Ok(lines.join("\n"))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
