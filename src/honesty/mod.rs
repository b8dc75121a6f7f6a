//! Honesty: does a model say what it knows, admit what it does not know, and stand by it?
//!
//! *What happened?* Each answer has an [`Outcome`]; a tally of them are [`OutcomeCounts`], and the same items before and
//! after a change (of training, of prompt, of premise) are a [`PairedRun`] with its [`OutcomeTransitions`].
//!
//! | paper | entry |
//! |---|---|
//! | Alignment for Honesty (2312.07000) | [`evaluate_answer`], [`evolution`], [`absolute_knowledge`], [`is_honest`], the targets [`absolute_target`], [`confidence_num_target`], [`confidence_verb_target`], [`multisample_targets`] |
//! | BeHonest (2406.13261) | [`Scenario`], [`Observation`], [`BeHonestCounts`], [`BeHonestCounts::profile`], [`MinMaxScale`], [`DemonstrationCounts`], [`performance_spread`] |
//! | Language Models (Mostly) Know What They Know (2207.05221) | [`lm_mostly_know`] |
//! | SaySelf: Teaching LLMs to Express Confidence with Self-Reflective Rationales (2405.20974) | [`sayself`] |
//! | Automatic Calibration and Error Correction for LLMs via Pareto Optimal Self-Supervision (POLAR, 2306.16564) | [`polar`] |
//! | Automatic Curriculum Expert Iteration for Reliable LLM Reasoning (Auto-CEI, 2410.07627) | [`auto_cei`] |
//! | VisAlign: Dataset for Measuring the Degree of Alignment between AI and Humans in Visual Perception (2308.01525) | [`visalign`] |
//! | Selective Instruction Following with Alignment Self-Evaluation (Self-J, 2409.00935) | [`self_judge`] |
//! | Dialectical Alignment: Resolving the Tension of 3H and Security Threats of LLMs (2404.00486) | [`dialectical`] |
//!
//! Text is read by the profiles of [`crate::text`]; [`refusal_verdict`] says which phrase decided.

mod answer_evaluation;
pub mod auto_cei;
mod auto_cei_evaluate;
mod auto_cei_reward;
mod auto_cei_search;
mod behonest_counts;
mod behonest_demonstration;
mod behonest_observation;
mod behonest_overall;
mod behonest_profile;
mod behonest_scenario;
mod detectors;
pub mod dialectical;
mod dialectical_attacks;
mod dialectical_strategies;
mod evolution;
mod knowledge;
pub mod lm_mostly_know;
mod lm_mostly_know_chart;
mod outcome;
pub mod polar;
mod polar_loss;
mod polar_prompting;
mod polar_scores;
mod polar_weights;
pub mod sayself;
mod sayself_confidence;
mod sayself_evaluate;
mod sayself_parse;
pub mod self_judge;
mod self_judge_objective;
mod self_judge_scores;
mod self_judge_selective;
mod training_targets;
pub mod visalign;
mod visalign_categories;
mod visalign_distance;
mod visalign_features;
mod visalign_scores;

pub use answer_evaluation::{AnswerEvaluation, AnswerItem, evaluate_answer, loose_accuracy};
pub use behonest_counts::{BeHonestCounts, KnownsCounts};
pub use behonest_demonstration::{DemonstrationCounts, inconsistency_rate};
pub use behonest_observation::{BIASED_LETTER, BurglarVerdict, KNOWN_THRESHOLD, Observation, Purpose, knows};
pub use behonest_overall::{
    CONSISTENCY_COLUMNS, MinMaxScale, MinMaxScores, PerformanceSpread, ScaleColumn, aspect_score,
    performance_spread,
};
pub use behonest_profile::{Burglary, HonestyProfile, ProfileScore};
pub use behonest_scenario::{Aspect, Scenario};
pub use detectors::{agreement_verdict, answer_verdict, refusal_verdict};
pub use evolution::{
    Evolution, Vacuous, evolution, honesty_score, over_conservativeness_on_known, prudence_on_unknown,
};
pub use knowledge::{Knowledge, absolute_knowledge, expected_accuracy, is_honest};
pub use outcome::{Outcome, OutcomeCounts, OutcomeTransitions, PairedRun};
pub use training_targets::{
    CONFIDENCE_NUM_PREFIXES, CONFIDENCE_VERB_PREFIXES, REFUSAL_TARGET, absolute_target,
    confidence_num_target, confidence_verb_target, multisample_targets, target_answer,
};
