//! Do responses keep the rules? Prints a report of verdicts with reasons, coverage and conflicts.
//!
//! Without arguments it judges six responses of a help desk; `--help` says how it reads files of one's own.

mod args;
#[path = "../common/mod.rs"]
mod common;
mod content;
mod input;

use std::process::ExitCode;

use probity::rules::Verdict;
use serde::Serialize;

use args::Args;
use common::Failure;
use input::Input;

/// A line of `verdicts.jsonl`.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    #[serde(flatten)]
    verdict: &'a Verdict,
}

/// All verdicts, a line each.
fn lines(input: &Input, verdicts: &[Verdict]) -> Result<String, Failure> {
    let mut lines = String::new();
    for (line, verdict) in input.lines.iter().zip(verdicts) {
        lines.push_str(&serde_json::to_string(&Line { id: &line.id, verdict })?);
        lines.push('\n');
    }
    Ok(lines)
}

fn run(args: &Args) -> Result<(), Failure> {
    let input = input::read(args)?;
    let rules = input.set.compile()?;
    let judged = content::judge(&rules, &input, args)?;
    let report = content::report(&input, &judged, args)?;
    common::publish(report, [("verdicts.jsonl", lines(&input, &judged.verdicts)?)], &args.out)
}

fn main() -> ExitCode {
    common::start("constitution", args::HELP, args::parse(std::env::args().skip(1)), run)
}
