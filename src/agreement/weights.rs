use std::f64::consts::PI;

use crate::error::{Error, Result};
use crate::ratings::Labels;

/// How much credit two different categories get in weighted agreement: 1 on the diagonal, less off it.
///
/// With coordinates a, b of two categories and lo, hi the least and the greatest coordinate:
///
/// | weights | 1 − weight |
/// |---|---|
/// | identity | 1 unless equal |
/// | linear | \|a − b\|/(hi − lo) |
/// | quadratic | (a − b)²/(hi − lo)² |
/// | radical | √\|a − b\|/√(hi − lo) |
/// | ratio | ((a − b)/(a + b))² / ((hi − lo)/(hi + lo))², 0 for a + b = 0 |
/// | ordinal | C(\|i − j\| + 1, 2) in positions i, j, divided by its maximum |
/// | circular | sin²(π(a − b)/(hi − lo + 1)), divided by its maximum |
/// | bipolar | (a − b)²/((a + b − 2lo)(2hi − a − b)), divided by its maximum |
///
/// # Source
/// Cohen 1968 (linear, quadratic); Gwet, *Handbook of Inter-Rater Reliability*, 4th ed., chapter 3 (the rest). The
/// ordinal weights are Gwet's; Krippendorff's ordinal difference is another metric ([`crate::ratings::Scale`]).
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Weights {
    /// Only equal categories agree.
    #[default]
    Identity,
    /// Linear in the distance.
    Linear,
    /// Quadratic in the distance.
    Quadratic,
    /// Gwet's ordinal weights.
    Ordinal,
    /// Square root of the distance.
    Radical,
    /// Squared relative distance.
    Ratio,
    /// Distance on a circle.
    Circular,
    /// Distance relative to the two ends.
    Bipolar,
    /// A matrix of one's own.
    Custom(WeightMatrix),
}

/// What the coordinates of the categories are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum WeightBasis {
    /// The values of numeric labels, positions where the labels are text.
    #[default]
    Value,
    /// Positions 0, 1, 2, .. whatever the labels are.
    Position,
}

/// A square matrix of agreement weights, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightMatrix {
    size: usize,
    cells: Vec<f64>,
}

impl WeightMatrix {
    /// From agreement weights: 1 on the diagonal, at most 1 elsewhere.
    ///
    /// # Errors
    /// [`Error::Length`] if the rows are not square; [`Error::Argument`] for a weight that is not finite or above 1, or a
    /// diagonal that is not 1.
    pub fn from_agreement(rows: &[Vec<f64>]) -> Result<Self> {
        let size = rows.len();
        let mut cells = Vec::with_capacity(size * size);
        for (i, row) in rows.iter().enumerate() {
            crate::num::check_same_length("row of the weight matrix", size, row.len())?;
            for (j, &w) in row.iter().enumerate() {
                if !w.is_finite() || w > 1.0 || i == j && w != 1.0 {
                    let expected = "finite weights of at most 1, and 1 on the diagonal";
                    return Err(Error::argument(
                        "weight matrix",
                        expected,
                        format!("{w} at row {i}, column {j}"),
                    ));
                }
            }
            cells.extend_from_slice(row);
        }
        Ok(Self { size, cells })
    }

    /// From disagreement weights, as Cohen (1968) writes them: 0 on the diagonal; the agreement weight is
    /// 1 − d/max d.
    ///
    /// # Errors
    /// [`Error::Length`] if the rows are not square; [`Error::Argument`] for a negative or infinite weight, a diagonal
    /// that is not 0, or no weight above 0.
    pub fn from_disagreement(rows: &[Vec<f64>]) -> Result<Self> {
        let greatest = rows.iter().flatten().copied().fold(0.0, f64::max);
        let bad = rows.iter().enumerate().find_map(|(i, row)| {
            row.iter()
                .enumerate()
                .find(|&(j, &d)| !d.is_finite() || d < 0.0 || i == j && d != 0.0)
                .map(|(j, d)| (i, j, *d))
        });
        if let Some((i, j, d)) = bad {
            let expected = "finite weights of at least 0, and 0 on the diagonal";
            return Err(Error::argument(
                "disagreement weights",
                expected,
                format!("{d} at row {i}, column {j}"),
            ));
        }
        if greatest == 0.0 && rows.len() > 1 {
            return Err(Error::argument("disagreement weights", "a weight above 0", 0));
        }
        let scale = if greatest == 0.0 { 1.0 } else { greatest };
        Self::from_agreement(
            &rows.iter().map(|row| row.iter().map(|d| 1.0 - d / scale).collect()).collect::<Vec<_>>(),
        )
    }

    /// The number of categories.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// The weight of two categories; 0 outside the matrix.
    #[inline]
    #[must_use]
    pub fn get(&self, i: usize, j: usize) -> f64 {
        if i < self.size && j < self.size { self.cells[i * self.size + j] } else { 0.0 }
    }

    /// The sum of all weights: Gwet's T_w.
    #[must_use]
    pub fn total(&self) -> f64 {
        crate::num::sum(self.cells.iter().copied())
    }
}

impl Weights {
    /// The name, in lower case.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Linear => "linear",
            Self::Quadratic => "quadratic",
            Self::Ordinal => "ordinal",
            Self::Radical => "radical",
            Self::Ratio => "ratio",
            Self::Circular => "circular",
            Self::Bipolar => "bipolar",
            Self::Custom(_) => "custom",
        }
    }

    /// The weights of some labels as a matrix.
    ///
    /// # Errors
    /// [`Error::Length`] if a custom matrix has another size than the labels; [`Error::Argument`] if ratio weights meet
    /// labels whose least and greatest value add up to 0, or have values of both signs.
    ///
    /// # Examples
    /// ```
    /// use probity::agreement::{WeightBasis, Weights};
    /// use probity::ratings::Labels;
    /// let w = Weights::Linear.matrix(&Labels::from_values([1.0, 2.0, 5.0])?, WeightBasis::Value)?;
    /// assert_eq!((w.get(0, 1), w.get(0, 2)), (0.75, 0.0));
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn matrix(&self, labels: &Labels, basis: WeightBasis) -> Result<WeightMatrix> {
        let size = labels.len();
        if let Self::Custom(matrix) = self {
            crate::num::check_same_length("custom weight matrix", size, matrix.size)?;
            return Ok(matrix.clone());
        }
        let at = match basis {
            WeightBasis::Value => labels.coordinates(),
            WeightBasis::Position => (0..size).map(|i| i as f64).collect(),
        };
        let low = at.iter().copied().fold(f64::INFINITY, f64::min);
        let high = at.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if matches!(self, Self::Ratio) && size > 1 && (low < 0.0 || high <= 0.0) {
            let found = format!("values from {low} to {high}");
            return Err(Error::argument("ratio weights", "values of at least 0", found));
        }
        let span = high - low;
        let difference = |i: usize, j: usize| -> f64 {
            let (a, b) = (at[i], at[j]);
            if i == j {
                return 0.0;
            }
            match self {
                Self::Linear => (a - b).abs() / span,
                Self::Quadratic => ((a - b) / span).powi(2),
                Self::Radical => ((a - b).abs() / span).sqrt(),
                Self::Ratio => (((a - b) / (a + b)) / (span / (high + low))).powi(2),
                Self::Ordinal => {
                    let between = i.abs_diff(j) as f64 + 1.0;
                    between * (between - 1.0) / 2.0
                }
                Self::Circular => (PI * (a - b) / (span + 1.0)).sin().powi(2),
                Self::Bipolar => (a - b).powi(2) / ((a + b - 2.0 * low) * (2.0 * high - a - b)),
                Self::Identity | Self::Custom(_) => 1.0,
            }
        };
        let mut cells: Vec<f64> =
            (0..size).flat_map(|i| (0..size).map(move |j| (i, j))).map(|(i, j)| difference(i, j)).collect();
        let greatest = cells.iter().copied().fold(0.0, f64::max);
        if matches!(self, Self::Ordinal | Self::Circular | Self::Bipolar) && greatest > 0.0 {
            cells.iter_mut().for_each(|d| *d /= greatest);
        }
        cells.iter_mut().for_each(|d| *d = 1.0 - *d);
        Ok(WeightMatrix { size, cells })
    }
}
