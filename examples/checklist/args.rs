//! The command line.

use std::path::PathBuf;

use probity::checklist::{Unanswered, YesNoRule};
use probity::inference::Level;

use crate::common::Asked;
use crate::common::words::Words;

pub(crate) const HELP: &str = "\
What do responses pass of their checklists? Reads answers to checklists and writes a report.

usage: checklist [FILE] [OPTIONS]

Without FILE three drafts of three texts are shown. FILE is CSV, a row an answer, with the columns
  instruction             what was asked for
  response                which response to it (a system, or one of N candidates)
  question                a question of the instruction's checklist
  answer                  what the judge says: a text that is read as yes or no
  human                   what people say: yes, no or nothing; the column can be absent

  --reading RULE          how the judge's text is read: infobench, first or last word    [first]
  --drop                  leave questions without a readable answer out; else they fail
  --level LEVEL           confidence of the intervals                                    [0.95]
  --out DIR               report.md and report.json                                      [checklist]
  --help                  this text
";

#[derive(Debug, Clone)]
pub(crate) struct Args {
    pub(crate) file: Option<PathBuf>,
    pub(crate) reading: YesNoRule,
    pub(crate) unanswered: Unanswered,
    pub(crate) level: Level,
    pub(crate) out: PathBuf,
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked<Args>, String> {
    let mut args = Args {
        file: None,
        reading: YesNoRule::FirstWord,
        unanswered: Unanswered::Fails,
        level: Level::default(),
        out: PathBuf::from("checklist"),
    };
    let mut words = Words::new(words);
    while let Some(name) = words.option() {
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--reading" => {
                let rules = [
                    ("infobench", YesNoRule::InfoBench),
                    ("first", YesNoRule::FirstWord),
                    ("last", YesNoRule::LastWord),
                ];
                args.reading = words.choice(&rules)?;
            }
            "--drop" => args.unanswered = Unanswered::Dropped,
            "--level" => args.level = words.level()?,
            "--out" => args.out = PathBuf::from(words.value()?),
            _ => words.only_file(&mut args.file)?,
        }
    }
    Ok(Asked::Run(args))
}
