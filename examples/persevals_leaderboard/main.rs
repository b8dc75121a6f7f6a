//! Whose summaries follow their readers? Ranks the models of a file of texts by PerSEval.
//!
//! Without arguments it ranks three imaginary models; `--help` says how it reads texts of one's own.

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

fn write(report: &Report, folder: &Path) -> Result<Vec<String>, Failure> {
    let at = |path: &Path, error: std::io::Error| format!("{}: cannot be written: {error}", path.display());
    std::fs::create_dir_all(folder).map_err(|error| at(folder, error))?;
    let mut files =
        vec![("report.md".to_string(), report.to_markdown()), ("report.json".to_string(), report.to_json())];
    files.extend(report.figures().map(|figure| (figure.file.clone(), figure.svg.clone())));
    for (name, text) in &files {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| at(&path, error))?;
    }
    Ok(files.into_iter().map(|(name, _)| name).collect())
}

fn run(args: &Args) -> Result<(), Failure> {
    let input = input::read(args.file.as_deref())?;
    let report = content::report(&input, args)?;
    let names = write(&report, &args.out)?;
    let folder = args.out.display();
    let text = format!("{}\nwritten to {folder}: {}\n", report.to_text(columns()), names.join(", "));
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
            let _ = writeln!(std::io::stderr(), "persevals_leaderboard: {error}");
            ExitCode::FAILURE
        }
    }
}
