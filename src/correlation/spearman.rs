use crate::correlation::order::doubled_centred_ranks;
use crate::correlation::pairs::{check_rankable, constant};
use crate::correlation::{Options, null};
use crate::error::Result;
use crate::inference::{Estimate, Interval};

fn products(a: &[i64], b: &[i64]) -> i128 {
    a.iter().zip(b).map(|(&a, &b)| i128::from(a) * i128::from(b)).sum()
}

/// Spearman's rank correlation: Pearson's r of the mid-ranks.
///
/// ```text
/// ρ = Σ(R − R̄)(S − S̄) / √(Σ(R − R̄)² Σ(S − S̄)²)
/// interval: tanh(atanh ρ ± z √((1 + ρ²/2)/(n − 3)))     from 4 pairs on, unless ρ = ±1
/// SE = (1 − ρ²) √((1 + ρ²/2)/(n − 3))
/// ```
///
/// The p-value is of independence: from all n! orders for at most 10 pairs without ties, otherwise by
/// t = ρ√((n − 2)/(1 − ρ²)) with n − 2 degrees of freedom; none where that is infinite (ρ = ±1 with ties).
///
/// # Undefined
/// For a constant variable, or fewer than two pairs.
///
/// # Missing values
/// NaN is an error; drop incomplete pairs with [`complete_pairs`](crate::correlation::complete_pairs). Ties share the mean
/// of their ranks; infinite values are ranked like any other.
///
/// # Source
/// Spearman 1904; Bonett and Wright 2000 (interval). `scipy.stats.spearmanr` always answers with the t approximation,
/// which is [`PValue::Asymptotic`](crate::correlation::PValue::Asymptotic) here; R's `cor.test` counts all orders up to
/// n = 9.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length) if the slices differ in length;
/// [`Error::NotFinite`](crate::Error::NotFinite) for NaN; [`Error::Argument`](crate::Error::Argument) if an exact p-value
/// is asked for and there is none; [`Error::Overflow`](crate::Error::Overflow) from 2³¹ pairs on.
///
/// # Complexity
/// O(n log n); the sums are integers and exact.
///
/// # Examples
/// ```
/// use probity::correlation::{Options, spearman};
/// let e = spearman(&[1.0, 2.0, 3.0], &[1.0, 8.0, 27.0], &Options::new())?;
/// assert_eq!((e.value, e.p_value), (1.0, Some(2.0 / 6.0)));
/// assert!(spearman(&[1.0, 1.0], &[1.0, 2.0], &Options::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn spearman(x: &[f64], y: &[f64], options: &Options) -> Result<Estimate> {
    let metric = "Spearman's rho";
    check_rankable(metric, x, y)?;
    let (r, s) = (doubled_centred_ranks(x)?, doubled_centred_ranks(y)?);
    let (rr, ss, rs) = (products(&r, &r), products(&s, &s), products(&r, &s));
    if rr == 0 || ss == 0 {
        return Err(constant(metric, if rr == 0 { "x" } else { "y" }));
    }
    let root = if rr == ss { rr as f64 } else { (rr as f64).sqrt() * (ss as f64).sqrt() };
    let rho = rs as f64 / root;

    let n = x.len() as u64;
    // Without ties the squares add up to those of 1..=n, doubled and centred.
    let untied = i128::from(n) * (i128::from(n).pow(2) - 1) / 3;
    let ties = rr < untied || ss < untied;
    let mut estimate = Estimate::new(metric, rho).counted(n, 2, 2 * n);
    estimate.p_value = null::spearman(rho, rs, n, ties, options.chosen_p_value())?;
    let unexplained = (1.0 - rho) * (1.0 + rho);
    if n > 3 && unexplained > 0.0 {
        let of_z = ((1.0 + rho * rho / 2.0) / (n - 3) as f64).sqrt();
        estimate = estimate.with_standard_error(unexplained * of_z).with_interval(Interval::on_fisher_z(
            rho,
            of_z,
            options.chosen_level(),
        ));
    }
    Ok(estimate)
}
