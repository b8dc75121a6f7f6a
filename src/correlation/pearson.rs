use crate::correlation::Options;
use crate::correlation::pairs::{check_enough, constant};
use crate::error::Result;
use crate::inference::{Estimate, Interval, t_p_value};
use crate::num::{Sum, check_finite, check_same_length};
use crate::tally::{PairMoments, Tally};

const METRIC: &str = "Pearson's r";

/// Further from ±1 than rounding can bring a coefficient of collinear data.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// The values minus their mean, with their greatest size brought to about 1; `None` if they are all equal.
///
/// A correlation does not see shift and scale, so neither a large offset nor very large or small values cost precision.
fn standardised(values: &[f64]) -> Option<Vec<f64>> {
    let first = *values.first()?;
    if values.iter().all(|&v| v == first) {
        return None;
    }
    // Powers of two scale without rounding.
    let scaled = scaled(values.to_vec());
    let mean = crate::num::sum(scaled.iter().copied()) / scaled.len() as f64;
    Some(self::scaled(scaled.into_iter().map(|v| v - mean).collect()))
}

/// The values times the power of two that brings the greatest of them to between 1/2 and 2.
fn scaled(mut values: Vec<f64>) -> Vec<f64> {
    let greatest = values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let exponent = (greatest.log2().floor() as i32).clamp(-1022, 1022);
    let factor = 2f64.powi(-exponent);
    values.iter_mut().for_each(|v| *v *= factor);
    values
}

/// Pearson's product-moment correlation.
///
/// ```text
/// r = Σ(x − x̄)(y − ȳ) / √(Σ(x − x̄)² Σ(y − ȳ)²)
/// SE = (1 − r²)/√(n − 1)
/// interval: tanh(atanh r ± z/√(n − 3))         from 4 pairs on, unless r = ±1
/// p-value: t = r √((n − 2)/(1 − r²)) with n − 2 degrees of freedom, from 3 pairs on, of ρ = 0
/// ```
///
/// # Undefined
/// For a constant variable, or fewer than two pairs.
///
/// # Missing values
/// NaN is an error; drop incomplete pairs with [`complete_pairs`](crate::correlation::complete_pairs).
///
/// # Source
/// Pearson 1896; Fisher 1921 (interval). The values are centred and scaled before the sums, which are compensated: an
/// offset of 10¹⁰ changes nothing.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length) if the slices differ in length;
/// [`Error::NotFinite`](crate::Error::NotFinite) for a value that is not finite.
///
/// # Examples
/// ```
/// use probity::correlation::{Options, pearson};
/// let e = pearson(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0], &Options::new())?;
/// assert!((e.value - 0.8).abs() < 1e-15);
/// assert!((e.p_value.unwrap() - 0.2).abs() < 1e-12);
/// assert!(pearson(&[1.0, 1.0], &[1.0, 2.0], &Options::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pearson(x: &[f64], y: &[f64], options: &Options) -> Result<Estimate> {
    let metric = METRIC;
    check_same_length("y", x.len(), y.len())?;
    check_finite("x", x)?;
    check_finite("y", y)?;
    check_enough(metric, x.len() as u64)?;
    let x = standardised(x).ok_or_else(|| constant(metric, "x"))?;
    let y = standardised(y).ok_or_else(|| constant(metric, "y"))?;
    let n = x.len() as f64;
    let [mut sx, mut sy, mut xx, mut yy, mut xy] = [Sum::default(); 5];
    for (&a, &b) in x.iter().zip(&y) {
        sx.add(a);
        sy.add(b);
        xx.add(a * a);
        yy.add(b * b);
        xy.add(a * b);
    }
    // The means were rounded: what is left of them is taken out of the products.
    let (sx, sy) = (sx.value(), sy.value());
    let root = (xx.value() - sx * sx / n).sqrt() * (yy.value() - sy * sy / n).sqrt();
    let rough = (xy.value() - sx * sy / n) / root;
    Ok(with_uncertainty(rough, x.len() as u64, options))
}

/// A coefficient as computed, with what n pairs say of it.
fn with_uncertainty(rough: f64, pairs: u64, options: &Options) -> Estimate {
    let r = if 1.0 - rough.abs() <= ROUNDING { rough.signum() } else { rough };
    let n = pairs as f64;
    let mut estimate = Estimate::new(METRIC, r).counted(pairs, 2, 2 * pairs);
    let unexplained = (1.0 - r) * (1.0 + r);
    if n > 2.0 {
        let df = n - 2.0;
        let p = if unexplained == 0.0 { 0.0 } else { t_p_value(r * (df / unexplained).sqrt(), df) };
        estimate = estimate.with_p_value(p);
    }
    if n > 3.0 && unexplained > 0.0 {
        estimate = estimate
            .with_standard_error(unexplained / (n - 1.0).sqrt())
            .with_interval(Interval::on_fisher_z(r, 1.0 / (n - 3.0).sqrt(), options.chosen_level()));
    }
    estimate
}

impl PairMoments {
    /// [`pearson`] of the pairs recorded, from exact sums.
    ///
    /// # Undefined
    /// As [`pearson`], and where the variables vary so little that their spread leaves the range of `f64`.
    ///
    /// # Errors
    /// [`Error::Undefined`](crate::Error::Undefined) as said.
    ///
    /// # Examples
    /// ```
    /// use probity::correlation::Options;
    /// use probity::tally::PairMoments;
    /// let moments = PairMoments::from_slices(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0])?;
    /// assert!((moments.pearson(&Options::new())?.value - 0.8).abs() < 1e-15);
    /// let constant = PairMoments::from_slices(&[1.0, 1.0], &[1.0, 2.0])?;
    /// assert!(constant.pearson(&Options::new()).unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn pearson(&self, options: &Options) -> Result<Estimate> {
        check_enough(METRIC, self.records())?;
        let spread = self.spread();
        let roots = [(spread.x, "x"), (spread.y, "y")].map(|(spread, what)| {
            let root = spread.value().sqrt();
            if root > 0.0 { Ok(root) } else { Err(constant(METRIC, what)) }
        });
        let [x, y] = roots;
        Ok(with_uncertainty(spread.between.value() / x? / y?, self.records(), options))
    }
}
