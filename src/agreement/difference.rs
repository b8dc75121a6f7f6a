use std::f64::consts::PI;

use crate::error::{Error, Result};
use crate::ratings::{Disagreement, Labels, Scale};

/// Krippendorff's squared difference between two categories, for one scale and one set of marginals.
#[derive(Debug)]
pub(crate) enum Differences<'a> {
    /// 1 unless equal.
    Nominal,
    /// Squared distance of points on a line: values, or mid-ranks on the ordinal scale.
    Line(Vec<f64>),
    Ratio(&'a [f64]),
    Circular {
        values: &'a [f64],
        period: f64,
    },
    Bipolar {
        values: &'a [f64],
        low: f64,
        high: f64,
    },
    Custom(&'a Disagreement),
}

/// The values of labels, which a numeric scale needs.
fn numbers<'a>(scale: &Scale, labels: &'a Labels) -> Result<&'a [f64]> {
    match labels.values() {
        Some(values) => Ok(values),
        None if labels.is_empty() => Ok(&[]),
        None => Err(Error::Scale {
            metric: scale.name(),
            expected: "labels that are numbers",
            found: "labels that are text",
        }),
    }
}

fn ends(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), &v| (lo.min(v), hi.max(v)))
}

impl<'a> Differences<'a> {
    /// The differences of a scale. `totals` are the pairable judgments by category, which decide the ordinal scale.
    pub(crate) fn new(scale: &'a Scale, labels: &'a Labels, totals: &[u64]) -> Result<Self> {
        Ok(match scale {
            Scale::Nominal => Self::Nominal,
            Scale::Ordinal => Self::Line(mid_ranks(totals)),
            Scale::Interval => Self::Line(numbers(scale, labels)?.to_vec()),
            Scale::Ratio => {
                let values = numbers(scale, labels)?;
                match values.iter().find(|&&v| v < 0.0) {
                    Some(v) => return Err(Error::argument("ratio scale", "values of at least 0", v)),
                    None => Self::Ratio(values),
                }
            }
            Scale::Circular { period } => {
                let values = numbers(scale, labels)?;
                let (low, high) = ends(values);
                Self::Circular { values, period: period.unwrap_or(high - low + 1.0) }
            }
            Scale::Bipolar { ends: given } => {
                let values = numbers(scale, labels)?;
                let (low, high) = given.unwrap_or_else(|| ends(values));
                if let Some(v) = values.iter().find(|&&v| v < low || v > high) {
                    let found = format!("{v} outside {low} to {high}");
                    return Err(Error::argument("bipolar scale", "values between its ends", found));
                }
                Self::Bipolar { values, low, high }
            }
            Scale::Custom(matrix) => {
                crate::num::check_same_length("custom disagreement matrix", labels.len(), matrix.len())?;
                Self::Custom(matrix)
            }
        })
    }

    /// The squared difference of two categories.
    #[inline]
    pub(crate) fn between(&self, c: usize, k: usize) -> f64 {
        if c == k {
            return 0.0;
        }
        match self {
            Self::Nominal => 1.0,
            Self::Line(at) => square(at[c] - at[k]),
            // Two different values of at least 0 have a sum above 0.
            Self::Ratio(v) => square((v[c] - v[k]) / (v[c] + v[k])),
            Self::Circular { values, period } => {
                let turns = (values[c] - values[k]) / period;
                square((PI * (turns - turns.round())).sin())
            }
            // Two different values between the ends are neither both the lower nor both the upper.
            Self::Bipolar { values: v, low, high } => {
                square(v[c] - v[k]) / ((v[c] - low + (v[k] - low)) * (high - v[c] + (high - v[k])))
            }
            Self::Custom(matrix) => matrix.get(c, k).unwrap_or(0.0),
        }
    }

    /// For each category in use its mean difference from all judgments, Σ_k (n_k/n)·δ(c, k); 0 for the others.
    ///
    /// Linear in the categories on the nominal, ordinal and interval scale, quadratic in those in use otherwise.
    pub(crate) fn row_means(&self, totals: &[u64]) -> Vec<f64> {
        let n = totals.iter().sum::<u64>() as f64;
        let used: Vec<(usize, f64)> =
            totals.iter().enumerate().filter(|&(_, &t)| t > 0).map(|(c, &t)| (c, t as f64)).collect();
        let mut means = vec![0.0; totals.len()];
        match self {
            Self::Nominal => used.iter().for_each(|&(c, t)| means[c] = (n - t) / n),
            Self::Line(at) => {
                // Relative to one of the points, so that a large common offset costs no digits.
                let Some(&(first, _)) = used.first() else { return means };
                let origin = at[first];
                let mean = crate::num::sum(used.iter().map(|&(c, t)| t * (at[c] - origin))) / n;
                let from_mean = |c: usize| square(at[c] - origin - mean);
                let variance = crate::num::sum(used.iter().map(|&(c, t)| t * from_mean(c))) / n;
                used.iter().for_each(|&(c, _)| means[c] = from_mean(c) + variance);
            }
            _ => used.iter().for_each(|&(c, _)| {
                means[c] = crate::num::sum(used.iter().map(|&(k, t)| t * self.between(c, k))) / n;
            }),
        }
        means
    }
}

/// The scale for some of the labels such that their differences stay what they are among all.
pub(crate) fn restricted_scale(scale: &Scale, labels: &Labels, codes: &[u32]) -> Result<Scale> {
    Ok(match scale {
        Scale::Circular { period: None } => {
            let (low, high) = ends(numbers(scale, labels)?);
            Scale::Circular { period: Some(high - low + 1.0) }
        }
        Scale::Bipolar { ends: None } => Scale::Bipolar { ends: Some(ends(numbers(scale, labels)?)) },
        Scale::Custom(matrix) => {
            let cell = |c: u32, k: u32| matrix.get(c as usize, k as usize).unwrap_or(0.0);
            let row = |&c: &u32| codes.iter().map(|&k| cell(c, k)).collect();
            Scale::Custom(Disagreement::from_matrix(codes.iter().map(row).collect())?)
        }
        other => other.clone(),
    })
}

fn square(x: f64) -> f64 {
    x * x
}

/// The mid-rank of each category among the judgments: those below, and half of those in it.
pub(crate) fn mid_ranks(totals: &[u64]) -> Vec<f64> {
    let mut below = 0u64;
    totals
        .iter()
        .map(|&t| {
            let rank = below as f64 + t as f64 / 2.0;
            below += t;
            rank
        })
        .collect()
}
