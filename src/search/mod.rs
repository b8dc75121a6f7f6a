//! Search and selection: votes, the best of N, pass rates.
//!
//! *Which of these sampled answers is the answer?* [`majority_vote`], [`weighted_vote`], [`best_of_n`]; *how often does
//! one of k samples succeed?* [`pass_at_k`]. Ties go to what came first, as in every published implementation that
//! these serve.

pub mod agent_r;
mod agent_r_loops;
mod agent_r_pairs;
mod agent_r_search;
mod agent_r_splice;
mod best;
mod deepening;
mod mean;
mod pass;
mod procedure;
mod step;
mod tree;
mod uct;
mod votes;

pub use best::{Aggregate, BestOfN, best_of_n};
pub use deepening::{Deepening, DeepeningRun, Generate, RETHINK, Schedule, Segment};
pub use pass::{pass_at_k, pass_rate_at_k};
pub use procedure::{Ended, Procedure, drive, replay};
pub use step::Step;
pub use tree::{Node, NodeId, Tree};
pub use uct::{Selection, Stats, TieBreaker, Ties, Uct};
pub use votes::{Vote, majority_vote, weighted_vote};
