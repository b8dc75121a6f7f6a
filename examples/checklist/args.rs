//! The command line.

use std::path::PathBuf;

use probity::checklist::{Unanswered, YesNoRule};
use probity::inference::Level;

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

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Asked {
    Help,
    Run(Args),
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked, String> {
    let mut args = Args {
        file: None,
        reading: YesNoRule::FirstWord,
        unanswered: Unanswered::Fails,
        level: Level::default(),
        out: PathBuf::from("checklist"),
    };
    let mut words = words.into_iter();
    while let Some(name) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{name}: expected a value"));
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--reading" => {
                args.reading = match value()?.as_str() {
                    "infobench" => YesNoRule::InfoBench,
                    "first" => YesNoRule::FirstWord,
                    "last" => YesNoRule::LastWord,
                    other => {
                        return Err(format!("--reading: expected infobench, first or last, found {other:?}"));
                    }
                };
            }
            "--drop" => args.unanswered = Unanswered::Dropped,
            "--level" => {
                let text = value()?;
                let level =
                    text.parse().map_err(|_| format!("--level: expected a number, found {text:?}"))?;
                args.level = Level::new(level).map_err(|error| error.to_string())?;
            }
            "--out" => args.out = PathBuf::from(value()?),
            _ if name.starts_with('-') => {
                return Err(format!("there is no option {name}; --help lists the options"));
            }
            _ if args.file.is_none() => args.file = Some(PathBuf::from(name)),
            _ => return Err(format!("expected one file, found {name:?} too")),
        }
    }
    Ok(Asked::Run(args))
}
