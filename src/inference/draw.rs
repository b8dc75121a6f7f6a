use crate::error::{Error, Result};
use crate::inference::Kinds;
use crate::inference::binomial::Binomial;
use crate::rng::{Stream, for_each_index};

/// Draws of `n` units with replacement, as counts of the kinds of the units.
///
/// # Design
/// Few kinds among many units: a multinomial draw over the kinds, as a chain of binomials. Else one index a unit. The
/// two have the same law; which one is used depends on the data's shape alone (kinds against units / 40), never on
/// threads or machine, so that the answer does not.
#[derive(Debug)]
pub(super) struct Plan {
    kinds: usize,
    stream: u32,
    law: Law,
}

#[derive(Debug)]
enum Law {
    Multinomial {
        kinds: Multinomial,
        draws: u64,
    },
    /// The kind of each unit.
    Indices(Vec<u32>),
}

/// Units a kind from which the multinomial draw is used.
pub(super) const MULTINOMIAL_FROM: u64 = 40;

impl Plan {
    /// A plan whose random numbers come from `stream` (index draws) or `stream + 1` (multinomial draws).
    pub(super) fn new(kinds: &Kinds, stream: u32) -> Result<Self> {
        let counts = kinds.counts();
        let present = counts.iter().filter(|&&n| n > 0).count() as u64;
        if present.checked_mul(MULTINOMIAL_FROM).is_some_and(|enough| enough < kinds.total()) {
            let law = Law::Multinomial { kinds: Multinomial::from_counts(counts), draws: kinds.total() };
            return Ok(Self { kinds: counts.len(), stream: stream + 1, law });
        }
        Ok(Self { kinds: counts.len(), stream, law: Law::Indices(kinds.kind_of()?) })
    }

    /// The kind of each unit and the stream of the draws, where units are drawn one by one.
    #[cfg(feature = "gpu")]
    pub(super) fn index_draws(&self) -> Option<(&[u32], u32)> {
        match &self.law {
            Law::Indices(kind_of) => Some((kind_of, self.stream)),
            Law::Multinomial { .. } => None,
        }
    }

    /// The number of kinds.
    pub(super) fn len(&self) -> usize {
        self.kinds
    }

    pub(super) fn draw(&self, seed: u64, resample: u32, counts: &mut [u64]) {
        match &self.law {
            Law::Multinomial { kinds, draws } => {
                kinds.draw(&mut Stream::new(seed, self.stream, resample), *draws, counts);
            }
            Law::Indices(kind_of) => {
                counts.fill(0);
                let n = kind_of.len();
                for_each_index(seed, self.stream, resample, n as u64, n as u32, |i| {
                    counts[kind_of[i as usize] as usize] += 1;
                });
            }
        }
    }
}

/// Cells of fixed probabilities into which draws fall.
#[derive(Debug)]
pub(crate) struct Multinomial {
    /// For each cell, of the draws into it or a cell after it.
    conditional: Vec<Binomial>,
}

impl Multinomial {
    /// Probabilities proportional to counts, whose total fits in 64 bits.
    fn from_counts(counts: &[u64]) -> Self {
        let mut rest: u64 = counts.iter().sum();
        let conditional = counts.iter().map(|&n| {
            let p = if rest == 0 { 0.0 } else { n as f64 / rest as f64 };
            rest -= n;
            Binomial::new(p)
        });
        Self { conditional: conditional.collect() }
    }

    /// Probabilities proportional to weights of at least 0.
    pub(crate) fn from_weights(weights: &[f64]) -> Self {
        let mut rest = 0.0;
        let mut conditional: Vec<Binomial> = weights
            .iter()
            .rev()
            .map(|&w| {
                rest += w;
                Binomial::new(if rest == 0.0 { 0.0 } else { w / rest })
            })
            .collect();
        conditional.reverse();
        Self { conditional }
    }

    pub(crate) fn draw(&self, stream: &mut Stream, draws: u64, counts: &mut [u64]) {
        let mut left = draws;
        for (law, count) in self.conditional.iter().zip(counts) {
            *count = law.draw(stream, left);
            left -= *count;
        }
    }
}

/// Unit indices as counts of kinds.
pub(super) fn count_indices(indices: &[usize], kind_of: &[u32], counts: &mut [u64]) -> Result<()> {
    counts.fill(0);
    for &index in indices {
        let kind = kind_of.get(index).ok_or(Error::Index { what: "unit", index, len: kind_of.len() })?;
        counts[*kind as usize] += 1;
    }
    Ok(())
}
