//! How far does a panel of raters agree? Prints a report of a table of judgments, or of the log of a tool, and writes it
//! with two pictures.
//!
//! Without arguments it scores ratings from the literature; `--help` says how it reads a table of one's own.

mod args;
mod coefficients;
#[path = "../common/mod.rs"]
mod common;
mod content;
mod fleiss;
mod gold;
mod groups;
mod input;
mod judged;
mod progress;
mod raters;
mod scores;

use std::process::ExitCode;

use probity::compute::{Backend, Instructions};
use probity::inference::Level;
use probity::report::{Provenance, Report};

use args::Args;
use common::Failure;
use content::Counts;
use input::{Found, Input};
use progress::Progress;

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
    let scale = ratings.scale().name();
    let provenance = Provenance::new().ratings("judgments", ratings).setting("scale", scale);
    let provenance =
        coefficients::derivations(&entries, ratings, level)?.into_iter().fold(provenance, Provenance::with);
    let mut report = Report::new("Agreement scorecard").provenance(provenance);
    report.push(content::coverage(input.section()?, ratings, &counts)?);
    judged::section(ratings, level)?.into_iter().for_each(|section| report.push(section));
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

fn score(args: &Args) -> Result<(), Failure> {
    let mut progress = Progress::new();
    let backend = backend(args)?;
    let input = match input::read(args, &mut progress)? {
        Found::Judgments(input) => input,
        Found::Scores(subject, scores) => {
            return common::publish(scores::report(&subject, &scores)?, [], &args.out);
        }
    };
    let report = build(&input, args.level, &backend, &mut progress);
    progress.clear();
    common::publish(report?, [], &args.out)
}

fn main() -> ExitCode {
    common::start("scorecard", args::HELP, args::parse(std::env::args().skip(1)), score)
}
