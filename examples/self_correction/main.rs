//! Do models get better when they answer again? Prints a report of two-turn results and draws two planes.
//!
//! Without arguments it reads published results; `--help` says how it reads a table of one's own.

mod args;
#[path = "../common/mod.rs"]
mod common;
mod content;
mod input;
mod planes;

use std::process::ExitCode;

use args::Args;
use common::Failure;

fn run(args: &Args) -> Result<(), Failure> {
    let bootstrap = args.bootstrap()?;
    let input = input::read(args)?;
    let report = content::report(&input, args.level, &bootstrap)?;
    common::publish(report, [], &args.out)
}

fn main() -> ExitCode {
    common::start("self_correction", args::HELP, args::parse(std::env::args().skip(1)), run)
}
