use crate::agreement::Options;
use crate::agreement::credit::Credit;
use crate::agreement::framework::{self, ChanceModel};
use crate::agreement::of_ratings;
use crate::error::Result;
use crate::inference::Estimate;
use crate::ratings::Ratings;
use crate::tally::Patterns;

pub(crate) fn method(credit: &Credit) -> &'static str {
    if credit.is_identity() { "Fleiss' kappa" } else { "weighted Fleiss' kappa" }
}

/// Agreement of any number of raters beyond what the pooled category shares give by chance.
///
/// ```text
/// p_e = Σ w_kl π_k π_l        kappa = (p_a − p_e)/(1 − p_e)
/// ```
///
/// p_a as in [`crate::agreement::percent_agreement`]; π_k is the mean over rated items of n_ik/r_i. With the same number
/// of judgments for every item this is Fleiss' kappa of 1971; the number may differ. Standard error, interval and
/// p-value as in [`crate::agreement::gwet_ac`]; the 1979 null standard error and the kappas of each category are in
/// [`Patterns::fleiss_kappa_detail`].
///
/// # Undefined
/// Nothing is pairable; agreement by chance is certain (one category only).
///
/// # Missing values
/// Items with one judgment enter the category shares and not p_a; items without one are left out.
///
/// # Source
/// Fleiss 1971, *Psychological Bulletin* 76; generalised by Gwet, *Handbook of Inter-Rater Reliability*, 4th ed.,
/// chapter 6 (R irrCAC `fleiss.kappa.raw`). Krippendorff's alpha pools counts instead of averaging shares.
///
/// # Errors
/// [`crate::Error::Undefined`] as above; [`crate::Error::Scale`] if the ratings are plain numbers; errors of the weights
/// as in [`crate::agreement::Weights::matrix`], of the population as in [`Options::population`].
///
/// # Examples
/// ```
/// use probity::agreement::{Options, fleiss_kappa};
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_counts(Labels::codes(2), &[3, 0, 0, 3, 2, 1])?;
/// let kappa = fleiss_kappa(&ratings, &Options::new())?;
/// assert!((kappa.value - 0.55).abs() < 1e-12, "{kappa}");
/// let one_category = Ratings::from_counts(Labels::codes(2), &[3, 0, 3, 0])?;
/// assert!(fleiss_kappa(&one_category, &Options::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn fleiss_kappa(ratings: &Ratings, options: &Options) -> Result<Estimate> {
    of_ratings(ratings, |patterns| patterns.fleiss_kappa(options))
}

impl Patterns {
    /// See [`fleiss_kappa`]. The number of raters reported is the greatest of an item.
    ///
    /// # Errors
    /// As [`fleiss_kappa`].
    pub fn fleiss_kappa(&self, options: &Options) -> Result<Estimate> {
        let credit = Credit::new(self.labels(), options)?;
        framework::estimate(|| self.iter(), &credit, Some(ChanceModel::Fleiss), method(&credit), options)
    }
}
