//! Self-correction: what a second attempt gains, and what it is made of.
//!
//! *Does the model get better when it answers again, because it keeps what was right or because it finds what was
//! wrong?* [`confidence_critique`](fn@confidence_critique) splits a second answer's accuracy into confidence and
//! critique; [`SelfCorrection`] holds the usual figures of a two-turn run; [`shaped_reward`] and its neighbours are the
//! training objectives that such runs are scored with.
//!
//! | paper | entry |
//! |---|---|
//! | Confidence v.s. Critique: A Decomposition of Self-Correction Capability for LLMs (2412.19513) | [`confidence_critique`](fn@confidence_critique), [`Components`], [`projection`](fn@projection), [`cct_examples`] |
//! | Training Language Models to Self-Correct via Reinforcement Learning (SCoRe, 2409.12917) | [`SelfCorrection`], [`shaped_reward`], [`stage_one`], [`stage_two`] |
//!
//! Everything starts from [`Transitions`](crate::tally::Transitions), the table of right and wrong before and after. Rates come
//! in two normalisations that must not be confused: of all answers ([`SelfCorrection::delta_i_to_c`]) and of those that
//! could move ([`SelfCorrection::fix_rate`]). All figures are fractions in 0..1.

mod cct;
mod components;
mod confidence_critique;
mod projection;
mod question;
mod score;
mod score_objective;

pub use cct::{CctExample, CctKind, CctRecord, cct_examples};
pub use components::{Components, components};
pub use confidence_critique::{ConfidenceCritique, confidence_critique};
pub use projection::{Projection, projection};
pub use question::{LabelProbabilities, Question};
pub use score::{SelfCorrection, changed_answer_rate, self_correction_by_turn};
pub use score_objective::{
    BaseKl, KlEstimator, Rollout, ShapedReward, kl_from_distributions, kl_from_log_probs, shaped_reward,
    stage_one, stage_two, stage_two_batch,
};
