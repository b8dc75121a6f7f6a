use crate::agreement::krippendorff::weighted_alpha;
use crate::agreement::{ChanceModel, Options, framework};
use crate::error::{Error, Result};
use crate::inference::{Statistic, Unit, Weighted};
use crate::ratings::Scale;
use crate::tally::{Patterns, Tally, UnitCounts};

/// A coefficient of agreement by name, for [`crate::inference::Bootstrap`] and [`crate::inference::Jackknife`].
///
/// Any function of a tally can be resampled; these are read from a resample as sums over the patterns of counts,
/// without making a tally of it.
///
/// # Examples
/// ```
/// use probity::agreement::{Options, PatternCoefficient, krippendorff_alpha};
/// use probity::inference::Bootstrap;
/// use probity::ratings::{Labels, Ratings, Scale};
/// use probity::tally::Patterns;
///
/// let codes = vec![0u8, 0, 1, 1, 1, 0, 0, 0, 2, 2, 2, 1, 1, 1, 0, 255];
/// let ratings = Ratings::from_codes(Labels::codes(3), 2, codes)?;
/// let patterns = Patterns::from_ratings(&ratings)?;
/// let alpha = PatternCoefficient::KrippendorffAlpha(Scale::Nominal);
/// let found = Bootstrap::new(1).run(&patterns, &alpha)?;
/// assert!((found.estimate() - krippendorff_alpha(&ratings, &Options::new())?.value).abs() < 1e-12);
/// assert!(found.interval().contains(found.estimate()));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PatternCoefficient {
    /// Krippendorff's alpha on a scale ([`crate::agreement::krippendorff_alpha`]).
    KrippendorffAlpha(Scale),
    /// Percent agreement ([`crate::agreement::percent_agreement`]).
    PercentAgreement(Options),
    /// Fleiss' kappa ([`crate::agreement::fleiss_kappa`]).
    FleissKappa(Options),
    /// Gwet's AC1 or AC2 ([`crate::agreement::gwet_ac`]).
    GwetAc(Options),
    /// The coefficient of Brennan and Prediger ([`crate::agreement::brennan_prediger`]).
    BrennanPrediger(Options),
}

/// A pattern with what it adds to the observed disagreement.
pub(super) struct PreparedUnit {
    pub(super) counts: Vec<(u32, u32)>,
    pub(super) judgments: u64,
    /// 0 for fewer than two judgments.
    pub(super) disagreement: f64,
}

fn size(unit: &[(u32, u32)]) -> u64 {
    unit.iter().map(|&(_, n)| u64::from(n)).sum()
}

/// The patterns of a tally; `disagreement` is asked for units of two judgments or more.
pub(super) fn prepared_units(
    patterns: &Patterns,
    disagreement: impl Fn(&[(u32, u32)], u64) -> f64,
) -> Vec<PreparedUnit> {
    let unit = |(counts, _): (&[(u32, u32)], u64)| {
        let judgments = size(counts);
        let disagreement = if judgments > 1 { disagreement(counts, judgments) } else { 0.0 };
        PreparedUnit { counts: counts.to_vec(), judgments, disagreement }
    };
    patterns.iter().map(unit).collect()
}

impl PatternCoefficient {
    fn weighted(&self, patterns: &Patterns, unit: Unit) -> Result<Weighted<'_>> {
        if unit != Unit::Items {
            let expected = "items (a tally of counts does not say who judged)";
            return Err(Error::argument("unit", expected, "raters"));
        }
        // A resample may consist of the largest pattern alone.
        let largest = patterns.iter().map(|(unit, _)| size(unit)).max().unwrap_or(0);
        if patterns.records().checked_mul(largest).is_none() {
            return Err(Error::Overflow { what: "the number of judgments" });
        }
        let (options, model, metric) = match self {
            Self::KrippendorffAlpha(scale) => return weighted_alpha(patterns, scale),
            Self::PercentAgreement(options) => (options, None, "percent agreement"),
            Self::FleissKappa(options) => (options, Some(ChanceModel::Fleiss), "Fleiss' kappa"),
            Self::GwetAc(options) => (options, Some(ChanceModel::Gwet), "Gwet's AC"),
            Self::BrennanPrediger(options) => (options, Some(ChanceModel::Uniform), "Brennan-Prediger"),
        };
        framework::weighted(patterns, options, model, metric)
    }
}

impl Statistic<Patterns> for PatternCoefficient {
    fn prepare<'a>(&'a self, patterns: &'a Patterns, unit: Unit) -> Result<Weighted<'a>> {
        self.weighted(patterns, unit)
    }
}

impl Statistic<UnitCounts> for PatternCoefficient {
    fn prepare<'a>(&'a self, counts: &'a UnitCounts, unit: Unit) -> Result<Weighted<'a>> {
        self.weighted(&counts.patterns(), unit)
    }
}
