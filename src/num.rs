//! Numerics that several floors share.

use crate::error::{Error, Result, Undefined};

/// A compensated sum (Neumaier): the error does not grow with the number of terms.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    total: f64,
    compensation: f64,
}

impl Sum {
    #[inline]
    pub(crate) fn add(&mut self, x: f64) {
        let t = self.total + x;
        self.compensation +=
            if self.total.abs() >= x.abs() { (self.total - t) + x } else { (x - t) + self.total };
        self.total = t;
    }

    pub(crate) fn value(self) -> f64 {
        self.total + self.compensation
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(iter: I) -> Self {
        let mut sum = Self::default();
        iter.into_iter().for_each(|x| sum.add(x));
        sum
    }
}

/// Compensated sum of an iterator.
pub(crate) fn sum(iter: impl IntoIterator<Item = f64>) -> f64 {
    iter.into_iter().collect::<Sum>().value()
}

/// `numerator / denominator`, or the named undefined result when the denominator is zero or so small that the quotient
/// leaves the range.
pub(crate) fn ratio(
    metric: &'static str,
    numerator: f64,
    denominator: f64,
    reason: Undefined,
) -> Result<f64> {
    let quotient = numerator / denominator;
    if quotient.is_finite() { Ok(quotient) } else { Err(Error::undefined(metric, reason)) }
}

/// ln σ(x) = −ln(1 + e⁻ˣ) without overflow and without losing digits on either side.
pub(crate) fn ln_sigmoid(x: f64) -> f64 {
    x.min(0.0) - (-x.abs()).exp().ln_1p()
}

/// σ(x) = 1/(1 + e⁻ˣ), with the digits of the small side kept.
pub(crate) fn sigmoid(x: f64) -> f64 {
    let u = (-x.abs()).exp();
    if x < 0.0 { u / (1.0 + u) } else { 1.0 / (1.0 + u) }
}

/// ln(1 − eˣ) for x < 0, accurate at both ends.
pub(crate) fn ln_one_minus_exp(x: f64) -> f64 {
    if x > -std::f64::consts::LN_2 { (-x.exp_m1()).ln() } else { (-x.exp()).ln_1p() }
}

/// ln Σ eˣ without overflow; −∞ of nothing.
pub(crate) fn ln_sum_exp(values: &[f64]) -> f64 {
    let peak = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if peak == f64::NEG_INFINITY { peak } else { peak + sum(values.iter().map(|x| (x - peak).exp())).ln() }
}

/// The mean of values of which there is at least one; not finite only if a value or the sum is not.
pub(crate) fn mean(values: &[f64]) -> f64 {
    sum(values.iter().copied()) / values.len() as f64
}

/// −Σ p·ln p; what has no probability adds nothing. Never below 0, nor −0.
pub(crate) fn entropy(probabilities: &[f64]) -> f64 {
    let positive = probabilities.iter().filter(|&&p| p > 0.0);
    (0.0 - sum(positive.map(|p| p * p.ln()))).max(0.0)
}

/// The standard deviation over the population, of values of which there is at least one.
pub(crate) fn population_deviation(values: &[f64]) -> f64 {
    let centre = mean(values);
    (sum(values.iter().map(|x| (x - centre).powi(2))) / values.len() as f64).sqrt()
}

/// A finite number above 0, or an error that names the argument.
pub(crate) fn check_positive(name: &'static str, value: f64) -> Result<()> {
    if value.is_finite() && value > 0.0 {
        Ok(())
    } else {
        Err(Error::argument(name, "a finite number above 0", value))
    }
}

/// A finite number of at least 0, or an error that names the argument.
pub(crate) fn check_at_least_0(name: &'static str, value: f64) -> Result<()> {
    if value.is_finite() && value >= 0.0 {
        Ok(())
    } else {
        Err(Error::argument(name, "a finite number of at least 0", value))
    }
}

/// A number from 0 to 1, or an error that names the argument.
pub(crate) fn check_probability(name: &'static str, value: f64) -> Result<()> {
    if (0.0..=1.0).contains(&value) {
        Ok(())
    } else {
        Err(Error::argument(name, "a number from 0 to 1", value))
    }
}

/// Numbers from 0 to 1, or an error that names the first that is not and its position.
pub(crate) fn check_probabilities(name: &'static str, values: &[f64]) -> Result<()> {
    check_each(name, "a number from 0 to 1", values, |p| (0.0..=1.0).contains(&p))
}

/// Finite logarithms of probabilities, or an error that names the first number that is none and its position.
pub(crate) fn check_ln_probabilities(name: &'static str, values: &[f64]) -> Result<()> {
    check_finite(name, values)?;
    check_each(name, "the logarithm of a probability, 0 at most", values, |ln_p| ln_p <= 0.0)
}

fn check_each(
    name: &'static str,
    expected: &'static str,
    values: &[f64],
    is: impl Fn(f64) -> bool,
) -> Result<()> {
    match values.iter().enumerate().find(|(_, value)| !is(**value)) {
        None => Ok(()),
        Some((at, value)) => Err(Error::argument(name, expected, format!("{value} at position {at}"))),
    }
}

/// The first value that is not finite becomes an error that names its position.
pub(crate) fn check_finite(what: &'static str, values: &[f64]) -> Result<()> {
    match values.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(index) => Err(Error::NotFinite { what, index, value: values[index].to_string() }),
    }
}

/// An error if one of the results left the range of `f64`.
pub(crate) fn check_range<'a>(what: &'static str, results: impl IntoIterator<Item = &'a f64>) -> Result<()> {
    if results.into_iter().all(|x| x.is_finite()) { Ok(()) } else { Err(Error::Overflow { what }) }
}

/// Two slices of the same length, or an error that names the second.
pub(crate) fn check_same_length(what: &'static str, expected: usize, found: usize) -> Result<()> {
    if expected == found { Ok(()) } else { Err(Error::Length { what, expected, found }) }
}

/// Positions by value, greatest first; ties in the order of positions, −0 equal to 0. The values hold no NaN.
pub(crate) fn descending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| (values[j] + 0.0).total_cmp(&(values[i] + 0.0)));
    order
}

/// Ranks from 1, ties sharing the mean of the ranks that they take up. The values hold no NaN; −0 equals 0.
pub(crate) fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|&a, &b| (values[a] + 0.0).total_cmp(&(values[b] + 0.0)));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let end = start + tied.len();
        // The mean of start + 1 ..= end.
        let shared = (start + end + 1) as f64 / 2.0;
        tied.iter().for_each(|&i| ranks[i] = shared);
        start = end;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::{ln_one_minus_exp, ln_sigmoid, ln_sum_exp, ranks, sigmoid};

    #[test]
    fn exponentials_keep_their_digits() {
        assert_eq!((sigmoid(0.0), sigmoid(1e4), sigmoid(-1e4)), (0.5, 1.0, 0.0));
        assert!((sigmoid(-700.0) / (-700f64).exp() - 1.0).abs() < 1e-15);
        assert!((ln_one_minus_exp(-1e-20) - 1e-20f64.ln()).abs() < 1e-13);
        assert!((ln_one_minus_exp(-50.0) / -(-50f64).exp() - 1.0).abs() < 1e-15);
        assert_eq!(ln_sum_exp(&[]), f64::NEG_INFINITY);
        assert!((ln_sum_exp(&[1e4, 1e4]) - (1e4 + std::f64::consts::LN_2)).abs() < 1e-11);
    }

    #[test]
    fn ln_sigmoid_keeps_its_digits() {
        assert_eq!(ln_sigmoid(0.0), -std::f64::consts::LN_2);
        assert_eq!((ln_sigmoid(-800.0), ln_sigmoid(-1e300)), (-800.0, -1e300));
        assert!((ln_sigmoid(40.0) + (-40f64).exp()).abs() < 1e-30);
        assert_eq!(ln_sigmoid(f64::INFINITY), 0.0);
        for x in [-3.0, -0.5, 0.25, 2.0, 9.0] {
            assert!((ln_sigmoid(x) - (1.0 / (1.0 + f64::exp(-x))).ln()).abs() < 1e-12, "{x}");
        }
    }

    #[test]
    fn ties_share_their_mean_rank() {
        assert_eq!(ranks(&[]), [0.0; 0]);
        assert_eq!(ranks(&[7.0, 7.0, 7.0]), [2.0, 2.0, 2.0]);
        assert_eq!(ranks(&[3.0, -1.0, 3.0, 10.0]), [2.5, 1.0, 2.5, 4.0]);
        assert_eq!(ranks(&[0.0, -0.0, -1.0, f64::INFINITY]), [2.5, 2.5, 1.0, 4.0]);
    }
}
