use crate::calibration::auroc;
use crate::calibration::ranking::check_scores;
use crate::error::Result;
use crate::inference::{Estimate, Interval, Level, normal_p_value};
use crate::num;

/// Two areas under the ROC curve of the same items, and how far they are apart.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AurocComparison {
    /// Of the first scores.
    pub first: Estimate,
    /// Of the second scores.
    pub second: Estimate,
    /// First minus second, with the p-value of no difference.
    pub difference: Estimate,
}

/// Compares the areas under the ROC curve of two scores of the same items.
///
/// ```text
/// δ = A₁ − A₂
/// SE² = var(V₁ − V₂)/n₊ + var(W₁ − W₂)/n₋     V, W of each item as in `Ranking::auroc`
/// interval: δ ± z·SE                           p-value: δ/SE, two-sided normal
/// ```
///
/// # Undefined
/// Without positives or without negatives. The difference has no standard error, interval and p-value with fewer than two
/// of either class, or if both scores order every pair alike.
///
/// # Missing values
/// NaN is an error: leave out items that lack either score.
///
/// # Source
/// DeLong, DeLong and Clarke-Pearson 1988, "Comparing the areas under two or more correlated receiver operating
/// characteristic curves"; Sun and Xu 2014 (from ranks, without the table of all pairs).
///
/// # Errors
/// [`Error::Length`](crate::Error::Length) if lengths differ; [`Error::NotFinite`](crate::Error::NotFinite) for NaN; [`Error::Undefined`](crate::Error::Undefined) as said.
///
/// # Complexity
/// Two sorts of the items.
///
/// # Examples
/// ```
/// use probity::calibration::delong_test;
/// use probity::inference::Level;
/// let right = [true, true, true, false, false, false];
/// let first = [0.9, 0.8, 0.4, 0.5, 0.3, 0.2];
/// let second = [0.5, 0.2, 0.6, 0.4, 0.3, 0.7];
/// let both = delong_test(&first, &second, &right, Level::default())?;
/// assert!((both.difference.value - 4.0 / 9.0).abs() < 1e-15);
/// assert!(both.difference.p_value.unwrap() > 0.05);
/// let same = delong_test(&first, &first, &right, Level::default())?;
/// assert_eq!((same.difference.value, same.difference.p_value), (0.0, None));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn delong_test(
    first: &[f64],
    second: &[f64],
    positive: &[bool],
    level: Level,
) -> Result<AurocComparison> {
    num::check_same_length("the second scores", first.len(), second.len())?;
    let (first_area, second_area) = (auroc(first, positive, level)?, auroc(second, positive, level)?);
    let value = first_area.value - second_area.value;
    let items = positive.len() as u64;
    let mut difference = Estimate::new("difference of two AUROCs", value).counted(items, 2, 2 * items);
    let gaps: Vec<f64> = standings(first, positive)?
        .into_iter()
        .zip(standings(second, positive)?)
        .map(|(one, other)| one - other)
        .collect();
    if let Some(variance) = variance_of_class(&gaps, positive, true)
        .zip(variance_of_class(&gaps, positive, false))
        .map(|(of_positives, of_negatives)| of_positives + of_negatives)
        .filter(|&variance| variance > 0.0)
    {
        let se = variance.sqrt();
        difference = difference
            .with_standard_error(se)
            .with_interval(Interval::normal(value, se, level).clamped(-1.0, 1.0))
            .with_p_value(normal_p_value(value / se));
    }
    Ok(AurocComparison { first: first_area, second: second_area, difference })
}

/// The share of the other class that an item is on the right side of, ties half: V of a positive, W of a negative.
fn standings(scores: &[f64], positive: &[bool]) -> Result<Vec<f64>> {
    check_scores(scores, positive)?;
    let all = num::ranks(scores);
    let within = |class: bool| {
        let own: Vec<f64> =
            scores.iter().zip(positive).filter(|item| *item.1 == class).map(|item| *item.0).collect();
        num::ranks(&own)
    };
    let [negatives, positives] = [within(false), within(true)];
    let (m, n) = (positives.len() as f64, negatives.len() as f64);
    let (mut negatives, mut positives) = (negatives.into_iter(), positives.into_iter());
    // The rank among all minus the rank within the class counts the other class below.
    let standing = |(rank, &positive): (f64, &bool)| {
        let own = if positive { positives.next() } else { negatives.next() };
        let below = rank - own.unwrap_or(rank);
        if positive { below / n } else { 1.0 - below / m }
    };
    Ok(all.into_iter().zip(positive).map(standing).collect())
}

/// The sample variance of one class divided by its size, from two items on.
fn variance_of_class(values: &[f64], positive: &[bool], class: bool) -> Option<f64> {
    let own = || values.iter().zip(positive).filter(|item| *item.1 == class).map(|item| *item.0);
    let n = own().count() as f64;
    if n < 2.0 {
        return None;
    }
    let mean = num::sum(own()) / n;
    Some(num::sum(own().map(|v| (v - mean).powi(2))) / (n - 1.0) / n)
}
