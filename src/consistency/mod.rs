//! Consistency: what a model's answers say about each other.
//!
//! *Does a model say the same when it is asked again, and is it right then?* [`answer_consistency`] and
//! [`semantic_entropy`] measure it on one question's samples, [`self_agreement`] turns it into an answer,
//! [`selfcheck_ngram`] and its kin into a search for hallucinations, [`Audit`] into an audit with people in it.
//!
//! | paper | entry |
//! |---|---|
//! | Internal Consistency and Self-Feedback in Large Language Models: A Survey (ICSF, 2407.14507) | [`SampleSet::report`], [`numeric_consistency`], [`answer_consistency`], [`consistency_correctness`], [`latent_choice`], [`entailment_clusters`], [`semantic_entropy`], [`discrete_semantic_entropy`], [`eigen_score`], [`bs_detector`], [`soft_self_consistency`], [`guided_decoding_score`], [`SelfFeedback`], [`LINES_OF_WORK`] |
//! | Ask One More Time: Self-Agreement Improves Reasoning of Language Models in (Almost) All Scenarios (2311.08154) | [`self_agreement`], [`weighted_self_agreement`], [`vote_is_decided`], [`trigger_answer`](crate::text::trigger_answer), [`compare_strategies`], [`accuracy_by_paths`], [`task_average`](crate::critique::task_average), [`AskOneMoreTime`] |
//! | SelfCheckAgent: Zero-Resource Hallucination Detection in Generative Large Language Models (2502.01812), on SelfCheckGPT (2303.08896) | [`selfcheck_ngram`], [`symbolic_agent`], [`selfcheck_nli`], [`selfcheck_prompt`], [`selfcheck_bertscore`], [`mqag_score`], [`probability_baseline`], [`Triangulation`], [`evaluate_detection`], [`balanced_accuracy`] |
//! | LLMAuditor: A Framework for Auditing Large Language Models Using Human-in-the-Loop (2402.09346) | [`Audit`], [`codebook_agreement`], [`accepted_round`], [`criteria_rates`], [`probe_quality`], [`response_consistency`], [`probe_truthfulness`], [`audit_report`], [`compare_audits`], [`rouge_l`](crate::text::rouge_l) |
//!
//! # Conventions
//! Shares are fractions in 0..1, entropies are in nats unless a name says bits. Scores for hallucination are higher the
//! more they speak for it. Ties go to what came first.

mod auditor_codebook;
mod auditor_options;
mod auditor_probes;
mod auditor_report;
mod auditor_run;
mod icsf_answers;
mod icsf_confidence;
mod icsf_eigen;
mod icsf_loop;
mod icsf_semantic;
mod icsf_taxonomy;
mod sample_set;
mod self_agreement;
mod self_agreement_compare;
mod self_agreement_run;
mod selfcheck_detection;
mod selfcheck_model;
mod selfcheck_mqag;
mod selfcheck_ngram;
mod selfcheck_samples;
mod selfcheck_symbolic;
mod selfcheck_triangulate;

pub use auditor_codebook::{
    AUDIT_MIN_KAPPA, CodebookAgreement, CriteriaRates, ProbeCriteria, accepted_round, codebook_agreement,
    criteria_rates,
};
pub use auditor_options::AuditOptions;
pub use auditor_probes::{
    ProbeQuality, ProbeTruthfulness, ResponseConsistency, pairwise_similarities, probe_quality,
    probe_truthfulness, response_consistency,
};
pub use auditor_report::{
    AUDIT_SIMILARITY, AuditComparison, AuditReport, QuestionAudit, audit_report, compare_audits,
};
pub use auditor_run::{Audit, AuditAnswer, AuditAsk, AuditRound, AuditRun, AuditedQuestion};
pub use icsf_answers::{
    AnswerConsistency, LatentChoice, NumericConsistency, answer_consistency, consistency_correctness,
    latent_choice, numeric_consistency,
};
pub use icsf_confidence::{
    BS_DETECTOR_BETA, TokenScore, bs_detector, guided_decoding_score, soft_self_consistency,
};
pub use icsf_eigen::{EIGEN_SCORE_ALPHA, eigen_score};
pub use icsf_loop::{SelfFeedback, SelfFeedbackAnswer, SelfFeedbackAsk, SelfFeedbackRun};
pub use icsf_semantic::{SemanticEntropy, discrete_semantic_entropy, entailment_clusters, semantic_entropy};
pub use icsf_taxonomy::{
    Expression, FeedbackTask, LINES_OF_WORK, LineOfWork, META_EVALUATION, OTHER_FEEDBACK_TASKS, Signal,
    UpdateTarget,
};
pub use sample_set::{InternalConsistency, SampleSet};
pub use self_agreement::{SelfAgreement, self_agreement, vote_is_decided, weighted_self_agreement};
pub use self_agreement_compare::{
    AgreementQuestion, StrategyComparison, accuracy_by_paths, compare_strategies,
};
pub use self_agreement_run::{
    AgreementScenario, AskOneMoreTime, AskOneMoreTimeAsk, AskOneMoreTimeRun, SELF_AGREEMENT_PATHS,
    self_agreement_prompt,
};
pub use selfcheck_detection::{
    Detection, DetectionPassage, Factuality, TaskScore, WRONG_THROUGHOUT, balanced_accuracy,
    evaluate_detection, precision_recall_area,
};
pub use selfcheck_model::NgramModel;
pub use selfcheck_mqag::{MqagMethod, MqagQuestion, mqag_score};
pub use selfcheck_ngram::{NgramOptions, NgramScores, SentenceSurprise, selfcheck_ngram};
pub use selfcheck_samples::{
    ProbabilityBaseline, PromptRule, probability_baseline, selfcheck_bertscore, selfcheck_nli,
    selfcheck_prompt, selfcheck_prompt_answer,
};
pub use selfcheck_symbolic::{SIMILAR_WORDS_COSINE, SimilarWords, SymbolicScores, symbolic_agent};
pub use selfcheck_triangulate::{Triangulated, Triangulation};
