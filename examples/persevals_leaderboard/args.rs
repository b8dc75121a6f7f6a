//! The command line.

use std::path::PathBuf;

use probity::inference::Level;
use probity::personalization::{PersevalOptions, SummaryDistance};

use crate::common::Asked;
use crate::common::words::Words;

pub(crate) const HELP: &str = "\
Whose summaries follow their readers? Ranks models by PerSEval and writes a report.

usage: persevals_leaderboard [FILE] [OPTIONS]

Without FILE three imaginary models write of three documents for three readers. FILE is JSONL, of three kinds of lines:
  {\"document\": \"d1\", \"text\": \"..\"}                                  a document
  {\"document\": \"d1\", \"user\": \"ann\", \"text\": \"..\"}                   what the user wrote of it
  {\"document\": \"d1\", \"user\": \"ann\", \"model\": \"m\", \"text\": \"..\"}     what a model wrote of it for the user

How to compute:
  --distance NAME         rouge-l, rouge-su4, rouge-su4-released, bleu, meteor or jsd    [rouge-l]
  --simplified            the ratio of the distances themselves, without weights
  --level LEVEL           confidence of the intervals                                    [0.95]
  --seed N                seed of the samples of pairs                                   [1]

Where to write:
  --out DIR               report.md, report.json and perseval.svg         [persevals_leaderboard]
  --help                  this text
";

#[derive(Debug, Clone)]
pub(crate) struct Args {
    pub(crate) file: Option<PathBuf>,
    pub(crate) distance: SummaryDistance,
    pub(crate) options: PersevalOptions,
    pub(crate) level: Level,
    pub(crate) seed: u64,
    pub(crate) out: PathBuf,
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked<Args>, String> {
    let mut args = Args {
        file: None,
        distance: SummaryDistance::RougeL,
        options: PersevalOptions::default(),
        level: Level::default(),
        seed: 1,
        out: PathBuf::from("persevals_leaderboard"),
    };
    let mut words = Words::new(words);
    while let Some(name) = words.option() {
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--distance" => {
                let distances = [
                    ("rouge-l", SummaryDistance::RougeL),
                    ("rouge-su4", SummaryDistance::RougeSu4),
                    ("rouge-su4-released", SummaryDistance::RougeSu4Released),
                    ("bleu", SummaryDistance::Bleu),
                    ("meteor", SummaryDistance::Meteor),
                    ("jsd", SummaryDistance::JensenShannon),
                ];
                args.distance = words.choice(&distances)?;
            }
            "--simplified" => args.options = args.options.raw(true),
            "--level" => args.level = words.level()?,
            "--seed" => args.seed = words.number()?,
            "--out" => args.out = PathBuf::from(words.value()?),
            _ => words.only_file(&mut args.file)?,
        }
    }
    Ok(Asked::Run(args))
}
