use crate::error::{Error, Result};
use crate::preference::pair_likelihood::Pair;

/// Steps at most: the method converges linearly.
const LIMIT: u64 = 20_000;
/// The largest change of a log-strength that counts as none.
const SETTLED: f64 = 1e-12;

/// Log-strengths by Hunter's iteration, and its steps: π ← W/Σ n/(π + π') until nothing changes.
pub(super) fn minorise(metric: &'static str, n: usize, pairs: &[Pair]) -> Result<(Vec<f64>, u64)> {
    let mut wins = vec![0.0; n];
    for pair in pairs {
        wins[pair.a] += pair.wins;
        wins[pair.b] += pair.losses;
    }
    let (mut pi, mut theta) = (vec![1.0; n], vec![0.0; n]);
    if n < 2 {
        return Ok((theta, 0));
    }
    let mut rates = vec![0.0; n];
    for iterations in 1..=LIMIT {
        rates.fill(0.0);
        for pair in pairs {
            let rate = pair.played() / (pi[pair.a] + pi[pair.b]);
            rates[pair.a] += rate;
            rates[pair.b] += rate;
        }
        let mut next: Vec<f64> = wins.iter().zip(&rates).map(|(w, rate)| (w / rate).ln()).collect();
        let mean = next.iter().sum::<f64>() / n as f64;
        next.iter_mut().for_each(|theta| *theta -= mean);
        let change = theta.iter().zip(&next).fold(0.0, |most: f64, (a, b)| most.max((a - b).abs()));
        // Strengths too far apart for their exponentials.
        if !next.iter().all(|theta| theta.abs() < 600.0) {
            return Err(Error::NoConvergence { metric, iterations });
        }
        pi.iter_mut().zip(&next).for_each(|(pi, theta)| *pi = theta.exp());
        theta = next;
        if change <= SETTLED {
            return Ok((theta, iterations));
        }
    }
    Err(Error::NoConvergence { metric, iterations: LIMIT })
}
