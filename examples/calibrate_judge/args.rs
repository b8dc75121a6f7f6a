//! The command line.

use std::path::PathBuf;

use probity::calibration::{Binning, TieRule};
use probity::inference::{Bootstrap, Level};
use probity::io::Format;
use probity::tally::BinClosure;

use crate::common::words::Words;
use crate::common::{self, Asked};

pub(crate) const HELP: &str = "\
Is a judge as sure as it should be? Reads confidences with outcomes, writes a report and better confidences.

usage: calibrate_judge FILE [OPTIONS]

FILE is CSV, TSV or JSONL, a row a prediction:
  --confidence COL        how sure the judge was                                 [confidence]
  --outcome COL           whether it was right                                   [correct]
  --judge COL[,COL..]     whose prediction it is; judges are kept apart
  --item COL[,COL..]      what it is about                                       [number of the row]
  --full N                the confidence that stands for certainty (100: per cent)  [1]
  --right A,B,..          words for right                     [1,true,right,correct,yes]
  --wrong A,B,..          words for wrong                     [0,false,wrong,incorrect,no]
  --missing A,B,..        cells that mean that there is no value                 [NA, null, NaN]
  An empty cell always does. A row without a confidence or an outcome is left out and counted.

How to read and compute:
  --format FORMAT         csv, tsv or jsonl, if the file's extension does not say it
  --lenient               leave out rows that cannot be used, and count them
  --bins N                bins of the reliability diagram                        [15]
  --binning KIND          width or mass: bins of equal width or of equally many items  [width]
  --closure END           left or right: the end that belongs to a bin of equal width  [right]
  --method METHOD         temperature, platt, beta, isotonic or histogram        [temperature]
  --folds N               parts of the data, each judged by a map learnt from the others  [5]
  --level LEVEL           confidence of the intervals                            [0.95]
  --resamples N           resamples of the bootstrap                             [1000]
  --seed N                seed of the bootstrap and of the parts                 [1]

Where to write:
  --out DIR               report.md, report.json, figures and recalibrated.csv   [calibrate_judge]
  --help                  this text
";

/// How confidences are made better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Temperature,
    Platt,
    Beta,
    Isotonic,
    Histogram,
}

#[derive(Debug, Clone)]
pub(crate) struct Args {
    pub(crate) file: PathBuf,
    pub(crate) confidence: String,
    pub(crate) outcome: String,
    pub(crate) judge: Option<Vec<String>>,
    pub(crate) item: Option<Vec<String>>,
    pub(crate) full: f64,
    pub(crate) words: Option<(Vec<String>, Vec<String>)>,
    pub(crate) missing: Vec<String>,
    pub(crate) format: Option<Format>,
    pub(crate) lenient: bool,
    pub(crate) method: Method,
    pub(crate) folds: usize,
    pub(crate) seed: u64,
    pub(crate) out: PathBuf,
    bins: usize,
    equal_mass: bool,
    closure: BinClosure,
    pub(crate) level: Level,
    resamples: usize,
}

impl Args {
    pub(crate) fn binning(&self) -> Binning {
        if self.equal_mass {
            Binning::EqualMass { bins: self.bins, ties: TieRule::Together }
        } else {
            Binning::EqualWidth { bins: self.bins, closure: self.closure }
        }
    }

    /// The bootstrap over items.
    pub(crate) fn bootstrap(&self) -> probity::Result<Bootstrap> {
        common::bootstrap(self.seed, self.resamples, self.level)
    }
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked<Args>, String> {
    let mut args = Args {
        file: PathBuf::new(),
        confidence: "confidence".to_string(),
        outcome: "correct".to_string(),
        judge: None,
        item: None,
        full: 1.0,
        words: None,
        missing: Vec::new(),
        format: None,
        lenient: false,
        method: Method::Temperature,
        folds: 5,
        seed: 1,
        out: PathBuf::from("calibrate_judge"),
        bins: 15,
        equal_mass: false,
        closure: BinClosure::Right,
        level: Level::default(),
        resamples: 1_000,
    };
    let (mut file, mut right, mut wrong) = (None, None, None);
    let mut words = Words::new(words);
    while let Some(name) = words.option() {
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--confidence" => args.confidence = words.value()?,
            "--outcome" => args.outcome = words.value()?,
            "--judge" => args.judge = Some(words.list()?),
            "--item" => args.item = Some(words.list()?),
            "--full" => args.full = words.number()?,
            "--right" => right = Some(words.list()?),
            "--wrong" => wrong = Some(words.list()?),
            "--missing" => args.missing = words.list()?,
            "--format" => args.format = Some(words.format()?),
            "--lenient" => args.lenient = true,
            "--bins" => args.bins = words.number()?,
            "--binning" => args.equal_mass = words.choice(&[("width", false), ("mass", true)])?,
            "--closure" => {
                let ends = [("left", BinClosure::Left), ("right", BinClosure::Right)];
                args.closure = words.choice(&ends)?;
            }
            "--method" => {
                let methods = [
                    ("temperature", Method::Temperature),
                    ("platt", Method::Platt),
                    ("beta", Method::Beta),
                    ("isotonic", Method::Isotonic),
                    ("histogram", Method::Histogram),
                ];
                args.method = words.choice(&methods)?;
            }
            "--folds" => args.folds = words.number()?,
            "--level" => args.level = words.level()?,
            "--resamples" => args.resamples = words.number()?,
            "--seed" => args.seed = words.number()?,
            "--out" => args.out = PathBuf::from(words.value()?),
            _ => words.only_file(&mut file)?,
        }
    }
    args.words = match (right, wrong) {
        (Some(right), Some(wrong)) => Some((right, wrong)),
        (None, None) => None,
        _ => return Err("--right and --wrong: expected both or neither".to_string()),
    };
    if args.folds < 2 {
        return Err(format!("--folds: expected at least 2, found {}", args.folds));
    }
    args.file = file.ok_or("expected a file to read, found none; --help says how")?;
    Ok(Asked::Run(args))
}
