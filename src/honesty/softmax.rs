/// exp(x/T) over its sum, without overflow. The values are finite and the temperature is above 0.
pub(super) fn softmax(values: &[f64], temperature: f64) -> Vec<f64> {
    let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = values.iter().map(|x| ((x - greatest) / temperature).exp()).collect();
    let total = crate::num::sum(weights.iter().copied());
    weights.into_iter().map(|w| w / total).collect()
}

/// −Σ p ln p in nats, with 0·ln 0 = 0.
pub(super) fn entropy(probabilities: &[f64]) -> f64 {
    // Subtracted from 0: a negated sum of certain events would be −0.
    0.0 - crate::num::sum(probabilities.iter().filter(|p| **p > 0.0).map(|p| p * p.ln()))
}
