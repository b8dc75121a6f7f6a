use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Interval, IntervalMethod, Jackknife, Level, normal_quantile};
use crate::num::sum;
use statrs::distribution::{ContinuousCDF, Normal};

/// What a bootstrap found: the figure, its values over the resamples, and the interval that was asked for.
///
/// Resamples in which the figure is undefined have no value; they are counted, and listed in
/// [`Replicates::undefined`], and whatever is computed from the replicates describes the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicates {
    estimate: f64,
    values: Vec<f64>,
    undefined: Vec<usize>,
    ascending: Vec<f64>,
    interval: Interval,
    jackknife: Option<Jackknife>,
}

/// The figure over one resample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Replicate {
    pub(crate) value: f64,
    /// Its standard error, for the studentised interval.
    pub(crate) standard_error: Option<f64>,
}

/// Which interval a bootstrap gives.
///
/// With θ the figure, q(p) the quantile of its replicates (linear between order statistics, type 7 of Hyndman and Fan)
/// and α the confidence left outside on each side:
///
/// | kind | lower, upper end | second-order accurate | undefined |
/// |---|---|---|---|
/// | percentile | q(α), q(1 − α) | no | |
/// | basic | 2θ − q(1 − α), 2θ − q(α) | no | |
/// | BCa | q(α₁), q(α₂), see [`Replicates::bca`] | yes | no replicate on one side of θ, or a leave-one-out figure undefined |
/// | studentised | θ − t(1 − α)·SE, θ − t(α)·SE | yes | standard errors of 0 |
///
/// The studentised interval takes the jackknife as standard error, of the data and of every resample (t is the
/// quantile of (θ* − θ)/SE*), and so costs one evaluation for each kind of item and resample. A resample without a
/// jackknife counts as undefined.
///
/// # Source
/// Efron and Tibshirani 1993, chapters 12 to 14; Davison and Hinkley 1997, chapter 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum BootstrapInterval {
    /// Quantiles of the replicates.
    #[default]
    Percentile,
    /// Quantiles of the replicates, mirrored at the figure.
    Basic,
    /// Bias-corrected and accelerated.
    Bca,
    /// Quantiles of the replicates' deviation in standard errors.
    Studentised,
}

/// Replicates this near to the figure, relative to their range, equal it.
const TIE: f64 = 1e-12;

impl Replicates {
    /// `found[i]` is `None` where the figure is undefined in resample `i`.
    pub(crate) fn new(
        estimate: f64,
        found: &[Option<Replicate>],
        max_undefined: f64,
        kind: BootstrapInterval,
        level: Level,
        jackknife: Option<Jackknife>,
    ) -> Result<Self> {
        let undefined: Vec<usize> = (0..found.len()).filter(|&i| found[i].is_none()).collect();
        let allowed = (max_undefined * found.len() as f64).floor() as u64;
        let values: Vec<f64> = found.iter().flatten().map(|r| r.value).collect();
        if undefined.len() as u64 > allowed || values.len() < 2 {
            let reason = Undefined::Resamples {
                undefined: undefined.len() as u64,
                resamples: found.len() as u64,
                allowed,
            };
            return Err(Error::undefined("bootstrap", reason));
        }
        let ascending = sorted(values.clone());
        let whole = Interval::new(estimate, estimate, level, IntervalMethod::BootstrapPercentile);
        let mut replicates = Self { estimate, values, undefined, ascending, interval: whole, jackknife };
        replicates.interval = match kind {
            BootstrapInterval::Percentile => replicates.percentile(level),
            BootstrapInterval::Basic => replicates.basic(level),
            BootstrapInterval::Bca => replicates.bca(level)?,
            BootstrapInterval::Studentised => replicates.studentised(level, found)?,
        };
        Ok(replicates)
    }

    /// The figure of the data themselves.
    #[must_use]
    pub fn estimate(&self) -> f64 {
        self.estimate
    }

    /// The figure over each resample in which it is defined, in the order of the resamples.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The resamples in which the figure is undefined, ascending.
    #[must_use]
    pub fn undefined(&self) -> &[usize] {
        &self.undefined
    }

    /// Resamples drawn, with a value or without.
    #[must_use]
    pub fn resamples(&self) -> usize {
        self.values.len() + self.undefined.len()
    }

    /// The jackknife behind a BCa or studentised interval.
    #[must_use]
    pub fn jackknife(&self) -> Option<&Jackknife> {
        self.jackknife.as_ref()
    }

    fn mean(&self) -> f64 {
        sum(self.values.iter().copied()) / self.values.len() as f64
    }

    /// The sample standard deviation of the replicates.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        let mean = self.mean();
        let squares = sum(self.values.iter().map(|v| (v - mean).powi(2)));
        (squares / (self.values.len() - 1) as f64).sqrt()
    }

    /// The mean of the replicates minus the figure.
    #[must_use]
    pub fn bias(&self) -> f64 {
        self.mean() - self.estimate
    }

    /// The interval that was asked for.
    #[must_use]
    pub fn interval(&self) -> Interval {
        self.interval
    }

    /// The quantile `p` of the replicates, linear between order statistics.
    ///
    /// # Errors
    /// [`Error::Argument`] unless 0 ≤ p ≤ 1.
    pub fn quantile(&self, p: f64) -> Result<f64> {
        if (0.0..=1.0).contains(&p) {
            return Ok(quantile(&self.ascending, p));
        }
        Err(Error::argument("p", "a probability from 0 to 1", p))
    }

    /// The share of the replicates below a value: how often the figure would fail to reach it.
    #[must_use]
    pub fn share_below(&self, value: f64) -> f64 {
        self.ascending.partition_point(|&v| v < value) as f64 / self.ascending.len() as f64
    }

    /// The percentile interval.
    #[must_use]
    pub fn percentile(&self, level: Level) -> Interval {
        let (low, high) =
            (quantile(&self.ascending, 1.0 - level.upper()), quantile(&self.ascending, level.upper()));
        Interval::new(low, high, level, IntervalMethod::BootstrapPercentile)
    }

    /// The basic interval: the percentile interval mirrored at the figure.
    #[must_use]
    pub fn basic(&self, level: Level) -> Interval {
        let p = self.percentile(level);
        let twice = 2.0 * self.estimate;
        Interval::new(twice - p.upper, twice - p.lower, level, IntervalMethod::BootstrapBasic)
    }

    /// The bias correction of the BCa interval, z₀ = Φ⁻¹(share of the replicates strictly below the figure).
    ///
    /// Replicates nearer to the figure than 10⁻¹² of the replicates' range are ties, not below it: the order in which a
    /// figure was summed must not decide. scipy counts ties half.
    ///
    /// # Errors
    /// [`Error::Undefined`] if all replicates are below the figure, or none is.
    pub fn bias_correction(&self) -> Result<f64> {
        let range = quantile(&self.ascending, 1.0) - quantile(&self.ascending, 0.0);
        let below = self.share_below(self.estimate - TIE * range);
        if below > 0.0 && below < 1.0 {
            return Ok(normal_quantile(below));
        }
        let what = "replicates below the figure and others not below it";
        Err(Error::undefined("BCa interval", Undefined::Nothing { what }))
    }

    /// The bias-corrected and accelerated interval.
    ///
    /// ```text
    /// ends  q(Φ(z₀ + (z₀ + z)/(1 − a(z₀ + z)))),  z = Φ⁻¹(α) and Φ⁻¹(1 − α)
    /// ```
    ///
    /// with the bias correction z₀ ([`Replicates::bias_correction`]) and the acceleration a
    /// ([`Jackknife::acceleration`]).
    ///
    /// # Undefined
    /// Without replicates on both sides of the figure, without variation of the jackknife, and where 1 − a(z₀ + z) is
    /// not above 0.
    ///
    /// # Source
    /// Efron 1987, J. Am. Stat. Assoc. 82:171-185, equations 2.3 and 6.6.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said; [`Error::Argument`] if the bootstrap was not run for this interval, so that there
    /// is no jackknife.
    pub fn bca(&self, level: Level) -> Result<Interval> {
        let jackknife = self.jackknife.as_ref().ok_or_else(|| {
            Error::argument("interval", "a bootstrap run with BootstrapInterval::Bca", "no jackknife")
        })?;
        let (z0, a) = (self.bias_correction()?, jackknife.acceleration()?);
        let end = |p: f64| {
            let z = z0 + normal_quantile(p);
            let shrink = 1.0 - a * z;
            if shrink > 0.0 {
                return Ok(quantile(&self.ascending, Normal::standard().cdf(z0 + z / shrink)));
            }
            Err(Error::undefined(
                "BCa interval",
                Undefined::ZeroDenominator { what: "1 − a(z₀ + z), or less," },
            ))
        };
        let (low, high) = (end(1.0 - level.upper())?, end(level.upper())?);
        Ok(Interval::new(low, high, level, IntervalMethod::BootstrapBca))
    }

    fn studentised(&self, level: Level, found: &[Option<Replicate>]) -> Result<Interval> {
        let deviations: Vec<f64> = found
            .iter()
            .flatten()
            .filter_map(|r| Some((r.value - self.estimate) / r.standard_error.filter(|&se| se > 0.0)?))
            .collect();
        let se = self.jackknife.as_ref().map_or(0.0, Jackknife::standard_error);
        if deviations.len() < self.values.len() || se == 0.0 {
            let what = "the standard error of the figure, in the data or in a resample,";
            return Err(Error::undefined("studentised interval", Undefined::ZeroDenominator { what }));
        }
        let deviations = sorted(deviations);
        let end = |p: f64| self.estimate - quantile(&deviations, p) * se;
        Ok(Interval::new(
            end(level.upper()),
            end(1.0 - level.upper()),
            level,
            IntervalMethod::BootstrapStudentised,
        ))
    }

    /// The figure under a name, with its standard error and interval.
    #[must_use]
    pub fn to_estimate(&self, method: &'static str) -> Estimate {
        Estimate::new(method, self.estimate)
            .with_standard_error(self.standard_error())
            .with_interval(self.interval)
    }
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// Type 7 of Hyndman and Fan; `ascending` is not empty.
pub(crate) fn quantile(ascending: &[f64], p: f64) -> f64 {
    let last = ascending.len() - 1;
    let at = p.clamp(0.0, 1.0) * last as f64;
    let low = at.floor() as usize;
    let (below, above) = (ascending[low], ascending[(low + 1).min(last)]);
    below + (at - low as f64) * (above - below)
}
