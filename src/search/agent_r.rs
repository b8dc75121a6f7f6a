//! "Agent-R: Training Language Model Agents to Reflect via Iterative Self-Training" (arXiv 2501.11425).
//!
//! *Where did this failed attempt first go wrong, and which better attempt should it turn to there?* A tree search
//! ([`Search`]) collects good and bad attempts that share their beginnings, [`pairs`] matches them, and [`splice`] joins
//! a bad one up to its first error with the rest of a good one, as a text to learn from. [`repeated_actions`] and
//! [`mean_revision_length`] measure what was learnt.
//!
//! Rewards are 0..1, greater is better. The published code (bytedance/Agent-R at dd8bd1e, Apache-2.0) settles what the
//! paper leaves open; where the two differ the item says so.

pub use super::agent_r_loops::{
    Cycle, Repetitions, Run, mean_revision_length, repeated_actions, revision_length,
};
pub use super::agent_r_pairs::{Pairs, Thresholds, curriculum, pairs};
pub use super::agent_r_search::{Expand, Finished, Options, Proposal, Search, Turn};
pub use super::agent_r_splice::{
    Judgement, Message, Revision, Role, direct_revision, first_error, good_only, splice,
};
