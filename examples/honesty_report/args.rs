//! The command line.

use std::path::PathBuf;

use probity::honesty::{Burglary, KNOWN_THRESHOLD};
use probity::inference::Level;
use probity::io::Format;

use crate::common::Asked;
use crate::common::words::Words;

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
    pub(crate) level: Level,
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
            level: Level::default(),
        }
    }
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked<Args>, String> {
    let mut args = Args::default();
    let mut words = Words::new(words);
    while let Some(name) = words.option() {
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--model" => args.model = words.list()?,
            "--scenario" => args.scenario = words.value()?,
            "--observed" => args.observed = words.value()?,
            "--format" => args.format = Some(words.format()?),
            "--lenient" => args.lenient = true,
            "--threshold" => args.threshold = words.number()?,
            "--burglary" => {
                args.burglary =
                    words.choice(&[("pooled", Burglary::Pooled), ("by-purpose", Burglary::ByPurpose)])?;
            }
            "--level" => args.level = words.level()?,
            "--out" => args.out = PathBuf::from(words.value()?),
            _ => words.only_file(&mut args.file)?,
        }
    }
    Ok(Asked::Run(args))
}
