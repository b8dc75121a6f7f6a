use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::agreement::credit::Credit;
use crate::agreement::framework::Observed;
use crate::agreement::{Finding, Options};
use crate::error::{Error, Result};
use crate::inference::Estimate;
use crate::ratings::{Labels, Ratings};
use crate::tally::{PairCounts, Patterns, UnitCounts};

/// Agreement below this is low as it stands. All thresholds of this file are this crate's choice: the literature
/// describes the effects and draws no lines.
const HIGH_AGREEMENT: f64 = 0.8;
/// A category with this share of the judgments dominates.
const DOMINANT_SHARE: f64 = 0.8;
/// A prevalence index from here on is high: of two categories, one has four judgments in five.
const HIGH_PREVALENCE: f64 = 0.6;
/// Agreement on a single category below this says that the raters do not recognise it alike.
const LOW_SPECIFIC_AGREEMENT: f64 = 0.5;
/// A rater who places this share of judgments otherwise than the others do is biased, ...
const BIAS: f64 = 0.1;
/// ... if the difference is also this many standard errors from 0.
const BIAS_STANDARD_ERRORS: f64 = 1.96;
/// Few categories are in use if no more than this share of the declared ones occurs.
const FEW_USED: f64 = 0.5;
/// Below this many items with two judgments or more, figures are mostly noise.
const FEW_ITEMS: u64 = 30;

/// A coefficient that what was found does not depress.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Robust {
    /// Its name.
    pub name: &'static str,
    /// Its value for the data at hand.
    pub value: f64,
}

/// Why a kappa or alpha is as low as it is; see [`diagnose`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Diagnosis {
    /// Observed agreement of pairs of judgments.
    pub observed: f64,
    /// Agreement expected by chance from the categories' shares.
    pub expected: f64,
    /// What these two give: Scott's pi, or Fleiss' kappa for any number of raters. `None` where chance is certain.
    pub kappa: Option<f64>,
    /// Items with two judgments or more.
    pub items: u64,
    /// What was found, the agreement first, then the frequencies, the raters, the data. Empty if nothing stands out.
    pub findings: Vec<Finding>,
    /// Coefficients that do not suffer from what was found; empty if nothing about frequencies was.
    pub robust: Vec<Robust>,
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "observed agreement {:.3}, expected by chance {:.3}, ", self.observed, self.expected)?;
        match self.kappa {
            Some(kappa) => write!(f, "kappa {kappa:.3}")?,
            None => write!(f, "kappa undefined")?,
        }
        for finding in &self.findings {
            write!(f, "\n- {finding}")?;
        }
        for (i, Robust { name, value }) in self.robust.iter().enumerate() {
            let lead = if i == 0 { "\nnot affected: " } else { ", " };
            write!(f, "{lead}{name} {value:.3}")?;
        }
        Ok(())
    }
}

/// Why is my kappa or alpha low although we nearly always agree?
///
/// Looks for what depresses chance-corrected coefficients, and says with figures what it found: low agreement itself;
/// one dominant category, or categories of very unequal frequency (the first paradox of Feinstein and Cicchetti: chance
/// agreement is then so high that little is left to be had); a rare category on which the raters do not agree, which is
/// no paradox but what the coefficient is for; a rater who uses the categories otherwise than the others; categories
/// that never occur; few items. Then names the coefficients that do not suffer from it, with their values: Gwet's AC1
/// and Brennan-Prediger (for two raters and two categories the same as PABAK).
///
/// A robust coefficient answers another question. Report it beside the low one, not instead of it, and not at all as
/// a remedy for a [`Finding::DisputedCategory`].
///
/// # Design
/// Thresholds are this crate's choice and stand with each [`Finding`]. A bias must also be 1.96 standard errors from
/// none: its statistic is McNemar's for two raters.
///
/// # Undefined
/// No item has two judgments. That kappa is undefined, because one category takes all judgments, is an answer here and
/// not an error.
///
/// # Missing values
/// As in [`crate::agreement::fleiss_kappa`]; a rater is compared with the others on the items rated by both sides.
/// Ratings from counts have no identified raters, so nothing is said about them.
///
/// # Source
/// Feinstein and Cicchetti 1990; Byrt, Bishop and Carlin 1993 (bias, prevalence); Cicchetti and Feinstein 1990
/// (agreement on a category); Gwet 2008 (AC1).
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Scale`] if the ratings are plain numbers (see [`Ratings::categorize`]).
///
/// # Complexity
/// O(judgments · categories per item) time; memory for the categories that occur on each rater's items.
///
/// # Examples
/// ```
/// use probity::agreement::{Finding, diagnose};
/// use probity::ratings::{Labels, Ratings};
/// // 100 answers, two judges: 92 times both say "safe", 8 times one of them says "unsafe".
/// let labels = Labels::from_names(["safe", "unsafe"])?;
/// let mut codes = vec![0u8; 200];
/// for item in 0..4 {
///     codes[2 * item] = 1;
///     codes[2 * item + 9] = 1;
/// }
/// let why = diagnose(&Ratings::from_codes(labels, 2, codes)?)?;
/// assert!(why.observed > 0.9 && why.kappa.unwrap() < 0.0);
/// assert!(matches!(&why.findings[0], Finding::DominantCategory { category, .. } if category == "safe"));
/// assert_eq!(why.robust[0].name, "Gwet's AC1");
/// assert!(why.robust[0].value > 0.9);
/// // But they never agree on what is unsafe, and no coefficient can mend that.
/// assert!(matches!(&why.findings[2], Finding::DisputedCategory { agreement: 0.0, .. }));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn diagnose(ratings: &Ratings) -> Result<Diagnosis> {
    let bias = if ratings.has_identified_raters() { rater_bias(ratings)? } else { None };
    diagnosis(&Patterns::from_ratings(ratings)?, bias)
}

impl Patterns {
    /// As [`diagnose`], without the raters, of whom patterns know nothing.
    ///
    /// # Errors
    /// [`Error::Undefined`] if no item has two judgments.
    pub fn diagnose(&self) -> Result<Diagnosis> {
        diagnosis(self, None)
    }
}

impl UnitCounts {
    /// As [`diagnose`], without the raters, of whom counts know nothing.
    ///
    /// # Errors
    /// [`Error::Undefined`] if no item has two judgments.
    pub fn diagnose(&self) -> Result<Diagnosis> {
        self.patterns().diagnose()
    }
}

impl PairCounts {
    /// As [`diagnose`], of the items that both rated; the raters are called `first` and `second`.
    ///
    /// # Errors
    /// [`Error::Undefined`] if no item has both ratings.
    pub fn diagnose(&self) -> Result<Diagnosis> {
        let (rows, columns) = self.marginals();
        let uses = rows.iter().zip(&columns).enumerate().map(|(k, (&row, &column))| {
            let both = self.get(k, k);
            let squares = (row - both + column - both) as f64;
            (k as u32, Use { own: row as f64, others: column as f64, squares })
        });
        let bias = bias("first", &uses.collect(), self.labels()).map(|(_, finding)| finding);
        diagnosis(&Patterns::from_pairs(self), bias)
    }
}

fn diagnosis(patterns: &Patterns, bias: Option<Finding>) -> Result<Diagnosis> {
    let options = Options::new();
    let labels = patterns.labels();
    let found = Observed::of(|| patterns.iter(), &Credit::new(labels, &options)?);
    let observed = 1.0 - found.observed("a diagnosis")?;
    let shares = found.shares();
    let expected = crate::num::sum(shares.iter().map(|p| p * p));
    let frequencies = frequency_findings(labels, &shares, expected);
    let mut findings = Vec::new();
    if observed < HIGH_AGREEMENT {
        findings.push(Finding::LowAgreement { observed });
    }
    let dispute = (!frequencies.is_empty()).then(|| disputed(patterns, &shares)).flatten();
    findings.extend(frequencies.into_iter().chain(dispute).chain(bias));
    let used = shares.iter().filter(|&&p| p > 0.0).count();
    if used < labels.len() && (used == 1 || used as f64 <= FEW_USED * labels.len() as f64) {
        findings.push(Finding::FewCategories { used: used as u64, declared: labels.len() as u64 });
    }
    if found.paired < FEW_ITEMS {
        findings.push(Finding::FewItems { items: found.paired });
    }
    let mut robust = Vec::new();
    if findings.iter().any(Finding::is_about_frequencies) {
        for estimate in [patterns.gwet_ac(&options), patterns.brennan_prediger(&options)] {
            robust.extend(defined(estimate)?.map(|e| Robust { name: e.method, value: e.value }));
        }
    }
    let kappa = defined(patterns.fleiss_kappa(&options))?.map(|e| e.value);
    Ok(Diagnosis { observed, expected, kappa, items: found.paired, findings, robust })
}

fn defined(estimate: Result<Estimate>) -> Result<Option<Estimate>> {
    match estimate {
        Ok(estimate) => Ok(Some(estimate)),
        Err(Error::Undefined { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn named(labels: &Labels, category: u32) -> String {
    labels.name(category).unwrap_or_default().to_string()
}

fn frequency_findings(labels: &Labels, shares: &[f64], expected: f64) -> Vec<Finding> {
    let mut findings = Vec::new();
    let dominant = shares.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    if let Some((category, &share)) = dominant.filter(|&(_, &share)| share >= DOMINANT_SHARE) {
        findings.push(Finding::DominantCategory { category: named(labels, category as u32), share });
    }
    let used = shares.iter().filter(|&&p| p > 0.0).count() as f64;
    if used > 1.0 {
        let index = ((used * expected - 1.0) / (used - 1.0)).max(0.0).sqrt();
        if index >= HIGH_PREVALENCE {
            findings.push(Finding::Prevalence { index, expected, if_equal: 1.0 / used });
        }
    }
    findings
}

/// The category with the least specific agreement Σ n(n − 1)/Σ n(m − 1), the dominant ones left out.
fn disputed(patterns: &Patterns, shares: &[f64]) -> Option<Finding> {
    let mut agreed = vec![(0.0, 0.0); shares.len()];
    for (unit, times) in patterns.iter() {
        let m: f64 = unit.iter().map(|&(_, n)| f64::from(n)).sum();
        for &(k, n) in unit {
            let (equal, pairs) = &mut agreed[k as usize];
            *equal += f64::from(n) * (f64::from(n) - 1.0) * times as f64;
            *pairs += f64::from(n) * (m - 1.0) * times as f64;
        }
    }
    let specific = agreed
        .iter()
        .zip(shares)
        .enumerate()
        .filter(|&(_, (&(_, pairs), &share))| pairs > 0.0 && share < DOMINANT_SHARE)
        .map(|(k, (&(equal, pairs), &share))| (k, share, equal / pairs));
    let (category, share, agreement) = specific.min_by(|a, b| a.2.total_cmp(&b.2))?;
    let category = named(patterns.labels(), category as u32);
    (agreement < LOW_SPECIFIC_AGREEMENT).then_some(Finding::DisputedCategory { category, share, agreement })
}

/// How often a rater and the others chose a category on the same items.
#[derive(Debug, Clone, Copy, Default)]
struct Use {
    own: f64,
    /// The mean share of the others, summed over items.
    others: f64,
    /// The squared difference of the two, summed over items.
    squares: f64,
}

/// How far a rater is from the others, as the bias index and the finding, if it is far and surely so. The uses are those
/// of the categories that occur on the rater's items.
fn bias(rater: &str, uses: &BTreeMap<u32, Use>, labels: &Labels) -> Option<(f64, Finding)> {
    let items: f64 = uses.values().map(|u| u.own).sum();
    let apart = |u: &Use| (u.own - u.others).abs();
    let index = uses.values().map(apart).sum::<f64>() / (2.0 * items);
    let (&category, most) = uses.iter().max_by(|a, b| apart(a.1).total_cmp(&apart(b.1)))?;
    let sure = apart(most) >= BIAS_STANDARD_ERRORS * most.squares.sqrt();
    (index >= BIAS && sure).then(|| {
        let (rater, category) = (rater.to_string(), named(labels, category));
        let (share, others) = (most.own / items, most.others / items);
        (index, Finding::RaterBias { rater, category, share, others, index })
    })
}

/// The rater who is furthest from the others, if any is far.
fn rater_bias(ratings: &Ratings) -> Result<Option<Finding>> {
    let view = ratings.codes()?;
    let units = UnitCounts::from_ratings(ratings)?;
    // Maps and not a table: of many raters, each uses few of many categories.
    let mut uses = vec![BTreeMap::<u32, Use>::new(); ratings.n_raters()];
    for (item, unit) in units.units().enumerate() {
        let m: f64 = unit.iter().map(|&(_, n)| f64::from(n)).sum();
        if m < 2.0 {
            continue;
        }
        for (rater, own) in view.item(item) {
            for &(k, n) in unit {
                let mine = f64::from(u8::from(k == own));
                let others = (f64::from(n) - mine) / (m - 1.0);
                let tally = uses[rater].entry(k).or_default();
                tally.own += mine;
                tally.others += others;
                tally.squares += (mine - others).powi(2);
            }
        }
    }
    let found = uses
        .iter()
        .enumerate()
        .filter_map(|(rater, uses)| bias(&ratings.raters().name(rater), uses, ratings.labels()));
    // The first of equals, so that of two raters it is always the same one.
    Ok(found.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, finding)| finding))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(counts: [u64; 4]) -> Diagnosis {
        let labels = Labels::from_names(["yes", "no"]).unwrap();
        PairCounts::from_counts(labels, counts.to_vec()).unwrap().diagnose().unwrap()
    }

    #[test]
    fn feinstein_and_cicchetti() {
        // Their table of the first paradox: agreement .85, kappa .32 for unequal totals, .70 for equal ones.
        let unequal = pair([80, 10, 5, 5]);
        assert!((unequal.observed - 0.85).abs() < 1e-12);
        assert!(matches!(
            unequal.findings[..],
            [Finding::DominantCategory { .. }, Finding::Prevalence { .. }, Finding::DisputedCategory { .. }]
        ));
        let Finding::Prevalence { index, expected, .. } = unequal.findings[1] else { unreachable!() };
        // Mean share of "yes" .875: index .75, Σπ² = .78125.
        assert!((index - 0.75).abs() < 1e-12 && (expected - 0.781_25).abs() < 1e-12);
        assert_eq!(
            unequal.robust.iter().map(|r| r.name).collect::<Vec<_>>(),
            ["Gwet's AC1", "Brennan-Prediger kappa"]
        );
        assert!((unequal.robust[1].value - 0.7).abs() < 1e-12);
        let equal = pair([40, 9, 6, 45]);
        assert_eq!((equal.findings, equal.robust), (vec![], vec![]));
    }

    #[test]
    fn bias_of_two_raters() {
        let d = pair([40, 35, 5, 20]);
        let bias = d.findings.iter().find(|f| matches!(f, Finding::RaterBias { .. })).unwrap();
        let Finding::RaterBias { rater, category, share, others, index } = bias else { unreachable!() };
        assert_eq!((rater.as_str(), category.as_str()), ("first", "no"));
        assert!((share - 0.25).abs() < 1e-12 && (others - 0.55).abs() < 1e-12 && (index - 0.3).abs() < 1e-12);
        assert!(matches!(d.findings[0], Finding::LowAgreement { .. }));
        // As far apart, but on so few items that it may be chance: McNemar 3²/3 = 3.
        let few = pair([4, 3, 0, 3]);
        assert!(!few.findings.iter().any(|f| matches!(f, Finding::RaterBias { .. })), "{few}");
    }

    #[test]
    fn one_category_only_is_an_answer() {
        let d = pair([50, 0, 0, 0]);
        assert_eq!((d.kappa, d.expected), (None, 1.0));
        assert!(matches!(
            d.findings[..],
            [Finding::DominantCategory { .. }, Finding::FewCategories { used: 1, declared: 2 }]
        ));
        assert_eq!(d.robust.iter().map(|r| r.value).collect::<Vec<_>>(), [1.0, 1.0]);
        let text = d.to_string();
        assert!(
            text.contains("kappa undefined") && text.contains("100.0 % of the judgments are \"yes\""),
            "{text}"
        );
    }

    #[test]
    fn the_odd_one_of_three_raters_is_named() {
        let labels = Labels::from_names(["a", "b"]).unwrap();
        // Forty items; the third rater says "b" to half of what the others call "a".
        let codes: Vec<u8> = (0..40u8).flat_map(|i| [i % 4 / 2, i % 4 / 2, u8::from(i % 4 > 0)]).collect();
        let d = diagnose(&Ratings::from_codes(labels, 3, codes).unwrap()).unwrap();
        let bias = d.findings.iter().find(|f| matches!(f, Finding::RaterBias { .. }));
        assert!(matches!(bias, Some(Finding::RaterBias { rater, .. }) if rater == "2"), "{d}");
    }

    #[test]
    fn few_items_and_unused_categories() {
        let d =
            UnitCounts::from_counts(Labels::codes(4), &[2, 0, 0, 0, 0, 2, 0, 0]).unwrap().diagnose().unwrap();
        assert_eq!(
            d.findings,
            [Finding::FewCategories { used: 2, declared: 4 }, Finding::FewItems { items: 2 }]
        );
        assert!(UnitCounts::new(Labels::codes(2)).diagnose().unwrap_err().is_undefined());
    }
}
