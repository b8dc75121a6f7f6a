use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, estimate_from_influence, mean_over_items};
use crate::num;
use crate::ratings::Ratings;
use crate::tally::check_identified;

/// A judge's agreement with humans beside that of humans among themselves; see [`human_ceiling`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HumanCeiling {
    /// How often the judge agrees with a human.
    pub judge: Estimate,
    /// How often two humans agree.
    pub humans: Estimate,
    /// The first minus the second, paired over items.
    pub gap: Estimate,
    /// The first over the second; undefined if humans never agree.
    pub ratio: Result<Estimate>,
}

/// Holds a judge's agreement with humans against what humans reach among themselves.
///
/// ```text
/// per item: a = share of humans with the judge's label       b = share of equal labels among every two humans
/// judge = mean a      humans = mean b      gap = mean(a − b)      ratio = mean a / mean b
/// ```
///
/// Every rater but the judge is a human. Items weigh the same whatever the number of humans. Intervals are Student's over
/// items (the ratio's by linearisation).
///
/// # Undefined
/// Without an item that the judge and two humans judged.
///
/// # Missing values
/// Other items are left out: on them there is no ceiling to compare with.
///
/// # Source
/// Agreement between humans as the ceiling of a judge: Zheng et al. 2023, table 5.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Index`] for a judge that does not exist; [`Error::Scale`] if the ratings are plain
/// numbers or have no identified raters.
///
/// # Complexity
/// O(judgments + items · categories).
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::human_ceiling;
/// use probity::ratings::{Labels, Ratings};
/// // The judge is rater 2.
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, vec![0u8, 0, 0, 1, 1, 1, 0, 1, 1, 255, 0, 1])?;
/// let found = human_ceiling(&ratings, 2, Level::default())?;
/// assert_eq!(found.judge.value, (1.0 + 1.0 + 0.5) / 3.0);
/// assert_eq!(found.humans.value, 2.0 / 3.0);
/// let alone = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 0])?;
/// assert!(human_ceiling(&alone, 1, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn human_ceiling(ratings: &Ratings, judge: usize, level: Level) -> Result<HumanCeiling> {
    check_judge(ratings, judge)?;
    let view = ratings.codes()?;
    let mut counts = vec![0u64; ratings.n_categories()];
    let (mut with_judge, mut among) = (Vec::new(), Vec::new());
    for item in 0..ratings.n_items() {
        let Some(verdict) = view.get(item, judge) else { continue };
        counts.fill(0);
        view.item(item).filter(|&(rater, _)| rater != judge).for_each(|(_, code)| counts[code as usize] += 1);
        let humans: u64 = counts.iter().sum();
        if humans < 2 {
            continue;
        }
        let equal: u64 = counts.iter().map(|n| n * n.saturating_sub(1)).sum();
        with_judge.push(counts[verdict as usize] as f64 / humans as f64);
        among.push(equal as f64 / (humans * (humans - 1)) as f64);
    }
    let what = "items that the judge and two humans judged";
    let mean = |metric, values: &[f64], bounds| mean_over_items(metric, what, values, bounds, level);
    let differences: Vec<f64> = with_judge.iter().zip(&among).map(|(a, b)| a - b).collect();
    let own = mean("agreement of the judge with a human", &with_judge, (0.0, 1.0))?;
    let humans = mean("agreement of two humans", &among, (0.0, 1.0))?;
    let metric = "agreement over the human ceiling";
    let never = Undefined::ZeroDenominator { what: "the agreement of two humans" };
    let ratio = num::ratio(metric, own.value, humans.value, never).map(|ratio| {
        let influence = with_judge.iter().zip(&among).map(|(a, b)| (a - ratio * b) / humans.value);
        estimate_from_influence(
            metric,
            ratio,
            &influence.collect::<Vec<_>>(),
            level,
            Some((0.0, f64::INFINITY)),
        )
    });
    Ok(HumanCeiling {
        gap: mean("agreement above that of two humans", &differences, (-1.0, 1.0))?,
        judge: own,
        humans,
        ratio,
    })
}

/// A judge that is one of some identified raters.
pub(super) fn check_judge(ratings: &Ratings, judge: usize) -> Result<()> {
    check_identified("a judge among humans", ratings)?;
    if judge < ratings.n_raters() {
        return Ok(());
    }
    Err(Error::Index { what: "rater", index: judge, len: ratings.n_raters() })
}
