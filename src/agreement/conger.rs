use crate::agreement::Options;
use crate::agreement::by_rater::check_identified;
use crate::agreement::credit::Credit;
use crate::agreement::framework::{self, Observed};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Chance, Estimate};
use crate::num::{Sum, sum};
use crate::ratings::Ratings;
use crate::tally::Scratch;

/// Raters × categories up to which the raters' category shares are kept (1 GiB).
const MAX_MARGINS: usize = 1 << 27;

/// How the standard error of Conger's kappa treats items with one judgment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CongerVariance {
    /// Gwet's linearisation: the share of items with two judgments or more is taken as fixed.
    #[default]
    Gwet,
    /// The infinitesimal jackknife: that share varies with the items too. The same as Gwet's when every item has two
    /// judgments or more.
    InfinitesimalJackknife,
}

/// Agreement of any number of raters beyond what each rater's own category shares give by chance: Cohen's kappa for
/// many raters.
///
/// ```text
/// p_e = mean over ordered pairs of raters g ≠ h of Σ w_kl p_gk p_hl        kappa = (p_a − p_e)/(1 − p_e)
/// ```
///
/// p_a as in [`crate::agreement::percent_agreement`]; p_gk is the share of category k among all judgments of rater g. For
/// two raters without missing ratings this is Cohen's kappa. The standard error is Gwet's;
/// [`conger_kappa_with`] offers the infinitesimal jackknife. Interval and p-value as in
/// [`crate::agreement::gwet_ac`].
///
/// # Undefined
/// Nothing is pairable; fewer than two raters judged anything; agreement by chance is certain.
///
/// # Missing values
/// Items with one judgment enter the raters' shares and not p_a; items without one and raters without one are left out.
///
/// # Source
/// Conger 1980, *Psychological Bulletin* 88; Davies and Fleiss 1982, *Biometrics* 38; Gwet, *Handbook of Inter-Rater
/// Reliability*, 4th ed., chapter 6 (R irrCAC `conger.kappa.raw`). NLTK's `multi_kappa` is this figure, not Light's.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Scale`] if the ratings are plain numbers, or came from counts and so have no
/// identified raters; [`Error::Overflow`] beyond 2²⁷ raters × categories; errors of the weights as in
/// [`crate::agreement::Weights::matrix`], of the population as in [`Options::population`].
///
/// # Complexity
/// O(judgments + raters · categories); with weights O(raters · categories²).
///
/// # Examples
/// ```
/// use probity::agreement::{Options, cohen_kappa, conger_kappa};
/// use probity::ratings::{Labels, Ratings};
/// let (a, b) = ([0u8, 0, 1, 1], [0u8, 1, 1, 1]);
/// let ratings = Ratings::from_pairs(Labels::codes(2), &a, &b)?;
/// let kappa = conger_kappa(&ratings, &Options::new())?;
/// assert!((kappa.value - cohen_kappa(&a, &b)?.value).abs() < 1e-15);
/// let anonymous = Ratings::from_counts(Labels::codes(2), &[2, 1])?;
/// assert!(conger_kappa(&anonymous, &Options::new()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn conger_kappa(ratings: &Ratings, options: &Options) -> Result<Estimate> {
    conger_kappa_with(ratings, CongerVariance::Gwet, options)
}

/// [`conger_kappa`] with the standard error named.
///
/// # Errors
/// As [`conger_kappa`].
///
/// # Examples
/// ```
/// use probity::agreement::{CongerVariance, Options, conger_kappa, conger_kappa_with};
/// use probity::ratings::{Labels, Ratings};
/// let codes = vec![0u8, 0, 1, 1, 0, 1, 1, 1, 0, 255];
/// let ratings = Ratings::from_codes(Labels::codes(2), 2, codes)?;
/// let gwet = conger_kappa(&ratings, &Options::new())?;
/// let jackknife = conger_kappa_with(&ratings, CongerVariance::InfinitesimalJackknife, &Options::new())?;
/// assert_eq!(gwet.value, jackknife.value);
/// assert_ne!(gwet.standard_error, jackknife.standard_error);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn conger_kappa_with(ratings: &Ratings, variance: CongerVariance, options: &Options) -> Result<Estimate> {
    let credit = Credit::new(ratings.labels(), options)?;
    estimate(rows_of(ratings, method(&credit))?, ratings.n_raters(), &credit, variance, options)
}

/// Agreement p_e expected by chance from each rater's own category shares, also where [`conger_kappa`] is undefined
/// because it is 1.
///
/// # Undefined
/// Fewer than two raters judged anything.
///
/// # Errors
/// As [`conger_kappa`].
pub fn conger_expected_agreement(ratings: &Ratings, options: &Options) -> Result<f64> {
    const METRIC: &str = "Conger's expected agreement";
    let credit = Credit::new(ratings.labels(), options)?;
    let (_, chance) = prepare(&rows_of(ratings, METRIC)?, ratings.n_raters(), &credit, METRIC)?;
    Ok(1.0 - chance.expected)
}

/// Takes the judgments of an item as (rater, code), and how many items look like that.
pub(crate) type Visit<'a> = dyn FnMut(&[(usize, u32)], u64) + 'a;

/// Hands over the judgments of each item.
fn rows_of<'a>(ratings: &'a Ratings, metric: &'static str) -> Result<impl Fn(&mut Visit<'_>) + 'a> {
    let view = ratings.codes()?;
    check_identified(ratings, metric)?;
    Ok(move |visit: &mut Visit<'_>| {
        let mut row = Vec::new();
        for item in 0..ratings.n_items() {
            row.clear();
            row.extend(view.item(item));
            visit(&row, 1);
        }
    })
}

pub(crate) fn method(credit: &Credit) -> &'static str {
    if credit.is_identity() { "Conger's kappa" } else { "weighted Conger's kappa" }
}

/// What each rater chose, in all items.
pub(crate) struct Margins {
    categories: usize,
    /// Rater after rater.
    counts: Vec<u64>,
    /// Judgments of each rater.
    pub(crate) judgments: Vec<u64>,
}

impl Margins {
    pub(crate) fn new(raters: usize, categories: usize) -> Result<Self> {
        if raters.checked_mul(categories).is_none_or(|cells| cells > MAX_MARGINS) {
            return Err(Error::Overflow { what: "raters × categories (2²⁷)" });
        }
        Ok(Self { categories, counts: vec![0; raters * categories], judgments: vec![0; raters] })
    }

    #[inline]
    pub(crate) fn add(&mut self, rater: usize, code: u32, times: u64) {
        self.counts[rater * self.categories + code as usize] += times;
        self.judgments[rater] += times;
    }

    /// Category shares of a rater; zeros for one without a judgment.
    pub(crate) fn shares(&self, rater: usize) -> impl Iterator<Item = f64> + '_ {
        let total = self.judgments[rater].max(1) as f64;
        let row = rater * self.categories;
        self.counts[row..row + self.categories].iter().map(move |&n| n as f64 / total)
    }

    /// Raters with a judgment.
    pub(crate) fn active(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.judgments.len()).filter(|&g| self.judgments[g] > 0)
    }

    /// Sum over the active raters of their shares.
    pub(crate) fn totals(&self) -> Vec<f64> {
        let mut totals = vec![Sum::default(); self.categories];
        for g in self.active() {
            totals.iter_mut().zip(self.shares(g)).for_each(|(total, p)| total.add(p));
        }
        totals.into_iter().map(Sum::value).collect()
    }
}

/// What chance gives each rater.
struct ByChance {
    margins: Margins,
    /// Raters with a judgment.
    active: usize,
    /// The loss of a judgment of a rater against the other raters' shares: Σ_{h≠g} Σ_l (1 − w_kl) p_hl, rater after rater.
    losses: Vec<f64>,
    /// Its mean over the rater's own judgments.
    own: Vec<f64>,
    /// 1 − p_e.
    expected: f64,
}

fn prepare(
    rows: &impl Fn(&mut Visit<'_>),
    raters: usize,
    credit: &Credit,
    metric: &'static str,
) -> Result<(Observed, ByChance)> {
    let mut margins = Margins::new(raters, credit.size())?;
    let mut found = Observed::empty(credit);
    let mut scratch = Scratch::new(credit.size());
    rows(&mut |row, times| {
        row.iter().for_each(|&(rater, code)| {
            margins.add(rater, code, times);
            scratch.add(code);
        });
        let m = row.len() as u64;
        scratch.drain(|unit| {
            let own = if m > 1 { framework::disagreement(unit, m, credit) } else { 0.0 };
            found.add(unit, m, own, times);
        });
    });
    let active = margins.active().count();
    if active < 2 {
        let reason = Undefined::TooFew { what: "raters", needed: 2, found: active as u64 };
        return Err(Error::undefined(metric, reason));
    }
    let pooled = credit.losses_against(&margins.totals(), active as f64);
    let mut losses = vec![0.0; raters * credit.size()];
    let mut own = vec![0.0; raters];
    for g in margins.active() {
        let shares: Vec<f64> = margins.shares(g).collect();
        let against = credit.losses_against(&shares, 1.0);
        let row = &mut losses[g * credit.size()..][..credit.size()];
        for ((loss, all), mine) in row.iter_mut().zip(&pooled).zip(&against) {
            *loss = all - mine;
        }
        own[g] = sum(row.iter().zip(&shares).map(|(loss, p)| loss * p));
    }
    let expected = sum(own.iter().copied()) / (active as f64 * (active as f64 - 1.0));
    let found = found.finished();
    Ok((found, ByChance { margins, active, losses, own, expected }))
}

/// Conger's kappa from the items, each handed over as (rater, code) with the number of times that it occurs.
pub(crate) fn estimate(
    rows: impl Fn(&mut Visit<'_>),
    raters: usize,
    credit: &Credit,
    variance: CongerVariance,
    options: &Options,
) -> Result<Estimate> {
    let metric = method(credit);
    let (found, chance) = prepare(&rows, raters, credit, metric)?;
    let ByChance { margins, active, losses, own, expected } = chance;
    let observed = found.observed(metric)?;
    if expected <= 0.0 {
        return Err(found.certain(metric));
    }
    let pairs = active as f64 * (active as f64 - 1.0);
    let n = found.items as f64;
    let scale = n / found.paired as f64;
    let ratio = observed / expected;
    let mut scratch = Scratch::new(credit.size());
    let mut influences = Vec::new();
    rows(&mut |row, times| {
        if row.is_empty() {
            return;
        }
        row.iter().for_each(|&(_, code)| scratch.add(code));
        let m = row.len() as u64;
        let agreement = scratch.drain(|unit| {
            if m < 2 {
                return match variance {
                    CongerVariance::Gwet => 0.0,
                    CongerVariance::InfinitesimalJackknife => 1.0 - ratio,
                };
            }
            let d = framework::disagreement(unit, m, credit);
            match variance {
                CongerVariance::Gwet => scale * (1.0 - d / expected),
                CongerVariance::InfinitesimalJackknife => 1.0 - ratio + scale * (observed - d) / expected,
            }
        });
        let change = row.iter().map(|&(g, k)| {
            (losses[g * credit.size() + k as usize] - own[g]) * n / margins.judgments[g] as f64
        });
        influences.push((agreement + 2.0 * ratio * change.sum::<f64>() / pairs / expected, times));
    });
    let figure = Estimate::new(metric, 1.0 - ratio)
        .counted(found.items, active as u64, found.judgments)
        .with_chance(Chance::Agreement { observed: 1.0 - observed, expected: 1.0 - expected });
    framework::linearised(figure, influences.into_iter(), options)
}

/// Expected disagreement without each rater.
pub(crate) struct Others {
    judgments: Vec<u64>,
    active: usize,
    own: Vec<f64>,
    /// The sum of `own`.
    total: f64,
}

impl Others {
    pub(crate) fn new(ratings: &Ratings, credit: &Credit) -> Result<Self> {
        let metric = method(credit);
        let (_, chance) = prepare(&rows_of(ratings, metric)?, ratings.n_raters(), credit, metric)?;
        let total = sum(chance.own.iter().copied());
        Ok(Self { judgments: chance.margins.judgments, active: chance.active, own: chance.own, total })
    }

    /// 1 − p_e of the other raters: a rater's losses against the others go, and by symmetry theirs against the rater.
    pub(crate) fn expected_without(&self, rater: usize, metric: &'static str) -> Result<f64> {
        let left = if self.judgments[rater] > 0 { self.active - 1 } else { self.active };
        if left < 2 {
            let reason = Undefined::TooFew { what: "raters", needed: 2, found: left as u64 };
            return Err(Error::undefined(metric, reason));
        }
        Ok((self.total - 2.0 * self.own[rater]) / (left as f64 * (left as f64 - 1.0)))
    }
}
