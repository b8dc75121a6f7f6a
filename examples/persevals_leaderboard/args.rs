//! The command line.

use std::path::PathBuf;

use probity::inference::Level;
use probity::personalization::{PersevalOptions, SummaryDistance};

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

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Asked {
    Help,
    Run(Args),
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{name}: expected a number, found {text:?}"))
}

fn distance(name: &str) -> Result<SummaryDistance, String> {
    Ok(match name {
        "rouge-l" => SummaryDistance::RougeL,
        "rouge-su4" => SummaryDistance::RougeSu4,
        "rouge-su4-released" => SummaryDistance::RougeSu4Released,
        "bleu" => SummaryDistance::Bleu,
        "meteor" => SummaryDistance::Meteor,
        "jsd" => SummaryDistance::JensenShannon,
        other => return Err(format!("--distance: expected a name that --help lists, found {other:?}")),
    })
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked, String> {
    let mut args = Args {
        file: None,
        distance: SummaryDistance::RougeL,
        options: PersevalOptions::default(),
        level: Level::default(),
        seed: 1,
        out: PathBuf::from("persevals_leaderboard"),
    };
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word}: expected a value"));
        match word.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--distance" => args.distance = distance(&value()?)?,
            "--simplified" => args.options = args.options.raw(true),
            "--level" => {
                let level = number("--level", &value()?)?;
                args.level = Level::new(level).map_err(|error| error.to_string())?;
            }
            "--seed" => args.seed = number("--seed", &value()?)?,
            "--out" => args.out = PathBuf::from(value()?),
            _ if word.starts_with('-') && word.len() > 1 => {
                return Err(format!("there is no option {word}; --help lists the options"));
            }
            _ if args.file.is_none() => args.file = Some(PathBuf::from(&word)),
            _ => return Err(format!("expected one file, found {word:?} too")),
        }
    }
    Ok(Asked::Run(args))
}
