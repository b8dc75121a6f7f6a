use crate::error::{Error, Result, Undefined};
use crate::inference::planning::{
    Goal, MOST, Plan, SHARES, check_inside, check_shares, deviation_of, mean_half_width, normal_power,
};
use crate::inference::{Level, normal_quantile};
use crate::num::sum;

/// What is supposed of two raters: the shares of the categories and how they agree.
#[derive(Debug)]
struct Pair {
    /// Probability of each pair of categories, row by row.
    cells: Vec<f64>,
    first: Vec<f64>,
    second: Vec<f64>,
    expected: f64,
}

impl Pair {
    /// The table of two margins and a kappa: that of independence and that of the greatest agreement, mixed.
    fn new(first: &[f64], second: &[f64], kappa: f64) -> Result<Self> {
        check_shares("first", first)?;
        check_shares("second", second)?;
        crate::num::check_same_length("second", first.len(), second.len())?;
        crate::num::check_finite("kappa", &[kappa])?;
        let pairs = || first.iter().zip(second);
        let expected = sum(pairs().map(|(r, c)| r * c));
        let shared = sum(pairs().map(|(r, c)| r.min(*c)));
        // What one rater uses oftener than the other has nowhere to agree.
        let excess = 1.0 - shared;
        let greatest = (shared - expected) / (1.0 - expected);
        let part = crate::num::ratio("a plan for kappa", kappa, greatest, Undefined::ChanceIsCertain)?;
        let mut cells = Vec::with_capacity(first.len() * second.len());
        for (i, &r) in first.iter().enumerate() {
            for (j, &c) in second.iter().enumerate() {
                let same = if i == j { r.min(c) } else { 0.0 };
                let apart = (r - second[i]).max(0.0) * (c - first[j]).max(0.0);
                let agreeing = same + if excess > SHARES { apart / excess } else { 0.0 };
                cells.push((1.0 - part) * r * c + part * agreeing);
            }
        }
        if part > 1.0 + SHARES || cells.iter().any(|&p| p < -SHARES) {
            let expected = "a kappa that these shares of the categories allow";
            return Err(Error::argument("kappa", expected, format!("{kappa} (at most {greatest})")));
        }
        Ok(Self { cells, first: first.to_vec(), second: second.to_vec(), expected })
    }

    /// The share of items on which the two disagree.
    fn lost(&self) -> f64 {
        (1.0 - sum(self.cells.iter().step_by(self.first.len() + 1).copied())).max(0.0)
    }

    /// n times the variance of kappa: Fleiss, Cohen and Everitt's equation 13, in losses.
    fn variance(&self) -> f64 {
        let k = self.first.len();
        let cell = |i: usize, j: usize| self.cells[i * k + j].max(0.0);
        let expected = 1.0 - self.expected;
        let lost = self.lost();
        let term = |i: usize, j: usize| {
            let loss = if i == j { 0.0 } else { 1.0 };
            (2.0 - self.second[i] - self.first[j]) * lost - loss * expected - lost * expected
        };
        let all = (0..k).flat_map(|i| (0..k).map(move |j| (i, j)));
        sum(all.map(|(i, j)| cell(i, j) * term(i, j).powi(2))) / expected.powi(4)
    }
}

/// How many items give Cohen's kappa of two raters an interval of a wanted half-width.
///
/// ```text
/// z·√(V/n) ≤ half_width,   V: n times the large-sample variance of kappa at the supposed table
/// P = (1 − λ)·r cᵀ + λ·M,   λ = κ/κ_max,   M: the greatest agreement that the margins r, c allow
/// ```
///
/// `first` and `second` are the shares of the categories that the two raters are expected to use. With two categories,
/// or equal margins and disagreements in proportion to the margins (P_jk = (1 − κ)r_j r_k), the table is the only one;
/// with more it is a choice.
///
/// The variance is that of large samples: count the disagreements to expect, n·(1 − agreement). Of 20,000 simulated studies
/// with 30 of them the interval holds kappa in 95 %, with 8 in 92 %, with 4 in 88 %, and with one in 62 %, the others having
/// no disagreement and so an interval without length. Where a plan expects fewer than 8, take [`items_for_binary_kappa`] or
/// more items.
///
/// # Undefined
/// If a rater uses one category only, and for a kappa that leaves nothing to vary (1, or −1 with even shares).
///
/// # Missing values
/// Plan for the items that both will rate.
///
/// # Source
/// Fleiss, Cohen and Everitt 1969 (variance); Cantor 1996 (binary table of margins and kappa). Flack, Afifi, Lachenbruch
/// and Schouten 1988 take, for three and more categories, the table with the greatest variance instead; `irr`'s
/// `N2.cohen.kappa` does so and asks for more items.
///
/// # Errors
/// [`Error::Argument`] for shares that do not add up to 1, a kappa that they do not allow, a half-width that is not above 0
/// or that 10⁹ items do not reach; [`Error::Length`] for other numbers of categories.
///
/// # Examples
/// ```
/// use probity::inference::{Level, items_for_kappa};
/// let half = [0.5, 0.5];
/// let plan = items_for_kappa(&half, &half, 0.7, 0.1, Level::default())?;
/// // With even shares V = 1 − κ²: 1.96²·0.51/0.01 = 195.9.
/// assert_eq!((plan.items, plan.raters), (196, 2));
/// // A rare category makes the same kappa much harder to pin down.
/// let rare = [0.95, 0.05];
/// assert!(items_for_kappa(&rare, &rare, 0.7, 0.1, Level::default())?.items > 3 * plan.items);
/// assert!(items_for_kappa(&half, &rare, 0.9, 0.1, Level::default()).is_err());
/// assert!(items_for_kappa(&half, &half, 1.0, 0.1, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_kappa(
    first: &[f64],
    second: &[f64],
    kappa: f64,
    half_width: f64,
    level: Level,
) -> Result<Plan> {
    let variance = Pair::new(first, second, kappa)?.variance();
    let deviation = deviation_of(variance, "a plan for kappa", "kappa of such raters")?;
    let half = |n| mean_half_width(deviation, n, false, level);
    let found = Goal::half_width(half_width)?.smallest("items", (2, MOST), half)?;
    Ok(Plan::precise("Cohen's kappa", found, level).by(2))
}

/// How many items a two-sided test needs to tell Cohen's kappa from another value.
///
/// ```text
/// power(n) = Φ((√n·|κ − κ₀| − z√V₀)/√V) and the other tail
/// V₀, V: n times the variance of kappa at the tables of κ₀ and κ, as in items_for_kappa
/// ```
///
/// Where the null allows no disagreement (κ₀ = 1), one refutes it: the power is 1 − aⁿ, a the agreement at κ.
///
/// # Undefined
/// If a rater uses one category only.
///
/// # Missing values
/// Plan for the items that both will rate.
///
/// # Source
/// Cantor 1996, "Sample-size calculation for Cohen's kappa"; `irr`'s `N.cohen.kappa`, which is one-sided unless told
/// otherwise: a two-sided level of 0.90 here is its α = 0.05.
///
/// # Errors
/// As [`items_for_kappa`]; [`Error::Argument`] for equal kappas and a power outside 0..1 or that 10⁹ items do not reach.
///
/// # Examples
/// ```
/// use probity::inference::{Level, items_for_kappa_power};
/// // irr's example: N.cohen.kappa(0.5, 0.5, 0.7, 0.85) is 96.
/// let half = [0.5, 0.5];
/// let plan = items_for_kappa_power(&half, &half, 0.85, 0.7, 0.8, Level::new(0.9)?)?;
/// assert_eq!(plan.items, 96);
/// assert!(items_for_kappa_power(&half, &half, 0.7, 0.7, 0.8, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_kappa_power(
    first: &[f64],
    second: &[f64],
    null: f64,
    kappa: f64,
    power: f64,
    level: Level,
) -> Result<Plan> {
    check_apart(null, kappa)?;
    let (supposed, found) = (Pair::new(first, second, null)?, Pair::new(first, second, kappa)?);
    let (under_null, deviation) = (supposed.variance().sqrt(), found.variance().sqrt());
    let shift = (kappa - null).abs();
    let achieved = |n: u64| {
        if supposed.lost() <= SHARES {
            -(n as f64 * (-found.lost()).ln_1p()).exp_m1()
        } else if under_null > 0.0 && deviation > 0.0 {
            normal_power(shift * (n as f64).sqrt() / under_null, deviation / under_null, level)
        } else {
            let z = normal_quantile(level.upper()) * under_null;
            f64::from(shift * (n as f64).sqrt() > z)
        }
    };
    let found = Goal::power(power)?.smallest("items", (2, MOST), achieved)?;
    Ok(Plan::powerful("Cohen's kappa", found, level).by(2))
}

fn check_apart(null: f64, value: f64) -> Result<()> {
    if null == value {
        return Err(Error::argument("null", "a value other than that to be found", null));
    }
    Ok(())
}

/// How two raters of two categories fall together when they use them equally often: probabilities of yes-yes, of a
/// disagreement, of no-no.
fn binary(share: f64, kappa: f64) -> [f64; 3] {
    let both = share * (1.0 - share);
    [share * share + kappa * both, 2.0 * (1.0 - kappa) * both, (1.0 - share) * (1.0 - share) + kappa * both]
}

/// The smallest kappa that a share of yes allows.
fn check_binary(share: f64, name: &'static str, kappa: f64) -> Result<f64> {
    check_inside("share", share)?;
    let odds = share / (1.0 - share);
    let least = -odds.min(1.0 / odds);
    if kappa > least && kappa < 1.0 {
        return Ok(least);
    }
    Err(Error::argument(name, "a kappa below 1 that the share allows", format!("{kappa} (above {least})")))
}

/// The goodness-of-fit statistic of one item: a table of `kappa` against the one of `null`.
fn misfit(share: f64, null: f64, kappa: f64) -> f64 {
    let pairs = binary(share, kappa).into_iter().zip(binary(share, null));
    sum(pairs.map(|(found, expected)| (found - expected).powi(2) / expected))
}

/// How many items a goodness-of-fit test needs to tell a binary kappa from another value.
///
/// ```text
/// X² = n·Σ (P(κ) − P(κ₀))²/P(κ₀),   power = P(χ²₁ with non-centrality X² exceeds its level)
/// P(κ) = [π² + κπ(1 − π), 2(1 − κ)π(1 − π), (1 − π)² + κπ(1 − π)]
/// ```
///
/// For two raters who say yes equally often, in a share π of the items. It keeps its level in smaller samples than the
/// normal test of [`items_for_kappa_power`].
///
/// # Undefined
/// Never.
///
/// # Missing values
/// Plan for the items that both will rate.
///
/// # Source
/// Donner and Eliasziw 1992, "A goodness-of-fit approach to inference procedures for the kappa statistic".
///
/// # Errors
/// [`Error::Argument`] for a share that is not between 0 and 1, a kappa that it does not allow, equal kappas, a power
/// outside 0..1 or that 10⁹ items do not reach.
///
/// # Examples
/// ```
/// use probity::inference::{Level, items_for_binary_kappa_power};
/// // kappaSize's PowerBinary: 73.26 and 107 for κ₀ = 0.4 and κ = 0.7.
/// let plan = |share| items_for_binary_kappa_power(share, 0.4, 0.7, 0.8, Level::default());
/// assert_eq!((plan(0.5)?.items, plan(0.2)?.items), (74, 107));
/// assert!(items_for_binary_kappa_power(0.2, 0.4, 1.0, 0.8, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_binary_kappa_power(
    share: f64,
    null: f64,
    kappa: f64,
    power: f64,
    level: Level,
) -> Result<Plan> {
    check_binary(share, "null", null)?;
    check_binary(share, "kappa", kappa)?;
    check_apart(null, kappa)?;
    let one = misfit(share, null, kappa);
    let achieved = |n: u64| normal_power((n as f64 * one).sqrt(), 1.0, level);
    let found = Goal::power(power)?.smallest("items", (1, MOST), achieved)?;
    Ok(Plan::powerful("binary kappa, goodness of fit", found, level).by(2))
}

/// How many items give a binary kappa a goodness-of-fit interval of a wanted half-width.
///
/// ```text
/// interval: all κ' with n·Σ (P(κ) − P(κ'))²/P(κ') ≤ χ²₁,   P as in items_for_binary_kappa_power
/// ```
///
/// # Undefined
/// Never.
///
/// # Missing values
/// Plan for the items that both will rate.
///
/// # Source
/// Donner and Eliasziw 1992, section 3.
///
/// # Errors
/// As [`items_for_binary_kappa_power`], for a half-width that is not above 0 or that 10⁹ items do not reach.
///
/// # Examples
/// ```
/// use probity::inference::{Level, items_for_binary_kappa, items_for_kappa};
/// let plan = items_for_binary_kappa(0.3, 0.6, 0.1, Level::default())?;
/// let normal = items_for_kappa(&[0.3, 0.7], &[0.3, 0.7], 0.6, 0.1, Level::default())?;
/// assert!(plan.items.abs_diff(normal.items) < 15, "{plan}, {normal}");
/// assert!(items_for_binary_kappa(0.0, 0.6, 0.1, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_binary_kappa(share: f64, kappa: f64, half_width: f64, level: Level) -> Result<Plan> {
    let least = check_binary(share, "kappa", kappa)?;
    let limit = normal_quantile(level.upper()).powi(2);
    let half = |n: u64| {
        let end = |outer: f64| {
            let (mut inside, mut outside) = (kappa, outer);
            while (outside - inside).abs() > 1e-13 {
                let middle = f64::midpoint(inside, outside);
                if n as f64 * misfit(share, middle, kappa) > limit {
                    outside = middle;
                } else {
                    inside = middle;
                }
            }
            f64::midpoint(inside, outside)
        };
        (end(1.0) - end(least)) / 2.0
    };
    let found = Goal::half_width(half_width)?.smallest("items", (2, MOST), half)?;
    Ok(Plan::precise("binary kappa, goodness of fit", found, level).by(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The variance is the one that kappa of a table of such counts has.
    #[test]
    fn variances_are_those_of_the_figure() {
        use crate::agreement::Options;
        use crate::ratings::Labels;
        use crate::tally::PairCounts;
        for (first, second, kappa) in [
            (vec![0.5, 0.5], vec![0.5, 0.5], 0.6),
            (vec![0.7, 0.2, 0.1], vec![0.6, 0.2, 0.2], 0.4),
            (vec![0.4, 0.6], vec![0.25, 0.75], 0.3),
            (vec![0.3, 0.3, 0.4], vec![0.3, 0.3, 0.4], -0.1),
        ] {
            let pair = Pair::new(&first, &second, kappa).unwrap();
            let (n, k) = (1e12, first.len());
            let counts: Vec<u64> = pair.cells.iter().map(|p| (p * n).round() as u64).collect();
            let table = PairCounts::from_counts(Labels::codes(k), counts).unwrap();
            let found = table.cohen_kappa(&Options::new()).unwrap();
            let error = found.standard_error.unwrap();
            assert!((found.value - kappa).abs() < 1e-9, "{found}");
            assert!((error * error * n / pair.variance() - 1.0).abs() < 1e-6, "{found}");
        }
    }

    /// irr's N.cohen.kappa: 64 for 0.7 against 0.4, two-sided, 80 %; and that one item fewer is too few.
    #[test]
    fn cantor() {
        let (half, level) = ([0.5, 0.5], Level::default());
        assert_eq!(items_for_kappa_power(&half, &half, 0.4, 0.7, 0.8, level).unwrap().items, 64);
        let plan = items_for_binary_kappa_power(0.2, 0.4, 0.7, 0.8, level).unwrap();
        let power = |n: f64| normal_power((n * misfit(0.2, 0.4, 0.7)).sqrt(), 1.0, level);
        assert!(power(plan.items as f64) >= 0.8 && power(plan.items as f64 - 1.0) < 0.8);
        // (z + z_β)² over the misfit is kappaSize's 73.26.
        assert!((7.848_879_7 / misfit(0.5, 0.4, 0.7) - 73.26).abs() < 5e-3);
    }

    /// Perfect agreement is refuted by one disagreement, which n items have with probability 1 − aⁿ: 1 − 0.95³² = 0.806.
    #[test]
    fn a_null_of_perfect_agreement() {
        let level = Level::default();
        for (shares, items) in [(vec![0.5, 0.5], 32), (vec![0.2; 5], 20), (vec![0.7, 0.3], 38)] {
            let plan = items_for_kappa_power(&shares, &shares, 1.0, 0.9, 0.8, level).unwrap();
            let agree = 0.9 + 0.1 * shares.iter().map(|p| p * p).sum::<f64>();
            assert_eq!(plan.items, items, "{shares:?}");
            assert!((plan.power.unwrap() - (1.0 - agree.powi(items as i32))).abs() < 1e-12, "{plan}");
        }
        for kappa in [1.0, -1.0] {
            let half = [0.5, 0.5];
            assert!(items_for_kappa(&half, &half, kappa, 0.1, level).unwrap_err().is_undefined());
        }
    }

    #[test]
    fn impossible_kappas_are_named() {
        let level = Level::default();
        let error = items_for_kappa(&[0.9, 0.1], &[0.5, 0.5], 0.5, 0.1, level).unwrap_err().to_string();
        assert!(error.contains("0.5 (at most 0.19999"), "{error}");
        assert!(items_for_kappa(&[0.9, 0.1], &[0.9, 0.1], -0.5, 0.1, level).is_err());
        assert!(items_for_kappa(&[1.0, 0.0], &[0.5, 0.5], 0.5, 0.1, level).unwrap_err().is_undefined());
        assert!(items_for_kappa(&[0.5, 0.5], &[0.5, 0.3, 0.2], 0.5, 0.1, level).is_err());
        assert!(items_for_binary_kappa(0.2, -0.3, 0.1, level).is_err());
    }
}
