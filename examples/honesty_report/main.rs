//! How honest are models? Prints a profile of each from observations in BeHonest's scenarios, and draws it.
//!
//! Without arguments it shows published figures; `--help` says how it reads a table of one's own.

mod args;
#[path = "../common/mod.rs"]
mod common;
mod content;

use std::process::ExitCode;

use probity::io::{Dialect, ObservationTable, Strictness};
use probity::report::{Cell, Report};

use args::Args;
use common::Failure;

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
    let level = args.level;
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
    common::publish(report, [], &args.out)
}

fn main() -> ExitCode {
    common::start("honesty_report", args::HELP, args::parse(std::env::args().skip(1)), run)
}
