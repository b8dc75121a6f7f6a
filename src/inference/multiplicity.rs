use crate::error::{Error, Result};

/// How p-values of a family of tests are adjusted.
///
/// With the m p-values in ascending order p₍₁₎ ≤ .. ≤ p₍ₘ₎:
///
/// | method | adjusted p₍ᵢ₎ | controls |
/// |---|---|---|
/// | Bonferroni | min(1, m·p₍ᵢ₎) | family-wise error, any dependence |
/// | Holm | max over j ≤ i of min(1, (m − j + 1)·p₍ⱼ₎) | family-wise error, any dependence |
/// | Hochberg | min over j ≥ i of (m − j + 1)·p₍ⱼ₎ | family-wise error, independent or positively dependent |
/// | Benjamini-Hochberg | min over j ≥ i of m·p₍ⱼ₎/j | false discovery rate, independent or positively dependent |
/// | Benjamini-Yekutieli | the same times 1 + 1/2 + .. + 1/m, at most 1 | false discovery rate, any dependence |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Adjustment {
    /// Bonferroni's: valid always, uniformly less powerful than Holm's.
    Bonferroni,
    /// Holm's (1979) step-down.
    Holm,
    /// Hochberg's (1988) step-up.
    Hochberg,
    /// Benjamini and Hochberg's (1995).
    BenjaminiHochberg,
    /// Benjamini and Yekutieli's (2001).
    BenjaminiYekutieli,
}

/// P-values adjusted for being many, in the order given: a test is rejected at level α if its adjusted p-value is at
/// most α.
///
/// ```text
/// see Adjustment
/// ```
///
/// # Undefined
/// Never: no p-values give no adjusted p-values.
///
/// # Missing values
/// None: leave out what was not tested. Equal p-values get equal adjusted ones.
///
/// # Source
/// Holm, Scand. J. Statist. 6 (1979); Hochberg, Biometrika 75 (1988); Benjamini and Hochberg, JRSS B 57 (1995);
/// Benjamini and Yekutieli, Ann. Statist. 29 (2001). The figures are those of R's `p.adjust`.
///
/// # Errors
/// [`Error::Argument`] for a p-value outside 0..=1.
///
/// # Complexity
/// O(m log m).
///
/// # Examples
/// ```
/// use probity::inference::{Adjustment, adjust_p_values};
/// let p = [0.04, 0.01, 0.02];
/// assert_eq!(adjust_p_values(&p, Adjustment::Holm)?, [0.04, 0.03, 0.04]);
/// assert!(adjust_p_values(&[], Adjustment::Holm)?.is_empty());
/// assert!(adjust_p_values(&[1.5], Adjustment::Holm).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn adjust_p_values(p_values: &[f64], adjustment: Adjustment) -> Result<Vec<f64>> {
    if let Some(bad) = p_values.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        return Err(Error::argument("p-value", "a probability", bad));
    }
    let m = p_values.len() as f64;
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&i, &j| p_values[i].total_cmp(&p_values[j]));
    let harmonic = || crate::num::sum((1..=p_values.len()).map(|i| 1.0 / i as f64));
    let factor: Box<dyn Fn(f64) -> f64> = match adjustment {
        Adjustment::Bonferroni => Box::new(|_| m),
        Adjustment::Holm | Adjustment::Hochberg => Box::new(|rank| m - rank + 1.0),
        Adjustment::BenjaminiHochberg => Box::new(|rank| m / rank),
        Adjustment::BenjaminiYekutieli => {
            let harmonic = harmonic();
            Box::new(move |rank| harmonic * m / rank)
        }
    };
    let mut adjusted = vec![0.0; p_values.len()];
    for (i, &at) in order.iter().enumerate() {
        adjusted[at] = (factor(i as f64 + 1.0) * p_values[at]).min(1.0);
    }
    // Step down: never below a smaller p-value's; step up: never above a larger one's.
    match adjustment {
        Adjustment::Bonferroni => {}
        Adjustment::Holm => running(&mut adjusted, order.iter(), f64::max),
        _ => running(&mut adjusted, order.iter().rev(), f64::min),
    }
    Ok(adjusted)
}

/// Replaces each value, in the order given, by the extreme of it and its predecessors.
fn running<'a>(values: &mut [f64], order: impl Iterator<Item = &'a usize>, extreme: fn(f64, f64) -> f64) {
    let mut last = None;
    for &at in order {
        let value = last.map_or(values[at], |previous| extreme(previous, values[at]));
        values[at] = value;
        last = Some(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(p: &[f64], adjustment: Adjustment, expected: &[f64]) {
        let found = adjust_p_values(p, adjustment).unwrap();
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15), "{adjustment:?} {found:?}");
    }

    /// By hand: five p-values, m = 5; R's `p.adjust` gives the same.
    #[test]
    fn five_by_hand() {
        let p = [0.01, 0.02, 0.03, 0.04, 0.05];
        close(&p, Adjustment::Bonferroni, &[0.05, 0.1, 0.15, 0.2, 0.25]);
        // 5·0.01, 4·0.02, 3·0.03, then 2·0.04 and 1·0.05 are raised to 0.09.
        close(&p, Adjustment::Holm, &[0.05, 0.08, 0.09, 0.09, 0.09]);
        // All step-up products are at least the last, 1·0.05.
        close(&p, Adjustment::Hochberg, &[0.05; 5]);
        // 5·0.01/1 = 5·0.02/2 = .. = 0.05.
        close(&p, Adjustment::BenjaminiHochberg, &[0.05; 5]);
        // 1 + 1/2 + 1/3 + 1/4 + 1/5 = 137/60.
        close(&p, Adjustment::BenjaminiYekutieli, &[0.05 * 137.0 / 60.0; 5]);
    }

    /// Benjamini and Hochberg (1995), table 1: the fifteen p-values of the thrombolysis study. Bonferroni rejects 3 at
    /// 0.05, Hochberg 3, theirs 4.
    #[test]
    fn the_thrombolysis_study() {
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.0,
        ];
        let rejected =
            |adjustment| adjust_p_values(&p, adjustment).unwrap().iter().filter(|p| **p <= 0.05).count();
        assert_eq!(rejected(Adjustment::Bonferroni), 3);
        assert_eq!(rejected(Adjustment::Hochberg), 3);
        assert_eq!(rejected(Adjustment::BenjaminiHochberg), 4);
        let adjusted = adjust_p_values(&p, Adjustment::BenjaminiHochberg).unwrap();
        assert!((adjusted[3] - 0.0095 * 15.0 / 4.0).abs() < 1e-15);
    }

    #[test]
    fn the_order_of_the_input_is_kept() {
        close(&[0.5, 0.001, 0.5], Adjustment::Holm, &[1.0, 0.003, 1.0]);
        close(&[0.03, 0.01], Adjustment::BenjaminiHochberg, &[0.03, 0.02]);
        assert!(adjust_p_values(&[f64::NAN], Adjustment::Bonferroni).is_err());
    }
}
