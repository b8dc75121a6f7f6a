use crate::agreement::Options;
use crate::agreement::credit::Credit;
use crate::agreement::framework::{self, ChanceModel};
use crate::error::{Error, Result, Undefined};
use crate::inference::Estimate;
use crate::num::sum;
use crate::ratings::Ratings;
use crate::tally::PairCounts;

/// The filled cells of a confusion matrix, with its margins: what every figure of two raters is computed from.
#[derive(Debug)]
pub(crate) struct Table {
    /// (first, second, count ≥ 1).
    pub(crate) cells: Vec<(u32, u32, u64)>,
    pub(crate) rows: Vec<u64>,
    pub(crate) columns: Vec<u64>,
    pub(crate) total: u64,
}

impl Table {
    pub(crate) fn new(categories: usize, cells: Vec<(u32, u32, u64)>) -> Self {
        let (mut rows, mut columns, mut total) = (vec![0; categories], vec![0; categories], 0);
        for &(i, j, n) in &cells {
            rows[i as usize] += n;
            columns[j as usize] += n;
            total += n;
        }
        Self { cells, rows, columns, total }
    }

    /// Of a confusion matrix, row after row.
    pub(crate) fn of_counts(categories: usize, counts: &[u64]) -> Self {
        let filled = counts.iter().enumerate().filter(|&(_, &n)| n > 0);
        let cell = |(at, &n): (usize, &u64)| ((at / categories) as u32, (at % categories) as u32, n);
        Self::new(categories, filled.map(cell).collect())
    }

    pub(crate) fn of_pairs(counts: &PairCounts) -> Self {
        Self::of_counts(counts.labels().len(), counts.counts())
    }

    /// Observed disagreement 1 − p_o.
    pub(crate) fn observed(&self, metric: &'static str, credit: &Credit) -> Result<f64> {
        if self.total == 0 {
            return Err(Error::undefined(metric, Undefined::NothingPairable));
        }
        let lost = |&(i, j, n): &(u32, u32, u64)| credit.loss(i as usize, j as usize) * n as f64;
        Ok(sum(self.cells.iter().map(lost)) / self.total as f64)
    }

    /// Shares of the categories: the first rater's, the second's.
    pub(crate) fn margins(&self) -> (Vec<f64>, Vec<f64>) {
        let share = |counts: &[u64]| counts.iter().map(|&n| n as f64 / self.total.max(1) as f64).collect();
        (share(&self.rows), share(&self.columns))
    }

    /// Why a figure with no expected disagreement does not exist.
    pub(crate) fn certain(&self, metric: &'static str) -> Error {
        let used = self.rows.iter().zip(&self.columns).filter(|&(&r, &c)| r + c > 0).count();
        let reason = if used < 2 { Undefined::OneCategory } else { Undefined::ChanceIsCertain };
        Error::undefined(metric, reason)
    }

    /// A member of Gwet's family on the items that both rated.
    pub(crate) fn framework(
        &self,
        credit: &Credit,
        model: Option<ChanceModel>,
        method: &'static str,
        options: &Options,
    ) -> Result<Estimate> {
        let units: Vec<([(u32, u32); 2], u64)> = self
            .cells
            .iter()
            .map(|&(i, j, n)| if i == j { ([(i, 2), (i, 0)], n) } else { ([(i, 1), (j, 1)], n) })
            .collect();
        let iterate = || units.iter().map(|(unit, n)| (&unit[..if unit[1].1 == 0 { 1 } else { 2 }], *n));
        framework::estimate(iterate, credit, model, method, options)
    }
}

/// The table of ratings by two raters.
pub(crate) fn two_raters(ratings: &Ratings, metric: &'static str) -> Result<PairCounts> {
    if ratings.n_raters() == 2 {
        return PairCounts::from_ratings(ratings, 0, 1);
    }
    let found = format!("{} raters for {metric}", ratings.n_raters());
    Err(Error::argument("ratings", "two raters (PairwiseTable takes every pair of more)", found))
}
