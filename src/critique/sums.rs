use crate::error::Result;
use crate::inference::{Bootstrap, Estimate, Kinds, Resample};
use crate::num;

/// Items, each of which adds a row of numbers to sums that figures are read from.
pub(super) struct Sums<const N: usize> {
    rows: Vec<[f64; N]>,
}

impl<const N: usize> Sums<N> {
    pub(super) fn new(rows: Vec<[f64; N]>) -> Self {
        Self { rows }
    }

    fn totals(&self) -> [f64; N] {
        std::array::from_fn(|column| num::sum(self.rows.iter().map(|row| row[column])))
    }

    /// A figure of the sums with its bootstrap over items. `judgments` is how many entered.
    pub(super) fn estimate(
        &self,
        bootstrap: &Bootstrap,
        metric: &'static str,
        judgments: u64,
        figure: impl Fn(&[f64; N]) -> Result<f64> + Sync,
    ) -> Result<Estimate> {
        let found = bootstrap.run(self, &|sums: &Self| figure(&sums.totals()))?;
        Ok(found.to_estimate(metric).counted(self.rows.len() as u64, 1, judgments))
    }
}

impl<const N: usize> Resample for Sums<N> {
    fn kinds(&self) -> Result<Kinds> {
        Ok(Kinds::singles(self.rows.len()))
    }

    fn reweighted(&self, items: &[u64], _raters: Option<&[u64]>) -> Result<Self> {
        num::check_same_length("weights of items", self.rows.len(), items.len())?;
        let rows = self.rows.iter().zip(items).map(|(row, &times)| row.map(|x| x * times as f64)).collect();
        Ok(Self { rows })
    }
}
