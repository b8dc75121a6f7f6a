//! Which model is best, and how sure is that? Ranks the models of a file of battles, with intervals of ratings and ranks.
//!
//! Without arguments it ranks six imaginary models; `--help` says how it reads battles of one's own.

mod args;
#[path = "../common/mod.rs"]
mod common;
mod content;
mod input;

use std::process::ExitCode;

use args::Args;
use common::Failure;

fn run(args: &Args) -> Result<(), Failure> {
    let input = input::read(args)?;
    let report = content::report(&input, args)?;
    common::publish(report, [], &args.out)
}

fn main() -> ExitCode {
    common::start("leaderboard", args::HELP, args::parse(std::env::args().skip(1)), run)
}
