use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::reward::figures::check_columns;
use crate::reward::secrets_ppo_advantage::ppo_whiten;

/// Tokens of a batch, all responses in one row, padding masked out.
///
/// # Missing values
/// Masked positions take part in nothing but must hold finite numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PpoTokens<'a> {
    /// Log-probabilities under the policy that is trained.
    pub log_probs: &'a [f64],
    /// Log-probabilities under the policy that sampled.
    pub old_log_probs: &'a [f64],
    /// Values of the critic that is trained.
    pub values: &'a [f64],
    /// Values of the critic at sampling.
    pub old_values: &'a [f64],
    /// Advantages.
    pub advantages: &'a [f64],
    /// Returns.
    pub returns: &'a [f64],
    /// Which positions are tokens of a response.
    pub mask: &'a [bool],
}

/// Options of [`ppo_loss`].
///
/// # Errors
/// Numbers out of range are errors of [`ppo_loss`].
///
/// # Examples
/// ```
/// use probity::reward::PpoOptions;
/// let paper = PpoOptions::new().whiten_advantages(true).advantage_clip(0.12);
/// assert_ne!(paper, PpoOptions::new());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PpoOptions {
    policy_width: f64,
    policy_clipped: bool,
    value_width: f64,
    value_clipped: bool,
    value_weight: f64,
    whiten_advantages: bool,
    advantage_clip: Option<f64>,
    entropy: Option<EntropyTerm>,
    pretrain: (f64, f64),
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct EntropyTerm {
    mean: f64,
    target: f64,
    weight: f64,
}

impl Default for PpoOptions {
    fn default() -> Self {
        Self {
            policy_width: 0.2,
            policy_clipped: true,
            value_width: 0.2,
            value_clipped: true,
            value_weight: 1.0,
            whiten_advantages: false,
            advantage_clip: None,
            entropy: None,
            pretrain: (0.0, 0.0),
        }
    }
}

impl PpoOptions {
    /// The released defaults: both clips at 0.2, the value loss in full, nothing else.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How far the probability ratio may leave 1; 0.2 by default.
    #[must_use]
    pub fn policy_width(self, width: f64) -> Self {
        Self { policy_width: width, ..self }
    }

    /// Whether the ratio is clipped. The clip fraction is reported either way.
    #[must_use]
    pub fn clip_policy(self, clipped: bool) -> Self {
        Self { policy_clipped: clipped, ..self }
    }

    /// How far a value may leave the old one; 0.2 by default.
    #[must_use]
    pub fn value_width(self, width: f64) -> Self {
        Self { value_width: width, ..self }
    }

    /// Whether values are clipped. The clip fraction is reported either way.
    #[must_use]
    pub fn clip_value(self, clipped: bool) -> Self {
        Self { value_clipped: clipped, ..self }
    }

    /// Weight of the value loss; 1 by default.
    #[must_use]
    pub fn value_weight(self, weight: f64) -> Self {
        Self { value_weight: weight, ..self }
    }

    /// Whether advantages are whitened first ([`ppo_whiten`]).
    #[must_use]
    pub fn whiten_advantages(self, whiten: bool) -> Self {
        Self { whiten_advantages: whiten, ..self }
    }

    /// Bounds the advantages, after whitening. The paper tries 0.5 and 0.12; the released default is 0.5.
    #[must_use]
    pub fn advantage_clip(self, clip: f64) -> Self {
        Self { advantage_clip: Some(clip), ..self }
    }

    /// Adds `weight·|mean − target|` of the policy's mean entropy. The released target is 35, its weight 0.
    #[must_use]
    pub fn entropy(self, mean: f64, target: f64, weight: f64) -> Self {
        Self { entropy: Some(EntropyTerm { mean, target, weight }), ..self }
    }

    /// Adds `weight·loss` of the negative log-likelihood of pre-training data.
    #[must_use]
    pub fn pretrain(self, loss: f64, weight: f64) -> Self {
        Self { pretrain: (loss, weight), ..self }
    }

    /// What entropy and pre-training add.
    fn constant(&self) -> Result<f64> {
        for (name, width) in [
            ("width of the ratio's clip", self.policy_width),
            ("width of the values' clip", self.value_width),
            ("clip of advantages", self.advantage_clip.unwrap_or(1.0)),
        ] {
            num::check_positive(name, width)?;
        }
        let entropy = self.entropy.map_or(0.0, |term| term.weight * (term.mean - term.target).abs());
        let (loss, weight) = self.pretrain;
        let added = entropy + weight * loss;
        num::check_finite("weights of the PPO loss and terms added to it", &[self.value_weight, added])?;
        Ok(added)
    }
}

/// The loss of a batch of tokens, its parts and its gradient; see [`ppo_loss`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PpoObjective {
    /// The whole.
    pub loss: f64,
    /// Its part of the policy.
    pub policy_loss: f64,
    /// Its part of the critic, without the weight.
    pub value_loss: f64,
    /// Mean of ratio − 1 − ln ratio: an estimate of KL(old ‖ new), never negative.
    pub approx_kl: f64,
    /// Mean probability ratio.
    pub mean_ratio: f64,
    /// Share of tokens whose clipped policy term is strictly the greater.
    pub policy_clip_fraction: f64,
    /// Share of tokens whose clipped value term is strictly the greater.
    pub value_clip_fraction: f64,
    /// Derivative of the whole by each log-probability; advantages are constants.
    pub grad_log_probs: Vec<f64>,
    /// Derivative of the whole by each value.
    pub grad_values: Vec<f64>,
}

/// The clipped losses of policy and critic.
///
/// ```text
/// ρ = exp(ln π − ln π_old)
/// policy = Σ m·max(−A·ρ, −A·clip(ρ, 1 ± ε))/n
/// value  = ½·Σ m·max((V − R)², (clip(V, V_old ± c) − R)²)/n
/// loss   = policy + w·value + w_H·|H − H₀| + w_P·NLL        m: mask, n = Σ m
/// ```
///
/// # Undefined
/// Without an active position. Where a clipped and an unclipped term meet, the derivative is that of the unclipped one.
///
/// # Source
/// Secrets of RLHF, equations 14 to 17, and the released trainer.
///
/// # Errors
/// [`Error::Length`], [`Error::NotFinite`]; [`Error::Argument`] for a clip that is not above 0; [`Error::Undefined`] as
/// said; [`Error::Overflow`] if a result leaves the range of `f64`: a ratio does where log-probabilities of an active
/// token differ by more than 709.
///
/// # Examples
/// ```
/// use probity::reward::{PpoOptions, PpoTokens, ppo_loss};
/// let tokens = PpoTokens {
///     log_probs: &[-1.0, -1.0],
///     old_log_probs: &[-1.0, -3.0],
///     values: &[1.0, 0.0],
///     old_values: &[1.0, 0.0],
///     advantages: &[0.5, 9.0],
///     returns: &[2.0, 9.0],
///     mask: &[true, false],
/// };
/// let found = ppo_loss(&tokens, &PpoOptions::new())?;
/// assert_eq!((found.policy_loss, found.value_loss, found.loss), (-0.5, 0.5, 0.0));
/// assert_eq!((found.grad_log_probs, found.grad_values), (vec![-0.5, 0.0], vec![-1.0, 0.0]));
/// assert!(ppo_loss(&PpoTokens { mask: &[false; 2], ..tokens }, &PpoOptions::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn ppo_loss(tokens: &PpoTokens<'_>, options: &PpoOptions) -> Result<PpoObjective> {
    let rows = check_columns(&[
        ("log-probabilities", tokens.log_probs),
        ("old log-probabilities", tokens.old_log_probs),
        ("values", tokens.values),
        ("old values", tokens.old_values),
        ("advantages", tokens.advantages),
        ("returns", tokens.returns),
    ])?;
    num::check_same_length("mask", rows, tokens.mask.len())?;
    let added = options.constant()?;
    let n = tokens.mask.iter().filter(|on| **on).count() as f64;
    if n == 0.0 {
        return Err(Error::undefined("PPO loss", Undefined::Nothing { what: "active positions" }));
    }
    let advantages = advantages(tokens, options)?;
    let [mut policy, mut value, mut kl, mut ratios] = [num::Sum::default(); 4];
    let (mut policy_clips, mut value_clips) = (0.0, 0.0);
    let (mut grad_log_probs, mut grad_values) = (vec![0.0; rows], vec![0.0; rows]);
    for i in (0..rows).filter(|&i| tokens.mask[i]) {
        let log_ratio = tokens.log_probs[i] - tokens.old_log_probs[i];
        let of_policy = policy_term(log_ratio.exp(), advantages[i], options.policy_width);
        let of_value = value_term(tokens.values[i], tokens.old_values[i], tokens.returns[i], options);
        policy.add(of_policy.loss(options.policy_clipped));
        value.add(of_value.loss(options.value_clipped));
        kl.add(log_ratio.exp_m1() - log_ratio);
        ratios.add(log_ratio.exp());
        policy_clips += f64::from(u8::from(of_policy.is_clipped()));
        value_clips += f64::from(u8::from(of_value.is_clipped()));
        grad_log_probs[i] = of_policy.slope(options.policy_clipped) / n;
        grad_values[i] = options.value_weight * of_value.slope(options.value_clipped) / n;
    }
    let [policy_loss, value_loss, approx_kl, mean_ratio] = [policy, value, kl, ratios].map(|s| s.value() / n);
    let loss = policy_loss + options.value_weight * value_loss + added;
    let figures = [loss, approx_kl, mean_ratio];
    num::check_range("the PPO loss", figures.iter().chain(&grad_log_probs).chain(&grad_values))?;
    Ok(PpoObjective {
        loss,
        policy_loss,
        value_loss,
        approx_kl,
        mean_ratio,
        policy_clip_fraction: policy_clips / n,
        value_clip_fraction: value_clips / n,
        grad_log_probs,
        grad_values,
    })
}

fn advantages(tokens: &PpoTokens<'_>, options: &PpoOptions) -> Result<Vec<f64>> {
    let mut advantages = if options.whiten_advantages {
        ppo_whiten(tokens.advantages, tokens.mask, false)?.values
    } else {
        tokens.advantages.to_vec()
    };
    if let Some(clip) = options.advantage_clip {
        advantages.iter_mut().for_each(|a| *a = a.clamp(-clip, clip));
    }
    Ok(advantages)
}

/// A loss without and with clipping, and the derivative without; the clipped one is flat where it is the greater.
#[derive(Debug, Clone, Copy)]
struct Clipped {
    free: f64,
    bounded: f64,
    slope: f64,
}

impl Clipped {
    fn is_clipped(self) -> bool {
        self.bounded > self.free
    }

    fn loss(self, clip: bool) -> f64 {
        if clip { self.free.max(self.bounded) } else { self.free }
    }

    fn slope(self, clip: bool) -> f64 {
        if clip && self.is_clipped() { 0.0 } else { self.slope }
    }
}

fn policy_term(ratio: f64, advantage: f64, width: f64) -> Clipped {
    // An advantage of 0 has no loss, however far the ratio has gone.
    let free = if advantage == 0.0 { 0.0 } else { -advantage * ratio };
    Clipped { free, bounded: -advantage * ratio.clamp(1.0 - width, 1.0 + width), slope: free }
}

fn value_term(value: f64, old: f64, target: f64, options: &PpoOptions) -> Clipped {
    let clipped = value.clamp(old - options.value_width, old + options.value_width);
    let half_square = |x: f64| 0.5 * (x - target).powi(2);
    Clipped { free: half_square(value), bounded: half_square(clipped), slope: value - target }
}
