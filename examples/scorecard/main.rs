//! How far does a panel of raters agree? Prints a report of a table of judgments and writes it with two pictures.
//!
//! Without arguments it scores ratings from the literature; `--help` says how it reads a table of one's own.

mod args;
mod coefficients;
mod content;
mod fleiss;
mod gold;
mod groups;
mod input;
mod progress;
mod raters;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use probity::compute::{Backend, Instructions};
use probity::inference::Level;
use probity::report::Report;

use args::{Args, Asked};
use content::Counts;
use input::Input;
use progress::Progress;

type Failure = Box<dyn std::error::Error>;

/// Columns of the terminal, or what fits most.
fn columns() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.map_or(110, |columns: usize| columns.clamp(60, 240))
}

#[cfg(feature = "gpu")]
fn gpu() -> Result<Backend, Failure> {
    Ok(Backend::gpu(&probity::compute::GpuOptions::new())?)
}

#[cfg(not(feature = "gpu"))]
fn gpu() -> Result<Backend, Failure> {
    Err("--gpu: expected a program built with --features gpu, found one without".into())
}

fn backend(args: &Args) -> Result<Backend, Failure> {
    match args.threads {
        _ if args.gpu => gpu(),
        Some(threads) => Ok(Backend::cpu_with(threads, Instructions::Best)?),
        None => Ok(Backend::cpu()),
    }
}

fn build(input: &Input, level: Level, backend: &Backend, progress: &mut Progress) -> Result<Report, Failure> {
    let ratings = &input.ratings;
    let counts = Counts::of(ratings)?;
    let entries = coefficients::all(ratings, level, progress);
    let mut report = Report::new("Agreement scorecard");
    report.push(content::coverage(input.section()?, ratings, &counts)?);
    report.push(coefficients::section(&entries, ratings, level, &input.subject)?);
    coefficients::landmarks(&entries, level)?.into_iter().for_each(|section| report.push(section));
    content::diagnosis(ratings)?.into_iter().for_each(|section| report.push(section));
    for section in raters::sections(ratings, &counts, level, backend, progress)? {
        report.push(section);
    }
    progress.say(format_args!("looking for disputed items"));
    content::disputed(ratings)?.into_iter().for_each(|section| report.push(section));
    content::categories(ratings)?.into_iter().for_each(|section| report.push(section));
    if let Some(gold) = &input.gold {
        report.push(gold::section(ratings, gold)?);
    }
    if let Some((column, groups)) = &input.groups {
        report.push(groups::section(column, groups, level, progress)?);
    }
    Ok(report)
}

fn write(report: &Report, folder: &Path) -> Result<(), Failure> {
    let at = |path: &Path, error: std::io::Error| format!("{}: cannot be written: {error}", path.display());
    std::fs::create_dir_all(folder).map_err(|error| at(folder, error))?;
    let (markdown, json) = (report.to_markdown(), report.to_json());
    let texts = [("report.md", markdown.as_str()), ("report.json", json.as_str())];
    let figures = report.figures().map(|figure| (figure.file.as_str(), figure.svg.as_str()));
    for (name, text) in texts.into_iter().chain(figures) {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| at(&path, error))?;
    }
    Ok(())
}

fn score(args: &Args) -> Result<(), Failure> {
    let mut progress = Progress::new();
    let level = Level::new(args.level)?;
    let backend = backend(args)?;
    let input = input::read(args, &mut progress)?;
    let report = build(&input, level, &backend, &mut progress);
    progress.clear();
    let report = report?;
    write(&report, &args.out)?;
    let mut names: Vec<&str> = vec!["report.md", "report.json"];
    names.extend(report.figures().map(|figure| figure.file.as_str()));
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
        Ok(Asked::Score(args)) => score(&args),
        Err(message) => Err(message.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if the standard error is gone.
            let _ = writeln!(std::io::stderr(), "scorecard: {error}");
            ExitCode::FAILURE
        }
    }
}
