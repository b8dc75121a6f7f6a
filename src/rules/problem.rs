use std::fmt;

use serde::Serialize;
use thiserror::Error;

/// What is wrong with a set of rules, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// The place in the set (`rules[3].check.all[0].regex`).
    pub path: String,
    /// The id of the rule, empty where the set as a whole is meant.
    pub rule: String,
    /// What kind of problem it is.
    pub kind: ProblemKind,
    /// What was expected and what was found.
    pub what: String,
}

/// The kinds of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// It is not JSON, or not of this form.
    Syntax,
    /// An id twice, or an empty one.
    Id,
    /// A rule or a host's check that does not exist.
    UnknownReference,
    /// Rules that need each other's decision.
    Cycle,
    /// A pattern that is not a regular expression, or too large a one.
    Pattern,
    /// A number or a list outside what is allowed.
    Value,
    /// A condition that can never hold.
    Unreachable,
    /// A condition that always holds.
    Always,
    /// More than the limits allow.
    Limit,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if !self.rule.is_empty() {
            write!(f, " (rule {:?})", self.rule)?;
        }
        write!(f, ": {}", self.what)
    }
}

/// Everything that is wrong with a set of rules.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", display(.problems))]
#[non_exhaustive]
pub struct RuleSetError {
    /// The problems, at least one.
    pub problems: Vec<Problem>,
}

fn display(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl RuleSetError {
    pub(crate) fn one(path: &str, rule: &str, kind: ProblemKind, what: impl fmt::Display) -> Self {
        Self { problems: vec![Problem::new(path, rule, kind, what)] }
    }
}

impl Problem {
    pub(crate) fn new(path: &str, rule: &str, kind: ProblemKind, what: impl fmt::Display) -> Self {
        Self { path: path.to_string(), rule: rule.to_string(), kind, what: what.to_string() }
    }
}
