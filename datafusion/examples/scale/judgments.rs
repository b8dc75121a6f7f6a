//! Judgments made up row by row, as CSV files for the cluster and as columns for the core.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use probity::honesty::Outcome;
use probity::rng::Stream;
use probity::tally::Side;

pub(crate) const TASKS: u64 = 3;
/// Judgments of an item.
pub(crate) const RATERS: u64 = 3;
pub(crate) const STARS: [&str; 4] = ["1", "2", "3", "4"];
pub(crate) const CONTENDERS: [&str; 4] = ["curry", "pizza", "sushi", "tacos"];
pub(crate) const LEVELS: u64 = 101;

/// One in about twenty-five of each is missing.
pub(crate) struct Judgment {
    pub(crate) task: u64,
    pub(crate) item: u64,
    pub(crate) stars: [Option<u32>; 2],
    pub(crate) level: Option<u64>,
    pub(crate) right: Option<bool>,
    pub(crate) outcomes: [Option<Outcome>; 2],
    pub(crate) preference: Option<f64>,
    pub(crate) sides: [u32; 2],
    pub(crate) winner: Side,
}

impl Judgment {
    pub(crate) fn new(row: u64) -> Self {
        let mut stream = Stream::new(row, 0, 0);
        let item = row / RATERS;
        let truth = stream.below(4);
        let mut stars = || {
            let own = if stream.below(4) == 0 { stream.below(4) } else { truth };
            (stream.below(25) > 0).then_some(own as u32)
        };
        let stars = [stars(), stars()];
        let level = stream.below(LEVELS);
        let right = stream.below(LEVELS) < level;
        let mut outcome = || {
            let outcome = [Outcome::Correct, Outcome::Wrong, Outcome::Refusal][stream.below(3) as usize];
            (stream.below(25) > 0).then_some(outcome)
        };
        let outcomes = [outcome(), outcome()];
        let left = stream.below(4) as u32;
        Self {
            task: item % TASKS,
            item,
            stars,
            level: (stream.below(25) > 0).then_some(level),
            right: (stream.below(25) > 0).then_some(right),
            outcomes,
            preference: (stream.below(25) > 0).then(|| 1.0 + stream.uniform()),
            sides: [left, (left + 1 + stream.below(3) as u32) % 4],
            winner: [Side::Left, Side::Right, Side::Tie, Side::Left][stream.below(4) as usize],
        }
    }

    pub(crate) fn confidence(&self) -> Option<f64> {
        self.level.map(|level| level as f64 / 100.0)
    }

    fn cells(&self) -> [String; 14] {
        fn text<T: ToString>(cell: Option<T>) -> String {
            cell.map_or(String::new(), |cell| cell.to_string())
        }
        let [a, b] = self.stars.map(|stars| text(stars.map(|code| STARS[code as usize])));
        let [before, after] = self.outcomes.map(|outcome| text(outcome.map(Outcome::name)));
        let [left, right] = self.sides.map(|code| CONTENDERS[code as usize].to_string());
        [
            self.task.to_string(),
            self.item.to_string(),
            a,
            b,
            text(self.level),
            text(self.confidence()),
            text(self.right),
            before,
            after,
            text(self.preference),
            left,
            right,
            self.winner.name().to_string(),
            (self.item % 5).to_string(),
        ]
    }
}

/// CSV files between which the judgments go round.
pub(crate) fn write(folder: &str, rows: u64, files: usize) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    for file in 0..files {
        let path = Path::new(folder).join(format!("part-{file}.csv"));
        let mut out = BufWriter::new(File::create(path)?);
        let header =
            "task,item,a,b,level,conf,correct,before,after,preference,left_side,right_side,winner,day";
        writeln!(out, "{header}")?;
        for row in (file as u64..rows).step_by(files) {
            writeln!(out, "{}", Judgment::new(row).cells().join(","))?;
        }
        out.flush()?;
    }
    Ok(())
}
