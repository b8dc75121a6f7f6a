//! The command line.

use std::path::PathBuf;

use probity::inference::{Bootstrap, Level};
use probity::io::{BattleTable, Format};
use probity::preference::{BradleyTerryOptions, TieModel};

use crate::common::words::Words;
use crate::common::{self, Asked};

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
    pub(crate) level: Level,
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
            level: Level::default(),
            resamples: 1_000,
            seed: 1,
        }
    }
}

impl Args {
    pub(crate) fn options(&self) -> probity::Result<BradleyTerryOptions> {
        Ok(BradleyTerryOptions::new().ridge(self.ridge)?.ties(self.ties).level(self.level))
    }

    /// The bootstrap over battles.
    pub(crate) fn bootstrap(&self) -> probity::Result<Bootstrap> {
        common::bootstrap(self.seed, self.resamples, self.level)
    }
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked<Args>, String> {
    let mut args = Args::default();
    let mut words = Words::new(words);
    while let Some(name) = words.option() {
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--shape" => {
                args.table = words.choice(&[
                    ("arena", BattleTable::arena()),
                    ("alpaca-eval", BattleTable::alpaca_eval()),
                    ("mt-bench", BattleTable::mt_bench()),
                ])?;
            }
            "--lengths" => {
                let columns = words.value()?;
                let (left, right) = columns
                    .split_once(',')
                    .ok_or_else(|| format!("--lengths: expected two columns, found {columns:?}"))?;
                args.lengths = Some((left.trim().to_string(), right.trim().to_string()));
            }
            "--format" => args.format = Some(words.format()?),
            "--lenient" => args.lenient = true,
            "--ties" => {
                args.ties = words.choice(&[
                    ("half", TieModel::HalfWins),
                    ("drop", TieModel::Dropped),
                    ("davidson", TieModel::Davidson),
                    ("rao-kupper", TieModel::RaoKupper),
                ])?;
            }
            "--ridge" => args.ridge = words.number()?,
            "--baseline" => args.baseline = Some(words.value()?),
            "--level" => args.level = words.level()?,
            "--resamples" => args.resamples = words.number()?,
            "--seed" => args.seed = words.number()?,
            "--out" => args.out = PathBuf::from(words.value()?),
            _ => words.only_file(&mut args.file)?,
        }
    }
    Ok(Asked::Run(args))
}
