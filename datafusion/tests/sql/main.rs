//! The functions in DataFusion, embedded, on one, two and seven partitions, against the core called directly.
//!
//! `ballista/tests/cluster.rs` runs the same tests on a cluster.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected should stop there"
)]

mod data;
mod errors;
mod figures;
mod golden;
mod groups;
mod harness;
mod tallies;

use datafusion::arrow::array::ArrayRef;
use datafusion::prelude::SessionContext;

use harness::embedded;

/// One partition, two, and more than there are cores.
const PARTITIONS: [usize; 3] = [1, 2, 7];
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/peers");

/// A session with a table `t`. Nothing is waited for here; on a cluster there is.
#[allow(clippy::unused_async, reason = "the tests wait for either kind of session")]
async fn session(columns: &[(&str, ArrayRef)], partitions: usize) -> SessionContext {
    embedded(columns, partitions)
}
