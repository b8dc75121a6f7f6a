//! "Toward Self-Improvement of LLMs via Imagination, Searching, and Criticizing" (AlphaLLM, arXiv 2404.12253).
//!
//! *Which chain of thought is best, and which are worth learning from?* [`Search`] is the paper's η-MCTS over options
//! (a few sentences each): as wide as a state is important ([`importance`], [`paper_width`], [`released_width`]), without
//! options that say the same ([`accept_by_edit_distance`]), led by three critics ([`state_score`]). [`choose`]
//! picks the answer, [`best_trajectories`] what to learn from, [`siblings`] and [`alternative_trace`] what to learn by
//! contrast; [`critic_report`] says how good a critic is.
//!
//! Scores are greater for better states. The method is that of the paper; the published code (YeTianJHU/AlphaLLM at
//! 7a815a3) differs in places, and each item says where.

pub use super::alphallm_ask::{Answer, Ask, Candidate, Scores, Thought};
pub use super::alphallm_choice::{
    Choice, Siblings, TraceStep, Trajectory, alternative_trace, best_trajectories, choose, quality_filter,
    siblings,
};
pub use super::alphallm_critic::{
    CriticReport, Weights, calibrated_verdict_probability, critic_report, state_score,
    value_from_probability, verdict_probability,
};
pub use super::alphallm_merge::{Accepted, Merge, accept_by_edit_distance, accept_by_model, final_answer};
pub use super::alphallm_options::Options;
pub use super::alphallm_search::{Finished, Search};
pub use super::alphallm_width::{
    Bounds, Branching, Width, branching_error, deviation, importance, optimal_branching, paper_width,
    released_width,
};
