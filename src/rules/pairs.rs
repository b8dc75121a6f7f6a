use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::inference::{Estimate, Level, rate};
use crate::rules::compile::CompiledRules;
use crate::rules::counts::{DECISIONS, RuleCounts};
use crate::rules::evaluate::Outcomes;
use crate::rules::verdict::Decision::{self, Fail, Pass};
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, check_room};

type Cells = [[u64; DECISIONS]; DECISIONS];

/// How often each pair of rules of a set decided what together: which rules occur together, and which oppose each other.
///
/// Only pairs of rules that are both otherwise than where nothing is found are counted; all other cells follow from
/// them and from the counts of the single rules. Recording takes a step for each pair of such rules.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::rules::{Check, Record, Rule, RulePairs, RuleSet};
/// use probity::tally::Tally;
/// let rules = RuleSet::new("s", "1")
///     .with(Rule::new("apologise", "", Check::contains(["sorry"])))
///     .with(Rule::new("no-excuses", "", Check::contains(["sorry", "because"])).forbidding())
///     .compile()?;
/// let (mut pairs, mut evaluator) = (RulePairs::new(&rules), rules.evaluator());
/// for text in ["I am sorry", "It broke because of rain", "No."] {
///     pairs.record(&evaluator.evaluate(&Record::new(text)))?;
/// }
/// // They oppose in the first record (passes, fails) and in the last (fails, passes).
/// assert_eq!(pairs.conflict("apologise", "no-excuses", Level::default())?.value, 2.0 / 3.0);
/// assert_eq!(pairs.co_occurrence("apologise", "no-excuses", Level::default())?.value, 1.0 / 3.0);
/// assert_eq!(pairs.conflicts(10, Level::default())?.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePairs {
    single: RuleCounts,
    /// By rules, the smaller index first, and by their decisions, neither of which is the base.
    pairs: BTreeMap<(u32, u32), Cells>,
}

/// Two rules, and how often they oppose each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Conflict {
    /// One rule.
    pub left: String,
    /// The other.
    pub right: String,
    /// Records in which one passes and the other fails.
    pub opposed: u64,
    /// The share of these among the records that both decide.
    pub share: Estimate,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    left: u32,
    right: u32,
    cells: Cells,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    single: RuleCounts,
    pairs: Vec<Pair>,
}

impl Format for RulePairs {
    type Body = Body;
    const NAME: &'static str = "probity.rule_pairs";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        let pairs = self.pairs.iter().map(|(&(left, right), &cells)| Pair { left, right, cells });
        Body { single: self.single.clone(), pairs: pairs.collect() }
    }

    fn from_body(Body { single, pairs }: Body) -> Result<Self, String> {
        let mut tally = Self { single, pairs: BTreeMap::new() };
        for Pair { left, right, cells } in pairs {
            if left >= right || right as usize >= tally.single.keys.len() {
                return Err(format!("there is no pair of rules {left} and {right}"));
            }
            if tally.pairs.insert((left, right), cells).is_some() {
                return Err(format!("the pair of rules {left} and {right} stands twice"));
            }
            if !tally.is_consistent(left, right, &cells) {
                return Err(format!("rules {left} and {right}: more pairs of decisions than decisions"));
            }
        }
        match tally.missing_pair() {
            Some((left, right)) => Err(format!("rules {left} and {right}: expected pairs of decisions")),
            None => Ok(tally),
        }
    }
}
stored!(RulePairs);

const ALL: [Decision; DECISIONS] = [Pass, Fail, Decision::Undecided, Decision::NotApplicable];

impl RulePairs {
    /// Counts of nothing yet, for these rules.
    #[must_use]
    pub fn new(rules: &CompiledRules) -> Self {
        Self { single: RuleCounts::new(rules), pairs: BTreeMap::new() }
    }

    /// The counts of the single rules.
    #[must_use]
    pub fn counts(&self) -> &RuleCounts {
        &self.single
    }

    fn bases(&self, left: u32, right: u32) -> Option<(Decision, Decision)> {
        let base = |rule: u32| self.single.keys.get(rule as usize).map(|key| key.base);
        base(left).zip(base(right))
    }

    /// Records in which a rule is otherwise than its base.
    fn otherwise(&self, rule: u32) -> u64 {
        let base = self.single.keys.get(rule as usize).map_or(Pass, |key| key.base);
        self.single.records() - self.single.at(rule as usize, base)
    }

    /// Whether the cells leave room for those that follow from them.
    fn is_consistent(&self, left: u32, right: u32, cells: &Cells) -> bool {
        let Some((base_left, base_right)) = self.bases(left, right) else { return false };
        let sum = |of: [u64; DECISIONS]| of.into_iter().try_fold(0u64, u64::checked_add);
        let fits = |rule: u32, base: Decision, decision: Decision, n: u64| {
            if decision == base { n == 0 } else { n <= self.single.at(rule as usize, decision) }
        };
        let mut both = 0;
        for decision in ALL {
            let row = sum(cells[decision as usize]);
            let column = sum(cells.map(|row| row[decision as usize]));
            let (Some(row), Some(column)) = (row, column) else { return false };
            if !fits(left, base_left, decision, row) || !fits(right, base_right, decision, column) {
                return false;
            }
            // No more than the records in which the left rule is otherwise than its base.
            both += row;
        }
        self.otherwise(left) - both <= self.single.at(right as usize, base_right)
    }

    /// Two rules without cells, that must both be otherwise than their bases in some record.
    fn missing_pair(&self) -> Option<(u32, u32)> {
        let mut rules: Vec<u32> = (0..self.single.keys.len() as u32).collect();
        rules.sort_by_key(|&rule| std::cmp::Reverse(self.otherwise(rule)));
        for (i, &left) in rules.iter().enumerate() {
            for &right in &rules[i + 1..] {
                let room = self.single.records() - self.otherwise(left);
                if self.otherwise(right) <= room {
                    break;
                }
                let pair = (left.min(right), left.max(right));
                if !self.pairs.contains_key(&pair) {
                    return Some(pair);
                }
            }
        }
        None
    }

    /// How often two rules, by their places in the order of the ids, decided so.
    fn joint(&self, left: usize, right: usize, decisions: (Decision, Decision)) -> u64 {
        if left > right {
            return self.joint(right, left, (decisions.1, decisions.0));
        }
        if left == right {
            return if decisions.0 == decisions.1 { self.single.at(left, decisions.0) } else { 0 };
        }
        let (l, r) = (left as u32, right as u32);
        let Some((base_left, base_right)) = self.bases(l, r) else { return 0 };
        let empty = [[0; DECISIONS]; DECISIONS];
        let cells = self.pairs.get(&(l, r)).unwrap_or(&empty);
        let (x, y) = (decisions.0 as usize, decisions.1 as usize);
        let row: u64 = cells[x].iter().sum();
        let column: u64 = cells.iter().map(|row| row[y]).sum();
        match (decisions.0 == base_left, decisions.1 == base_right) {
            (false, false) => cells[x][y],
            (false, true) => self.single.at(left, decisions.0) - row,
            (true, false) => self.single.at(right, decisions.1) - column,
            // Those where the right is at its base, without those of them where the left is otherwise.
            (true, true) => {
                let both: u64 = cells.as_flattened().iter().sum();
                self.single.at(right, base_right) - (self.otherwise(l) - both)
            }
        }
    }

    /// How often the first rule decided the one and the second the other.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] for an unknown rule.
    pub fn get(&self, left: &str, right: &str, decisions: (Decision, Decision)) -> Result<u64> {
        Ok(self.joint(self.single.index(left)?, self.single.index(right)?, decisions))
    }

    fn both_decided(&self, left: usize, right: usize) -> u64 {
        [(Pass, Pass), (Pass, Fail), (Fail, Pass), (Fail, Fail)]
            .map(|d| self.joint(left, right, d))
            .iter()
            .sum()
    }

    fn opposed(&self, left: usize, right: usize) -> u64 {
        self.joint(left, right, (Pass, Fail)) + self.joint(left, right, (Fail, Pass))
    }

    /// The share of the records that both rules decide in which one passes and the other fails, with Wilson's interval.
    ///
    /// # Undefined
    /// If there is no record that both decide.
    ///
    /// # Missing values
    /// Records that one of them does not apply to, or cannot decide, are left out.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] for an unknown rule; [`crate::Error::Undefined`] as above.
    pub fn conflict(&self, left: &str, right: &str, level: Level) -> Result<Estimate> {
        self.conflict_at(self.single.index(left)?, self.single.index(right)?, level)
    }

    fn conflict_at(&self, left: usize, right: usize, level: Level) -> Result<Estimate> {
        let (part, whole) = (self.opposed(left, right), self.both_decided(left, right));
        rate("conflict of two rules", "the number of records that both rules decide", part, whole, level)
    }

    /// The share of the records that both rules decide in which the checks of both hold, with Wilson's interval.
    ///
    /// # Undefined
    /// If there is no record that both decide.
    ///
    /// # Missing values
    /// As [`conflict`](Self::conflict).
    ///
    /// # Errors
    /// As [`conflict`](Self::conflict).
    pub fn co_occurrence(&self, left: &str, right: &str, level: Level) -> Result<Estimate> {
        let (left, right) = (self.single.index(left)?, self.single.index(right)?);
        let fires = |i: usize| self.single.keys.get(i).map_or(Pass, |key| key.fires);
        let both = self.joint(left, right, (fires(left), fires(right)));
        let whole = self.both_decided(left, right);
        rate("co-occurrence of two rules", "the number of records that both rules decide", both, whole, level)
    }

    /// The pairs of rules that oppose each other in a record, those with the greatest share first (then by id), at most
    /// `most` of them.
    ///
    /// # Errors
    /// None beyond those of [`conflict`](Self::conflict), which cannot occur here.
    ///
    /// # Complexity
    /// O(rules²).
    pub fn conflicts(&self, most: usize, level: Level) -> Result<Vec<Conflict>> {
        let n = self.single.keys.len();
        let mut found: Vec<(f64, usize, usize)> = Vec::new();
        for left in 0..n {
            for right in left + 1..n {
                let opposed = self.opposed(left, right);
                if opposed > 0 {
                    found.push((opposed as f64 / self.both_decided(left, right) as f64, left, right));
                }
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let of = |(_, left, right): &(f64, usize, usize)| {
            let id = |i: usize| self.single.keys.get(i).map(|key| key.id.clone()).unwrap_or_default();
            Ok(Conflict {
                left: id(*left),
                right: id(*right),
                opposed: self.opposed(*left, *right),
                share: self.conflict_at(*left, *right, level)?,
            })
        };
        found.iter().take(most).map(of).collect()
    }
}

impl Tally for RulePairs {
    /// The outcomes of one record.
    type Record<'a> = &'a Outcomes<'a>;

    fn record(&mut self, outcomes: Self::Record<'_>) -> Result<()> {
        self.single.check_rules(outcomes)?;
        check_room(self.single.records(), 1)?;
        let mut deviating: Vec<(u32, Decision)> = self.single.deviating(outcomes).collect();
        deviating.sort_unstable_by_key(|&(rule, _)| rule);
        for (i, &(left, x)) in deviating.iter().enumerate() {
            for &(right, y) in &deviating[i + 1..] {
                self.pairs.entry((left, right)).or_default()[x as usize][y as usize] += 1;
            }
        }
        self.single.add_record(&deviating);
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.single.merge(&other.single)?;
        for (&pair, more) in &other.pairs {
            let mine = self.pairs.entry(pair).or_default();
            // No cell is greater than the number of records, for which there is room.
            mine.as_flattened_mut()
                .iter_mut()
                .zip(more.as_flattened())
                .for_each(|(mine, more)| *mine += more);
        }
        Ok(())
    }

    fn records(&self) -> u64 {
        self.single.records()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::rule::{Check, Rule};
    use crate::rules::{Record, RuleSet};

    fn set(second: &str) -> CompiledRules {
        let rule = |id: &str| Rule::new(id, "", Check::contains([id])).forbidding();
        RuleSet::new("s", "1").with(rule("a")).with(rule(second)).compile().unwrap()
    }

    #[test]
    fn a_file_must_hold_together() {
        let rules = set("b");
        let mut pairs = RulePairs::new(&rules);
        for text in ["ab", "a"] {
            pairs.record(&rules.evaluator().evaluate(&Record::new(text))).unwrap();
        }
        let json = serde_json::to_string(&pairs).unwrap();
        assert_eq!(serde_json::from_str::<RulePairs>(&json).unwrap(), pairs);
        // Both fail in a record, so that there must be a pair; and no more pairs than failures.
        let pair = r#"{"left":0,"right":1,"cells":[[0,0,0,0],[0,1,0,0],[0,0,0,0],[0,0,0,0]]}"#;
        assert!(json.contains(pair), "{json}");
        for other in ["", &pair.replace("[0,1,", "[0,3,"), &pair.replace("\"right\":1", "\"right\":2")] {
            assert!(serde_json::from_str::<RulePairs>(&json.replace(pair, other)).is_err(), "{other}");
        }
    }

    #[test]
    fn outcomes_of_other_rules_are_refused() {
        let (rules, others) = (set("b"), set("c"));
        let mut pairs = RulePairs::new(&rules);
        assert!(pairs.record(&others.evaluator().evaluate(&Record::new("a"))).is_err());
        assert!(pairs.merge(&RulePairs::new(&others)).is_err());
        assert_eq!(pairs.records(), 0);
    }
}
