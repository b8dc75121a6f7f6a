use crate::agreement::cohen::null_spread_identity;
use crate::agreement::table::Table;
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Interval, Level, normal_p_value};
use crate::num::sum;
use crate::ratings::Code;
use crate::tally::PairCounts;

const METRIC: &str = "Matthews correlation";

/// Correlation of two raters' categories: phi of two categories, and its extension R_K to more.
///
/// ```text
/// R_K = (n·c − Σ r_k c_k) / √((n² − Σ r_k²)(n² − Σ c_k²))
/// ```
/// with c the items on which both agree, and r_k, c_k how often the first and the second chose category k.
///
/// The categories are the codes that occur; [`Code::MISSING`] is a missing rating. For a tally or another level take
/// [`PairCounts::matthews_correlation`], where everything else about the figure is written.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::Undefined`] if no item has both codes or one of the two always
/// chose the same category; [`Error::Overflow`] beyond 2¹⁴ distinct codes.
///
/// # Complexity
/// As [`cohen_kappa`](crate::agreement::cohen_kappa).
///
/// # Examples
/// ```
/// use probity::agreement::matthews_correlation;
/// let e = matthews_correlation(&[0u8, 0, 1, 1, 255], &[0, 1, 1, 1, 0])?;
/// assert!((e.value - 1.0 / 3f64.sqrt()).abs() < 1e-15);
/// // A judge that always says the same has no correlation with anybody, not 0.
/// assert!(matthews_correlation(&[0u8, 1, 1], &[1, 1, 1]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn matthews_correlation<C: Code>(a: &[C], b: &[C]) -> Result<Estimate> {
    PairCounts::from_found_codes(a, b)?.matthews_correlation(Level::default())
}

impl PairCounts {
    /// The Matthews correlation of the two raters.
    ///
    /// ```text
    /// R_K = (n·c − Σ r_k c_k) / √((n² − Σ r_k²)(n² − Σ c_k²)) = N/√(XY)   in shares of n
    /// SE² = Σ p_ij (g_ij − ḡ)²/n,   g_ij = ([i = j] − c_i − r_j)/√(XY) + R_K (r_i/X + c_j/Y)
    /// ```
    ///
    /// The numerator is that of Cohen's kappa, whose denominator 1 − p_e is never smaller: |kappa| ≤ |R_K|, and they are
    /// equal where both raters use the categories equally often. It is symmetric in the raters, and ±1 only for full
    /// agreement and, with two categories, full disagreement.
    ///
    /// The standard error is the linearised one of sampling items, the interval normal on Fisher's z scale with it;
    /// neither is given at ±1, or where the linearised error is 0. The p-value is two-sided, of independence: the same
    /// statistic as that of [`PairCounts::cohen_kappa`], and Pearson's χ² without correction for two categories.
    ///
    /// # Undefined
    /// No item has both ratings; one of the two raters used a single category.
    ///
    /// # Missing values
    /// Pairwise deletion: items with one rating or none do not enter. Declared categories that nobody used do not matter.
    ///
    /// # Source
    /// Matthews 1975, *Biochimica et Biophysica Acta* 405; Gorodkin 2004, *Computational Biology and Chemistry* 28 (R_K);
    /// the standard error is the delta method applied to it. scikit-learn's `matthews_corrcoef` answers 0 where the figure
    /// is undefined.
    ///
    /// # Errors
    /// [`Error::Undefined`] as above.
    ///
    /// # Complexity
    /// O(K²) in the number of categories.
    ///
    /// # Examples
    /// ```
    /// use probity::inference::Level;
    /// use probity::ratings::Labels;
    /// use probity::tally::PairCounts;
    /// // Nine in ten answers are right, and the judge finds half of the wrong ones.
    /// let counts = PairCounts::from_counts(Labels::from_names(["right", "wrong"])?, vec![90, 0, 5, 5])?;
    /// let e = counts.matthews_correlation(Level::default())?;
    /// assert!((e.value - (9.0f64 / 19.0).sqrt()).abs() < 1e-15);
    /// assert!(e.interval.is_some_and(|i| i.lower > 0.39 && i.upper < 0.86));
    /// let never = PairCounts::from_counts(Labels::from_names(["right", "wrong"])?, vec![90, 0, 10, 0])?;
    /// let why = never.matthews_correlation(Level::default()).unwrap_err();
    /// assert_eq!(why.to_string(), "Matthews correlation is undefined: the second rater's choice does not vary");
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn matthews_correlation(&self, level: Level) -> Result<Estimate> {
        let table = Table::of_pairs(self);
        if table.total == 0 {
            return Err(Error::undefined(METRIC, Undefined::NothingPairable));
        }
        let constant = |what| Error::undefined(METRIC, Undefined::NoVariance { what });
        let (apart_first, apart_second) = (table.apart(&table.rows), table.apart(&table.columns));
        if apart_first == 0 {
            return Err(constant("the first rater's choice"));
        }
        if apart_second == 0 {
            return Err(constant("the second rater's choice"));
        }
        let together = u128::from(self.agreements()) * u128::from(table.total);
        let by_chance: u128 =
            table.rows.iter().zip(&table.columns).map(|(&r, &c)| u128::from(r) * u128::from(c)).sum();
        let excess = together.abs_diff(by_chance) as f64;
        let excess = if together < by_chance { -excess } else { excess };
        // The root of a square that left 53 bits would round.
        let root = if apart_first == apart_second {
            apart_first as f64
        } else {
            (apart_first as f64).sqrt() * (apart_second as f64).sqrt()
        };
        let value = (excess / root).clamp(-1.0, 1.0);

        let mut estimate =
            Estimate::new(METRIC, value).counted(table.total, 2, table.total.saturating_mul(2));
        let n = table.total as f64;
        let (rows, columns) = table.margins();
        let (x, y, root) = (apart_first as f64 / (n * n), apart_second as f64 / (n * n), root / (n * n));
        let chance = by_chance as f64 / (n * n);
        let null_error = (null_spread_identity(&rows, &columns, 1.0 - chance).max(0.0) / n).sqrt() / root;
        if null_error > 0.0 {
            estimate = estimate.with_p_value(normal_p_value(value / null_error));
        }
        let slope = |i: u32, j: u32| {
            let (r, c) = (&rows, &columns);
            let (i, j) = (i as usize, j as usize);
            (f64::from(u8::from(i == j)) - c[i] - r[j]) / root + value * (r[i] / x + c[j] / y)
        };
        let over_items = |f: &dyn Fn(f64) -> f64| {
            sum(table.cells.iter().map(|&(i, j, count)| f(slope(i, j)) * count as f64)) / n
        };
        let mean = over_items(&|g| g);
        let standard_error = (over_items(&|g| (g - mean).powi(2)) / n).sqrt();
        // A linearised error of 0 is a failure of the linearisation, not certainty.
        if value.abs() < 1.0 && standard_error > 0.0 {
            let interval = Interval::fisher_z(value, standard_error, level)?;
            estimate = estimate.with_standard_error(standard_error).with_interval(interval);
        }
        Ok(estimate)
    }
}

impl Table {
    /// Ordered pairs of items that differ in a margin: n² − Σ n_k², without overflow.
    fn apart(&self, margin: &[u64]) -> u128 {
        margin.iter().map(|&n| u128::from(n) * u128::from(self.total - n)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::Labels;

    fn of(size: usize, counts: &[u64]) -> Result<Estimate> {
        PairCounts::from_counts(Labels::codes(size), counts.to_vec())
            .unwrap()
            .matthews_correlation(Level::default())
    }

    #[test]
    fn phi_of_two_categories_and_pearsons_chi_square() {
        let e = of(2, &[20, 5, 10, 15]).unwrap();
        // (20·15 − 5·10)/√(25·25·30·20), χ² = nφ² = 25/3.
        assert!((e.value - 1.0 / 6f64.sqrt()).abs() < 1e-15);
        assert!((e.p_value.unwrap() - normal_p_value((25.0f64 / 3.0).sqrt())).abs() < 1e-15);
        assert_eq!((e.items, e.raters, e.judgments), (50, 2, 100));
    }

    #[test]
    fn ends_are_exact_and_bear_no_error() {
        for (size, counts, value) in [
            (2, vec![0, 7, 3, 0], -1.0),
            (3, vec![7, 0, 0, 0, 2, 0, 0, 0, 1], 1.0),
            (2, vec![1, 0, 0, u64::MAX - 1], 1.0),
        ] {
            let e = of(size, &counts).unwrap();
            assert_eq!((e.value, e.standard_error, e.interval), (value, None, None));
        }
    }

    #[test]
    fn a_constant_rater_is_named() {
        for (counts, who) in [([3, 0, 2, 0], "second"), ([3, 2, 0, 0], "first")] {
            let error = of(2, &counts).unwrap_err();
            assert!(error.is_undefined() && error.to_string().contains(who), "{error}");
        }
        assert!(of(2, &[0; 4]).unwrap_err().is_undefined());
    }
}
