//! What do responses pass of their checklists? Prints pass rates, the best of N and the agreement with people.
//!
//! Without arguments it reads three drafts of three texts; `--help` says how it reads a table of one's own.

mod args;
mod content;
mod input;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use probity::report::Report;

use args::{Args, Asked};

type Failure = Box<dyn std::error::Error>;

/// Columns of the terminal, or what fits most.
fn columns() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.map_or(110, |columns: usize| columns.clamp(60, 240))
}

fn write(report: &Report, folder: &Path) -> Result<(), Failure> {
    let at = |path: &Path, error: std::io::Error| format!("{}: cannot be written: {error}", path.display());
    std::fs::create_dir_all(folder).map_err(|error| at(folder, error))?;
    for (name, text) in [("report.md", report.to_markdown()), ("report.json", report.to_json())] {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| at(&path, error))?;
    }
    Ok(())
}

fn run(args: &Args) -> Result<(), Failure> {
    let input = input::read(args)?;
    let report = content::report(&input, args)?;
    write(&report, &args.out)?;
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
            let _ = writeln!(std::io::stderr(), "checklist: {error}");
            ExitCode::FAILURE
        }
    }
}
