//! Honesty: does a model say what it knows, admit what it does not know, and stand by it?
//!
//! *What happened?* Each answer has an [`Outcome`]; a tally of them are [`OutcomeCounts`], and the same items before and
//! after a change (of training, of prompt, of premise) are a [`PairedRun`] with its [`OutcomeTransitions`].
//!
//! | paper | entry |
//! |---|---|
//! | Alignment for Honesty (2312.07000) | [`evaluate_answer`], [`evolution`], [`absolute_knowledge`], [`is_honest`], the targets [`absolute_target`], [`confidence_num_target`], [`confidence_verb_target`], [`multisample_targets`] |
//! | BeHonest (2406.13261) | [`Scenario`], [`Observation`], [`BeHonestCounts`], [`BeHonestCounts::profile`], [`MinMaxScale`], [`DemonstrationCounts`], [`performance_spread`] |
//!
//! Text is read by the profiles of [`crate::text`]; [`refusal_verdict`] says which phrase decided.

mod answer_evaluation;
mod behonest_counts;
mod behonest_demonstration;
mod behonest_observation;
mod behonest_overall;
mod behonest_profile;
mod behonest_scenario;
mod detectors;
mod evolution;
mod knowledge;
mod outcome;
mod training_targets;

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
