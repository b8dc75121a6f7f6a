use statrs::distribution::{Binomial, Discrete, DiscreteCDF};

use crate::error::{Error, Result, Undefined};
use crate::inference::proportion::beta;
use crate::inference::{Estimate, Interval, IntervalMethod, Level, TestResult, normal_quantile};
use crate::ratings::{Code, Labels};
use crate::tally::PairCounts;

/// Which of McNemar's tests.
///
/// With b and c the two kinds of discordant items:
///
/// | variant | p-value |
/// |---|---|
/// | asymptotic | (b − c)²/(b + c) as χ² with 1 degree of freedom |
/// | corrected | (max(\|b − c\| − 1, 0))²/(b + c) as χ² with 1 degree of freedom |
/// | exact | twice the smaller tail of Binomial(b + c, 1/2), at most 1 |
/// | mid-p | the exact one minus the probability of the observed split; 1 − half of it where b = c |
///
/// The exact and the corrected test reject too rarely; Fagerland, Lydersen and Laake (2013) recommend mid-p, or the
/// asymptotic test where a rare small excess over the level is bearable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum McNemar {
    /// χ² without correction (McNemar 1947).
    Asymptotic,
    /// χ² with Edwards' continuity correction.
    Corrected,
    /// Exact conditional binomial.
    Exact,
    /// Exact, counting half of the observed outcome.
    MidP,
}

/// Whether two systems, judged right or wrong on the same items, are right equally often.
///
/// ```text
/// (b − c)²/(b + c),   b: only the first is right, c: only the second is
/// ```
///
/// The one-shot form of [`PairCounts::mcnemar`], which has the details.
///
/// # Errors
/// [`Error::Length`] if the vectors differ in length, [`Error::Undefined`] if there is no discordant item.
///
/// # Examples
/// ```
/// use probity::inference::{McNemar, mcnemar};
/// let a = [true, true, true, true, true, false];
/// let b = [false, false, false, false, false, false];
/// assert!((mcnemar(&a, &b, McNemar::Exact)?.p_value - 0.0625).abs() < 1e-12);
/// assert!(mcnemar(&a, &a, McNemar::Exact).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn mcnemar(first: &[bool], second: &[bool], variant: McNemar) -> Result<TestResult> {
    let codes = |judged: &[bool]| judged.iter().map(|&right| u8::from(right)).collect::<Vec<_>>();
    PairCounts::from_codes(Labels::codes(2), &codes(first), &codes(second))?.mcnemar(variant)
}

/// Whether the table of two raters is symmetric; the one-shot form of [`PairCounts::bowker`].
///
/// The categories are the codes that occur; [`Code::MISSING`] is a missing rating.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::Undefined`] if there is no discordant item;
/// [`Error::Overflow`] beyond 2¹⁴ distinct codes.
///
/// # Examples
/// ```
/// use probity::inference::bowker;
/// let test = bowker(&[0u8, 0, 1, 2], &[1, 2, 2, 2])?;
/// assert_eq!((test.statistic, test.degrees_of_freedom), (3.0, Some(3.0)));
/// assert!(bowker(&[0u8, 1], &[0, 255]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn bowker<C: Code>(first: &[C], second: &[C]) -> Result<TestResult> {
    PairCounts::from_found_codes(first, second)?.bowker()
}

/// Whether two raters use the categories equally often; the one-shot form of [`PairCounts::stuart_maxwell`].
///
/// The categories are the codes that occur; [`Code::MISSING`] is a missing rating.
///
/// # Errors
/// As [`bowker`].
///
/// # Examples
/// ```
/// use probity::inference::stuart_maxwell;
/// let test = stuart_maxwell(&[0u8, 1, 2], &[1, 2, 0])?;
/// assert_eq!((test.statistic, test.p_value), (0.0, 1.0));
/// assert!(stuart_maxwell(&[0u8, 1], &[0, 1]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn stuart_maxwell<C: Code>(first: &[C], second: &[C]) -> Result<TestResult> {
    PairCounts::from_found_codes(first, second)?.stuart_maxwell()
}

/// The standard error of a difference `d` of paired proportions with so many discordant of `n` items.
fn paired_error(discordant: f64, d: f64, n: f64) -> f64 {
    ((discordant / n - d * d).max(0.0) / n).sqrt()
}

/// Bonett and Price's ends of the difference of paired proportions, from counts that need not be whole.
pub(super) fn bonett_price(b: f64, c: f64, n: f64, z: f64) -> (f64, f64) {
    let adjusted = (b - c) / (n + 2.0);
    let half = z * paired_error(b + c + 2.0, adjusted, n + 2.0);
    (adjusted - half, adjusted + half)
}

impl PairCounts {
    /// McNemar's test: whether two raters choose category 1 equally often on the same items.
    ///
    /// ```text
    /// b = n₁₀ (only the first chose category 1),  c = n₀₁ (only the second)
    /// statistic = (b − c)²/(b + c)   asymptotic;   b for the exact variants
    /// ```
    ///
    /// # Undefined
    /// Without a discordant item (b + c = 0).
    ///
    /// # Missing values
    /// Items that only one rated are left out. Concordant items do not enter.
    ///
    /// # Source
    /// McNemar, Psychometrika 12 (1947); Edwards (1948) for the correction; Fagerland, Lydersen and Laake, BMC Medical
    /// Research Methodology 13:91 (2013) for mid-p. R's `mcnemar.test` corrects unless told otherwise.
    ///
    /// # Errors
    /// [`Error::Length`] unless there are two categories.
    ///
    /// # Examples
    /// ```
    /// use probity::inference::McNemar;
    /// use probity::ratings::Labels;
    /// use probity::tally::PairCounts;
    /// // Agresti's approval ratings: 794 approve twice, 150 only at first, 86 only at second.
    /// let table = PairCounts::from_counts(Labels::from_names(["no", "yes"])?, vec![570, 86, 150, 794])?;
    /// let test = table.mcnemar(McNemar::Asymptotic)?;
    /// assert!((test.statistic - 64.0 * 64.0 / 236.0).abs() < 1e-12);
    /// let nobody_differs = PairCounts::from_counts(Labels::codes(2), vec![5, 0, 0, 5])?;
    /// assert!(nobody_differs.mcnemar(McNemar::MidP).unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn mcnemar(&self, variant: McNemar) -> Result<TestResult> {
        let metric = "McNemar's test";
        let (b, c) = self.discordant()?;
        let (n, items) = (b + c, self.total());
        if n == 0 {
            return Err(Error::undefined(metric, Undefined::Nothing { what: "discordant items" }));
        }
        let chi = |name, gap: u64| TestResult::chi_squared(name, (gap as f64).powi(2) / n as f64, 1.0, items);
        let (method, mid) = match variant {
            McNemar::Asymptotic => return chi("McNemar", b.abs_diff(c)),
            McNemar::Corrected => {
                return chi("McNemar, continuity corrected", b.abs_diff(c).saturating_sub(1));
            }
            McNemar::Exact => ("McNemar, exact", false),
            McNemar::MidP => ("McNemar, mid-p", true),
        };
        let split = Binomial::new(0.5, n).map_err(|_| Error::Overflow { what: "the discordant items" })?;
        let observed = if mid { split.pmf(b) } else { 0.0 };
        let p_value = if b == c { 1.0 - observed / 2.0 } else { 2.0 * split.cdf(b.min(c)) - observed };
        let p_value = p_value.clamp(0.0, 1.0);
        Ok(TestResult { method, statistic: b as f64, degrees_of_freedom: None, p_value, items })
    }

    /// How much oftener the first rater chose category 1 than the second, as a difference of proportions.
    ///
    /// ```text
    /// d = (b − c)/n,   SE = √(b + c − (b − c)²/n)/n
    /// interval: d' ± z·√((b + c + 2)/(n + 2) − d'²)/√(n + 2),   d' = (b − c)/(n + 2)
    /// ```
    ///
    /// b: only the first chose it, c: only the second. Positive where the first chose it oftener.
    ///
    /// # Undefined
    /// Without items that both rated.
    ///
    /// # Missing values
    /// Items that only one rated are left out.
    ///
    /// # Source
    /// Interval: Bonett and Price, J. Educ. Behav. Stat. 37 (2012), which keeps its level where Wald's
    /// d ± z·SE does not; it is cut to −1..1.
    ///
    /// # Errors
    /// [`Error::Length`] unless there are two categories.
    ///
    /// # Examples
    /// ```
    /// use probity::inference::Level;
    /// use probity::ratings::Labels;
    /// use probity::tally::PairCounts;
    /// let table = PairCounts::from_counts(Labels::codes(2), vec![4, 1, 3, 2])?;
    /// let difference = table.paired_difference(Level::default())?;
    /// assert_eq!(difference.value, 0.2);
    /// let nobody = PairCounts::new(Labels::codes(2));
    /// assert!(nobody.paired_difference(Level::default()).unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn paired_difference(&self, level: Level) -> Result<Estimate> {
        let method = "difference of paired proportions";
        let (b, c) = self.discordant()?;
        if self.total() == 0 {
            return Err(Error::undefined(method, Undefined::Nothing { what: "items that both rated" }));
        }
        let (b, c, n) = (b as f64, c as f64, self.total() as f64);
        let value = (b - c) / n;
        let (lower, upper) = bonett_price(b, c, n, normal_quantile(level.upper()));
        let interval = Interval::new(lower, upper, level, IntervalMethod::Normal);
        Ok(Estimate::new(method, value)
            .counted(self.total(), 2, self.total().saturating_mul(2))
            .with_standard_error(paired_error(b + c, value, n))
            .with_interval(interval.clamped(-1.0, 1.0)))
    }

    /// The odds that, on a discordant item, it is the first rater who chose category 1: the conditional estimate of the
    /// odds ratio of matched pairs.
    ///
    /// ```text
    /// b/c,   ln-scale SE·value = √(1/b + 1/c)·b/c
    /// interval: p/(1 − p) at the ends of the exact (Clopper-Pearson) interval of p = b/(b + c)
    /// ```
    ///
    /// Above 1 where the first chose category 1 oftener. The standard error is absent where b = 0.
    ///
    /// # Undefined
    /// Where c = 0: no item on which only the second rater chose category 1.
    ///
    /// # Missing values
    /// Items that only one rated are left out. Concordant items do not enter.
    ///
    /// # Source
    /// Agresti, *Categorical Data Analysis*, 3rd ed., section 11.2.
    ///
    /// # Errors
    /// [`Error::Length`] unless there are two categories.
    ///
    /// # Examples
    /// ```
    /// use probity::inference::Level;
    /// use probity::ratings::Labels;
    /// use probity::tally::PairCounts;
    /// let table = PairCounts::from_counts(Labels::codes(2), vec![570, 86, 150, 794])?;
    /// assert_eq!(table.paired_odds_ratio(Level::default())?.value, 150.0 / 86.0);
    /// let one_sided = PairCounts::from_counts(Labels::codes(2), vec![5, 0, 3, 5])?;
    /// assert!(one_sided.paired_odds_ratio(Level::default()).unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn paired_odds_ratio(&self, level: Level) -> Result<Estimate> {
        let method = "odds ratio of paired proportions";
        let (b, c) = self.discordant()?;
        if c == 0 {
            let what = "the number of items on which only the second rater chose category 1";
            return Err(Error::undefined(method, Undefined::ZeroDenominator { what }));
        }
        let (b, c) = (b as f64, c as f64);
        let tail = 1.0 - level.upper();
        let odds = |p: f64| p / (1.0 - p);
        let lower = odds(beta(tail, b, c + 1.0));
        // By the mirrored distribution: 1 − p keeps its digits where p is nearly 1.
        let upper = 1.0 / odds(beta(tail, c, b + 1.0));
        let estimate = Estimate::new(method, b / c)
            .counted(self.total(), 2, self.total().saturating_mul(2))
            .with_interval(Interval::new(lower, upper, level, IntervalMethod::Exact));
        Ok(if b == 0.0 { estimate } else { estimate.with_standard_error((1.0 / b + 1.0 / c).sqrt() * b / c) })
    }

    /// Bowker's test: whether category i by the first rater and j by the second is as frequent as the reverse, for all
    /// i and j.
    ///
    /// ```text
    /// Σ over i < j with nᵢⱼ + nⱼᵢ > 0 of (nᵢⱼ − nⱼᵢ)²/(nᵢⱼ + nⱼᵢ),   df = number of those pairs
    /// ```
    ///
    /// With two categories it is McNemar's asymptotic test.
    ///
    /// # Undefined
    /// Without a discordant item.
    ///
    /// # Missing values
    /// Items that only one rated are left out. Pairs of categories that were never confused take no degree of freedom;
    /// R's `mcnemar.test` answers NaN for such tables.
    ///
    /// # Source
    /// Bowker, J. Am. Stat. Assoc. 43 (1948).
    ///
    /// # Errors
    /// Only the undefined result.
    ///
    /// # Examples
    /// ```
    /// use probity::ratings::Labels;
    /// use probity::tally::PairCounts;
    /// let table = PairCounts::from_counts(Labels::codes(3), vec![9, 4, 1, 2, 9, 6, 3, 2, 9])?;
    /// // (4 − 2)²/6 + (1 − 3)²/4 + (6 − 2)²/8
    /// assert!((table.bowker()?.statistic - (4.0 / 6.0 + 1.0 + 2.0)).abs() < 1e-12);
    /// assert!(PairCounts::new(Labels::codes(3)).bowker().unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn bowker(&self) -> Result<TestResult> {
        let k = self.labels().len();
        let (mut statistic, mut df) = (crate::num::Sum::default(), 0.0);
        for i in 0..k {
            for j in i + 1..k {
                let (one, other) = (self.get(i, j), self.get(j, i));
                if one + other > 0 {
                    statistic.add((one.abs_diff(other) as f64).powi(2) / (one + other) as f64);
                    df += 1.0;
                }
            }
        }
        let method = "Bowker";
        if df == 0.0 {
            return Err(Error::undefined(method, Undefined::Nothing { what: "discordant items" }));
        }
        TestResult::chi_squared(method, statistic.value(), df, self.total())
    }

    /// The test of Stuart and Maxwell: whether two raters use the categories equally often.
    ///
    /// ```text
    /// d'S⁺d,   dᵢ = nᵢ. − n.ᵢ,   Sᵢᵢ = nᵢ. + n.ᵢ − 2nᵢᵢ,   Sᵢⱼ = −(nᵢⱼ + nⱼᵢ),   df = rank of S
    /// ```
    ///
    /// With two categories it is McNemar's asymptotic test.
    ///
    /// # Undefined
    /// Without a discordant item.
    ///
    /// # Missing values
    /// Items that only one rated are left out. A category without discordant items drops out, as in the literature,
    /// and so the test never meets a singular matrix: S is the Laplacian of the graph that joins confused categories,
    /// its rank is the number of categories minus that of the graph's components.
    ///
    /// # Source
    /// Stuart, Biometrika 42 (1955); Maxwell, Brit. J. Psychiatry 116 (1970).
    ///
    /// # Errors
    /// Only the undefined result.
    ///
    /// # Complexity
    /// O(K³) in the number of categories that were confused.
    ///
    /// # Examples
    /// ```
    /// use probity::ratings::Labels;
    /// use probity::tally::PairCounts;
    /// // Category 2 was never confused: what is left is McNemar's test of 6 against 2.
    /// let table = PairCounts::from_counts(Labels::codes(3), vec![9, 6, 0, 2, 9, 0, 0, 0, 9])?;
    /// let test = table.stuart_maxwell()?;
    /// assert_eq!((test.statistic, test.degrees_of_freedom), (2.0, Some(1.0)));
    /// assert!(PairCounts::new(Labels::codes(3)).stuart_maxwell().unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn stuart_maxwell(&self) -> Result<TestResult> {
        let (first, second) = self.marginals();
        let confused: Vec<usize> =
            (0..first.len()).filter(|&i| first[i] + second[i] > 2 * self.get(i, i)).collect();
        let mut gap: Vec<f64> = confused.iter().map(|&i| first[i] as f64 - second[i] as f64).collect();
        let mut weights: Vec<Vec<f64>> = confused
            .iter()
            .map(|&i| confused.iter().map(|&j| (self.get(i, j) + self.get(j, i)) as f64).collect())
            .collect();
        let (mut statistic, mut df) = (crate::num::Sum::default(), 0.0);
        // Elimination of one category after the other, with each pivot as a sum of the weights that are left instead of
        // a difference: nothing cancels, and the last category of a component has the pivot 0 exactly.
        for v in 0..confused.len() {
            let row = std::mem::take(&mut weights[v]);
            let pivot = crate::num::sum(row[v + 1..].iter().copied());
            if pivot == 0.0 {
                continue;
            }
            statistic.add(gap[v] * gap[v] / pivot);
            df += 1.0;
            for i in (v + 1..confused.len()).filter(|&i| row[i] > 0.0) {
                let share = row[i] / pivot;
                gap[i] += gap[v] * share;
                for j in v + 1..confused.len() {
                    weights[i][j] += share * row[j];
                }
            }
        }
        let method = "Stuart-Maxwell";
        if df == 0.0 {
            return Err(Error::undefined(method, Undefined::Nothing { what: "discordant items" }));
        }
        TestResult::chi_squared(method, statistic.value(), df, self.total())
    }

    /// Items on which only the first, and only the second, chose category 1 of two.
    fn discordant(&self) -> Result<(u64, u64)> {
        let what = "categories of a comparison of paired proportions";
        crate::num::check_same_length(what, 2, self.labels().len())?;
        Ok((self.get(1, 0), self.get(0, 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(k: usize, counts: &[u64]) -> PairCounts {
        PairCounts::from_counts(Labels::codes(k), counts.to_vec()).unwrap()
    }

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-12 * b.abs().max(1e-3), "{a} against {b}");
    }

    /// Agresti, *Categorical Data Analysis*: approval of a prime minister in two surveys (794, 150, 86, 570; n = 1600).
    /// By hand: z² = 64²/236 = 17.3559 in this table (17.36 in the book), difference 64/1600 = 0.04.
    #[test]
    fn approval_ratings() {
        let t = table(2, &[570, 86, 150, 794]);
        near(t.mcnemar(McNemar::Asymptotic).unwrap().statistic, 4096.0 / 236.0);
        near(t.mcnemar(McNemar::Corrected).unwrap().statistic, 63.0 * 63.0 / 236.0);
        let p = t.mcnemar(McNemar::Asymptotic).unwrap().p_value;
        assert!((p - 3.1e-5).abs() < 0.05e-5, "{p}");
        let d = t.paired_difference(Level::default()).unwrap();
        near(d.value, 0.04);
        near(d.standard_error.unwrap(), (236.0f64 - 4096.0 / 1600.0).sqrt() / 1600.0);
    }

    /// By hand: b = 5, c = 1, so 2·(1 + 6)/64 = 14/64 exact, 14/64 − 6/64 mid-p; b = c = 2: exact 1, mid-p 1 − 3/16.
    #[test]
    fn small_exact_tables() {
        let t = table(2, &[3, 1, 5, 2]);
        near(t.mcnemar(McNemar::Exact).unwrap().p_value, 14.0 / 64.0);
        near(t.mcnemar(McNemar::MidP).unwrap().p_value, 8.0 / 64.0);
        let even = table(2, &[0, 2, 2, 0]);
        near(even.mcnemar(McNemar::Exact).unwrap().p_value, 1.0);
        near(even.mcnemar(McNemar::MidP).unwrap().p_value, 1.0 - 3.0 / 16.0);
        near(even.mcnemar(McNemar::Corrected).unwrap().statistic, 0.0);
    }

    /// By hand: b = 0, c = 5. Clopper-Pearson of 0 of 5 is 0..1 − 0.025^(1/5); of 1 in 2 with exponents 1/2.
    #[test]
    fn odds_ratio_by_hand() {
        let t = table(2, &[1, 5, 0, 1]).paired_odds_ratio(Level::default()).unwrap();
        let p: f64 = 1.0 - 0.025f64.powf(0.2);
        assert_eq!((t.value, t.standard_error, t.interval.unwrap().lower), (0.0, None, 0.0));
        assert!((t.interval.unwrap().upper - p / (1.0 - p)).abs() < 1e-9, "{t:?}");
        let t = table(2, &[1, 1, 1, 1]).paired_odds_ratio(Level::default()).unwrap();
        let p: f64 = 0.025 / (1.0 + 0.975f64.sqrt());
        assert!((t.interval.unwrap().lower - p / (1.0 - p)).abs() < 1e-9, "{t:?}");
        near(t.standard_error.unwrap(), 2f64.sqrt());
    }

    /// Stuart (1955): unaided vision of the right and left eye of 7,477 women; the statistic is 11.96 with 3 degrees of
    /// freedom. Bowker's of the same table is 19.11 with 6 (Bishop, Fienberg and Holland 1975).
    #[test]
    fn unaided_distance_vision() {
        let t = table(4, &[1520, 266, 124, 66, 234, 1512, 432, 78, 117, 362, 1772, 205, 36, 82, 179, 492]);
        assert_eq!(t.total(), 7477);
        let marginal = t.stuart_maxwell().unwrap();
        assert!((marginal.statistic - 11.957).abs() < 1e-3, "{marginal:?}");
        assert_eq!(marginal.degrees_of_freedom, Some(3.0));
        let symmetry = t.bowker().unwrap();
        assert!((symmetry.statistic - 19.107).abs() < 1e-3, "{symmetry:?}");
        assert_eq!(symmetry.degrees_of_freedom, Some(6.0));
    }

    /// Two separate pairs of confused categories: two McNemar tests added, one degree of freedom each.
    #[test]
    fn separate_components_add_up() {
        let t = table(4, &[1, 6, 0, 0, 2, 1, 0, 0, 0, 0, 1, 5, 0, 0, 3, 1]);
        let test = t.stuart_maxwell().unwrap();
        near(test.statistic, 16.0 / 8.0 + 4.0 / 8.0);
        assert_eq!(test.degrees_of_freedom, Some(2.0));
    }

    #[test]
    fn wrong_input_is_named() {
        let error = table(3, &[0; 9]).mcnemar(McNemar::Exact).unwrap_err().to_string();
        assert_eq!(error, "categories of a comparison of paired proportions: expected length 2, found 3");
    }
}
