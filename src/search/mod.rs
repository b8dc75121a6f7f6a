//! Search and selection: trees, votes, the best of N, pass rates, and the papers' procedures.
//!
//! *Which of these sampled answers is the answer?* [`majority_vote`], [`weighted_vote`], [`best_of_n`]; *how often does
//! one of k samples succeed?* [`pass_at_k`]; *where should more samples be spent?* the tree searches.
//!
//! | paper | entry |
//! |---|---|
//! | Agent-R: Training Language Model Agents to Reflect via Iterative Self-Training (2501.11425) | [`agent_r`] |
//! | Toward Self-Improvement of LLMs via Imagination, Searching, and Criticizing (AlphaLLM, 2404.12253) | [`alphallm`] |
//! | Iterative Deepening Sampling for Large Language Models (ID-Sampling, 2502.05449) | [`Deepening`], [`Schedule`], [`trigger_transitions`] |
//!
//! [`Tree`] is the one tree of all searches. Searches and samplers are [`Procedure`]s: they do no I/O, say in a [`Step`]
//! what they need and are handed the answer; [`drive`] runs one with a model and lets an observer stop it, [`replay`]
//! runs it from a record. Ties go to what came first, as in every published implementation that these serve, unless
//! [`Ties`] says otherwise.

pub mod agent_r;
mod agent_r_loops;
mod agent_r_pairs;
mod agent_r_search;
mod agent_r_splice;
pub mod alphallm;
mod alphallm_ask;
mod alphallm_choice;
mod alphallm_critic;
mod alphallm_merge;
mod alphallm_options;
mod alphallm_search;
mod alphallm_width;
mod best;
mod compute_scaling;
mod deepening;
mod pass;
mod procedure;
mod step;
mod tree;
mod uct;
mod votes;

pub(crate) use best::first_greatest;
pub use best::{Aggregate, BestOfN, best_of_n};
pub use compute_scaling::{ComputeScaling, ScalingQuestion, compute_scaling};
pub use deepening::{Deepening, DeepeningRun, Generate, RETHINK, Schedule, Segment, trigger_transitions};
pub use pass::{pass_at_k, pass_rate_at_k};
pub use procedure::{Ended, Procedure, drive, replay};
pub use step::Step;
pub use tree::{Node, NodeId, Tree};
pub(crate) use uct::highest;
pub use uct::{Selection, Stats, TieBreaker, Ties, Uct};
pub use votes::{Vote, majority_vote, weighted_vote};
