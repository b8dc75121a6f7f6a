use crate::error::{Error, Result};
use crate::num;
use crate::preference::{Logistic, logistic};
use crate::reward::figures::check_batch;

/// Options of [`reward_model_loss`].
///
/// # Examples
/// ```
/// use probity::reward::RewardModelOptions;
/// assert_eq!(RewardModelOptions::default().guard, 0.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RewardModelOptions {
    /// Mean negative log-likelihood of the preferred responses; 0 without a language-modelling term.
    pub language_loss: f64,
    /// Its weight β_rm.
    pub language_weight: f64,
    /// Added to σ before the logarithm: 0 in the paper, 1e-5 in the released code.
    pub guard: f64,
}

impl Default for RewardModelOptions {
    fn default() -> Self {
        Self { language_loss: 0.0, language_weight: 1.0, guard: 0.0 }
    }
}

/// The loss of each pair of rewards, their mean, the whole, and its gradient; see [`reward_model_loss`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RewardModelObjective {
    /// Ranking loss of each pair.
    pub losses: Vec<f64>,
    /// Their mean.
    pub ranking_loss: f64,
    /// With the language-modelling term.
    pub loss: f64,
    /// Mean of chosen minus rejected.
    pub mean_margin: f64,
    /// Derivative of the loss by each reward of a chosen response.
    pub grad_chosen: Vec<f64>,
    /// Derivative of the loss by each reward of a rejected response.
    pub grad_rejected: Vec<f64>,
}

/// The loss of a reward model with a language-modelling term.
///
/// ```text
/// L = −mean ln σ(r_w − r_l) + β_rm·NLL
/// with a guard ε: −ln(σ(r_w − r_l) + ε) in place of −ln σ(r_w − r_l)
/// ```
///
/// How often it ranks right is [`pairwise_accuracy`](crate::preference::pairwise_accuracy), where a tie is wrong
/// ([`TiedScores::Wrong`](crate::preference::TiedScores)) in this paper and in most.
///
/// # Undefined
/// Without pairs.
///
/// # Source
/// Secrets of RLHF, equation 2, with β_rm = 1. The released trainer guards the logarithm with ε = 1e-5, which bounds the
/// loss of a pair at 11.5 and flattens it for hopeless margins; the gradient here is that of the loss that was asked for.
///
/// # Errors
/// [`Error::Length`], [`Error::NotFinite`]; [`Error::Argument`] for a negative guard; [`Error::Undefined`] as said;
/// [`Error::Overflow`] if the loss leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::{RewardModelOptions, reward_model_loss};
/// let found = reward_model_loss(&[-800.0], &[800.0], &RewardModelOptions::default())?;
/// assert_eq!((found.loss, found.grad_chosen[0], found.grad_rejected[0]), (1600.0, -1.0, 1.0));
/// let guarded = RewardModelOptions { guard: 1e-5, ..RewardModelOptions::default() };
/// assert!((reward_model_loss(&[-800.0], &[800.0], &guarded)?.loss - 1e5f64.ln()).abs() < 1e-12);
/// assert!(reward_model_loss(&[], &[], &guarded).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn reward_model_loss(
    chosen: &[f64],
    rejected: &[f64],
    options: &RewardModelOptions,
) -> Result<RewardModelObjective> {
    let columns = [("rewards of chosen responses", chosen), ("rewards of rejected responses", rejected)];
    let n = check_batch("reward model loss", "pairs", &columns)? as f64;
    if !(options.guard >= 0.0 && options.guard.is_finite()) {
        return Err(Error::argument(
            "guard of the logarithm",
            "a finite number of at least 0",
            options.guard,
        ));
    }
    let added = options.language_weight * options.language_loss;
    num::check_finite("the language-modelling term", &[added])?;
    let margins: Vec<f64> = chosen.iter().zip(rejected).map(|(c, r)| c - r).collect();
    let terms = margins.iter().map(|&margin| guarded(margin, options.guard));
    let (losses, grad_chosen): (Vec<f64>, Vec<f64>) = terms.map(|term| (term.value, term.slope / n)).unzip();
    let grad_rejected = grad_chosen.iter().map(|g| -g).collect();
    let (ranking_loss, mean_margin) = (num::mean(&losses), num::mean(&margins));
    let loss = ranking_loss + added;
    num::check_range("the reward model loss", losses.iter().chain([&loss, &mean_margin]))?;
    Ok(RewardModelObjective { losses, ranking_loss, loss, mean_margin, grad_chosen, grad_rejected })
}

fn guarded(margin: f64, guard: f64) -> Logistic {
    if guard == 0.0 {
        return logistic(margin, 1.0);
    }
    let probability = num::sigmoid(margin);
    Logistic {
        value: -(probability + guard).ln(),
        slope: -probability * num::sigmoid(-margin) / (probability + guard),
    }
}
