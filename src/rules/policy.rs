use serde::{Deserialize, Serialize};

use crate::num;
use crate::rules::compile::Compiled;
use crate::rules::evaluate::Outcomes;
use crate::rules::explain::explain;
use crate::rules::node::between;
use crate::rules::verdict::{Decision, Finding, Verdict};

/// How the decisions of the rules become one.
///
/// Auxiliary rules have no say, rules that do not apply neither. What is undecided matters only where it could turn the
/// outcome.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Policy {
    /// All rules must pass.
    #[default]
    All,
    /// One rule must pass.
    Any,
    /// At least `k` rules must pass.
    AtLeast(u64),
    /// The weights of the rules that pass must make up this share of the weights of all that apply, or more.
    Weighted(f64),
    /// All rules of the highest priority that has a decided or undecided rule must pass, whatever the others say.
    Priority,
}

impl Outcomes<'_> {
    /// One verdict on the record, with what determined it.
    ///
    /// ```text
    /// score = Σ weights of the rules that pass / Σ weights of those that are decided
    /// ```
    ///
    /// There is no score where no rule with a weight is decided. The reasons are the rules that agree with the decision,
    /// sorted by id, and the rules that lack evidence stand beside them.
    ///
    /// # Examples
    /// ```
    /// use probity::rules::{Check, Decision, Policy, Record, Rule, RuleSet};
    /// let rules = RuleSet::new("s", "1")
    ///     .with(Rule::new("asks", "", Check::regex(r"\?")))
    ///     .with(Rule::new("helpful", "", Check::judged("judge", "yes")).with_weight(3.0))
    ///     .compile()?;
    /// let (mut evaluator, record) = (rules.evaluator(), Record::new("Why?"));
    /// let outcomes = evaluator.evaluate(&record);
    /// let verdict = outcomes.verdict(&Policy::Any);
    /// assert_eq!((verdict.decision, verdict.score), (Decision::Pass, Some(1.0)));
    /// assert_eq!(verdict.undecided[0].what, "no answer of \"judge\"");
    /// assert_eq!(outcomes.verdict(&Policy::All).decision, Decision::Undecided);
    /// // A quarter of the weight is certain, which is enough for a fifth.
    /// assert_eq!(outcomes.verdict(&Policy::Weighted(0.2)).decision, Decision::Pass);
    /// # Ok::<(), probity::rules::RuleSetError>(())
    /// ```
    #[must_use]
    pub fn verdict(&self, policy: &Policy) -> Verdict {
        let voices = || {
            let both = self.rules.rules.iter().zip(self.decisions).enumerate();
            both.filter(|(_, (compiled, decision))| {
                !compiled.rule.auxiliary && **decision != Decision::NotApplicable
            })
            .map(|(i, (compiled, &decision))| (i, compiled, decision))
        };
        let top = match policy {
            Policy::Priority => voices().map(|(_, compiled, _)| compiled.rule.priority).max(),
            _ => None,
        };
        let heard = |compiled: &Compiled| top.is_none_or(|top| compiled.rule.priority == top);
        let decisions = || voices().filter(|(_, c, _)| heard(c)).map(|(_, _, decision)| decision);
        let weight = |which: &dyn Fn(Decision) -> bool| {
            num::sum(voices().filter(|(_, _, d)| which(*d)).map(|(_, compiled, _)| compiled.rule.weight))
        };
        let decision = match *policy {
            Policy::All | Policy::Priority => Decision::all(decisions()),
            Policy::Any => Decision::any(decisions()),
            Policy::AtLeast(_) | Policy::Weighted(_) if voices().next().is_none() => Decision::NotApplicable,
            Policy::AtLeast(k) => {
                let certain = decisions().filter(|&d| d == Decision::Pass).count() as u64;
                let open = decisions().filter(|&d| d == Decision::Undecided).count() as u64;
                between(certain >= k, certain + open >= k)
            }
            Policy::Weighted(share) => {
                let needed = share * weight(&|_| true);
                let certain = weight(&|d| d == Decision::Pass);
                let open = weight(&|d| d != Decision::Fail);
                between(certain >= needed, open >= needed)
            }
        };
        let mut verdict = Verdict::new(decision);
        let decided = weight(&|d| d.decided().is_some());
        let score = weight(&|d| d == Decision::Pass) / decided;
        if score.is_finite() {
            verdict.score = Some(score);
        }
        for (i, compiled, of_rule) in voices().filter(|(_, c, _)| heard(c)) {
            if of_rule == decision && of_rule != Decision::Undecided {
                verdict.reasons.push(explain(self, i, of_rule));
            } else if of_rule == Decision::Undecided {
                let errors = self.errors.iter().filter(|(rule, _)| *rule as usize == i);
                let errors: Vec<Finding> =
                    errors.map(|(_, what)| Finding::new(&compiled.rule.id, what)).collect();
                if errors.is_empty() {
                    verdict.undecided.push(explain(self, i, of_rule));
                }
                verdict.errors.extend(errors);
            }
        }
        verdict
    }
}
