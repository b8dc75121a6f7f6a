use serde::Serialize;

use crate::agreement::difference::Differences;
use crate::error::{Error, Result, Undefined};
use crate::ratings::{Ratings, Scale};
use crate::tally::Coincidences;

/// What one item or one rater adds to observed disagreement.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Contribution {
    /// The item or the rater, by position in the ratings.
    pub index: usize,
    /// Its pairable judgments; 0 for an item with one judgment or none.
    pub judgments: u64,
    /// Its part of D_o: the parts of all items, and those of all raters, add up to D_o.
    pub disagreement: f64,
    /// The mean squared difference of its judgments from the other judgments of the same items; 0 without any.
    pub mean_difference: f64,
}

/// Who and what makes D_o as large as it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Contributions {
    /// Observed disagreement, D_o.
    pub observed: f64,
    /// One an item, in the order of the ratings.
    pub items: Vec<Contribution>,
    /// One a rater, in the order of the ratings; `None` if the ratings do not say who judged.
    pub raters: Option<Vec<Contribution>>,
}

impl Contributions {
    /// The items by their part of D_o, the largest first: where to look first.
    #[must_use]
    pub fn disputed_items(&self) -> Vec<Contribution> {
        let mut items = self.items.clone();
        items.sort_by(|a, b| b.disagreement.total_cmp(&a.disagreement));
        items
    }

    /// The raters by their mean difference from the others, the largest first; empty if the ratings do not say who
    /// judged. The mean does not blame a rater for having judged much.
    #[must_use]
    pub fn deviating_raters(&self) -> Vec<Contribution> {
        let mut raters = self.raters.clone().unwrap_or_default();
        raters.sort_by(|a, b| b.mean_difference.total_cmp(&a.mean_difference));
        raters
    }
}

/// What each item and each rater contributes to the observed disagreement of [`krippendorff_alpha`].
///
/// ```text
/// item u:   (1/n) 1/(m_u − 1) Σ_(ordered pairs x, y of u) δ(x, y)
/// rater g:  (1/n) Σ_(units u that g judged) 1/(m_u − 1) Σ_(other judgments y of u) δ(x_gu, y)
/// ```
///
/// Both add up to D_o: every ordered pair belongs to one item, and to the rater of its first judgment.
///
/// [`krippendorff_alpha`]: crate::agreement::krippendorff_alpha
///
/// # Undefined
/// When no item has two judgments.
///
/// # Missing values
/// An item with fewer than two judgments contributes nothing and stays in the list, so that positions remain those of
/// the ratings.
///
/// # Source
/// The sums of Krippendorff 2011 by unit and by coder. Removing a unit or a coder (R krippendorffsalpha's *influence*)
/// is another question, since D_e then changes too.
///
/// # Errors
/// As [`krippendorff_alpha`].
///
/// # Complexity
/// O(judgments · categories within an item), at most O(judgments · raters).
///
/// # Examples
/// ```
/// use probity::agreement::krippendorff_contributions;
/// use probity::ratings::{Labels, Ratings};
///
/// let codes = vec![0u8, 0, 0, 1, 1, 0, 1, 1, 1, 255, 255, 0];
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, codes)?;
/// let found = krippendorff_contributions(&ratings)?;
/// let worst = found.disputed_items()[0];
/// assert_eq!((worst.index, worst.judgments), (1, 3));
/// assert_eq!(found.deviating_raters()[0].index, 2);
/// // Nothing to compare the fourth item's only judgment with.
/// assert_eq!(found.items[3].judgments, 0);
/// let total: f64 = found.items.iter().map(|item| item.disagreement).sum();
/// assert!((total - found.observed).abs() < 1e-15);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn krippendorff_contributions(ratings: &Ratings) -> Result<Contributions> {
    if !ratings.is_categorical() && *ratings.scale() != Scale::Interval {
        return krippendorff_contributions(&ratings.categorize()?);
    }
    if *ratings.scale() == Scale::Interval {
        let view = ratings.values()?;
        return Contributions::collect(ratings, |item, unit| unit.extend(view.item(item)), spread);
    }
    let totals = Coincidences::from_ratings(ratings)?.totals();
    let differences = Differences::new(ratings.scale(), ratings.labels(), &totals)?;
    let view = ratings.codes()?;
    let mut counts: Vec<(u32, f64)> = Vec::new();
    let from_others = |unit: &[(usize, u32)], rows: &mut Vec<f64>| {
        counts.clear();
        counts.extend(unit.iter().map(|&(_, code)| (code, 1.0)));
        counts.sort_unstable_by_key(|&(code, _)| code);
        counts.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        rows.extend(unit.iter().map(|&(_, code)| {
            counts.iter().map(|&(k, n)| n * differences.between(code as usize, k as usize)).sum::<f64>()
        }));
    };
    Contributions::collect(ratings, |item, unit| unit.extend(view.item(item)), from_others)
}

/// For each number the sum of its squared differences from all, in one pass: m(x − mean)² + Σ(y − mean)².
fn spread(unit: &[(usize, f64)], rows: &mut Vec<f64>) {
    let m = unit.len() as f64;
    let Some(&(_, origin)) = unit.first() else { return };
    let mean = unit.iter().map(|&(_, x)| x - origin).sum::<f64>() / m;
    let from_mean = |&(_, x): &(usize, f64)| (x - origin - mean) * (x - origin - mean);
    let within: f64 = unit.iter().map(from_mean).sum();
    rows.extend(unit.iter().map(|x| m * from_mean(x) + within));
}

impl Contributions {
    /// `judgments` appends an item's (rater, judgment) pairs, `rows` for each of them the sum of its differences from
    /// all judgments of the item.
    fn collect<J>(
        ratings: &Ratings,
        judgments: impl Fn(usize, &mut Vec<(usize, J)>),
        mut rows: impl FnMut(&[(usize, J)], &mut Vec<f64>),
    ) -> Result<Self> {
        let empty = |index| Contribution { index, judgments: 0, disagreement: 0.0, mean_difference: 0.0 };
        let mut items: Vec<Contribution> = (0..ratings.n_items()).map(empty).collect();
        let mut raters: Vec<Contribution> = (0..ratings.n_raters()).map(empty).collect();
        let mut sums = vec![crate::num::Sum::default(); raters.len()];
        let (mut unit, mut row_sums, mut n) = (Vec::new(), Vec::new(), 0u64);
        for (i, item) in items.iter_mut().enumerate() {
            unit.clear();
            row_sums.clear();
            judgments(i, &mut unit);
            if unit.len() < 2 {
                continue;
            }
            rows(&unit, &mut row_sums);
            let others = (unit.len() - 1) as f64;
            item.judgments = unit.len() as u64;
            n += item.judgments;
            for (&(rater, _), row) in unit.iter().zip(&row_sums) {
                raters[rater].judgments += 1;
                sums[rater].add(row / others);
            }
            item.disagreement = row_sums.iter().sum::<f64>() / others;
        }
        if n == 0 {
            return Err(Error::undefined("contributions to disagreement", Undefined::NothingPairable));
        }
        for (rater, sum) in raters.iter_mut().zip(sums) {
            rater.disagreement = sum.value();
        }
        for part in items.iter_mut().chain(&mut raters) {
            part.mean_difference = part.disagreement / (part.judgments.max(1) as f64);
            part.disagreement /= n as f64;
        }
        let observed = crate::num::sum(items.iter().map(|item| item.disagreement));
        if !observed.is_finite() {
            return Err(Error::Overflow { what: "the sum of the differences" });
        }
        Ok(Self { observed, items, raters: ratings.has_identified_raters().then_some(raters) })
    }
}
