//! Do responses keep the rules? Prints a report of verdicts with reasons, coverage and conflicts.
//!
//! Without arguments it judges six responses of a help desk; `--help` says how it reads files of one's own.

mod args;
mod content;
mod input;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use probity::report::Report;
use probity::rules::Verdict;
use serde::Serialize;

use args::{Args, Asked};
use input::Input;

type Failure = Box<dyn std::error::Error>;

/// Columns of the terminal, or what fits most.
fn columns() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.map_or(110, |columns: usize| columns.clamp(60, 240))
}

/// A line of `verdicts.jsonl`.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    #[serde(flatten)]
    verdict: &'a Verdict,
}

fn write(report: &Report, input: &Input, verdicts: &[Verdict], folder: &Path) -> Result<(), Failure> {
    let at = |path: &Path, error: std::io::Error| format!("{}: cannot be written: {error}", path.display());
    std::fs::create_dir_all(folder).map_err(|error| at(folder, error))?;
    let mut lines = String::new();
    for (line, verdict) in input.lines.iter().zip(verdicts) {
        lines.push_str(&serde_json::to_string(&Line { id: &line.id, verdict })?);
        lines.push('\n');
    }
    for (name, text) in
        [("report.md", report.to_markdown()), ("report.json", report.to_json()), ("verdicts.jsonl", lines)]
    {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| at(&path, error))?;
    }
    Ok(())
}

fn run(args: &Args) -> Result<(), Failure> {
    let input = input::read(args)?;
    let rules = input.set.compile()?;
    let judged = content::judge(&rules, &input, args)?;
    let report = content::report(&input, &judged, args)?;
    write(&report, &input, &judged.verdicts, &args.out)?;
    let text = format!("{}\nwritten to {}\n", report.to_text(columns()), args.out.display());
    // A reader that had enough (`| head`) is not a failure.
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn main() -> ExitCode {
    let outcome = match args::parse(std::env::args().skip(1)) {
        Ok(Asked::Help) => std::io::stdout().write_all(args::HELP.as_bytes()).map_err(Failure::from),
        Ok(Asked::Run(args)) => run(&args),
        Err(message) => Err(message.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if the standard error is gone.
            let _ = writeln!(std::io::stderr(), "constitution: {error}");
            ExitCode::FAILURE
        }
    }
}
