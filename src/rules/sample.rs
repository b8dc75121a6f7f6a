use crate::error::{Error, Result};
use crate::num;

/// Draws without replacement, each time with probability proportional to the weight, on given uniforms.
///
/// ```text
/// the first index whose cumulated weight exceeds u · (sum of the weights left); then remove it; repeat
/// ```
///
/// There are as many draws as uniforms, or fewer where the weights run out: an index of weight 0 is never drawn.
///
/// # Source
/// Sun et al. 2023 (SALMON, arXiv 2310.05910), `rl_trainer.py`, draws principles so, with numpy's own uniforms.
///
/// # Errors
/// [`Error::Argument`] for a weight that is negative or not finite, or for a uniform outside 0..1.
///
/// # Complexity
/// O(weights · uniforms).
///
/// # Examples
/// ```
/// use probity::rules::draw_by_weight;
/// assert_eq!(draw_by_weight(&[1.0, 2.0, 1.0], &[0.5, 0.6])?, [1, 2]);
/// assert_eq!(draw_by_weight(&[0.0, 1.0], &[0.0, 0.0, 0.0])?, [1]);
/// assert!(draw_by_weight(&[-1.0], &[0.5]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn draw_by_weight(weights: &[f64], uniforms: &[f64]) -> Result<Vec<usize>> {
    if let Some(&w) = weights.iter().find(|w| !(w.is_finite() && **w >= 0.0)) {
        return Err(Error::argument("weight", "a finite number of 0 or more", w));
    }
    if let Some(&u) = uniforms.iter().find(|u| !(0.0..1.0).contains(*u)) {
        return Err(Error::argument("uniform", "a number from 0 up to but not 1", u));
    }
    let mut left: Vec<usize> = (0..weights.len()).filter(|&i| weights[i] > 0.0).collect();
    let mut drawn = Vec::with_capacity(uniforms.len().min(left.len()));
    for &u in uniforms {
        let total = num::sum(left.iter().map(|&i| weights[i]));
        if !total.is_finite() {
            return Err(Error::Overflow { what: "the sum of the weights" });
        }
        let mut cumulated = num::Sum::default();
        let found = left.iter().position(|&i| {
            cumulated.add(weights[i]);
            cumulated.value() > u * total
        });
        // Rounding may leave the last sum a hair short of the total.
        let Some(position) = found.or_else(|| left.len().checked_sub(1)) else { break };
        drawn.push(left.remove(position));
    }
    Ok(drawn)
}
