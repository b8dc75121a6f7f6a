use crate::agreement::{Options, Weights};
use crate::error::{Error, Result};
use crate::ratings::Labels;

/// Categories up to which a matrix of weights is made (2 GiB).
const MAX_WEIGHTED: usize = 1 << 14;

/// Disagreement weights 1 − w of some categories, ready for scoring.
///
/// # Design
/// Coefficients are computed as 1 − (observed disagreement)/(expected disagreement). Both are sums of terms of one
/// sign, so perfect agreement gives exactly 1, and chance that is certain gives exactly 0 in the denominator,
/// however the proportions were rounded.
#[derive(Debug, Clone)]
pub(crate) struct Credit {
    /// 1 − w, row after row; `None` is the identity.
    matrix: Option<Vec<f64>>,
    /// Categories that codes can name here.
    size: usize,
    /// Declared categories: Gwet's q.
    pub(crate) categories: usize,
    /// Sum of 1 − w over the declared categories: q² − T_w.
    pub(crate) total_loss: f64,
}

impl Credit {
    pub(crate) fn new(labels: &Labels, options: &Options) -> Result<Self> {
        let size = labels.len();
        if matches!(options.chosen_weights(), Weights::Identity) {
            return Ok(Self::identity(size));
        }
        if size > MAX_WEIGHTED {
            return Err(Error::Overflow { what: "the number of categories for weighted agreement (2¹⁴)" });
        }
        let weights = options.chosen_weights().matrix(labels, options.chosen_basis())?;
        let matrix: Vec<f64> = (0..size)
            .flat_map(|i| (0..size).map(move |j| (i, j)))
            .map(|(i, j)| 1.0 - weights.get(i, j))
            .collect();
        let total_loss = crate::num::sum(matrix.iter().copied());
        Ok(Self { matrix: Some(matrix), size, categories: size, total_loss })
    }

    pub(crate) fn identity(size: usize) -> Self {
        let total_loss = size as f64 * (size as f64 - 1.0).max(0.0);
        Self { matrix: None, size, categories: size, total_loss }
    }

    pub(crate) fn is_identity(&self) -> bool {
        self.matrix.is_none()
    }

    /// Categories that codes can name.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// 1 − w of two categories.
    #[inline]
    pub(crate) fn loss(&self, i: usize, j: usize) -> f64 {
        match &self.matrix {
            None => f64::from(u8::from(i != j)),
            Some(matrix) => matrix[i * self.size + j],
        }
    }

    /// 1 − (w + w′)/2 of two categories: what counts where the order of the raters does not.
    #[inline]
    pub(crate) fn symmetric_loss(&self, i: usize, j: usize) -> f64 {
        f64::midpoint(self.loss(i, j), self.loss(j, i))
    }

    /// The same weights for some of the categories, renumbered; what depends on the declared categories stays.
    pub(crate) fn restricted(&self, codes: &[u32]) -> Self {
        let of = |matrix: &Vec<f64>| {
            let cell = |(i, j): (u32, u32)| matrix[i as usize * self.size + j as usize];
            codes.iter().flat_map(|&i| codes.iter().map(move |&j| (i, j))).map(cell).collect()
        };
        Self { matrix: self.matrix.as_ref().map(of), size: codes.len(), ..*self }
    }

    /// Expected loss of each category against a distribution of categories: Σ_l (1 − (w_kl + w_lk)/2) p_l, where Σ p = `mass`.
    pub(crate) fn losses_against(&self, shares: &[f64], mass: f64) -> Vec<f64> {
        if self.is_identity() {
            return shares.iter().map(|p| mass - p).collect();
        }
        let against =
            |k: usize| crate::num::sum(shares.iter().enumerate().map(|(l, p)| self.symmetric_loss(k, l) * p));
        (0..shares.len()).map(against).collect()
    }
}
