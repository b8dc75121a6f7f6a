use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, rate};
use crate::rules::compile::CompiledRules;
use crate::rules::evaluate::Outcomes;
use crate::rules::verdict::Decision;
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, add, check_room};

pub(super) const DECISIONS: usize = 4;

/// What a tally knows of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Key {
    pub(super) id: String,
    /// The decision where no pattern is found: it is not counted but follows from the others.
    pub(super) base: Decision,
    /// The decision where its check holds.
    pub(super) fires: Decision,
}

/// A hash of what a tally knows of its rules (FNV-1a): outcomes of other rules are told apart by it.
pub(super) fn signature(keys: &[Key]) -> u64 {
    let bytes = keys.iter().flat_map(|key| {
        // No UTF-8 has this byte: it keeps the ids apart.
        key.id.bytes().chain([u8::MAX, key.base as u8, key.fires as u8])
    });
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// How often each rule of a set decided what.
///
/// *Which rules ever fired?* [`coverage`](Self::coverage) says how often, [`unfired`](Self::unfired) which never did.
/// *How often is each one kept?* [`pass_rate`](Self::pass_rate). Recording takes a step for each rule that is not as if
/// nothing were there, not for each rule.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::rules::{Check, Decision, Record, Rule, RuleCounts, RuleSet};
/// use probity::tally::Tally;
/// let rules = RuleSet::new("s", "1")
///     .with(Rule::new("no-shouting", "", Check::contains(["!!"])).forbidding())
///     .with(Rule::new("no-ads", "", Check::contains(["buy"])).forbidding())
///     .compile()?;
/// let (mut counts, mut evaluator) = (RuleCounts::new(&rules), rules.evaluator());
/// for text in ["Hello!!", "Hello.", "Bye."] {
///     counts.record(&evaluator.evaluate(&Record::new(text)))?;
/// }
/// assert_eq!(counts.get("no-shouting", Decision::Fail), Some(1));
/// assert_eq!(counts.coverage("no-shouting", Level::default())?.value, 1.0 / 3.0);
/// assert_eq!(counts.unfired().collect::<Vec<_>>(), ["no-ads"]);
/// assert!(counts.coverage("none", Level::default()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCounts {
    pub(super) keys: Vec<Key>,
    /// Of the keys.
    signature: u64,
    records: u64,
    /// By rule and decision; 0 for the base decision.
    counts: Vec<[u64; DECISIONS]>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    keys: Vec<Key>,
    records: u64,
    /// In the order pass, fail, undecided, not applicable; 0 for the base decision.
    counts: Vec<[u64; DECISIONS]>,
}

impl Format for RuleCounts {
    type Body = Body;
    const NAME: &'static str = "probity.rule_counts";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        Body { keys: self.keys.clone(), records: self.records, counts: self.counts.clone() }
    }

    fn from_body(Body { keys, records, counts }: Body) -> Result<Self, String> {
        if keys.len() != counts.len() {
            return Err(format!("expected counts of {} rules, found {}", keys.len(), counts.len()));
        }
        if !keys.is_sorted_by(|a, b| a.id < b.id) {
            return Err("expected rules sorted by id, each once".to_string());
        }
        for (key, counts) in keys.iter().zip(&counts) {
            let mut sum = 0;
            for &n in counts {
                add(&mut sum, n).map_err(|e| e.to_string())?;
            }
            if sum > records || counts[key.base as usize] > 0 {
                return Err(format!("rule {:?}: more decisions than records", key.id));
            }
        }
        Ok(Self { signature: signature(&keys), keys, records, counts })
    }
}
stored!(RuleCounts);

impl RuleCounts {
    /// Counts of nothing yet, for these rules.
    #[must_use]
    pub fn new(rules: &CompiledRules) -> Self {
        let keys = rules.keys();
        Self { records: 0, counts: vec![[0; DECISIONS]; keys.len()], signature: signature(&keys), keys }
    }

    pub(super) fn index(&self, rule: &str) -> Result<usize> {
        self.keys
            .binary_search_by(|key| key.id.as_str().cmp(rule))
            .map_err(|_| Error::argument("rule", "the id of a rule of the set", format!("{rule:?}")))
    }

    pub(super) fn at(&self, rule: usize, decision: Decision) -> u64 {
        let (Some(key), Some(counts)) = (self.keys.get(rule), self.counts.get(rule)) else { return 0 };
        if decision == key.base {
            // All other cells together are no more than the records.
            self.records - counts.iter().sum::<u64>()
        } else {
            counts[decision as usize]
        }
    }

    /// How often a rule decided so, `None` if there is no such rule.
    #[must_use]
    pub fn get(&self, rule: &str, decision: Decision) -> Option<u64> {
        self.index(rule).ok().map(|i| self.at(i, decision))
    }

    /// Ids of the rules, sorted.
    #[must_use]
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &str> {
        self.keys.iter().map(|key| key.id.as_str())
    }

    fn decided(&self, rule: usize) -> u64 {
        self.at(rule, Decision::Pass) + self.at(rule, Decision::Fail)
    }

    /// The share of the records that a rule decided in which its check held, with Wilson's interval.
    ///
    /// # Undefined
    /// If it decided none.
    ///
    /// # Missing values
    /// Records that it does not apply to, or cannot decide, are left out.
    ///
    /// # Errors
    /// [`Error::Argument`] for an unknown rule; [`Error::Undefined`] as above.
    pub fn coverage(&self, rule: &str, level: Level) -> Result<Estimate> {
        let i = self.index(rule)?;
        let fires = self.keys.get(i).map_or(0, |key| self.at(i, key.fires));
        rate(
            "coverage of a rule",
            "the number of records that the rule decides",
            fires,
            self.decided(i),
            level,
        )
    }

    /// The share of the records that a rule decided in which it passed, with Wilson's interval.
    ///
    /// # Undefined
    /// If it decided none.
    ///
    /// # Missing values
    /// As [`coverage`](Self::coverage).
    ///
    /// # Errors
    /// As [`coverage`](Self::coverage).
    pub fn pass_rate(&self, rule: &str, level: Level) -> Result<Estimate> {
        let i = self.index(rule)?;
        let passes = self.at(i, Decision::Pass);
        rate(
            "pass rate of a rule",
            "the number of records that the rule decides",
            passes,
            self.decided(i),
            level,
        )
    }

    /// The share of the rules whose check held in some record, with Wilson's interval.
    ///
    /// # Undefined
    /// Without rules.
    ///
    /// # Errors
    /// [`Error::Undefined`] as above.
    pub fn covered(&self, level: Level) -> Result<Estimate> {
        let all = self.keys.len() as u64;
        let fired = all - self.unfired().count() as u64;
        rate("share of rules that fired", "the number of rules", fired, all, level)
    }

    /// Ids of the rules whose check held in no record.
    pub fn unfired(&self) -> impl Iterator<Item = &str> {
        let quiet = self.keys.iter().enumerate().filter(|(i, key)| self.at(*i, key.fires) == 0);
        quiet.map(|(_, key)| key.id.as_str())
    }

    /// Rules that decided otherwise than their base, in this record.
    pub(super) fn deviating<'a>(
        &'a self,
        outcomes: &'a Outcomes<'_>,
    ) -> impl Iterator<Item = (u32, Decision)> + 'a {
        outcomes.touched.iter().filter_map(|&rule| {
            let decision = *outcomes.decisions.get(rule as usize)?;
            (self.keys.get(rule as usize)?.base != decision).then_some((rule, decision))
        })
    }

    pub(super) fn check_rules(&self, outcomes: &Outcomes<'_>) -> Result<()> {
        if outcomes.rules.signature == self.signature {
            return Ok(());
        }
        let found = format!("outcomes of {} rules", outcomes.rules.rules.len());
        Err(Error::argument("outcomes", "those of the rules that the tally is of", found))
    }

    pub(super) fn add_record(&mut self, deviating: &[(u32, Decision)]) {
        self.records += 1;
        for &(rule, decision) in deviating {
            if let Some(counts) = self.counts.get_mut(rule as usize) {
                counts[decision as usize] += 1;
            }
        }
    }
}

impl Tally for RuleCounts {
    /// The outcomes of one record.
    type Record<'a> = &'a Outcomes<'a>;

    fn record(&mut self, outcomes: Self::Record<'_>) -> Result<()> {
        self.check_rules(outcomes)?;
        check_room(self.records, 1)?;
        let deviating: Vec<(u32, Decision)> = self.deviating(outcomes).collect();
        self.add_record(&deviating);
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        if self.keys != other.keys {
            let name = |tally: &Self| tally.rules().take(8).collect::<Vec<_>>().join(", ");
            return Err(Error::Merge { what: "rules", left: name(self), right: name(other) });
        }
        check_room(self.records, other.records)?;
        self.records += other.records;
        for (mine, more) in self.counts.iter_mut().zip(&other.counts) {
            mine.iter_mut().zip(more).for_each(|(mine, more)| *mine += more);
        }
        Ok(())
    }

    fn records(&self) -> u64 {
        self.records
    }
}
