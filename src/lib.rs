#![doc = include_str!("../README.md")]
#![doc = ""]
#![doc = include_str!("../docs/modules.md")]
#![doc = ""]
#![doc = include_str!("../docs/papers.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "a test that meets the unexpected should stop there"
    )
)]

mod error;
mod exact;
mod kernels;
mod linear;
mod num;
pub mod rng;
mod sha256;
pub mod text;

pub mod ratings;
pub mod tally;

pub mod aggregate;
pub mod agreement;
pub mod calibration;
pub mod compute;
pub mod correlation;
pub mod inference;

pub mod checklist;
pub mod moral_graph;
pub mod rules;
pub mod taxonomy;

pub mod consistency;
pub mod correction;
pub mod critique;
pub mod honesty;
pub mod judge;
pub mod peer_review;
pub mod personalization;
pub mod preference;
pub mod reward;
pub mod search;
pub mod values;

#[cfg(feature = "io")]
pub mod io;
pub mod report;

pub mod cookbook;

pub use error::{Error, Result, Undefined};
