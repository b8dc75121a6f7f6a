//! Preferences: who beats whom, and the figures of pairwise comparison.
//!
//! *Which of these contenders is better, and how sure is that?* [`BradleyTerry::fit`] gives strengths with standard
//! errors for a tally of [`Comparisons`](crate::tally::Comparisons), with ties after a [`TieModel`].
//!
//! # Conventions
//! Strengths are natural logarithms with mean 0; an [`EloScale`] turns them into ratings. A higher strength, rating or
//! score is better.

mod best_of_n;
mod bradley_terry;
mod cholesky;
mod comparison_graph;
mod elo;
mod glicko;
mod length_control;
mod length_control_fit;
mod minorise;
mod ndcg;
mod newton;
mod pair_likelihood;
mod plackett_luce;
mod tie_model;
mod true_skill;
mod win_rate;

pub use best_of_n::{best_of_n_expected_max, best_of_n_kl};
pub use bradley_terry::{BradleyTerry, BradleyTerryOptions, Solver, bradley_terry};
pub use comparison_graph::{ComparisonGraph, comparison_graph};
pub use elo::{Elo, EloScale, elo_online};
pub use glicko::{Glicko2, glicko2_period};
pub use length_control::{
    GlmWeights, length_controlled_head_to_head, length_controlled_rate, length_feature,
};
pub use length_control_fit::{LengthControl, LengthControlled};
pub use ndcg::{Gain, Ndcg, NdcgOptions, TiedRanks, ndcg};
pub use plackett_luce::{PlackettLuce, plackett_luce, plackett_luce_log_likelihood};
pub use tie_model::{OutcomeProbabilities, TieModel, bradley_terry_probability, tie_probabilities};
pub use true_skill::{Skill, TrueSkill};
pub use win_rate::{PairwiseAccuracy, TiedScores, WinRate, pairwise_accuracy, win_rate};
