use serde::{Deserialize, Serialize};

/// What came of a check: three truth values of Kleene's logic, and one for a rule that does not concern the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// The evidence does not suffice. This is not a failure.
    Undecided,
    /// It does not concern the record.
    NotApplicable,
}

impl Decision {
    /// The opposite; what is undecided or not applicable stays so.
    ///
    /// ```
    /// use probity::rules::Decision;
    /// assert_eq!(Decision::Pass.negated(), Decision::Fail);
    /// assert_eq!(Decision::Undecided.negated(), Decision::Undecided);
    /// ```
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Pass => Self::Fail,
            Self::Fail => Self::Pass,
            other => other,
        }
    }

    /// All of them hold: one failure decides, then one that is undecided; what is not applicable is left out.
    ///
    /// ```
    /// use probity::rules::Decision::{self, Fail, NotApplicable, Pass, Undecided};
    /// assert_eq!(Decision::all([Undecided, Fail]), Fail);
    /// assert_eq!(Decision::all([Pass, NotApplicable]), Pass);
    /// assert_eq!(Decision::all([]), NotApplicable);
    /// ```
    pub fn all(decisions: impl IntoIterator<Item = Self>) -> Self {
        decisions.into_iter().fold(Self::NotApplicable, |so_far, next| match (so_far, next) {
            (Self::Fail, _) | (_, Self::Fail) => Self::Fail,
            (Self::Undecided, _) | (_, Self::Undecided) => Self::Undecided,
            (Self::Pass, _) | (_, Self::Pass) => Self::Pass,
            _ => Self::NotApplicable,
        })
    }

    /// One of them holds: one that holds decides, then one that is undecided; what is not applicable is left out.
    ///
    /// ```
    /// use probity::rules::Decision::{self, Fail, NotApplicable, Pass, Undecided};
    /// assert_eq!(Decision::any([Undecided, Pass]), Pass);
    /// assert_eq!(Decision::any([Undecided, Fail]), Undecided);
    /// assert_eq!(Decision::any([NotApplicable]), NotApplicable);
    /// ```
    pub fn any(decisions: impl IntoIterator<Item = Self>) -> Self {
        Self::all(decisions.into_iter().map(Self::negated)).negated()
    }

    /// `true` for [`Pass`](Self::Pass), `false` for [`Fail`](Self::Fail), `None` for the others.
    #[must_use]
    pub fn decided(self) -> Option<bool> {
        match self {
            Self::Pass => Some(true),
            Self::Fail => Some(false),
            Self::Undecided | Self::NotApplicable => None,
        }
    }
}

impl From<bool> for Decision {
    fn from(holds: bool) -> Self {
        if holds { Self::Pass } else { Self::Fail }
    }
}

impl From<Option<bool>> for Decision {
    fn from(holds: Option<bool>) -> Self {
        holds.map_or(Self::Undecided, Self::from)
    }
}

/// A rule that had a part in a verdict, and what it has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Id of the rule.
    pub rule: String,
    /// What was seen, for a reader.
    pub what: String,
    /// Where in the text, as byte offsets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<(usize, usize)>,
}

impl Finding {
    /// A finding about the whole record.
    #[must_use]
    pub fn new(rule: impl Into<String>, what: impl Into<String>) -> Self {
        Self { rule: rule.into(), what: what.into(), span: None }
    }

    /// A finding about a place in the text, in bytes.
    #[must_use]
    pub fn at(self, start: usize, end: usize) -> Self {
        Self { span: Some((start, end)), ..self }
    }
}

/// A decision with everything that led to it: never a bare `bool`.
///
/// `reasons` are the findings that determine the decision, `undecided` those that lacked evidence, `errors` what went
/// wrong on the way (a host's check that failed); a rule with an error counts as undecided, not as failed.
///
/// # Examples
/// ```
/// use probity::rules::{Decision, Finding, Verdict};
/// let verdict = Verdict::new(Decision::Fail)
///     .because(Finding::new("no-phone-numbers", "matches the pattern").at(3, 15))
///     .undecided(Finding::new("helpful", "no answer of the judge"));
/// assert_eq!(verdict.decision, Decision::Fail);
/// assert_eq!((verdict.reasons.len(), verdict.undecided.len(), verdict.score), (1, 1, None));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Verdict {
    /// The decision.
    pub decision: Decision,
    /// A figure in 0..1 where the rule gives one; `None` where nothing could be scored.
    pub score: Option<f64>,
    /// What determined the decision.
    pub reasons: Vec<Finding>,
    /// What went wrong.
    pub errors: Vec<Finding>,
    /// What could not be decided.
    pub undecided: Vec<Finding>,
}

impl Verdict {
    /// A bare decision.
    #[must_use]
    pub fn new(decision: Decision) -> Self {
        Self { decision, score: None, reasons: Vec::new(), errors: Vec::new(), undecided: Vec::new() }
    }

    /// Sets the score.
    #[must_use]
    pub fn with_score(self, score: f64) -> Self {
        Self { score: Some(score), ..self }
    }

    /// Adds a reason.
    #[must_use]
    pub fn because(mut self, reason: Finding) -> Self {
        self.reasons.push(reason);
        self
    }

    /// Adds something that could not be decided.
    #[must_use]
    pub fn undecided(mut self, finding: Finding) -> Self {
        self.undecided.push(finding);
        self
    }

    /// Adds something that went wrong.
    #[must_use]
    pub fn error(mut self, finding: Finding) -> Self {
        self.errors.push(finding);
        self
    }
}
