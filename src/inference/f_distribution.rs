use statrs::function::beta::checked_beta_reg;

use crate::inference::interval::normal_upper;

/// Above this many degrees of freedom on both sides, the continued fraction behind the exact probability no longer
/// converges in its fixed number of steps, and Paulson's cube root is right to better than 10⁻⁶.
const LARGE: f64 = 1e5;

/// P(F > f) for F with `df1` and `df2` degrees of freedom, both above 0.
pub(crate) fn f_p_value(f: f64, df1: f64, df2: f64) -> f64 {
    if df1.min(df2) > LARGE {
        // Paulson 1942: the cube root of a ratio of chi-squares, both nearly normal.
        let (a, b) = (2.0 / (9.0 * df1), 2.0 / (9.0 * df2));
        let root = f.cbrt();
        return normal_upper(((1.0 - b) * root - (1.0 - a)) / (b * root * root + a).sqrt());
    }
    // From the side where the argument is small and so keeps its digits.
    let (x, y) = (df1 * f, df2);
    if f > 1.0 {
        incomplete_beta(df2, df1, y / (x + y))
    } else {
        1.0 - incomplete_beta(df1, df2, x / (x + y))
    }
}

/// The regularised incomplete beta function at half degrees of freedom; certain where the arguments are out of range.
fn incomplete_beta(df1: f64, df2: f64, x: f64) -> f64 {
    checked_beta_reg(df1 / 2.0, df2 / 2.0, x).unwrap_or(1.0).clamp(0.0, 1.0)
}

/// The value that F with `df1` and `df2` degrees of freedom stays below with probability `p`; infinite or 0 beyond
/// e^±700.
pub(crate) fn f_quantile(p: f64, df1: f64, df2: f64) -> f64 {
    // Bisection of ln F: the probability is monotone, and no start or step can go astray.
    let (mut low, mut high) = (-700.0f64, 700.0f64);
    loop {
        let middle = low.midpoint(high);
        if middle <= low || middle >= high {
            break;
        }
        if f_p_value(middle.exp(), df1, df2) > 1.0 - p { low = middle } else { high = middle }
    }
    match low.midpoint(high) {
        x if x > 699.0 => f64::INFINITY,
        x if x < -699.0 => 0.0,
        x => x.exp(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_the_tables() {
        // Fisher's table: F(0.95; 5, 10) = 3.3258, F(0.975; 1, 1) = 647.789.
        assert!((f_quantile(0.95, 5.0, 10.0) - 3.325_834_5).abs() < 1e-7);
        assert!((f_quantile(0.975, 1.0, 1.0) / 647.789_011 - 1.0).abs() < 1e-9);
        assert_eq!(f_quantile(0.999, 3.0, 1e-4), f64::INFINITY);
    }

    #[test]
    fn quantile_inverts_the_probability_and_reciprocates() {
        for (df1, df2) in [(1.0, 0.3), (4.0, 2.2), (19.0, 57.0), (999.0, 3996.0), (3e5, 2e6)] {
            for p in [0.005, 0.3, 0.975] {
                let q = f_quantile(p, df1, df2);
                assert!((f_p_value(q, df1, df2) - (1.0 - p)).abs() < 1e-9, "{df1} {df2} {p}: {q}");
                assert!((q * f_quantile(1.0 - p, df2, df1) - 1.0).abs() < 1e-7, "{df1} {df2} {p}: {q}");
            }
        }
    }

    #[test]
    fn the_approximation_takes_over_smoothly() {
        for f in [0.99, 1.0, 1.005, 1.02] {
            let (below, above) = (f_p_value(f, LARGE, 4.0 * LARGE), f_p_value(f, LARGE + 1.0, 4.0 * LARGE));
            assert!((below - above).abs() < 2e-5 * below.max(0.05), "{f}: {below} {above}");
        }
    }
}
