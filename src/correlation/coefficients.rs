use crate::correlation::pairs::constant;
use crate::correlation::{Concordance, Dependent, Options, null};
use crate::error::{Result, Undefined};
use crate::exact::Double;
use crate::inference::{Estimate, Interval};

const ZERO: Double = Double { high: 0.0, low: 0.0 };

/// An integer without rounding.
fn exact(x: i128) -> Double {
    let high = x as f64;
    Double { high, low: (x - high as i128) as f64 }
}

impl Concordance {
    /// Σ over the observations of (αd + βa + γu + δv)², to 32 digits: near ±1 the terms cancel almost entirely.
    fn spread(&self, [alpha, beta, gamma, delta]: [Double; 4]) -> f64 {
        let s = &self.sums;
        let terms = [
            (alpha, alpha, s.dd, 1.0),
            (beta, beta, s.aa, 1.0),
            (gamma, gamma, s.uu, 1.0),
            (delta, delta, s.vv, 1.0),
            (alpha, beta, s.da, 2.0),
            (alpha, gamma, s.du, 2.0),
            (alpha, delta, s.dv, 2.0),
            (gamma, delta, s.uv, 2.0),
        ];
        let term =
            |(x, y, sum, times): (Double, Double, i128, f64)| x.times(y).times(exact(sum)).scaled(times);
        terms.into_iter().map(term).fold(ZERO, Double::plus).value().max(0.0)
    }

    /// Σ over the observations of (d − mean d)².
    fn net_spread(&self) -> f64 {
        let n = exact(self.n.into());
        let twice = exact(2 * self.s());
        n.times(exact(self.sums.dd)).plus(twice.times(twice).negated()).value().max(0.0) / n.value()
    }

    fn estimate(
        &self,
        method: &'static str,
        value: f64,
        variance: f64,
        options: &Options,
    ) -> Result<Estimate> {
        let mut estimate = Estimate::new(method, value).counted(self.n, 2, self.n.saturating_mul(2));
        estimate.p_value = null::kendall(self, options.chosen_p_value())?;
        let standard_error = variance.sqrt();
        // A linearised variance of 0 is a failure of the linearisation, not certainty.
        if value.abs() < 1.0 && standard_error > 0.0 {
            let interval = Interval::fisher_z(value, standard_error, options.chosen_level())?;
            estimate = estimate.with_standard_error(standard_error).with_interval(interval);
        }
        Ok(estimate)
    }

    fn check_varying(&self, metric: &'static str) -> Result<()> {
        match (self.levels_x, self.levels_y) {
            (0 | 1, _) => Err(constant(metric, "x")),
            (_, 0 | 1) => Err(constant(metric, "y")),
            _ => Ok(()),
        }
    }

    /// See [`kendall_tau_a`].
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if an exact p-value is asked for and there is none.
    pub fn kendall_tau_a(&self, options: &Options) -> Result<Estimate> {
        let pairs = self.pairs() as f64;
        let variance = self.net_spread() / (pairs * pairs);
        self.estimate("Kendall's tau-a", self.s() as f64 / pairs, variance, options)
    }

    /// See [`kendall_tau_b`].
    ///
    /// # Errors
    /// [`Error::Undefined`](crate::Error::Undefined) for a constant variable; [`Error::Argument`](crate::Error::Argument) if an exact p-value is asked for and there is
    /// none.
    pub fn kendall_tau_b(&self, options: &Options) -> Result<Estimate> {
        let metric = "Kendall's tau-b";
        self.check_varying(metric)?;
        let (s, x, y) = (self.s(), self.apart_x(), self.apart_y());
        let (xf, yf) = (x as f64, y as f64);
        // The root of a square that left 53 bits would round.
        let value = s as f64 / if x == y { xf } else { xf.sqrt() * yf.sqrt() };
        let (ds, dx, dy) = (exact(s).negated(), exact(x), exact(y));
        let spread = self.spread([dx.times(dy).scaled(2.0), ZERO, ds.times(dy), ds.times(dx)]);
        self.estimate(metric, value, spread / (4.0 * (xf * yf).powi(3)), options)
    }

    /// See [`kendall_tau_c`].
    ///
    /// # Errors
    /// [`Error::Undefined`](crate::Error::Undefined) for a constant variable; [`Error::Argument`](crate::Error::Argument) if an exact p-value is asked for and there is
    /// none.
    pub fn kendall_tau_c(&self, options: &Options) -> Result<Estimate> {
        let metric = "Kendall's tau-c";
        self.check_varying(metric)?;
        let (n, levels) = (self.n as f64, self.levels_x.min(self.levels_y) as f64);
        let factor = levels / (levels - 1.0) * 2.0 / (n * n);
        let value = (self.s() as f64 * factor).clamp(-1.0, 1.0);
        self.estimate(metric, value, factor * factor * self.net_spread(), options)
    }

    /// See [`goodman_kruskal_gamma`].
    ///
    /// # Errors
    /// [`Error::Undefined`](crate::Error::Undefined) if every pair is tied in a variable; [`Error::Argument`](crate::Error::Argument) if an exact p-value is asked for and
    /// there is none.
    pub fn goodman_kruskal_gamma(&self, options: &Options) -> Result<Estimate> {
        let metric = "Goodman and Kruskal's gamma";
        self.check_varying(metric)?;
        let untied = self.comparable();
        let reason = Undefined::Nothing { what: "pairs that differ in both variables" };
        let value = crate::num::ratio(metric, self.s() as f64, untied as f64, reason)?;
        let spread = self.spread([exact(untied), exact(-self.s()), ZERO, ZERO]);
        self.estimate(metric, value, spread / (untied as f64).powi(4), options)
    }

    /// See [`somers_d`].
    ///
    /// # Errors
    /// [`Error::Undefined`](crate::Error::Undefined) for a constant variable; [`Error::Argument`](crate::Error::Argument) if an exact p-value is asked for and there is
    /// none.
    pub fn somers_d(&self, dependent: Dependent, options: &Options) -> Result<Estimate> {
        let (metric, apart) = match dependent {
            Dependent::Y => ("Somers' d of y given x", self.apart_x()),
            Dependent::X => ("Somers' d of x given y", self.apart_y()),
        };
        self.check_varying(metric)?;
        let (main, share) = (exact(apart), exact(-self.s()));
        let spread = match dependent {
            Dependent::Y => self.spread([main, ZERO, share, ZERO]),
            Dependent::X => self.spread([main, ZERO, ZERO, share]),
        };
        self.estimate(metric, self.s() as f64 / apart as f64, spread / (apart as f64).powi(4), options)
    }
}

/// Kendall's tau-a: the excess of concordant over discordant pairs among all pairs.
///
/// ```text
/// τ_a = (C − D) / (n(n − 1)/2)
/// SE² = 4 Σᵢ (dᵢ − d̄)² / (n(n − 1))²        dᵢ: concordant minus discordant pairs of observation i
/// ```
///
/// # Standard error, interval, p-value
/// The same for all coefficients of concordance. The standard error is the linearised one of sampling observations
/// (`ASE` of the statistical packages); the interval is normal on Fisher's z scale with that error, so it stays inside
/// −1..1. Neither is given where the linearisation fails, at ±1. The p-value is of independence, by Kendall's S = C − D
/// with the ties held fixed: exact without ties for at most 33 pairs (and for at most one inversion of any number), by
/// Kendall's normal approximation otherwise; none if a variable is constant.
///
/// # Undefined
/// For fewer than two pairs.
///
/// # Missing values
/// NaN is an error; drop incomplete pairs with [`complete_pairs`](crate::correlation::complete_pairs). Tied pairs count in
/// the denominator only: a constant variable gives 0.
///
/// # Source
/// Kendall 1938; the standard error is the leading term of Daniels and Kendall's (1947), and that of [`kendall_tau_b`]
/// if there are no ties.
///
/// # Errors
/// As [`Concordance::from_pairs`], and [`Error::Argument`](crate::Error::Argument) if an exact p-value is asked for and there is none.
///
/// # Complexity
/// O(n log n).
///
/// # Examples
/// ```
/// use probity::correlation::{Options, kendall_tau_a};
/// let e = kendall_tau_a(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0], &Options::new())?;
/// assert_eq!(e.value, 4.0 / 6.0);
/// assert_eq!(kendall_tau_a(&[2.0, 2.0], &[1.0, 3.0], &Options::new())?.value, 0.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn kendall_tau_a(x: &[f64], y: &[f64], options: &Options) -> Result<Estimate> {
    Concordance::from_pairs(x, y)?.kendall_tau_a(options)
}

/// Kendall's tau-b: the excess of concordant pairs, corrected for ties in either variable.
///
/// ```text
/// τ_b = (C − D) / √((N − T_x)(N − T_y))       N = n(n − 1)/2, T: pairs tied in x, in y
/// SE² = Σᵢ (dᵢ − τ_b/2 · (uᵢ w/w_x + vᵢ w/w_y))² · 4/w²
/// ```
/// with w_x = 2(N − T_x), w_y = 2(N − T_y), w = √(w_x w_y), and uᵢ, vᵢ the observations that differ from i in x, in y.
///
/// Interval and p-value: as [`kendall_tau_a`].
///
/// # Undefined
/// For a constant variable, or fewer than two pairs.
///
/// # Missing values
/// NaN is an error; drop incomplete pairs with [`complete_pairs`](crate::correlation::complete_pairs).
///
/// # Source
/// Kendall 1945; the standard error is `ASE1` of Brown and Benedetti 1977. The p-value is that of `scipy.stats.kendalltau`
/// with `method="auto"`.
///
/// # Errors
/// As [`kendall_tau_a`].
///
/// # Complexity
/// O(n log n); O(n + K²) for at most 64 levels.
///
/// # Examples
/// ```
/// use probity::correlation::{Options, kendall_tau_b};
/// let e = kendall_tau_b(&[1.0, 1.0, 2.0, 3.0], &[1.0, 2.0, 2.0, 3.0], &Options::new())?;
/// assert!((e.value - 4.0 / 5.0).abs() < 1e-15);
/// assert!(kendall_tau_b(&[2.0, 2.0], &[1.0, 3.0], &Options::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn kendall_tau_b(x: &[f64], y: &[f64], options: &Options) -> Result<Estimate> {
    Concordance::from_pairs(x, y)?.kendall_tau_b(options)
}

/// Stuart's (Kendall's) tau-c: the excess of concordant pairs, corrected for the number of levels.
///
/// ```text
/// τ_c = 2q(C − D) / (n²(q − 1))              q: the smaller number of distinct values
/// SE² = (2q/((q − 1) n²))² Σᵢ (dᵢ − d̄)²
/// ```
///
/// Interval and p-value: as [`kendall_tau_a`].
///
/// # Undefined
/// For a constant variable, or fewer than two pairs.
///
/// # Missing values
/// As [`kendall_tau_b`]. q counts the values that occur, not those that are declared.
///
/// # Source
/// Stuart 1953; the standard error is `ASE1` of Brown and Benedetti 1977.
///
/// # Errors
/// As [`kendall_tau_a`].
///
/// # Complexity
/// As [`kendall_tau_b`].
///
/// # Examples
/// ```
/// use probity::correlation::{Options, kendall_tau_c};
/// let e = kendall_tau_c(&[1.0, 1.0, 2.0, 2.0], &[1.0, 2.0, 3.0, 4.0], &Options::new())?;
/// assert_eq!(e.value, 1.0);
/// assert!(kendall_tau_c(&[1.0], &[1.0], &Options::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn kendall_tau_c(x: &[f64], y: &[f64], options: &Options) -> Result<Estimate> {
    Concordance::from_pairs(x, y)?.kendall_tau_c(options)
}

/// Goodman and Kruskal's gamma: the excess of concordant pairs among the pairs tied in neither variable.
///
/// ```text
/// γ = (C − D) / (C + D)
/// SE² = Σᵢ (dᵢ − γ aᵢ)² / (C + D)²            aᵢ: observations that differ from i in both variables
/// ```
///
/// Interval and p-value: as [`kendall_tau_a`].
///
/// # Undefined
/// If no pair differs in both variables.
///
/// # Missing values
/// As [`kendall_tau_b`].
///
/// # Source
/// Goodman and Kruskal 1954; the standard error is `ASE1` of Goodman and Kruskal 1972 in the form of Brown and
/// Benedetti 1977.
///
/// # Errors
/// As [`kendall_tau_a`].
///
/// # Complexity
/// As [`kendall_tau_b`].
///
/// # Examples
/// ```
/// use probity::correlation::{Options, goodman_kruskal_gamma};
/// let e = goodman_kruskal_gamma(&[1.0, 1.0, 2.0, 2.0], &[1.0, 2.0, 2.0, 3.0], &Options::new())?;
/// assert_eq!(e.value, 1.0);
/// let cross = goodman_kruskal_gamma(&[1.0, 1.0, 2.0], &[1.0, 2.0, 1.0], &Options::new())?;
/// assert_eq!(cross.value, -1.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn goodman_kruskal_gamma(x: &[f64], y: &[f64], options: &Options) -> Result<Estimate> {
    Concordance::from_pairs(x, y)?.goodman_kruskal_gamma(options)
}

/// Somers' d: the excess of concordant pairs among the pairs that differ in the predictor.
///
/// ```text
/// d(y|x) = (C − D) / (N − T_x)                N = n(n − 1)/2, T_x: pairs tied in x
/// SE² = Σᵢ (dᵢ − d(y|x) uᵢ)² / (N − T_x)²     uᵢ: observations that differ from i in x
/// ```
///
/// With a binary predictor x it is 2·AUROC − 1. Interval and p-value: as [`kendall_tau_a`].
///
/// # Undefined
/// For a constant variable, or fewer than two pairs. With a constant dependent variable all pairs are tied, and 0 would
/// say "no association" about something that was not observed.
///
/// # Missing values
/// As [`kendall_tau_b`].
///
/// # Source
/// Somers 1962; the standard error is `ASE1` of Goodman and Kruskal 1972. `scipy.stats.somersd` takes the first argument
/// as the predictor, as [`Dependent::Y`] does; its p-value rests on another standard error.
///
/// # Errors
/// As [`kendall_tau_a`].
///
/// # Complexity
/// As [`kendall_tau_b`].
///
/// # Examples
/// ```
/// use probity::correlation::{Dependent, Options, somers_d};
/// let (label, score) = ([0.0, 0.0, 1.0, 1.0], [0.1, 0.4, 0.35, 0.8]);
/// let d = somers_d(&label, &score, Dependent::Y, &Options::new())?;
/// assert_eq!((d.value + 1.0) / 2.0, 0.75); // the area under the ROC curve
/// assert_eq!(somers_d(&label, &score, Dependent::X, &Options::new())?.value, 2.0 / 6.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn somers_d(x: &[f64], y: &[f64], dependent: Dependent, options: &Options) -> Result<Estimate> {
    Concordance::from_pairs(x, y)?.somers_d(dependent, options)
}
