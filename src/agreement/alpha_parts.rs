use crate::agreement::Options;
use crate::agreement::difference::Differences;
use crate::error::{Error, Result, Undefined};
use crate::exact::ExactSum;
use crate::inference::{Chance, Estimate, Interval};
use crate::num::sum;
use crate::ratings::Scale;
use crate::tally::Coincidences;

/// What alpha and its linearised variance are made of.
#[derive(Debug)]
pub(super) struct AlphaParts {
    pub(super) units: u64,
    /// Pairable judgments, n.
    pub(super) judgments: u64,
    pub(super) observed: f64,
    /// Disagreement by chance with replacement, D_e·(n − 1)/n.
    pub(super) chance: f64,
    /// Whether two different categories or numbers are in use.
    pub(super) varied: bool,
}

impl AlphaParts {
    /// From the pairable judgments by category and the sum over units of their disagreement.
    pub(super) fn of_totals(
        units: u64,
        totals: &[u64],
        observed: f64,
        differences: &Differences<'_>,
    ) -> Self {
        let judgments = totals.iter().sum();
        let n = judgments as f64;
        let rows = differences.row_means(totals);
        Self {
            units,
            judgments,
            observed: observed / n,
            chance: sum(rows.iter().zip(totals).map(|(row, &t)| row * t as f64)) / n,
            varied: totals.iter().filter(|&&t| t > 0).count() > 1,
        }
    }

    pub(super) fn expected(&self) -> f64 {
        let n = self.judgments as f64;
        self.chance * (n / (n - 1.0))
    }

    pub(super) fn checked(self, metric: &'static str) -> Result<Self> {
        if self.units == 0 {
            return Err(Error::undefined(metric, Undefined::NothingPairable));
        }
        if self.observed.is_finite() && self.expected().is_finite() {
            return Ok(self);
        }
        Err(Error::Overflow { what: "the sum of the differences" })
    }

    pub(super) fn estimate(&self, method: &'static str, raters: u64) -> Result<Estimate> {
        let (observed, expected) = (self.observed, self.expected());
        let reason = if self.varied { Undefined::ChanceIsCertain } else { Undefined::OneCategory };
        let value = 1.0 - crate::num::ratio(method, observed, expected, reason)?;
        if !value.is_finite() {
            return Err(Error::Overflow { what: "observed by expected disagreement" });
        }
        let chance = Chance::Disagreement { observed, expected };
        Ok(Estimate::new(method, value).counted(self.units, raters, self.judgments).with_chance(chance))
    }

    fn mean_size(&self) -> f64 {
        self.judgments as f64 / self.units as f64
    }

    /// What a judgment with this mean difference from all judgments adds to the linearisation.
    pub(super) fn slope(&self, row: f64) -> f64 {
        2.0 * (self.observed / self.chance) * (row / self.chance) / self.mean_size()
    }

    /// The factor of each category's count in the linearisation.
    pub(super) fn slopes(
        &self,
        coincidences: &Coincidences,
        scale: &Scale,
        differences: &Differences<'_>,
    ) -> Vec<f64> {
        let totals = coincidences.totals();
        let rows = differences.row_means(&totals);
        let mut slopes: Vec<f64> = rows.iter().map(|&row| self.slope(row)).collect();
        if let (Scale::Ordinal, Differences::Line(ranks)) = (scale, differences) {
            for (slope, more) in slopes.iter_mut().zip(self.rank_slopes(coincidences, &totals, ranks)) {
                *slope += more;
            }
        }
        slopes
    }

    /// How alpha moves with a category's share because the mid-ranks, and so the ordinal differences, move with it.
    fn rank_slopes(&self, coincidences: &Coincidences, totals: &[u64], ranks: &[f64]) -> Vec<f64> {
        let n = self.judgments as f64;
        // d alpha/d rank_c: from D_o through the coincidences, from D_e through the marginals (mean rank n/2).
        let mut by_rank: Vec<f64> = totals
            .iter()
            .zip(ranks)
            .map(|(&t, rank)| 4.0 * (self.observed / self.chance) * (t as f64 / n) * (rank - n / 2.0))
            .collect();
        for (m, size) in coincidences.sizes() {
            let share = 4.0 / (n * (f64::from(m) - 1.0));
            for (&(c, k), &pairs) in &size.pairs {
                let (c, k) = (c as usize, k as usize);
                let pull = share * pairs as f64 * (ranks[c] - ranks[k]);
                by_rank[c] -= pull;
                by_rank[k] += pull;
            }
        }
        // rank_c = n·(shares below c + half the share of c).
        let mut above = 0.0;
        let mut slopes = vec![0.0; totals.len()];
        for c in (0..totals.len()).rev() {
            slopes[c] = n / self.chance * (above + by_rank[c] / 2.0);
            above += by_rank[c];
        }
        let mean = sum(slopes.iter().zip(totals).map(|(s, &t)| s * t as f64)) / n;
        slopes.iter().map(|s| (s - mean) / self.mean_size()).collect()
    }

    /// Adds the squared linearised deviation of a unit of `m` judgments: `disagreement` is the sum of the differences
    /// over its ordered pairs divided by m − 1, `linear` the sum of the slopes over its judgments. Exact sums make the
    /// order of the units irrelevant.
    pub(super) fn add_square(
        &self,
        squares: &mut ExactSum,
        m: f64,
        disagreement: f64,
        linear: f64,
        times: u64,
    ) {
        let relative = m / self.mean_size();
        let ratio = self.observed / self.chance;
        let kept = 1.0 - 1.0 / self.judgments as f64;
        let own = disagreement / self.mean_size() / self.chance;
        let deviation = ratio - own + kept * ratio * (relative - 1.0) - 2.0 * ratio * relative + linear;
        // Beyond the range of `f64` the sum stays there, and no standard error comes of it.
        squares.add_product((deviation * deviation).min(f64::MAX), times as f64);
    }

    pub(super) fn with_uncertainty(
        &self,
        estimate: Estimate,
        squares: &ExactSum,
        options: &Options,
    ) -> Result<Estimate> {
        let factor = options.finite_population_factor(self.units)?;
        if self.units < 2 {
            return Ok(estimate);
        }
        let n = self.units as f64;
        let error = (factor * (squares.value() / n / (n - 1.0))).sqrt();
        if !error.is_finite() {
            return Ok(estimate);
        }
        let interval = Interval::student_t(estimate.value, error, n - 1.0, options.chosen_level())
            .clamped(f64::NEG_INFINITY, 1.0);
        Ok(estimate.with_standard_error(error).with_interval(interval))
    }
}
