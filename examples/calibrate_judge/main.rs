//! Is a judge as sure as it should be? Prints a report of confidences and outcomes, draws reliability diagrams and writes
//! recalibrated confidences. `--help` says what it reads.

mod args;
mod better;
#[path = "../common/mod.rs"]
mod common;
mod content;
mod input;

use std::process::ExitCode;

use probity::io::PredictionGroup;

use args::Args;
use better::Map;
use common::Failure;

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

fn run(args: &Args) -> Result<(), Failure> {
    let import = input::read(args)?;
    let (report, maps) = content::report(args, &import)?;
    common::publish(report, [("recalibrated.csv", recalibrated(&import.groups, &maps)?)], &args.out)
}

fn main() -> ExitCode {
    common::start("calibrate_judge", args::HELP, args::parse(std::env::args().skip(1)), run)
}
