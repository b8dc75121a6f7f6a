//! SCL: learning to answer rightly at once from one's own corrections.
//!
//! *Which of two answers to the same question should be preferred, and how strongly does a policy prefer it?*
//! [`preference_pairs`] takes the pairs in which one answer is right, [`dpo_sft_loss`] is the objective they are learnt
//! with; [`transitions`] gives the table that every figure of self-correction reads.
//!
//! # Source
//! He et al. 2024, "Self-Correction is More than Refinement: A Learning Framework for Visual and Language Reasoning
//! Tasks" (arXiv 2410.04055), and its published code.

use crate::error::{Error, Result};
use crate::num;
use crate::tally::{Tally, Transitions};

/// A question answered twice. An answer that could not be read is `None`, and wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answers<T> {
    /// The first answer.
    pub initial: Option<T>,
    /// The answer after the correction turn.
    pub refined: Option<T>,
    /// The right answer.
    pub gold: T,
}

impl<T: PartialEq> Answers<T> {
    /// Whether the first and the second answer are right.
    fn right(&self) -> (bool, bool) {
        let right = |answer: &Option<T>| answer.as_ref() == Some(&self.gold);
        (right(&self.initial), right(&self.refined))
    }
}

/// What became of an answer, with the numbers of the published code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransitionType {
    /// Right and right again.
    RightRight = 1,
    /// Wrong, then right.
    WrongRight = 2,
    /// Right, then wrong.
    RightWrong = 3,
    /// Wrong and wrong again.
    WrongWrong = 4,
}

/// The type of each question.
///
/// # Missing values
/// An answer that could not be read is wrong.
///
/// # Examples
/// ```
/// use probity::correction::scl::{Answers, TransitionType, transition_types};
/// let items = [Answers { initial: Some("A"), refined: None, gold: "A" }];
/// assert_eq!(transition_types(&items), [TransitionType::RightWrong]);
/// assert!(transition_types::<&str>(&[]).is_empty());
/// ```
#[must_use]
pub fn transition_types<T: PartialEq>(items: &[Answers<T>]) -> Vec<TransitionType> {
    let of = |item: &Answers<T>| match item.right() {
        (true, true) => TransitionType::RightRight,
        (false, true) => TransitionType::WrongRight,
        (true, false) => TransitionType::RightWrong,
        (false, false) => TransitionType::WrongWrong,
    };
    items.iter().map(of).collect()
}

/// The table of right and wrong before and after: accuracies and gains are
/// [`SelfCorrection`](crate::correction::SelfCorrection) of it.
///
/// # Missing values
/// An answer that could not be read is wrong.
///
/// # Errors
/// None that a slice in memory can cause.
///
/// # Examples
/// ```
/// use probity::correction::scl::{Answers, transitions};
/// let items = [Answers { initial: None, refined: Some(2), gold: 2 }, Answers { initial: Some(1), refined: Some(1), gold: 0 }];
/// let table = transitions(&items)?;
/// assert_eq!((table.fixed(), table.stuck()), (1, 1));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn transitions<T: PartialEq>(items: &[Answers<T>]) -> Result<Transitions> {
    let mut table = Transitions::default();
    for (initial, refined) in items.iter().map(Answers::right) {
        table.record((initial.into(), refined.into()))?;
    }
    Ok(table)
}

/// Which of the two answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Turn {
    /// The first.
    Initial,
    /// The one after the correction turn.
    Refined,
}

/// An answer to prefer and one to avoid, to the same question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreferencePair {
    /// The question, by its place.
    pub index: usize,
    /// The right answer.
    pub chosen: Turn,
    /// The wrong answer.
    pub rejected: Turn,
}

/// Preference pairs and where they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreferencePairs {
    /// The pairs, in the order of the questions.
    pub pairs: Vec<PreferencePair>,
    /// Pairs whose second answer is the right one.
    pub wrong_to_right: usize,
    /// Pairs whose first answer is the right one.
    pub right_to_wrong: usize,
}

/// A preference pair for each question of which exactly one answer is right.
///
/// The prompt of a pair is the question alone, without the correction turn: the model is to answer rightly at once.
///
/// # Missing values
/// An answer that could not be read is wrong.
///
/// # Source
/// He et al. 2024 (SCL), construction of the preference set.
///
/// # Examples
/// ```
/// use probity::correction::scl::{Answers, Turn, preference_pairs};
/// let of = |initial, refined| Answers { initial: Some(initial), refined: Some(refined), gold: "A" };
/// let found = preference_pairs(&[of("A", "B"), of("C", "A"), of("A", "A"), of("B", "C")]);
/// assert_eq!((found.pairs.len(), found.wrong_to_right, found.right_to_wrong), (2, 1, 1));
/// assert_eq!((found.pairs[1].index, found.pairs[1].chosen), (1, Turn::Refined));
/// ```
#[must_use]
pub fn preference_pairs<T: PartialEq>(items: &[Answers<T>]) -> PreferencePairs {
    let pair = |(index, item): (usize, &Answers<T>)| match item.right() {
        (true, false) => Some(PreferencePair { index, chosen: Turn::Initial, rejected: Turn::Refined }),
        (false, true) => Some(PreferencePair { index, chosen: Turn::Refined, rejected: Turn::Initial }),
        _ => None,
    };
    let pairs: Vec<PreferencePair> = items.iter().enumerate().filter_map(pair).collect();
    let wrong_to_right = pairs.iter().filter(|pair| pair.chosen == Turn::Refined).count();
    PreferencePairs { wrong_to_right, right_to_wrong: pairs.len() - wrong_to_right, pairs }
}

/// Log-probabilities of the two answers of a pair, each summed over its tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairLogProbs {
    /// Of the chosen answer under the policy.
    pub policy_chosen: f64,
    /// Of the rejected answer under the policy.
    pub policy_rejected: f64,
    /// Of the chosen answer under the reference.
    pub reference_chosen: f64,
    /// Of the rejected answer under the reference.
    pub reference_rejected: f64,
}

/// The weights of the objective.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DpoSftWeights {
    /// The strength of the preference, β.
    pub beta: f64,
    /// The share of the likelihood of the chosen answer in the loss, from 0 to 1.
    pub sft_beta: f64,
}

impl Default for DpoSftWeights {
    /// 0.1 and 0.1, as in the paper.
    fn default() -> Self {
        Self { beta: 0.1, sft_beta: 0.1 }
    }
}

/// The objective of one pair.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct DpoSftLoss {
    /// The mixed loss.
    pub loss: f64,
    /// The preference part, −ln σ(margin).
    pub dpo: f64,
    /// The implicit reward of the chosen answer.
    pub chosen_reward: f64,
    /// The implicit reward of the rejected answer.
    pub rejected_reward: f64,
    /// The first reward minus the second.
    pub margin: f64,
}

/// Direct preference optimisation with a share of plain likelihood.
///
/// ```text
/// rewards β·(policy − reference) of the chosen and the rejected answer,   m their difference
/// loss = (1 − sft_beta)·(−ln σ(m)) + sft_beta·NLL
/// ```
///
/// `chosen_nll` is the mean negative log-probability a token of the chosen answer.
///
/// # Source
/// He et al. 2024 (SCL); Rafailov et al. 2023 for the preference part; the mix is that of the trainer which the
/// published code calls.
///
/// # Errors
/// [`Error::NotFinite`] for a number that is not finite; [`Error::Argument`] for a share outside 0..1;
/// [`Error::Overflow`] if the loss leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::correction::scl::{DpoSftWeights, PairLogProbs, dpo_sft_loss};
/// let equal = PairLogProbs {
///     policy_chosen: -20.0,
///     policy_rejected: -20.0,
///     reference_chosen: -20.0,
///     reference_rejected: -20.0,
/// };
/// let loss = dpo_sft_loss(&equal, 0.8, DpoSftWeights { beta: 0.1, sft_beta: 0.0 })?;
/// assert_eq!((loss.loss, loss.margin), (std::f64::consts::LN_2, 0.0));
/// // The other way round, far from the reference: no overflow.
/// let far = PairLogProbs { policy_chosen: -4e5, reference_rejected: -4e5, ..equal };
/// assert!((dpo_sft_loss(&far, 0.0, DpoSftWeights::default())?.dpo - 79_996.0).abs() < 1e-6);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn dpo_sft_loss(pair: &PairLogProbs, chosen_nll: f64, weights: DpoSftWeights) -> Result<DpoSftLoss> {
    let DpoSftWeights { beta, sft_beta } = weights;
    let &PairLogProbs { policy_chosen, policy_rejected, reference_chosen, reference_rejected } = pair;
    let log_probs = [policy_chosen, policy_rejected, reference_chosen, reference_rejected, chosen_nll];
    num::check_finite("log-probabilities of a pair", &log_probs)?;
    num::check_finite("beta", &[beta])?;
    if !(0.0..=1.0).contains(&sft_beta) {
        return Err(Error::argument("sft_beta", "a share from 0 to 1", sft_beta));
    }
    let chosen_reward = beta * (policy_chosen - reference_chosen);
    let rejected_reward = beta * (policy_rejected - reference_rejected);
    let margin = chosen_reward - rejected_reward;
    let dpo = -num::ln_sigmoid(margin);
    let loss = (1.0 - sft_beta) * dpo + sft_beta * chosen_nll;
    if [chosen_reward, rejected_reward, margin, dpo, loss].iter().all(|x| x.is_finite()) {
        return Ok(DpoSftLoss { loss, dpo, chosen_reward, rejected_reward, margin });
    }
    Err(Error::Overflow { what: "the preference loss" })
}
