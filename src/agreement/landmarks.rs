use serde::Serialize;

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, normal_upper};
use crate::num::{self, ratio};

/// A published table that puts words to the size of a coefficient.
///
/// The words are conventions, not findings: they know nothing of the number of categories, of prevalence, or of what the
/// ratings are for. Where a value lies in a table says less than [`Landmarks::benchmark`], which takes into account
/// how uncertain it is.
///
/// | table | bands, upwards |
/// |---|---|
/// | `LandisKoch` | poor < 0 ≤ slight ≤ .2 < fair ≤ .4 < moderate ≤ .6 < substantial ≤ .8 < almost perfect |
/// | `Altman` | poor ≤ .2 < fair ≤ .4 < moderate ≤ .6 < good ≤ .8 < very good |
/// | `Fleiss` | poor < .4 ≤ fair to good ≤ .75 < excellent |
/// | `Cicchetti` | poor < .4 ≤ fair < .6 ≤ good < .75 ≤ excellent |
/// | `Krippendorff` | not to be relied upon < .667 ≤ tentative conclusions only < .8 ≤ reliable |
/// | `KooLi` | poor < .5 ≤ moderate < .75 ≤ good ≤ .9 < excellent |
///
/// Landis and Koch, Altman and Cicchetti print bands of two decimals (0.21 to 0.40); values in the gaps go to the lower
/// band with the first two, to the band below the next printed start with Cicchetti.
///
/// # Source
/// Landis and Koch 1977 (kappa); Altman 1991, *Practical Statistics for Medical Research* (kappa); Fleiss 1981,
/// *Statistical Methods for Rates and Proportions* (kappa); Cicchetti 1994 (kappa, intraclass correlation);
/// Krippendorff 2004, *Content Analysis*, 2nd ed. (alpha); Koo and Li 2016 (intraclass correlation, meant for the
/// ends of its interval).
///
/// # Examples
/// ```
/// use probity::agreement::Landmarks;
/// assert_eq!(Landmarks::LandisKoch.band(0.43)?.words, "moderate");
/// assert_eq!(Landmarks::Krippendorff.band(0.8)?.words, "reliable");
/// assert_eq!(Landmarks::LandisKoch.band(0.2)?.words, "slight");
/// // How surely: with a standard error of .143 an AC1 of .775 is only surely above .4.
/// let benchmark = Landmarks::LandisKoch.benchmark(0.775, 0.143, 0.95)?;
/// assert_eq!(benchmark.reached.words, "moderate");
/// assert!(Landmarks::Altman.band(f64::NAN).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Landmarks {
    /// Landis and Koch 1977.
    LandisKoch,
    /// Altman 1991.
    Altman,
    /// Fleiss 1981.
    Fleiss,
    /// Cicchetti 1994.
    Cicchetti,
    /// Krippendorff 2004.
    Krippendorff,
    /// Koo and Li 2016.
    KooLi,
}

/// One band of a table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Band {
    /// What the table calls it.
    pub words: &'static str,
    /// Lower end; −1 for the lowest band, which holds everything below as well.
    pub lower: f64,
    /// Upper end; 1 for the highest band, which holds everything above as well.
    pub upper: f64,
    /// Whether the lower end itself belongs to the band, and not to the one below.
    pub includes_lower: bool,
}

const fn band(words: &'static str, lower: f64, upper: f64) -> Band {
    Band { words, lower, upper, includes_lower: true }
}

const fn above(words: &'static str, lower: f64, upper: f64) -> Band {
    Band { words, lower, upper, includes_lower: false }
}

const LANDIS_KOCH: [Band; 6] = [
    band("poor", -1.0, 0.0),
    band("slight", 0.0, 0.2),
    above("fair", 0.2, 0.4),
    above("moderate", 0.4, 0.6),
    above("substantial", 0.6, 0.8),
    above("almost perfect", 0.8, 1.0),
];
const ALTMAN: [Band; 5] = [
    band("poor", -1.0, 0.2),
    above("fair", 0.2, 0.4),
    above("moderate", 0.4, 0.6),
    above("good", 0.6, 0.8),
    above("very good", 0.8, 1.0),
];
const FLEISS: [Band; 3] =
    [band("poor", -1.0, 0.4), band("fair to good", 0.4, 0.75), above("excellent", 0.75, 1.0)];
const CICCHETTI: [Band; 4] =
    [band("poor", -1.0, 0.4), band("fair", 0.4, 0.6), band("good", 0.6, 0.75), band("excellent", 0.75, 1.0)];
const KRIPPENDORFF: [Band; 3] = [
    band("not to be relied upon", -1.0, 0.667),
    band("tentative conclusions only", 0.667, 0.8),
    band("reliable", 0.8, 1.0),
];
const KOO_LI: [Band; 4] = [
    band("poor", -1.0, 0.5),
    band("moderate", 0.5, 0.75),
    band("good", 0.75, 0.9),
    above("excellent", 0.9, 1.0),
];

/// A band with the probability that the coefficient lies in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Membership {
    /// The band.
    pub band: Band,
    /// Probability that the coefficient lies in this band.
    pub probability: f64,
    /// Probability that it lies in this band or a higher one.
    pub cumulative: f64,
}

/// Which band a coefficient reaches, and how surely; see [`Landmarks::benchmark`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Benchmark {
    /// The table.
    pub landmarks: Landmarks,
    /// Its bands from the highest down.
    pub memberships: Vec<Membership>,
    /// The highest band whose cumulative probability reaches the threshold.
    pub reached: Band,
}

impl Landmarks {
    /// All tables.
    pub const ALL: [Self; 6] =
        [Self::LandisKoch, Self::Altman, Self::Fleiss, Self::Cicchetti, Self::Krippendorff, Self::KooLi];

    /// Author and year.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LandisKoch => "Landis and Koch 1977",
            Self::Altman => "Altman 1991",
            Self::Fleiss => "Fleiss 1981",
            Self::Cicchetti => "Cicchetti 1994",
            Self::Krippendorff => "Krippendorff 2004",
            Self::KooLi => "Koo and Li 2016",
        }
    }

    /// The bands from the lowest up.
    #[must_use]
    pub fn bands(self) -> &'static [Band] {
        match self {
            Self::LandisKoch => &LANDIS_KOCH,
            Self::Altman => &ALTMAN,
            Self::Fleiss => &FLEISS,
            Self::Cicchetti => &CICCHETTI,
            Self::Krippendorff => &KRIPPENDORFF,
            Self::KooLi => &KOO_LI,
        }
    }

    /// The band of a value taken at face value.
    ///
    /// # Errors
    /// [`Error::Argument`] for a value that is not a number.
    pub fn band(self, value: f64) -> Result<Band> {
        let bands = self.bands();
        let reaches = |b: &&Band| value > b.lower || b.includes_lower && value == b.lower;
        match bands.iter().rev().find(reaches).or(bands.first()) {
            Some(&band) if !value.is_nan() => Ok(band),
            _ => Err(Error::argument("value", "a number", value)),
        }
    }

    /// Gwet's cumulative-probability benchmarking: the highest band that the coefficient reaches with a probability of
    /// at least `threshold` (0.95 by convention).
    ///
    /// ```text
    /// Z = Φ((c + 1)/SE) − Φ((c − 1)/SE)          the coefficient lies between −1 and 1
    /// P(band) = (Φ((c − lower)/SE) − Φ((c − upper)/SE)) / Z, cumulated from the highest band down
    /// ```
    ///
    /// # Undefined
    /// If the value is so far outside [−1, 1] that no probability is left inside.
    ///
    /// # Source
    /// Gwet 2014, *Handbook of Inter-Rater Reliability*, 4th ed., chapter 6; R irrCAC 1.0 `landis.koch.bf` and kin give
    /// the cumulative probabilities, rounded.
    ///
    /// # Errors
    /// [`Error::Undefined`] as above; [`Error::Argument`] unless the value is finite, the standard error finite and
    /// above 0, and the threshold between 0 and 1.
    pub fn benchmark(self, value: f64, standard_error: f64, threshold: f64) -> Result<Benchmark> {
        if !value.is_finite() {
            return Err(Error::argument("value", "a finite number", value));
        }
        num::check_positive("standard error", standard_error)?;
        if !(threshold > 0.0 && threshold < 1.0) {
            return Err(Error::argument("threshold", "a probability between 0 and 1", threshold));
        }
        // From the tail that keeps its digits.
        let below = |end: f64| normal_upper((value - end) / standard_error);
        let above = |end: f64| normal_upper((end - value) / standard_error);
        let mass = |lower: f64, upper: f64| {
            if lower < value { below(upper) - below(lower) } else { above(lower) - above(upper) }
        };
        let inside = mass(-1.0, 1.0);
        let mut reached = None;
        let mut memberships = Vec::with_capacity(self.bands().len());
        for &band in self.bands().iter().rev() {
            let outside = || Undefined::ZeroDenominator { what: "the probability of a value from -1 to 1" };
            let share = |lower, upper| ratio("benchmark", mass(lower, upper), inside, outside());
            let cumulative = share(band.lower, 1.0)?;
            memberships.push(Membership { band, probability: share(band.lower, band.upper)?, cumulative });
            if cumulative >= threshold {
                reached.get_or_insert(band);
            }
        }
        // The cumulative probability of the lowest band is 1, above any threshold.
        let reached = reached.unwrap_or(self.bands()[0]);
        Ok(Benchmark { landmarks: self, memberships, reached })
    }

    /// As [`Landmarks::benchmark`], of an estimate.
    ///
    /// # Errors
    /// As there; [`Error::Argument`] also if the estimate has no standard error or one of 0.
    pub fn benchmark_estimate(self, estimate: &Estimate, threshold: f64) -> Result<Benchmark> {
        match estimate.standard_error {
            Some(standard_error) => self.benchmark(estimate.value, standard_error, threshold),
            None => Err(Error::argument("estimate", "one with a standard error", estimate)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_contiguous() {
        for table in Landmarks::ALL {
            let bands = table.bands();
            assert_eq!((bands[0].lower, bands[bands.len() - 1].upper), (-1.0, 1.0));
            assert!(
                bands.windows(2).all(|pair| pair[0].upper == pair[1].lower && pair[0].lower < pair[0].upper)
            );
            assert_eq!(table.band(-7.0).unwrap(), bands[0]);
            assert_eq!(table.band(5.0).unwrap(), bands[bands.len() - 1]);
        }
    }

    #[test]
    fn ends_belong_where_the_tables_put_them() {
        let words = |table: Landmarks, value| table.band(value).unwrap().words;
        assert_eq!(words(Landmarks::LandisKoch, -0.001), "poor");
        assert_eq!(words(Landmarks::LandisKoch, 0.0), "slight");
        assert_eq!(words(Landmarks::LandisKoch, 0.8), "substantial");
        assert_eq!(words(Landmarks::Altman, 0.6), "moderate");
        assert_eq!(words(Landmarks::Cicchetti, 0.6), "good");
        assert_eq!(words(Landmarks::Fleiss, 0.75), "fair to good");
        assert_eq!(words(Landmarks::Krippendorff, 0.667), "tentative conclusions only");
        assert_eq!(words(Landmarks::KooLi, 0.9), "good");
    }

    #[test]
    fn gwets_four_raters() {
        // The coefficient and standard error that Gwet's own example (four raters, AC1) has; probabilities from 30-digit
        // values of Φ.
        let b = Landmarks::LandisKoch.benchmark(0.77544, 0.14295, 0.95).unwrap();
        let cumulative: Vec<f64> = b.memberships.iter().map(|m| m.cumulative).collect();
        let expected = [0.396_743, 0.883_365, 0.995_419, 0.999_970, 1.0, 1.0];
        assert!(cumulative.iter().zip(expected).all(|(c, e)| (c - e).abs() < 1e-6), "{cumulative:?}");
        assert_eq!(b.reached.words, "moderate");
        let total: f64 = b.memberships.iter().map(|m| m.probability).sum();
        assert!((total - 1.0).abs() < 1e-14);
    }

    #[test]
    fn what_has_no_place_in_the_tables() {
        assert!(Landmarks::KooLi.benchmark(9.0, 0.01, 0.95).unwrap_err().is_undefined());
        assert!(Landmarks::KooLi.benchmark(0.5, 0.0, 0.95).is_err());
        assert!(Landmarks::KooLi.benchmark(0.5, 0.1, 1.0).is_err());
        assert!(Landmarks::KooLi.benchmark_estimate(&Estimate::new("bare", 0.5), 0.95).is_err());
    }
}
