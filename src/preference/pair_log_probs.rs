use std::ops::Range;

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, estimate_from_influence, rate};
use crate::num;

/// Log-probabilities of the chosen and the rejected response of each pair under a policy and its reference.
///
/// Checked once, then read by every objective of pairs.
///
/// ```text
/// a = ln π(chosen) − ln π_ref(chosen)       b = ln π(rejected) − ln π_ref(rejected)
/// ```
///
/// # Undefined
/// Without pairs.
///
/// # Missing values
/// A pair with a missing number is not a pair: leave it out of all four lists.
///
/// # Errors
/// See [`PairLogProbs::new`].
///
/// # Examples
/// ```
/// use probity::preference::PairLogProbs;
/// let pairs = PairLogProbs::new((&[-10.0, -8.0], &[-12.0, -8.0]), (&[-11.0, -8.0], &[-11.0, -8.0]))?;
/// assert_eq!(pairs.rewards(0.5)?.chosen, [0.5, 0.0]);
/// assert!(PairLogProbs::new((&[], &[]), (&[], &[])).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairLogProbs<'a> {
    pub(super) chosen: &'a [f64],
    pub(super) rejected: &'a [f64],
    pub(super) ref_chosen: &'a [f64],
    pub(super) ref_rejected: &'a [f64],
    lengths: Option<(&'a [u32], &'a [u32])>,
}

impl<'a> PairLogProbs<'a> {
    /// From (chosen, rejected) under the policy and (chosen, rejected) under the reference, one number a pair: the sum
    /// over the tokens of the response.
    ///
    /// # Errors
    /// [`Error::Length`] for lists that differ in length; [`Error::NotFinite`] for a number that is not finite;
    /// [`Error::Undefined`] without pairs.
    pub fn new(policy: (&'a [f64], &'a [f64]), reference: (&'a [f64], &'a [f64])) -> Result<Self> {
        let ((chosen, rejected), (ref_chosen, ref_rejected)) = (policy, reference);
        for (what, values) in [
            ("log-probabilities of rejected responses", rejected),
            ("reference log-probabilities of chosen responses", ref_chosen),
            ("reference log-probabilities of rejected responses", ref_rejected),
        ] {
            num::check_same_length(what, chosen.len(), values.len())?;
            num::check_finite(what, values)?;
        }
        num::check_finite("log-probabilities of chosen responses", chosen)?;
        if chosen.is_empty() {
            return Err(Error::undefined("preference objective", Undefined::Nothing { what: "pairs" }));
        }
        Ok(Self { chosen, rejected, ref_chosen, ref_rejected, lengths: None })
    }

    /// Adds the numbers of tokens of the chosen and the rejected responses, which the length-normalised losses need.
    ///
    /// # Errors
    /// [`Error::Length`] for lists of another length; [`Error::Argument`] for a response without tokens.
    pub fn with_lengths(self, chosen: &'a [u32], rejected: &'a [u32]) -> Result<Self> {
        for (what, lengths) in
            [("lengths of chosen responses", chosen), ("lengths of rejected responses", rejected)]
        {
            num::check_same_length(what, self.count(), lengths.len())?;
            if lengths.contains(&0) {
                return Err(Error::argument(what, "one token or more", 0));
            }
        }
        Ok(Self { lengths: Some((chosen, rejected)), ..self })
    }

    /// How many pairs there are: at least one.
    #[must_use]
    pub fn count(&self) -> usize {
        self.chosen.len()
    }

    /// Numbers of tokens (chosen, rejected) of each pair, if given.
    pub(super) fn lengths(&self) -> Option<impl Iterator<Item = (f64, f64)> + use<'a>> {
        self.lengths.map(|(w, l)| w.iter().zip(l).map(|(&w, &l)| (f64::from(w), f64::from(l))))
    }

    /// The log-ratios (a, b) of each pair.
    pub(crate) fn ratios(&self) -> impl Iterator<Item = (f64, f64)> + use<'a> {
        let policy = self.chosen.iter().zip(self.rejected);
        let reference = self.ref_chosen.iter().zip(self.ref_rejected);
        policy.zip(reference).map(|((w, l), (rw, rl))| (w - rw, l - rl))
    }

    /// β·(a − b) of the pairs in a range.
    pub(super) fn margins(&self, range: Range<usize>, beta: f64, out: &mut [f64]) {
        let of = |values: &'a [f64]| &values[range.clone()];
        let policy = of(self.chosen).iter().zip(of(self.rejected));
        let reference = of(self.ref_chosen).iter().zip(of(self.ref_rejected));
        for (out, ((w, l), (rw, rl))) in out.iter_mut().zip(policy.zip(reference)) {
            *out = beta * ((w - rw) - (l - rl));
        }
    }

    /// The implicit rewards β·a and β·b of all pairs.
    ///
    /// # Errors
    /// [`Error::Argument`] for a β that is not above 0; [`Error::Overflow`] if a reward leaves the range of `f64`.
    pub fn rewards(&self, beta: f64) -> Result<ImplicitRewards> {
        num::check_positive("beta", beta)?;
        let (chosen, rejected): (Vec<f64>, Vec<f64>) =
            self.ratios().map(|(a, b)| (beta * a, beta * b)).unzip();
        let fits = |rewards: &[f64]| rewards.iter().all(|r| r.is_finite());
        if fits(&chosen) && fits(&rejected) {
            Ok(ImplicitRewards { chosen, rejected })
        } else {
            Err(Error::Overflow { what: "an implicit reward" })
        }
    }
}

/// Implicit rewards of the pairs of a batch, and the figures that a training run reports of them.
///
/// ```text
/// accuracy = share of pairs with r(chosen) > r(rejected), a tie being no success
/// margin   = mean of r(chosen) − r(rejected)
/// ```
///
/// # Intervals
/// Wilson's for the accuracy, Student's t over pairs for the means.
///
/// # Errors
/// [`Error::Overflow`] of a mean that leaves the range of `f64`.
///
/// # Source
/// The rewards that TRL logs, in its definitions.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::preference::PairLogProbs;
/// let pairs = PairLogProbs::new((&[-1.0, -1.0], &[-3.0, -1.0]), (&[-2.0, -1.0], &[-2.0, -1.0]))?;
/// let rewards = pairs.rewards(0.1)?;
/// assert_eq!(rewards.accuracy(Level::default())?.value, 0.5);
/// assert!((rewards.margin(Level::default())?.value - 0.1).abs() < 1e-15);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ImplicitRewards {
    /// Of each chosen response.
    pub chosen: Vec<f64>,
    /// Of each rejected response.
    pub rejected: Vec<f64>,
}

impl ImplicitRewards {
    /// Share of pairs whose chosen response has strictly the greater reward.
    ///
    /// # Errors
    /// None for rewards that come from pairs.
    pub fn accuracy(&self, level: Level) -> Result<Estimate> {
        let right = self.chosen.iter().zip(&self.rejected).filter(|(w, l)| w > l).count();
        rate("reward accuracy", "the number of pairs", right as u64, self.chosen.len() as u64, level)
    }

    /// Mean reward of the chosen over that of the rejected responses.
    ///
    /// # Errors
    /// See the type.
    pub fn margin(&self, level: Level) -> Result<Estimate> {
        let margins: Vec<f64> = self.chosen.iter().zip(&self.rejected).map(|(w, l)| w - l).collect();
        mean_reward("reward margin", &margins, level)
    }

    /// Mean reward of the chosen responses.
    ///
    /// # Errors
    /// See the type.
    pub fn mean_chosen(&self, level: Level) -> Result<Estimate> {
        mean_reward("reward of the chosen", &self.chosen, level)
    }

    /// Mean reward of the rejected responses.
    ///
    /// # Errors
    /// See the type.
    pub fn mean_rejected(&self, level: Level) -> Result<Estimate> {
        mean_reward("reward of the rejected", &self.rejected, level)
    }
}

fn mean_reward(metric: &'static str, values: &[f64], level: Level) -> Result<Estimate> {
    let mean = num::mean(values);
    if !mean.is_finite() {
        return Err(Error::Overflow { what: metric });
    }
    Ok(estimate_from_influence(metric, mean, values, level, None))
}
