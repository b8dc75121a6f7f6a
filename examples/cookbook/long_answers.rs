// Which judge prefers long answers?
use probity::inference::{Level, ProportionMethod, proportion};

pub fn answer() -> probity::Result<String> {
    // Of the same 16 pairs of answers: words of the first, words of the second, and which one each judge chose.
    let pairs = [
        (120, 310, 2, 2),
        (90, 95, 2, 1),
        (400, 180, 1, 1),
        (75, 240, 2, 2),
        (330, 150, 1, 2),
        (60, 88, 2, 2),
        (210, 190, 1, 2),
        (145, 300, 2, 1),
        (500, 260, 1, 1),
        (115, 99, 2, 2),
        (80, 160, 2, 2),
        (270, 320, 2, 1),
        (190, 140, 1, 1),
        (310, 305, 1, 2),
        (130, 220, 1, 2),
        (95, 410, 2, 1),
    ];
    let mut lines = Vec::new();
    for (judge, choice) in [("judge A", 0), ("judge B", 1)] {
        let longer = |&&(first, second, a, b): &&(i32, i32, i32, i32)| {
            [a, b][choice] == if first > second { 1 } else { 2 }
        };
        let chosen = pairs.iter().filter(longer).count() as u64;
        let share = proportion(chosen, pairs.len() as u64, ProportionMethod::Wilson, Level::default())?;
        let prefers = share.interval.is_some_and(|interval| interval.lower > 0.5);
        let words = if prefers { "prefers the longer answer" } else { "is not shown to prefer length" };
        lines.push(format!("{judge} chose the longer one {chosen} times of 16, {share}: it {words}"));
    }
    Ok(lines.join("\n"))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
