//! Judges: models that score, compare or rank what others produced, how well they agree with humans, and where they lean.
//!
//! *Can this judge stand in for human annotators?* [`judge_vs_human`] holds it against one human, [`human_ceiling`] against
//! what humans reach among themselves, [`alternative_annotator_test`] decides. *What sways it?* [`position_bias`] asks it
//! twice with the answers swapped, [`verbosity_bias`] looks at lengths, [`self_preference`] at its own answers,
//! [`Fairness`] at groups of people, [`profile`] at the factors that it decides by. *Do its ratings and its rankings say
//! the same?* [`RatingRanking`].
//!
//! | paper | entry |
//! |---|---|
//! | MJ-Bench: Is Your Multimodal Reward Model Really a Good Judge for Text-to-Image Generation? (2407.04842) | [`PairVerdicts`], [`pair_verdicts`], [`tie_thresholds`], [`Fairness`], [`mj_bench_perspectives`], [`human_ranking`] |
//! | Peering Through Preferences: Unraveling Feedback Acquisition for Aligning Large Language Models (2308.15812) | [`RatingRanking`], [`implied_verdict`], [`order_debiased_verdict`], [`win_rate_from_rankings`], [`win_rate_from_ratings`], [`half_tie_agreement`] |
//! | Potential and Perils of Large Language Models as Judges of Unstructured Textual Data (2501.08167) | [`judge_vs_human`], [`judges_vs_human`], [`unique_mode`] |
//! | PROFILE: Uncovering Factor Level Preferences to Improve Human-Model Alignment (2410.06965) | [`FactorCounts`], [`profile`], [`factor_alignment`], [`profile_novelty`] |
//!
//! A verdict on two answers is a [`Side`](crate::tally::Side): `Left` is answer A (or the answer shown first), `Right` is B
//! (or the one shown second). All figures are fractions in 0..1 unless they are differences, which lie in −1..1 and are
//! positive when the judge leans the way that the figure is named after.

mod alt_test;
mod ceiling;
mod mj_bench_fairness;
mod mj_bench_pairs;
mod mj_bench_perspectives;
mod mj_bench_rating;
mod peering;
mod perils;
mod position;
mod profile_alignment;
mod profile_factors;
mod self_preference;
mod verbosity;

pub use alt_test::{Alignment, AltTest, AltTestOptions, AnnotatorTest, alternative_annotator_test};
pub use ceiling::{HumanCeiling, human_ceiling};
pub use mj_bench_fairness::{Fairness, FairnessFigures, FairnessOptions, GroupFairness, group_fairness};
pub use mj_bench_pairs::{PairVerdicts, ScoreScale, ScoredPair, pair_verdicts, tie_thresholds};
pub use mj_bench_perspectives::{
    CountedTies, HumanRank, MJ_BENCH_SUBCATEGORIES, MjBenchPerspective, MjBenchSubcategory, human_ranking,
    mj_bench_perspectives,
};
pub use mj_bench_rating::{mj_bench_likert, mj_bench_number};
pub use peering::{
    RatingRanking, half_tie_agreement, half_tie_agreement_of_annotators, implied_verdict,
    order_debiased_verdict, win_rate_from_rankings, win_rate_from_ratings,
};
pub use perils::{JudgeVsHuman, judge_vs_human, judges_vs_human, unique_mode};
pub use position::{AgreementSetups, PositionBias, agreement_setups, conservative_verdict, position_bias};
pub use profile_alignment::{
    FactorAlignment, FactorDifference, FactorProfile, Profile, ProfileFactor, factor_alignment, profile,
    top_factor_overlap,
};
pub use profile_factors::{FactorCounts, LevelledResponse, profile_novelty};
pub use self_preference::{OwnAnswer, SelfPreference, self_preference};
pub use verbosity::{
    ConditionalVerbosity, JudgedLengths, LengthVerdict, VerbosityBias, verbosity_bias,
    verbosity_bias_conditional,
};
