use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::tally::{Moments, Tally};

/// How much the moments weigh that a run starts from (mean 0, variance 1).
const PRIOR_WEIGHT: f64 = 1e-24;

/// Mean and standard deviation of all rewards so far, by which the next ones are scaled.
///
/// The tally is [`Moments`]: record rewards wherever they arise, merge, and read the scale once.
///
/// ```text
/// scale(r) = r/s        normalise(r) = (r − m)/s
/// m = mean        s² = (Σ(r − m)² + 10⁻²⁴·(1 + m²))/(n − 1)
/// ```
///
/// # Undefined
/// For fewer than two rewards. Equal rewards have a scale: the moments that a run starts from, of the weight 10⁻²⁴,
/// leave s at about 10⁻¹².
///
/// # Source
/// Zheng et al., Secrets of RLHF, equation 18; the running moments of the released `RunningMoments`, whose updates batch
/// by batch come to these sums. Here they are exact and do not depend on the split into batches.
///
/// # Errors
/// See the methods.
///
/// # Examples
/// ```
/// use probity::reward::RewardScale;
/// use probity::tally::{Moments, Tally};
/// let mut moments = Moments::default();
/// for reward in [1.0, 2.0, 3.0] {
///     moments.record(reward)?;
/// }
/// let scale = RewardScale::from_moments(&moments)?;
/// assert_eq!((scale.normalise(3.0)?, scale.normalise(2.0)?, scale.scale(0.5)?), (1.0, 0.0, 0.5));
/// assert!(RewardScale::from_moments(&Moments::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RewardScale {
    mean: f64,
    /// What rounding took from the mean: equal rewards are normalised to 0, not to a rounding error over 10⁻¹².
    rest_of_mean: f64,
    standard_deviation: f64,
}

impl RewardScale {
    /// The scale of the rewards recorded.
    ///
    /// # Errors
    /// [`Error::Undefined`] for fewer than two.
    pub fn from_moments(moments: &Moments) -> Result<Self> {
        let n = moments.records();
        if n < 2 {
            let reason = Undefined::TooFew { what: "rewards", needed: 2, found: n };
            return Err(Error::undefined("standard deviation of rewards", reason));
        }
        let centre = moments.centre();
        let prior = PRIOR_WEIGHT * (1.0 + centre.high * centre.high) / (n - 1) as f64;
        let standard_deviation = (moments.variance()? + prior).sqrt();
        Ok(Self { mean: centre.high, rest_of_mean: centre.low, standard_deviation })
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The standard deviation.
    #[must_use]
    pub fn standard_deviation(&self) -> f64 {
        self.standard_deviation
    }

    /// The reward in standard deviations.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a reward that is not finite; [`Error::Overflow`] if the result leaves the range of `f64`.
    pub fn scale(&self, reward: f64) -> Result<f64> {
        self.divided(reward, reward)
    }

    /// The reward in standard deviations from the mean.
    ///
    /// # Errors
    /// As [`scale`](Self::scale).
    pub fn normalise(&self, reward: f64) -> Result<f64> {
        self.divided(reward, (reward - self.mean) - self.rest_of_mean)
    }

    fn divided(&self, reward: f64, shifted: f64) -> Result<f64> {
        num::check_finite("reward", &[reward])?;
        let scaled = shifted / self.standard_deviation;
        num::check_range("the scaled reward", [&scaled])?;
        Ok(scaled)
    }
}

/// What is done to rewards before they are clipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RewardScaling {
    /// Divide by the standard deviation, as the released script does.
    #[default]
    Scale,
    /// Take off the mean as well, as PPO-max does.
    Normalise,
}

/// Rewards of batches, each by the moments of all rewards up to and with its batch, then clipped.
///
/// ```text
/// r̃ = clip(r/s, −δ, δ)   or   clip((r − m)/s, −δ, δ)
/// ```
///
/// # Undefined
/// If the first batch has a single reward.
///
/// # Missing values
/// A missing reward is an error: leave the sample out.
///
/// # Source
/// Secrets of RLHF, equation 18 (δ of 0.3 and 0.8 in its figure 6). The released script scales and clips at 10; clips of
/// 0 there mean none.
///
/// # Errors
/// [`Error::Argument`] for a clip that is not above 0, or a reward that is not finite or beyond 1e140;
/// [`Error::Undefined`] for a batch without rewards, or as said.
///
/// # Examples
/// ```
/// use probity::reward::{RewardScaling, ppo_normalise_rewards};
/// let batches = [vec![1.0, 2.0, 3.0], vec![2.0]];
/// let found = ppo_normalise_rewards(&batches, RewardScaling::Normalise, Some(0.5))?;
/// assert_eq!(found, [vec![-0.5, 0.0, 0.5], vec![0.0]]);
/// let equal = ppo_normalise_rewards(&[[0.1, 0.1, 0.1]], RewardScaling::Normalise, None)?;
/// assert_eq!(equal, [[0.0, 0.0, 0.0]]);
/// assert!(ppo_normalise_rewards(&[[1.0]], RewardScaling::Scale, None).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn ppo_normalise_rewards<B: AsRef<[f64]>>(
    batches: &[B],
    scaling: RewardScaling,
    clip: Option<f64>,
) -> Result<Vec<Vec<f64>>> {
    let bound = clip.unwrap_or(f64::MAX);
    num::check_positive("clip of rewards", bound)?;
    let mut moments = Moments::default();
    let process = |batch: &B| {
        let batch = batch.as_ref();
        moments.merge(&batch_moments(batch)?)?;
        let scale = RewardScale::from_moments(&moments)?;
        let one = |&reward: &f64| {
            let scaled = match scaling {
                RewardScaling::Scale => scale.scale(reward),
                RewardScaling::Normalise => scale.normalise(reward),
            };
            scaled.map(|scaled| scaled.clamp(-bound, bound))
        };
        batch.iter().map(one).collect()
    };
    batches.iter().map(process).collect()
}

/// The moments after one batch; see [`ppo_running_moments`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RunningMoments {
    /// Mean of the batch.
    pub batch_mean: f64,
    /// Sample standard deviation of the batch; none for a single reward.
    pub batch_standard_deviation: Option<f64>,
    /// Mean of all rewards so far.
    pub mean: f64,
    /// The standard deviation that the rewards are scaled by; none after a single reward.
    pub standard_deviation: Option<f64>,
    /// Rewards so far.
    pub count: u64,
}

/// The moments of a run after each batch; after a first batch of a single reward the run stops, as it has no scale.
///
/// # Undefined
/// A batch without rewards has no moments.
///
/// # Source
/// As [`RewardScale`].
///
/// # Errors
/// As [`ppo_normalise_rewards`].
///
/// # Examples
/// ```
/// use probity::reward::ppo_running_moments;
/// let log = ppo_running_moments(&[vec![1.0, 3.0], vec![5.0]])?;
/// assert_eq!((log[1].mean, log[1].standard_deviation, log[1].count), (3.0, Some(2.0), 3));
/// assert_eq!(log[1].batch_standard_deviation, None);
/// let stopped = ppo_running_moments(&[[2.0], [3.0]])?;
/// assert_eq!((stopped.len(), stopped[0].standard_deviation), (1, None));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn ppo_running_moments<B: AsRef<[f64]>>(batches: &[B]) -> Result<Vec<RunningMoments>> {
    let mut moments = Moments::default();
    let mut log = Vec::with_capacity(batches.len());
    for batch in batches {
        let of_batch = batch_moments(batch.as_ref())?;
        moments.merge(&of_batch)?;
        let standard_deviation =
            RewardScale::from_moments(&moments).ok().map(|scale| scale.standard_deviation());
        log.push(RunningMoments {
            batch_mean: of_batch.mean()?,
            batch_standard_deviation: of_batch.variance().ok().map(f64::sqrt),
            mean: moments.mean()?,
            standard_deviation,
            count: moments.records(),
        });
        if standard_deviation.is_none() {
            break;
        }
    }
    Ok(log)
}

fn batch_moments(batch: &[f64]) -> Result<Moments> {
    if batch.is_empty() {
        return Err(Error::undefined("moments of a batch", Undefined::Nothing { what: "rewards" }));
    }
    let mut moments = Moments::default();
    batch.iter().try_for_each(|&reward| moments.record(reward))?;
    Ok(moments)
}
