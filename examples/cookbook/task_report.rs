// How does my task-by-task report get one call?
use probity::agreement::{Coefficient, Options};
use probity::compute::{Backend, Cells, ComputeError};
use probity::ratings::{Labels, Ratings};

pub fn answer() -> Result<String, ComputeError> {
    // One table of ratings a task: a row an item, a column a judge.
    let tasks = [
        ("news", vec![0u8, 0, 0, 0, 1, 1, 1, 0]),
        ("code", vec![0, 0, 1, 1, 0, 0, 1, 1]),
        ("maths", vec![0, 1, 1, 0, 0, 1, 1, 0]),
    ];
    let mut tables = Vec::new();
    for (_, codes) in &tasks {
        tables.push(Ratings::from_codes(Labels::codes(2), 2, codes.clone())?);
    }

    // All tasks at once, on a GPU if the crate was built for one and there is one.
    let groups: Vec<&Ratings> = tables.iter().collect();
    let counted = Backend::auto().pair_tables_of_groups(&groups, Cells::Full)?;
    let mut lines = Vec::new();
    for ((task, _), pairs) in tasks.iter().zip(&counted) {
        let kappa = pairs.coefficient(Coefficient::CohenKappa, &Options::new())?;
        lines.push(format!("{task}: kappa {:.3}", kappa.get(0, 1)?.value));
    }
    Ok(lines.join("\n"))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
