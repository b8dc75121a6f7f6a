//! Checklists: questions that a good response answers with yes, and what follows from the answers.
//!
//! *How much of what was asked for does this response do, which of two does more, and which of N should be returned?*
//!
//! | paper | entry |
//! |---|---|
//! | TICKing All the Boxes: Generated Checklists Improve LLM Evaluation and Generation (TICK and STICK, 2410.03608) | the table below |
//!
//! | question | entry |
//! |---|---|
//! | what did the judge answer? | [`parse_yes_no`], [`yes_confidence`] |
//! | how much does a response pass? | [`pass_rate`], [`weighted_score`] |
//! | and a whole data set? | [`drfr`], [`mean_pass_rate`], [`ChecklistCounts`] |
//! | which of two responses is better? | [`checklist_preference`], [`checklist_preferences`] |
//! | does the judge prefer what people prefer? | [`preference_agreement`], [`weighted_pairwise_agreement`] |
//! | does it answer the questions as people do? | [`question_accuracy`], [`pass_rate_error`] |
//! | is a generated checklist like a person's? | [`checklist_similarity`] |
//! | which questions say something? | [`question_counts`] |
//! | which of N candidates is returned, and how good is it? (STICK) | [`stick_best_of_n`] |
//! | refine until every question is passed (STICK) | [`SelfRefinement`] |
//!
//! Many responses to one weighted checklist at the speed of memory: [`Backend::checklist`](crate::compute::Backend::checklist).
//!
//! # Conventions
//! `Some(true)` is a yes, `Some(false)` a no, `None` an answer that is missing or could not be read; [`Unanswered`]
//! says what it counts. Pass rates are shares from 0 to 1, more is better. DRFR weighs every question alike (micro), the
//! mean pass rate every instruction (macro).
//!
//! # Source
//! The paper's code is not published. Reading of yes and no, and DRFR: InFoBench (Qin et al. 2024). What the paper
//! could not be read for (the weights of WPRA, the precision of best-of-N, four rounds) is said where it is used.

mod best_of_n;
mod counts;
mod preference;
mod quality;
mod refinement;
mod similarity;
mod yes_no;

pub use best_of_n::{StickBestOfN, stick_best_of_n};
pub use counts::{Answered, ChecklistCounts, Unanswered, drfr, mean_pass_rate, pass_rate, weighted_score};
pub use preference::{
    AgreementWeight, ChecklistPreferences, PreferenceAgreement, checklist_preference, checklist_preferences,
    preference_agreement, weighted_pairwise_agreement,
};
pub use quality::{QuestionAccuracy, pass_rate_error, question_accuracy, question_counts};
pub use refinement::{
    RefinementAnswer, RefinementAsk, RefinementRound, RefinementTrace, STICK_REVISIONS, SelfRefinement,
};
pub use similarity::{ChecklistRouge, ChecklistSimilarity, checklist_similarity};
pub use yes_no::{YesNoRule, parse_yes_no, yes_confidence};
