//! The command line.

use std::path::PathBuf;

use probity::inference::{Bootstrap, Level};
use probity::io::Format;

use crate::common::words::Words;
use crate::common::{self, Asked};

pub(crate) const HELP: &str = "\
Do models get better when they answer again? Reads two-turn results and writes a report.

usage: self_correction [FILE] [OPTIONS]

Without FILE the results published with SCoRe (2024) are shown. FILE is CSV, TSV or JSONL, a row a sample:
  --model COL[,COL..]     which model answered                                   [model]
  --question COL[,COL..]  which question                                         [question]
  --sample COL            which sample of it; the same one twice is an error
  --before COL            whether the first answer is right                      [before]
  --after COL             whether the answer after the correction is right       [after]
  --right A,B,..          words for right                     [1,true,right,correct,yes]
  --wrong A,B,..          words for wrong                     [0,false,wrong,incorrect,no]
  --missing A,B,..        cells that mean that there is no verdict               [NA, null, NaN]
  An empty cell always does. An answer without a verdict counts as wrong.

How to read and compute:
  --format FORMAT         csv, tsv or jsonl, if the file's extension does not say it
  --lenient               leave out rows that cannot be used, and count them
  --level LEVEL           confidence of the intervals                            [0.95]
  --resamples N           resamples of the bootstrap over questions              [2000]
  --seed N                its seed                                               [1]

Where to write:
  --out DIR               report.md, report.json, plane.svg and accuracy.svg     [self_correction]
  --help                  this text
";

#[derive(Debug, Clone)]
pub(crate) struct Args {
    pub(crate) file: Option<PathBuf>,
    pub(crate) model: Vec<String>,
    pub(crate) question: Vec<String>,
    pub(crate) sample: Option<String>,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) right: Option<Vec<String>>,
    pub(crate) wrong: Option<Vec<String>>,
    pub(crate) missing: Vec<String>,
    pub(crate) format: Option<Format>,
    pub(crate) lenient: bool,
    pub(crate) out: PathBuf,
    pub(crate) level: Level,
    resamples: usize,
    seed: u64,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            file: None,
            model: vec!["model".to_string()],
            question: vec!["question".to_string()],
            sample: None,
            before: "before".to_string(),
            after: "after".to_string(),
            right: None,
            wrong: None,
            missing: Vec::new(),
            format: None,
            lenient: false,
            out: PathBuf::from("self_correction"),
            level: Level::default(),
            resamples: 2_000,
            seed: 1,
        }
    }
}

impl Args {
    /// The bootstrap over questions.
    pub(crate) fn bootstrap(&self) -> probity::Result<Bootstrap> {
        common::bootstrap(self.seed, self.resamples, self.level)
    }
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked<Args>, String> {
    let mut args = Args::default();
    // The first option that says something about a file.
    let mut about_file = None;
    let mut words = Words::new(words);
    while let Some(name) = words.option() {
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--model" => args.model = words.list()?,
            "--question" => args.question = words.list()?,
            "--sample" => args.sample = Some(words.value()?),
            "--before" => args.before = words.value()?,
            "--after" => args.after = words.value()?,
            "--right" => args.right = Some(words.list()?),
            "--wrong" => args.wrong = Some(words.list()?),
            "--missing" => args.missing = words.list()?,
            "--format" => args.format = Some(words.format()?),
            "--lenient" => args.lenient = true,
            "--level" => args.level = words.level()?,
            "--resamples" => args.resamples = words.number()?,
            "--seed" => args.seed = words.number()?,
            "--out" => args.out = PathBuf::from(words.value()?),
            _ => words.only_file(&mut args.file)?,
        }
        let about_figures = matches!(name.as_str(), "--out" | "--level" | "--resamples" | "--seed");
        if name.starts_with("--") && !about_figures {
            about_file.get_or_insert(name);
        }
    }
    if args.right.is_some() != args.wrong.is_some() {
        return Err("--right and --wrong: expected both or neither".to_string());
    }
    match (&args.file, about_file) {
        (None, Some(option)) => Err(format!("{option}: expected a file to read, found none")),
        _ => Ok(Asked::Run(args)),
    }
}
