//! "Automatic Curriculum Expert Iteration for Reliable LLM Reasoning" (Auto-CEI, arXiv 2410.07627).
//!
//! *When should a model that reasons give up, and how is it taught to try long enough before it does?* A refusal is
//! rewarded by the number of steps that were tried ([`Curriculum::refusal_reward`], [`rewards`]); [`initial_curriculum`]
//! starts from what the model does now, [`ExpertIteration`] trains to convergence at one curriculum and [`HillClimb`]
//! looks for the best one by the [`objective`]; [`rates`] and [`Evaluation`] say how good an answer or a refusal is.
//!
//! The paper knows a refusal by phrases, which over-trigger. On answers that are none:
//!
//! | answer | [`REWARD_REFUSALS`] | [`Evaluation`] |
//! |---|---|---|
//! | Unfortunately 91 is not prime, so it is 97. | `unfortunate` | refusal |
//! | Sorry for the length: it is 5. | `sorry` | refusal |
//! | There is no answer key; it is 5. | `no answer` | |
//! | The sign is not clear at first; it is 5. | | refusal |
//! | Heisenberg's uncertainty relation. | | refusal |
//! | It is 5. | | |
//!
//! Published figures rest on them. For new work give [`rewards`] the default
//! [`RefusalDetector`](crate::text::RefusalDetector).
//!
//! Rewards are in −1..1, rates in 0..1. The method is that of the paper and of its published code
//! (SalesforceAIResearch/Auto-CEI at b7ea2f5a); each item says where this differs.

pub use super::auto_cei_evaluate::{Evaluation, Rates, extract_answer, objective, rates};
pub use super::auto_cei_reward::{
    Curriculum, InitialCurriculum, REWARD_REFUSALS, StepRule, TrainingFilter, initial_curriculum,
    plain_rewards, resample, resampling_probabilities, rewards, training_filter,
};
pub use super::auto_cei_search::{
    Curricula, ExpertIteration, ExpertRounds, HillClimb, PolicyRates, Visit, converged,
};
