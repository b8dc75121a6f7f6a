//! Critique: how well a model tells right from wrong, and what its critiques are worth.
//!
//! *Does the critic know a wrong answer when it sees one, does it say what is wrong, and does it help?*
//! [`critique_accuracy`] and [`f1_incorrect_class`] score verdicts, [`visco_critique`] verdicts, steps and explanations
//! together, [`meta_critique_item`] the content of a critique in text, [`critic_quality`] what it does to the answers.
//!
//! | paper | entry |
//! |---|---|
//! | Critique Ability of Large Language Models (2310.04815) | [`critique_accuracy`], [`critique_accuracy_runs`], [`self_check_vote`], [`convincing_wrong_answer`], [`convincing_wrong_programs`], [`most_complex`], [`answer_certainty`], [`accuracy_by_certainty`], [`CriticGrid`] |
//! | Enhancing LLM Reasoning via Critique Models with Test-Time and Training-Time Supervision (AutoMathCritique, 2411.16579) | [`shortcut_barrier`], [`accept_refinements`], [`mc_soft_filter`], [`critique_in_loop_select`], [`TrainingSet`], [`critic_quality`], [`difficulty_levels`], [`refinement_vote`], [`pass_any_and_majority`], [`pass_at_k`](crate::search::pass_at_k) |
//! | VISCO: Benchmarking Fine-Grained Critique and Correction Towards Self-Improvement in Visual Reasoning (2412.02172) | [`visco_critique`], [`f1_incorrect_class`], [`ViscoCorrection`], [`error_propagation`], [`Granularity`], [`LookBack`] |
//! | RealCritic: Towards Effectiveness-Driven Evaluation of Language Model Critiques (2501.14492) | [`closed_loop_critique`], [`iterative_critique`], [`task_average`], [`math_equal`](crate::text::math_equal) |
//! | The Critique of Critique (MetaCritique, 2401.04518) | [`meta_critique_item`], [`meta_critique_corpus`], [`meta_critique_by`], [`split_aius`], [`aiu_agreement`], [`correlations`], [`pairwise_wins`], [`best_critiques`] |
//!
//! Verdicts are counted in [`Verdicts`](crate::tally::Verdicts). All figures are fractions in 0..1, also where a paper
//! prints them times 100. A verdict that could not be read is `None`, and each figure says what it does with it. Ties
//! go to what came first.

mod accuracy;
mod aiu;
mod by_certainty;
mod certainty;
mod convincing;
mod critic_quality;
mod f1;
mod grid;
mod look_back;
mod meta_critique;
mod meta_evaluation;
mod realcritic;
mod refinement;
mod self_check;
mod sums;
mod test_time;
mod training_set;
mod verdict_text;
mod visco;
mod visco_correction;

pub use accuracy::{CritiqueAccuracy, CritiqueRuns, Unparsed, critique_accuracy, critique_accuracy_runs};
pub use aiu::{Aius, MetaItem, meta_critique_item};
pub use by_certainty::{CertaintyBin, accuracy_by_certainty};
pub use certainty::{AnswerCertainty, answer_certainty};
pub use convincing::{ConvincingWrong, convincing_wrong_answer, convincing_wrong_programs, most_complex};
pub use critic_quality::{
    CriticQuality, MonteCarlo, PassMajority, critic_quality, difficulty_levels, mc_soft_filter,
    pass_any_and_majority,
};
pub use f1::{IncorrectClass, f1_incorrect_class};
pub use grid::CriticGrid;
pub use look_back::{LookBack, LookBackAsk, LookBackRun, look_back_questions};
pub use meta_critique::{MetaCorpus, meta_critique_by, meta_critique_corpus};
pub use meta_evaluation::{
    AiuAgreement, Correlations, PairwiseWins, aiu_agreement, best_critiques, correlations, pairwise_wins,
};
pub use realcritic::{
    ClosedLoopCritique, CritiqueRound, EmptyShare, closed_loop_critique, iterative_critique, task_average,
};
pub use refinement::{
    Kept, LoopSelection, Refined, Response, accept_refinements, coverage_by_difficulty,
    critique_in_loop_select, shortcut_barrier,
};
pub use self_check::{SelfCheckVote, critique_majority, self_check_vote};
pub use test_time::{Rounds, oracle_chain, refinement_vote};
pub use training_set::{TrainingExample, TrainingSet, critic_examples};
pub use verdict_text::{
    parse_claim_verdict, parse_correctness, parse_critique_verdict, parse_explanation_verdict, split_aius,
};
pub use visco::{ViscoCounts, ViscoGroups, ViscoItem, ViscoScores, visco_by_group, visco_critique};
pub use visco_correction::{Granularity, ViscoCorrection, ViscoGroup, error_propagation};
