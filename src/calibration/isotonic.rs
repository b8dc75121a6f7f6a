use crate::calibration::{Predictions, Recalibration};
use crate::error::{Error, Result, Undefined};

/// The rising steps that fit the outcomes best.
///
/// Between two steps the map is a straight line; below the first and above the last it is constant.
///
/// # Undefined
/// Fitting without items.
///
/// # Ties
/// Items of equal confidence are averaged first.
///
/// # Source
/// Zadrozny and Elkan 2002; Ayer et al. 1955 (pool adjacent violators). The values at the training confidences are those
/// of scikit-learn's `IsotonicRegression`, as is the line between them.
///
/// # Examples
/// ```
/// use probity::calibration::{IsotonicCalibration, Predictions, Recalibration};
/// let predictions = Predictions::new(vec![0.2, 0.4, 0.6, 0.8], vec![false, true, false, true])?;
/// let map = IsotonicCalibration::fit(&predictions)?;
/// assert_eq!(map.apply_to(&predictions).confidences(), [0.0, 0.5, 0.5, 1.0]);
/// assert!((map.apply(0.3)? - 0.25).abs() < 1e-12);
/// assert_eq!((map.apply(0.0)?, map.apply(0.9)?), (0.0, 1.0));
/// assert!(IsotonicCalibration::fit(&Predictions::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct IsotonicCalibration {
    /// Confidence and value at the ends of each step, ascending.
    knots: Vec<(f64, f64)>,
}

/// Items pooled to one value.
struct Pool {
    first: f64,
    last: f64,
    items: u64,
    hits: u64,
}

impl Pool {
    fn is_above(&self, other: &Self) -> bool {
        u128::from(self.hits) * u128::from(other.items) >= u128::from(other.hits) * u128::from(self.items)
    }
}

impl IsotonicCalibration {
    /// Fits the steps.
    ///
    /// # Errors
    /// [`Error::Undefined`] without items.
    ///
    /// # Complexity
    /// One sort.
    pub fn fit(predictions: &Predictions) -> Result<Self> {
        if predictions.is_empty() {
            return Err(Error::undefined("isotonic calibration", Undefined::Nothing { what: "items" }));
        }
        let mut items: Vec<(f64, bool)> = predictions.iter().collect();
        items.sort_unstable_by(|x, y| x.0.total_cmp(&y.0));
        let mut pools: Vec<Pool> = Vec::new();
        for tied in items.chunk_by(|x, y| x.0 == y.0) {
            let Some(&(first, _)) = tied.first() else { continue };
            let hits = tied.iter().filter(|item| item.1).count() as u64;
            let mut pool = Pool { first, last: first, items: tied.len() as u64, hits };
            while let Some(before) = pools.pop_if(|before| before.is_above(&pool)) {
                pool.first = before.first;
                pool.items += before.items;
                pool.hits += before.hits;
            }
            pools.push(pool);
        }
        let ends = |pool: Pool| {
            let value = pool.hits as f64 / pool.items as f64;
            // A pool of one confidence is one knot.
            let last = (pool.last > pool.first).then_some((pool.last, value));
            std::iter::once((pool.first, value)).chain(last)
        };
        Ok(Self { knots: pools.into_iter().flat_map(ends).collect() })
    }

    /// Confidence and value where the map changes its slope, ascending.
    #[must_use]
    pub fn knots(&self) -> &[(f64, f64)] {
        &self.knots
    }
}

impl Recalibration for IsotonicCalibration {
    fn at(&self, confidence: f64) -> f64 {
        let above = self.knots.partition_point(|knot| knot.0 < confidence);
        let before = above.checked_sub(1).and_then(|i| self.knots.get(i));
        match (before, self.knots.get(above)) {
            (Some(&(x0, y0)), Some(&(x1, y1))) => y0 + (y1 - y0) * ((confidence - x0) / (x1 - x0)),
            (Some(&(_, y)), None) | (None, Some(&(_, y))) => y,
            (None, None) => confidence,
        }
    }
}
