//! What the examples share: reading a command line, writing a report.
#![allow(dead_code, reason = "each example uses its part")]

pub(crate) mod words;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use probity::inference::{Bootstrap, Estimate, Level};
use probity::report::{Cell, Report};

pub(crate) type Failure = Box<dyn std::error::Error>;

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Asked<A> {
    Help,
    Run(A),
}

/// Does what is asked for; what is wrong is told in one line.
pub(crate) fn start<A>(
    program: &str,
    help: &str,
    asked: Result<Asked<A>, String>,
    run: impl FnOnce(&A) -> Result<(), Failure>,
) -> ExitCode {
    let outcome = match asked {
        Ok(Asked::Help) => std::io::stdout().write_all(help.as_bytes()).map_err(Failure::from),
        Ok(Asked::Run(args)) => run(&args),
        Err(message) => Err(message.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if the standard error is gone.
            let _ = writeln!(std::io::stderr(), "{program}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes a report, its figures and other files into a folder, and prints the report. It says with which command it was made.
pub(crate) fn publish<'a>(
    report: Report,
    others: impl IntoIterator<Item = (&'a str, String)>,
    folder: &Path,
) -> Result<(), Failure> {
    let words: Vec<String> =
        std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let provenance = report.origin().cloned().unwrap_or_default().setting("arguments", words.join(" "));
    let report = report.provenance(provenance);
    let at = |path: &Path, error: std::io::Error| format!("{}: cannot be written: {error}", path.display());
    std::fs::create_dir_all(folder).map_err(|error| at(folder, error))?;
    let mut files = vec![
        ("report.md", report.to_markdown()),
        ("report.html", report.to_html()),
        ("report.json", report.to_json()),
    ];
    // One by one, because their names live longer than the report.
    for (name, text) in others {
        files.push((name, text));
    }
    files.extend(report.figures().map(|figure| (figure.file.as_str(), figure.svg.clone())));
    for (name, text) in &files {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| at(&path, error))?;
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let folder = folder.display();
    let text = format!("{}\nwritten to {folder}: {}\n", report.to_text(columns()), names.join(", "));
    // A reader that had enough (`| head`) is not a failure.
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Columns of the terminal, or what fits most.
fn columns() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.map_or(110, |columns: usize| columns.clamp(60, 240))
}

/// A bootstrap on as many threads as there are.
pub(crate) fn bootstrap(seed: u64, resamples: usize, level: Level) -> probity::Result<Bootstrap> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Bootstrap::new(seed).level(level).resamples(resamples)?.threads(threads)
}

/// A figure, or why there is none.
pub(crate) fn value(estimate: &probity::Result<Estimate>) -> probity::Result<Cell> {
    Cell::from_result(estimate.as_ref().map(|e| e.value).map_err(Clone::clone))
}

/// The interval of a figure, if there is one.
pub(crate) fn interval(estimate: &probity::Result<Estimate>) -> Cell {
    let interval = estimate.as_ref().ok().and_then(|e| e.interval);
    interval.map_or(Cell::Empty, |i| Cell::Interval(i.lower, i.upper))
}

/// A p-value, of which the digits of small ones say nothing.
pub(crate) fn p_value(p: Option<f64>) -> Cell {
    match p {
        Some(p) if p < 0.001 => "< 0.001".into(),
        p => p.into(),
    }
}
