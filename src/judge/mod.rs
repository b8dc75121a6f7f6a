//! Judges: models that score, compare or rank what others produced, and how far they can be believed.
//!
//! *Does this judge prefer what people prefer, is it fair, and what does it look at?*
//!
//! | paper | entry |
//! |---|---|
//! | MJ-Bench: Is Your Multimodal Reward Model Really a Good Judge for Text-to-Image Generation? (2407.04842) | [`PairVerdicts`], [`pair_verdicts`], [`tie_thresholds`], [`Fairness`], [`mj_bench_perspectives`], [`human_ranking`] |
//! | PROFILE: Uncovering Factor Level Preferences to Improve Human-Model Alignment (2410.06965) | [`FactorCounts`], [`profile`], [`factor_alignment`], [`profile_novelty`] |

mod mj_bench_fairness;
mod mj_bench_pairs;
mod mj_bench_perspectives;
mod mj_bench_rating;
mod profile_alignment;
mod profile_factors;

pub use mj_bench_fairness::{Fairness, FairnessFigures, FairnessOptions, GroupFairness, group_fairness};
pub use mj_bench_pairs::{PairVerdicts, ScoreScale, ScoredPair, pair_verdicts, tie_thresholds};
pub use mj_bench_perspectives::{
    CountedTies, HumanRank, MJ_BENCH_SUBCATEGORIES, MjBenchPerspective, MjBenchSubcategory, human_ranking,
    mj_bench_perspectives,
};
pub use mj_bench_rating::{mj_bench_likert, mj_bench_number};
pub use profile_alignment::{
    FactorAlignment, FactorDifference, FactorProfile, Profile, ProfileFactor, factor_alignment, profile,
    top_factor_overlap,
};
pub use profile_factors::{FactorCounts, LevelledResponse, profile_novelty};
