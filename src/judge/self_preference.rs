use crate::error::Result;
use crate::inference::{Estimate, Level, mean_over_items, proportion_difference};
use crate::tally::Side;

/// Two verdicts on a pair in which one answer is the judge's own: `Left` is its own answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnAnswer {
    /// What the judge says.
    pub judge: Side,
    /// What the reference says: a human, or another judge.
    pub reference: Side,
}

/// How a judge treats its own answers; see [`self_preference`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SelfPreference {
    /// The win rate of its own answers when it judges itself.
    pub by_judge: Estimate,
    /// Their win rate when the reference judges.
    pub by_reference: Estimate,
    /// The first minus the second, paired over items.
    pub bias: Estimate,
    /// How much more often the judge keeps a win of its own answer than one of the other's.
    pub conditional: Result<Estimate>,
}

/// Whether a judge prefers its own answers more than a reference does.
///
/// ```text
/// bias        = mean(points of the own answer by the judge − by the reference)       points: 1, ½ for a tie, 0
/// conditional = P(judge: own wins | reference: own wins) − P(judge: other wins | reference: other wins)
/// ```
///
/// A win rate above ½ is no bias by itself: the judge may write better answers. Win rates and bias come with Student's
/// interval over items, the conditional difference with Newcombe's. Above 0 the judge favours itself.
///
/// # Undefined
/// Without an item; the conditional difference without a win of either side by the reference.
///
/// # Missing values
/// An item without one of the verdicts is left out by the caller.
///
/// # Source
/// Zheng et al. 2023, section 3.3 (self-enhancement bias, as a difference of win rates); Wataoka et al. 2024,
/// *Self-Preference Bias in LLM-as-a-Judge* (the conditional difference, after equal opportunity).
///
/// # Errors
/// [`crate::Error::Undefined`] without an item.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::{OwnAnswer, self_preference};
/// use probity::tally::Side::{Left, Right, Tie};
/// let item = |judge, reference| OwnAnswer { judge, reference };
/// let found = self_preference(&[item(Left, Left), item(Left, Right), item(Tie, Tie)], Level::default())?;
/// assert_eq!((found.by_reference.value, found.bias.value), (0.5, 1.0 / 3.0));
/// assert_eq!(found.conditional?.value, 1.0);
/// assert!(self_preference(&[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn self_preference(items: &[OwnAnswer], level: Level) -> Result<SelfPreference> {
    let mean = |metric, bounds, of: &dyn Fn(&OwnAnswer) -> f64| {
        mean_over_items(metric, "items", &items.iter().map(of).collect::<Vec<_>>(), bounds, level)
    };
    let own = |verdict: Side| verdict.points(Side::Left);
    let kept = |side| {
        let won = items.iter().filter(|item| item.reference == side);
        won.fold((0, 0), |(kept, all), item| (kept + u64::from(item.judge == side), all + 1))
    };
    let conditional = proportion_difference(kept(Side::Left), kept(Side::Right), level);
    Ok(SelfPreference {
        by_judge: mean("own win rate by the judge", (0.0, 1.0), &|item| own(item.judge))?,
        by_reference: mean("own win rate by the reference", (0.0, 1.0), &|item| own(item.reference))?,
        bias: mean("self-preference", (-1.0, 1.0), &|item| own(item.judge) - own(item.reference))?,
        conditional: conditional.map(|found| Estimate { method: "conditional self-preference", ..found }),
    })
}
