//! "Selective Instruction Following with Alignment Self-Evaluation" (Self-J, arXiv 2409.00935).
//!
//! *How good is an answer, as judged by a copy of the model, and what is gained by declining the doubtful ones?*
//! [`expected_score`] reads a score from the probabilities of digits and [`blend`] makes the score to train on;
//! [`selective_report`], [`quality_at_coverage`] and [`selective_detection`] say what a threshold does;
//! [`system_correlations`] how well systems are ranked; [`distillation_loss`] is what the judge is trained with, and
//! [`perplexity`] and [`variation_ratio_original`] are the baselines.
//!
//! | wanted | entry |
//! |---|---|
//! | correlations with a reference judge | [`critique::correlations`](crate::critique::correlations) |
//! | best of N answers, the first on ties (32 in the paper) | [`search::best_of_n`](crate::search::best_of_n) |
//! | the averages of its tables | [`critique::task_average`](crate::critique::task_average) |
//!
//! # Source
//! The paper and nusnlp/Self-J at f0d596cd (judge.py, kd.py and the tables of its page).

pub use super::self_judge_objective::{DistillationLoss, DistillationWeights, distillation_loss};
pub use super::self_judge_scores::{blend, expected_score, perplexity, variation_ratio_original};
pub use super::self_judge_selective::{
    Kept, SelectiveDetection, SelectiveReport, quality_at_coverage, selective_detection, selective_report,
    system_correlations,
};
