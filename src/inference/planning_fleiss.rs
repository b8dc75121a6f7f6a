use crate::error::Result;
use crate::inference::planning::{
    Goal, MOST, MOST_RATERS, Plan, check_items, check_raters, check_shares, deviation_of, mean_half_width,
};
use crate::inference::{Level, t_quantile};
use crate::num::sum;

/// The variance over items of the influence on Fleiss' kappa, for `raters` who know the item's category with
/// probability √κ and else draw from the shares.
fn fleiss_variance(shares: &[f64], kappa: f64, raters: u64) -> f64 {
    let m = raters as f64;
    let knows = kappa.sqrt();
    let expected = sum(shares.iter().map(|p| p * p));
    let lost = 1.0 - expected;
    // Influence of an item: α·Σ n(n − 1) − Σ β·n and a constant; its moments given the item's category are those of a
    // multinomial draw, which factorial moments give.
    let alpha = 1.0 / (m * (m - 1.0) * lost);
    let beta: Vec<f64> = shares.iter().map(|p| 2.0 * p * (1.0 - kappa) / (m * lost)).collect();
    let falling = [1.0, m, m * (m - 1.0), m * (m - 1.0) * (m - 2.0), m * (m - 1.0) * (m - 2.0) * (m - 3.0)];
    let (mut mean, mut square) = (0.0, 0.0);
    for (t, &probability) in shares.iter().enumerate() {
        let law: Vec<f64> = shares
            .iter()
            .enumerate()
            .map(|(k, p)| (1.0 - knows) * p + if k == t { knows } else { 0.0 })
            .collect();
        let power = |e: i32| sum(law.iter().map(|q| q.powi(e)));
        let (q2, q3) = (power(2), power(3));
        let weighted = |e: i32| sum(law.iter().zip(&beta).map(|(q, b)| b * q.powi(e)));
        let (b1, b2) = (weighted(1), weighted(2));
        let bb = sum(law.iter().zip(&beta).map(|(q, b)| b * b * q));
        // E[(Σ n(n − 1))²], E[Σ n(n − 1)·Σ βn] and E[(Σ βn)²].
        let pairs = falling[4] * q2 * q2 + 4.0 * falling[3] * q3 + 2.0 * falling[2] * q2;
        let mixed = falling[3] * q2 * b1 + 2.0 * falling[2] * b2;
        let singles = falling[2] * b1 * b1 + falling[1] * bb;
        mean += probability * (alpha * falling[2] * q2 - falling[1] * b1);
        square += probability * (alpha * alpha * pairs - 2.0 * alpha * mixed + singles);
    }
    (square - mean * mean).max(0.0)
}

/// Its square root; undefined where nothing varies, as at a kappa of 1.
fn fleiss_deviation(shares: &[f64], kappa: f64, raters: u64) -> Result<f64> {
    deviation_of(fleiss_variance(shares, kappa, raters), "a plan for Fleiss' kappa", "kappa of such raters")
}

fn check_fleiss(shares: &[f64], kappa: f64) -> Result<()> {
    check_shares("shares", shares)?;
    crate::num::check_probability("kappa", kappa)
}

/// How many items give Fleiss' kappa, or Krippendorff's nominal alpha, an interval of a wanted half-width.
///
/// ```text
/// t·σ/√n ≤ half_width,   σ²: variance over items of their influence on kappa; t-quantile of n − 1
/// supposed: a rater knows the item's category with probability √κ, else draws one from the shares
/// ```
///
/// `shares` are the shares of the categories, `raters` those who judge an item. Under the supposition two raters agree
/// with the kappa asked for, raters err independently of each other, and all items are equally hard. Alpha and kappa differ
/// by (1 − κ)/(n·raters), so one plan serves both. For weights, ordinal or interval alpha, or items of which some are much
/// harder than others, take a pilot: [`items_from_pilot`](crate::inference::items_from_pilot).
///
/// # Undefined
/// If there is only one category, and for a kappa of 1, at which nothing varies.
///
/// # Missing values
/// Plan for complete items.
///
/// # Source
/// Variance: the linearisation behind [`fleiss_kappa`](crate::agreement::fleiss_kappa) (Gwet 2014, chapter 5), its
/// expectation by factorial moments of the multinomial law. The supposition is that of latent classes with guessing (Klauer
/// and Batchelder 1996); the choice of it is ours.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) for shares that do not add up to 1, a kappa outside 0..1, raters outside
/// 2..=10,000, a half-width that is not above 0 or that 10⁹ items do not reach.
///
/// # Examples
/// ```
/// use probity::inference::{Level, items_for_fleiss_kappa};
/// let shares = [0.5, 0.3, 0.2];
/// let plan = |raters| items_for_fleiss_kappa(&shares, raters, 0.6, 0.05, Level::default());
/// // A third rater saves many items, a tenth few.
/// let items = [plan(2)?.items, plan(3)?.items, plan(9)?.items, plan(10)?.items];
/// assert!(items[0] > items[1] && items[1] > items[2] && items[2] - items[3] < 20, "{items:?}");
/// assert!(items_for_fleiss_kappa(&[1.0], 3, 0.6, 0.05, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_fleiss_kappa(
    shares: &[f64],
    raters: u64,
    kappa: f64,
    half_width: f64,
    level: Level,
) -> Result<Plan> {
    check_fleiss(shares, kappa)?;
    check_raters(raters)?;
    let deviation = fleiss_deviation(shares, kappa, raters)?;
    let half = |n| mean_half_width(deviation, n, true, level);
    let found = Goal::half_width(half_width)?.smallest("items", (2, MOST), half)?;
    Ok(Plan::precise("Fleiss' kappa", found, level).by(raters))
}

/// How many raters an item give Fleiss' kappa, or Krippendorff's nominal alpha, of so many items an interval of a wanted
/// half-width.
///
/// As [`items_for_fleiss_kappa`], with the items given. More raters make up for few items only as far as the items are
/// equally hard, which is supposed there.
///
/// # Undefined
/// If there is only one category, and for a kappa of 1, at which nothing varies.
///
/// # Errors
/// As [`items_for_fleiss_kappa`]; [`Error::Argument`](crate::Error::Argument) for fewer than two items, and where 10,000
/// raters are not enough.
///
/// # Examples
/// ```
/// use probity::inference::{Level, raters_for_fleiss_kappa};
/// let plan = raters_for_fleiss_kappa(&[0.5, 0.5], 200, 0.5, 0.08, Level::default())?;
/// assert_eq!((plan.items, plan.raters), (200, 4));
/// let error = raters_for_fleiss_kappa(&[0.5, 0.5], 20, 0.5, 0.001, Level::default()).unwrap_err();
/// assert!(error.to_string().contains("10000 raters do not reach"), "{error}");
/// # Ok::<(), probity::Error>(())
/// ```
pub fn raters_for_fleiss_kappa(
    shares: &[f64],
    items: u64,
    kappa: f64,
    half_width: f64,
    level: Level,
) -> Result<Plan> {
    check_fleiss(shares, kappa)?;
    check_items(items)?;
    fleiss_deviation(shares, kappa, 2)?;
    let q = t_quantile(level.upper(), items as f64 - 1.0) / (items as f64).sqrt();
    let half = |raters| q * fleiss_variance(shares, kappa, raters).sqrt();
    let (raters, half) = Goal::half_width(half_width)?.smallest("raters", (2, MOST_RATERS), half)?;
    Ok(Plan::precise("Fleiss' kappa", (items, half), level).by(raters))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the influences of all 2·2⁵ and 3·3³ outcomes of the raters, added up one by one outside the crate.
    #[test]
    fn deviations_by_enumeration() {
        for (shares, kappa, raters, expected) in [
            (vec![0.5, 0.5], 0.6, 5, 0.456_070_170_039_655),
            (vec![0.5, 0.3, 0.2], 0.7, 3, 0.491_883_403_432_121),
        ] {
            assert!((fleiss_deviation(&shares, kappa, raters).unwrap() - expected).abs() < 1e-12);
        }
        // Perfect agreement leaves nothing to vary, and so nothing to plan for.
        assert!(fleiss_variance(&[0.5, 0.5], 1.0, 3) < 1e-14);
        let level = Level::default();
        for shares in [vec![0.5, 0.5], vec![0.1; 10], vec![0.9, 0.07, 0.03]] {
            assert!(items_for_fleiss_kappa(&shares, 7, 1.0, 0.1, level).unwrap_err().is_undefined());
            assert!(raters_for_fleiss_kappa(&shares, 50, 1.0, 0.1, level).unwrap_err().is_undefined());
        }
    }

    #[test]
    fn one_fewer_is_too_few() {
        let (level, shares) = (Level::default(), [0.7, 0.2, 0.1]);
        let plan = items_for_fleiss_kappa(&shares, 4, 0.5, 0.06, level).unwrap();
        let half = |items| mean_half_width(fleiss_deviation(&shares, 0.5, 4).unwrap(), items, true, level);
        assert!(half(plan.items) <= 0.06 && half(plan.items - 1) > 0.06);
        let plan = raters_for_fleiss_kappa(&shares, plan.items, 0.5, 0.055, level).unwrap();
        let half = |raters| {
            mean_half_width(fleiss_deviation(&shares, 0.5, raters).unwrap(), plan.items, true, level)
        };
        assert!(plan.raters > 4 && half(plan.raters) <= 0.055 && half(plan.raters - 1) > 0.055);
        for (shares, raters, kappa) in
            [(vec![0.5, 0.6], 3, 0.5), (vec![0.5, 0.5], 1, 0.5), (vec![0.5, 0.5], 3, 1.5)]
        {
            assert!(items_for_fleiss_kappa(&shares, raters, kappa, 0.1, level).is_err());
        }
    }
}
