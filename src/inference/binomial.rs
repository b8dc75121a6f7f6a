//! Exact binomial numbers, the steps of a multinomial draw.
//!
//! The elementary functions come from `libm`, not from the platform, so that a seed gives the same draws everywhere.

use crate::rng::Stream;

/// Below this mean the distribution function is walked through from 0; above it, rejection is faster.
const INVERSION_BELOW: f64 = 16.0;

/// 1/k from k = 1. Values beyond have no probability that a uniform number could tell from 0.
const RECIPROCALS: [f64; 96] = {
    let mut reciprocals = [1.0; 96];
    let mut i = 0;
    while i < 96 {
        reciprocals[i] /= i as f64 + 1.0;
        i += 1;
    }
    reciprocals
};

/// Up to this distance from the mode a product of quotients is faster than logarithms.
const NEAR: f64 = 16.0;

/// Trials of one probability of success.
#[derive(Debug, Clone, Copy)]
pub(super) struct Binomial {
    /// The probability of the rarer outcome.
    p: f64,
    /// Whether that is failure.
    mirrored: bool,
    /// ln(1 − p).
    ln_rest: f64,
}

impl Binomial {
    /// Of a probability from 0 to 1.
    pub(super) fn new(success: f64) -> Self {
        let mirrored = success > 0.5;
        let p = if mirrored { 1.0 - success } else { success };
        Self { p, mirrored, ln_rest: libm::log1p(-p) }
    }

    /// The number of successes in `n` trials.
    ///
    /// Inversion for a small mean; else the transformed rejection BTRS of Hörmann (1993, "The generation of binomial
    /// random variates", J. Stat. Comput. Simul. 46:101-110).
    #[inline]
    pub(super) fn draw(&self, stream: &mut Stream, n: u64) -> u64 {
        let rare = if n == 0 || self.p <= 0.0 {
            0
        } else if n as f64 * self.p < INVERSION_BELOW {
            self.invert(stream, n)
        } else {
            reject(stream, n as f64, self.p)
        };
        if self.mirrored { n - rare } else { rare }
    }

    /// Adds up the probabilities of 0, 1, .. until they exceed a uniform number.
    ///
    /// Four at a time: where among them it stops need not be guessed by a branch.
    fn invert(&self, stream: &mut Stream, n: u64) -> u64 {
        let odds = self.p / (1.0 - self.p);
        let a = (n as f64 + 1.0) * odds;
        let u = stream.uniform();
        let mut probability = libm::exp(n as f64 * self.ln_rest);
        let (mut below, mut k) = (0.0, 0);
        for reciprocals in RECIPROCALS.as_chunks::<4>().0 {
            let mut smaller = 0;
            for reciprocal in reciprocals {
                below += probability;
                smaller += u64::from(u >= below);
                probability *= a * reciprocal - odds;
            }
            k += smaller;
            if smaller < 4 {
                break;
            }
        }
        // What rounding leaves of u lies beyond the last value.
        k.min(n)
    }
}

fn reject(stream: &mut Stream, n: f64, p: f64) -> u64 {
    let spread = (n * p * (1.0 - p)).sqrt();
    let b = 1.15 + 2.53 * spread;
    let a = -0.0873 + 0.0248 * b + 0.01 * p;
    let centre = n * p + 0.5;
    let certain = 0.92 - 4.2 / b;
    loop {
        let u = stream.uniform() - 0.5;
        let v = stream.uniform();
        let us = 0.5 - u.abs();
        // Its integer part is the number proposed; a cast takes it faster than a call of `floor`.
        let proposed = (2.0 * a / us + b) * u + centre;
        if us >= 0.07 && v <= certain {
            return proposed as u64;
        }
        // us = 0 makes it infinite.
        if !(0.0..n + 1.0).contains(&proposed) {
            continue;
        }
        let k = proposed as i64 as f64;
        let odds = p / (1.0 - p);
        let mode = ((n + 1.0) * p) as i64 as f64;
        let alpha = (2.83 + 5.1 / b) * spread;
        let v = v * alpha / (a / (us * us) + b);
        // Accepted if v is below the probability of k divided by that of the mode, near which a product of the quotients
        // of neighbours is faster than logarithms.
        let accepted = if (k - mode).abs() <= NEAR {
            let (from, to) = (k.min(mode) as u64, k.max(mode) as u64);
            let quotient = |i: u64| odds * (n + 1.0 - i as f64) / i as f64;
            let product: f64 = (from + 1..=to).map(quotient).product();
            if k < mode { v * product <= 1.0 } else { v <= product }
        } else {
            let bound = (mode + 0.5) * libm::log((mode + 1.0) / (odds * (n - mode + 1.0)))
                + stirling(mode)
                + stirling(n - mode)
                + (n + 1.0) * libm::log((n - mode + 1.0) / (n - k + 1.0))
                + (k + 0.5) * libm::log(odds * (n - k + 1.0) / (k + 1.0))
                - stirling(k)
                - stirling(n - k);
            libm::log(v) <= bound
        };
        if accepted {
            return k as u64;
        }
    }
}

/// ln k! minus Stirling's approximation (k + ½) ln(k + 1) − (k + 1) + ½ ln 2π.
fn stirling(k: f64) -> f64 {
    const SMALL: [f64; 10] = [
        0.081_061_466_795_327_26,
        0.041_340_695_955_409_29,
        0.027_677_925_684_998_34,
        0.020_790_672_103_765_09,
        0.016_644_691_189_821_19,
        0.013_876_128_823_070_75,
        0.011_896_709_945_891_77,
        0.010_411_265_261_972_09,
        0.009_255_462_182_712_733,
        0.008_330_563_433_362_87,
    ];
    if let Some(&value) = SMALL.get(k as usize) {
        return value;
    }
    let square = (k + 1.0) * (k + 1.0);
    (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / 1260.0 / square) / square) / (k + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::Discrete;

    /// Pearson's chi-square of draws against the exact probabilities, cells expected below 10 pooled, and the cells.
    fn chi_square(n: u64, p: f64, seed: u64) -> (f64, f64) {
        const DRAWS: usize = 200_000;
        let mut stream = Stream::new(seed, 0, 0);
        let mut found = vec![0u64; n as usize + 1];
        let law = Binomial::new(p);
        (0..DRAWS).for_each(|_| found[law.draw(&mut stream, n) as usize] += 1);
        let exact = statrs::distribution::Binomial::new(p, n).unwrap();
        let (mut chi, mut cells, mut rest) = (0.0, 0.0, (0.0, 0.0));
        for (k, &count) in found.iter().enumerate() {
            let expected = exact.pmf(k as u64) * DRAWS as f64;
            if expected < 10.0 {
                rest = (rest.0 + count as f64, rest.1 + expected);
            } else {
                chi += (count as f64 - expected).powi(2) / expected;
                cells += 1.0;
            }
        }
        if rest.1 > 1.0 { (chi + (rest.0 - rest.1).powi(2) / rest.1, cells) } else { (chi, cells - 1.0) }
    }

    #[test]
    fn the_law_is_binomial() {
        // Inversion, its mirror image, rejection with and without small numbers of successes, and the mirror image.
        let cases = [(35, 0.1), (20, 0.97), (60, 0.25), (1000, 0.03), (5000, 0.4), (400, 0.9)];
        for (seed, (n, p)) in cases.into_iter().enumerate() {
            let (chi, degrees) = chi_square(n, p, seed as u64);
            // Four standard deviations of the chi-square distribution above its mean.
            assert!(chi < degrees + 4.0 * (2.0 * degrees).sqrt(), "{n}, {p}: {chi} on {degrees}");
        }
    }

    #[test]
    fn ends_are_exact() {
        let mut stream = Stream::new(1, 0, 0);
        assert_eq!(Binomial::new(0.5).draw(&mut stream, 0), 0);
        assert_eq!(Binomial::new(0.0).draw(&mut stream, 9), 0);
        assert_eq!(Binomial::new(1.0).draw(&mut stream, 9), 9);
        assert!((0..1000).all(|_| Binomial::new(0.5).draw(&mut stream, 40) <= 40));
    }
}
