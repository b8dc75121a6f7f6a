use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items, normal_quantile, quantile};
use crate::num;
use crate::reward::figures::{check_columns, share};

/// How the reference reward of a prompt is read from rewards of the base policy's responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ReferenceMethod {
    /// The quantile of the sample, linear between order statistics.
    #[default]
    Empirical,
    /// Mean + z·population standard deviation, z the normal quantile.
    Normal,
}

/// The reference reward of a prompt: a quantile of what the base policy's responses earn.
///
/// ```text
/// empirical: x₍ₕ₎ at h = q·(n − 1), linear between neighbours        normal: m + Φ⁻¹(q)·s
/// ```
///
/// # Undefined
/// Without rewards; the normal one at quantiles of 0 and 1, unless all rewards are equal.
///
/// # Source
/// Wang et al., Transforming and Combining Rewards, the 85th percentile. For harmlessness they take the reward of a
/// canned refusal, as far as we remember: give [`lsc_transform`] that reward.
///
/// # Errors
/// [`Error::Argument`] for a quantile outside 0..1; [`Error::NotFinite`]; [`Error::Undefined`] as said.
///
/// # Complexity
/// O(n log n).
///
/// # Examples
/// ```
/// use probity::reward::{ReferenceMethod, lsc_reference};
/// assert_eq!(lsc_reference(&[3.0, 1.0, 2.0], 0.75, ReferenceMethod::Empirical)?, 2.5);
/// assert_eq!(lsc_reference(&[3.0, 1.0, 2.0], 0.5, ReferenceMethod::Normal)?, 2.0);
/// assert!(lsc_reference(&[], 0.85, ReferenceMethod::Empirical).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn lsc_reference(base_rewards: &[f64], q: f64, method: ReferenceMethod) -> Result<f64> {
    let metric = "reference reward";
    num::check_probability("quantile", q)?;
    num::check_finite("rewards of the base policy", base_rewards)?;
    if base_rewards.is_empty() {
        return Err(Error::undefined(metric, Undefined::Nothing { what: "rewards of the base policy" }));
    }
    match method {
        ReferenceMethod::Empirical => {
            let mut ascending = base_rewards.to_vec();
            ascending.sort_unstable_by(f64::total_cmp);
            Ok(quantile(&ascending, q))
        }
        ReferenceMethod::Normal => {
            let mean = num::mean(base_rewards);
            let deviation =
                num::mean(&base_rewards.iter().map(|r| (r - mean).powi(2)).collect::<Vec<_>>()).sqrt();
            if deviation == 0.0 {
                return Ok(mean);
            }
            if q == 0.0 || q == 1.0 {
                let reason = Undefined::ZeroDenominator { what: "the distance of the quantile from 0 or 1" };
                return Err(Error::undefined(metric, reason));
            }
            let reference = mean + normal_quantile(q) * deviation;
            if reference.is_finite() { Ok(reference) } else { Err(Error::Overflow { what: metric }) }
        }
    }
}

/// A transformed reward; see [`lsc_transform`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Lsc {
    /// ln σ(r − r_ref): the logarithm of the probability that the response is good.
    pub utility: f64,
    /// σ(r − r_ref).
    pub probability_good: f64,
    /// Derivative of the utility by the reward, σ(r_ref − r): near 1 below the reference, near 0 above.
    pub derivative: f64,
}

/// Transformed rewards: the log-sigmoid of the centred reward (LSC).
///
/// ```text
/// u = ln σ(r − r_ref)
/// ```
///
/// It keeps the order of rewards at one reference, costs much below the reference and gains little above it.
///
/// # Source
/// Wang et al., Transforming and Combining Rewards, where the Bradley-Terry probability of beating the reference is that
/// of being good.
///
/// # Errors
/// [`Error::Length`], [`Error::NotFinite`]; [`Error::Overflow`] if a difference leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::lsc_transform;
/// let u = lsc_transform(&[2.0, -9000.0], &[2.0, 0.0])?;
/// assert_eq!((u[0].utility, u[0].derivative), (-std::f64::consts::LN_2, 0.5));
/// assert_eq!((u[1].utility, u[1].probability_good), (-9000.0, 0.0));
/// assert!(lsc_transform(&[f64::NAN], &[0.0]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn lsc_transform(rewards: &[f64], references: &[f64]) -> Result<Vec<Lsc>> {
    check_columns(&[("rewards", rewards), ("reference rewards", references)])?;
    rewards.iter().zip(references).map(|(reward, reference)| lsc(reward - reference)).collect()
}

/// Of one centred reward.
pub(super) fn lsc(centred: f64) -> Result<Lsc> {
    if !centred.is_finite() {
        return Err(Error::Overflow { what: "a centred reward" });
    }
    Ok(Lsc {
        utility: num::ln_sigmoid(centred),
        probability_good: num::sigmoid(centred),
        derivative: num::sigmoid(-centred),
    })
}

/// How aligned responses do against those of the base policy; see [`win_against_base`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WinAgainstBase {
    /// Share of prompts whose aligned response has the greater reward, ties being half.
    pub win_rate: Estimate,
    /// Share of prompts whose aligned response is above its reference.
    pub above_reference: Option<Estimate>,
}

/// How often an aligned response earns more than a response of the base policy, and more than the reference.
///
/// # Undefined
/// Without prompts.
///
/// # Source
/// Wang et al., the figures of their comparison; a tie is half a win. Student's interval over prompts for the win rate,
/// cut to 0..1, Wilson's for the other.
///
/// # Errors
/// [`Error::Length`], [`Error::NotFinite`]; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::win_against_base;
/// let found = win_against_base(&[2.0, 1.0], &[1.0, 1.0], Some(&[3.0, 0.0]), Level::default())?;
/// assert_eq!((found.win_rate.value, found.above_reference.unwrap().value), (0.75, 0.5));
/// assert!(win_against_base(&[], &[], None, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn win_against_base(
    rewards: &[f64],
    base_rewards: &[f64],
    references: Option<&[f64]>,
    level: Level,
) -> Result<WinAgainstBase> {
    check_columns(&[
        ("rewards", rewards),
        ("rewards of the base policy", base_rewards),
        ("reference rewards", references.unwrap_or(rewards)),
    ])?;
    let win = |(r, b): (&f64, &f64)| if r == b { 0.5 } else { f64::from(u8::from(r > b)) };
    let wins: Vec<f64> = rewards.iter().zip(base_rewards).map(win).collect();
    let above = |references: &[f64]| {
        let hits = rewards.iter().zip(references).map(|(r, reference)| r > reference);
        share("share above the reference", "the number of prompts", hits, level)
    };
    Ok(WinAgainstBase {
        win_rate: mean_over_items("win rate against the base policy", "prompts", &wins, (0.0, 1.0), level)?,
        above_reference: references.map(above).transpose()?,
    })
}
