use crate::rules::compile::CompiledRules;
use crate::rules::measure;
use crate::rules::node::{Node, combine};
use crate::rules::patterns::{Hits, Scratch};
use crate::rules::record::{Answer, Record};
use crate::rules::verdict::Decision;

/// Evaluates record after record.
///
/// # Examples
/// ```
/// use probity::rules::{Check, Decision, Policy, Record, Rule, RuleSet};
/// let rules = RuleSet::new("s", "1").with(Rule::new("greets", "", Check::contains(["Hello"]))).compile()?;
/// let mut evaluator = rules.evaluator();
/// let decisions: Vec<_> = ["Hello there", "Bye", ""]
///     .map(|text| evaluator.evaluate(&Record::new(text)).decision("greets"))
///     .into();
/// assert_eq!(decisions, [Some(Decision::Pass), Some(Decision::Fail), Some(Decision::Fail)]);
/// # Ok::<(), probity::rules::RuleSetError>(())
/// ```
#[derive(Debug)]
pub struct Evaluator<'r> {
    rules: &'r CompiledRules,
    hits: Hits,
    scratch: Vec<Scratch>,
    decisions: Vec<Decision>,
    /// Rules looked at for this record, in the order of evaluation; the others are as if nothing was found.
    touched: Vec<u32>,
    is_touched: Vec<bool>,
    errors: Vec<(u32, String)>,
}

/// The decisions of all rules on one record.
#[derive(Debug)]
pub struct Outcomes<'e> {
    pub(super) rules: &'e CompiledRules,
    pub(super) record: &'e Record<'e>,
    pub(super) hits: &'e Hits,
    pub(super) decisions: &'e [Decision],
    pub(super) touched: &'e [u32],
    pub(super) errors: &'e [(u32, String)],
}

/// What a rule of more than patterns is set to between records.
const UNTOUCHED: Decision = Decision::Undecided;

impl<'r> Evaluator<'r> {
    pub(super) fn new(rules: &'r CompiledRules) -> Self {
        Self {
            rules,
            hits: Hits::new(rules.leaves.len()),
            scratch: rules.fields.iter().map(|field| field.patterns.scratch()).collect(),
            decisions: rules.rules.iter().map(|rule| rule.quiet.unwrap_or(UNTOUCHED)).collect(),
            touched: Vec::new(),
            is_touched: vec![false; rules.rules.len()],
            errors: Vec::new(),
        }
    }

    fn touch(&mut self, rules: &[u32]) {
        for &rule in rules {
            if let Some(touched) = self.is_touched.get_mut(rule as usize)
                && !*touched
            {
                *touched = true;
                self.touched.push(rule);
            }
        }
    }

    /// Decides all rules about a record.
    pub fn evaluate<'e>(&'e mut self, record: &'e Record<'e>) -> Outcomes<'e> {
        let rules = self.rules;
        for &rule in &self.touched {
            let i = rule as usize;
            self.decisions[i] = rules.rules[i].quiet.unwrap_or(UNTOUCHED);
            self.is_touched[i] = false;
        }
        self.touched.clear();
        self.errors.clear();
        self.hits.clear();
        for (i, field) in rules.fields.iter().enumerate() {
            match record.field(&field.name) {
                Some(text) => field.patterns.scan(text, &mut self.scratch[i], &mut self.hits),
                None => self.touch(&field.rules),
            }
        }
        self.touch(&rules.eager);
        for i in 0..self.hits.found().len() {
            let leaf = self.hits.found()[i];
            self.touch(&rules.leaves[leaf as usize].rules);
        }
        self.touched.sort_unstable_by_key(|&rule| rules.rules[rule as usize].rank);
        for &rule in &self.touched {
            let look = Look { rules, record, hits: &self.hits, decisions: &self.decisions };
            let decision = look.rule(rule, &mut self.errors);
            self.decisions[rule as usize] = decision;
        }
        Outcomes {
            rules,
            record,
            hits: &self.hits,
            decisions: &self.decisions,
            touched: &self.touched,
            errors: &self.errors,
        }
    }
}

/// What a check can see of a record.
#[derive(Clone, Copy)]
pub(super) struct Look<'e> {
    pub(super) rules: &'e CompiledRules,
    pub(super) record: &'e Record<'e>,
    pub(super) hits: &'e Hits,
    pub(super) decisions: &'e [Decision],
}

impl<'e> Look<'e> {
    fn rule(self, index: u32, errors: &mut Vec<(u32, String)>) -> Decision {
        let compiled = &self.rules.rules[index as usize];
        let scope = &compiled.rule.scope;
        let has = |tags: &std::collections::BTreeSet<String>| tags.iter().any(|tag| self.record.has_tag(tag));
        if has(&scope.no_tag) || !(scope.any_tag.is_empty() || has(&scope.any_tag)) {
            return Decision::NotApplicable;
        }
        let text = self.text(compiled.field);
        let mut decide = |node: &Node| {
            combine(node, &mut |leaf| {
                self.leaf(leaf, text).unwrap_or_else(|error| {
                    errors.push((index, error));
                    Decision::Undecided
                })
            })
        };
        match compiled.when.as_ref().map(&mut decide) {
            Some(Decision::Fail) => Decision::NotApplicable,
            Some(other @ (Decision::Undecided | Decision::NotApplicable)) => other,
            Some(Decision::Pass) | None => compiled.with_polarity(decide(&compiled.check)),
        }
    }

    /// The text of a field.
    pub(super) fn text(self, field: u32) -> Option<&'e str> {
        self.record.field(&self.rules.fields.get(field as usize)?.name)
    }

    /// Decides a leaf; a host's check may fail to.
    pub(super) fn leaf(self, node: &Node, text: Option<&str>) -> Result<Decision, String> {
        let of_text = |holds: &dyn Fn(&str) -> bool| Decision::from(text.map(holds));
        Ok(match node {
            Node::Leaf(leaf) => of_text(&|_| self.hits.get(*leaf).is_some()),
            Node::StartsWith(start) => of_text(&|text| text.starts_with(start)),
            Node::EndsWith(end) => of_text(&|text| text.ends_with(end)),
            Node::Order { first, then } => of_text(&|text| in_order(text, first, then)),
            Node::Count { of, min, max } => of_text(&|text| {
                let n = measure::count(text, *of);
                min.is_none_or(|min| n >= min) && max.is_none_or(|max| n <= max)
            }),
            Node::Overlap { reference, of, min, max } => {
                let both = text.zip(self.record.field(reference));
                let share = both.and_then(|(text, reference)| measure::overlap(text, reference, *of));
                share.map(|share| within(share, *min, *max)).into()
            }
            Node::Judge { judge, is, min, max } => match self.record.answer(judge) {
                Some(Answer::Label(label)) if !is.is_empty() => is.iter().any(|l| l == label).into(),
                Some(Answer::Score(score)) if is.is_empty() && score.is_finite() => {
                    within(score, *min, *max).into()
                }
                _ => Decision::Undecided,
            },
            Node::Same { left, right } => {
                let both = self.record.answer(left).zip(self.record.answer(right));
                both.map(|(left, right)| left == right).into()
            }
            Node::Rule(index) => self.decisions.get(*index as usize).copied().unwrap_or(Decision::Undecided),
            Node::Host(index) => match self.rules.hosts.get(*index as usize) {
                Some(host) => {
                    host.check.check(self.record, text).map_err(|e| format!("{}: {e}", host.name))?
                }
                None => Decision::Undecided,
            },
            _ => Decision::Undecided,
        })
    }
}

fn within(x: f64, min: Option<f64>, max: Option<f64>) -> bool {
    min.is_none_or(|min| x >= min) && max.is_none_or(|max| x <= max)
}

fn in_order(text: &str, first: &str, then: &str) -> bool {
    match (text.find(first), text.rfind(then)) {
        (Some(first), Some(then)) => first < then,
        _ => false,
    }
}

impl Outcomes<'_> {
    /// The decision of a rule, `None` if there is no such rule.
    #[must_use]
    pub fn decision(&self, rule: &str) -> Option<Decision> {
        let rules = &self.rules.rules;
        let i = rules.binary_search_by(|compiled| compiled.rule.id.as_str().cmp(rule)).ok()?;
        self.decisions.get(i).copied()
    }

    /// The decisions of all rules, sorted by id.
    #[must_use]
    pub fn decisions(&self) -> impl ExactSizeIterator<Item = (&str, Decision)> {
        self.rules.rules.iter().zip(self.decisions).map(|(c, &decision)| (c.rule.id.as_str(), decision))
    }

    pub(super) fn look(&self) -> Look<'_> {
        Look { rules: self.rules, record: self.record, hits: self.hits, decisions: self.decisions }
    }
}
