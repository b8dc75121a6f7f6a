use crate::error::{Error, Result};
use crate::num;

/// How far the sum of printed probabilities may lie from 1.
const SLACK: f64 = 1e-6;

/// Probabilities of outcomes that sum to 1, up to the rounding of a print.
pub(super) fn check_law(what: &'static str, law: &[f64]) -> Result<()> {
    if let Some(p) = law.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        return Err(Error::argument(what, "probabilities from 0 to 1", p));
    }
    let total = num::sum(law.iter().copied());
    if (total - 1.0).abs() > SLACK {
        return Err(Error::argument(what, "probabilities that sum to 1", total));
    }
    Ok(())
}

/// A law p with its outcomes weighed anew, q ∝ p·exp(u/t).
#[derive(Debug, Clone)]
pub(super) struct Tilted {
    /// q.
    pub(super) law: Vec<f64>,
    /// KL(q ‖ p).
    pub(super) kl: f64,
    /// Σ q·u.
    pub(super) expected: f64,
    /// ln Σ p·exp(u/t).
    pub(super) ln_partition: f64,
}

/// Tilts a checked law by finite utilities at a positive temperature; what p never gives, q never gives.
pub(super) fn tilt(base: &[f64], utilities: &[f64], temperature: f64) -> Result<Tilted> {
    let possible = || base.iter().zip(utilities).filter(|(p, _)| **p > 0.0);
    let peak = possible().map(|(_, u)| *u).fold(f64::NEG_INFINITY, f64::max);
    // From the peak down, so that no exponential overflows: an outcome far below it has the weight 0.
    let height = |u: f64| (u - peak) / temperature;
    let z = num::sum(possible().map(|(p, &u)| p * height(u).exp()));
    let law: Vec<f64> = base
        .iter()
        .zip(utilities)
        .map(|(&p, &u)| if p > 0.0 { p * height(u).exp() / z } else { 0.0 })
        .collect();
    let given = || law.iter().zip(utilities).filter(|(q, _)| **q > 0.0);
    // ln(q/p) is the height less ln z: nothing cancels. Rounding may leave a divergence of 0 just below it.
    let kl = num::sum(given().map(|(q, &u)| q * (height(u) - z.ln()))).max(0.0);
    let expected = num::sum(given().map(|(q, u)| q * u));
    let ln_partition = peak / temperature + z.ln();
    if ln_partition.is_finite() && expected.is_finite() && kl.is_finite() {
        Ok(Tilted { law, kl, expected, ln_partition })
    } else {
        Err(Error::Overflow { what: "the tilted law" })
    }
}

/// KL(q ‖ p) of laws on the same outcomes, q giving nothing that p does not.
pub(super) fn divergence(q: &[f64], p: &[f64]) -> f64 {
    num::sum(q.iter().zip(p).filter(|(q, _)| **q > 0.0).map(|(q, p)| q * (q / p).ln())).max(0.0)
}

/// The outcomes of greatest probability.
pub(super) fn most_likely(law: &[f64]) -> Vec<usize> {
    let peak = law.iter().copied().fold(0.0, f64::max);
    (0..law.len()).filter(|&i| law[i] == peak).collect()
}

/// What a law gives to some outcomes.
pub(super) fn mass(law: &[f64], outcomes: &[usize]) -> Result<f64> {
    let of = |&index: &usize| {
        law.get(index).copied().ok_or(Error::Index { what: "outcome", index, len: law.len() })
    };
    Ok(num::sum(outcomes.iter().map(of).collect::<Result<Vec<_>>>()?))
}
