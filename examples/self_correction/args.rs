//! The command line.

use std::path::PathBuf;

use probity::inference::{Bootstrap, Level};
use probity::io::Format;

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
    level: f64,
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
            level: 0.95,
            resamples: 2_000,
            seed: 1,
        }
    }
}

impl Args {
    pub(crate) fn level(&self) -> probity::Result<Level> {
        Level::new(self.level)
    }

    /// The bootstrap over questions, on as many threads as there are.
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

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|part| part.trim().to_string()).collect()
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{name}: expected a number, found {text:?}"))
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked, String> {
    let mut args = Args::default();
    // The first option that says something about a file.
    let mut about_file = None;
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
            "--model" => args.model = list(&value()?),
            "--question" => args.question = list(&value()?),
            "--sample" => args.sample = Some(value()?),
            "--before" => args.before = value()?,
            "--after" => args.after = value()?,
            "--right" => args.right = Some(list(&value()?)),
            "--wrong" => args.wrong = Some(list(&value()?)),
            "--missing" => args.missing = list(&value()?),
            "--format" => {
                args.format = Some(match value()?.as_str() {
                    "csv" => Format::CSV,
                    "tsv" => Format::TSV,
                    "jsonl" => Format::JsonLines,
                    other => return Err(format!("--format: expected csv, tsv or jsonl, found {other:?}")),
                });
            }
            "--lenient" => args.lenient = true,
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
        _ => Ok(Asked::Run(Box::new(args))),
    }
}
