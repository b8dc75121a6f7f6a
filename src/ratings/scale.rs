use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::ratings::Labels;

/// The level of measurement: what it means that two ratings differ.
///
/// It decides Krippendorff's difference function and which coefficients suit the data.
///
/// | scale | difference δ²(c, k) |
/// |---|---|
/// | nominal | 1 unless equal |
/// | ordinal | (judgments ranked between c and k)², from the marginals |
/// | interval | (c − k)² |
/// | ratio | ((c − k)/(c + k))², 0 for c = k = 0 |
/// | circular | sin²(π(c − k)/U), U the period |
/// | bipolar | (c − k)² / ((c + k − 2·min)(2·max − c − k)), 0 where the denominator is 0 |
/// | custom | an entry of a matrix |
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Scale {
    /// Categories without order.
    #[default]
    Nominal,
    /// Ordered categories.
    Ordinal,
    /// Numbers whose differences have meaning.
    Interval,
    /// Numbers with a natural zero.
    Ratio,
    /// Numbers on a circle.
    Circular {
        /// The circumference; `None` takes max − min + 1 of the labels.
        period: Option<f64>,
    },
    /// Numbers between two ends.
    Bipolar {
        /// The ends; `None` takes the least and the greatest label.
        ends: Option<(f64, f64)>,
    },
    /// A difference of one's own.
    Custom(Disagreement),
}

impl Scale {
    /// The name of the scale, in lower case.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Nominal => "nominal",
            Self::Ordinal => "ordinal",
            Self::Interval => "interval",
            Self::Ratio => "ratio",
            Self::Circular { .. } => "circular",
            Self::Bipolar { .. } => "bipolar",
            Self::Custom(_) => "custom",
        }
    }

    /// Whether the ratings must be numbers.
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        matches!(self, Self::Interval | Self::Ratio | Self::Circular { .. } | Self::Bipolar { .. })
    }
}

/// A symmetric matrix of differences between categories, zero on the diagonal.
///
/// # Examples
/// ```
/// use probity::ratings::{Disagreement, Labels};
/// let labels = Labels::from_names(["no", "perhaps", "yes"])?;
/// let d = Disagreement::from_fn(&labels, |a, b| if a == b { 0.0 } else { 1.0 })?;
/// assert_eq!(d.get(0, 2), Some(1.0));
/// assert!(Disagreement::from_matrix(vec![vec![0.0, 1.0], vec![2.0, 0.0]]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Vec<f64>>", into = "Vec<Vec<f64>>")]
pub struct Disagreement {
    rows: Vec<Vec<f64>>,
}

impl From<Disagreement> for Vec<Vec<f64>> {
    fn from(d: Disagreement) -> Self {
        d.rows
    }
}

impl TryFrom<Vec<Vec<f64>>> for Disagreement {
    type Error = Error;

    fn try_from(rows: Vec<Vec<f64>>) -> Result<Self> {
        Self::from_matrix(rows)
    }
}

impl Disagreement {
    /// From the rows of a square matrix.
    ///
    /// # Errors
    /// [`Error::Length`] if it is not square; [`Error::Argument`] if an entry is negative or not finite, the diagonal is
    /// not zero, or the matrix is not symmetric.
    pub fn from_matrix(rows: Vec<Vec<f64>>) -> Result<Self> {
        for (c, row) in rows.iter().enumerate() {
            crate::num::check_same_length("row of the disagreement matrix", rows.len(), row.len())?;
            for (k, &d) in row.iter().enumerate() {
                let problem = if !d.is_finite() || d < 0.0 {
                    "finite entries of at least 0"
                } else if c == k && d != 0.0 {
                    "zeros on the diagonal"
                } else if rows.get(k).and_then(|r| r.get(c)).is_some_and(|&back| back != d) {
                    "a symmetric matrix"
                } else {
                    continue;
                };
                return Err(Error::argument(
                    "disagreement matrix",
                    problem,
                    format!("{d} at row {c}, column {k}"),
                ));
            }
        }
        Ok(Self { rows })
    }

    /// From a function of two label names, evaluated once for every pair of labels.
    ///
    /// # Errors
    /// As [`Disagreement::from_matrix`].
    pub fn from_fn(labels: &Labels, mut difference: impl FnMut(&str, &str) -> f64) -> Result<Self> {
        let names = labels.names();
        Self::from_matrix(names.iter().map(|a| names.iter().map(|b| difference(a, b)).collect()).collect())
    }

    /// The number of categories.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no category.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The difference of two categories.
    #[must_use]
    pub fn get(&self, c: usize, k: usize) -> Option<f64> {
        self.rows.get(c)?.get(k).copied()
    }
}
