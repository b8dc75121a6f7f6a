//! What can be wrong with a set before any pattern is compiled.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::problem::{Problem, ProblemKind};
use crate::rules::rule::{Check, Overlap, Rule};
use crate::rules::rule_set::{RuleSet, needs};

/// Rules in a set.
const RULES: usize = 100_000;
/// Checks within checks.
const DEPTH: usize = 64;
/// Checks of all rules together.
const CHECKS: usize = 1_000_000;
/// Bytes of all literals together.
const LITERAL_BYTES: usize = 1 << 24;
/// Bytes of one pattern.
const PATTERN_BYTES: usize = 10_000;

struct Validation<'a> {
    rule: &'a str,
    hosts: &'a dyn Fn(&str) -> bool,
    ids: &'a BTreeMap<&'a str, usize>,
    checks: usize,
    literal_bytes: usize,
    problems: Vec<Problem>,
}

/// All problems of a set. `hosts` knows the names of the host's checks.
pub(super) fn problems(set: &RuleSet, hosts: &dyn Fn(&str) -> bool) -> Vec<Problem> {
    if set.rules.len() > RULES {
        let what = format!("expected at most {RULES} rules, found {}", set.rules.len());
        return vec![Problem::new("rules", "", ProblemKind::Limit, what)];
    }
    let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
    let mut problems = Vec::new();
    for (i, rule) in set.rules.iter().enumerate() {
        let path = format!("rules[{i}].id");
        if rule.id.is_empty() {
            problems.push(Problem::new(&path, "", ProblemKind::Id, "expected an id, found an empty one"));
        } else if let Some(first) = ids.get(rule.id.as_str()) {
            let what = format!("expected an id of its own, found that of rules[{first}]");
            problems.push(Problem::new(&path, &rule.id, ProblemKind::Id, what));
        } else {
            ids.insert(&rule.id, i);
        }
    }
    let mut validation = Validation { rule: "", hosts, ids: &ids, checks: 0, literal_bytes: 0, problems };
    for (i, rule) in set.rules.iter().enumerate() {
        validation.rule = &rule.id;
        validation.of_rule(&format!("rules[{i}]"), rule);
    }
    if validation.checks > CHECKS {
        let what = format!("expected at most {CHECKS} checks, found {}", validation.checks);
        validation.add("rules", ProblemKind::Limit, what);
    }
    if validation.literal_bytes > LITERAL_BYTES {
        let what =
            format!("expected at most {LITERAL_BYTES} bytes of literals, found {}", validation.literal_bytes);
        validation.add("rules", ProblemKind::Limit, what);
    }
    validation.problems
}

impl<'a> Validation<'a> {
    fn add(&mut self, path: &str, kind: ProblemKind, what: impl std::fmt::Display) {
        self.problems.push(Problem::new(path, self.rule, kind, what));
    }

    fn of_rule(&mut self, path: &str, rule: &'a Rule) {
        if !(rule.weight.is_finite() && rule.weight >= 0.0) {
            let what = format!("expected a finite weight of 0 or more, found {}", rule.weight);
            self.add(&format!("{path}.weight"), ProblemKind::Value, what);
        }
        if rule.scope.field.is_empty() {
            let path = format!("{path}.scope.field");
            self.add(&path, ProblemKind::Value, "expected the name of a field, found an empty one");
        }
        let (any, no) = (&rule.scope.any_tag, &rule.scope.no_tag);
        if !any.is_empty() && any.is_subset(no) {
            let what = "all tags asked for are excluded, so the rule applies to no record";
            self.add(&format!("{path}.scope"), ProblemKind::Unreachable, what);
        }
        for (i, id) in rule.references.iter().enumerate() {
            self.known(&format!("{path}.references[{i}]"), id);
        }
        if let Some(when) = &rule.scope.when {
            self.of_check(&format!("{path}.scope.when"), when, 0);
        }
        self.of_check(&format!("{path}.check"), &rule.check, 0);
    }

    fn known(&mut self, path: &str, id: &str) {
        if !self.ids.contains_key(id) {
            let what = format!("expected the id of a rule of the set, found {id:?}");
            self.add(path, ProblemKind::UnknownReference, what);
        }
    }

    fn ends<T: PartialOrd + std::fmt::Display>(&mut self, path: &str, min: Option<T>, max: Option<T>) {
        match (min, max) {
            (None, None) => self.add(path, ProblemKind::Value, "expected min, max or both, found neither"),
            (Some(min), Some(max)) if min > max => {
                let what = format!("nothing lies between min {min} and max {max}");
                self.add(path, ProblemKind::Unreachable, what);
            }
            _ => {}
        }
    }

    fn finite(&mut self, path: &str, value: Option<f64>) {
        if let Some(value) = value.filter(|v| !v.is_finite()) {
            self.add(path, ProblemKind::Value, format!("expected a finite number, found {value}"));
        }
    }

    fn of_check(&mut self, path: &str, check: &'a Check, depth: usize) {
        self.checks += 1;
        if depth > DEPTH {
            self.add(path, ProblemKind::Limit, format!("expected at most {DEPTH} checks within each other"));
            return;
        }
        match check {
            Check::Regex { pattern, .. } => {
                let path = format!("{path}.regex");
                if pattern.is_empty() {
                    self.add(&path, ProblemKind::Always, "an empty pattern matches every text");
                } else if pattern.len() > PATTERN_BYTES {
                    let what = format!(
                        "expected at most {PATTERN_BYTES} bytes of a pattern, found {}",
                        pattern.len()
                    );
                    self.add(&path, ProblemKind::Limit, what);
                }
            }
            Check::Literals { any_of, .. } => {
                let path = format!("{path}.literals");
                if any_of.is_empty() {
                    self.add(&path, ProblemKind::Unreachable, "expected a literal, found none");
                }
                if any_of.iter().any(String::is_empty) {
                    self.add(&path, ProblemKind::Always, "an empty literal occurs in every text");
                }
                self.literal_bytes += any_of.iter().map(String::len).sum::<usize>();
            }
            Check::StartsWith(text) | Check::EndsWith(text) if text.is_empty() => {
                self.add(path, ProblemKind::Always, "every text starts and ends with an empty one");
            }
            Check::Order { first, then } if first.is_empty() || then.is_empty() => {
                self.add(path, ProblemKind::Value, "expected two texts, found an empty one");
            }
            Check::Count { min, max, .. } => self.ends(&format!("{path}.count"), *min, *max),
            Check::Overlap { of, min, max, .. } => {
                let path = format!("{path}.overlap");
                self.ends(&path, *min, *max);
                for share in [min, max].into_iter().flatten().filter(|x| !(0.0..=1.0).contains(*x)) {
                    let what = format!("expected a share from 0 to 1, found {share}");
                    self.add(&path, ProblemKind::Value, what);
                }
                if *of == Overlap::Words(0) {
                    self.add(&path, ProblemKind::Value, "expected runs of one word or more, found 0");
                }
            }
            Check::Judge { is, min, max, .. } => {
                let path = format!("{path}.judge");
                self.finite(&path, *min);
                self.finite(&path, *max);
                if is.is_empty() {
                    self.ends(&path, *min, *max);
                } else if min.or(*max).is_some() {
                    self.add(&path, ProblemKind::Value, "expected labels or the ends of a score, found both");
                }
            }
            Check::Rule(id) => self.known(&format!("{path}.rule"), id),
            Check::Host(name) if !(self.hosts)(name) => {
                let what = format!("expected the name of a check of the host, found {name:?}");
                self.add(&format!("{path}.host"), ProblemKind::UnknownReference, what);
            }
            combination => self.of_combination(path, combination, depth),
        }
    }

    fn of_combination(&mut self, path: &str, check: &'a Check, depth: usize) {
        let child = |name: &str, i: usize| format!("{path}.{name}[{i}]");
        match check {
            Check::Not(inner) => self.of_check(&format!("{path}.not"), inner, depth + 1),
            Check::All(of) => {
                self.list(&format!("{path}.all"), of, ProblemKind::Always, ProblemKind::Unreachable, depth);
                self.contradictions(&format!("{path}.all"), of);
            }
            Check::Any(of) => {
                self.list(&format!("{path}.any"), of, ProblemKind::Unreachable, ProblemKind::Always, depth);
            }
            Check::None(of) => {
                self.list(&format!("{path}.none"), of, ProblemKind::Always, ProblemKind::Unreachable, depth);
            }
            Check::AtLeast { k, of } => {
                let at = format!("{path}.at_least");
                if *k == 0 {
                    self.add(&at, ProblemKind::Always, "at least 0 always hold");
                } else if *k > of.len() {
                    let what = format!("expected k of at most {}, the number of checks, found {k}", of.len());
                    self.add(&at, ProblemKind::Unreachable, what);
                }
                for (i, check) in of.iter().enumerate() {
                    self.of_check(&child("at_least.of", i), check, depth + 1);
                }
            }
            Check::WeightedSum { threshold, of } => {
                let at = format!("{path}.weighted_sum");
                self.finite(&at, Some(*threshold));
                for weighted in of.iter().filter(|w| !(w.weight.is_finite() && w.weight >= 0.0)) {
                    let what = format!("expected a finite weight of 0 or more, found {}", weighted.weight);
                    self.add(&at, ProblemKind::Value, what);
                }
                let total = crate::num::sum(of.iter().map(|w| w.weight));
                if *threshold > total {
                    let what = format!("the weights sum to {total}, which never reaches {threshold}");
                    self.add(&at, ProblemKind::Unreachable, what);
                } else if *threshold <= 0.0 {
                    self.add(&at, ProblemKind::Always, format!("every sum reaches {threshold}"));
                }
                for (i, weighted) in of.iter().enumerate() {
                    self.of_check(&child("weighted_sum.of", i), &weighted.check, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// A list of checks: what it is if empty, and what it is if it has a check together with its opposite.
    fn list(
        &mut self,
        path: &str,
        of: &'a [Check],
        empty: ProblemKind,
        opposites: ProblemKind,
        depth: usize,
    ) {
        if of.is_empty() {
            self.add(path, empty, "expected a check, found none");
        }
        for (i, check) in of.iter().enumerate() {
            self.of_check(&format!("{path}[{i}]"), check, depth + 1);
        }
        // Too deep a check is reported already, and must not be written out.
        if self.problems.iter().any(|problem| problem.kind == ProblemKind::Limit) {
            return;
        }
        let plain: BTreeSet<String> =
            of.iter().filter(|c| !matches!(c, Check::Not(_))).map(|c| format!("{c:?}")).collect();
        for (i, check) in of.iter().enumerate() {
            if let Check::Not(inner) = check
                && plain.contains(&format!("{inner:?}"))
            {
                let what = "this is the opposite of another check of the list";
                self.add(&format!("{path}[{i}]"), opposites, what);
            }
        }
    }

    /// Conditions on the same quantity that leave nothing.
    fn contradictions(&mut self, path: &str, of: &[Check]) {
        let mut counts: BTreeMap<_, (u64, u64)> = BTreeMap::new();
        let mut scores: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        let mut labels: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (i, check) in of.iter().enumerate() {
            let at = format!("{path}[{i}]");
            match check {
                Check::Count { of, min, max } => {
                    let ends = counts.entry(*of).or_insert((0, u64::MAX));
                    let before = *ends;
                    *ends = (ends.0.max(min.unwrap_or(0)), ends.1.min(max.unwrap_or(u64::MAX)));
                    if before.0 <= before.1 && ends.0 > ends.1 && !crossed(*min, *max) {
                        self.add(&at, ProblemKind::Unreachable, "no count meets all conditions of the list");
                    }
                }
                Check::Judge { judge, is, min, max } if is.is_empty() => {
                    let ends = scores.entry(judge).or_insert((f64::NEG_INFINITY, f64::INFINITY));
                    let before = *ends;
                    let max = max.unwrap_or(f64::INFINITY);
                    let min = min.unwrap_or(f64::NEG_INFINITY);
                    *ends = (ends.0.max(min), ends.1.min(max));
                    if before.0 <= before.1 && ends.0 > ends.1 && min <= max {
                        self.add(&at, ProblemKind::Unreachable, "no score meets all conditions of the list");
                    }
                }
                Check::Judge { judge, is, .. } => {
                    let these: BTreeSet<&str> = is.iter().map(String::as_str).collect();
                    match labels.get_mut(judge.as_str()) {
                        Some(left) => {
                            left.retain(|label| these.contains(label));
                            if left.is_empty() {
                                let what = "no label meets all conditions of the list";
                                self.add(&at, ProblemKind::Unreachable, what);
                            }
                        }
                        None => {
                            labels.insert(judge, these);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether the ends of a condition exclude everything by themselves, which is reported where they stand.
fn crossed(min: Option<u64>, max: Option<u64>) -> bool {
    matches!((min, max), (Some(min), Some(max)) if min > max)
}

/// The rules in an order in which each comes after those whose decisions it needs, or the ids of a cycle.
/// Of a set whose references exist; rules are numbered as in `rules`.
pub(super) fn order(rules: &[&Rule], ids: &BTreeMap<&str, usize>) -> Result<Vec<u32>, Vec<String>> {
    let needed: Vec<Vec<usize>> = rules
        .iter()
        .map(|rule| needs(rule).into_iter().filter_map(|id| ids.get(id).copied()).collect())
        .collect();
    let mut needed_by = vec![Vec::new(); rules.len()];
    let mut missing: Vec<usize> = needed.iter().map(Vec::len).collect();
    for (i, of) in needed.iter().enumerate() {
        for &j in of {
            needed_by[j].push(i);
        }
    }
    let mut order: Vec<u32> = (0..rules.len()).filter(|&i| missing[i] == 0).map(|i| i as u32).collect();
    let mut next = 0;
    while let Some(&i) = order.get(next) {
        next += 1;
        for &j in &needed_by[i as usize] {
            missing[j] -= 1;
            if missing[j] == 0 {
                order.push(j as u32);
            }
        }
    }
    if order.len() == rules.len() {
        return Ok(order);
    }
    // Whatever is left needs something that is left: following that leads round.
    let Some(start) = (0..rules.len()).find(|&i| missing[i] > 0) else { return Ok(order) };
    let (mut path, mut at, mut seen) = (Vec::new(), start, BTreeSet::new());
    while seen.insert(at) {
        path.push(at);
        match needed[at].iter().find(|&&j| missing[j] > 0) {
            Some(&j) => at = j,
            None => break,
        }
    }
    let from = path.iter().position(|&i| i == at).unwrap_or(0);
    Err(path[from..].iter().map(|&i| rules[i].id.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::rule::Element;
    use ProblemKind::{Always, Id, Limit, Pattern, UnknownReference, Unreachable, Value};

    fn kinds(rule: Rule) -> Vec<ProblemKind> {
        match RuleSet::new("s", "1").with(rule).compile() {
            Ok(_) => Vec::new(),
            Err(error) => error.problems.into_iter().map(|problem| problem.kind).collect(),
        }
    }

    fn words(min: Option<u64>, max: Option<u64>) -> Check {
        Check::Count { of: Element::Words, min, max }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let a = || Check::regex("a");
        let scored = |min, max| Check::Judge { judge: "j".to_string(), is: Vec::new(), min, max };
        let deep = (0..100).fold(a(), |check, _| Check::All(vec![check]));
        for (check, kind) in [
            (Check::regex("("), Pattern),
            (Check::regex("(?=a)"), Pattern),
            (Check::regex(r"\w{1000}{1000}"), Pattern),
            (Check::regex("a".repeat(PATTERN_BYTES + 1)), Limit),
            (deep, Limit),
            (Check::regex(""), Always),
            (Check::contains([""]), Always),
            (Check::contains([""; 0]), Unreachable),
            (Check::All(vec![]), Always),
            (Check::Any(vec![]), Unreachable),
            (Check::All(vec![a(), a().negated()]), Unreachable),
            (Check::Any(vec![a(), a().negated()]), Always),
            (Check::All(vec![words(Some(10), None), words(None, Some(5))]), Unreachable),
            (Check::All(vec![Check::judged("j", "x"), Check::judged("j", "y")]), Unreachable),
            (Check::All(vec![scored(Some(0.5), None), scored(None, Some(0.4))]), Unreachable),
            (words(Some(5), Some(4)), Unreachable),
            (words(None, None), Value),
            (scored(None, None), Value),
            (scored(Some(f64::NAN), None), Value),
            (Check::AtLeast { k: 2, of: vec![a()] }, Unreachable),
            (Check::AtLeast { k: 0, of: vec![a()] }, Always),
            (Check::WeightedSum { threshold: 1.0, of: Vec::new() }, Unreachable),
            (Check::Rule("none".to_string()), UnknownReference),
            (Check::Host("none".to_string()), UnknownReference),
        ] {
            assert_eq!(kinds(Rule::new("r", "", check.clone())), [kind], "{check:?}");
        }
        assert_eq!(kinds(Rule::new("", "", a())), [Id]);
        assert_eq!(kinds(Rule::new("r", "", a()).with_weight(-1.0)), [Value]);
        assert_eq!(kinds(Rule::new("r", "", Check::Rule("r".to_string()))), [ProblemKind::Cycle]);
        let twice = RuleSet::new("s", "1").with(Rule::new("r", "", a())).with(Rule::new("r", "", a()));
        assert_eq!(twice.compile().unwrap_err().problems[0].path, "rules[1].id");
        assert_eq!(kinds(Rule::new("r", "", a())), []);
    }
}
