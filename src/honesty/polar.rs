//! "Automatic Calibration and Error Correction for Large Language Models via Pareto Optimal Self-Supervision" (POLAR, arXiv
//! 2306.16564).
//!
//! *How likely is a model's label wrong, judged by a small model that learnt from several weak sources at once?* The small
//! model is the [`Harmonizer`]; it learns by a [`pareto_loss`] over the sources, whose weights can follow the correlation of
//! their gradients ([`gradient_correlation`], [`max_eigen_weights`], [`min_variance_weights`]). A label's score is its
//! risk of being wrong: [`errors`] makes [`Predictions`](crate::calibration::Predictions) of errors of it, whose bins of
//! width 0.1, closed on the left, are the paper's calibration chart ([`calibration`]), and [`correlation_r2`] says how well
//! risk and error rate go together. [`merge_reprompted`] corrects risky labels (dynamic prompting), [`few_shot`] picks
//! examples.
//!
//! A label is a class number; `None` is an abstention, and the paper's −1.
//!
//! | wanted | entry |
//! |---|---|
//! | the averages of its tables (over models, then data sets) | [`critique::task_average`](crate::critique::task_average) |
//!
//! # Source
//! The paper and microsoft/POLAR at 598f697b (MIT). The harmonizer is trained outside; the paper takes BERT with the
//! quadratic scalariser, AdamW at 10⁻⁵, at most 100 epochs and a patience of 5.

pub use super::polar_loss::{Scalariser, gradient_correlation, pareto_loss};
pub use super::polar_prompting::{
    DynamicPrompting, FewShot, FewShotOptions, few_shot, majority_probabilities, merge_reprompted,
};
pub use super::polar_scores::{
    ErrorByRisk, Harmonizer, RiskBin, calibration, correlation_r2, errors, top_risk_errors,
    without_negligible,
};
pub use super::polar_weights::{max_eigen_weights, min_variance_weights};
