//! Rules: what ought to hold of a text, a judgment or a conversation, and the verdict on whether it does.
//!
//! *Does this record keep these rules, and why not?* A [`RuleSet`] is data: each [`Rule`] has a text for people and a
//! [`Check`] for machines, from JSON or from code. [`RuleSet::compile`] checks it for mistakes and turns all its patterns
//! into one automaton; [`CompiledRules::judge`] gives the [`Verdict`] on a [`Record`]: a [`Decision`] with its reasons,
//! errors and what could not be decided, never a bare `bool`. What needs a model is read from recorded [`Answer`]s;
//! what the host program knows comes in as a [`HostCheck`].
//!
//! *Which rules ever fire, occur together, oppose each other?* An [`Evaluator`] gives the [`Outcomes`] of record after
//! record, [`RuleCounts`] and [`RulePairs`] tally them.
//!
//! | paper | entry |
//! |---|---|
//! | SELF-ALIGN (2305.03047) | [`self_align_principles`], [`self_align_instruction_filter`], [`SelfAlignPool`], [`self_align_topics`], [`self_align_balance_topics`], [`self_align_merge_shards`], [`self_align_unique_questions`], [`SelfAlignResponseFilter`], [`self_align_filter_clone`], [`self_align_citations`], [`SelfAlignCitations`], [`multiple_choice_grade`], [`swapped_choice_scores`], [`truthful_mc1`] |
//! | SALMON (2310.05910) | [`salmon_principles`], [`salmon_pair_preference`], [`salmon_variances`], [`salmon_label`], [`salmon_draw_signed`], [`salmon_override`], [`salmon_noisy`], [`salmon_sampling_weights`], [`draw_by_weight`], [`SalmonReward`], [`salmon_shape_rewards`], [`salmon_reward_loss`] |
//! | Self-reference AI feedback (2406.11190) | [`swap_vote`], [`swap_position_bias`], [`verdict_strength`], [`margin_loss`] |
//! | Dr-LLaVA (2405.19567) | [`ClinicalReader`], [`ClinicalPaths`], [`clinical_reward`], [`ClinicalCounts`] |

mod compile;
mod counts;
mod decision_list;
mod dr_llava;
mod dr_llava_score;
mod evaluate;
mod explain;
mod host;
#[cfg(feature = "io")]
mod load;
mod measure;
mod node;
mod pairs;
mod patterns;
mod policy;
mod problem;
mod record;
mod required;
mod rule;
mod rule_set;
mod salmon_preference;
mod salmon_principles;
mod salmon_reward;
mod sample;
mod self_align_choice;
mod self_align_citations;
mod self_align_filters;
mod self_align_pool;
mod self_align_principles;
mod self_reference;
mod validate;
mod verdict;

pub use compile::CompiledRules;
pub use counts::RuleCounts;
pub use decision_list::{Classified, DecisionList};
pub use dr_llava::{ClinicalMatching, ClinicalPaths, ClinicalQuestion, ClinicalReader};
pub use dr_llava_score::{
    ClinicalCounts, ClinicalReward, ClinicalTurn, clinical_length_penalty, clinical_reward,
};
pub use evaluate::{Evaluator, Outcomes};
pub use host::HostCheck;
pub use pairs::{Conflict, RulePairs};
pub use policy::Policy;
pub use problem::{Problem, ProblemKind, RuleSetError};
pub use record::{Answer, Record};
pub use rule::{Check, Element, Overlap, Polarity, Provenance, RESPONSE, Rule, Scope, Weighted};
pub use rule_set::RuleSet;
pub use salmon_preference::{
    PairChoice, SALMON_BOILERPLATE, SalmonEvidence, SalmonLabel, SalmonOverride, SalmonScore, SalmonScores,
    SalmonVoice, salmon_complete_pairs, salmon_draw_signed, salmon_label, salmon_main_reasons, salmon_noisy,
    salmon_override, salmon_pair_preference, salmon_variances,
};
pub use salmon_principles::{SalmonSet, salmon_principles};
pub use salmon_reward::{
    SalmonKl, SalmonQuestion, SalmonReward, SalmonRewardLoss, SalmonShaped, salmon_reward_loss,
    salmon_sampling_weights, salmon_shape_rewards,
};
pub use sample::draw_by_weight;
pub use self_align_choice::{
    ChoiceItem, ChoiceTies, ScoredCandidates, TruthQuestion, most_likely_choice, multiple_choice_grade,
    swapped_choice_scores, truth_scores, truthful_mc1,
};
pub use self_align_citations::{SelfAlignCitation, SelfAlignCitations, self_align_citations};
pub use self_align_filters::{
    SELF_ALIGN_PIECES, SelfAlignExample, SelfAlignRejection, SelfAlignResponseFilter,
    self_align_cut_repetition, self_align_filter_clone,
};
pub use self_align_pool::{
    SelfAlignPool, SelfAlignSimilarity, self_align_balance_topics, self_align_merge_shards,
    self_align_topics, self_align_unique_questions,
};
pub use self_align_principles::{SelfAlignVersion, self_align_instruction_filter, self_align_principles};
pub use self_reference::{
    MarginLoss, PositionBias, PreferenceStrength, StrengthFormula, SwapJudgment, SwapVote, VerdictLogProbs,
    margin_loss, swap_position_bias, swap_vote, verdict_strength, with_language_model_loss,
};
pub use verdict::{Decision, Finding, Verdict};
