//! Can this judge stand in for people? Holds a judge's labels against those of one or more people and writes a report.
//!
//! Without arguments it reads verdicts of three people and a judge on 36 pairs of answers; `--help` says how it reads a
//! table of one's own.

mod args;
mod biases;
#[path = "../common/mod.rs"]
mod common;
mod content;
mod input;

use std::process::ExitCode;

use args::Args;
use common::Failure;

fn run(args: &Args) -> Result<(), Failure> {
    let input = input::read(args)?;
    common::publish(content::report(&input, args)?, [], &args.out)
}

fn main() -> ExitCode {
    common::start("judge_vs_human", args::HELP, args::parse(std::env::args().skip(1)), run)
}
