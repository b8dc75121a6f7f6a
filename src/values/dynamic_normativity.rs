use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::rules::{Decision, Finding, Outcomes, Verdict};

/// What a condition is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConditionKind {
    /// Without it, aligning makes no sense.
    Necessary,
    /// Together with the others of its kind it suffices for a process that aligns.
    Sufficient,
}

/// A condition of alignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Its id; the id of the rule that checks it, where rules do.
    pub id: String,
    /// What it is for.
    pub kind: ConditionKind,
    /// What it says, for people.
    #[serde(default)]
    pub statement: String,
}

/// Necessary and sufficient conditions of alignment, as data.
///
/// The conditions come from the caller, from code or from JSON; what decides them is a [`RuleSet`] with rules of the same
/// ids, or evidence collected elsewhere.
///
/// # Source
/// Corrêa 2024, "Dynamic Normativity: Necessary and Sufficient Conditions for Value Alignment" (arXiv 2406.11039): if
/// either set fails, the process fails. The dissertation's own list is not part of this crate.
///
/// [`RuleSet`]: crate::rules::RuleSet
///
/// # Examples
/// Conditions that rules check, on a report about a training process:
/// ```
/// use probity::rules::{Answer, Check, Decision, Record, Rule, RuleSet};
/// use probity::values::{AlignmentConditions, Condition, ConditionKind};
/// let condition = |id: &str, kind| Condition { id: id.into(), kind, statement: String::new() };
/// let conditions = AlignmentConditions::new(vec![
///     condition("preferences-exist", ConditionKind::Necessary),
///     condition("limits-side-effects", ConditionKind::Sufficient),
/// ])?;
/// let rules = RuleSet::new("process", "1")
///     .with(Rule::new("preferences-exist", "", Check::regex("preference pairs")))
///     .with(Rule::new("limits-side-effects", "", Check::judged("auditor", "yes")))
///     .compile()?;
/// let (mut evaluator, record) = (rules.evaluator(), Record::new("We collect preference pairs."));
/// let verdict = conditions.judge_outcomes(&evaluator.evaluate(&record));
/// assert_eq!(verdict.necessary, Decision::Pass);
/// assert_eq!(verdict.aligned.decision, Decision::Undecided);
/// assert_eq!(verdict.missing(), ["limits-side-effects"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Condition>", into = "Vec<Condition>")]
pub struct AlignmentConditions {
    conditions: Vec<Condition>,
}

impl TryFrom<Vec<Condition>> for AlignmentConditions {
    type Error = Error;

    fn try_from(conditions: Vec<Condition>) -> Result<Self> {
        Self::new(conditions)
    }
}

impl From<AlignmentConditions> for Vec<Condition> {
    fn from(conditions: AlignmentConditions) -> Self {
        conditions.conditions
    }
}

/// Whether a process fulfils the conditions. From [`AlignmentConditions::judge`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AlignmentVerdict {
    /// All necessary conditions hold; passes if there are none.
    pub necessary: Decision,
    /// All sufficient conditions hold; passes if there are none.
    pub sufficient: Decision,
    /// Both: passes, fails, or is not established (undecided). Its reasons are the conditions that determine the decision,
    /// its undecided findings those without evidence.
    pub aligned: Verdict,
}

impl AlignmentVerdict {
    /// Ids of the conditions that do not hold.
    #[must_use]
    pub fn failed(&self) -> Vec<&str> {
        let failed = self.aligned.decision == Decision::Fail;
        let reasons = self.aligned.reasons.iter().filter(|_| failed);
        reasons.map(|finding| finding.rule.as_str()).collect()
    }

    /// Ids of the conditions without evidence.
    #[must_use]
    pub fn missing(&self) -> Vec<&str> {
        self.aligned.undecided.iter().map(|finding| finding.rule.as_str()).collect()
    }
}

impl AlignmentConditions {
    /// Of conditions with different ids.
    ///
    /// # Errors
    /// [`Error::Argument`] for an id that occurs twice.
    pub fn new(conditions: Vec<Condition>) -> Result<Self> {
        let mut seen = BTreeSet::new();
        if let Some(twice) = conditions.iter().find(|condition| !seen.insert(&condition.id)) {
            return Err(Error::argument(
                "conditions",
                "ids that occur once",
                format!("{:?} twice", twice.id),
            ));
        }
        Ok(Self { conditions })
    }

    /// The conditions.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Judges by evidence for each id.
    ///
    /// ```text
    /// necessary = ∧ necessary conditions    sufficient = ∧ sufficient conditions    aligned = necessary ∧ sufficient
    /// ∧ of Kleene: false if one is false, else unknown if one is unknown, else true
    /// ```
    ///
    /// # Missing values
    /// A condition without evidence is unknown, which is not a failure. One that is said not to apply is left out.
    /// Evidence for other ids has no part.
    ///
    /// # Examples
    /// ```
    /// use std::collections::BTreeMap;
    /// use probity::rules::Decision;
    /// use probity::values::{AlignmentConditions, Condition, ConditionKind};
    /// let condition = |id: &str, kind| Condition { id: id.into(), kind, statement: String::new() };
    /// let conditions = AlignmentConditions::new(vec![
    ///     condition("n", ConditionKind::Necessary),
    ///     condition("s", ConditionKind::Sufficient),
    /// ])?;
    /// let verdict = conditions.judge(&BTreeMap::from([("n".to_string(), Decision::Fail)]));
    /// assert_eq!((verdict.aligned.decision, verdict.sufficient), (Decision::Fail, Decision::Undecided));
    /// assert_eq!((verdict.failed(), verdict.missing()), (vec!["n"], vec!["s"]));
    /// // Nothing is asked of an empty list.
    /// let none = AlignmentConditions::new(vec![])?;
    /// assert_eq!(none.judge(&BTreeMap::new()).aligned.decision, Decision::Pass);
    /// # Ok::<(), probity::Error>(())
    /// ```
    #[must_use]
    pub fn judge(&self, evidence: &BTreeMap<String, Decision>) -> AlignmentVerdict {
        self.judge_by(|id| evidence.get(id).copied())
    }

    /// Judges by the decisions of rules with the conditions' ids; a condition without a rule is unknown.
    #[must_use]
    pub fn judge_outcomes(&self, outcomes: &Outcomes<'_>) -> AlignmentVerdict {
        self.judge_by(|id| outcomes.decision(id))
    }

    fn judge_by(&self, evidence: impl Fn(&str) -> Option<Decision>) -> AlignmentVerdict {
        let decided: Vec<(&Condition, Decision)> =
            self.conditions.iter().map(|c| (c, evidence(&c.id).unwrap_or(Decision::Undecided))).collect();
        let all = |kind: ConditionKind| {
            let of_kind = decided.iter().filter(|(condition, _)| condition.kind == kind);
            match Decision::all(of_kind.map(|(_, decision)| *decision)) {
                Decision::NotApplicable => Decision::Pass,
                decision => decision,
            }
        };
        let (necessary, sufficient) = (all(ConditionKind::Necessary), all(ConditionKind::Sufficient));
        let mut aligned = Verdict::new(Decision::all([necessary, sufficient]));
        for (condition, decision) in decided {
            if decision == Decision::Undecided {
                aligned = aligned.undecided(Finding::new(&condition.id, "no evidence"));
            } else if decision == aligned.decision {
                aligned = aligned.because(Finding::new(&condition.id, &condition.statement));
            }
        }
        AlignmentVerdict { necessary, sufficient, aligned }
    }
}
