use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::reward::figures::{check_batch, check_columns};

/// Rewards of the tokens of one response; see [`ppo_token_rewards`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TokenRewards {
    /// Of each token.
    pub rewards: Vec<f64>,
    /// Mean of ln π − ln π_ref over the tokens.
    pub mean_log_ratio: f64,
    /// Its sum.
    pub sum_log_ratio: f64,
}

/// The reward of a response spread over its tokens: a penalty at each for leaving the reference, the score at the last.
///
/// ```text
/// r_t = −η·(ln π_t − ln π_ref,t) + [t is the last]·score
/// ```
///
/// # Undefined
/// Without tokens.
///
/// # Missing values
/// Give the tokens of the response only, without prompt and padding.
///
/// # Source
/// Secrets of RLHF, equation 19. η is 0.02 in the released defaults, 0.01 in its English script, 0.05 in figure 7.
///
/// # Errors
/// [`Error::Length`], [`Error::NotFinite`]; [`Error::Undefined`] as said; [`Error::Overflow`] if a reward leaves the
/// range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::ppo_token_rewards;
/// let found = ppo_token_rewards(1.5, &[-1.0, -2.0], &[-2.0, -2.0], 0.25)?;
/// assert_eq!((found.rewards, found.mean_log_ratio), (vec![-0.25, 1.5], 0.5));
/// assert!(ppo_token_rewards(1.5, &[], &[], 0.25).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn ppo_token_rewards(score: f64, policy: &[f64], reference: &[f64], eta: f64) -> Result<TokenRewards> {
    num::check_finite("score", &[score])?;
    let mut scores = vec![0.0; policy.len()];
    if let Some(last) = scores.last_mut() {
        *last = score;
    }
    penalised("token rewards", &scores, policy, reference, eta)
}

/// Scores of tokens less the penalty.
pub(super) fn penalised(
    metric: &'static str,
    scores: &[f64],
    policy: &[f64],
    reference: &[f64],
    eta: f64,
) -> Result<TokenRewards> {
    let columns = [
        ("scores of tokens", scores),
        ("log-probabilities of the policy", policy),
        ("log-probabilities of the reference", reference),
    ];
    let n = check_batch(metric, "tokens", &columns)?;
    num::check_finite("eta", &[eta])?;
    let ratios: Vec<f64> = policy.iter().zip(reference).map(|(p, r)| p - r).collect();
    let rewards: Vec<f64> = scores.iter().zip(&ratios).map(|(score, ratio)| score - eta * ratio).collect();
    let sum_log_ratio = num::sum(ratios);
    num::check_range("a reward of a token", rewards.iter().chain([&sum_log_ratio]))?;
    Ok(TokenRewards { rewards, mean_log_ratio: sum_log_ratio / n as f64, sum_log_ratio })
}

/// Advantages and returns of the tokens of one response; see [`ppo_gae`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Advantages {
    /// How much better each token did than the critic expected.
    pub advantages: Vec<f64>,
    /// What the critic should have said: advantage plus value.
    pub returns: Vec<f64>,
}

/// Generalised advantage estimation.
///
/// ```text
/// δ_t = r_t + γ·V_{t+1} − V_t        A_t = δ_t + γλ·A_{t+1}        return_t = A_t + V_t
/// ```
///
/// After the end both V and A are 0. No token gives no advantage, which is no error.
///
/// # Missing values
/// As [`ppo_token_rewards`].
///
/// # Source
/// Schulman et al. 2016; Secrets of RLHF, equations 11 to 13, with γ = 1 and λ = 0.95 in its released defaults.
///
/// # Errors
/// [`Error::Length`], [`Error::NotFinite`]; [`Error::Argument`] for γ or λ outside 0..1; [`Error::Overflow`] if an
/// advantage leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::ppo_gae;
/// let found = ppo_gae(&[0.0, 1.0], &[0.5, 0.25], 1.0, 0.5)?;
/// assert_eq!((found.advantages, found.returns), (vec![0.125, 0.75], vec![0.625, 1.0]));
/// assert!(ppo_gae(&[], &[], 1.0, 0.95)?.advantages.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn ppo_gae(rewards: &[f64], values: &[f64], gamma: f64, lambda: f64) -> Result<Advantages> {
    let n = check_columns(&[("rewards of tokens", rewards), ("values of tokens", values)])?;
    for (name, factor) in [("gamma", gamma), ("lambda", lambda)] {
        num::check_probability(name, factor)?;
    }
    let (mut advantage, mut next_value) = (0.0, 0.0);
    let mut advantages = vec![0.0; n];
    for ((out, reward), value) in advantages.iter_mut().zip(rewards).zip(values).rev() {
        advantage = reward + gamma * next_value - value + gamma * lambda * advantage;
        next_value = *value;
        *out = advantage;
    }
    let returns: Vec<f64> = advantages.iter().zip(values).map(|(a, v)| a + v).collect();
    num::check_range("an advantage", advantages.iter().chain(&returns))?;
    Ok(Advantages { advantages, returns })
}

/// What is added to the variance before its root is taken.
const VARIANCE_FLOOR: f64 = 1e-6;

/// Values brought to mean 0 and variance 1; see [`ppo_whiten`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Whitened {
    /// Of each position, the masked ones included.
    pub values: Vec<f64>,
    /// Mean of what was given at the active positions.
    pub mean: f64,
    /// Population variance there.
    pub variance: f64,
}

/// Values brought to mean 0 and variance 1 over the active positions.
///
/// ```text
/// (x − m)/√(v + 10⁻⁶)        m, v: mean and population variance where the mask is true
/// ```
///
/// With `keep_mean` m is added back. Masked positions are shifted and divided like the others: mask the result again
/// where it is used, as the losses do.
///
/// # Undefined
/// Without an active position.
///
/// # Source
/// The released `whiten` of Secrets of RLHF, which sums all positions and has 0 at the masked ones: the same.
///
/// # Errors
/// [`Error::Length`], [`Error::NotFinite`]; [`Error::Undefined`] as said; [`Error::Overflow`] if the variance leaves the
/// range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::ppo_whiten;
/// let found = ppo_whiten(&[1.0, 3.0, 9.0], &[true, true, false], false)?;
/// assert_eq!((found.mean, found.variance), (2.0, 1.0));
/// assert!((found.values[1] - 1.0).abs() < 1e-6);
/// assert!(ppo_whiten(&[1.0], &[false], false).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn ppo_whiten(values: &[f64], mask: &[bool], keep_mean: bool) -> Result<Whitened> {
    num::check_same_length("mask", values.len(), mask.len())?;
    num::check_finite("values", values)?;
    let active: Vec<f64> = values.iter().zip(mask).filter(|(_, on)| **on).map(|(v, _)| *v).collect();
    if active.is_empty() {
        return Err(Error::undefined("whitening", Undefined::Nothing { what: "active positions" }));
    }
    let n = active.len() as f64;
    let mean = num::sum(active.iter().copied()) / n;
    let variance = num::sum(active.iter().map(|v| (v - mean).powi(2))) / n;
    let root = (variance + VARIANCE_FLOOR).sqrt();
    let back = if keep_mean { mean } else { 0.0 };
    let whitened: Vec<f64> = values.iter().map(|v| (v - mean) / root + back).collect();
    num::check_range("the whitened values", whitened.iter().chain([&variance]))?;
    Ok(Whitened { values: whitened, mean, variance })
}
