//! Self-correction: what a second attempt gains, and what it is made of.
//!
//! *Does the model get better when it answers again, because it keeps what was right or because it finds what was
//! wrong?* [`confidence_critique`](fn@confidence_critique) splits a second answer's accuracy into confidence and
//! critique, [`compare_models`] does so for several models on the same questions; [`SelfCorrection`] holds the usual
//! figures of a two-turn run; [`shaped_reward`] and its neighbours are the training objectives that such runs are scored
//! with.
//!
//! | paper | entry |
//! |---|---|
//! | Confidence v.s. Critique: A Decomposition of Self-Correction Capability for LLMs (2412.19513) | [`confidence_critique`](fn@confidence_critique), [`compare_models`], [`Components`], [`projection`](fn@projection), [`cct_examples`], [`cct_mix`] |
//! | Training Language Models to Self-Correct via Reinforcement Learning (SCoRe, 2409.12917) | [`SelfCorrection`], [`delta_bootstrap`], [`shaped_reward`], [`stage_one`], [`stage_two`], [`edit_ratio_histogram`], [`changed_answer_rate`], [`compute_scaling`](crate::search::compute_scaling) |
//! | Self-Correction is More than Refinement: A Learning Framework for Visual and Language Reasoning Tasks (SCL, 2410.04055) | [`scl`] |
//! | S^3c-Math: Spontaneous Step-level Self-correction Makes Large Language Models Better Mathematical Reasoners (2409.01524) | [`s3c_math`] |
//! | SELF: Language-Driven Self-Evolution for Large Language Model (2310.00533) | [`self_evolution`] |
//!
//! Everything starts from [`Transitions`](crate::tally::Transitions), the table of right and wrong before and after, or
//! from one a question ([`QuestionTransitions`](crate::tally::QuestionTransitions)). Rates come in two normalisations
//! that must not be confused: of all answers ([`SelfCorrection::delta_i_to_c`]) and of those that could move
//! ([`SelfCorrection::fix_rate`]). All figures are fractions in 0..1. Texts to learn from are [`Segment`]s.

mod cct;
mod comparison;
mod components;
mod confidence_critique;
mod evolution_curve;
mod projection;
mod question;
pub mod s3c_math;
pub mod scl;
mod score;
mod score_behaviour;
mod score_objective;
mod segment;
pub mod self_evolution;

pub use cct::{CctExample, CctKind, CctRecord, cct_examples, cct_mix};
pub use comparison::{
    ModelComparison, ModelPair, common_questions, compare_models, confidence_critique_bootstrap,
};
pub use components::{Components, components};
pub use confidence_critique::{ConfidenceCritique, confidence_critique};
pub use projection::{Projection, projection};
pub use question::{LabelProbabilities, Question};
pub use score::{SelfCorrection, delta_bootstrap, self_correction_by_turn};
pub use score_behaviour::{changed_answer_rate, edit_ratio_histogram};
pub use score_objective::{
    BaseKl, KlEstimator, Rollout, ShapedReward, kl_from_distributions, kl_from_log_probs, shaped_reward,
    stage_one, stage_two, stage_two_batch,
};
pub use segment::{Segment, loss_share, masked_nll};
