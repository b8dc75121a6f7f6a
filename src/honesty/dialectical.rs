//! "Dialectical Alignment: Resolving the Tension of 3H and Security Threats of LLMs" (arXiv 2404.00486).
//!
//! *What does a model believe when its context contradicts itself or its memory, and how easily is it poisoned?*
//! [`conflict`] types a context, [`Attacks`] counts what became of poisoned contexts (poisoned context attack, PCA) at each
//! ratio of poison, [`select_strategies`] finds the way of answering that works best at each ratio, [`build_dataset`] makes
//! training data of the answers, [`edit_retention`] and [`defence_gain`] say what in-context knowledge editing (IKE) keeps
//! and what a defence gains.
//!
//! # Source
//! Only the abstract and summaries of the paper could be read, and no code was found: the terms are the paper's, the
//! formulas are ours. The paper reports a defence about 20 percentage points better than its baseline.

pub use super::dialectical_attacks::{
    AttackRates, Attacks, ContextOutcome, DefenceGain, EditRetention, PoisonRatio, defence_gain,
    edit_retention,
};
pub use super::dialectical_strategies::{
    Candidate, Conflict, Dataset, PreferenceRecord, SftRecord, StrategyChoice, StrategyTrials, build_dataset,
    conflict, select_strategies,
};
