use crate::error::{Error, Result};
use crate::inference::paired::bonett_price;
use crate::inference::planning::{Goal, Law, MOST, MOST_EXACT, Plan};
use crate::inference::proportion::newcombe;
use crate::inference::{Level, McNemar, normal_quantile};
use crate::num::{Sum, check_probability};

/// How many items a group give the difference of two independent shares an interval of a wanted half-width.
///
/// ```text
/// [upper(p₁, p₂; n, n) − lower(p₁, p₂; n, n)]/2 ≤ half_width
/// ```
///
/// Newcombe's interval, as [`proportion_difference`](crate::inference::proportion_difference) gives it, at the expected
/// numbers of successes n·p₁ and n·p₂, which need not be whole.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// Plan for the items that will have a verdict.
///
/// # Source
/// Newcombe 1998, method 10.
///
/// # Errors
/// [`Error::Argument`] for shares outside 0..1, a half-width that is not above 0 or that 10⁹ items do not reach.
///
/// # Examples
/// ```
/// use probity::inference::{Level, items_for_proportion_difference};
/// let plan = items_for_proportion_difference(0.8, 0.7, 0.05, Level::default())?;
/// // 1.96²·(0.16 + 0.21)/0.05² = 568.6 by the normal formula.
/// assert!(plan.items.abs_diff(569) <= 2 && plan.half_width.unwrap() <= 0.05);
/// assert!(items_for_proportion_difference(0.8, 1.7, 0.05, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_proportion_difference(
    first: f64,
    second: f64,
    half_width: f64,
    level: Level,
) -> Result<Plan> {
    check_probability("first", first)?;
    check_probability("second", second)?;
    let z = normal_quantile(level.upper());
    let half = |n: u64| {
        let (lower, upper) = newcombe((first, n as f64), (second, n as f64), z);
        (upper - lower) / 2.0
    };
    let found = Goal::half_width(half_width)?.smallest("items", (1, MOST), half)?;
    Ok(Plan::precise("difference of two proportions", found, level))
}

/// How many items a group the test of two independent shares needs to find their difference.
///
/// ```text
/// power(n) = P(|Z| ≥ z),   Z = (s₁ − s₂)/√(2n·p̄(1 − p̄)),   p̄ = (s₁ + s₂)/2n,   sᵢ ~ Binomial(n, pᵢ)
/// ```
///
/// Exact: the probabilities of all outcomes that the test of
/// [`proportion_difference`](crate::inference::proportion_difference) rejects are added up. The power of a test of counts
/// has small teeth as n grows; the plan's n is one that reaches the power and whose predecessor does not.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// Plan for the items that will have a verdict.
///
/// # Source
/// The usual approximation [z√(2p̄q̄) + z_β√(p₁q₁ + p₂q₂)]²/(p₁ − p₂)²: Fleiss, Levin and Paik, *Statistical Methods for
/// Rates and Proportions* (2003), section 4.2.
///
/// # Errors
/// [`Error::Argument`] for shares outside 0..1, equal shares, a power outside 0..1 or that a million items do not reach.
///
/// # Complexity
/// O(√n log n) for each n tried.
///
/// # Examples
/// ```
/// use probity::inference::{Level, items_for_proportion_difference_power};
/// let plan = items_for_proportion_difference_power(0.8, 0.7, 0.8, Level::default())?;
/// // 294 by the approximation.
/// assert!(plan.items.abs_diff(294) <= 6 && plan.power.unwrap() >= 0.8);
/// assert!(items_for_proportion_difference_power(0.8, 0.8, 0.8, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_proportion_difference_power(
    first: f64,
    second: f64,
    power: f64,
    level: Level,
) -> Result<Plan> {
    check_probability("first", first)?;
    check_probability("second", second)?;
    check_different(("first", first), second)?;
    let found = Goal::power(power)?
        .smallest("items", (1, MOST_EXACT), |n| difference_power(n, first, second, level))?;
    Ok(Plan::powerful("difference of two proportions", found, level))
}

pub(super) fn check_different((name, one): (&'static str, f64), other: f64) -> Result<()> {
    if one == other { Err(Error::argument(name, "two different shares", one)) } else { Ok(()) }
}

/// The probability that the pooled normal test of `n` items a group rejects.
fn difference_power(n: u64, first: f64, second: f64, level: Level) -> f64 {
    let z = normal_quantile(level.upper());
    let (one, other) = (Law::new(n, first), Law::new(n, second));
    let cumulative = other.cumulative();
    let mut power = Sum::default();
    for (s1, probability) in one.outcomes() {
        // Z falls as the other successes grow: rejected are those before and those after a stretch.
        let statistic = |s2: u64| {
            let pooled = (s1 + s2) as f64 / (2 * n) as f64;
            let variance = 2.0 * n as f64 * pooled * (1.0 - pooled);
            if variance > 0.0 { (s1 as f64 - s2 as f64) / variance.sqrt() } else { 0.0 }
        };
        let accepted = first_where(n + 1, |s2| statistic(s2) < z);
        let again = first_where(n + 1, |s2| statistic(s2) <= -z);
        let rejected =
            other.fewer(&cumulative, accepted) + 1.0 - other.fewer(&cumulative, again.max(accepted));
        power.add(probability * rejected);
    }
    power.value().clamp(0.0, 1.0)
}

/// The first number below `end` from which on a condition holds, `end` if there is none.
fn first_where(end: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, end);
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

/// How many items give the difference of two shares of the same items an interval of a wanted half-width.
///
/// ```text
/// z·√((n(b + c) + 2)/(n + 2) − d²)/√(n + 2) ≤ half_width,   d = n(b − c)/(n + 2)
/// ```
///
/// b is the share of items on which only the first is right, c of those on which only the second is. Bonett and Price's
/// interval, as [`PairCounts::paired_difference`](crate::tally::PairCounts::paired_difference) gives it, at the expected
/// counts. Two systems that are often right and wrong together need far fewer items than two groups of items.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// Plan for the items that will have both verdicts.
///
/// # Source
/// Bonett and Price 2012.
///
/// # Errors
/// [`Error::Argument`] for shares that are negative or above 1 together, a half-width that is not above 0 or that 10⁹
/// items do not reach.
///
/// # Examples
/// ```
/// use probity::inference::{Level, items_for_paired_difference};
/// let plan = items_for_paired_difference(0.12, 0.08, 0.03, Level::default())?;
/// // 1.96²·(0.2 − 0.04²)/0.03² = 846.8 by the normal formula.
/// assert!(plan.items.abs_diff(847) <= 6 && plan.half_width.unwrap() <= 0.03);
/// assert!(items_for_paired_difference(0.7, 0.7, 0.03, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_paired_difference(
    only_first: f64,
    only_second: f64,
    half_width: f64,
    level: Level,
) -> Result<Plan> {
    check_discordant("only_first", only_first, "only_second", only_second)?;
    let z = normal_quantile(level.upper());
    let half = |items: u64| {
        let n = items as f64;
        let (lower, upper) = bonett_price(only_first * n, only_second * n, n, z);
        (upper - lower) / 2.0
    };
    let found = Goal::half_width(half_width)?.smallest("items", (1, MOST), half)?;
    Ok(Plan::precise("difference of paired proportions", found, level).by(2))
}

pub(super) fn check_discordant(name: &'static str, one: f64, second: &'static str, other: f64) -> Result<()> {
    check_probability(name, one)?;
    check_probability(second, other)?;
    // The allowance is for the rounding of shares that were meant to add up to 1.
    if one + other > 1.0 + 1e-12 {
        let found = format!("{one} and {other} of {second}");
        return Err(Error::argument(name, "two shares of at most 1 together", found));
    }
    Ok(())
}

/// How many items McNemar's test needs to find that one of two systems is right oftener.
///
/// ```text
/// power(n) = Σ over d of P(D = d)·P(the test of d discordant items rejects)
/// D ~ Binomial(n, b + c),   of them Binomial(d, b/(b + c)) for the first
/// ```
///
/// b is the share of items on which only the first is right, c of those on which only the second is. Exact for each
/// variant of [`mcnemar`](fn@crate::inference::mcnemar); the sum over D is what makes it the power before the study. It has
/// small teeth as n grows; the plan's n is one that reaches the power and whose predecessor does not.
///
/// # Undefined
/// Never. No discordant item is no rejection.
///
/// # Missing values
/// Plan for the items that will have both verdicts.
///
/// # Source
/// Duffy 1984, "Asymptotic and exact power for the McNemar test"; the normal approximation
/// [z√(b + c) + z_β√(b + c − (b − c)²)]²/(b − c)²: Connor 1987.
///
/// # Errors
/// [`Error::Argument`] for shares that are negative, equal or above 1 together, a power outside 0..1 or that a million
/// items do not reach.
///
/// # Complexity
/// O(n) for each n tried.
///
/// # Examples
/// ```
/// use probity::inference::{Level, McNemar, items_for_mcnemar};
/// let plan = items_for_mcnemar(0.15, 0.05, McNemar::Asymptotic, 0.8, Level::default())?;
/// // 155 by the approximation.
/// assert_eq!(plan.items, 145);
/// assert!(plan.power.unwrap() >= 0.8);
/// assert!(items_for_mcnemar(0.1, 0.1, McNemar::Exact, 0.8, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_mcnemar(
    only_first: f64,
    only_second: f64,
    variant: McNemar,
    power: f64,
    level: Level,
) -> Result<Plan> {
    check_discordant("only_first", only_first, "only_second", only_second)?;
    check_different(("only_first", only_first), only_second)?;
    let achieved = |n: u64| mcnemar_power(n, only_first, only_second, variant, level);
    let found = Goal::power(power)?.smallest("items", (1, MOST_EXACT), achieved)?;
    Ok(Plan::powerful("McNemar", found, level).by(2))
}

/// The probability that McNemar's test of `n` items rejects.
pub(super) fn mcnemar_power(n: u64, b: f64, c: f64, variant: McNemar, level: Level) -> f64 {
    let discordant = (b + c).min(1.0);
    let rejected = |(d, probability): (u64, f64)| {
        let Some(most) = critical(d, variant, level) else { return 0.0 };
        let law = Law::new(d, b / (b + c));
        let cumulative = law.cumulative();
        let (low, high) = (law.fewer(&cumulative, most + 1), law.fewer(&cumulative, d - most));
        probability * (low + 1.0 - high)
    };
    crate::num::sum(Law::new(n, discordant).outcomes().map(rejected)).clamp(0.0, 1.0)
}

/// The greatest number of the rarer kind among `d` discordant items with which the test rejects.
fn critical(d: u64, variant: McNemar, level: Level) -> Option<u64> {
    let alpha = 1.0 - level.get();
    let z = normal_quantile(level.upper());
    let n = d as f64;
    let by_chi = |gap: f64| {
        let most = (n - gap) / 2.0;
        (d > 0 && most >= 0.0 && gap > 0.0).then(|| most.floor() as u64)
    };
    let mid = match variant {
        McNemar::Asymptotic => return by_chi(z * n.sqrt()),
        McNemar::Corrected => return by_chi(z * n.sqrt() + 1.0),
        McNemar::Exact => false,
        McNemar::MidP => true,
    };
    let law = Law::new(d, 0.5);
    let mut below = Sum::default();
    let mut most = None;
    for (k, probability) in law.outcomes().take_while(|&(k, _)| 2 * k < d) {
        below.add(probability);
        if 2.0 * below.value() - if mid { probability } else { 0.0 } > alpha {
            break;
        }
        most = Some(k);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::{Level, proportion_difference};
    use crate::ratings::Labels;
    use crate::tally::PairCounts;

    /// The plain sum over all tables of the tests that users will call.
    #[test]
    fn powers_are_those_of_the_tests() {
        let level = Level::default();
        let choose = |n: u64, k: u64| (1..=k).map(|i| (n - k + i) as f64 / i as f64).product::<f64>();
        let pmf = |n: u64, p: f64, k: u64| choose(n, k) * p.powi(k as i32) * (1.0 - p).powi((n - k) as i32);
        for (n, p1, p2) in [(12, 0.3, 0.8), (17, 0.5, 0.1), (9, 1.0, 0.4)] {
            let mut power = 0.0;
            for (s1, s2) in (0..=n).flat_map(|s1| (0..=n).map(move |s2| (s1, s2))) {
                let p_value = proportion_difference((s1, n), (s2, n), level).unwrap().p_value;
                if p_value.is_some_and(|p| p <= 0.05) {
                    power += pmf(n, p1, s1) * pmf(n, p2, s2);
                }
            }
            assert!((difference_power(n, p1, p2, level) - power).abs() < 1e-12, "{n}, {p1}, {p2}: {power}");
        }
        for variant in [McNemar::Asymptotic, McNemar::Corrected, McNemar::Exact, McNemar::MidP] {
            for (n, b, c) in [(14, 0.5, 0.1), (25, 0.05, 0.3), (20, 0.9, 0.1)] {
                let mut power = 0.0;
                for (x, y) in (0..=n).flat_map(|x| (0..=n - x).map(move |y| (x, y))) {
                    let table = PairCounts::from_counts(Labels::codes(2), vec![n - x - y, y, x, 0]).unwrap();
                    if table.mcnemar(variant).is_ok_and(|test| test.p_value <= 0.05) {
                        let pair = pmf(n, b + c, x + y) * pmf(x + y, b / (b + c), x);
                        power += pair;
                    }
                }
                let found = mcnemar_power(n, b, c, variant, level);
                assert!((found - power).abs() < 1e-9, "{variant:?} {n}, {b}, {c}: {found}, {power}");
            }
        }
    }

    /// Fleiss, Levin and Paik's and Connor's approximations, and that one item fewer is too few.
    #[test]
    fn near_the_usual_approximations() {
        let level = Level::default();
        let (z, zb) = (1.959_964, 0.841_621);
        for (p1, p2) in [(0.6f64, 0.5f64), (0.9, 0.8), (0.25, 0.4)] {
            let plan = items_for_proportion_difference_power(p1, p2, 0.8, level).unwrap();
            let mean = f64::midpoint(p1, p2);
            let root =
                z * (2.0 * mean * (1.0 - mean)).sqrt() + zb * (p1 * (1.0 - p1) + p2 * (1.0 - p2)).sqrt();
            let usual = (root / (p1 - p2)).powi(2);
            assert!((plan.items as f64 / usual - 1.0).abs() < 0.03, "{plan} against {usual}");
            assert!(difference_power(plan.items, p1, p2, level) >= 0.8);
            assert!(difference_power(plan.items - 1, p1, p2, level) < 0.8);
        }
        for (b, c) in [(0.2f64, 0.1f64), (0.05, 0.12)] {
            let plan = items_for_mcnemar(b, c, McNemar::MidP, 0.9, level).unwrap();
            let (sum, gap) = (b + c, b - c);
            let usual = ((z * sum.sqrt() + 1.281_552 * (sum - gap * gap).sqrt()) / gap).powi(2);
            assert!((plan.items as f64 / usual - 1.0).abs() < 0.04, "{plan} against {usual}");
            assert!(mcnemar_power(plan.items - 1, b, c, McNemar::MidP, level) < 0.9);
        }
    }
}
