//! Preferences: who beats whom and how surely, what objectives make of pairs and lists, and which pairs are worth
//! learning from.
//!
//! *Which of these contenders is better, and how sure is that?* [`leaderboard`] ranks the contenders of a tally of
//! [`Comparisons`](crate::tally::Comparisons) with intervals of strengths and ranks; [`BradleyTerry::fit`] gives the
//! strengths alone, with ties after a [`TieModel`]. *How often does a model win against a baseline?* [`win_rate`], and at
//! equal lengths [`LengthControl`].
//!
//! | question | entry |
//! |---|---|
//! | strengths from who beat whom | [`bradley_terry`], [`BradleyTerry::fit`], ties: [`TieModel`] |
//! | who cannot be compared with whom | [`comparison_graph`] |
//! | strengths from rankings | [`plackett_luce`] |
//! | ratings that follow the order of play | [`Elo`], [`glicko2_period`], [`TrueSkill`] |
//! | ranks with intervals | [`leaderboard`] |
//! | win rates of AlpacaEval, raw, discrete, at equal lengths | [`win_rate`], [`LengthControl`], [`length_controlled_rate`] |
//! | scores of chosen and rejected responses | [`pairwise_accuracy`] |
//! | rankings by score | [`ndcg`], [`crate::correlation`] (Kendall's tau a, b, c) |
//! | the best of N samples | [`best_of_n_kl`], [`best_of_n_expected_max`], [`crate::search::best_of_n`] |
//!
//! *What is the loss of this batch, and where does it pull?* [`PairLogProbs`] holds the log-probabilities of chosen and
//! rejected responses under a policy and its reference; [`dpo_loss`] and its kin give every pair's loss, the mean and its
//! gradient. One soft-label logistic loss, [`soft_label_loss`], serves DPO, cDPO, robust DPO, SELM, CREAM and OSP.
//! [`ScoredList`] holds a list of responses with scores and labels, for [`lipo_loss`]. *Which pair?* [`cream_pair`],
//! [`selm_pair`], [`treg_pair`], [`osp_ranked_pairs`], [`scir_filter`].
//!
//! | paper | entry |
//! |---|---|
//! | Direct Preference Optimization (2305.18290) and its family as TRL defines it: cDPO, robust, SLiC's hinge, IPO, EXO, NCA, BCO, SPPO, APO, AOT, DiscoPOP, f-divergences | [`dpo_loss`], [`DpoLoss`], [`Divergence`] |
//! | SimPO (2405.14734), ORPO (2403.07691), KTO (2402.01306), RRHF (2304.05302) | [`simpo_loss`], [`orpo_loss`], [`kto_loss`], [`rrhf_loss`] |
//! | Reasons to Reject? Aligning Language Models with Judgments (CUT, 2312.14591) | [`cut_detect`], [`cut_l1`], [`cut_total`], [`cut_code_batch_loss`], [`cut_judgment_polarity`], [`cut_downsample_count`] |
//! | CREAM: Consistency Regularized Self-Rewarding Language Models (2410.12735) | [`cream_consistency`], [`cream_dataset`], [`cream_pair`], [`cream_loss`] |
//! | Self-Consistency of the Internal Reward Models Improves Self-Rewarding Language Models (SCIR, 2502.08922) | [`scir_generative_probability`], [`scir_implicit_probability`], [`scir_penalty`], [`scir_filter`] |
//! | Self-Exploring Language Models: Active Preference Elicitation for Online Alignment (SELM, 2405.19332) | [`selm_loss`], [`selm_pair`] |
//! | LiPO: Listwise Preference Optimization through Learning-to-Rank (2402.01878) | [`lipo_scores`], [`lipo_labels`], [`lipo_loss`], [`lipo_lambda_weights`], [`lipo_dcg`], [`lipo_autosxs`] |
//! | Online Self-Preferring Language Models (OSP, 2405.14103) | [`osp_judge_probability`], [`osp_ranked_pairs`], [`osp_spce_loss`] |
//! | T-REG: Preference Optimization with Token-Level Reward Regularization (2412.02685) | [`treg_token_rewards`], [`treg_loss`], [`treg_simpo_loss`], [`treg_pair`] |
//!
//! # Conventions
//! Strengths are natural logarithms with mean 0; an [`EloScale`] turns them into ratings. A higher strength, rating or
//! score is better.
//! Logarithms are natural. The log-probability of a response is the sum over its own tokens ([`TokenLogProbs`] masks
//! the others out), its average that sum divided by their number. The implicit reward is β·(log π − log π_ref). Losses
//! are one a pair and their mean; gradients are of the mean, by the log-probabilities or scores that were given; weights
//! and thresholds are constants in them. Ties of greatest and least go to the first. An empty batch is undefined, and a
//! result that leaves the range of `f64` is an error.

mod best_of_n;
mod bradley_terry;
mod comparison_graph;
mod cream;
mod cut;
mod cut_batch;
mod dpo;
mod dpo_options;
mod elo;
mod glicko;
mod glicko_one;
mod judged;
mod kto;
mod leaderboard;
mod length_control;
mod length_control_fit;
mod lipo;
mod lipo_list;
mod lipo_selection;
mod minorise;
mod ndcg;
mod newton;
mod objective;
mod orpo;
mod osp;
mod pair_likelihood;
mod pair_log_probs;
mod plackett_luce;
mod rrhf;
mod scir;
mod scir_penalty;
mod selm;
mod simpo;
mod soft_label;
mod t_reg;
mod tie_model;
mod token_log_probs;
mod true_skill;
mod win_rate;

pub use best_of_n::{best_of_n_expected_max, best_of_n_kl};
pub use bradley_terry::{BradleyTerry, BradleyTerryOptions, Solver, bradley_terry};
pub use comparison_graph::{ComparisonGraph, comparison_graph};
pub use cream::{
    ConsistencyMethod, CreamDataset, CreamPrompt, cream_consistency, cream_dataset, cream_loss, cream_pair,
    ordinal_ranks,
};
pub use cut::{
    Blamed, CutObjective, CutOptions, CutSample, CutUnlikelihood, JudgmentPolarity, cut_detect,
    cut_downsample_count, cut_judgment_polarity, cut_l1, cut_total,
};
pub use cut_batch::{CutBatch, CutBatchSample, cut_code_batch_loss};
pub use dpo::dpo_loss;
pub use dpo_options::{Divergence, DpoLoss, DpoOptions};
pub use elo::{Elo, EloScale, elo_online};
pub use glicko::{Glicko2, glicko2_period};
pub use glicko_one::{Glicko1, glicko1_period};
pub use judged::{ChosenRejected, JudgePreference, Preferred};
pub use kto::{KtoObjective, KtoOptions, kto_loss};
pub use leaderboard::{Leaderboard, Standing, leaderboard};
pub use length_control::{
    GlmWeights, length_controlled_head_to_head, length_controlled_rate, length_feature,
};
pub use length_control_fit::{LengthControl, LengthControlled};
pub use lipo::{ListObjective, lipo_loss};
pub use lipo_list::{Discount, ListLoss, Reduction, ScoredList};
pub use lipo_selection::{
    AutoSxs, Dcg, Diagonal, LambdaWeights, lipo_autosxs, lipo_dcg, lipo_labels, lipo_lambda_weights,
    lipo_scores,
};
pub use ndcg::{Gain, Ndcg, NdcgOptions, TiedRanks, ndcg};
pub use objective::PairObjective;
pub use orpo::{OrpoObjective, orpo_loss};
pub use osp::{
    PairScheme, RankedPair, RankedPairs, SpceObjective, osp_judge_probability, osp_ranked_pairs,
    osp_spce_loss,
};
pub use pair_log_probs::{ImplicitRewards, PairLogProbs};
pub use plackett_luce::{PlackettLuce, plackett_luce, plackett_luce_log_likelihood};
pub use rrhf::{RrhfObjective, rrhf_loss};
pub use scir::{
    ImplicitPreference, ImplicitResponse, ScirFilter, scir_filter, scir_generative_probability,
    scir_implicit_probability,
};
pub use scir_penalty::{PenaltyKind, ScirPenalty, scir_penalty};
pub use selm::{Generated, SelmObjective, SelmOptions, selm_loss, selm_pair};
pub use simpo::{SimpoOptions, simpo_loss};
pub(crate) use soft_label::{Logistic, logistic};
pub use soft_label::{SoftLabels, soft_label_loss, soft_label_mean};
pub use t_reg::{
    TregObjective, TregOptions, TregSimpoOptions, TregTokens, TregWeighting, treg_loss, treg_pair,
    treg_simpo_loss, treg_token_rewards,
};
pub use tie_model::{OutcomeProbabilities, TieModel, bradley_terry_probability, tie_probabilities};
pub use token_log_probs::TokenLogProbs;
pub use true_skill::{Skill, TrueSkill};
pub use win_rate::{PairwiseAccuracy, TiedScores, WinRate, pairwise_accuracy, preference_share, win_rate};
