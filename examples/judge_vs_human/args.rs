//! The command line.

use std::path::PathBuf;

use probity::inference::Level;

use crate::common::Asked;
use crate::common::words::Words;

pub(crate) const HELP: &str = "\
Can this judge stand in for people? Reads the labels of a judge and of people and writes a report.

usage: judge_vs_human [FILE] [OPTIONS]

Without FILE verdicts on 36 pairs of answers are shown. FILE is CSV or JSONL, a row an item:
  --judge COL             what the judge says                                    [judge]
  --human COL[,COL..]     what people say, a column each         [those whose name begins with human]
  --item COL              the item's name                                        [item]
Labels are numbers of a scale, or verdicts (a, b, tie), or any words. An empty cell says nothing. Of verdicts on two
answers a and b there can be more columns:
  swapped                 what the judge says when it is shown b first
  length_a, length_b      the lengths of the answers, in any unit
  own                     which answer is the judge's own: a or b

How to compute:
  --epsilon N             how much worse than a person the judge may be          [0.2]
  --min-items N           fewest items with which the judge is tested against a person  [30]
  --level LEVEL           confidence of the intervals                            [0.95]

Where to write:
  --out DIR               report.md, report.json and agreement.svg               [judge_vs_human]
  --help                  this text
";

#[derive(Debug, Clone)]
pub(crate) struct Args {
    pub(crate) file: Option<PathBuf>,
    pub(crate) judge: String,
    pub(crate) humans: Option<Vec<String>>,
    pub(crate) item: String,
    pub(crate) epsilon: f64,
    pub(crate) min_items: usize,
    pub(crate) level: Level,
    pub(crate) out: PathBuf,
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked<Args>, String> {
    let mut args = Args {
        file: None,
        judge: "judge".to_string(),
        humans: None,
        item: "item".to_string(),
        epsilon: 0.2,
        min_items: 30,
        level: Level::default(),
        out: PathBuf::from("judge_vs_human"),
    };
    let mut words = Words::new(words);
    while let Some(name) = words.option() {
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--judge" => args.judge = words.value()?,
            "--human" => args.humans = Some(words.list()?),
            "--item" => args.item = words.value()?,
            "--epsilon" => args.epsilon = words.number()?,
            "--min-items" => args.min_items = words.number()?,
            "--level" => args.level = words.level()?,
            "--out" => args.out = PathBuf::from(words.value()?),
            _ => words.only_file(&mut args.file)?,
        }
    }
    Ok(Asked::Run(args))
}
