//! Values: what persons and models hold dear, whether models follow, and on what conditions that is alignment.
//!
//! *Which values or traits do these answers show?* An [`Inventory`] scores any keyed questionnaire; [`pvq40`], [`mfq30`],
//! [`ipip_scores`] and [`short_dark_triad`] are known. *How alike are the opinions of a model and a population?*
//! [`opinion_similarity`]. *Does a model keep up with values that change?* [`follow_score`] and its kin, [`ProgressRun`].
//! *How far is it from one person?* [`personality_alignment`]. *Is this process one that aligns?*
//! [`AlignmentConditions`].
//!
//! | paper | entry |
//! |---|---|
//! | From Instructions to Intrinsic Human Values: A Survey of Alignment Goals (2308.12014) | [`pvq40`], [`schwartz_higher_order`], [`SchwartzValue::circle_distance`], [`mfq30`], [`opinion_similarity`]; its tree: [`crate::taxonomy`] |
//! | Dynamic Normativity: Necessary and Sufficient Conditions for Value Alignment (2406.11039) | [`AlignmentConditions`], [`RewardAndToxicity`], [`benchmark_average`] |
//! | ProgressGym: Alignment with a Millennium of Moral Progress (2406.20087) | [`value_vector`], [`ValueVector::normalised`], [`standardise`], [`follow_score`], [`predict_score`], [`coevolve_score`], [`Extrapolation`], [`extrapolation_coefficients`], [`ProgressRun`], [`legacy_follow_sum`], [`legacy_suffix_max_sum`] |
//! | Personality Alignment of Large Language Models (2408.11779) | [`ipip_item`], [`ipip_scores`], [`short_dark_triad`], [`answer_letter`], [`personality_alignment`], [`select_strength`], [`steering_label`], [`steering_direction`], [`top_heads`], [`closest_unused`], [`norm_percentile`] |
//! | Trustworthy LLMs: a Survey and Guideline (2308.05374) | [`TrustworthyMeasure`], [`trustworthy_label`], [`label_rate`], [`label_rates`], [`hallucination_choice`], [`stereotype_label`], [`confidence_gap`], [`option_probabilities`], [`copyright_similarity`], [`copyright_sample`], [`causal_answer`], [`causal_scores`]; its tree: [`crate::taxonomy`] |
//!
//! # Conventions
//! Answers are whole numbers on the questionnaire's own scale, `None` where missing. Standard deviations are those of the
//! population, as in the papers' code.

mod dynamic_normativity;
mod dynamic_normativity_selection;
mod inventory;
mod moral_foundations;
mod opinion;
mod personality_alignment;
mod personality_inventory;
mod personality_steering;
mod progress_gym_extrapolate;
mod progress_gym_loop;
mod progress_gym_scores;
mod progress_gym_vector;
mod schwartz;
mod trustworthy_causal;
mod trustworthy_confidence;
mod trustworthy_labels;
mod trustworthy_measures;

pub use dynamic_normativity::{AlignmentConditions, AlignmentVerdict, Condition, ConditionKind};
pub use dynamic_normativity_selection::{
    BenchmarkAverage, RankedResponses, RewardAndToxicity, RewardedResponse, benchmark_average,
};
pub use inventory::{Inventory, Keying, ScaleScore, norm_percentile};
pub use moral_foundations::{MoralFoundations, mfq30};
pub use opinion::{OpinionSimilarity, opinion_similarity};
pub use personality_alignment::{
    AlignmentRule, AnswerLetter, PersonalityAlignment, STRENGTH_GRID, SubjectItem, TraitAlignment,
    answer_letter, personality_alignment, select_strength,
};
pub use personality_inventory::{
    IpipItem, IpipScores, PersonalityTrait, ipip_item, ipip_neo_120, ipip_scores, short_dark_triad,
};
pub use personality_steering::{
    SteeringDirection, closest_unused, steering_direction, steering_label, top_heads,
};
pub use progress_gym_extrapolate::{
    ExtrapolatedPair, ExtrapolatedPreferences, Extrapolation, ZeroVote, extrapolation_coefficients,
};
pub use progress_gym_loop::{Challenge, ProgressAlgorithm, ProgressAsk, ProgressRun, TuneFrom};
pub use progress_gym_scores::{
    ChallengeScore, coevolve_score, follow_score, legacy_follow_sum, legacy_suffix_max_sum, predict_score,
};
pub use progress_gym_vector::{
    AnswerScale, DilemmaAnswers, FoundationAnswers, MoralFoundation, RuleMark, ValueVector, WorldViewAnswers,
    standardise, value_vector,
};
pub use schwartz::{
    Hedonism, HigherOrderValues, SchwartzProfile, SchwartzValue, pvq40, schwartz_higher_order,
};
pub use trustworthy_causal::{CausalAnswer, CausalRelation, CausalScore, causal_answer, causal_scores};
pub use trustworthy_confidence::{
    ConfidenceGap, CopyrightSimilarity, TokenCandidates, confidence_gap, copyright_sample,
    copyright_similarity, option_probabilities,
};
pub use trustworthy_labels::{
    HallucinationChoice, LabelRate, YesMeans, hallucination_choice, label_rate, label_rates,
    stereotype_label, trustworthy_label,
};
pub use trustworthy_measures::TrustworthyMeasure;
