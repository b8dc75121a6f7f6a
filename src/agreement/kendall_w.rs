use serde::Serialize;
use statrs::function::gamma::checked_gamma_ur;

use crate::error::{Error, Result, Undefined};
use crate::inference::Estimate;
use crate::num::{ranks, ratio};
use crate::ratings::{Ratings, Scale};
use crate::tally::check_identified;

const METRIC: &str = "Kendall's W";

/// Kendall's W with what it is made of; see [`kendall_w`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct KendallW {
    /// W corrected for ties, with the p-value of the chi-square test.
    pub estimate: Estimate,
    /// W as if there were no ties.
    pub uncorrected: f64,
    /// The test statistic, m(n − 1)W.
    pub chi_square: f64,
    /// Its degrees of freedom, n − 1.
    pub df: u64,
    /// S: the squared deviations of the items' rank sums from their mean.
    pub deviations: f64,
    /// T: the sum of t³ − t over all groups of t tied items of all raters.
    pub ties: f64,
    /// The mean of Spearman's correlations of all pairs of raters, (mW − 1)/(m − 1), when no rater ties; with ties the
    /// same transformation of W.
    pub mean_spearman: f64,
    /// Items left out because a rating is missing.
    pub incomplete: u64,
}

/// Kendall's coefficient of concordance: how far m raters rank n items alike, from 0 to 1.
///
/// ```text
/// R_i = sum of item i's ranks, S = Σ(R_i − m(n+1)/2)²
/// W = 12 S / (m²(n³ − n) − m T),  T = Σ over raters and groups of t ties of t³ − t
/// χ² = m(n − 1)W with n − 1 degrees of freedom
/// ```
///
/// The p-value is that of the chi-square test of no concordance; it is rough below about 7 items.
///
/// # Undefined
/// For fewer than two raters or two complete items; if every rater ties all items.
///
/// # Missing values
/// An item with a missing rating is left out (listwise) and counted. Ties share the mean of their ranks. On the ordinal
/// scale categories rank by their position among the labels, else by their value.
///
/// # Source
/// Kendall and Babington Smith 1939; Kendall, *Rank Correlation Methods*, chapter 6 (ties). R irr's `kendall` leaves ties
/// uncorrected unless asked.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Scale`] if the labels are text and the scale is not ordinal, or the ratings
/// came from counts and so have no identified raters.
///
/// # Complexity
/// O(mn log n). Ranks need all data, so there is no tally.
///
/// # Examples
/// ```
/// use probity::agreement::kendall_w;
/// use probity::ratings::{Ratings, Scale};
/// let scores = |values: Vec<f64>| Ratings::from_values(Scale::Ordinal, 2, values);
/// let w = kendall_w(&scores(vec![1.0, 10.0, 2.0, 20.0, 3.0, 30.0])?)?;
/// assert_eq!((w.estimate.value, w.chi_square, w.df), (1.0, 4.0, 2));
/// let opposite = kendall_w(&scores(vec![1.0, 3.0, 2.0, 2.0, 3.0, 1.0])?)?;
/// assert_eq!((opposite.estimate.value, opposite.mean_spearman), (0.0, -1.0));
/// assert!(kendall_w(&scores(vec![1.0; 6])?).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn kendall_w(ratings: &Ratings) -> Result<KendallW> {
    check_identified(METRIC, ratings)?;
    let rows = complete_rows(ratings)?;
    let (n, m) = (rows.len(), ratings.n_raters());
    for (what, found) in [("raters", m as u64), ("items rated by all raters", n as u64)] {
        if found < 2 {
            return Err(Error::undefined(METRIC, Undefined::TooFew { what, needed: 2, found }));
        }
    }
    // Twice the deviations of ranks from their mean are whole numbers, so their sums are exact.
    let mut sums = vec![0i128; n];
    let mut within = 0i128;
    for rater in 0..m {
        let column: Vec<f64> = rows.iter().map(|row| row[rater]).collect();
        for (sum, rank) in sums.iter_mut().zip(ranks(&column)) {
            let deviation = (2.0 * rank) as i128 - (n as i128 + 1);
            *sum += deviation;
            within += deviation * deviation;
        }
    }
    let deviations = sums.iter().map(|s| s * s).sum::<i128>() as f64 / 4.0;
    // 12 times a rater's squared deviations are n³ − n less the ties.
    let untied = (n as i128).pow(3) - n as i128;
    let ties = (m as i128 * untied - 3 * within) as f64;
    let (m, items) = (m as f64, n as u64);
    let reason = Undefined::NoVariance { what: "every rater's ranking" };
    let w = ratio(METRIC, deviations, m * within as f64 / 4.0, reason)?;
    let df = items - 1;
    let chi_square = m * df as f64 * w;
    let p_value = checked_gamma_ur(df as f64 / 2.0, chi_square / 2.0).unwrap_or(1.0);
    Ok(KendallW {
        estimate: Estimate::new(METRIC, w)
            .counted(items, ratings.n_raters() as u64, items * ratings.n_raters() as u64)
            .with_p_value(p_value),
        uncorrected: 12.0 * deviations / (m * m * untied as f64),
        chi_square,
        df,
        deviations,
        ties,
        mean_spearman: (m * w - 1.0) / (m - 1.0),
        incomplete: (ratings.n_items() - n) as u64,
    })
}

/// The complete rows as numbers: values, or the positions of ordered labels.
fn complete_rows(ratings: &Ratings) -> Result<Vec<Vec<f64>>> {
    if !(*ratings.scale() == Scale::Ordinal && ratings.is_categorical()) {
        return Ok(ratings.values()?.complete_rows());
    }
    let view = ratings.codes()?;
    let row = |item| view.item(item).map(|(_, code)| f64::from(code)).collect::<Vec<_>>();
    Ok((0..ratings.n_items()).map(row).filter(|row| row.len() == ratings.n_raters()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::Labels;

    #[test]
    fn ordered_words_rank_by_their_position() {
        let labels = Labels::from_names(["poor", "fair", "good"]).unwrap();
        let words = Ratings::from_codes(labels, 2, vec![0u8, 0, 1, 1, 2, 2]).unwrap();
        assert!(matches!(kendall_w(&words), Err(Error::Scale { .. })));
        let ordered = words.with_scale(Scale::Ordinal).unwrap();
        assert_eq!(kendall_w(&ordered).unwrap().estimate.value, 1.0);
    }

    #[test]
    fn three_executives_rank_six_applicants() {
        // Siegel 1956, Nonparametric Statistics, chapter 9: s = 25.5, W = .16.
        let rankings =
            [[1.0, 6.0, 3.0, 2.0, 5.0, 4.0], [1.0, 5.0, 6.0, 4.0, 2.0, 3.0], [6.0, 3.0, 2.0, 5.0, 4.0, 1.0]];
        let values = (0..6).flat_map(|item| rankings.iter().map(move |r| r[item])).collect();
        let w = kendall_w(&Ratings::from_values(Scale::Ordinal, 3, values).unwrap()).unwrap();
        assert_eq!((w.deviations, w.ties), (25.5, 0.0));
        assert!((w.estimate.value - 0.162).abs() < 5e-4, "{}", w.estimate.value);
    }
}
