//! Search and selection: votes, the best of N, pass rates.
//!
//! *Which of these sampled answers is the answer?* [`majority_vote`], [`weighted_vote`], [`best_of_n`]; *how often does
//! one of k samples succeed?* [`pass_at_k`]. Ties go to what came first, as in every published implementation that
//! these serve.

mod best;
mod deepening;
mod pass;
mod step;
mod votes;

pub use best::{Aggregate, BestOfN, best_of_n};
pub use deepening::{Deepening, DeepeningRun, Generate, RETHINK, Schedule, Segment};
pub use pass::{pass_at_k, pass_rate_at_k};
pub use step::Step;
pub use votes::{Vote, majority_vote, weighted_vote};
