use crate::error::{Error, Result};
use crate::num;
use crate::preference::PairObjective;
use crate::preference::objective::PairTerm;
use crate::preference::simpo::check_averages;
use crate::preference::soft_label::logistic;

/// What [`orpo_loss`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct OrpoObjective {
    /// Of each pair, the log of how many times the chosen response's odds are the rejected one's.
    pub log_odds: Vec<f64>,
    /// ln σ of each.
    pub ratio: Vec<f64>,
    /// Losses, mean and gradients by the averages, the likelihood of the chosen response held fixed.
    pub objective: PairObjective,
}

/// ORPO: the likelihood of the chosen response with a penalty on the odds ratio.
///
/// ```text
/// log_odds = (w − l) − (ln(1 − eʷ) − ln(1 − eˡ))     w, l: average log-probabilities of chosen and rejected
/// L = NLL(chosen) − β·ln σ(log_odds)
/// ∂log_odds/∂w = 1/(1 − eʷ)
/// ```
///
/// The negative log-likelihoods are given as numbers, as they may average over prompt tokens too; their derivative is 1/n
/// each.
///
/// # Undefined
/// Without pairs.
///
/// # Missing values
/// A pair with a missing number is left out of all lists.
///
/// # Source
/// Hong, Lee and Thorne 2024, equations 6 and 7; β = 0.1 in TRL.
///
/// # Errors
/// [`Error::Length`] for lists that differ in length; [`Error::Argument`] for an average that is not below 0 or a β that
/// is not above; [`Error::NotFinite`] for a number that is not finite; [`Error::Overflow`] if the objective leaves the
/// range of `f64`; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::preference::orpo_loss;
/// let found = orpo_loss(&[-0.5], &[-0.5], &[0.5], 0.1)?;
/// assert_eq!(found.log_odds, [0.0]);
/// assert!((found.objective.loss - (0.5 + 0.1 * std::f64::consts::LN_2)).abs() < 1e-15);
/// assert!(orpo_loss(&[0.0], &[-0.5], &[0.0], 0.1).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn orpo_loss(chosen: &[f64], rejected: &[f64], nll: &[f64], beta: f64) -> Result<OrpoObjective> {
    check_averages(chosen, rejected)?;
    num::check_same_length("likelihoods of chosen responses", chosen.len(), nll.len())?;
    num::check_finite("likelihoods of chosen responses", nll)?;
    num::check_positive("beta", beta)?;
    if let Some(&average) = chosen.iter().chain(rejected).find(|&&average| average >= 0.0) {
        return Err(Error::argument("average log-probability", "a number below 0", average));
    }
    let log_odds: Vec<f64> = chosen
        .iter()
        .zip(rejected)
        .map(|(&w, &l)| (w - l) - (num::ln_one_minus_exp(w) - num::ln_one_minus_exp(l)))
        .collect();
    let terms = log_odds.iter().zip(chosen.iter().zip(rejected)).zip(nll);
    let objective = PairObjective::from_terms(terms.map(|((&odds, (w, l)), nll)| {
        let found = logistic(odds, 1.0);
        PairTerm {
            value: nll + beta * found.value,
            chosen: -beta * found.slope / w.exp_m1(),
            rejected: beta * found.slope / l.exp_m1(),
        }
    }))?;
    let ratio = log_odds.iter().map(|&odds| num::ln_sigmoid(odds)).collect();
    Ok(OrpoObjective { log_odds, ratio, objective })
}
