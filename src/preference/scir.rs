use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, rate};
use crate::num;
use crate::preference::judged::judge_preference;
use crate::preference::{JudgePreference, Preferred};

/// SCIR's generative reward model: the language model asked, as a judge, which response is better.
///
/// ```text
/// p = ½·(σ(given[0] − given[1]) + σ(swapped[0] − swapped[1]))     gap = first term − second term
/// ```
///
/// In each order of presentation the first number is the log-probability of the verdict that names the first response.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// Both orders are needed, as the point is to cancel the bias towards a position.
///
/// # Source
/// Zhou et al. 2025 (SCIR), as summarised. [`osp_judge_probability`](super::osp_judge_probability) is the same judge.
///
/// # Errors
/// [`Error::NotFinite`] for a log-probability that is not finite.
///
/// # Examples
/// ```
/// use probity::preference::scir_generative_probability;
/// let found = scir_generative_probability([-0.5, -0.5], [-0.5, -0.5])?;
/// assert_eq!((found.probability, found.position_gap), (0.5, Some(0.0)));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn scir_generative_probability(given: [f64; 2], swapped: [f64; 2]) -> Result<JudgePreference> {
    judge_preference(given, Some(swapped))
}

/// A response as the implicit reward model sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImplicitResponse {
    /// Its log-probability under the policy.
    pub policy: f64,
    /// Its log-probability under the reference.
    pub reference: f64,
    /// Its number of tokens, if the reward shall be one a token.
    pub length: Option<u32>,
}

/// What [`scir_implicit_probability`] gives.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ImplicitPreference {
    /// Implicit reward of the first response.
    pub first: f64,
    /// Implicit reward of the second.
    pub second: f64,
    /// How probable it is that the first is better.
    pub probability: f64,
}

/// SCIR's implicit reward model: that which DPO defines.
///
/// ```text
/// r = β·(ln π − ln π_ref), divided by the response's length if one is given        p = σ(r₁ − r₂)
/// ```
///
/// # Undefined
/// Never.
///
/// # Source
/// Zhou et al. 2025 (SCIR), as summarised; the division mitigates the bias towards length.
///
/// # Errors
/// [`Error::NotFinite`] for a log-probability that is not finite; [`Error::Argument`] for a length of 0 or a β that is not
/// above 0; [`Error::Overflow`] if a reward leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::preference::{ImplicitResponse, scir_implicit_probability};
/// let response = ImplicitResponse { policy: -4.0, reference: -6.0, length: Some(4) };
/// let found = scir_implicit_probability(response, response, 1.0)?;
/// assert_eq!((found.first, found.probability), (0.5, 0.5));
/// let empty = ImplicitResponse { length: Some(0), ..response };
/// assert!(scir_implicit_probability(response, empty, 1.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn scir_implicit_probability(
    first: ImplicitResponse,
    second: ImplicitResponse,
    beta: f64,
) -> Result<ImplicitPreference> {
    num::check_positive("beta", beta)?;
    let reward = |response: ImplicitResponse| {
        num::check_finite("log-probabilities of a response", &[response.policy, response.reference])?;
        let length = response.length.unwrap_or(1);
        if length == 0 {
            return Err(Error::argument("length of a response", "one token or more", length));
        }
        let reward = beta * (response.policy - response.reference) / f64::from(length);
        if reward.is_finite() { Ok(reward) } else { Err(Error::Overflow { what: "an implicit reward" }) }
    };
    let (first, second) = (reward(first)?, reward(second)?);
    Ok(ImplicitPreference { first, second, probability: num::sigmoid(first - second) })
}

/// What [`scir_filter`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ScirFilter {
    /// What all models prefer in each pair; `None` where they do not agree.
    pub labels: Vec<Option<Preferred>>,
    /// Whether each pair is kept.
    pub keep: Vec<bool>,
    /// Share of pairs with a label.
    pub consistency_rate: Result<Estimate>,
    /// Share of pairs kept.
    pub kept_rate: Result<Estimate>,
    /// Share of pairs in which two models are on the same side of one half, model by model. Without pairs, empty.
    pub pairwise_agreement: Vec<Vec<f64>>,
}

/// SCIR's dynamic preferences: the pairs that all internal reward models judge alike.
///
/// ```text
/// label  first if all p > ½, second if all p < ½, none otherwise (½ belongs to neither side)
/// keep   labelled, and min over models of max(p, 1 − p) ≥ least_confidence
/// ```
///
/// `pairs` holds for each pair the probability, by each model, that the first response is better.
///
/// # Undefined
/// The rates without pairs.
///
/// # Missing values
/// A pair that a model has not judged is left out before.
///
/// # Intervals
/// Wilson's for the rates.
///
/// # Source
/// Zhou et al. 2025 (SCIR), as summarised: only consistent pairs are learnt from. The threshold on confidence is ours;
/// 0.5 keeps every consistent pair.
///
/// # Errors
/// [`Error::Length`] for pairs judged by different numbers of models; [`Error::Argument`] for a number outside 0..1.
///
/// # Complexity
/// Linear in the pairs, quadratic in the models.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::preference::{Preferred, scir_filter};
/// let found = scir_filter(&[[0.9, 0.7], [0.2, 0.1], [0.9, 0.1], [0.5, 0.9]], 0.75, Level::default())?;
/// assert_eq!(found.labels, [Some(Preferred::First), Some(Preferred::Second), None, None]);
/// assert_eq!(found.keep, [false, true, false, false]);
/// assert_eq!(found.consistency_rate?.value, 0.5);
/// let nothing = scir_filter::<[f64; 2]>(&[], 0.5, Level::default())?;
/// assert!(nothing.kept_rate.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn scir_filter<P: AsRef<[f64]>>(pairs: &[P], least_confidence: f64, level: Level) -> Result<ScirFilter> {
    num::check_probability("least confidence", least_confidence)?;
    let models = pairs.first().map_or(0, |p| p.as_ref().len());
    let (mut labels, mut keep) = (Vec::new(), Vec::new());
    let mut agreements = vec![vec![0u64; models]; models];
    for pair in pairs {
        let pair = pair.as_ref();
        num::check_same_length("probabilities of a pair", models, pair.len())?;
        num::check_probabilities("probabilities of a pair", pair)?;
        let label = if pair.is_empty() {
            None
        } else if pair.iter().all(|&p| p > 0.5) {
            Some(Preferred::First)
        } else if pair.iter().all(|&p| p < 0.5) {
            Some(Preferred::Second)
        } else {
            None
        };
        labels.push(label);
        keep.push(label.is_some() && pair.iter().all(|&p| p.max(1.0 - p) >= least_confidence));
        for (row, p) in agreements.iter_mut().zip(pair) {
            for (cell, q) in row.iter_mut().zip(pair) {
                *cell += u64::from(p.partial_cmp(&0.5) == q.partial_cmp(&0.5));
            }
        }
    }
    let n = pairs.len() as u64;
    let share = |metric, count: usize| rate(metric, "the number of pairs", count as u64, n, level);
    let shares = |row: Vec<u64>| row.into_iter().map(|count| count as f64 / n as f64).collect();
    Ok(ScirFilter {
        consistency_rate: share("consistency rate", labels.iter().flatten().count()),
        kept_rate: share("kept rate", keep.iter().filter(|&&k| k).count()),
        labels,
        keep,
        pairwise_agreement: agreements.into_iter().map(shares).collect(),
    })
}
