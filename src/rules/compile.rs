use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::rules::counts::{Key, signature};
use crate::rules::evaluate::Evaluator;
use crate::rules::host::HostCheck;
use crate::rules::node::{Node, quiet};
use crate::rules::patterns::{Pattern, Patterns};
use crate::rules::policy::Policy;
use crate::rules::problem::{Problem, ProblemKind, RuleSetError};
use crate::rules::record::Record;
use crate::rules::rule::{Check, Polarity, Rule};
use crate::rules::rule_set::RuleSet;
use crate::rules::validate;
use crate::rules::verdict::{Decision, Verdict};

/// Distinct regular expressions in a set.
const EXPRESSIONS: usize = 4_096;
/// Bytes that all expressions together may take when compiled; each gets an equal part of it, but no more than
/// [`EXPRESSION`].
const EXPRESSIONS_SIZE: usize = 1 << 30;
/// Bytes that one expression may take.
const EXPRESSION: usize = 1 << 20;

/// A rule with its names looked up.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) rule: Rule,
    pub(super) field: u32,
    pub(super) when: Option<Node>,
    pub(super) check: Node,
    /// Its decision where no pattern is found, if that follows from patterns alone.
    pub(super) quiet: Option<Decision>,
    /// Where it stands in the order of evaluation.
    pub(super) rank: u32,
}

impl Compiled {
    pub(super) fn with_polarity(&self, holds: Decision) -> Decision {
        match self.rule.polarity {
            Polarity::Positive => holds,
            Polarity::Negative => holds.negated(),
        }
    }
}

/// A text field with all patterns that look at it.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) patterns: Patterns,
    /// Rules that look at it.
    pub(super) rules: Vec<u32>,
}

pub(super) struct Host {
    pub(super) name: String,
    pub(super) check: Box<dyn HostCheck>,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A pattern of a field, with the rules that need to know of it.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) field: u32,
    pub(super) pattern: Pattern,
    pub(super) rules: Vec<u32>,
}

/// A set of rules, checked and compiled: made once, used for any number of records and by any number of threads.
///
/// Literals and expressions of all rules run over a text as one automaton; a rule of patterns alone is looked at only
/// where one of its patterns was found. See [`RuleSet`] for an example.
///
/// # Complexity
/// A record takes time linear in its texts, times at worst the number of expressions whose literals occur in it.
#[derive(Debug)]
pub struct CompiledRules {
    pub(super) id: String,
    pub(super) revision: String,
    /// Sorted by id.
    pub(super) rules: Vec<Compiled>,
    pub(super) leaves: Vec<Leaf>,
    pub(super) fields: Vec<Field>,
    pub(super) hosts: Vec<Host>,
    /// Rules that are looked at for every record.
    pub(super) eager: Vec<u32>,
    /// Of what a tally knows of the rules.
    pub(super) signature: u64,
}

impl RuleSet {
    /// Checks the set and compiles it.
    ///
    /// # Errors
    /// All problems at once: an id twice, an unknown reference, rules that need each other, a pattern that is not one or
    /// too large, a condition that can never hold or always holds, more than the limits allow.
    ///
    /// # Examples
    /// ```
    /// use probity::rules::{Check, ProblemKind, Rule, RuleSet};
    /// let set = RuleSet::new("s", "1")
    ///     .with(Rule::new("a", "", Check::Rule("b".into())))
    ///     .with(Rule::new("b", "", Check::Rule("a".into())));
    /// let error = set.compile().unwrap_err();
    /// assert_eq!(error.problems[0].kind, ProblemKind::Cycle);
    /// ```
    pub fn compile(&self) -> Result<CompiledRules, RuleSetError> {
        self.compile_with(Vec::new())
    }

    /// The same with checks of the host program, by name. Of two of the same name the first counts.
    ///
    /// # Errors
    /// As [`compile`](Self::compile).
    ///
    /// # Examples
    /// ```
    /// use probity::rules::{Check, Decision, HostCheck, Record, Rule, RuleSet};
    /// let short = |_: &Record<'_>, text: Option<&str>| match text {
    ///     Some(text) => Ok(Decision::from(text.len() < 10)),
    ///     None => Err("nothing to measure".to_string()),
    /// };
    /// let hosts: Vec<(&str, Box<dyn HostCheck>)> = vec![("short", Box::new(short))];
    /// let set = RuleSet::new("s", "1").with(Rule::new("brief", "", Check::Host("short".into())));
    /// let rules = set.compile_with(hosts)?;
    /// assert_eq!(rules.judge(&Record::new("Yes.")).decision, Decision::Pass);
    /// let verdict = rules.judge(&Record::default());
    /// assert_eq!((verdict.decision, verdict.errors.len()), (Decision::Undecided, 1));
    /// # Ok::<(), probity::rules::RuleSetError>(())
    /// ```
    pub fn compile_with<'n>(
        &self,
        hosts: impl IntoIterator<Item = (&'n str, Box<dyn HostCheck>)>,
    ) -> Result<CompiledRules, RuleSetError> {
        let hosts: Vec<Host> =
            hosts.into_iter().map(|(name, check)| Host { name: name.to_string(), check }).collect();
        let problems = validate::problems(self, &|name| hosts.iter().any(|host| host.name == name));
        if !problems.is_empty() {
            return Err(RuleSetError { problems });
        }
        let mut sorted: Vec<&Rule> = self.rules.iter().collect();
        sorted.sort_by(|a, b| a.id.cmp(&b.id));
        let ids: BTreeMap<&str, usize> =
            sorted.iter().enumerate().map(|(i, rule)| (rule.id.as_str(), i)).collect();
        let order = validate::order(&sorted, &ids).map_err(|cycle| {
            let what = format!("these rules need each other's decisions: {}", cycle.join(", "));
            RuleSetError::one("rules", cycle.first().map_or("", |id| id), ProblemKind::Cycle, what)
        })?;
        let mut names = Names { ids: &ids, hosts: &hosts, leaves: BTreeMap::new(), fields: BTreeMap::new() };
        let mut rules = Vec::with_capacity(sorted.len());
        for (i, rule) in sorted.iter().enumerate() {
            let field = names.field(&rule.scope.field, i as u32);
            let mut eager = !(rule.scope.any_tag.is_empty() && rule.scope.no_tag.is_empty());
            let mut node = |check: &Check| names.node(check, field, i as u32, &mut eager);
            let when = rule.scope.when.as_ref().map(&mut node);
            let check = node(&rule.check);
            let mut compiled = Compiled { rule: (*rule).clone(), field, when, check, quiet: None, rank: 0 };
            compiled.quiet = (!eager).then(|| compiled.if_nothing_found());
            rules.push(compiled);
        }
        for (rank, &i) in order.iter().enumerate() {
            rules[i as usize].rank = rank as u32;
        }
        let Names { leaves, fields, .. } = names;
        let mut numbered: Vec<(u32, Leaf)> = leaves
            .into_iter()
            .map(|((field, pattern), (leaf, rules))| {
                (leaf, Leaf { field, pattern, rules: rules.into_iter().collect() })
            })
            .collect();
        numbered.sort_by_key(|(leaf, _)| *leaf);
        let leaves: Vec<Leaf> = numbered.into_iter().map(|(_, leaf)| leaf).collect();
        let fields = compile_fields(fields, &leaves, &rules, self)?;
        let eager = (0..rules.len() as u32).filter(|&i| rules[i as usize].quiet.is_none()).collect();
        let mut compiled = CompiledRules {
            id: self.id.clone(),
            revision: self.revision.clone(),
            rules,
            leaves,
            fields,
            hosts,
            eager,
            signature: 0,
        };
        compiled.signature = signature(&compiled.keys());
        Ok(compiled)
    }
}

fn compile_fields(
    named: BTreeMap<String, (u32, Vec<u32>)>,
    leaves: &[Leaf],
    rules: &[Compiled],
    set: &RuleSet,
) -> Result<Vec<Field>, RuleSetError> {
    let expressions = leaves.iter().filter(|leaf| matches!(leaf.pattern, Pattern::Regex { .. })).count();
    if expressions > EXPRESSIONS {
        let what =
            format!("expected at most {EXPRESSIONS} different regular expressions, found {expressions}");
        return Err(RuleSetError::one("rules", "", ProblemKind::Limit, what));
    }
    let size = (EXPRESSIONS_SIZE / expressions.max(1)).min(EXPRESSION);
    let mut numbered: Vec<(String, u32, Vec<u32>)> =
        named.into_iter().map(|(name, (number, rules))| (name, number, rules)).collect();
    numbered.sort_by_key(|(_, number, _)| *number);
    let mut fields = Vec::with_capacity(numbered.len());
    for (name, number, of) in numbered {
        let these: Vec<(u32, &Pattern)> = leaves
            .iter()
            .enumerate()
            .filter(|(_, leaf)| leaf.field == number)
            .map(|(i, leaf)| (i as u32, &leaf.pattern))
            .collect();
        let patterns = Patterns::compile(&these, size).map_err(|(leaf, why)| {
            let rule = leaves.get(leaf as usize).and_then(|leaf| leaf.rules.first());
            let id = rule.map_or("", |&i| rules[i as usize].rule.id.as_str());
            let place = set.rules.iter().position(|rule| rule.id == id).unwrap_or_default();
            let path = format!("rules[{place}].check");
            RuleSetError { problems: vec![Problem::new(&path, id, ProblemKind::Pattern, why)] }
        })?;
        fields.push(Field { name, patterns, rules: of });
    }
    Ok(fields)
}

/// Leaves and fields by what they are, numbered as they come.
struct Names<'a> {
    ids: &'a BTreeMap<&'a str, usize>,
    hosts: &'a [Host],
    leaves: BTreeMap<(u32, Pattern), (u32, BTreeSet<u32>)>,
    fields: BTreeMap<String, (u32, Vec<u32>)>,
}

impl Names<'_> {
    fn field(&mut self, name: &str, rule: u32) -> u32 {
        let next = self.fields.len() as u32;
        let (number, rules) = self.fields.entry(name.to_string()).or_insert((next, Vec::new()));
        rules.push(rule);
        *number
    }

    fn leaf(&mut self, pattern: Pattern, field: u32, rule: u32) -> Node {
        let next = self.leaves.len() as u32;
        let (number, rules) = self.leaves.entry((field, pattern)).or_insert((next, BTreeSet::new()));
        rules.insert(rule);
        Node::Leaf(*number)
    }

    /// `eager` becomes true if the check is of more than patterns.
    fn node(&mut self, check: &Check, field: u32, rule: u32, eager: &mut bool) -> Node {
        let node = match check {
            Check::Regex { pattern, ignore_case } => {
                let pattern = Pattern::Regex { pattern: pattern.clone(), ignore_case: *ignore_case };
                return self.leaf(pattern, field, rule);
            }
            Check::Literals { any_of, ignore_case, whole_words } => {
                let (ignore_case, whole_words) = (*ignore_case, *whole_words);
                let pattern = Pattern::Literals { any_of: any_of.clone(), ignore_case, whole_words };
                return self.leaf(pattern, field, rule);
            }
            Check::Not(inner) => return Node::Not(Box::new(self.node(inner, field, rule, eager))),
            Check::All(of) => return Node::All(self.nodes(of, field, rule, eager)),
            Check::Any(of) => return Node::Any(self.nodes(of, field, rule, eager)),
            Check::None(of) => return Node::None(self.nodes(of, field, rule, eager)),
            Check::AtLeast { k, of } => {
                return Node::AtLeast { k: *k, of: self.nodes(of, field, rule, eager) };
            }
            Check::WeightedSum { threshold, of } => {
                let of = of.iter().map(|w| (w.weight, self.node(&w.check, field, rule, eager))).collect();
                return Node::WeightedSum { threshold: *threshold, of };
            }
            Check::StartsWith(text) => Node::StartsWith(text.clone()),
            Check::EndsWith(text) => Node::EndsWith(text.clone()),
            Check::Order { first, then } => Node::Order { first: first.clone(), then: then.clone() },
            &Check::Count { of, min, max } => Node::Count { of, min, max },
            Check::Overlap { reference, of, min, max } => {
                Node::Overlap { reference: reference.clone(), of: *of, min: *min, max: *max }
            }
            Check::Judge { judge, is, min, max } => {
                Node::Judge { judge: judge.clone(), is: is.clone(), min: *min, max: *max }
            }
            Check::Same { left, right } => Node::Same { left: left.clone(), right: right.clone() },
            // Both exist: the set is valid.
            Check::Rule(id) => Node::Rule(self.ids.get(id.as_str()).copied().unwrap_or_default() as u32),
            Check::Host(name) => {
                Node::Host(self.hosts.iter().position(|h| h.name == *name).unwrap_or_default() as u32)
            }
        };
        *eager = true;
        node
    }

    fn nodes(&mut self, of: &[Check], field: u32, rule: u32, eager: &mut bool) -> Vec<Node> {
        of.iter().map(|check| self.node(check, field, rule, eager)).collect()
    }
}

impl Compiled {
    /// The decision where no pattern is found, of a rule of patterns alone.
    fn if_nothing_found(&self) -> Decision {
        match self.when.as_ref().map(quiet) {
            Some(Decision::Pass) | None => self.with_polarity(quiet(&self.check)),
            Some(Decision::Fail) => Decision::NotApplicable,
            Some(other) => other,
        }
    }
}

impl CompiledRules {
    /// What a tally knows of the rules.
    pub(super) fn keys(&self) -> Vec<Key> {
        let key = |compiled: &Compiled| Key {
            id: compiled.rule.id.clone(),
            base: compiled.quiet.unwrap_or(Decision::Undecided),
            fires: match compiled.rule.polarity {
                Polarity::Positive => Decision::Pass,
                Polarity::Negative => Decision::Fail,
            },
        };
        self.rules.iter().map(key).collect()
    }

    /// Name of the set.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Revision of the set.
    #[must_use]
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// The rules, sorted by id.
    #[must_use]
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter().map(|compiled| &compiled.rule)
    }

    /// What evaluates record after record without asking for memory each time; one a thread.
    #[must_use]
    pub fn evaluator(&self) -> Evaluator<'_> {
        Evaluator::new(self)
    }

    /// The verdict on one record: every rule that applies must pass.
    #[must_use]
    pub fn judge(&self, record: &Record<'_>) -> Verdict {
        self.evaluator().evaluate(record).verdict(&Policy::All)
    }
}
