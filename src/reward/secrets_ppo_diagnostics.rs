use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level};
use crate::num;
use crate::reward::figures::mean_estimate;
use crate::reward::law::check_law;

/// Entropy of each distribution over the next token, and their mean.
///
/// ```text
/// H = −Σ p·ln p        0·ln 0 = 0
/// ```
///
/// # Undefined
/// Without distributions.
///
/// # Source
/// Secrets of RLHF, among the figures to watch. Natural logarithms; Student's interval over distributions.
///
/// # Errors
/// [`Error::Argument`] for what is not a distribution: sums may be off by 1e-6; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::ppo_entropy;
/// let (entropies, mean) = ppo_entropy(&[vec![0.5, 0.5], vec![1.0, 0.0]], Level::default())?;
/// assert!((entropies[0] - std::f64::consts::LN_2).abs() < 1e-15 && entropies[1] == 0.0);
/// assert_eq!(mean.value, entropies[0] / 2.0);
/// assert!(ppo_entropy(&[[0.5, 0.6]], Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn ppo_entropy<P: AsRef<[f64]>>(distributions: &[P], level: Level) -> Result<(Vec<f64>, Estimate)> {
    let entropy = |law: &P| {
        check_law("distribution over tokens", law.as_ref())?;
        let terms = law.as_ref().iter().filter(|p| **p > 0.0).map(|p| -p * p.ln());
        Ok(num::sum(terms))
    };
    let entropies = distributions.iter().map(entropy).collect::<Result<Vec<_>>>()?;
    let mean = mean_estimate("mean entropy", "distributions", &entropies, level)?;
    Ok((entropies, mean))
}

/// How surprised a model is by sequences; see [`ppo_perplexity`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Perplexity {
    /// Mean negative log-likelihood a token of each sequence; none for one without tokens.
    pub mean_nll: Vec<Option<f64>>,
    /// The mean of these, with its uncertainty over sequences.
    pub log_perplexity: Estimate,
    /// Its exponential.
    pub perplexity: f64,
}

/// Perplexity of sequences from the log-probabilities of their tokens.
///
/// ```text
/// exp(mean over sequences of (−Σ ln p/tokens))
/// ```
///
/// # Undefined
/// Without a sequence that has tokens.
///
/// # Missing values
/// Sequences without tokens are left out.
///
/// # Source
/// Secrets of RLHF, among the figures to watch: every sequence counts alike, however long.
///
/// # Errors
/// [`Error::NotFinite`]; [`Error::Undefined`] as said; [`Error::Overflow`] if the perplexity leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::ppo_perplexity;
/// let found = ppo_perplexity(&[vec![-2.0, -4.0], vec![-1.0], vec![]], Level::default())?;
/// assert_eq!(found.mean_nll, [Some(3.0), Some(1.0), None]);
/// assert!((found.perplexity - 2f64.exp()).abs() < 1e-12);
/// assert!(ppo_perplexity(&[[]], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn ppo_perplexity<S: AsRef<[f64]>>(sequences: &[S], level: Level) -> Result<Perplexity> {
    let nll = |sequence: &S| {
        let tokens = sequence.as_ref();
        num::check_finite("log-probabilities of tokens", tokens)?;
        Ok((!tokens.is_empty()).then(|| -num::mean(tokens)))
    };
    let mean_nll = sequences.iter().map(nll).collect::<Result<Vec<_>>>()?;
    let present: Vec<f64> = mean_nll.iter().flatten().copied().collect();
    let log_perplexity = mean_estimate("log-perplexity", "sequences with tokens", &present, level)?;
    let perplexity = log_perplexity.value.exp();
    num::check_range("the perplexity", [&perplexity])?;
    Ok(Perplexity { mean_nll, log_perplexity, perplexity })
}

/// What is watched at one step of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PpoStep {
    /// Mean reward.
    pub reward: f64,
    /// Mean log-ratio a token to the supervised model.
    pub kl: f64,
    /// Perplexity of the responses.
    pub perplexity: f64,
    /// Mean length of the responses.
    pub length: f64,
}

/// How far a step has gone from the first; see [`ppo_drift`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PpoDrift {
    /// Reward less that of the first step.
    pub reward_gain: f64,
    /// The divergence.
    pub kl: f64,
    /// Its root; none where the estimate of the divergence is negative.
    pub root_kl: Option<f64>,
    /// Perplexity over that of the first step.
    pub perplexity_ratio: f64,
    /// Length over that of the first step.
    pub length_ratio: f64,
    /// Whether reward, divergence and length rose while perplexity fell: the sign of a policy that found a pattern that
    /// the reward model likes.
    pub pattern_collapse: bool,
}

/// The drift of a run, against its first step.
///
/// # Undefined
/// Without steps.
///
/// # Source
/// Secrets of RLHF, section 5: these figures tell a collapsing run, the losses do not. That four directions make a
/// collapse is our reading of its figure 5; it names no thresholds.
///
/// # Errors
/// [`Error::NotFinite`]; [`Error::Argument`] for a perplexity or length that is not above 0; [`Error::Undefined`] as
/// said; [`Error::Overflow`] if a difference or ratio leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::{PpoStep, ppo_drift};
/// let first = PpoStep { reward: 2.0, kl: 0.0, perplexity: 1.5, length: 200.0 };
/// let later = PpoStep { reward: 9.0, kl: 0.25, perplexity: 1.2, length: 480.0 };
/// let drift = ppo_drift(&[first, later])?;
/// assert_eq!((drift[1].reward_gain, drift[1].root_kl, drift[1].length_ratio), (7.0, Some(0.5), 2.4));
/// assert!(drift[1].pattern_collapse && !drift[0].pattern_collapse);
/// assert!(ppo_drift(&[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn ppo_drift(steps: &[PpoStep]) -> Result<Vec<PpoDrift>> {
    let first = steps.first().ok_or(Error::undefined("drift", Undefined::Nothing { what: "steps" }))?;
    let drift = |step: &PpoStep| {
        num::check_finite("reward and divergence of a step", &[step.reward, step.kl])?;
        num::check_positive("perplexity of a step", step.perplexity)?;
        num::check_positive("length of a step", step.length)?;
        let drift = PpoDrift {
            reward_gain: step.reward - first.reward,
            kl: step.kl,
            root_kl: (step.kl >= 0.0).then(|| step.kl.sqrt()),
            perplexity_ratio: step.perplexity / first.perplexity,
            length_ratio: step.length / first.length,
            pattern_collapse: step.reward > first.reward
                && step.kl > first.kl
                && step.length > first.length
                && step.perplexity < first.perplexity,
        };
        num::check_range("the drift", &[drift.reward_gain, drift.perplexity_ratio, drift.length_ratio])?;
        Ok(drift)
    };
    steps.iter().map(drift).collect()
}
