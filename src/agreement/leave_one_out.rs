use crate::agreement::Options;
use crate::agreement::by_rater::{ItemsByRater, check_identified};
use crate::agreement::coefficient::{Coefficient, PairScorer};
use crate::agreement::conger;
use crate::agreement::credit::Credit;
use crate::agreement::framework::{Observed, disagreement};
use crate::agreement::krippendorff::alpha_of_pairs;
use crate::agreement::light::{LightKappa, PairSums};
use crate::error::{Error, Result};
use crate::inference::Estimate;
use crate::num::Sum;
use crate::ratings::{Ids, Ratings};
use crate::tally::UnitCounts;

/// A coefficient without each rater in turn: who drags agreement down, and on whom it rests.
///
/// # Undefined
/// A rater without whom the coefficient does not exist carries the named undefined result.
///
/// # Missing values
/// As the coefficient has it. An item that only the rater left out judged is then judged by nobody.
///
/// # Complexity
/// What a rater's judgments change is subtracted, so all raters together cost about as much as a few passes over the
/// judgments, plus raters × categories (categories² with weights or for alpha). Light's kappa costs its pairwise table.
/// Alpha of plain numbers or of more than 256 categories is computed anew for every rater.
///
/// # Examples
/// ```
/// use probity::agreement::{Coefficient, LeaveOneOut, Options};
/// use probity::ratings::{Labels, Ratings};
/// // Rater 2 contradicts the other two, who agree.
/// let codes = vec![0u8, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1];
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, codes)?;
/// let without = LeaveOneOut::new(&ratings, Coefficient::FleissKappa, &Options::new())?;
/// assert_eq!(without.ranked()[0], 2);
/// assert_eq!(without.raters()[2].value, Ok(1.0));
/// // Two raters leave one, with whom nobody can agree.
/// let two = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 0, 1, 0])?;
/// let without = LeaveOneOut::new(&two, Coefficient::GwetAc, &Options::new())?;
/// assert!(without.raters()[0].value.as_ref().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LeaveOneOut {
    coefficient: Coefficient,
    names: Ids,
    whole: Result<Estimate>,
    raters: Vec<WithoutRater>,
}

/// The coefficient without one rater.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WithoutRater {
    /// Judgments of the rater left out.
    pub judgments: u64,
    /// The coefficient of the others, or why it is undefined.
    pub value: Result<f64>,
    /// That minus the coefficient of all, where both are defined: above 0 for a rater who drags agreement down.
    pub change: Option<f64>,
}

/// Categories up to which a matrix of pairs is kept for alpha.
const MAX_PAIR_MATRIX: usize = 256;

impl LeaveOneOut {
    /// Of some ratings.
    ///
    /// # Errors
    /// [`Error::Argument`] for Cohen's kappa and Scott's pi, which exist for two raters only; [`Error::Scale`] if the
    /// ratings came from counts and so have no identified raters; otherwise as [`Coefficient::estimate`], except what is
    /// undefined, which is in the result.
    pub fn new(ratings: &Ratings, coefficient: Coefficient, options: &Options) -> Result<Self> {
        check_identified(ratings, "leaving one rater out")?;
        if coefficient.needs_two_raters() {
            let expected = "one for any number of raters";
            return Err(Error::argument("coefficient", expected, coefficient.name()));
        }
        let whole = match coefficient.estimate(ratings, options) {
            Err(error) if !error.is_undefined() => return Err(error),
            figure => figure,
        };
        let values = values(ratings, coefficient, options)?;
        let all = whole.as_ref().ok().map(|estimate| estimate.value);
        let raters = values
            .into_iter()
            .map(|(judgments, value)| WithoutRater {
                judgments,
                change: value.as_ref().ok().zip(all).map(|(value, all)| value - all),
                value,
            })
            .collect();
        Ok(Self { coefficient, names: ratings.raters().clone(), whole, raters })
    }

    /// Which coefficient it is.
    #[must_use]
    pub fn coefficient(&self) -> Coefficient {
        self.coefficient
    }

    /// The names of the raters.
    #[must_use]
    pub fn names(&self) -> &Ids {
        &self.names
    }

    /// The coefficient of all raters, or why it is undefined.
    ///
    /// # Errors
    /// [`Error::Undefined`] if it is.
    pub fn whole(&self) -> Result<&Estimate> {
        self.whole.as_ref().map_err(Clone::clone)
    }

    /// The coefficient without each rater, in the raters' order.
    #[must_use]
    pub fn raters(&self) -> &[WithoutRater] {
        &self.raters
    }

    /// The raters for whom a change is defined, those whose absence helps most first.
    #[must_use]
    pub fn ranked(&self) -> Vec<usize> {
        let mut ranked: Vec<(usize, f64)> =
            self.raters.iter().enumerate().filter_map(|(rater, w)| Some((rater, w.change?))).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.into_iter().map(|(rater, _)| rater).collect()
    }
}

/// The judgments of each rater and the coefficient without them.
fn values(ratings: &Ratings, coefficient: Coefficient, options: &Options) -> Result<Vec<(u64, Result<f64>)>> {
    let found = if coefficient == Coefficient::KrippendorffAlpha
        && (!ratings.is_categorical() || ratings.n_categories() > MAX_PAIR_MATRIX)
    {
        anew(ratings, coefficient, options)?
    } else if coefficient == Coefficient::LightKappa {
        without_pairs(ratings, options)?
    } else {
        without_judgments(ratings, coefficient, options)?
    };
    match found.iter().find_map(|(_, value)| value.as_ref().err().filter(|error| !error.is_undefined())) {
        Some(error) => Err(error.clone()),
        None => Ok(found),
    }
}

/// Computes the coefficient of the others for every rater.
fn anew(ratings: &Ratings, coefficient: Coefficient, options: &Options) -> Result<Vec<(u64, Result<f64>)>> {
    let items: Vec<usize> = (0..ratings.n_items()).collect();
    let mut judgments = vec![0u64; ratings.n_raters()];
    let values = ratings.values()?;
    for item in 0..ratings.n_items() {
        values.item(item).for_each(|(rater, _)| judgments[rater] += 1);
    }
    let of = |rater: usize| {
        let others: Vec<usize> = (0..ratings.n_raters()).filter(|&other| other != rater).collect();
        let rest = ratings.select(&items, &others)?;
        Ok((judgments[rater], coefficient.estimate(&rest, options).map(|estimate| estimate.value)))
    };
    (0..ratings.n_raters()).map(of).collect()
}

/// Light's kappa: all pairs but those of the rater.
fn without_pairs(ratings: &Ratings, options: &Options) -> Result<Vec<(u64, Result<f64>)>> {
    let judged = ItemsByRater::new(ratings.codes()?);
    let pairs = LightKappa::new(ratings, options)?.pairs;
    let mut all = PairSums::default();
    let mut own = vec![PairSums::default(); ratings.n_raters()];
    for pair in pairs.pairs() {
        all.add(&pair.estimate);
        own[pair.first].add(&pair.estimate);
        own[pair.second].add(&pair.estimate);
    }
    let active = (0..ratings.n_raters()).filter(|&rater| !judged.of(rater).is_empty()).count() as u64;
    let of = |(rater, own): (usize, PairSums)| {
        let judgments = judged.of(rater).len() as u64;
        let mut rest = all.clone();
        rest.total.add(-own.total.value());
        rest.defined -= own.defined;
        (judgments, rest.mean(active - u64::from(judgments > 0)))
    };
    Ok(own.into_iter().enumerate().map(of).collect())
}

/// Everything that can be computed from sums over items: the items of the rater are taken out and put back without the
/// rater's judgments.
fn without_judgments(
    ratings: &Ratings,
    coefficient: Coefficient,
    options: &Options,
) -> Result<Vec<(u64, Result<f64>)>> {
    let view = ratings.codes()?;
    let judged = ItemsByRater::new(view);
    let credit = PairScorer::new(coefficient, ratings.labels(), ratings.scale(), options)?.into_credit();
    let chance = match coefficient {
        Coefficient::CongerKappa => Some(conger::Others::new(ratings, &credit)),
        _ => None,
    };
    let units = UnitCounts::from_ratings(ratings)?;
    let mut all = Sums::new(&credit, coefficient == Coefficient::KrippendorffAlpha);
    units.units().for_each(|unit| all.change(unit, Sign::Add, &credit));
    let mut left = Vec::new();
    let mut of = |rater: usize| {
        let mut rest = all.clone();
        for &item in judged.of(rater) {
            let unit = units.unit(item);
            let Some(own) = view.get(item, rater) else { continue };
            left.clear();
            left.extend(unit.iter().map(|&(k, n)| (k, n - u32::from(k == own))).filter(|&(_, n)| n > 0));
            rest.change(unit, Sign::Remove, &credit);
            rest.change(&left, Sign::Add, &credit);
        }
        rest.settle();
        let value = match &chance {
            Some(Ok(chance)) => rest.conger(chance, rater, &credit),
            Some(Err(error)) => Err(error.clone()),
            None => rest.value(coefficient, ratings, &credit),
        };
        (judged.of(rater).len() as u64, value)
    };
    Ok((0..ratings.n_raters()).map(&mut of).collect())
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Sign {
    Add,
    Remove,
}

impl Sign {
    fn apply(self, count: &mut u64, by: u64) {
        match self {
            Self::Add => *count += by,
            Self::Remove => *count -= by,
        }
    }

    fn times(self, x: f64) -> f64 {
        if self == Self::Add { x } else { -x }
    }
}

/// Sums over items from which items can be taken out again.
#[derive(Debug, Clone)]
struct Sums {
    observed: Observed,
    /// Judgments by category, and those in items with two or more.
    counts: Vec<u64>,
    pairable: Vec<u64>,
    /// Items in which any two judgments disagree.
    disputed: u64,
    /// For alpha: pairs of different categories, each divided by m − 1 of its item; empty otherwise.
    pairs: Vec<f64>,
}

impl Sums {
    fn new(credit: &Credit, with_pairs: bool) -> Self {
        let k = credit.size();
        Self {
            observed: Observed::empty(credit),
            counts: vec![0; k],
            pairable: vec![0; k],
            disputed: 0,
            pairs: vec![0.0; if with_pairs { k * k } else { 0 }],
        }
    }

    /// Puts an item in or takes it out.
    fn change(&mut self, unit: &[(u32, u32)], sign: Sign, credit: &Credit) {
        let m: u64 = unit.iter().map(|&(_, n)| u64::from(n)).sum();
        if m == 0 {
            return;
        }
        let observed = &mut self.observed;
        sign.apply(&mut observed.items, 1);
        sign.apply(&mut observed.judgments, m);
        for &(k, n) in unit {
            observed.shares[k as usize].add(sign.times(f64::from(n) / m as f64));
            sign.apply(&mut self.counts[k as usize], n.into());
        }
        if m < 2 {
            return;
        }
        sign.apply(&mut observed.paired, 1);
        let lost = disagreement(unit, m, credit);
        observed.disagreement.add(sign.times(lost));
        sign.apply(&mut self.disputed, u64::from(lost != 0.0));
        for (i, &(k, n)) in unit.iter().enumerate() {
            sign.apply(&mut self.pairable[k as usize], n.into());
            if !self.pairs.is_empty() {
                for &(l, other) in &unit[i + 1..] {
                    let pairs = f64::from(n) * f64::from(other) / (m as f64 - 1.0);
                    self.pairs[k as usize * credit.size() + l as usize] += sign.times(pairs);
                }
            }
        }
    }

    /// Makes exact what the integers decide: what is left after a subtraction may be a rounding error away from 0, and
    /// then a figure would seem to exist that does not.
    fn settle(&mut self) {
        if self.disputed == 0 {
            self.observed.disagreement = Sum::default();
            self.pairs.fill(0.0);
        }
        let used = self.counts.iter().filter(|&&n| n > 0).count();
        for (share, &n) in self.observed.shares.iter_mut().zip(&self.counts) {
            if n == 0 {
                *share = Sum::default();
            } else if used == 1 {
                *share = [self.observed.items as f64].into_iter().collect();
            }
        }
        self.observed.used = used;
    }

    fn value(&self, coefficient: Coefficient, ratings: &Ratings, credit: &Credit) -> Result<f64> {
        if coefficient == Coefficient::KrippendorffAlpha {
            let units = self.observed.paired;
            return alpha_of_pairs(ratings.labels(), ratings.scale(), units, &self.pairable, &self.pairs);
        }
        let (model, metric) = coefficient.in_framework(credit).unwrap_or((None, coefficient.name()));
        let (observed, expected) = self.observed.parts(model, metric, credit)?;
        Ok(1.0 - observed / expected)
    }

    fn conger(&self, chance: &conger::Others, rater: usize, credit: &Credit) -> Result<f64> {
        let metric = conger::method(credit);
        let expected = chance.expected_without(rater, metric)?;
        let observed = self.observed.observed(metric)?;
        if self.observed.used < 2 || expected <= 0.0 {
            return Err(self.observed.certain(metric));
        }
        Ok(1.0 - observed / expected)
    }
}
