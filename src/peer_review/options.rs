use crate::peer_review::{Exam, MissingRating, Mixing, ReviewerWeight, Thresholds};

/// How reviewers judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Protocol {
    /// They rate one answer at a time.
    #[default]
    Pointwise,
    /// They compare two answers, in both orders.
    Pairwise,
}

/// How a peer review is held; see [`PeerReview`](crate::peer_review::PeerReview).
///
/// | option | default |
/// |---|---|
/// | `protocol` | [`Protocol::Pointwise`] |
/// | `exam` | [`Exam::ExactMatch`] |
/// | `thresholds` | 0.6 in the exam against gold answers; no exam of consistency |
/// | `weight` | [`ReviewerWeight::Uniform`] |
/// | `mixing` | weights, half and half |
/// | `missing` | [`MissingRating::Renormalise`] |
///
/// # Source
/// Exam, threshold, weight and mixing: the shipped configuration of Chu et al. 2024, *PRE*. Which exams are held unless
/// asked for, the protocol, and what becomes of missing ratings: our choice.
///
/// # Examples
/// ```
/// use probity::peer_review::{Exam, PeerReviewOptions, Protocol, Thresholds};
/// let options = PeerReviewOptions::new()
///     .protocol(Protocol::Pairwise)
///     .exam(Exam::Pairwise)
///     .thresholds(Thresholds::paper(Exam::Pairwise));
/// assert_ne!(options, PeerReviewOptions::new());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PeerReviewOptions {
    pub(super) protocol: Protocol,
    pub(super) exam: Exam,
    pub(super) thresholds: Thresholds,
    pub(super) weight: ReviewerWeight,
    pub(super) mixing: Mixing,
    pub(super) missing: MissingRating,
}

impl Default for PeerReviewOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl PeerReviewOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self {
            protocol: Protocol::default(),
            exam: Exam::default(),
            thresholds: Thresholds { gold: Some(0.6), consistency: None },
            weight: ReviewerWeight::default(),
            mixing: Mixing::default(),
            missing: MissingRating::default(),
        }
    }

    /// How reviewers judge.
    #[must_use]
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// How exams are marked.
    #[must_use]
    pub fn exam(mut self, exam: Exam) -> Self {
        self.exam = exam;
        self
    }

    /// Which exams are held, and from which score on they are passed.
    #[must_use]
    pub fn thresholds(mut self, thresholds: Thresholds) -> Self {
        self.thresholds = thresholds;
        self
    }

    /// How much a reviewer counts by its scores.
    #[must_use]
    pub fn weight(mut self, weight: ReviewerWeight) -> Self {
        self.weight = weight;
        self
    }

    /// How the scores of two exams become one weight.
    #[must_use]
    pub fn mixing(mut self, mixing: Mixing) -> Self {
        self.mixing = mixing;
        self
    }

    /// What becomes of ratings that were not given.
    #[must_use]
    pub fn missing(mut self, missing: MissingRating) -> Self {
        self.missing = missing;
        self
    }
}
