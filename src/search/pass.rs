use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Interval, Level};
use crate::num;
use crate::tally::{Moments, Tally};

/// The chance that at least one of k samples drawn from n, c of them right, is right.
///
/// ```text
/// pass@k = 1 − C(n−c, k)/C(n, k)
/// ```
///
/// # Source
/// Chen et al. 2021 (Evaluating Large Language Models Trained on Code), equation 1; the product form.
///
/// # Errors
/// [`Error::Argument`] for k = 0, k > n or c > n.
///
/// # Examples
/// ```
/// use probity::search::pass_at_k;
/// assert!((pass_at_k(10, 3, 5)? - 11.0 / 12.0).abs() < 1e-12);
/// assert_eq!((pass_at_k(10, 0, 5)?, pass_at_k(10, 6, 5)?), (0.0, 1.0));
/// assert!(pass_at_k(10, 3, 11).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pass_at_k(n: u64, c: u64, k: u64) -> Result<f64> {
    if k == 0 || k > n {
        return Err(Error::argument("k of pass@k", "at least 1 and at most the number of samples", k));
    }
    if c > n {
        return Err(Error::argument("right samples of pass@k", "at most the number of samples", c));
    }
    if n - c < k {
        return Ok(1.0);
    }
    // C(n−c, k)/C(n, k) as a product over the smaller of c and k factors, each below 1.
    let (few, other) = if c < k { (c, k) } else { (k, c) };
    let miss: f64 = (0..few).map(|i| 1.0 - other as f64 / (n - i) as f64).product();
    Ok(1.0 - miss)
}

/// Mean pass@k over questions, with the standard error and a Student t interval over questions, cut to 0..1.
///
/// Each question is (samples, right samples).
///
/// # Undefined
/// Without questions. With one question there is no standard error.
///
/// # Errors
/// As [`pass_at_k`], for any question; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::search::pass_rate_at_k;
/// let e = pass_rate_at_k(&[(4, 1), (4, 0), (2, 2)], 1, Level::default())?;
/// assert!((e.value - (0.25 + 0.0 + 1.0) / 3.0).abs() < 1e-15);
/// assert!(pass_rate_at_k(&[], 1, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pass_rate_at_k(questions: &[(u64, u64)], k: u64, level: Level) -> Result<Estimate> {
    let rates = questions.iter().map(|&(n, c)| pass_at_k(n, c, k)).collect::<Result<Vec<_>>>()?;
    let mut moments = Moments::default();
    for &rate in &rates {
        moments.record(rate)?;
    }
    if rates.is_empty() {
        return Err(Error::undefined("pass@k", Undefined::Nothing { what: "questions" }));
    }
    let n = rates.len() as f64;
    let samples = questions.iter().map(|q| q.0).sum();
    let estimate =
        Estimate::new("pass@k", num::sum(rates.iter().copied()) / n).counted(rates.len() as u64, 1, samples);
    if rates.len() < 2 {
        return Ok(estimate);
    }
    let se = (moments.variance()? / n).sqrt();
    let interval = Interval::student_t(estimate.value, se, n - 1.0, level).clamped(0.0, 1.0);
    Ok(estimate.with_standard_error(se).with_interval(interval))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_binomials() {
        let binomial = |n: u64, k: u64| (0..k).fold(1.0, |b, i| b * (n - i) as f64 / (i + 1) as f64);
        for n in 1..12u64 {
            for c in 0..=n {
                for k in 1..=n {
                    let direct = if n - c < k { 1.0 } else { 1.0 - binomial(n - c, k) / binomial(n, k) };
                    let ours = pass_at_k(n, c, k).unwrap();
                    assert!((ours - direct).abs() < 1e-12, "{n} {c} {k}: {ours} {direct}");
                }
            }
        }
    }
}
