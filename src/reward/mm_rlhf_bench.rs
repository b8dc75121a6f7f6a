use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, rate};
use crate::num;
use crate::tally::Tally;
use crate::tally::stored::{Format, stored};

/// The categories of the reward benchmark.
pub const MM_REWARD_BENCH_CATEGORIES: [&str; 5] = ["mcq", "long", "short", "safety", "video"];

/// The category of an item by the path of its image or video: the first whose name is in it.
///
/// # Source
/// MM-RLHF's released script, which looks for the names in the path.
///
/// # Examples
/// ```
/// use probity::reward::mm_reward_bench_category;
/// assert_eq!(mm_reward_bench_category("data/safety/7.png"), Some("safety"));
/// assert_eq!(mm_reward_bench_category("7.png"), None);
/// ```
#[must_use]
pub fn mm_reward_bench_category(media_path: &str) -> Option<&'static str> {
    MM_REWARD_BENCH_CATEGORIES.into_iter().find(|name| media_path.contains(name))
}

/// One comparison of the reward benchmark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MmBenchItem<'a> {
    /// The question that it belongs to: several comparisons may share one.
    pub id: &'a str,
    /// Its category.
    pub category: &'a str,
    /// Reward of the chosen response.
    pub chosen: f64,
    /// Reward of the rejected response.
    pub rejected: f64,
}

/// How many comparisons of each question a reward model gets right: what the accuracies of the reward benchmark are read
/// from.
///
/// ```text
/// ACC = right comparisons/comparisons        ACC+ = questions with all comparisons right/questions
/// ```
///
/// A comparison is right if the chosen response has strictly the greater reward.
///
/// # Source
/// Zhang et al., MM-RLHF-RewardBench, and its released script. Wilson's intervals; that of ACC takes comparisons of a
/// question for independent.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::{MmBenchItem, MmRewardBench};
/// use probity::tally::Tally;
/// let item = |id, chosen| MmBenchItem { id, category: "mcq", chosen, rejected: 0.0 };
/// let mut bench = MmRewardBench::default();
/// for item in [item("a", 1.0), item("a", 0.0), item("b", 1.0)] {
///     bench.record(item)?;
/// }
/// let found = bench.overall(Level::default())?;
/// assert_eq!((found.acc.value, found.acc_plus.value), (2.0 / 3.0, 0.5));
/// assert!(bench.category("video", Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MmRewardBench {
    /// By question, then category.
    counts: BTreeMap<(String, String), Counts>,
    total: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    items: u64,
    right: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    id: String,
    category: String,
    items: u64,
    right: u64,
}

impl Format for MmRewardBench {
    type Body = Vec<Row>;
    const NAME: &'static str = "probity.mm_reward_bench";
    const VERSION: u32 = 1;

    fn body(&self) -> Vec<Row> {
        let row = |((id, category), counts): (&(String, String), &Counts)| Row {
            id: id.clone(),
            category: category.clone(),
            items: counts.items,
            right: counts.right,
        };
        self.counts.iter().map(row).collect()
    }

    fn from_body(body: Vec<Row>) -> Result<Self, String> {
        let mut tally = Self::default();
        for Row { id, category, items, right } in body {
            if items == 0 || right > items {
                return Err(format!("question {id:?}: {right} of {items} comparisons right"));
            }
            tally.make_room(items).map_err(|error| error.to_string())?;
            if tally.counts.insert((id.clone(), category), Counts { items, right }).is_some() {
                return Err(format!("question {id:?} stands there twice in one category"));
            }
        }
        Ok(tally)
    }
}
stored!(MmRewardBench);

impl Tally for MmRewardBench {
    type Record<'a> = MmBenchItem<'a>;

    fn record(&mut self, item: MmBenchItem<'_>) -> Result<()> {
        num::check_finite("rewards of a comparison", &[item.chosen, item.rejected])?;
        self.make_room(1)?;
        let counts = self.counts.entry((item.id.to_string(), item.category.to_string())).or_default();
        counts.items += 1;
        counts.right += u64::from(item.chosen > item.rejected);
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.make_room(other.total)?;
        for (key, more) in &other.counts {
            let counts = self.counts.entry(key.clone()).or_default();
            counts.items += more.items;
            counts.right += more.right;
        }
        Ok(())
    }

    fn records(&self) -> u64 {
        self.total
    }
}

/// Accuracies of a reward model; see [`MmRewardBench`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MmBenchAccuracy {
    /// Share of comparisons that are right.
    pub acc: Estimate,
    /// Share of questions whose comparisons are all right.
    pub acc_plus: Estimate,
}

impl MmRewardBench {
    /// The accuracies over all categories. A question that stands in several counts once.
    ///
    /// # Errors
    /// [`Error::Undefined`] without comparisons.
    pub fn overall(&self, level: Level) -> Result<MmBenchAccuracy> {
        let mut questions: BTreeMap<&str, Counts> = BTreeMap::new();
        for ((id, _), counts) in &self.counts {
            let of_question = questions.entry(id).or_default();
            of_question.items += counts.items;
            of_question.right += counts.right;
        }
        accuracy(questions.into_values(), level)
    }

    /// The accuracies over the comparisons of one category.
    ///
    /// # Errors
    /// [`Error::Undefined`] if it has none.
    pub fn category(&self, category: &str, level: Level) -> Result<MmBenchAccuracy> {
        accuracy(self.counts.iter().filter(|((_, c), _)| c == category).map(|(_, counts)| *counts), level)
    }

    /// The categories that have comparisons, in the order of their names.
    #[must_use]
    pub fn categories(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.counts.keys().map(|(_, category)| category.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The total stays within 64 bits, and so does every count.
    fn make_room(&mut self, more: u64) -> Result<()> {
        self.total = self.total.checked_add(more).ok_or(Error::Overflow { what: "the total of a tally" })?;
        Ok(())
    }
}

/// From the comparisons of each question.
fn accuracy(questions: impl Iterator<Item = Counts>, level: Level) -> Result<MmBenchAccuracy> {
    let (mut all, mut groups, mut whole) = (Counts::default(), 0, 0);
    for question in questions {
        all.items += question.items;
        all.right += question.right;
        groups += 1;
        whole += u64::from(question.right == question.items);
    }
    if groups == 0 {
        return Err(Error::undefined("reward benchmark", Undefined::Nothing { what: "comparisons" }));
    }
    Ok(MmBenchAccuracy {
        acc: rate("ACC", "the number of comparisons", all.right, all.items, level)?,
        acc_plus: rate("ACC+", "the number of questions", whole, groups, level)?,
    })
}
