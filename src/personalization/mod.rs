//! Personalization: does a model's output follow its reader?
//!
//! *Of a model that writes for many readers: do its outputs differ from reader to reader as the readers' own would, and are
//! they good?* [`personalization`](fn@personalization) gives DEGRESS, EGISES and PerSEval by user, document and system from
//! distances alone, with every penalty; [`Backend::deviations`](crate::compute::Backend::deviations) the same for large data
//! and many systems at once.
//!
//! | paper | entry |
//! |---|---|
//! | PerSEval: Assessing Personalization in Text Summarizers (2407.00453) | [`personalization`](fn@personalization), [`PersevalOptions`], [`Personalization::perseval_bootstrap_difference`], [`perseval_stability`], [`leaderboard_correlation`], [`borda_consensus`], [`human_distances`], [`SummaryDistance`] |
//! | Accuracy Is Not Enough: Evaluating Personalization in Summarizers (EGISES, EMNLP 2023) | [`Personalization::egises`], [`Personalization::degress_pair_weighted`], [`p_accuracy`] |
//!
//! Conventions: a distance is from 0 (the same) to 1, NaN where it is missing. DEGRESS and PerSEval are higher, EGISES and
//! the accuracy distance lower for the better model. The distances come from anywhere; [`SummaryDistance`] are those of
//! texts that the authors use and that need no data or model.

mod document;
mod human;
mod leaderboard;
mod options;
mod scores;
mod stability;
mod summary_distance;

pub use document::{DeviationPair, PersonalizedDocument};
pub use human::{HumanRating, human_distance, human_distances};
pub use leaderboard::{LeaderboardCorrelation, borda_consensus, leaderboard_correlation};
pub use options::{PersevalOptions, Sigmoid};
pub use scores::{
    DocumentPersonalization, Personalization, UserPersonalization, p_accuracy, personalization,
};
pub use stability::{PersevalStability, ScoreStability, Subsamples, perseval_stability, score_stability};
pub use summary_distance::SummaryDistance;
