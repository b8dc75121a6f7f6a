//! Preferences: who beats whom, and the figures of pairwise comparison.
//!
//! *Which of these contenders is better, and how sure is that?* [`BradleyTerry::fit`] gives strengths with standard
//! errors for a tally of [`Comparisons`](crate::tally::Comparisons), with ties after a [`TieModel`].
//!
//! # Conventions
//! Strengths are natural logarithms with mean 0; an [`EloScale`] turns them into ratings. A higher strength, rating or
//! score is better.

mod bradley_terry;
mod cholesky;
mod comparison_graph;
mod elo;
mod minorise;
mod newton;
mod pair_likelihood;
mod tie_model;

pub use bradley_terry::{BradleyTerry, BradleyTerryOptions, Solver, bradley_terry};
pub use comparison_graph::{ComparisonGraph, comparison_graph};
pub use elo::{Elo, EloScale, elo_online};
pub use tie_model::{OutcomeProbabilities, TieModel, bradley_terry_probability, tie_probabilities};
