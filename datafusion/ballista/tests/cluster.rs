//! The tests of the package once more, on the cluster at `PROBITY_CLUSTER`, which reads what they write to the folder
//! `PROBITY_SHARED`: every aggregate on rows with nulls and on the golden vectors. `two_executors.sh` runs them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected should stop there"
)]

#[path = "../../tests/sql/data.rs"]
mod data;
#[path = "../../tests/sql/figures.rs"]
mod figures;
#[path = "../../tests/sql/golden.rs"]
mod golden;
#[path = "../../tests/sql/groups.rs"]
mod groups;
#[path = "../../tests/sql/harness.rs"]
mod harness;
#[path = "../../tests/sql/tallies.rs"]
mod tallies;

use std::sync::atomic::{AtomicUsize, Ordering};

use ballista::prelude::SessionContextExt;
use datafusion::arrow::array::ArrayRef;
use datafusion::prelude::{ParquetReadOptions, SessionContext};

use harness::embedded;

/// The cluster cuts the work by itself.
const PARTITIONS: [usize; 1] = [2];
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/peers");

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: two_executors.sh sets it"))
}

/// A session on the cluster with a table `t` in so many files or fewer.
async fn session(columns: &[(&str, ArrayRef)], partitions: usize) -> SessionContext {
    static TABLES: AtomicUsize = AtomicUsize::new(0);
    let number = TABLES.fetch_add(1, Ordering::Relaxed);
    let path = format!("{}/table-{number}/", variable("PROBITY_SHARED"));
    let copy = format!("COPY t TO '{path}' STORED AS PARQUET");
    embedded(columns, partitions).sql(&copy).await.unwrap().collect().await.unwrap();
    let mut context = SessionContext::remote(&variable("PROBITY_CLUSTER")).await.unwrap();
    probity_datafusion::register_all(&mut context).unwrap();
    context.register_parquet("t", &path, ParquetReadOptions::new()).await.unwrap();
    context
}
