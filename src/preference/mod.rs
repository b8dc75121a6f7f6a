//! Preferences: who beats whom, and the figures of pairwise comparison.
//!
//! *Which of these contenders is better, and how sure is that?* [`leaderboard`] ranks the contenders of a tally of
//! [`Comparisons`](crate::tally::Comparisons) with intervals of strengths and ranks; [`BradleyTerry::fit`] gives the
//! strengths alone, with ties after a [`TieModel`]. *How often does a model win against a baseline?* [`win_rate`], and at
//! equal lengths [`LengthControl`].
//!
//! | question | entry |
//! |---|---|
//! | strengths from who beat whom | [`bradley_terry`], [`BradleyTerry::fit`], ties: [`TieModel`] |
//! | who cannot be compared with whom | [`comparison_graph`] |
//! | strengths from rankings | [`plackett_luce`] |
//! | ratings that follow the order of play | [`Elo`], [`glicko2_period`], [`TrueSkill`] |
//! | ranks with intervals | [`leaderboard`] |
//! | win rates of AlpacaEval, raw, discrete, at equal lengths | [`win_rate`], [`LengthControl`], [`length_controlled_rate`] |
//! | scores of chosen and rejected responses | [`pairwise_accuracy`] |
//! | rankings by score | [`ndcg`], [`crate::correlation`] (Kendall's tau a, b, c) |
//! | the best of N samples | [`best_of_n_kl`], [`best_of_n_expected_max`], [`crate::search::best_of_n`] |
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
mod leaderboard;
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
pub use leaderboard::{Leaderboard, Standing, leaderboard};
pub use length_control::{
    GlmWeights, length_controlled_head_to_head, length_controlled_rate, length_feature,
};
pub use length_control_fit::{LengthControl, LengthControlled};
pub use ndcg::{Gain, Ndcg, NdcgOptions, TiedRanks, ndcg};
pub use plackett_luce::{PlackettLuce, plackett_luce, plackett_luce_log_likelihood};
pub use tie_model::{OutcomeProbabilities, TieModel, bradley_terry_probability, tie_probabilities};
pub use true_skill::{Skill, TrueSkill};
pub use win_rate::{PairwiseAccuracy, TiedScores, WinRate, pairwise_accuracy, win_rate};
