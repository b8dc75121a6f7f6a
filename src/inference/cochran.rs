use crate::error::{Error, Result, Undefined};
use crate::inference::TestResult;
use crate::ratings::Ratings;

/// Cochran's Q: whether several raters choose category 1 of two equally often on the same items.
///
/// ```text
/// Q = (r − 1)(r·ΣCⱼ² − T²)/(r·T − ΣRᵢ²),   df = r − 1
/// Cⱼ: items for which rater j chose category 1, Rᵢ: raters who chose it for item i, T: their sum
/// ```
///
/// With two raters it is McNemar's asymptotic test.
///
/// # Undefined
/// With fewer than two raters, or if on every item all raters agree.
///
/// # Missing values
/// Only items that every rater rated enter.
///
/// # Source
/// Cochran, Biometrika 37 (1950).
///
/// # Errors
/// [`Error::Length`] unless there are two categories; [`Error::Scale`] if the ratings are plain numbers or came from
/// counts, so that their columns are not raters.
///
/// # Examples
/// ```
/// use probity::inference::cochran_q;
/// use probity::ratings::{Labels, Ratings};
/// let r = Ratings::from_codes(Labels::codes(2), 3, vec![1u8, 1, 0, 1, 0, 0, 1, 1, 1])?;
/// // Columns 3, 2, 1; rows 2, 1, 3; T = 6: Q = 2·(3·14 − 36)/(18 − 14)
/// assert_eq!(cochran_q(&r)?.statistic, 3.0);
/// let same = Ratings::from_codes(Labels::codes(2), 3, vec![1u8, 1, 1, 0, 0, 0])?;
/// assert!(cochran_q(&same).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn cochran_q(ratings: &Ratings) -> Result<TestResult> {
    let method = "Cochran's Q";
    let view = ratings.codes()?;
    if !ratings.has_identified_raters() {
        let (expected, found) = ("ratings with identified raters", "a table of counts");
        return Err(Error::Scale { metric: method, expected, found });
    }
    crate::num::check_same_length("categories of Cochran's Q", 2, ratings.n_categories())?;
    let raters = ratings.n_raters();
    if raters < 2 {
        let reason = Undefined::TooFew { what: "raters", needed: 2, found: raters as u64 };
        return Err(Error::undefined(method, reason));
    }
    let (mut columns, mut squares, mut total, mut items) = (vec![0u128; raters], 0u128, 0u128, 0u64);
    for item in 0..ratings.n_items() {
        if view.item(item).count() < raters {
            continue;
        }
        items += 1;
        let mut row = 0;
        for (rater, code) in view.item(item) {
            columns[rater] += u128::from(code);
            row += u128::from(code);
        }
        squares += row * row;
        total += row;
    }
    if items == 0 {
        return Err(Error::undefined(method, Undefined::Nothing { what: "items that every rater rated" }));
    }
    let r = raters as u128;
    let within = r * total - squares;
    if within == 0 {
        return Err(Error::undefined(
            method,
            Undefined::NoVariance { what: "the choice of the raters within items" },
        ));
    }
    let between = r * columns.iter().map(|c| c * c).sum::<u128>() - total * total;
    let df = (raters - 1) as f64;
    TestResult::chi_squared(method, df * between as f64 / within as f64, df, items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::Labels;

    #[test]
    fn what_cannot_be_tested_is_named() {
        let counts = Ratings::from_counts(Labels::codes(2), &[1, 2]).unwrap();
        assert!(matches!(cochran_q(&counts), Err(Error::Scale { .. })));
        let nobody = Ratings::from_options(Labels::codes(2), 2, &[Some(1), None]).unwrap();
        assert!(cochran_q(&nobody).unwrap_err().is_undefined());
    }
}
