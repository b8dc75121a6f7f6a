//! Peer review among models: who may review, how much a reviewer counts, and who comes out first.
//!
//! *Which of these models is the best, if they judge each other and nobody is trusted beyond an exam?* [`PeerReview`] is the
//! whole procedure without I/O: it asks for exam answers and reviews and ends in a ranking. Its stages stand alone too:
//! [`exam_score`] and [`qualify`]; [`reviewer_weights`]; [`aggregate_pointwise`], [`aggregate_pairwise`] and
//! [`WinMatrix`]; [`judge_accuracy`], [`order_consistency`] and [`task_rank_agreement`] against humans; [`preference_gap`]
//! for bias.
//!
//! | paper | entry |
//! |---|---|
//! | PRE: A Peer Review Based Large Language Model Evaluator (2401.15641) | [`PeerReview`], and its stages |
//!
//! A verdict on two evaluatees is a [`Side`](crate::tally::Side): `Left` is the first. Where the procedure takes numbers, −1
//! says that the first is better, 1 that the second is, 0 neither. Elo ladders are those of
//! [`Elo`](crate::preference::Elo) with a step of 16, Glicko's are [`Glicko1`](crate::preference::Glicko1); what a reviewer's
//! place bias is, [`PositionBias`](crate::judge::PositionBias) counts; how reviewers agree with one another,
//! [`PairwiseTable`](crate::agreement::PairwiseTable).

mod against_humans;
mod bias;
mod chair;
mod exam;
mod options;
mod procedure;
mod verdict_text;
mod weights;
mod win_matrix;

pub use against_humans::{
    SliderRule, TaskRankAgreement, human_preference, judge_accuracy, order_consistency, task_rank_agreement,
};
pub use bias::preference_gap;
pub use chair::{
    MissingRating, WithoutReviewer, aggregate_pairwise, aggregate_pointwise, evaluatee_ranks,
    evaluatee_scores, without_each_reviewer,
};
pub use exam::{Exam, ExamScores, Qualification, Thresholds, exam_score, qualify};
pub use options::{PeerReviewOptions, Protocol};
pub use procedure::{ExamPrompt, PeerReview, PeerReviewRun, ReviewAsk, Reviewed};
pub use verdict_text::{parse_integer, parse_label, parse_number};
pub use weights::{Mixing, ReviewerWeight, reviewer_weights};
pub use win_matrix::WinMatrix;
