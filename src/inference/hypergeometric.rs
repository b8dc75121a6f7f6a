//! Exact hypergeometric numbers, the steps of dealing counted items to two groups.
//!
//! The elementary functions come from `libm`, not from the platform, so that a seed gives the same draws everywhere.

use crate::rng::Stream;

/// What a uniform number of 53 bits cannot tell from 0.
const NOTHING: f64 = 1e-18;

/// The number of successes among `draws` drawn without replacement from `population`, of which `successes` are ones.
///
/// Inversion, outwards from the mode, so that it takes about as many steps as the standard deviation. The probability
/// of the mode comes of logarithms of factorials, whose rounding shifts it by a relative 10⁻⁸ at a million, 10⁻⁵ at a
/// billion.
pub(super) fn hypergeometric(stream: &mut Stream, population: u64, successes: u64, draws: u64) -> u64 {
    let low = (successes + draws).saturating_sub(population);
    let high = successes.min(draws);
    if low == high {
        return low;
    }
    let (n, k, m) = (population as f64, successes as f64, draws as f64);
    let mode = ((m + 1.0) * ((k + 1.0) / (n + 2.0))) as u64;
    let mode = mode.clamp(low, high);
    // The failures that are not drawn, were no success drawn; below 0 where some must be.
    let left = n - k - m;
    let at_mode = libm::exp(ln_choose(k, mode as f64) + ln_choose(n - k, m - mode as f64) - ln_choose(n, m));
    let mut rest = stream.uniform() - at_mode;
    let (mut up, mut down) = ((mode, at_mode), (mode, at_mode));
    while rest >= 0.0 {
        if up.0 < high {
            let x = up.0 as f64;
            up = (up.0 + 1, up.1 * ((k - x) * (m - x)) / ((x + 1.0) * (left + x + 1.0)));
            rest -= up.1;
            if rest < 0.0 {
                return up.0;
            }
        } else {
            up.1 = 0.0;
        }
        if down.0 > low {
            let x = down.0 as f64;
            down = (down.0 - 1, down.1 * (x * (left + x)) / ((k - x + 1.0) * (m - x + 1.0)));
            rest -= down.1;
            if rest < 0.0 {
                return down.0;
            }
        } else {
            down.1 = 0.0;
        }
        if up.1 + down.1 < NOTHING {
            break;
        }
    }
    mode
}

fn ln_choose(n: f64, k: f64) -> f64 {
    libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// n choose k, exactly.
    fn choose(n: u64, k: u64) -> u128 {
        if k > n {
            0
        } else {
            (0..k.min(n - k)).fold(1, |ways, i| ways * u128::from(n - i) / u128::from(i + 1))
        }
    }

    #[test]
    fn draws_follow_the_law() {
        for (case, (n, k, m)) in (0..).zip([(10, 4, 5), (10, 9, 8), (60, 30, 20), (90, 3, 50), (50, 25, 25)])
        {
            const TIMES: usize = 40_000;
            let mut stream = Stream::new(5, 0, case);
            let mut found = vec![0u32; k as usize + 1];
            (0..TIMES).for_each(|_| found[hypergeometric(&mut stream, n, k, m) as usize] += 1);
            let all = choose(n, m);
            let (mut square, mut cells) = (0.0, 0);
            for (x, &times) in (0..).zip(&found) {
                let ways = if x > m { 0 } else { choose(k, x) * choose(n - k, m - x) };
                let expected = TIMES as f64 * (ways as f64 / all as f64);
                assert!(ways > 0 || times == 0, "{x} of {n}, {k}, {m}");
                if expected > 5.0 {
                    square += (f64::from(times) - expected).powi(2) / expected;
                    cells += 1;
                }
            }
            // Four standard deviations above the mean of the chi-square law.
            let freedom = f64::from(cells);
            assert!(square < freedom + 4.0 * (2.0 * freedom).sqrt(), "{square} for {n}, {k}, {m}");
        }
    }

    #[test]
    fn certain_outcomes_and_large_ones() {
        let mut stream = Stream::new(1, 0, 0);
        assert_eq!(hypergeometric(&mut stream, 10, 0, 7), 0);
        assert_eq!(hypergeometric(&mut stream, 10, 10, 7), 7);
        assert_eq!(hypergeometric(&mut stream, 10, 6, 10), 6);
        assert_eq!(hypergeometric(&mut stream, 0, 0, 0), 0);
        let (n, k, m) = (1u64 << 31, 1u64 << 30, 1u64 << 29);
        let sd = (m as f64 * 0.25 * 0.75).sqrt();
        for _ in 0..20 {
            let x = hypergeometric(&mut stream, n, k, m) as f64;
            assert!((x - m as f64 / 2.0).abs() < 6.0 * sd);
        }
    }
}
