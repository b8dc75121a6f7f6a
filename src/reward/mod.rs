//! Rewards: how they are scaled, shaped, transformed and combined, what reward models lose on pairs, and what the
//! policies aimed at look like.
//!
//! *Are these rewards fit to train on?* [`ppo_normalise_rewards`] and [`RewardScale`] scale them, [`ppo_token_rewards`]
//! spreads them over tokens, [`lsc_transform`] and [`combine_rewards`] make several into one that no single property can
//! win. *Does the reward still mean what it should?* [`rlhs_goodhart`], [`ppo_drift`]. *What does the best of n samples
//! look like?* [`best_of_n_law`]. The library evaluates; it trains nothing.
//!
//! | paper | entry |
//! |---|---|
//! | MM-RLHF: The Next Step Forward in Multimodal LLM Alignment (2502.10391) | [`MmDpoScaling`], [`mm_dpo_loss`], [`mm_reward_model_loss`], [`mm_reward_ranking`], [`mm_critique_scores`], [`MmRewardBench`], [`mm_rank_pairs`] |
//! | Self-rationalization improves LLM as a fine-grained judge (2410.05495) | [`sr_curate`], [`sr_yield`], [`sr_scoring`], [`sr_aggregate`], [`SrLoop`] |
//! | Enabling Language Models to Implicitly Learn Self-Improvement (PIT, 2310.00898) | [`pit_gap_loss`], [`pit_ordering`], [`pit_rl_objective`], [`pit_sft_loss`], [`PitStage`], [`pit_iterate`], [`pit_win_delta`] |
//! | RLHS: Mitigating Misalignment in RLHF with Hindsight Simulation (2501.08617) | [`rlhs_true_utility`], [`rlhs_likert`], [`rlhs_goodhart`], [`rlhs_trajectory`], [`rlhs_preferences`] |
//! | Secrets of RLHF in Large Language Models Part I: PPO (2307.04964) | [`RewardScale`], [`ppo_normalise_rewards`], [`ppo_token_rewards`], [`ppo_gae`], [`ppo_whiten`], [`ppo_loss`], [`reward_model_loss`], [`ppo_drift`], [`ppo_entropy`], [`ppo_perplexity`] |
//! | Sequence to Sequence Reward Modeling: Improving RLHF by Language Feedback (2409.00162) | [`s2s_token_scores`], [`s2s_token_rewards`], [`s2s_rm_loss`] |
//! | Transforming and Combining Rewards for Aligning Large Language Models (2402.00742) | [`lsc_reference`], [`lsc_transform`], [`combine_rewards`], [`aligned_law`], [`pareto_frontier`], [`win_against_base`] |
//! | Self-Improvement in Language Models: The Sharpening Mechanism (2412.01951) | [`self_reward_log_prob`], [`self_reward_length_normalised`], [`self_reward_majority`], [`sharpening_best`], [`sharpening_accuracy`], [`rlhf_sharpening_loss`], [`coverage_coefficient`], [`is_sharpened`], [`best_of_n_law`], [`tilted_law`], [`sharpening_sample_size`], [`sharpening_lower_bound`], [`sharpening_margin`], [`concentrability`] |
//!
//! How often a reward model ranks pairs right is [`pairwise_accuracy`](crate::preference::pairwise_accuracy), the bound
//! on the divergence of the best of n [`best_of_n_kl`](crate::preference::best_of_n_kl).
//!
//! # Conventions
//! Logarithms are natural. A greater reward is better; losses are to be made small, objectives so called great.
//! Gradients are of the mean over pairs or tokens, unless the function says sum, by the numbers that were given; weights,
//! advantages and masks are constants in them. Ties of greatest and least go to the first. Laws are probabilities whose
//! sum may be off by 1e-6. An empty batch is undefined, and a result that leaves the range of `f64` is an error.

mod figures;
mod law;
mod mm_rlhf;
mod mm_rlhf_bench;
mod mm_rlhf_model;
mod pit;
mod pit_rounds;
mod rlhs;
mod rlhs_goodhart;
mod secrets_ppo_advantage;
mod secrets_ppo_diagnostics;
mod secrets_ppo_loss;
mod secrets_ppo_scale;
mod secrets_reward_model;
mod self_rationalization;
mod self_rationalization_loop;
mod self_rationalization_score;
mod seq2seq_rm;
mod sharpening_law;
mod sharpening_selection;
mod sharpening_sizes;
mod transforming;
mod transforming_combine;

pub use mm_rlhf::{MmDpoScaling, mm_critique_scores, mm_dpo_loss, mm_dpo_released_beta, mm_rank_pairs};
pub use mm_rlhf_bench::{
    MM_REWARD_BENCH_CATEGORIES, MmBenchAccuracy, MmBenchItem, MmRewardBench, mm_reward_bench_category,
};
pub use mm_rlhf_model::{
    MmRewardModelObjective, MmRewardModelOptions, MmRewardPairs, MmRewardRanking, mm_reward_model_loss,
    mm_reward_ranking,
};
pub use pit::{
    GapRewards, PitObjective, PitOrdering, PitReinforcement, pit_gap_loss, pit_ordering, pit_rl_objective,
    pit_sft_loss,
};
pub use pit_rounds::{PitIteration, PitStage, PitStopping, WinDelta, pit_iterate, pit_win_delta};
pub use rlhs::{RlhsCase, RlhsFamily, RlhsLikert, RlhsOption, RlhsUtility, rlhs_likert, rlhs_true_utility};
pub use rlhs_goodhart::{
    Goodhart, RlhsEpisode, RlhsPreferences, Trajectory, rlhs_goodhart, rlhs_preferences, rlhs_trajectory,
};
pub use secrets_ppo_advantage::{Advantages, TokenRewards, Whitened, ppo_gae, ppo_token_rewards, ppo_whiten};
pub use secrets_ppo_diagnostics::{Perplexity, PpoDrift, PpoStep, ppo_drift, ppo_entropy, ppo_perplexity};
pub use secrets_ppo_loss::{PpoObjective, PpoOptions, PpoTokens, ppo_loss};
pub use secrets_ppo_scale::{
    RewardScale, RewardScaling, RunningMoments, ppo_normalise_rewards, ppo_running_moments,
};
pub use secrets_reward_model::{RewardModelObjective, RewardModelOptions, reward_model_loss};
pub use self_rationalization::{
    SrAggregate, SrCuration, SrJudgments, SrPairs, SrStrategy, sr_aggregate, sr_curate, sr_yield,
};
pub use self_rationalization_loop::{SrAnswer, SrAsk, SrLoop, SrLoopOptions};
pub use self_rationalization_score::{SrScoring, sr_scoring};
pub use seq2seq_rm::{
    S2sFeedback, S2sLoss, S2sScores, S2sScoring, s2s_rm_loss, s2s_token_rewards, s2s_token_scores,
};
pub use sharpening_law::{
    Coverage, Sharpened, SharpenedLaw, best_of_n_law, concentrability, coverage_coefficient, is_sharpened,
    sharpening_margin, tilted_law,
};
pub use sharpening_selection::{
    SharpeningAccuracy, SharpeningObjective, SharpeningPairs, SharpeningPrompt, rlhf_sharpening_loss,
    self_reward_length_normalised, self_reward_log_prob, self_reward_majority, sharpening_accuracy,
    sharpening_best,
};
pub use sharpening_sizes::{
    SharpeningSizes, SharpeningTarget, sharpening_lower_bound, sharpening_sample_size,
};
pub use transforming::{
    Lsc, ReferenceMethod, WinAgainstBase, lsc_reference, lsc_transform, win_against_base,
};
pub use transforming_combine::{
    AlignedLaw, Combination, Combined, aligned_law, combine_rewards, pareto_frontier,
};
