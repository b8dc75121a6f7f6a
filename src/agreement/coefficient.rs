use crate::agreement::krippendorff::weighted_alpha;
use crate::error::{Error, Result};
use crate::inference::{Statistic, Unit, Weighted};
use crate::ratings::Scale;
use crate::tally::{Patterns, UnitCounts};

/// A coefficient of agreement by name, for [`crate::inference::Bootstrap`] and [`crate::inference::Jackknife`].
///
/// Any function of a tally can be resampled; these are read from a resample as sums over the patterns of counts,
/// without making a tally of it.
///
/// # Examples
/// ```
/// use probity::agreement::{Coefficient, Options, krippendorff_alpha};
/// use probity::inference::Bootstrap;
/// use probity::ratings::{Labels, Ratings, Scale};
/// use probity::tally::Patterns;
///
/// let codes = vec![0u8, 0, 1, 1, 1, 0, 0, 0, 2, 2, 2, 1, 1, 1, 0, 255];
/// let ratings = Ratings::from_codes(Labels::codes(3), 2, codes)?;
/// let patterns = Patterns::from_ratings(&ratings)?;
/// let alpha = Coefficient::KrippendorffAlpha(Scale::Nominal);
/// let found = Bootstrap::new(1).run(&patterns, &alpha)?;
/// assert!((found.estimate() - krippendorff_alpha(&ratings, &Options::new())?.value).abs() < 1e-12);
/// assert!(found.interval().contains(found.estimate()));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Coefficient {
    /// Krippendorff's alpha on a scale.
    KrippendorffAlpha(Scale),
}

impl Coefficient {
    fn weighted(&self, patterns: &Patterns, unit: Unit) -> Result<Weighted<'_>> {
        if unit != Unit::Items {
            let expected = "items (a tally of counts does not say who judged)";
            return Err(Error::argument("unit", expected, "raters"));
        }
        match self {
            Self::KrippendorffAlpha(scale) => weighted_alpha(patterns, scale),
        }
    }
}

impl Statistic<Patterns> for Coefficient {
    fn prepare<'a>(&'a self, patterns: &'a Patterns, unit: Unit) -> Result<Weighted<'a>> {
        self.weighted(patterns, unit)
    }
}

impl Statistic<UnitCounts> for Coefficient {
    fn prepare<'a>(&'a self, counts: &'a UnitCounts, unit: Unit) -> Result<Weighted<'a>> {
        self.weighted(&counts.patterns(), unit)
    }
}
