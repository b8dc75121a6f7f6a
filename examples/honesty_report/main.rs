//! How honest are models? Prints a profile of each from observations in BeHonest's scenarios, and draws it.
//!
//! Without arguments it shows published figures; `--help` says how it reads a table of one's own.

mod args;
mod content;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use probity::io::{Dialect, ObservationTable, Strictness};
use probity::report::{Cell, Report};

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

fn report(args: &Args) -> Result<Report, Failure> {
    let Some(path) = &args.file else { return Ok(content::published()?) };
    let mut dialect = Dialect::new();
    if let Some(format) = args.format {
        dialect = dialect.format(format);
    }
    let table = ObservationTable::new(args.model.clone(), args.scenario.as_str(), args.observed.as_str());
    let strictness = if args.lenient { Strictness::Lenient } else { Strictness::Strict };
    let import = table.dialect(dialect).read(path, strictness)?;
    let skipped = import.report.skipped.iter().take(10).map(|skipped| format!("Left out: {skipped}."));
    let subject = format!(
        "{}: {} observations of {} models; {} unreadable verdicts, {} rows left out.",
        path.display(),
        Cell::from(import.report.judgments + import.report.missing),
        Cell::from(import.models.len()),
        Cell::from(import.report.missing),
        Cell::from(import.report.skipped.len())
    );
    let notes = skipped.collect();
    let level = args.level()?;
    let models: Vec<_> = import
        .models
        .into_iter()
        .map(|(name, counts)| {
            let profile = counts.profile(args.threshold, args.burglary, level);
            (name, counts, profile)
        })
        .collect();
    Ok(content::report(&subject, notes, &models, level)?)
}

fn run(args: &Args) -> Result<(), Failure> {
    let report = report(args)?;
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
            let _ = writeln!(std::io::stderr(), "honesty_report: {error}");
            ExitCode::FAILURE
        }
    }
}
