use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level};
use crate::num;
use crate::reward::figures::{mean_estimate, share};
use crate::reward::law::{check_law, divergence, mass, most_likely, tilt};

/// What rounding may take from a mass or a share beside its bound of 1 − δ or 1 − ε.
const ROUNDING: f64 = 1e-12;

/// How much of the base policy falls on its most likely responses; see [`coverage_coefficient`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Coverage {
    /// C_cov, with the standard error over prompts; undefined where it is infinite: a prompt whose maximisers have no
    /// mass.
    pub coefficient: Result<Estimate>,
    /// Mass of the maximisers of each prompt.
    pub maximiser_mass: Vec<f64>,
}

/// The coverage coefficient: how many samples it takes, on average, to meet a most likely response.
///
/// ```text
/// C_cov = mean over prompts of 1/π_base(y*(x) | x)
/// ```
///
/// y*(x) is the set of most likely responses, unless `maximisers` names another for each prompt (for another
/// self-reward).
///
/// # Undefined
/// Without prompts; the coefficient alone if a prompt's maximisers have no mass.
///
/// # Source
/// Huang et al., definition 3.2 and equation 7.
///
/// # Errors
/// [`Error::Argument`] for what is no distribution (sums may be off by 1e-6); [`Error::Index`] for a maximiser that does
/// not exist; [`Error::Length`] for another number of sets than prompts; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::coverage_coefficient;
/// let found = coverage_coefficient(&[vec![0.5, 0.25, 0.25], vec![0.5, 0.5]], None, Level::default())?;
/// assert_eq!((found.coefficient?.value, found.maximiser_mass), (1.5, vec![0.5, 1.0]));
/// let infinite = coverage_coefficient(&[[0.5, 0.5, 0.0]], Some(&[vec![2]]), Level::default())?;
/// assert!(infinite.coefficient.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn coverage_coefficient<P: AsRef<[f64]>>(
    base: &[P],
    maximisers: Option<&[Vec<usize>]>,
    level: Level,
) -> Result<Coverage> {
    let metric = "coverage coefficient";
    if let Some(sets) = maximisers {
        num::check_same_length("sets of maximisers", base.len(), sets.len())?;
    }
    let of_prompt = |(i, law): (usize, &P)| {
        check_law("base policy", law.as_ref())?;
        match maximisers {
            Some(sets) => mass(law.as_ref(), &sets[i]),
            None => mass(law.as_ref(), &most_likely(law.as_ref())),
        }
    };
    let maximiser_mass = base.iter().enumerate().map(of_prompt).collect::<Result<Vec<_>>>()?;
    if maximiser_mass.is_empty() {
        return Err(Error::undefined(metric, Undefined::Nothing { what: "prompts" }));
    }
    let inverse: Vec<f64> = maximiser_mass.iter().map(|mass| 1.0 / mass).collect();
    let coefficient = if inverse.iter().all(|c| c.is_finite()) {
        mean_estimate(metric, "prompts", &inverse, level)
    } else {
        let reason = Undefined::ZeroDenominator { what: "the mass of a prompt's maximisers" };
        Err(Error::undefined(metric, reason))
    };
    Ok(Coverage { coefficient, maximiser_mass })
}

/// Whether a policy is sharpened; see [`is_sharpened`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Sharpened {
    /// Mass that the policy gives to the base policy's most likely responses, for each prompt.
    pub maximiser_mass: Vec<f64>,
    /// Share of prompts in which it is at least 1 − δ.
    pub fraction_good: Estimate,
    /// Whether that share is at least 1 − ε.
    pub sharpened: bool,
    /// Share of prompts in which greedy decoding of the policy is sure to be right: one most likely response, and more
    /// than half of the mass on it.
    pub greedy_is_safe: Estimate,
}

/// Whether a policy puts nearly all mass on the base policy's most likely responses, for nearly all prompts.
///
/// ```text
/// (ε, δ)-sharpened: P_x[π(y*(x) | x) ≥ 1 − δ] ≥ 1 − ε
/// ```
///
/// # Undefined
/// Without prompts.
///
/// # Source
/// Huang et al., definition 3.1 and proposition 3.1 (greedy decoding). Bounds are met with 1e-12 to spare for rounding.
/// Wilson's intervals.
///
/// # Errors
/// [`Error::Argument`] for what is no distribution, or ε or δ outside 0..1; [`Error::Length`] for policies on other
/// prompts or responses; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::is_sharpened;
/// let found = is_sharpened(&[[0.6, 0.4], [0.3, 0.7]], &[[0.9, 0.1], [0.5, 0.5]], 0.5, 0.1, Level::default())?;
/// assert!(found.sharpened && found.fraction_good.value == 0.5);
/// assert_eq!(found.maximiser_mass, [0.9, 0.5]);
/// assert!(is_sharpened::<Vec<f64>>(&[], &[], 0.5, 0.1, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn is_sharpened<P: AsRef<[f64]>>(
    base: &[P],
    policy: &[P],
    epsilon: f64,
    delta: f64,
    level: Level,
) -> Result<Sharpened> {
    check_policies(base, policy)?;
    for (name, value) in [("epsilon", epsilon), ("delta", delta)] {
        num::check_probability(name, value)?;
    }
    let prompts = || base.iter().zip(policy).map(|(b, p)| (b.as_ref(), p.as_ref()));
    let sets: Vec<Vec<usize>> = prompts().map(|(b, _)| most_likely(b)).collect();
    let maximiser_mass =
        prompts().zip(&sets).map(|((_, p), set)| mass(p, set)).collect::<Result<Vec<_>>>()?;
    let of = |name, hits: Vec<bool>| share(name, "the number of prompts", hits, level);
    let good = maximiser_mass.iter().map(|mass| *mass >= 1.0 - delta - ROUNDING).collect();
    let safe = maximiser_mass.iter().zip(&sets).map(|(mass, set)| set.len() == 1 && *mass > 0.5).collect();
    let fraction_good = of("share of sharpened prompts", good)?;
    Ok(Sharpened {
        sharpened: fraction_good.value >= 1.0 - epsilon - ROUNDING,
        greedy_is_safe: of("share of prompts safe for greedy decoding", safe)?,
        fraction_good,
        maximiser_mass,
    })
}

/// Laws of base and policy on the same responses to the same prompts.
fn check_policies<P: AsRef<[f64]>>(base: &[P], policy: &[P]) -> Result<()> {
    num::check_same_length("prompts of the policy", base.len(), policy.len())?;
    for (base, policy) in base.iter().zip(policy) {
        check_law("base policy", base.as_ref())?;
        check_law("policy", policy.as_ref())?;
        num::check_same_length("responses of the policy", base.as_ref().len(), policy.as_ref().len())?;
    }
    Ok(())
}

/// A law made from a base policy; see [`best_of_n_law`] and [`tilted_law`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SharpenedLaw {
    /// Probability of each response.
    pub probabilities: Vec<f64>,
    /// What it gives to the base policy's most likely responses.
    pub maximiser_mass: f64,
    /// KL(law ‖ base).
    pub kl: f64,
    /// Expected log-probability under the base.
    pub expected_self_reward: f64,
}

impl SharpenedLaw {
    fn new(base: &[f64], probabilities: Vec<f64>, kl: f64) -> Result<Self> {
        let given = probabilities.iter().zip(base).filter(|(q, _)| **q > 0.0);
        Ok(Self {
            maximiser_mass: mass(&probabilities, &most_likely(base))?,
            kl,
            expected_self_reward: num::sum(given.map(|(q, p)| q * p.ln())),
            probabilities,
        })
    }
}

/// The exact law of the best of n samples by their own log-probability.
///
/// ```text
/// a level of equal probability, whose cumulative mass goes from F⁻ to F, gets Fⁿ − (F⁻)ⁿ
/// ```
///
/// Responses of a level share it in proportion to their base mass.
///
/// # Source
/// Huang et al., inference-time sharpening.
///
/// # Errors
/// [`Error::Argument`] for a base that is no distribution (its sum may be off by 1e-6) or n = 0.
///
/// # Complexity
/// O(k log k) for k responses, whatever n.
///
/// # Examples
/// ```
/// use probity::reward::best_of_n_law;
/// let law = best_of_n_law(&[0.25, 0.75], 2)?;
/// assert_eq!(law.probabilities, [0.0625, 0.9375]);
/// assert_eq!(best_of_n_law(&[0.25, 0.75], 1)?.kl, 0.0);
/// assert!(best_of_n_law(&[0.25, 0.75], 0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn best_of_n_law(base: &[f64], n: u64) -> Result<SharpenedLaw> {
    check_law("base policy", base)?;
    if n == 0 {
        return Err(Error::argument("number of samples", "at least 1", n));
    }
    let mut order: Vec<usize> = (0..base.len()).filter(|&i| base[i] > 0.0).collect();
    order.sort_unstable_by(|&a, &b| base[a].total_cmp(&base[b]));
    let total = num::sum(base.iter().copied());
    let mut law = vec![0.0; base.len()];
    let mut below = num::Sum::default();
    for level in order.chunk_by(|&a, &b| base[a] == base[b]) {
        let start = below.value() / total;
        level.iter().for_each(|&i| below.add(base[i]));
        let end = below.value() / total;
        // Fⁿ − (F⁻)ⁿ = Fⁿ·(1 − (F⁻/F)ⁿ), of which nothing cancels.
        let weight = (n as f64 * end.ln()).exp() * -(n as f64 * (start / end).ln()).exp_m1();
        level.iter().for_each(|&i| law[i] = weight / level.len() as f64);
    }
    let kl = divergence(&law, base);
    SharpenedLaw::new(base, law, kl)
}

/// The law that maximises expected log-probability less β times the divergence from the base.
///
/// ```text
/// π ∝ π_base^(1 + 1/β)
/// ```
///
/// # Source
/// Huang et al., RLHF-sharpening with the self-reward ln π_base.
///
/// # Errors
/// [`Error::Argument`] for a base that is no distribution (its sum may be off by 1e-6) or β that is not above 0;
/// [`Error::Overflow`] for β so small that 1/β leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::tilted_law;
/// let law = tilted_law(&[0.25, 0.75, 0.0], 1.0)?;
/// assert!((law.probabilities[1] - 0.9).abs() < 1e-15 && law.probabilities[2] == 0.0);
/// assert!(tilted_law(&[0.25, 0.75], 0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn tilted_law(base: &[f64], beta: f64) -> Result<SharpenedLaw> {
    check_law("base policy", base)?;
    num::check_positive("beta", beta)?;
    // What has no probability is not looked at.
    let ln_base: Vec<f64> = base.iter().map(|&p| if p > 0.0 { p.ln() } else { 0.0 }).collect();
    let tilted = tilt(base, &ln_base, beta)?;
    SharpenedLaw::new(base, tilted.law, tilted.kl)
}

/// The margin by which the most likely response leads, over all prompts.
///
/// ```text
/// γ = min over prompts of max π/second π − 1
/// ```
///
/// The second is the greatest positive mass below the maximum.
///
/// # Undefined
/// If no prompt has one.
///
/// # Source
/// Huang et al., the margin condition of their RLHF-sharpening guarantee.
///
/// # Errors
/// [`Error::Argument`] for what is no distribution (sums may be off by 1e-6); [`Error::Undefined`] as said;
/// [`Error::Overflow`] if the ratio leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::sharpening_margin;
/// assert_eq!(sharpening_margin(&[vec![0.5, 0.25, 0.25], vec![1.0]])?, 1.0);
/// assert!(sharpening_margin(&[[0.5, 0.5]]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn sharpening_margin<P: AsRef<[f64]>>(base: &[P]) -> Result<f64> {
    let mut least: Option<f64> = None;
    for law in base {
        check_law("base policy", law.as_ref())?;
        let peak = law.as_ref().iter().copied().fold(0.0, f64::max);
        let second = law.as_ref().iter().copied().filter(|p| *p < peak).fold(0.0, f64::max);
        if second > 0.0 {
            let margin = peak / second - 1.0;
            least = Some(least.map_or(margin, |least| least.min(margin)));
        }
    }
    let reason = Undefined::Nothing { what: "prompts with a second response" };
    let margin = least.ok_or(Error::undefined("sharpening margin", reason))?;
    if margin.is_finite() { Ok(margin) } else { Err(Error::Overflow { what: "the sharpening margin" }) }
}

/// How concentrated a policy is where the base policy is not.
///
/// ```text
/// C_π = mean over prompts of Σ π²/π_base        0²/0 = 0
/// ```
///
/// # Undefined
/// Without prompts; where the policy gives a response that the base never gives: the coefficient is infinite.
///
/// # Source
/// Huang et al., the concentrability of their RLHF-sharpening guarantee. Student's interval over prompts.
///
/// # Errors
/// [`Error::Argument`] for what is no distribution; [`Error::Length`] for policies on other prompts or responses;
/// [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::concentrability;
/// assert_eq!(concentrability(&[[1.0, 0.0]], &[[0.5, 0.5]], Level::default())?.value, 2.0);
/// assert!(concentrability(&[[0.5, 0.5]], &[[1.0, 0.0]], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn concentrability<P: AsRef<[f64]>>(policy: &[P], base: &[P], level: Level) -> Result<Estimate> {
    let metric = "concentrability";
    check_policies(base, policy)?;
    let of_prompt = |(policy, base): (&P, &P)| {
        let given = policy.as_ref().iter().zip(base.as_ref()).filter(|(q, _)| **q > 0.0);
        let sum = num::sum(given.map(|(q, p)| q * (q / p)));
        let reason = Undefined::ZeroDenominator { what: "the base mass of a response of the policy" };
        if sum.is_finite() { Ok(sum) } else { Err(Error::undefined(metric, reason)) }
    };
    let sums = policy.iter().zip(base).map(of_prompt).collect::<Result<Vec<_>>>()?;
    mean_estimate(metric, "prompts", &sums, level)
}
