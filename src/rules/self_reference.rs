use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items, rate};
use crate::num;
use crate::rules::salmon_preference::PairChoice;

/// One judgment of a pair (a, b): in which order the two were shown, and which place was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SwapJudgment {
    /// Whether b was shown first.
    pub swapped: bool,
    /// The place that was chosen; `None` if no choice could be read.
    pub choice: Option<PairChoice>,
}

impl SwapJudgment {
    /// The answer that was chosen: `First` is a, `Second` is b.
    #[must_use]
    pub fn content(self) -> Option<PairChoice> {
        self.choice.map(|place| if self.swapped { place.other() } else { place })
    }
}

/// The votes on a pair, and its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SwapVote {
    /// Votes for a.
    pub a: u64,
    /// Votes for b.
    pub b: u64,
    /// Judgments without a choice.
    pub invalid: u64,
    /// What the strict majority chose: `First` is a; `None` on a tie.
    pub label: Option<PairChoice>,
}

/// The label of a pair by a vote over repeated judgments in both orders.
///
/// # Missing values
/// Judgments without a choice are counted apart. A tie, or no vote at all, gives no label.
///
/// # Source
/// Bao et al. 2024 (self-reference AI feedback, arXiv 2406.11190) judge even rounds as (a, b) and odd ones as (b, a); the
/// majority is the usual way to put them together, and the published set is named after a vote of four.
///
/// # Examples
/// ```
/// use probity::rules::{PairChoice, SwapJudgment, swap_vote};
/// let judge = |swapped, choice| SwapJudgment { swapped, choice };
/// let first = Some(PairChoice::First);
/// // Whoever always takes the first place says nothing.
/// assert_eq!(swap_vote(&[judge(false, first), judge(true, first)]).label, None);
/// let vote = swap_vote(&[judge(false, first), judge(true, Some(PairChoice::Second)), judge(true, None)]);
/// assert_eq!((vote.a, vote.b, vote.invalid, vote.label), (2, 0, 1, first));
/// ```
#[must_use]
pub fn swap_vote(judgments: &[SwapJudgment]) -> SwapVote {
    let votes = |of| judgments.iter().filter(|judgment| judgment.content() == of).count() as u64;
    let (a, b) = (votes(Some(PairChoice::First)), votes(Some(PairChoice::Second)));
    let label = PairChoice::of_sign(a as f64 - b as f64);
    SwapVote { a, b, invalid: votes(None), label }
}

/// How much a judge minds the place of an answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PositionBias {
    /// Share of the pairs judged in both orders for which the same answer is chosen; Wilson's interval.
    pub consistency: Estimate,
    /// 1 − consistency; Wilson's interval.
    pub flip_rate: Estimate,
    /// Share of all choices that are the first place, 0.5 where the place does not matter; Wilson's interval.
    pub first_rate: Estimate,
}

/// The position bias of a judge from the choices in both orders: with a shown first, with b shown first.
///
/// # Undefined
/// If no pair has both choices.
///
/// # Missing values
/// Pairs with one choice enter the first rate only.
///
/// # Source
/// The figures of Bao et al. 2024 (arXiv 2406.11190) in their usual form.
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::rules::{PairChoice, swap_position_bias};
/// let (first, second) = (Some(PairChoice::First), Some(PairChoice::Second));
/// let bias = swap_position_bias(&[(first, second), (first, first), (first, None)], Level::default())?;
/// assert_eq!((bias.consistency.value, bias.flip_rate.value, bias.first_rate.value), (0.5, 0.5, 0.8));
/// assert!(swap_position_bias(&[(first, None)], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn swap_position_bias(
    pairs: &[(Option<PairChoice>, Option<PairChoice>)],
    level: Level,
) -> Result<PositionBias> {
    let both: Vec<_> = pairs.iter().filter_map(|&(x, y)| x.zip(y)).collect();
    let same = both.iter().filter(|(x, y)| *x == y.other()).count() as u64;
    let choices = || pairs.iter().flat_map(|&(x, y)| [x, y]).flatten();
    let first = choices().filter(|&choice| choice == PairChoice::First).count() as u64;
    let n = both.len() as u64;
    let what = "the number of pairs judged in both orders";
    Ok(PositionBias {
        consistency: rate("consistency under swapping", what, same, n, level)?,
        flip_rate: rate("flip rate under swapping", what, n - same, n, level)?,
        first_rate: rate(
            "share of first places",
            "the number of choices",
            first,
            choices().count() as u64,
            level,
        )?,
    })
}

/// Log-probabilities of the tokens of the two verdict sentences after one criticism.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VerdictLogProbs<'a> {
    /// Of the sentence that a is better.
    pub a: &'a [f64],
    /// Of the sentence that b is better.
    pub b: &'a [f64],
}

/// How the strength of a preference is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum StrengthFormula {
    /// Mean over the orders of NLL(b better) − NLL(a better), NLL the mean negative log-probability.
    #[default]
    LogGap,
    /// Mean over the orders of PPL(b better) − PPL(a better).
    PerplexityGap,
    /// exp of the log gap: the ratio of the perplexities.
    Ratio,
}

/// How strongly a is preferred to b, by the perplexity of the two verdicts.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PreferenceStrength {
    /// Perplexity of "a is better", by order.
    pub perplexity_a: Vec<f64>,
    /// Perplexity of "b is better", by order.
    pub perplexity_b: Vec<f64>,
    /// Mean difference of the negative log-probabilities; above 0 where a is better.
    pub log_gap: f64,
    /// Mean difference of the perplexities.
    pub perplexity_gap: f64,
    /// σ(log gap).
    pub probability_a: f64,
    /// Whether both orders were there.
    pub both_orders: bool,
}

impl PreferenceStrength {
    /// The strength by a formula.
    ///
    /// # Errors
    /// [`Error::Overflow`] if the ratio leaves the range of `f64`.
    pub fn strength(&self, formula: StrengthFormula) -> Result<f64> {
        match formula {
            StrengthFormula::LogGap => Ok(self.log_gap),
            StrengthFormula::PerplexityGap => Ok(self.perplexity_gap),
            StrengthFormula::Ratio => {
                let ratio = self.log_gap.exp();
                if ratio.is_finite() {
                    Ok(ratio)
                } else {
                    Err(Error::Overflow { what: "the ratio of perplexities" })
                }
            }
        }
    }

    /// The label by the sign of the log gap (`First` is a); `None` where its absolute value is not above `abstain_below`,
    /// and for a gap of 0.
    #[must_use]
    pub fn label(&self, abstain_below: f64) -> Option<PairChoice> {
        PairChoice::of_sign(self.log_gap).filter(|_| self.log_gap.abs() > abstain_below)
    }
}

/// The strength of a preference from the semantic perplexity of the two verdicts, one or both orders of presentation.
///
/// ```text
/// NLL = −mean log-probability of the verdict's tokens        PPL = exp(NLL)
/// log gap = mean over orders (NLL_b − NLL_a)                 perplexity gap = mean over orders (PPL_b − PPL_a)
/// P(a) = σ(log gap)
/// ```
///
/// # Undefined
/// Without orders, and where a verdict has no token.
///
/// # Missing values
/// A missing order is left out, which `both_orders` tells.
///
/// # Source
/// Bao et al. 2024 (arXiv 2406.11190) take the semantic perplexity of the verdict as strength. Neither the paper's formula
/// nor the code behind it could be had: how the perplexities are put together is our choice ([`StrengthFormula`]).
///
/// # Errors
/// [`Error::NotFinite`] for a log-probability that is not finite; [`Error::Overflow`] if a perplexity leaves the range of
/// `f64`; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::rules::{PairChoice, VerdictLogProbs, verdict_strength};
/// let order = VerdictLogProbs { a: &[-0.5, -0.5], b: &[-1.0, -2.0] };
/// let strength = verdict_strength(&[order])?;
/// assert_eq!((strength.log_gap, strength.both_orders), (1.0, false));
/// assert_eq!((strength.label(0.0), strength.label(1.0)), (Some(PairChoice::First), None));
/// assert!(verdict_strength(&[VerdictLogProbs { a: &[], b: &[-1.0] }]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn verdict_strength(orders: &[VerdictLogProbs<'_>]) -> Result<PreferenceStrength> {
    const METRIC: &str = "strength of a preference";
    if orders.is_empty() {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "orders" }));
    }
    let nll = |log_probs: &[f64]| {
        num::check_finite("log-probabilities of a verdict", log_probs)?;
        let sum = num::sum(log_probs.iter().map(|lp| -lp));
        num::ratio(METRIC, sum, log_probs.len() as f64, Undefined::Nothing { what: "tokens of a verdict" })
    };
    let of = |side: fn(&VerdictLogProbs<'_>) -> Vec<f64>| -> Result<(Vec<f64>, Vec<f64>)> {
        let nll: Vec<f64> = orders.iter().map(|order| nll(&side(order))).collect::<Result<_>>()?;
        let perplexity: Vec<f64> = nll.iter().map(|nll| nll.exp()).collect();
        if perplexity.iter().all(|ppl| ppl.is_finite()) {
            Ok((nll, perplexity))
        } else {
            Err(Error::Overflow { what: "a perplexity" })
        }
    };
    let (nll_a, perplexity_a) = of(|order| order.a.to_vec())?;
    let (nll_b, perplexity_b) = of(|order| order.b.to_vec())?;
    let mean_gap = |a: &[f64], b: &[f64]| num::sum(a.iter().zip(b).map(|(a, b)| b - a)) / orders.len() as f64;
    let log_gap = mean_gap(&nll_a, &nll_b);
    Ok(PreferenceStrength {
        log_gap,
        perplexity_gap: mean_gap(&perplexity_a, &perplexity_b),
        probability_a: num::ln_sigmoid(log_gap).exp(),
        both_orders: orders.len() > 1,
        perplexity_a,
        perplexity_b,
    })
}

/// The margin loss of a reward model on pairs of a chosen and a rejected answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MarginLoss {
    /// Loss by pair.
    pub losses: Vec<f64>,
    /// Their mean, with its t interval over pairs.
    pub mean: Estimate,
}

/// The margin loss: a pair costs less the further the chosen reward lies above the rejected one and the margin.
///
/// ```text
/// loss = ln(1 + exp(margin + r_rejected − r_chosen))
/// ```
///
/// Without margins they are 0.
///
/// # Undefined
/// Without pairs.
///
/// # Source
/// Bao et al. 2024 (arXiv 2406.11190), `rm_trainer.py`, in a form that does not overflow.
///
/// # Errors
/// [`Error::Length`] if the lists differ in length; [`Error::NotFinite`] for a number that is not finite;
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::rules::margin_loss;
/// let loss = margin_loss(&[0.5, 1e6], &[0.5, -1e6], None, Level::default())?;
/// assert_eq!(loss.losses, [std::f64::consts::LN_2, 0.0]);
/// assert_eq!(margin_loss(&[0.0], &[0.0], Some(&[800.0]), Level::default())?.losses, [800.0]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn margin_loss(
    chosen: &[f64],
    rejected: &[f64],
    margins: Option<&[f64]>,
    level: Level,
) -> Result<MarginLoss> {
    num::check_same_length("rejected rewards", chosen.len(), rejected.len())?;
    if let Some(margins) = margins {
        num::check_same_length("margins", chosen.len(), margins.len())?;
    }
    let margin = |i: usize| margins.map_or(0.0, |margins| margins[i]);
    let shortfalls: Vec<f64> = (0..chosen.len()).map(|i| margin(i) + rejected[i] - chosen[i]).collect();
    num::check_finite("margins and rewards", &shortfalls)?;
    let losses: Vec<f64> = shortfalls.iter().map(|&x| -num::ln_sigmoid(-x)).collect();
    let mean = mean_over_items("margin loss", "pairs", &losses, (0.0, f64::INFINITY), level)?;
    Ok(MarginLoss { losses, mean })
}

/// The margin loss with the language-model term, which counts only with a coefficient above 1e-6; the default of the
/// release is exactly that, so that the term is off.
///
/// # Source
/// Bao et al. 2024 (arXiv 2406.11190), `rm_trainer.py`.
///
/// # Errors
/// [`Error::NotFinite`] for a number that is not finite.
///
/// # Examples
/// ```
/// use probity::rules::with_language_model_loss;
/// assert_eq!(with_language_model_loss(0.5, 2.0, 0.25)?, 1.0);
/// assert_eq!(with_language_model_loss(0.5, 2.0, 1e-6)?, 0.5);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn with_language_model_loss(margin_loss: f64, cross_entropy: f64, coefficient: f64) -> Result<f64> {
    const OFF: f64 = 1e-6;
    num::check_finite("losses and coefficient", &[margin_loss, cross_entropy, coefficient])?;
    Ok(if coefficient > OFF { margin_loss + coefficient * cross_entropy } else { margin_loss })
}
