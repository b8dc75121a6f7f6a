use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::rng::Stream;
use crate::rules::rule::{Check, Rule};
use crate::rules::sample::draw_by_weight;

/// Rules that belong together, under a name and a revision.
///
/// A set is data: build it here or load it from JSON, put sets together, then [`compile`](Self::compile) it once and
/// evaluate it over many records. Nothing depends on the order of the rules.
///
/// # Examples
/// ```
/// use probity::rules::{Check, Decision, Record, Rule, RuleSet};
/// let set = RuleSet::new("house", "1").with(
///     Rule::new("no-phone-numbers", "Give no phone numbers.", Check::regex(r"\d{3}-\d{4}")).forbidding(),
/// );
/// let rules = set.compile()?;
/// assert_eq!(rules.judge(&Record::new("Call 555-0199.")).decision, Decision::Fail);
/// assert_eq!(rules.judge(&Record::new("Write to us.")).decision, Decision::Pass);
/// // Without a response there is nothing to look at, which is not a failure.
/// assert_eq!(rules.judge(&Record::default()).decision, Decision::Undecided);
/// # Ok::<(), probity::rules::RuleSetError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RuleSet {
    /// Its name.
    pub id: String,
    /// Its revision: a figure names the revision of the rules that it was computed with.
    pub revision: String,
    /// What it is called, for people.
    #[serde(default)]
    pub title: String,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// The purpose of the stream of [`RuleSet::sample`].
const SAMPLE: u32 = 0x7275_6c65;

impl RuleSet {
    /// A set without rules.
    #[must_use]
    pub fn new(id: impl Into<String>, revision: impl Into<String>) -> Self {
        Self { id: id.into(), revision: revision.into(), title: String::new(), rules: Vec::new() }
    }

    /// Adds a rule.
    #[must_use]
    pub fn with(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// The rule of that id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The rules for which `keep` says yes, and those whose decisions they need, as auxiliary ones.
    ///
    /// # Examples
    /// ```
    /// use probity::rules::{Check, Rule, RuleSet};
    /// let set = RuleSet::new("s", "1")
    ///     .with(Rule::new("a", "", Check::regex("a")))
    ///     .with(Rule::new("not-a", "", Check::Not(Box::new(Check::Rule("a".into())))))
    ///     .with(Rule::new("b", "", Check::regex("b")));
    /// let selected = set.select(|rule| rule.id == "not-a");
    /// assert_eq!(selected.rules.len(), 2);
    /// assert!(selected.rule("a").unwrap().auxiliary && selected.rule("b").is_none());
    /// ```
    #[must_use]
    pub fn select(&self, keep: impl Fn(&Rule) -> bool) -> Self {
        let by_id: BTreeMap<&str, &Rule> = self.rules.iter().map(|rule| (rule.id.as_str(), rule)).collect();
        let kept: BTreeSet<&str> = self.rules.iter().filter(|r| keep(r)).map(|r| r.id.as_str()).collect();
        let mut needed = kept.clone();
        let mut open: Vec<&str> = kept.iter().copied().collect();
        while let Some(rule) = open.pop().and_then(|id| by_id.get(id)) {
            for id in needs(rule) {
                if by_id.contains_key(id) && needed.insert(id) {
                    open.push(id);
                }
            }
        }
        let rules = self.rules.iter().filter(|rule| needed.contains(rule.id.as_str())).map(|rule| {
            let mut rule = rule.clone();
            rule.auxiliary |= !kept.contains(rule.id.as_str());
            rule.references.retain(|id| needed.contains(id.as_str()));
            rule
        });
        Self { rules: rules.collect(), ..self.without_rules() }
    }

    /// The set with one rule negated.
    ///
    /// # Errors
    /// [`Error::Argument`] if there is no rule of that id.
    pub fn negate(mut self, id: &str) -> Result<Self> {
        let Some(rule) = self.rules.iter_mut().find(|rule| rule.id == id) else {
            return Err(Error::argument("rule", "the id of a rule of the set", format!("{id:?}")));
        };
        *rule = rule.clone().negated();
        Ok(self)
    }

    /// `count` rules drawn without replacement, each time with probability proportional to the weight, and those whose
    /// decisions they need, as auxiliary ones. Auxiliary rules and rules of weight 0 are not drawn.
    ///
    /// The draw belongs to the seed and to the ids, not to the order of the rules.
    ///
    /// # Errors
    /// [`Error::Argument`] for a weight that is negative or not finite.
    ///
    /// # Examples
    /// ```
    /// use probity::rules::{Check, Rule, RuleSet};
    /// let rule = |id: &str, weight| Rule::new(id, "", Check::regex(id)).with_weight(weight);
    /// let set = RuleSet::new("s", "1").with(rule("a", 0.0)).with(rule("b", 3.0)).with(rule("c", 1.0));
    /// assert_eq!(set.sample(2, 7)?.rules.len(), 2);
    /// assert!(set.sample(9, 7)?.rule("a").is_none());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn sample(&self, count: usize, seed: u64) -> Result<Self> {
        let mut rules: Vec<&Rule> = self.rules.iter().filter(|rule| !rule.auxiliary).collect();
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        let weights: Vec<f64> = rules.iter().map(|rule| rule.weight).collect();
        let mut stream = Stream::new(seed, SAMPLE, 0);
        let uniforms: Vec<f64> = (0..count.min(rules.len())).map(|_| stream.uniform()).collect();
        let drawn = draw_by_weight(&weights, &uniforms)?;
        let drawn: BTreeSet<&str> = drawn.into_iter().map(|i| rules[i].id.as_str()).collect();
        Ok(self.select(|rule| drawn.contains(rule.id.as_str())))
    }

    /// Both sets in one. Of two rules with the same id the one of higher priority stays, of two with the same priority
    /// that of `other`. Id and revision become `id+other@revision+other`.
    ///
    /// # Examples
    /// ```
    /// use probity::rules::{Check, Rule, RuleSet};
    /// let base = RuleSet::new("base", "1").with(Rule::new("a", "base", Check::regex("a")).with_priority(1));
    /// let house = RuleSet::new("house", "2").with(Rule::new("a", "house", Check::regex("a")));
    /// assert_eq!(base.clone().overridden_by(&house).rules[0].text, "base");
    /// assert_eq!(house.overridden_by(&base).rules[0].text, "base");
    /// ```
    #[must_use]
    pub fn overridden_by(mut self, other: &Self) -> Self {
        let places: BTreeMap<String, usize> =
            self.rules.iter().enumerate().map(|(i, rule)| (rule.id.clone(), i)).collect();
        for rule in &other.rules {
            match places.get(&rule.id).and_then(|&i| self.rules.get_mut(i)) {
                Some(mine) if mine.priority <= rule.priority => *mine = rule.clone(),
                Some(_) => {}
                None => self.rules.push(rule.clone()),
            }
        }
        self.id = format!("{}+{}", self.id, other.id);
        self.revision = format!("{}+{}", self.revision, other.revision);
        self
    }

    fn without_rules(&self) -> Self {
        Self {
            id: self.id.clone(),
            revision: self.revision.clone(),
            title: self.title.clone(),
            rules: Vec::new(),
        }
    }
}

/// Ids of the rules whose decisions a rule needs.
pub(crate) fn needs(rule: &Rule) -> Vec<&str> {
    let mut open: Vec<&Check> = std::iter::once(&rule.check).chain(rule.scope.when.as_ref()).collect();
    let mut found = Vec::new();
    while let Some(check) = open.pop() {
        if let Check::Rule(id) = check {
            found.push(id.as_str());
        }
        open.extend(check.children());
    }
    found
}
