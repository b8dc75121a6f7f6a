use crate::error::Result;
use crate::inference::planning::{Goal, MOST, MOST_EXACT, Plan, deviation_of, mean_half_width};
use crate::inference::planning_difference::{check_different, check_discordant, mcnemar_power};
use crate::inference::{Level, McNemar};

/// How many comparisons give a win rate an interval of a wanted half-width, ties counting half.
///
/// ```text
/// t·√((w + t/4 − (w + t/2)²)/n) ≤ half_width       w: share of wins, t: of ties; t-quantile of n − 1
/// ```
///
/// The interval of [`win_rate`](crate::preference::win_rate). Ties make it shorter: half a point is nearer to the middle
/// than a win or a loss.
///
/// # Undefined
/// If all comparisons come out the same (wins, ties or losses alone): nothing varies.
///
/// # Missing values
/// Plan for the comparisons that will have a verdict.
///
/// # Source
/// Student's interval of a mean.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) for shares that are negative or above 1 together, a half-width that is not
/// above 0 or that 10⁹ comparisons do not reach.
///
/// # Examples
/// ```
/// use probity::inference::{Level, items_for_win_rate};
/// let without = items_for_win_rate(0.5, 0.0, 0.05, Level::default())?;
/// let with = items_for_win_rate(0.35, 0.3, 0.05, Level::default())?;
/// assert_eq!((without.items, with.items), (387, 272));
/// assert!(items_for_win_rate(0.8, 0.3, 0.05, Level::default()).is_err());
/// assert!(items_for_win_rate(0.0, 1.0, 0.05, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_win_rate(wins: f64, ties: f64, half_width: f64, level: Level) -> Result<Plan> {
    check_discordant("wins", wins, "ties", ties)?;
    let mean = wins + ties / 2.0;
    let variance = wins + ties / 4.0 - mean * mean;
    let deviation = deviation_of(variance, "a plan for a win rate", "the outcome of a comparison")?;
    let half = |n| mean_half_width(deviation, n, true, level);
    let found = Goal::half_width(half_width)?.smallest("comparisons", (2, MOST), half)?;
    Ok(Plan::precise("win rate", found, level))
}

/// How many comparisons a sign test needs to find that a win rate is not one half.
///
/// ```text
/// as items_for_mcnemar with b = wins, c = 1 − wins − ties
/// ```
///
/// Wins and losses are the discordant items of [`mcnemar`](fn@crate::inference::mcnemar); ties say nothing about who is
/// better, but cost comparisons.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// Plan for the comparisons that will have a verdict.
///
/// # Source
/// Dixon and Mood 1946 (the sign test leaves ties out); [`items_for_mcnemar`](crate::inference::items_for_mcnemar) for the
/// power.
///
/// # Errors
/// As [`items_for_mcnemar`](crate::inference::items_for_mcnemar).
///
/// # Examples
/// ```
/// use probity::inference::{Level, McNemar, items_for_win_rate_power};
/// let plan = |ties: f64| {
///     items_for_win_rate_power(0.6 * (1.0 - ties), ties, McNemar::MidP, 0.8, Level::default())
/// };
/// // Half of the comparisons tied: about twice as many.
/// let (without, with) = (plan(0.0)?.items, plan(0.5)?.items);
/// assert!(without.abs_diff(194) <= 6 && with.abs_diff(2 * without) <= 12, "{without}, {with}");
/// assert!(plan(1.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_win_rate_power(
    wins: f64,
    ties: f64,
    variant: McNemar,
    power: f64,
    level: Level,
) -> Result<Plan> {
    check_discordant("wins", wins, "ties", ties)?;
    let losses = (1.0 - wins - ties).max(0.0);
    check_different(("wins", wins), losses)?;
    let achieved = |n: u64| mcnemar_power(n, wins, losses, variant, level);
    let found = Goal::power(power)?.smallest("comparisons", (1, MOST_EXACT), achieved)?;
    Ok(Plan::powerful("win rate against one half", found, level))
}
