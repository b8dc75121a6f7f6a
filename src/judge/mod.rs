//! Judges of models: how well they agree with humans, and where they lean.
//!
//! *Can this judge stand in for human annotators?* [`judge_vs_human`] holds it against one human, [`human_ceiling`] against
//! what humans reach among themselves, [`alternative_annotator_test`] decides. *What sways it?* [`position_bias`] asks it
//! twice with the answers swapped, [`verbosity_bias`] looks at lengths, [`self_preference`] at its own answers. *Do its
//! ratings and its rankings say the same?* [`RatingRanking`].
//!
//! | paper | entry |
//! |---|---|
//! | Peering Through Preferences: Unraveling Feedback Acquisition for Aligning Large Language Models (2308.15812) | [`RatingRanking`], [`implied_verdict`], [`order_debiased_verdict`], [`win_rate_from_rankings`], [`win_rate_from_ratings`], [`half_tie_agreement`] |
//! | Potential and Perils of Large Language Models as Judges of Unstructured Textual Data (2501.08167) | [`judge_vs_human`], [`judges_vs_human`], [`unique_mode`] |
//!
//! A verdict on two answers is a [`Side`](crate::tally::Side): `Left` is answer A (or the answer shown first), `Right` is B
//! (or the one shown second). All figures are fractions in 0..1 unless they are differences, which lie in −1..1 and are
//! positive when the judge leans the way that the figure is named after.

mod alt_test;
mod ceiling;
mod peering;
mod perils;
mod position;
mod self_preference;
mod verbosity;

pub use alt_test::{Alignment, AltTest, AltTestOptions, AnnotatorTest, alternative_annotator_test};
pub use ceiling::{HumanCeiling, human_ceiling};
pub(crate) use peering::points;
pub use peering::{
    RatingRanking, half_tie_agreement, half_tie_agreement_of_annotators, implied_verdict,
    order_debiased_verdict, win_rate_from_rankings, win_rate_from_ratings,
};
pub use perils::{JudgeVsHuman, judge_vs_human, judges_vs_human, unique_mode};
pub use position::{AgreementSetups, PositionBias, agreement_setups, conservative_verdict, position_bias};
pub use self_preference::{OwnAnswer, SelfPreference, self_preference};
pub use verbosity::{
    ConditionalVerbosity, JudgedLengths, LengthVerdict, VerbosityBias, verbosity_bias,
    verbosity_bias_conditional,
};
