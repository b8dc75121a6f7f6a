use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::preference::ChosenRejected;
use crate::preference::judged::greatest_and_least;
use crate::preference::soft_label::logistic;
use crate::preference::token_log_probs::mean_log_prob;

/// T-REG's token rewards: how much likelier each token is under the prompt that asks for a better response than under
/// that which asks for a worse one.
///
/// ```text
/// r̂[t] = σ(ln π(y[t] | better) − ln π(y[t] | worse)) − ½, from −½ to ½
/// ```
///
/// # Undefined
/// Never: a response without tokens has no rewards.
///
/// # Missing values
/// None are allowed; masked tokens go first ([`TokenLogProbs`](super::TokenLogProbs)).
///
/// # Source
/// Zhou et al. 2024 (T-REG), section 3.2, as summarised; the model is the reference.
///
/// # Errors
/// [`Error::Length`] for lists that differ in length; [`Error::NotFinite`] for a number that is not finite.
///
/// # Examples
/// ```
/// use probity::preference::treg_token_rewards;
/// assert_eq!(treg_token_rewards(&[0.0, -1.0], &[-800.0, -1.0])?, [0.5, 0.0]);
/// assert!(treg_token_rewards(&[], &[])?.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn treg_token_rewards(better: &[f64], worse: &[f64]) -> Result<Vec<f64>> {
    num::check_same_length("log-probabilities under the worse prompt", better.len(), worse.len())?;
    num::check_finite("log-probabilities under the better prompt", better)?;
    num::check_finite("log-probabilities under the worse prompt", worse)?;
    // σ(x) − ½ = ½·tanh(x/2), without cancellation near 0.
    Ok(better.iter().zip(worse).map(|(b, w)| 0.5 * (0.5 * (b - w)).tanh()).collect())
}

/// The tokens of one response.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TregTokens<'a> {
    /// Log-probabilities under the policy.
    pub policy: &'a [f64],
    /// Log-probabilities under the reference; SimPO-REG does not read them.
    pub reference: &'a [f64],
    /// Token rewards, of [`treg_token_rewards`] or elsewhere.
    pub rewards: &'a [f64],
}

impl TregTokens<'_> {
    fn check(&self, with_reference: bool) -> Result<()> {
        num::check_finite("token log-probabilities", self.policy)?;
        num::check_same_length("token rewards", self.policy.len(), self.rewards.len())?;
        num::check_finite("token rewards", self.rewards)?;
        if with_reference {
            num::check_same_length(
                "reference token log-probabilities",
                self.policy.len(),
                self.reference.len(),
            )?;
            num::check_finite("reference token log-probabilities", self.reference)?;
        }
        if self.policy.is_empty() {
            return Err(Error::undefined("T-REG", Undefined::Nothing { what: "tokens" }));
        }
        Ok(())
    }

    /// ln π − ln π_ref of the response.
    fn log_ratio(&self) -> f64 {
        num::sum(self.policy.iter().zip(self.reference).map(|(p, r)| p - r))
    }

    /// −Σ β·r̂·ln π.
    fn regulariser(&self, beta: f64) -> f64 {
        -num::sum(self.policy.iter().zip(self.rewards).map(|(p, r)| beta * r * p))
    }
}

/// How the regulariser is weighted in a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TregWeighting {
    /// By σ(r(rejected) − r(chosen)), the weight of DPO's own gradient, a constant in the gradient here.
    #[default]
    Dpo,
    /// By 1: the paper's ablation.
    Static,
}

/// What [`treg_loss`] is asked.
///
/// | option | default |
/// |---|---|
/// | [`beta`](Self::beta) | 0.1 |
/// | [`alpha`](Self::alpha) | 0.25 |
/// | [`weighting`](Self::weighting) | DPO's |
///
/// The paper tries α of 0.1, 0.25 and 0.5; which of them is the default is our choice, as is β.
///
/// # Examples
/// ```
/// use probity::preference::{TregOptions, TregWeighting};
/// let options = TregOptions::new().alpha(0.5).weighting(TregWeighting::Static);
/// assert_ne!(options, TregOptions::new());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TregOptions {
    beta: f64,
    alpha: f64,
    weighting: TregWeighting,
}

impl Default for TregOptions {
    fn default() -> Self {
        Self { beta: 0.1, alpha: 0.25, weighting: TregWeighting::Dpo }
    }
}

impl TregOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// β, above 0.
    #[must_use]
    pub fn beta(self, beta: f64) -> Self {
        Self { beta, ..self }
    }

    /// The weight of the regulariser; 0 is DPO.
    #[must_use]
    pub fn alpha(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }

    /// How the regulariser is weighted.
    #[must_use]
    pub fn weighting(self, weighting: TregWeighting) -> Self {
        Self { weighting, ..self }
    }
}

/// What [`treg_simpo_loss`] is asked.
///
/// | option | default |
/// |---|---|
/// | [`beta`](Self::beta) | 2 |
/// | [`gamma`](Self::gamma) | 1 |
/// | [`alpha`](Self::alpha) | 0.25 |
///
/// # Examples
/// ```
/// use probity::preference::TregSimpoOptions;
/// assert_eq!(TregSimpoOptions::new(), TregSimpoOptions::new().beta(2.0).gamma(1.0).alpha(0.25));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TregSimpoOptions {
    beta: f64,
    gamma: f64,
    alpha: f64,
}

impl Default for TregSimpoOptions {
    fn default() -> Self {
        Self { beta: 2.0, gamma: 1.0, alpha: 0.25 }
    }
}

impl TregSimpoOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// β, above 0.
    #[must_use]
    pub fn beta(self, beta: f64) -> Self {
        Self { beta, ..self }
    }

    /// SimPO's margin.
    #[must_use]
    pub fn gamma(self, gamma: f64) -> Self {
        Self { gamma, ..self }
    }

    /// The weight of the regulariser; 0 is SimPO.
    #[must_use]
    pub fn alpha(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }
}

/// What [`treg_loss`] and [`treg_simpo_loss`] give of one pair.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TregObjective {
    /// Implicit reward of the chosen response.
    pub reward_chosen: f64,
    /// Implicit reward of the rejected response.
    pub reward_rejected: f64,
    /// The loss of the sequences: DPO's or SimPO's.
    pub sequence_loss: f64,
    /// The weight of the regulariser in this pair, without α.
    pub weight: f64,
    /// The regulariser of the chosen response.
    pub regulariser_chosen: f64,
    /// The regulariser of the rejected response.
    pub regulariser_rejected: f64,
    /// sequence loss + α·weight·(both regularisers).
    pub loss: f64,
    /// Derivative of the loss by each token's log-probability, of the chosen response.
    pub grad_chosen: Vec<f64>,
    /// Of the rejected response.
    pub grad_rejected: Vec<f64>,
    /// β·(ln π − ln π_ref) of each token of the chosen response; empty for SimPO-REG, which has no reference.
    pub token_rewards_chosen: Vec<f64>,
    /// Σ of those times the token rewards given: what the regulariser raises. 0 for SimPO-REG.
    pub alignment_chosen: f64,
}

/// T-REG's loss of one pair: DPO, with each token's likelihood drawn after its own reward.
///
/// ```text
/// r(y) = β·Σ(ln π − ln π_ref)        L_reg(y) = −Σ β·r̂[t]·ln π(y[t])
/// L = −ln σ(r(y_w) − r(y_l)) + α·w·(L_reg(y_w) + L_reg(y_l)),     w = σ(r(y_l) − r(y_w)) or 1
/// ∂L/∂ln π(y_w[t]) = −β·σ(r(y_l) − r(y_w)) − α·w·β·r̂[t]
/// ```
///
/// # Undefined
/// For a response without tokens.
///
/// # Missing values
/// None are allowed; masked tokens go first ([`TokenLogProbs`](super::TokenLogProbs)).
///
/// # Source
/// Zhou et al. 2024 (T-REG), section 3.3, from two summaries that agree.
///
/// # Errors
/// [`Error::Length`] for lists that differ in length; [`Error::NotFinite`] or [`Error::Argument`] for what is outside its
/// range; [`Error::Overflow`] if the objective leaves that of `f64`; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::preference::{TregOptions, TregTokens, treg_loss};
/// let chosen = TregTokens { policy: &[-1.0, -2.0], reference: &[-1.0, -2.0], rewards: &[0.5, 0.0] };
/// let rejected = TregTokens { rewards: &[0.0, 0.0], ..chosen };
/// let found = treg_loss(chosen, rejected, &TregOptions::new())?;
/// assert_eq!((found.weight, found.regulariser_chosen), (0.5, 0.05));
/// assert!((found.grad_chosen[0] + 0.05625).abs() < 1e-15 && found.grad_chosen[1] == -0.05);
/// let empty = TregTokens { policy: &[], reference: &[], rewards: &[] };
/// assert!(treg_loss(chosen, empty, &TregOptions::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn treg_loss(
    chosen: TregTokens<'_>,
    rejected: TregTokens<'_>,
    options: &TregOptions,
) -> Result<TregObjective> {
    let &TregOptions { beta, alpha, weighting } = options;
    chosen.check(true)?;
    rejected.check(true)?;
    let token_rewards_chosen: Vec<f64> =
        chosen.policy.iter().zip(chosen.reference).map(|(p, r)| beta * (p - r)).collect();
    let alignment_chosen = num::sum(token_rewards_chosen.iter().zip(chosen.rewards).map(|(i, r)| i * r));
    let rewards = (beta * chosen.log_ratio(), beta * rejected.log_ratio());
    let found = regularised((chosen, rejected), rewards, (beta, 0.0, alpha), (1.0, 1.0), weighting)?;
    let found = TregObjective { token_rewards_chosen, alignment_chosen, ..found };
    num::check_range("the objective", found.token_rewards_chosen.iter().chain([&found.alignment_chosen]))?;
    Ok(found)
}

/// T-REG on SimPO: no reference, averages instead of sums, a margin.
///
/// ```text
/// r(y) = β·mean ln π       L_reg(y) = −(1/|y|)·Σ β·r̂[t]·ln π(y[t])
/// L = −ln σ(r(y_w) − r(y_l) − γ) + α·w·(L_reg(y_w) + L_reg(y_l)),     w = σ(−(r(y_w) − r(y_l) − γ))
/// ```
///
/// # Undefined
/// For a response without tokens.
///
/// # Missing values
/// As [`treg_loss`].
///
/// # Source
/// Zhou et al. 2024 (T-REG) names SimPO-REG; its formula, and the division of the regulariser by the length, are inferred.
///
/// # Errors
/// As [`treg_loss`].
///
/// # Examples
/// ```
/// use probity::preference::{TregSimpoOptions, TregTokens, treg_simpo_loss};
/// let tokens = TregTokens { policy: &[-1.0, -2.0], reference: &[], rewards: &[0.0, 0.0] };
/// let found = treg_simpo_loss(tokens, tokens, &TregSimpoOptions::new().gamma(0.0))?;
/// assert!((found.loss - std::f64::consts::LN_2).abs() < 1e-15);
/// assert_eq!((found.weight, found.reward_chosen), (0.5, -3.0));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn treg_simpo_loss(
    chosen: TregTokens<'_>,
    rejected: TregTokens<'_>,
    options: &TregSimpoOptions,
) -> Result<TregObjective> {
    let &TregSimpoOptions { beta, gamma, alpha } = options;
    chosen.check(false)?;
    rejected.check(false)?;
    let rewards = (beta * mean_log_prob(chosen.policy)?, beta * mean_log_prob(rejected.policy)?);
    let lengths = (chosen.policy.len() as f64, rejected.policy.len() as f64);
    regularised((chosen, rejected), rewards, (beta, gamma, alpha), lengths, TregWeighting::Dpo)
}

/// Both losses: they differ in rewards, margin and in what sums over tokens are divided by.
fn regularised(
    (chosen, rejected): (TregTokens<'_>, TregTokens<'_>),
    (reward_chosen, reward_rejected): (f64, f64),
    (beta, gamma, alpha): (f64, f64, f64),
    (over_chosen, over_rejected): (f64, f64),
    weighting: TregWeighting,
) -> Result<TregObjective> {
    num::check_positive("beta", beta)?;
    num::check_finite("gamma", &[gamma])?;
    num::check_finite("alpha", &[alpha])?;
    let sequence = logistic(reward_chosen - reward_rejected - gamma, 1.0);
    let weight = match weighting {
        TregWeighting::Dpo => -sequence.slope,
        TregWeighting::Static => 1.0,
    };
    let regulariser_chosen = chosen.regulariser(beta) / over_chosen;
    let regulariser_rejected = rejected.regulariser(beta) / over_rejected;
    let loss = sequence.value + alpha * weight * (regulariser_chosen + regulariser_rejected);
    let gradient = |slope: f64, tokens: TregTokens<'_>, over: f64| -> Vec<f64> {
        tokens.rewards.iter().map(|r| beta * (slope - alpha * weight * r) / over).collect()
    };
    let grad_chosen = gradient(sequence.slope, chosen, over_chosen);
    let grad_rejected = gradient(-sequence.slope, rejected, over_rejected);
    num::check_range(
        "the objective",
        [loss, reward_chosen, reward_rejected].iter().chain(&grad_chosen).chain(&grad_rejected),
    )?;
    Ok(TregObjective {
        reward_chosen,
        reward_rejected,
        sequence_loss: sequence.value,
        weight,
        regulariser_chosen,
        regulariser_rejected,
        loss,
        grad_chosen,
        grad_rejected,
        token_rewards_chosen: Vec::new(),
        alignment_chosen: 0.0,
    })
}

/// T-REG's on-policy pair: the best and the worst of a prompt's samples by a reward model.
///
/// `None` where these are one sample, as with fewer than two scores or equal ones.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// A sample without score is passed over. Ties: the first.
///
/// # Source
/// Zhou et al. 2024 (T-REG): five samples a prompt there.
///
/// # Errors
/// [`Error::NotFinite`] for a score that is not finite.
///
/// # Examples
/// ```
/// use probity::preference::{ChosenRejected, treg_pair};
/// let scores = [Some(0.1), None, Some(0.3), Some(0.3)];
/// assert_eq!(treg_pair(&scores)?, Some(ChosenRejected { chosen: 2, rejected: 0 }));
/// assert_eq!(treg_pair(&[Some(0.1), None])?, None);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn treg_pair(scores: &[Option<f64>]) -> Result<Option<ChosenRejected>> {
    let known: Vec<f64> = scores.iter().flatten().copied().collect();
    num::check_finite("scores", &known)?;
    Ok(greatest_and_least(scores.iter().copied()))
}
