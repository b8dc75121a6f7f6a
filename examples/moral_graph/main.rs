//! Which values do people find wiser? Prints a report of wiser-than votes with the winner of every context and how sure it
//! is, draws the moral graph, and writes it as JSON and DOT.
//!
//! Without arguments it shows votes that are made up; `--help` says how it reads a table of one's own.

mod args;
#[path = "../common/mod.rs"]
mod common;
mod content;
mod input;

use std::process::ExitCode;

use probity::moral_graph::{MoralGraph, ReleasedGraph};

use args::Args;
use common::Failure;

fn run(args: &Args) -> Result<(), Failure> {
    let (bootstrap, filter, page_rank) = (args.bootstrap()?, args.filter()?, args.page_rank()?);
    let input = input::read(args)?;
    let graph = MoralGraph::from_votes(&input.votes, &filter)?;
    let report = content::report(&input, &graph, &filter, &page_rank, &bootstrap)?;
    let released = serde_json::to_string_pretty(&ReleasedGraph::new(&graph, &input.catalogue))?;
    let dot = graph.to_dot(&input.catalogue);
    common::publish(report, [("graph.json", released), ("graph.dot", dot)], &args.out)
}

fn main() -> ExitCode {
    common::start("moral_graph", args::HELP, args::parse(std::env::args().skip(1)), run)
}
