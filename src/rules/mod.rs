//! Rules: what ought to hold of a text, a judgment or a conversation, and the verdict on whether it does.
//!
//! A [`Verdict`] is a [`Decision`] with its reasons, errors and what could not be decided: never a bare `bool`.

mod verdict;

pub use verdict::{Decision, Finding, Verdict};
