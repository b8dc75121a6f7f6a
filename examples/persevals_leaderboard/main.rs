//! Whose summaries follow their readers? Ranks the models of a file of texts by PerSEval.
//!
//! Without arguments it ranks three imaginary models; `--help` says how it reads texts of one's own.

mod args;
#[path = "../common/mod.rs"]
mod common;
mod content;
mod input;

use std::process::ExitCode;

use args::Args;
use common::Failure;

fn run(args: &Args) -> Result<(), Failure> {
    let input = input::read(args.file.as_deref())?;
    common::publish(content::report(&input, args)?, [], &args.out)
}

fn main() -> ExitCode {
    common::start("persevals_leaderboard", args::HELP, args::parse(std::env::args().skip(1)), run)
}
