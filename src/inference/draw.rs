use crate::error::{Error, Result};
use crate::inference::Kinds;
use crate::inference::binomial::binomial;
use crate::rng::{Stream, for_each_index};

/// Draws of `n` units with replacement, as counts of the kinds of the units.
///
/// # Design
/// Few kinds among many units: a multinomial draw over the kinds, as a chain of binomials. Else one index a unit. The
/// two have the same law; which one is used depends on the data's shape alone (kinds against units / 40), never on
/// threads or machine, so that the answer does not.
#[derive(Debug)]
pub(super) struct Plan {
    counts: Vec<u64>,
    total: u64,
    /// The kind of each unit; empty when the draw is multinomial.
    kind_of: Vec<u32>,
    stream: u32,
}

/// Units a kind from which the multinomial draw is used.
const MULTINOMIAL_FROM: u64 = 40;

impl Plan {
    /// A plan whose random numbers come from `stream` (index draws) or `stream + 1` (multinomial draws).
    pub(super) fn new(kinds: Kinds, stream: u32) -> Result<Self> {
        let total = kinds.total();
        let present = kinds.counts().iter().filter(|&&n| n > 0).count() as u64;
        if present.checked_mul(MULTINOMIAL_FROM).is_some_and(|enough| enough < total) {
            let stream = stream + 1;
            return Ok(Self { counts: kinds.into_counts(), total, kind_of: Vec::new(), stream });
        }
        let kind_of = kinds.kind_of()?;
        Ok(Self { counts: kinds.into_counts(), total, kind_of, stream })
    }

    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }

    pub(super) fn draw(&self, seed: u64, resample: u32, counts: &mut [u64]) {
        counts.fill(0);
        if self.kind_of.is_empty() {
            self.multinomial(&mut Stream::new(seed, self.stream, resample), counts);
        } else {
            let n = self.kind_of.len();
            for_each_index(seed, self.stream, resample, n as u64, n as u32, |i| {
                counts[self.kind_of[i as usize] as usize] += 1;
            });
        }
    }

    fn multinomial(&self, stream: &mut Stream, counts: &mut [u64]) {
        multinomial(stream, self.total, &self.counts, counts);
    }
}

/// `draws` draws with probabilities proportional to `weights`, counted.
pub(crate) fn multinomial(stream: &mut Stream, draws: u64, weights: &[u64], counts: &mut [u64]) {
    let (mut left, mut rest) = (draws, weights.iter().sum::<u64>());
    for (&weight, count) in weights.iter().zip(counts) {
        *count = if weight == rest { left } else { binomial(stream, left, weight as f64 / rest as f64) };
        left -= *count;
        rest -= weight;
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
