//! Honesty: does a model say what it knows, admit what it does not know, and stand by it?
//!
//! *What happened?* Each answer has an [`Outcome`]; a tally of them are [`OutcomeCounts`], and the same items before and
//! after a change (of training, of prompt, of premise) are a [`PairedRun`] with its [`OutcomeTransitions`].
//!
//! | paper | entry |
//! |---|---|
//! | Alignment for Honesty (2312.07000) | [`evaluate_answer`], [`evolution`], [`absolute_knowledge`], [`is_honest`], the targets [`absolute_target`], [`confidence_num_target`], [`confidence_verb_target`], [`multisample_targets`] |
//!
//! Text is read by the profiles of [`crate::text`]; [`refusal_verdict`] says which phrase decided.

mod answer_evaluation;
mod detectors;
mod evolution;
mod knowledge;
mod outcome;
mod training_targets;

pub use answer_evaluation::{AnswerEvaluation, AnswerItem, evaluate_answer, loose_accuracy};
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
