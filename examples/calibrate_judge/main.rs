//! Is a judge as sure as it should be? Prints a report of confidences and outcomes, draws reliability diagrams and writes
//! recalibrated confidences. `--help` says what it reads.

mod args;
mod better;
mod content;
mod input;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use probity::io::PredictionGroup;
use probity::report::Report;

use args::{Args, Asked};
use better::Map;

type Failure = Box<dyn std::error::Error>;

/// Columns of the terminal, or what fits most.
fn columns() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.map_or(110, |columns: usize| columns.clamp(60, 240))
}

/// The items with their old and new confidences; judges without a map have none.
fn recalibrated(groups: &[PredictionGroup], maps: &[Option<Map>]) -> Result<String, Failure> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["judge", "item", "confidence", "recalibrated", "right"])?;
    for (group, map) in groups.iter().zip(maps) {
        for (item, (confidence, right)) in group.items.iter().zip(group.predictions.iter()) {
            let better = map.as_ref().map(|map| map.map.apply(confidence)).transpose()?;
            let better = better.map_or_else(String::new, |better| better.to_string());
            let right = if right { "1" } else { "0" };
            file.write_record([&group.name, item, &confidence.to_string(), &better, right])?;
        }
    }
    Ok(String::from_utf8(file.into_inner()?)?)
}

fn write(report: &Report, recalibrated: String, folder: &Path) -> Result<Vec<String>, Failure> {
    let at = |path: &Path, error: std::io::Error| format!("{}: cannot be written: {error}", path.display());
    std::fs::create_dir_all(folder).map_err(|error| at(folder, error))?;
    let mut files = vec![
        ("report.md".to_string(), report.to_markdown()),
        ("report.json".to_string(), report.to_json()),
        ("recalibrated.csv".to_string(), recalibrated),
    ];
    files.extend(report.figures().map(|figure| (figure.file.clone(), figure.svg.clone())));
    for (name, text) in &files {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| at(&path, error))?;
    }
    Ok(files.into_iter().map(|(name, _)| name).collect())
}

fn run(args: &Args) -> Result<(), Failure> {
    let import = input::read(args)?;
    let (report, maps) = content::report(args, &import)?;
    let names = write(&report, recalibrated(&import.groups, &maps)?, &args.out)?;
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
            let _ = writeln!(std::io::stderr(), "calibrate_judge: {error}");
            ExitCode::FAILURE
        }
    }
}
