//! Which values do people find wiser? Prints a report of wiser-than votes with the winner of every context and how sure it
//! is, draws the moral graph, and writes it as JSON and DOT.
//!
//! Without arguments it shows votes that are made up; `--help` says how it reads a table of one's own.

mod args;
mod content;
mod input;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use probity::moral_graph::{MoralGraph, ReleasedGraph};
use probity::report::Report;

use args::{Args, Asked};

type Failure = Box<dyn std::error::Error>;

/// Columns of the terminal, or what fits most.
fn columns() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.map_or(110, |columns: usize| columns.clamp(60, 240))
}

fn write(report: &Report, graph: [(String, String); 2], folder: &Path) -> Result<Vec<String>, Failure> {
    let at = |path: &Path, error: std::io::Error| format!("{}: cannot be written: {error}", path.display());
    std::fs::create_dir_all(folder).map_err(|error| at(folder, error))?;
    let mut files =
        vec![("report.md".to_string(), report.to_markdown()), ("report.json".to_string(), report.to_json())];
    files.extend(graph);
    files.extend(report.figures().map(|figure| (figure.file.clone(), figure.svg.clone())));
    for (name, text) in &files {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| at(&path, error))?;
    }
    Ok(files.into_iter().map(|(name, _)| name).collect())
}

fn run(args: &Args) -> Result<(), Failure> {
    let (bootstrap, filter, page_rank) = (args.bootstrap()?, args.filter()?, args.page_rank()?);
    let input = input::read(args)?;
    let graph = MoralGraph::from_votes(&input.votes, &filter)?;
    let report = content::report(&input, &graph, &filter, &page_rank, &bootstrap)?;
    let released = serde_json::to_string_pretty(&ReleasedGraph::new(&graph, &input.catalogue))?;
    let files =
        [("graph.json".to_string(), released), ("graph.dot".to_string(), graph.to_dot(&input.catalogue))];
    let names = write(&report, files, &args.out)?;
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
            let _ = writeln!(std::io::stderr(), "moral_graph: {error}");
            ExitCode::FAILURE
        }
    }
}
