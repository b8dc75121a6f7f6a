//! Gwet's framework: one observed agreement, several ideas of chance, one linearised variance.

use crate::agreement::Options;
use crate::agreement::credit::Credit;
use crate::agreement::pattern_coefficient::prepared_units;
use crate::error::{Error, Result, Undefined};
use crate::inference::{Chance, Estimate, Interval, Weighted, t_p_value};
use crate::num::{Sum, sum};
use crate::ratings::Ratings;
use crate::tally::Patterns;

/// What agreement by chance means for the members of Gwet's family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChanceModel {
    /// Both judgments are drawn from the mean shares of the categories (Scott, Fleiss).
    Fleiss,
    /// Only hard items are judged at random (Gwet's AC1 and AC2).
    Gwet,
    /// Every category is as likely as any other (Brennan-Prediger, Randolph).
    Uniform,
}

/// Standard errors below this are the rounding of a spread that is zero.
const NO_SPREAD: f64 = 1e-14;

/// What the items hold, whatever chance means.
#[derive(Debug, Clone)]
pub(crate) struct Observed {
    /// Items with a judgment.
    pub(crate) items: u64,
    /// Items with two or more.
    pub(crate) paired: u64,
    pub(crate) judgments: u64,
    /// The most judgments of an item.
    pub(crate) largest: u64,
    /// Sum over the paired items of their disagreement.
    pub(crate) disagreement: Sum,
    /// Sum over the rated items of the share of each category.
    pub(crate) shares: Vec<Sum>,
    /// Categories in use.
    pub(crate) used: usize,
}

fn size(unit: &[(u32, u32)]) -> u64 {
    unit.iter().map(|&(_, n)| u64::from(n)).sum()
}

/// Mean weighted disagreement of the pairs of judgments of an item of `m` judgments.
pub(crate) fn disagreement(unit: &[(u32, u32)], m: u64, credit: &Credit) -> f64 {
    let pairs = m as f64 * (m as f64 - 1.0);
    if credit.is_identity() {
        let equal: u64 = unit.iter().map(|&(_, n)| u64::from(n) * (u64::from(n) - 1)).sum();
        return (m * (m - 1) - equal) as f64 / pairs;
    }
    let mut lost = 0.0;
    for (i, &(k, n)) in unit.iter().enumerate() {
        for &(l, other) in &unit[i + 1..] {
            lost += 2.0 * credit.symmetric_loss(k as usize, l as usize) * f64::from(n) * f64::from(other);
        }
    }
    lost / pairs
}

impl Observed {
    pub(crate) fn of<'a, I>(units: impl Fn() -> I, credit: &Credit) -> Self
    where
        I: Iterator<Item = (&'a [(u32, u32)], u64)>,
    {
        let mut found = Self::empty(credit);
        for (unit, times) in units() {
            let m = size(unit);
            let own = if m > 1 { disagreement(unit, m, credit) } else { 0.0 };
            found.add(unit, m, own, times);
        }
        found.finished()
    }

    pub(crate) fn empty(credit: &Credit) -> Self {
        Self {
            items: 0,
            paired: 0,
            judgments: 0,
            largest: 0,
            disagreement: Sum::default(),
            shares: vec![Sum::default(); credit.size()],
            used: 0,
        }
    }

    /// Adds `times` items of `m` judgments whose mean disagreement is `own`.
    pub(crate) fn add(&mut self, unit: &[(u32, u32)], m: u64, own: f64, times: u64) {
        if m == 0 || times == 0 {
            return;
        }
        self.items += times;
        self.judgments = self.judgments.saturating_add(m.saturating_mul(times));
        self.largest = self.largest.max(m);
        if m > 1 {
            self.paired += times;
            self.disagreement.add(own * times as f64);
        }
        for &(k, n) in unit {
            self.shares[k as usize].add(f64::from(n) / m as f64 * times as f64);
        }
    }

    pub(crate) fn finished(mut self) -> Self {
        self.used = self.shares.iter().filter(|s| s.value() > 0.0).count();
        self
    }

    /// Observed disagreement, and that expected by chance (1 without a model of chance), which is above 0.
    pub(crate) fn parts(
        &self,
        model: Option<ChanceModel>,
        metric: &'static str,
        credit: &Credit,
    ) -> Result<(f64, f64)> {
        let observed = self.observed(metric)?;
        let expected = model.map_or(Ok(1.0), |model| self.expected(model, metric, credit))?;
        if expected <= 0.0 { Err(self.certain(metric)) } else { Ok((observed, expected)) }
    }

    /// Observed disagreement 1 − p_a.
    pub(crate) fn observed(&self, metric: &'static str) -> Result<f64> {
        match (self.items, self.paired) {
            (0, _) => Err(Error::undefined(metric, Undefined::Nothing { what: "judgments" })),
            (_, 0) => Err(Error::undefined(metric, Undefined::NothingPairable)),
            (_, paired) => Ok(self.disagreement.value() / paired as f64),
        }
    }

    /// π_k.
    pub(crate) fn shares(&self) -> Vec<f64> {
        self.shares.iter().map(|s| s.value() / self.items.max(1) as f64).collect()
    }

    /// Expected disagreement 1 − p_e.
    pub(crate) fn expected(&self, model: ChanceModel, metric: &'static str, credit: &Credit) -> Result<f64> {
        if self.items == 0 {
            return Err(Error::undefined(metric, Undefined::Nothing { what: "judgments" }));
        }
        let q = credit.categories as f64;
        let shares = self.shares();
        match model {
            ChanceModel::Fleiss => {
                let against = credit.losses_against(&shares, 1.0);
                Ok(sum(shares.iter().zip(&against).map(|(p, loss)| p * loss)))
            }
            ChanceModel::Gwet if credit.categories < 2 => {
                Err(Error::undefined(metric, Undefined::OneCategory))
            }
            ChanceModel::Gwet => Ok(1.0 - gwet_factor(credit) * sum(shares.iter().map(|p| p * (1.0 - p)))),
            ChanceModel::Uniform => Ok(credit.total_loss / (q * q)),
        }
    }

    /// Why a figure with no expected disagreement does not exist.
    pub(crate) fn certain(&self, metric: &'static str) -> Error {
        let reason = if self.used < 2 { Undefined::OneCategory } else { Undefined::ChanceIsCertain };
        Error::undefined(metric, reason)
    }
}

/// T_w/(q(q − 1)).
fn gwet_factor(credit: &Credit) -> f64 {
    let q = credit.categories as f64;
    (q * q - credit.total_loss) / (q * (q - 1.0))
}

/// A member of Gwet's family; percent agreement without a model of chance.
///
/// With d for disagreement (1 − agreement): x_i = (n/n′)·(1 − d_i/d_e) − 2(d_o/d_e)(1 − d_e|i/d_e), the first term only
/// for items with two judgments or more; variance (1 − f)/(n(n − 1))·Σ(x_i − coefficient)².
pub(crate) fn estimate<'a, I>(
    units: impl Fn() -> I,
    credit: &Credit,
    model: Option<ChanceModel>,
    method: &'static str,
    options: &Options,
) -> Result<Estimate>
where
    I: Iterator<Item = (&'a [(u32, u32)], u64)>,
{
    let found = Observed::of(&units, credit);
    let (observed, expected) = found.parts(model, method, credit)?;
    // The loss that a judgment of category k adds to the expected disagreement.
    let losses = match model {
        Some(ChanceModel::Fleiss) => credit.losses_against(&found.shares(), 1.0),
        Some(ChanceModel::Gwet) => {
            found.shares().iter().map(|p| 1.0 - gwet_factor(credit) * (1.0 - p)).collect()
        }
        _ => Vec::new(),
    };
    let scale = found.items as f64 / found.paired as f64;
    let ratio = observed / expected;
    let influences = units().filter_map(|(unit, times)| {
        let m = size(unit);
        let own = if m > 1 { scale * (1.0 - disagreement(unit, m, credit) / expected) } else { 0.0 };
        let by_chance = if losses.is_empty() {
            expected
        } else {
            unit.iter().map(|&(k, n)| losses[k as usize] * f64::from(n)).sum::<f64>() / m as f64
        };
        (m > 0).then_some((own - 2.0 * ratio * (1.0 - by_chance / expected), times))
    });
    let figure = Estimate::new(method, 1.0 - ratio).counted(found.items, found.largest, found.judgments);
    let figure = match model {
        None => figure,
        Some(_) => {
            figure.with_chance(Chance::Agreement { observed: 1.0 - observed, expected: 1.0 - expected })
        }
    };
    linearised(figure, influences, options)
}

/// The same figure as a function of how many items there are of each pattern.
pub(crate) fn weighted(
    patterns: &Patterns,
    options: &Options,
    model: Option<ChanceModel>,
    metric: &'static str,
) -> Result<Weighted<'static>> {
    let credit = Credit::new(patterns.labels(), options)?;
    let units = prepared_units(patterns, |unit, m| disagreement(unit, m, &credit));
    Ok(Box::new(move |weights| {
        let mut found = Observed::empty(&credit);
        for (unit, &times) in units.iter().zip(weights) {
            found.add(&unit.counts, unit.judgments, unit.disagreement, times);
        }
        let (observed, expected) = found.finished().parts(model, metric, &credit)?;
        Ok(1.0 - observed / expected)
    }))
}

/// Adds the standard error, the t interval with n − 1 degrees of freedom (cut at 1) and, for a chance-corrected
/// figure, the p-value of "no agreement beyond chance", from each item's influence x_i around the figure.
pub(crate) fn linearised(
    figure: Estimate,
    influences: impl Iterator<Item = (f64, u64)>,
    options: &Options,
) -> Result<Estimate> {
    let factor = options.finite_population_factor(figure.items)?;
    if figure.items < 2 {
        return Ok(figure);
    }
    let n = figure.items as f64;
    let squares = sum(influences.map(|(x, times)| (x - figure.value).powi(2) * times as f64));
    let spread = (squares / (n * (n - 1.0))).sqrt();
    let error = if spread < NO_SPREAD { 0.0 } else { spread * factor.sqrt() };
    let interval = Interval::student_t(figure.value, error, n - 1.0, options.chosen_level());
    let p_value = (error > 0.0 && figure.chance.is_some()).then(|| t_p_value(figure.value / error, n - 1.0));
    let figure = figure.with_standard_error(error).with_interval(interval.clamped(f64::NEG_INFINITY, 1.0));
    Ok(match p_value {
        Some(p) => figure.with_p_value(p),
        None => figure,
    })
}

/// A figure of patterns for ratings: the raters are those of the ratings.
pub(crate) fn of_ratings(
    ratings: &Ratings,
    figure: impl FnOnce(&Patterns) -> Result<Estimate>,
) -> Result<Estimate> {
    let found = figure(&Patterns::from_ratings(ratings)?)?;
    Ok(Estimate { raters: ratings.n_raters() as u64, ..found })
}
