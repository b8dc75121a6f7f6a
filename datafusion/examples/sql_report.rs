//! A CSV or Parquet file (or a folder of them) in, SQL with probity's functions, a table out.
//!
//! ```text
//! cargo run --example sql_report -- judgments.csv \
//!     "SELECT task, count(*) AS n, cohen_kappa_ci(judge, expert) AS kappa FROM t GROUP BY task ORDER BY task"
//! ```
//!
//! The table is called `t`. Without arguments a small file is made and reported.
#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use std::path::Path;

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::error::Result;
use datafusion::prelude::{CsvReadOptions, ParquetReadOptions, SessionContext};

const JUDGMENTS: &str = "\
task,judge,expert,confidence
summary,good,good,0.9
summary,good,bad,0.6
summary,bad,bad,0.8
summary,good,good,0.7
code,good,good,0.9
code,bad,,0.5
code,bad,bad,0.9
code,good,bad,0.4
code,bad,bad,0.8
";

const REPORT: &str = "SELECT task, count(*) AS judgments, percent_agreement(judge, expert) AS agreement, \
    cohen_kappa(judge, expert) AS kappa, gwet_ac1(judge, expert) AS ac1, \
    ece(confidence, judge = expert, 5) AS ece, brier(confidence, judge = expert) AS brier \
    FROM t GROUP BY task ORDER BY task";

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (file, sql) = if let (Some(file), Some(sql)) = (arguments.next(), arguments.next()) {
        (file, sql)
    } else {
        let file = std::env::temp_dir().join(format!("judgments-{}.csv", std::process::id()));
        std::fs::write(&file, JUDGMENTS)?;
        (file.to_string_lossy().into_owned(), REPORT.to_string())
    };
    let mut context = SessionContext::new();
    probity_datafusion::register_all(&mut context)?;
    // A folder is taken by what lies in it.
    let is_parquet = |path: &Path| path.extension().is_some_and(|extension| extension == "parquet");
    let parquet = match std::fs::read_dir(&file) {
        Ok(entries) => entries.filter_map(std::result::Result::ok).any(|entry| is_parquet(&entry.path())),
        Err(_) => is_parquet(Path::new(&file)),
    };
    if parquet {
        context.register_parquet("t", &file, ParquetReadOptions::new()).await?;
    } else {
        context.register_csv("t", &file, CsvReadOptions::new()).await?;
    }
    let batches = context.sql(&sql).await?.collect().await?;
    println!("{}", pretty_format_batches(&batches)?);
    Ok(())
}
