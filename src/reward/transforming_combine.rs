use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::reward::law::{check_law, tilt};
use crate::reward::transforming::lsc;

/// How the rewards of several properties become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Combination {
    /// Σ w·ln σ(r − r_ref): the logarithm of the probability of being good in every property.
    #[default]
    LscSum,
    /// Σ w·r.
    RawSum,
    /// Σ w·(r − r_ref).
    CentredSum,
    /// min (r − r_ref); it takes no weights.
    Min,
}

/// Responses ranked by several rewards; see [`combine_rewards`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Combined {
    /// Combined value of each response.
    pub values: Vec<f64>,
    /// The responses from best to worst, ties by position.
    pub order: Vec<usize>,
    /// The best response.
    pub best: usize,
    /// Probability of being good in every property, of each response: for [`Combination::LscSum`] without weights.
    pub probability_all_good: Option<Vec<f64>>,
    /// Derivative of each response's value by each of its rewards: properties × responses. For [`Combination::Min`] 1 at
    /// the first property that has the minimum.
    pub gradient: Vec<Vec<f64>>,
}

/// Combines the rewards of several properties and ranks the responses.
///
/// ```text
/// LSC sum: Σ_k w_k·ln σ(r_k − r_ref,k)
/// ```
///
/// With weights of 1 its exponential is the probability of being good in every property, if these are independent: a
/// logical AND, in which no property makes up for another. `rewards` is properties × responses.
///
/// # Undefined
/// Without properties or responses.
///
/// # Missing values
/// A missing reward is an error: leave the response out of every property.
///
/// # Source
/// Wang et al., Transforming and Combining Rewards; the raw sum, the centred sum and the minimum are the baselines.
///
/// # Errors
/// [`Error::Length`] for rows of unequal length, or another number of references or weights than properties;
/// [`Error::NotFinite`]; [`Error::Argument`] for weights with the minimum; [`Error::Undefined`] as said;
/// [`Error::Overflow`] if a value leaves the range of `f64`.
///
/// # Complexity
/// O(properties × responses + responses × log responses).
///
/// # Examples
/// ```
/// use probity::reward::{Combination, combine_rewards};
/// // Lopsided against balanced.
/// let rewards = [[6.0, 1.0], [-2.0, 1.0]];
/// assert_eq!(combine_rewards(&rewards, &[0.0, 0.0], Combination::LscSum, None)?.best, 1);
/// assert_eq!(combine_rewards(&rewards, &[0.0, 0.0], Combination::RawSum, None)?.best, 0);
/// let none = combine_rewards::<Vec<f64>>(&[], &[], Combination::LscSum, None);
/// assert!(none.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn combine_rewards<R: AsRef<[f64]>>(
    rewards: &[R],
    references: &[f64],
    combination: Combination,
    weights: Option<&[f64]>,
) -> Result<Combined> {
    let responses = check_properties(rewards, references, weights)?;
    if weights.is_some() && combination == Combination::Min {
        return Err(Error::argument("weights of properties", "none with the minimum", "some"));
    }
    let weight = |k: usize| weights.map_or(1.0, |w| w[k]);
    let mut gradient = vec![vec![0.0; responses]; rewards.len()];
    let mut values = Vec::with_capacity(responses);
    for i in 0..responses {
        let centred = |k: usize| rewards[k].as_ref()[i] - references[k];
        if combination == Combination::Min {
            // The first property on ties.
            let least =
                (1..rewards.len()).fold(0, |least, k| if centred(k) < centred(least) { k } else { least });
            gradient[least][i] = 1.0;
            values.push(centred(least));
            continue;
        }
        let mut value = num::Sum::default();
        for (k, row) in gradient.iter_mut().enumerate() {
            let (term, slope) = match combination {
                Combination::LscSum => lsc(centred(k)).map(|u| (u.utility, u.derivative))?,
                Combination::RawSum => (rewards[k].as_ref()[i], 1.0),
                Combination::CentredSum | Combination::Min => (centred(k), 1.0),
            };
            value.add(weight(k) * term);
            row[i] = weight(k) * slope;
        }
        values.push(value.value());
    }
    num::check_range("a combined reward", &values)?;
    let order = ranked(&values);
    let probability_all_good = (combination == Combination::LscSum && weights.is_none())
        .then(|| values.iter().map(|value| value.exp()).collect());
    Ok(Combined { best: order[0], order, values, probability_all_good, gradient })
}

/// The number of responses, of which there is at least one.
fn check_properties<R: AsRef<[f64]>>(
    rewards: &[R],
    references: &[f64],
    weights: Option<&[f64]>,
) -> Result<usize> {
    num::check_same_length("reference rewards of properties", rewards.len(), references.len())?;
    num::check_finite("reference rewards of properties", references)?;
    if let Some(weights) = weights {
        num::check_same_length("weights of properties", rewards.len(), weights.len())?;
        num::check_finite("weights of properties", weights)?;
    }
    let responses = rewards.first().map_or(0, |row| row.as_ref().len());
    for row in rewards {
        num::check_same_length("rewards of a property", responses, row.as_ref().len())?;
        num::check_finite("rewards of a property", row.as_ref())?;
    }
    if responses == 0 {
        return Err(Error::undefined("combined reward", Undefined::Nothing { what: "responses" }));
    }
    Ok(responses)
}

/// Positions by value from great to small, ties by position.
fn ranked(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    // −0 equals 0.
    order.sort_by(|&a, &b| (values[b] + 0.0).total_cmp(&(values[a] + 0.0)));
    order
}

/// The law that alignment aims at; see [`aligned_law`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AlignedLaw {
    /// Probability of each candidate.
    pub probabilities: Vec<f64>,
    /// KL(aligned ‖ base).
    pub kl: f64,
    /// Expected utility under it.
    pub expected_utility: f64,
    /// ln Σ p·exp(u/γ).
    pub ln_partition: f64,
}

/// The law over a finite set of candidates that maximises expected utility less γ times the divergence from the base.
///
/// ```text
/// q ∝ p·exp(u/γ)
/// ```
///
/// With u = ln P(good) that is q ∝ p·P(good)^(1/γ).
///
/// # Undefined
/// An empty set has no law, which is wrong input: its probabilities do not sum to 1.
///
/// # Source
/// Wang et al., the target of alignment under KL regularisation.
///
/// # Errors
/// [`Error::Argument`] for a base that is no distribution (its sum may be off by 1e-6) or γ that is not above 0;
/// [`Error::Length`], [`Error::NotFinite`]; [`Error::Overflow`] if u/γ leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::aligned_law;
/// let law = aligned_law(&[0.5, 0.5, 0.0], &[0.0, -(3f64.ln()), 9.0], 1.0)?;
/// assert!((law.probabilities[0] - 0.75).abs() < 1e-15 && law.probabilities[2] == 0.0);
/// assert!(aligned_law(&[0.5, 0.6], &[0.0, 0.0], 1.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn aligned_law(base: &[f64], utilities: &[f64], gamma: f64) -> Result<AlignedLaw> {
    check_law("base law", base)?;
    num::check_same_length("utilities", base.len(), utilities.len())?;
    num::check_finite("utilities", utilities)?;
    num::check_positive("gamma", gamma)?;
    let tilted = tilt(base, utilities, gamma)?;
    Ok(AlignedLaw {
        probabilities: tilted.law,
        kl: tilted.kl,
        expected_utility: tilted.expected,
        ln_partition: tilted.ln_partition,
    })
}

/// The policies that no other beats at once in divergence (less is better) and win rate (more is better), in the order
/// given.
///
/// Each point is (divergence, win rate). Equal points stand or fall together.
///
/// # Source
/// Wang et al., the frontiers of their figures.
///
/// # Errors
/// [`Error::NotFinite`].
///
/// # Complexity
/// O(n log n).
///
/// # Examples
/// ```
/// use probity::reward::pareto_frontier;
/// assert_eq!(pareto_frontier(&[(0.0, 0.5), (2.0, 0.6), (2.0, 0.7), (9.0, 0.7)])?, [0, 2]);
/// assert!(pareto_frontier(&[])?.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pareto_frontier(points: &[(f64, f64)]) -> Result<Vec<usize>> {
    points.iter().try_for_each(|&(kl, win)| num::check_finite("a point of the frontier", &[kl, win]))?;
    let at = |&i: &usize| (points[i].0 + 0.0, points[i].1 + 0.0);
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_unstable_by(|a, b| at(a).0.total_cmp(&at(b).0).then(at(b).1.total_cmp(&at(a).1)));
    let mut frontier: Vec<usize> = Vec::new();
    // Divergence grows on the way: a point must win more than all before, unless it equals the last of them.
    for i in order {
        if frontier.last().is_none_or(|last| at(&i).1 > at(last).1 || at(&i) == at(last)) {
            frontier.push(i);
        }
    }
    frontier.sort_unstable();
    Ok(frontier)
}
