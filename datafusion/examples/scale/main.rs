//! Every aggregate over very many judgments, some of them missing, on one, two and seven partitions, and some by very
//! many groups: the same as the core called directly, to the bit (`brier`, `pearson` and `win_rate` to 1e-12).
//!
//! ```text
//! cargo run --release --example scale -- 6000003 1000000
//! ```
//! The number of rows is a multiple of nine: three judgments an item, three tasks.
#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

mod figures;
mod judgments;

use std::error::Error;

use datafusion::prelude::{CsvReadOptions, SessionConfig, SessionContext};
use figures::Query;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let number = |at: usize, default: u64| {
        std::env::args().nth(at).and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (rows, groups) = (number(1, 6_000_003), number(2, 1_000_000));
    let folder = std::env::temp_dir().join(format!("scale-{}", std::process::id()));
    let folder = folder.to_string_lossy().into_owned();
    judgments::write(&folder, rows, 8)?;
    let mut queries = Query::by_task(rows)?;
    queries.push(Query::by_item(rows, groups)?);
    println!("{rows} rows: the core has been asked");
    for partitions in [1, 2, 7] {
        let config = SessionConfig::new().with_target_partitions(partitions);
        let mut context = SessionContext::new_with_config(config);
        probity_datafusion::register_all(&mut context)?;
        context.register_csv("t", &folder, CsvReadOptions::new()).await?;
        for query in &queries {
            let (found, seconds) = query.check(&context).await?;
            println!(
                "{partitions} partitions, {}: {} aggregates by {} groups, {seconds:.1} s: the core says the same",
                query.name,
                query.aggregates(),
                found.num_rows(),
            );
        }
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
