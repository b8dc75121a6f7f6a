use fearless_simd::Level;

use crate::error::Result;
use crate::kernels::{soft_label_slopes, soft_label_values};
use crate::num;
use crate::preference::{PairLogProbs, PairObjective};

/// Pairs at a time: their margins and terms stay in the first-level cache.
const BLOCK: usize = 512;
/// Sums side by side in a block.
const LANES: usize = 8;

/// How sure it is, from 0 to 1, that the chosen response of a pair is the better one.
///
/// # Errors
/// See the constructors.
///
/// # Examples
/// ```
/// use probity::preference::SoftLabels;
/// assert!(SoftLabels::same(0.9).is_ok());
/// assert!(SoftLabels::each(&[0.9, 1.1]).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SoftLabels<'a>(Labels<'a>);

/// Labels that need not be probabilities: those of a robust loss lie outside 0..1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Labels<'a> {
    Same(f64),
    Each(&'a [f64]),
}

impl<'a> SoftLabels<'a> {
    /// One label for all pairs.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for a number outside 0..1.
    pub fn same(label: f64) -> Result<Self> {
        num::check_probability("soft label", label)?;
        Ok(Self(Labels::Same(label)))
    }

    /// One label a pair.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for a number outside 0..1.
    pub fn each(labels: &'a [f64]) -> Result<Self> {
        num::check_probabilities("soft labels", labels)?;
        Ok(Self(Labels::Each(labels)))
    }
}

/// One margin's logistic loss under a soft label, with its derivative by the margin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Logistic {
    pub(crate) value: f64,
    pub(crate) slope: f64,
}

/// `−p·ln σ(z) − (1 − p)·ln σ(−z)`: the one logistic loss of the crate, for one margin.
pub(crate) fn logistic(z: f64, p: f64) -> Logistic {
    // ln σ(z) = min(z, 0) − ln(1 + e^−|z|), written so that nothing cancels, with one exponential for all.
    let u = (-z.abs()).exp();
    let value = p * (-z).max(0.0) + (1.0 - p) * z.max(0.0) + u.ln_1p();
    let (large, small) = (1.0 / (1.0 + u), u / (1.0 + u));
    let (up, down) = if z < 0.0 { (small, large) } else { (large, small) };
    Logistic { value, slope: (1.0 - p) * up - p * down }
}

/// The logistic loss of pairs under soft labels.
///
/// ```text
/// z = β·(a − b)        L = −p·ln σ(z) − (1 − p)·ln σ(−z)
/// ∂L/∂ln π(chosen) = β·(σ(z) − p) = −∂L/∂ln π(rejected)
/// ```
///
/// p = 1 is DPO, p = 1 − ε conservative DPO, p the consistency CREAM, p the preference's strength OSP.
///
/// # Undefined
/// Without pairs, which [`PairLogProbs`] does not hold.
///
/// # Source
/// Rafailov et al. 2023 (DPO), equation 7; Mitchell 2023 (cDPO). Values and slopes come from a vector loop whose
/// exponential and logarithm are within 8 ulp of the standard library's, the same bits on every machine.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length) for another number of labels than pairs; [`Error::Argument`](crate::Error::Argument) for a β that is not above 0;
/// [`Error::Overflow`](crate::Error::Overflow) if the objective leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::preference::{PairLogProbs, SoftLabels, soft_label_loss};
/// let pairs = PairLogProbs::new((&[-1.0], &[-9001.0]), (&[-1.0], &[-1.0]))?;
/// // A hopeless margin costs nothing if it points the right way, and all of itself otherwise.
/// assert_eq!(soft_label_loss(&pairs, SoftLabels::same(1.0)?, 0.1)?.loss, 0.0);
/// assert!((soft_label_loss(&pairs, SoftLabels::same(0.0)?, 0.1)?.loss - 900.0).abs() < 1e-9);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn soft_label_loss(pairs: &PairLogProbs<'_>, labels: SoftLabels<'_>, beta: f64) -> Result<PairObjective> {
    logistic_objective(pairs, labels.0, beta)
}

/// The same for labels that need not be probabilities.
pub(super) fn logistic_objective(
    pairs: &PairLogProbs<'_>,
    labels: Labels<'_>,
    beta: f64,
) -> Result<PairObjective> {
    let n = pairs.count();
    let (mut losses, mut chosen) = (vec![0.0; n], vec![0.0; n]);
    let level = Level::new();
    let blocks = losses.chunks_mut(BLOCK).zip(chosen.chunks_mut(BLOCK));
    by_block(pairs, labels, beta, blocks, |margins, labels, (values, slopes)| {
        soft_label_slopes(level, margins, labels, values, slopes);
        slopes.iter_mut().for_each(|slope| *slope *= beta);
    })?;
    let rejected = chosen.iter().map(|slope| -slope).collect();
    PairObjective::from_parts(losses, chosen, rejected)
}

/// The mean of [`soft_label_loss`] without the pairs' own losses and gradients: reads the log-probabilities once and
/// writes nothing. From 8 pairs on its last digits may differ, as it adds in another order.
///
/// # Undefined
/// As [`soft_label_loss`].
///
/// # Source
/// As [`soft_label_loss`].
///
/// # Errors
/// As [`soft_label_loss`].
///
/// # Examples
/// ```
/// use probity::preference::{PairLogProbs, SoftLabels, soft_label_loss, soft_label_mean};
/// let pairs = PairLogProbs::new((&[-1.0, -4.0], &[-3.0, -4.5]), (&[-2.0, -4.0], &[-2.0, -4.0]))?;
/// let labels = SoftLabels::each(&[1.0, 0.5])?;
/// assert_eq!(soft_label_mean(&pairs, labels, 0.1)?, soft_label_loss(&pairs, labels, 0.1)?.loss);
/// assert!(soft_label_mean(&pairs, labels, 0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn soft_label_mean(pairs: &PairLogProbs<'_>, labels: SoftLabels<'_>, beta: f64) -> Result<f64> {
    let (level, mut values, mut sum) = (Level::new(), [0.0; BLOCK], num::Sum::default());
    by_block(pairs, labels.0, beta, std::iter::repeat(()), |margins, labels, ()| {
        let values = &mut values[..margins.len()];
        soft_label_values(level, margins, labels, values);
        // Few terms a lane lose nothing that counts; compensating each would take longer than computing it.
        let (lines, rest) = values.as_chunks::<LANES>();
        let mut lanes = [0.0; LANES];
        lines.iter().for_each(|line| lanes.iter_mut().zip(line).for_each(|(lane, value)| *lane += value));
        lanes.iter().chain(rest).for_each(|&value| sum.add(value));
    })?;
    let mean = sum.value() / pairs.count() as f64;
    num::check_range("the objective", [&mean])?;
    Ok(mean)
}

/// Hands out the margins and labels of the pairs, a block at a time, each with its room for results.
fn by_block<R>(
    pairs: &PairLogProbs<'_>,
    labels: Labels<'_>,
    beta: f64,
    rooms: impl Iterator<Item = R>,
    mut each: impl FnMut(&[f64], &[f64], R),
) -> Result<()> {
    num::check_positive("beta", beta)?;
    let n = pairs.count();
    let (mut margins, mut same) = ([0.0; BLOCK], [0.0; BLOCK]);
    match labels {
        Labels::Same(label) => same.fill(label),
        Labels::Each(labels) => num::check_same_length("soft labels", n, labels.len())?,
    }
    for (start, room) in (0..n).step_by(BLOCK).zip(rooms) {
        let end = n.min(start + BLOCK);
        let margins = &mut margins[..end - start];
        pairs.margins(start..end, beta, margins);
        let labels = match labels {
            Labels::Same(_) => &same[..end - start],
            Labels::Each(labels) => &labels[start..end],
        };
        each(margins, labels, room);
    }
    Ok(())
}
