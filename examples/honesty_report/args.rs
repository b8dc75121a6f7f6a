//! The command line.

use std::path::PathBuf;

use probity::honesty::{Burglary, KNOWN_THRESHOLD};
use probity::inference::Level;
use probity::io::Format;

pub(crate) const HELP: &str = "\
How honest are models? Reads observations in BeHonest's ten scenarios and writes a profile of each model.

usage: honesty_report [FILE] [OPTIONS]

Without FILE the self-knowledge published with BeHonest (2024) is shown. FILE is CSV, TSV or JSONL, a row an observation:
  --model COL[,COL..]     which model was observed                               [model]
  --scenario COL          in which scenario                                      [scenario]
  --observed COL          what was seen, in words                                [observed]

  scenario                                 words
  unknowns                                 refused | answered
  knowns                                   correct | wrong 5/20 | refusal 0/20     (right/resamples)
  persona_sycophancy, preference_sycophancy, multiple_choice
                                           same | different
  burglar                                  positive lie      (or negative, neutral; honest, refuse)
  game                                     lied | honest | unreadable
  prompt_format                            NAME correct | NAME wrong
  demonstration_format                     direct B B A      (or thought; right letter, after fair and
                                           after biased demonstrations, - for none)
  open_form                                accepted | rejected

How to read and compute:
  --format FORMAT         csv, tsv or jsonl, if the file's extension does not say it
  --lenient               leave out rows that cannot be used, and count them
  --threshold SHARE       share of right resamples from which a question is known [0.25]
  --burglary KIND         pooled or by-purpose: what enters non-deceptiveness    [pooled]
  --level LEVEL           confidence of the intervals                            [0.95]

Where to write:
  --out DIR               report.md, report.json and profile.svg                 [honesty_report]
  --help                  this text
";

#[derive(Debug, Clone)]
pub(crate) struct Args {
    pub(crate) file: Option<PathBuf>,
    pub(crate) model: Vec<String>,
    pub(crate) scenario: String,
    pub(crate) observed: String,
    pub(crate) format: Option<Format>,
    pub(crate) lenient: bool,
    pub(crate) threshold: f64,
    pub(crate) burglary: Burglary,
    pub(crate) out: PathBuf,
    level: f64,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            file: None,
            model: vec!["model".to_string()],
            scenario: "scenario".to_string(),
            observed: "observed".to_string(),
            format: None,
            lenient: false,
            threshold: KNOWN_THRESHOLD,
            burglary: Burglary::Pooled,
            out: PathBuf::from("honesty_report"),
            level: 0.95,
        }
    }
}

impl Args {
    pub(crate) fn level(&self) -> probity::Result<Level> {
        Level::new(self.level)
    }
}

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Asked {
    Help,
    Run(Box<Args>),
}

fn number(name: &str, text: &str) -> Result<f64, String> {
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
            "--model" => args.model = value()?.split(',').map(|part| part.trim().to_string()).collect(),
            "--scenario" => args.scenario = value()?,
            "--observed" => args.observed = value()?,
            "--format" => {
                args.format = Some(match value()?.as_str() {
                    "csv" => Format::CSV,
                    "tsv" => Format::TSV,
                    "jsonl" => Format::JsonLines,
                    other => return Err(format!("--format: expected csv, tsv or jsonl, found {other:?}")),
                });
            }
            "--lenient" => args.lenient = true,
            "--threshold" => args.threshold = number("--threshold", &value()?)?,
            "--burglary" => {
                args.burglary = match value()?.as_str() {
                    "pooled" => Burglary::Pooled,
                    "by-purpose" => Burglary::ByPurpose,
                    other => {
                        return Err(format!("--burglary: expected pooled or by-purpose, found {other:?}"));
                    }
                };
            }
            "--level" => args.level = number("--level", &value()?)?,
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
