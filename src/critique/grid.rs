use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, rate};
use crate::tally::Tally;
use crate::tally::stored::{Format, stored};

const METRIC: &str = "critique accuracy of a pair";

/// How often each critic judged each policy's responses rightly.
///
/// # Source
/// Luo et al. 2023 (arXiv 2310.04815), section 4.2: the diagonal, a model that criticises its own responses, is
/// self-critique.
///
/// # Examples
/// ```
/// use probity::critique::CriticGrid;
/// use probity::inference::Level;
/// use probity::tally::Tally;
/// let mut grid = CriticGrid::default();
/// for (policy, critic, rightly) in [("small", "small", false), ("small", "large", true), ("small", "large", false)] {
///     grid.record((policy, critic, rightly))?;
/// }
/// assert_eq!(grid.accuracy("small", "large", Level::default())?.value, 0.5);
/// assert_eq!(grid.self_critique("small", Level::default())?.value, 0.0);
/// assert!(grid.self_critique("large", Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CriticGrid {
    /// By (policy, critic): judged rightly, judged.
    cells: BTreeMap<(String, String), (u64, u64)>,
    total: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// Policy, critic, judged rightly, judged.
    cells: Vec<(String, String, u64, u64)>,
}

impl Format for CriticGrid {
    type Body = Body;
    const NAME: &'static str = "probity.critic_grid";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        let row = |((policy, critic), &(right, n)): (&(String, String), &(u64, u64))| {
            (policy.clone(), critic.clone(), right, n)
        };
        Body { cells: self.cells.iter().map(row).collect() }
    }

    fn from_body(Body { cells }: Body) -> Result<Self, String> {
        let mut grid = Self::default();
        for (policy, critic, right, n) in cells {
            grid.total = grid.total.checked_add(n).ok_or("the total of the grid overflows")?;
            if right > n || n == 0 {
                return Err(format!("{policy} judged by {critic}: {right} of {n} judged rightly"));
            }
            if grid.cells.insert((policy, critic), (right, n)).is_some() {
                return Err("a policy and a critic stand together twice".to_string());
            }
        }
        Ok(grid)
    }
}
stored!(CriticGrid);

impl CriticGrid {
    /// Every pair of policy and critic that occurs, sorted, with how many of its judgments are right and how many
    /// there are.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str, u64, u64)> {
        self.cells.iter().map(|((policy, critic), &(right, n))| (policy.as_str(), critic.as_str(), right, n))
    }

    /// Accuracy of a critic on a policy's responses, with Wilson's interval.
    ///
    /// # Errors
    /// [`Error::Undefined`] for a pair without judgments.
    pub fn accuracy(&self, policy: &str, critic: &str, level: Level) -> Result<Estimate> {
        let (right, n) = self
            .cells
            .get(&(policy.to_string(), critic.to_string()))
            .copied()
            .ok_or(Error::undefined(METRIC, Undefined::Nothing { what: "judgments of the pair" }))?;
        rate(METRIC, "the number of judgments", right, n, level)
    }

    /// Accuracy of a model on its own responses.
    ///
    /// # Errors
    /// As [`accuracy`](Self::accuracy).
    pub fn self_critique(&self, model: &str, level: Level) -> Result<Estimate> {
        self.accuracy(model, model, level)
    }
}

impl Tally for CriticGrid {
    /// Policy, critic, and whether the critic judged rightly.
    type Record<'a> = (&'a str, &'a str, bool);

    fn record(&mut self, (policy, critic, rightly): Self::Record<'_>) -> Result<()> {
        self.total = sum(self.total, 1)?;
        let cell = self.cells.entry((policy.to_string(), critic.to_string())).or_default();
        cell.0 += u64::from(rightly);
        cell.1 += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.total = sum(self.total, other.total)?;
        for (pair, &(right, n)) in &other.cells {
            let cell = self.cells.entry(pair.clone()).or_default();
            cell.0 += right;
            cell.1 += n;
        }
        Ok(())
    }

    fn records(&self) -> u64 {
        self.total
    }
}

fn sum(total: u64, more: u64) -> Result<u64> {
    total.checked_add(more).ok_or(Error::Overflow { what: "the total of a tally" })
}
