//! "VisAlign: Dataset for Measuring the Degree of Alignment between AI and Humans in Visual Perception" (arXiv
//! 2308.01525).
//!
//! *Does a model see what people see, and abstain where they do?* [`combine`] makes one distribution of class
//! probabilities and an abstention rate, [`hellinger`] compares it with that of people, [`category_report`] averages over
//! the eight [`Category`]s and three [`Group`]s, [`reliability_score`] weighs right, abstained and wrong decisions. An
//! abstention rate is made from a score ([`entropy`], [`Knn`], [`Mahalanobis`] and kin) by [`min_max`] and
//! [`abstention_rates`].
//!
//! Abstention scores are higher where abstaining is more called for. Distances are 0 for perfect alignment and at most 1.
//! Distributions have 11 entries: the ten [`CLASSES`], then abstention.
//!
//! # Source
//! The paper, and jiyounglee-0523/VisAlign at 12cd82b and 6502f27 (submission script).

pub use super::visalign_categories::{
    CLASSES, Category, CategoryReport, Decision, Group, LABELS, Payoff, Payoffs, Reliability,
    category_report, reliability_score,
};
pub use super::visalign_distance::{
    AbstentionMap, abstention_rates, combine, hellinger, min_max, submission_row,
};
pub use super::visalign_features::{Knn, Mahalanobis};
pub use super::visalign_scores::{
    SecondSoftmax, ensemble_entropy, entropy, max_logit, max_softmax, mc_dropout_entropy, odin_entropy,
    tapudd,
};
