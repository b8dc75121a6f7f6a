//! "SaySelf: Teaching LLMs to Express Confidence with Self-Reflective Rationales" (arXiv 2405.20974).
//!
//! *Is the confidence that a model writes down earned?* [`confidence_from_cluster`] makes the label to train on from how
//! many samples agree ([`greedy_clusters`]), [`reward`] is the reward of reinforcement learning, [`parse`] reads a response,
//! [`evaluate`] and [`faithfulness`] judge the result.
//!
//! Correctness and confidence are on the paper's scale from 0 to [`SCALE`]; figures are fractions of it.
//!
//! # Source
//! xu1868/SaySelf at e2f6595d (MIT). The paper's text could not be read in full; what is remembered is marked.

pub use super::sayself_confidence::{
    Cluster, RewardForm, confidence_from_cluster, correctness_by_containment, greedy_clusters, reward,
    without_singletons,
};
pub use super::sayself_evaluate::{Evaluation, POSITIVE_FROM, evaluate, faithfulness, predictions};
pub use super::sayself_parse::{Fields, OnScale, ReleasedFields, SCALE, on_scale, parse, parse_released};
