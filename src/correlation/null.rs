//! P-values of rank correlations under independence.

use crate::correlation::{Concordance, PValue};
use crate::error::{Error, Result};
use crate::inference::{normal_p_value, t_p_value};

/// 33! counts fit into 128 bits; beyond, the normal approximation is good to three decimals.
const EXACT_KENDALL: u64 = 33;
/// The distribution of Spearman's rank correlation is counted over all subsets of the ranks.
const EXACT_SPEARMAN: u64 = 10;

fn refuse<T>(expected: &'static str, n: u64, ties: bool) -> Result<T> {
    let found = format!("{n} pairs {} ties", if ties { "with" } else { "without" });
    Err(Error::argument("exact p-value", expected, found))
}

fn factorial(n: u64) -> f64 {
    (2..=n).map(|k| k as f64).product()
}

/// Two-sided p-value of Kendall's S; `None` where the null distribution has no variance.
pub(super) fn kendall(c: &Concordance, how: PValue) -> Result<Option<f64>> {
    let ties = c.ties_x() > 0 || c.ties_y() > 0;
    let fewer = c.concordant().min(c.discordant());
    match how {
        PValue::Exact if ties || c.n > EXACT_KENDALL => refuse("at most 33 pairs without ties", c.n, ties),
        PValue::Exact => Ok(Some(kendall_exact(c.n, fewer))),
        // Of n! orders one has no inversion and n − 1 have one.
        PValue::Auto if !ties && c.n > EXACT_KENDALL && fewer == 0 => Ok(Some(2.0 / factorial(c.n))),
        PValue::Auto if !ties && c.n > EXACT_KENDALL && fewer == 1 => Ok(Some(2.0 / factorial(c.n - 1))),
        PValue::Auto if !ties && c.n <= EXACT_KENDALL => Ok(Some(kendall_exact(c.n, fewer))),
        PValue::Auto | PValue::Asymptotic => Ok(kendall_normal(c)),
    }
}

/// Twice the probability of at most `inversions` inversions in a random order of `n`.
fn kendall_exact(n: u64, inversions: u128) -> f64 {
    let mut counts = vec![0u128; inversions as usize + 1];
    counts[0] = 1;
    for j in 2..=n as usize {
        // The j-th value adds 0 to j − 1 inversions: a sliding sum of j counts.
        let before = counts.clone();
        let mut window = 0;
        for (k, count) in counts.iter_mut().enumerate() {
            window += before[k];
            if k >= j {
                window -= before[k - j];
            }
            *count = window;
        }
    }
    let orders: u128 = (2..=u128::from(n)).product();
    (2.0 * (counts.iter().sum::<u128>() as f64 / orders as f64)).min(1.0)
}

/// Kendall's variance of S under all permutations, with ties (Kendall 1970, eq. 4.3).
fn kendall_normal(c: &Concordance) -> Option<f64> {
    let n = i128::from(c.n);
    let ordered = n * (n - 1);
    // Σ t(t − 1)(t − 2) over the groups of ties = Σ (t − 1)(t − 2) over the observations, with t = n − u.
    let triples = |u: i128, uu: i128| n * (n - 1) * (n - 2) - (2 * n - 3) * u + uu;
    let (x3, y3) = (triples(c.sums.u, c.sums.uu), triples(c.sums.v, c.sums.vv));
    let (x2, y2) = (ordered - c.sums.u, ordered - c.sums.v);
    // Σ t(t − 1)(2t + 5) = 2 Σ t(t − 1)(t − 2) + 9 Σ t(t − 1).
    let main = ordered * (2 * n + 5) - (2 * x3 + 9 * x2) - (2 * y3 + 9 * y2);
    let mut variance = main as f64 / 18.0 + x2 as f64 * y2 as f64 / (2.0 * ordered as f64);
    if n > 2 {
        variance += x3 as f64 * y3 as f64 / (9.0 * ordered as f64 * (n - 2) as f64);
    }
    let constant = c.levels_x < 2 || c.levels_y < 2;
    (!constant).then(|| normal_p_value(c.s() as f64 / variance.sqrt()))
}

/// Two-sided p-value of Spearman's rank correlation `rho` of `n` pairs; `deviation` is Σ of the products of the doubled,
/// centred ranks. `None` where the t statistic has no degree of freedom or is infinite.
pub(super) fn spearman(rho: f64, deviation: i128, n: u64, ties: bool, how: PValue) -> Result<Option<f64>> {
    let exact = !ties && n <= EXACT_SPEARMAN;
    match how {
        PValue::Exact if !exact => refuse("at most 10 pairs without ties", n, ties),
        PValue::Auto if !exact && !ties && rho.abs() == 1.0 => Ok(Some(2.0 / factorial(n))),
        PValue::Exact | PValue::Auto if exact => Ok(Some(spearman_exact(n, deviation.unsigned_abs()))),
        _ => Ok((n > 2 && rho.abs() < 1.0).then(|| {
            let df = (n - 2) as f64;
            t_p_value(rho * (df / ((1.0 - rho) * (1.0 + rho))).sqrt(), df)
        })),
    }
}

/// The share of the permutations π of 1..=n with |Σ (2i − n − 1)(2π(i) − n − 1)| = |4 Σ iπ(i) − n(n + 1)²| of at least
/// `deviation`.
fn spearman_exact(n: u64, deviation: u128) -> f64 {
    let n = n as usize;
    let greatest = n * (n + 1) * (2 * n + 1) / 6;
    // ways[used][t]: assignments of the ranks in the set `used` to the first positions with Σ iπ(i) = t.
    let mut ways = vec![vec![0u32; greatest + 1]; 1 << n];
    ways[0][0] = 1;
    for used in 1usize..1 << n {
        let position = used.count_ones() as usize;
        let mut here = vec![0; greatest + 1];
        for rank in (1..=n).filter(|rank| used >> (rank - 1) & 1 == 1) {
            let step = position * rank;
            let from = &ways[used ^ 1 << (rank - 1)];
            here[step..].iter_mut().zip(from).for_each(|(to, more)| *to += more);
        }
        ways[used] = here;
    }
    let centre = n * (n + 1) * (n + 1);
    let all = &ways[(1 << n) - 1];
    let extreme = all.iter().enumerate().filter(|&(t, _)| (4 * t).abs_diff(centre) as u128 >= deviation);
    extreme.map(|(_, &count)| f64::from(count)).sum::<f64>() / factorial(n as u64)
}
