use crate::error::{Error, Result};
use crate::num::{ln_sigmoid, sigmoid};
use crate::preference::objective::PairTerm;
use crate::preference::soft_label::{Labels, Logistic, logistic, logistic_objective};
use crate::preference::{Divergence, DpoLoss, DpoOptions, PairLogProbs, PairObjective};

/// A loss of the DPO family: each pair's, the mean, and its gradient.
///
/// ```text
/// a = ln π(chosen) − ln π_ref(chosen)     b the same of the rejected     d = a − b
/// L as DpoLoss says, for example −ln σ(β·d)
/// ```
///
/// Adding a constant to a pair's two log-probabilities under the policy, or to both under the reference, changes no loss
/// of d. The rewards that a run reports beside the loss are [`PairLogProbs::rewards`].
///
/// # Undefined
/// Without pairs, which [`PairLogProbs`] does not hold.
///
/// # Source
/// TRL 1.16's definitions, loss by loss at [`DpoLoss`].
///
/// # Errors
/// [`Error::Argument`] for an option outside its range, a divergence that the loss would not see, or a length-normalised
/// loss of pairs without lengths; [`Error::Overflow`] if the objective leaves the range of `f64`, which log-ratios
/// up to ±10⁴ do under no loss at its default options.
///
/// # Complexity
/// Linear; O(n log n) for AOT.
///
/// # Examples
/// ```
/// use probity::preference::{DpoLoss, DpoOptions, PairLogProbs, dpo_loss};
/// let pairs = PairLogProbs::new((&[-1.0, -9e4], &[-2.0, -1.0]), (&[-1.0, -1.0], &[-1.0, -1.0]))?;
/// let hinge = dpo_loss(&pairs, &DpoOptions::new(DpoLoss::Hinge))?;
/// assert_eq!(hinge.losses[0], 0.9);
/// assert!((hinge.losses[1] - 9000.9).abs() < 1e-9);
/// assert!(dpo_loss(&pairs, &DpoOptions::new(DpoLoss::IpoNorm)).is_err()); // no lengths
/// # Ok::<(), probity::Error>(())
/// ```
pub fn dpo_loss(pairs: &PairLogProbs<'_>, options: &DpoOptions) -> Result<PairObjective> {
    options.check()?;
    let &DpoOptions { loss, beta, divergence } = options;
    let plain = matches!(divergence, Divergence::ReverseKl);
    match loss {
        DpoLoss::Sigmoid | DpoLoss::Cdpo { .. } | DpoLoss::Robust { .. } if plain => {
            logistic_objective(pairs, Labels::Same(label(loss)), beta)
        }
        DpoLoss::Aot { smoothing } => aot(pairs, beta, smoothing),
        DpoLoss::AotUnpaired { smoothing } => aot_unpaired(pairs, beta, smoothing),
        DpoLoss::SigmoidNorm | DpoLoss::IpoNorm => {
            let Some(lengths) = pairs.lengths() else {
                return Err(Error::argument(
                    "pairs",
                    "numbers of tokens for a length-normalised loss",
                    "none",
                ));
            };
            PairObjective::from_terms(pairs.ratios().zip(lengths).map(|((a, b), (w, l))| {
                let term = term(loss, beta, a / w, b / l);
                PairTerm { chosen: term.chosen / w, rejected: term.rejected / l, ..term }
            }))
        }
        _ => PairObjective::from_terms(pairs.ratios().map(|(a, b)| {
            let ((x, dx), (y, dy)) = (divergence.transform(a), divergence.transform(b));
            let term = term(loss, beta, x, y);
            PairTerm { chosen: term.chosen * dx, rejected: term.rejected * dy, ..term }
        })),
    }
}

/// The soft label that makes the logistic loss the loss named.
fn label(loss: DpoLoss) -> f64 {
    match loss {
        DpoLoss::Cdpo { smoothing } => 1.0 - smoothing,
        DpoLoss::Robust { smoothing } => (1.0 - smoothing) / (1.0 - 2.0 * smoothing),
        _ => 1.0,
    }
}

/// A loss of the (transformed, normalised) log-ratios of one pair.
fn term(loss: DpoLoss, beta: f64, x: f64, y: f64) -> PairTerm {
    let d = x - y;
    let z = beta * d;
    // σ' at β times a log-ratio, by the log-ratio.
    let bump = |v: f64| beta * sigmoid(beta * v) * sigmoid(-beta * v);
    let of_margin =
        |Logistic { value, slope }| PairTerm { value, chosen: beta * slope, rejected: -beta * slope };
    match loss {
        DpoLoss::Sigmoid
        | DpoLoss::SigmoidNorm
        | DpoLoss::Cdpo { .. }
        | DpoLoss::Robust { .. }
        | DpoLoss::Aot { .. }
        | DpoLoss::AotUnpaired { .. } => of_margin(logistic(z, label(loss))),
        DpoLoss::Hinge => {
            of_margin(Logistic { value: (1.0 - z).max(0.0), slope: if z < 1.0 { -1.0 } else { 0.0 } })
        }
        DpoLoss::Ipo | DpoLoss::IpoNorm => {
            let gap = d - 0.5 / beta;
            PairTerm { value: gap * gap, chosen: 2.0 * gap, rejected: -2.0 * gap }
        }
        DpoLoss::ExoPair { smoothing } => {
            let (up, down) = (sigmoid(z), sigmoid(-z));
            let (won, lost) = ((-smoothing).ln_1p(), smoothing.ln());
            let value = up * (ln_sigmoid(z) - won) + down * (ln_sigmoid(-z) - lost);
            of_margin(Logistic { value, slope: up * down * (z - won + lost) })
        }
        DpoLoss::NcaPair => {
            let (u, v) = (logistic(beta * x, 2.0 / 3.0), logistic(beta * y, 0.0));
            // −ln σ(βa) − ½·ln σ(−βa) is 3/2 of the loss with label 2/3.
            PairTerm {
                value: 1.5 * u.value + 0.5 * v.value,
                chosen: 1.5 * beta * u.slope,
                rejected: 0.5 * beta * v.slope,
            }
        }
        DpoLoss::BcoPair => {
            let (u, v) = (logistic(beta * x, 1.0), logistic(beta * y, 0.0));
            PairTerm { value: u.value + v.value, chosen: beta * u.slope, rejected: beta * v.slope }
        }
        DpoLoss::SppoHard => {
            let (u, v) = (x - 0.5 / beta, y + 0.5 / beta);
            PairTerm { value: u * u + v * v, chosen: 2.0 * u, rejected: 2.0 * v }
        }
        DpoLoss::ApoZero => {
            PairTerm { value: sigmoid(-beta * x) + sigmoid(beta * y), chosen: -bump(x), rejected: bump(y) }
        }
        DpoLoss::ApoDown => {
            PairTerm { value: sigmoid(beta * x) + sigmoid(-z), chosen: bump(x) - bump(d), rejected: bump(d) }
        }
        DpoLoss::Discopop { tau } => {
            let (m, rest) = (sigmoid(z / tau), sigmoid(-z / tau));
            let logistic = logistic(z, 1.0);
            // m·e⁻ᶻ as one exponential: its factors may leave the range where the product does not.
            let exponential = (ln_sigmoid(z / tau) - z).exp();
            of_margin(Logistic {
                value: rest * logistic.value + exponential,
                slope: rest * logistic.slope - m * rest / tau * logistic.value
                    + exponential * (rest / tau - 1.0),
            })
        }
    }
}

/// Positions in the order of their values, ties in the order of positions.
fn sorted(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[i].total_cmp(&values[j]));
    order
}

/// Each place's loss belongs to the pair that the policy's order puts there.
fn aot(pairs: &PairLogProbs<'_>, beta: f64, smoothing: f64) -> Result<PairObjective> {
    let differences = |w: &[f64], l: &[f64]| w.iter().zip(l).map(|(w, l)| w - l).collect::<Vec<_>>();
    let policy = differences(pairs.chosen, pairs.rejected);
    let mut reference = differences(pairs.ref_chosen, pairs.ref_rejected);
    reference.sort_by(f64::total_cmp);
    let n = pairs.count();
    let (mut losses, mut chosen) = (vec![0.0; n], vec![0.0; n]);
    for ((pair, reference), loss) in sorted(&policy).into_iter().zip(reference).zip(&mut losses) {
        let term = term(DpoLoss::Cdpo { smoothing }, beta, policy[pair], reference);
        (*loss, chosen[pair]) = (term.value, term.chosen);
    }
    let rejected = chosen.iter().map(|slope| -slope).collect();
    PairObjective::from_parts(losses, chosen, rejected)
}

fn aot_unpaired(pairs: &PairLogProbs<'_>, beta: f64, smoothing: f64) -> Result<PairObjective> {
    let (a, b): (Vec<f64>, Vec<f64>) = pairs.ratios().unzip();
    let n = pairs.count();
    let (mut losses, mut chosen, mut rejected) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    for ((i, j), loss) in sorted(&a).into_iter().zip(sorted(&b)).zip(&mut losses) {
        let term = term(DpoLoss::Cdpo { smoothing }, beta, a[i], b[j]);
        (*loss, chosen[i], rejected[j]) = (term.value, term.chosen, term.rejected);
    }
    PairObjective::from_parts(losses, chosen, rejected)
}
