//! The programs of the cookbook: one by its name, or all of them.
//!
//! Each module is a complete program; [`probity::cookbook`] shows them with what they answer.
#![allow(
    clippy::print_stdout,
    unreachable_pub,
    reason = "the modules are programs that print, and stand alone"
)]

use std::error::Error;

mod abstain;
mod best_model;
mod contradicts;
mod drags_down;
mod how_many_items;
mod keeps_rules;
mod length_controlled;
mod long_answers;
mod low_kappa;
mod many_machines;
mod mend_confidence;
mod one_label;
mod pair_loss;
mod pass_at_k;
mod read_log;
mod second_judge;
mod self_correction;
mod task_report;
mod trust_judge;
mod where_disagree;
mod wiser_value;

type Main = fn() -> Result<(), Box<dyn Error>>;

/// In the order of the cookbook.
const PROGRAMS: [(&str, Main); 21] = [
    ("trust_judge", trust_judge::main),
    ("where_disagree", where_disagree::main),
    ("drags_down", drags_down::main),
    ("low_kappa", low_kappa::main),
    ("one_label", one_label::main),
    ("how_many_items", how_many_items::main),
    ("second_judge", second_judge::main),
    ("long_answers", long_answers::main),
    ("length_controlled", length_controlled::main),
    ("best_model", best_model::main),
    ("mend_confidence", mend_confidence::main),
    ("abstain", abstain::main),
    ("contradicts", contradicts::main),
    ("pass_at_k", pass_at_k::main),
    ("self_correction", self_correction::main),
    ("keeps_rules", keeps_rules::main),
    ("wiser_value", wiser_value::main),
    ("pair_loss", pair_loss::main),
    ("many_machines", many_machines::main),
    ("task_report", task_report::main),
    ("read_log", read_log::main),
];

fn main() -> Result<(), Box<dyn Error>> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let names = PROGRAMS.map(|(name, _)| name);
    if let Some(unknown) = wanted.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(format!("no program {unknown}; there are {}", names.join(", ")).into());
    }
    for (name, program) in PROGRAMS {
        if wanted.is_empty() || wanted.iter().any(|w| w == name) {
            println!("\n{name}");
            program()?;
        }
    }
    Ok(())
}
