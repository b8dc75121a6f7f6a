use crate::agreement::Options;
use crate::agreement::credit::Credit;
use crate::agreement::framework::{self, ChanceModel};
use crate::agreement::of_ratings;
use crate::error::{Error, Result};
use crate::inference::Estimate;
use crate::ratings::{Labels, Ratings};
use crate::tally::Patterns;

pub(crate) fn method(credit: &Credit) -> &'static str {
    if credit.is_identity() { "Brennan-Prediger kappa" } else { "weighted Brennan-Prediger kappa" }
}

pub(crate) const RANDOLPH: &str = "Randolph's kappa";

/// Agreement beyond what judging uniformly at random would give.
///
/// ```text
/// p_e = T_w/q²  (1/q without weights)        coefficient = (p_a − p_e)/(1 − p_e)
/// ```
///
/// p_a as in [`crate::agreement::percent_agreement`]; q declared categories, T_w the sum of all weights. Standard error,
/// interval and p-value as in [`crate::agreement::gwet_ac`].
///
/// # Undefined
/// Nothing is pairable, or fewer than two categories are declared.
///
/// # Missing values
/// Items with one judgment do not enter the value; they enter the standard error as Gwet's framework has it.
///
/// # Source
/// Brennan and Prediger 1981, *Educational and Psychological Measurement* 41; Bennett, Alpert and Goldstein's S for two
/// raters; R irrCAC `bp.coeff.raw`. It depends on the number of categories, so declare them.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Scale`] if the ratings are plain numbers; errors of the weights as in
/// [`crate::agreement::Weights::matrix`], of the population as in [`Options::population`].
///
/// # Examples
/// ```
/// use probity::agreement::{Options, brennan_prediger};
/// use probity::ratings::{Labels, Ratings};
/// let codes = vec![0u8, 0, 1, 1, 0, 1, 0, 0];
/// let two = Ratings::from_codes(Labels::codes(2), 2, codes.clone())?;
/// assert_eq!(brennan_prediger(&two, &Options::new())?.value, 0.5);
/// // The same judgments out of four possible categories are better than chance by more.
/// let four = Ratings::from_codes(Labels::codes(4), 2, codes)?;
/// assert!((brennan_prediger(&four, &Options::new())?.value - 2.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn brennan_prediger(ratings: &Ratings, options: &Options) -> Result<Estimate> {
    of_ratings(ratings, |patterns| patterns.brennan_prediger(options))
}

/// Randolph's free-marginal kappa: the unweighted Brennan-Prediger coefficient under the name that goes with many raters.
///
/// ```text
/// kappa = (p_a − 1/q)/(1 − 1/q)
/// ```
///
/// # Undefined
/// Nothing is pairable, or fewer than two categories are declared.
///
/// # Missing values
/// As [`brennan_prediger`].
///
/// # Source
/// Randolph 2005, *Free-marginal multirater kappa*; statsmodels `fleiss_kappa(method="randolph")`, which takes the
/// categories found for the declared ones.
///
/// # Errors
/// [`Error::Argument`] for weights other than identity; otherwise as [`brennan_prediger`].
///
/// # Examples
/// ```
/// use probity::agreement::{Options, randolph_kappa};
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_counts(Labels::codes(3), &[4, 0, 0, 2, 2, 0])?;
/// assert!((randolph_kappa(&ratings, &Options::new())?.value - 0.5).abs() < 1e-15);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn randolph_kappa(ratings: &Ratings, options: &Options) -> Result<Estimate> {
    of_ratings(ratings, |patterns| patterns.randolph_kappa(options))
}

impl Patterns {
    /// See [`brennan_prediger`]. The number of raters reported is the greatest of an item.
    ///
    /// # Errors
    /// As [`brennan_prediger`].
    pub fn brennan_prediger(&self, options: &Options) -> Result<Estimate> {
        let credit = Credit::new(self.labels(), options)?;
        framework::estimate(|| self.iter(), &credit, Some(ChanceModel::Uniform), method(&credit), options)
    }

    /// See [`randolph_kappa`]. The number of raters reported is the greatest of an item.
    ///
    /// # Errors
    /// As [`randolph_kappa`].
    pub fn randolph_kappa(&self, options: &Options) -> Result<Estimate> {
        let credit = unweighted(self.labels(), options)?;
        framework::estimate(|| self.iter(), &credit, Some(ChanceModel::Uniform), RANDOLPH, options)
    }
}

/// The identity weights, which are the only ones that Randolph's kappa has.
pub(crate) fn unweighted(labels: &Labels, options: &Options) -> Result<Credit> {
    let credit = Credit::new(labels, options)?;
    if credit.is_identity() {
        return Ok(credit);
    }
    let expected = "identity for Randolph's kappa (see brennan_prediger)";
    Err(Error::argument("weights", expected, options.chosen_weights().name()))
}
