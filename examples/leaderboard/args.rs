//! The command line.

use std::path::PathBuf;

use probity::inference::{Bootstrap, Level};
use probity::io::{BattleTable, Format};
use probity::preference::{BradleyTerryOptions, TieModel};

pub(crate) const HELP: &str = "\
Which model is best, and how sure is that? Reads battles of models and writes a leaderboard.

usage: leaderboard [FILE] [OPTIONS]

Without FILE six imaginary models are ranked. FILE is CSV, TSV or JSONL, a row a battle, or a JSON array of objects:
  --shape SHAPE           arena: model_a, model_b, winner                        [arena]
                          alpaca-eval: generator_1, generator_2, preference, perhaps output_1, output_2
                          mt-bench: model_1, model_2, g1_winner, g2_winner
  --lengths COL,COL       the lengths of the left and the right answer
  --format FORMAT         csv, tsv or jsonl, if the file's extension does not say it
  --lenient               leave out rows that cannot be used, and count them

How to compute:
  --ties MODEL            half (half a win each), drop, davidson or rao-kupper   [half]
  --ridge R               penalty that keeps strengths finite                    [0]
  --baseline MODEL        whom win rates at equal lengths are against            [the model with most battles]
  --level LEVEL           confidence of the intervals                            [0.95]
  --resamples N           resamples of the bootstrap over battles                [1000]
  --seed N                its seed                                               [1]

Where to write:
  --out DIR               report.md, report.json, ratings.svg and wins.svg       [leaderboard]
  --help                  this text
";

#[derive(Debug, Clone)]
pub(crate) struct Args {
    pub(crate) file: Option<PathBuf>,
    pub(crate) table: BattleTable,
    pub(crate) lengths: Option<(String, String)>,
    pub(crate) format: Option<Format>,
    pub(crate) lenient: bool,
    pub(crate) baseline: Option<String>,
    pub(crate) out: PathBuf,
    ties: TieModel,
    ridge: f64,
    level: f64,
    resamples: usize,
    seed: u64,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            file: None,
            table: BattleTable::arena(),
            lengths: None,
            format: None,
            lenient: false,
            baseline: None,
            out: PathBuf::from("leaderboard"),
            ties: TieModel::HalfWins,
            ridge: 0.0,
            level: 0.95,
            resamples: 1_000,
            seed: 1,
        }
    }
}

impl Args {
    pub(crate) fn level(&self) -> probity::Result<Level> {
        Level::new(self.level)
    }

    pub(crate) fn options(&self) -> probity::Result<BradleyTerryOptions> {
        Ok(BradleyTerryOptions::new().ridge(self.ridge)?.ties(self.ties).level(self.level()?))
    }

    /// The bootstrap over battles, on as many threads as there are.
    pub(crate) fn bootstrap(&self) -> probity::Result<Bootstrap> {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Bootstrap::new(self.seed).level(self.level()?).resamples(self.resamples)?.threads(threads)
    }
}

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Asked {
    Help,
    Run(Box<Args>),
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{name}: expected a number, found {text:?}"))
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked, String> {
    let mut args = Args::default();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        // `--name=value` is `--name value`.
        let (name, attached) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_string(), Some(value.to_string())),
            _ => (word.clone(), None),
        };
        let mut value =
            || attached.clone().or_else(|| words.next()).ok_or_else(|| format!("{name}: expected a value"));
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--shape" => {
                args.table = match value()?.as_str() {
                    "arena" => BattleTable::arena(),
                    "alpaca-eval" => BattleTable::alpaca_eval(),
                    "mt-bench" => BattleTable::mt_bench(),
                    other => {
                        return Err(format!(
                            "--shape: expected arena, alpaca-eval or mt-bench, found {other:?}"
                        ));
                    }
                };
            }
            "--lengths" => {
                let columns = value()?;
                let (left, right) = columns
                    .split_once(',')
                    .ok_or_else(|| format!("--lengths: expected two columns, found {columns:?}"))?;
                args.lengths = Some((left.trim().to_string(), right.trim().to_string()));
            }
            "--format" => {
                args.format = Some(match value()?.as_str() {
                    "csv" => Format::CSV,
                    "tsv" => Format::TSV,
                    "jsonl" => Format::JsonLines,
                    other => return Err(format!("--format: expected csv, tsv or jsonl, found {other:?}")),
                });
            }
            "--lenient" => args.lenient = true,
            "--ties" => {
                args.ties = match value()?.as_str() {
                    "half" => TieModel::HalfWins,
                    "drop" => TieModel::Dropped,
                    "davidson" => TieModel::Davidson,
                    "rao-kupper" => TieModel::RaoKupper,
                    other => {
                        return Err(format!(
                            "--ties: expected half, drop, davidson or rao-kupper, found {other:?}"
                        ));
                    }
                };
            }
            "--ridge" => args.ridge = number("--ridge", &value()?)?,
            "--baseline" => args.baseline = Some(value()?),
            "--level" => args.level = number("--level", &value()?)?,
            "--resamples" => args.resamples = number("--resamples", &value()?)?,
            "--seed" => args.seed = number("--seed", &value()?)?,
            "--out" => args.out = PathBuf::from(value()?),
            _ if name.starts_with('-') && name.len() > 1 => {
                return Err(format!("there is no option {name}; --help lists the options"));
            }
            _ if args.file.is_none() => args.file = Some(PathBuf::from(&word)),
            _ => return Err(format!("expected one file, found {word:?} too")),
        }
    }
    Ok(Asked::Run(Box::new(args)))
}
