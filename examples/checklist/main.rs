//! What do responses pass of their checklists? Prints pass rates, the best of N and the agreement with people.
//!
//! Without arguments it reads three drafts of three texts; `--help` says how it reads a table of one's own.

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
    common::publish(content::report(&input, args)?, [], &args.out)
}

fn main() -> ExitCode {
    common::start("checklist", args::HELP, args::parse(std::env::args().skip(1)), run)
}
