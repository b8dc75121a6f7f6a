//! The command line.

use std::path::PathBuf;

use probity::inference::Level;
use probity::rules::Policy;

use crate::common::Asked;
use crate::common::words::{Words, number};

pub(crate) const HELP: &str = "\
Do responses keep the rules? Reads a set of rules and a file of responses, and writes a report with every verdict.

usage: constitution [RULES RESPONSES] [OPTIONS]

Without files a help desk's rules and six of its responses are shown. RULES is JSON of the format probity.rules.
RESPONSES is JSONL, a line a record:
  {\"id\": \"r1\", \"response\": \"..\", \"prompt\": \"..\", \"tags\": [\"..\"], \"answers\": {\"helpful\": \"yes\", \"tone\": 0.8}}
  Only the fields that the rules look at are needed; what a rule lacks makes it undecided, not failed.

  --policy POLICY         all, any, priority, at-least:K, weighted:SHARE         [all]
  --level LEVEL           confidence of the intervals                            [0.95]
  --show N                failing records and conflicts that the report shows    [20]
  --out DIR               report.md, report.json and verdicts.jsonl              [constitution]
  --help                  this text
";

#[derive(Debug, Clone)]
pub(crate) struct Args {
    /// Rules and responses.
    pub(crate) files: Option<(PathBuf, PathBuf)>,
    pub(crate) policy: Policy,
    pub(crate) level: Level,
    pub(crate) show: usize,
    pub(crate) out: PathBuf,
}

fn policy(text: &str) -> Result<Policy, String> {
    match text.split_once(':') {
        None if text == "all" => Ok(Policy::All),
        None if text == "any" => Ok(Policy::Any),
        None if text == "priority" => Ok(Policy::Priority),
        Some(("at-least", k)) => Ok(Policy::AtLeast(number("--policy", k)?)),
        Some(("weighted", share)) => match number("--policy", share)? {
            share if (0.0..=1.0).contains(&share) => Ok(Policy::Weighted(share)),
            share => Err(format!("--policy: expected a share from 0 to 1, found {share}")),
        },
        _ => Err(format!(
            "--policy: expected all, any, priority, at-least:K or weighted:SHARE, found {text:?}"
        )),
    }
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked<Args>, String> {
    let mut args = Args {
        files: None,
        policy: Policy::All,
        level: Level::default(),
        show: 20,
        out: PathBuf::from("constitution"),
    };
    let mut files: Vec<PathBuf> = Vec::new();
    let mut words = Words::new(words);
    while let Some(name) = words.option() {
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--policy" => args.policy = policy(&words.value()?)?,
            "--level" => args.level = words.level()?,
            "--show" => args.show = words.number()?,
            "--out" => args.out = PathBuf::from(words.value()?),
            _ => files.push(words.file()?),
        }
    }
    args.files = match <[PathBuf; 2]>::try_from(files) {
        Ok([rules, responses]) => Some((rules, responses)),
        Err(files) if files.is_empty() => None,
        Err(files) => {
            return Err(format!("expected a file of rules and one of responses, found {}", files.len()));
        }
    };
    Ok(Asked::Run(args))
}
