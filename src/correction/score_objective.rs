use crate::error::{Error, Result, Undefined};
use crate::num;

/// Rewards of a two-turn rollout with the bonus for improving.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ShapedReward {
    /// α·(r2 − r1).
    pub bonus: f64,
    /// The second turn's reward with the bonus.
    pub shaped_r2: f64,
    /// Both turns' rewards with the bonus.
    pub total: f64,
}

/// The second turn's reward with a bonus for moving towards the right answer.
///
/// ```text
/// bonus = α·(r2 − r1)
/// ```
///
/// # Source
/// Kumar et al. 2024 (SCoRe), section 5.2; α = 10 there. Any real reward is taken, not only 0 and 1.
///
/// # Errors
/// [`Error::NotFinite`] for a number that is not finite.
///
/// # Examples
/// ```
/// use probity::correction::shaped_reward;
/// assert_eq!(shaped_reward(1.0, 0.0, 10.0)?.total, -9.0);
/// assert_eq!(shaped_reward(1.0, 1.0, 10.0)?.bonus, 0.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn shaped_reward(r1: f64, r2: f64, alpha: f64) -> Result<ShapedReward> {
    num::check_finite("rewards and alpha", &[r1, r2, alpha])?;
    let bonus = alpha * (r2 - r1);
    Ok(ShapedReward { bonus, shaped_r2: r2 + bonus, total: r1 + r2 + bonus })
}

/// Which estimator of KL(policy ‖ reference) from the log-probabilities of sampled tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KlEstimator {
    /// Σ (lp − lr): unbiased, may be negative.
    K1,
    /// Σ (exp(lr − lp) − (lr − lp) − 1): unbiased, never negative.
    K3,
}

/// KL of one turn from the sampled tokens' log-probabilities under policy and reference.
///
/// # Source
/// SCoRe does not say which estimator it uses; both names are Schulman's.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::NotFinite`] for a log-probability that is not finite;
/// [`Error::Overflow`] if K3 leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::correction::{KlEstimator, kl_from_log_probs};
/// assert_eq!(kl_from_log_probs(&[-1.0, -2.0], &[-1.5, -2.0], KlEstimator::K1)?, 0.5);
/// assert_eq!(kl_from_log_probs(&[], &[], KlEstimator::K3)?, 0.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn kl_from_log_probs(policy: &[f64], reference: &[f64], estimator: KlEstimator) -> Result<f64> {
    num::check_same_length("reference log-probabilities", policy.len(), reference.len())?;
    num::check_finite("policy log-probabilities", policy)?;
    num::check_finite("reference log-probabilities", reference)?;
    let term = |lp: f64, lr: f64| match estimator {
        KlEstimator::K1 => lp - lr,
        KlEstimator::K3 => (lr - lp).exp_m1() - (lr - lp),
    };
    let sum = num::sum(policy.iter().zip(reference).map(|(&lp, &lr)| term(lp, lr)));
    if sum.is_finite() { Ok(sum) } else { Err(Error::Overflow { what: "the KL estimate" }) }
}

/// Exact KL summed over positions: Σ over positions and tokens of p·ln(p/q), with 0·ln 0 = 0.
///
/// # Undefined
/// Where q is 0 and p is not: the divergence is infinite.
///
/// # Errors
/// [`Error::Length`] for rows that differ in length; [`Error::Argument`] for a probability outside 0..1;
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::correction::kl_from_distributions;
/// let kl = kl_from_distributions(&[[1.0, 0.0]], &[[0.5, 0.5]])?;
/// assert!((kl - std::f64::consts::LN_2).abs() < 1e-15);
/// assert!(kl_from_distributions(&[[0.5, 0.5]], &[[1.0, 0.0]]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn kl_from_distributions<P: AsRef<[f64]>>(policy: &[P], reference: &[P]) -> Result<f64> {
    num::check_same_length("reference positions", policy.len(), reference.len())?;
    let mut sum = num::Sum::default();
    for (p, q) in policy.iter().zip(reference) {
        let (p, q) = (p.as_ref(), q.as_ref());
        num::check_same_length("reference probabilities of a position", p.len(), q.len())?;
        for (&p, &q) in p.iter().zip(q) {
            if !(0.0..=1.0).contains(&p) || !(0.0..=1.0).contains(&q) {
                let found = format!("policy {p}, reference {q}");
                return Err(Error::argument("token probability", "a number from 0 to 1", found));
            }
            if p > 0.0 {
                if q == 0.0 {
                    let what = "the reference probability of a token that the policy gives";
                    return Err(Error::undefined("KL divergence", Undefined::ZeroDenominator { what }));
                }
                sum.add(p * (p.ln() - q.ln()));
            }
        }
    }
    Ok(sum.value())
}

/// One two-turn rollout.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rollout {
    /// Reward of the first answer.
    pub r1: f64,
    /// Reward of the second answer.
    pub r2: f64,
    /// KL(policy ‖ reference) of the first turn.
    pub kl_turn1: f64,
    /// KL(policy ‖ reference) of the second turn.
    pub kl_turn2: f64,
}

impl Rollout {
    fn check(&self) -> Result<()> {
        num::check_finite(
            "rewards and divergences of a rollout",
            &[self.r1, self.r2, self.kl_turn1, self.kl_turn2],
        )
    }
}

/// The ordinary KL penalty that the first stage keeps beside the strong one of its formula.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum BaseKl {
    /// As the equation is printed: none.
    #[default]
    None,
    /// On the second turn, with this weight.
    SecondTurn(f64),
    /// On both turns, with this weight.
    Both(f64),
}

/// The first stage's objective for one rollout: r2 − β2·KL1, less the base penalty.
///
/// # Source
/// SCoRe, equation 3; β2 = 0.1 there. The text says that the small ordinary penalty stays, the equation leaves it out:
/// [`BaseKl`].
///
/// # Errors
/// [`Error::NotFinite`] for a number that is not finite.
///
/// # Examples
/// ```
/// use probity::correction::{BaseKl, Rollout, stage_one};
/// let rollout = Rollout { r1: 0.0, r2: 1.0, kl_turn1: 2.0, kl_turn2: 4.0 };
/// assert_eq!(stage_one(&rollout, 0.25, BaseKl::None)?, 0.5);
/// assert_eq!(stage_one(&rollout, 0.25, BaseKl::Both(0.5))?, -2.5);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn stage_one(rollout: &Rollout, beta2: f64, base: BaseKl) -> Result<f64> {
    rollout.check()?;
    let penalty = match base {
        BaseKl::None => 0.0,
        BaseKl::SecondTurn(beta1) => beta1 * rollout.kl_turn2,
        BaseKl::Both(beta1) => beta1 * (rollout.kl_turn1 + rollout.kl_turn2),
    };
    num::check_finite("penalty weights", &[beta2, penalty])?;
    Ok(rollout.r2 - beta2 * rollout.kl_turn1 - penalty)
}

/// The second stage's objective for one rollout: r1 + r2 + α·(r2 − r1) − β1·(KL1 + KL2).
///
/// # Source
/// SCoRe, equation 4 with the shaping of section 5.2; α = 10 and β1 = 0.01 there.
///
/// # Errors
/// [`Error::NotFinite`] for a number that is not finite.
///
/// # Examples
/// ```
/// use probity::correction::{Rollout, stage_two};
/// let rollout = Rollout { r1: 0.0, r2: 1.0, kl_turn1: 1.0, kl_turn2: 1.0 };
/// assert_eq!(stage_two(&rollout, 10.0, 0.5)?, 10.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn stage_two(rollout: &Rollout, alpha: f64, beta1: f64) -> Result<f64> {
    rollout.check()?;
    num::check_finite("penalty weight", &[beta1])?;
    let reward = shaped_reward(rollout.r1, rollout.r2, alpha)?;
    Ok(reward.total - beta1 * (rollout.kl_turn1 + rollout.kl_turn2))
}

/// Mean of [`stage_two`] over rollouts.
///
/// # Undefined
/// Without rollouts.
///
/// # Errors
/// As [`stage_two`]; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// assert!(probity::correction::stage_two_batch(&[], 10.0, 0.01).unwrap_err().is_undefined());
/// ```
pub fn stage_two_batch(rollouts: &[Rollout], alpha: f64, beta1: f64) -> Result<f64> {
    if rollouts.is_empty() {
        return Err(Error::undefined("second-stage objective", Undefined::Nothing { what: "rollouts" }));
    }
    let values = rollouts.iter().map(|r| stage_two(r, alpha, beta1)).collect::<Result<Vec<_>>>()?;
    Ok(num::sum(values) / rollouts.len() as f64)
}
