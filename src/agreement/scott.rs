use crate::agreement::Options;
use crate::agreement::credit::Credit;
use crate::agreement::framework::ChanceModel;
use crate::agreement::table::Table;
use crate::error::Result;
use crate::inference::Estimate;
use crate::ratings::Ratings;
use crate::tally::PairCounts;

pub(crate) fn method(credit: &Credit) -> &'static str {
    if credit.is_identity() { "Scott's pi" } else { "weighted Scott's pi" }
}

/// Agreement of two raters beyond what their pooled category shares give by chance.
///
/// ```text
/// p_e = Σ w_kl π_k π_l,  π_k = (r_k + c_k)/2        pi = (p_o − p_e)/(1 − p_e)
/// ```
///
/// The standard error and the t interval are Gwet's linearised ones for two raters (see
/// [`crate::agreement::fleiss_kappa`], which Scott's pi equals when no rating is missing).
///
/// # Undefined
/// No item has both ratings; agreement by chance is certain (one category only).
///
/// # Missing values
/// Pairwise deletion: items with one rating do not enter, not even the category shares.
///
/// # Source
/// Scott 1955, *Public Opinion Quarterly* 19; Gwet, *Handbook of Inter-Rater Reliability*, 4th ed., chapter 5.
///
/// # Errors
/// [`crate::Error::Argument`] unless there are two raters; [`crate::Error::Undefined`] as above; errors of
/// [`PairCounts::from_ratings`], of the weights and of the population.
///
/// # Examples
/// ```
/// use probity::agreement::{Options, scott_pi};
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_pairs(Labels::codes(2), &[0u8, 0, 1, 1, 1], &[0, 1, 1, 1, 255])?;
/// let pi = scott_pi(&ratings, &Options::new())?;
/// assert!((pi.value - 7.0 / 15.0).abs() < 1e-15);
/// assert_eq!(pi.items, 4);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn scott_pi(ratings: &Ratings, options: &Options) -> Result<Estimate> {
    crate::agreement::two_raters(ratings, "Scott's pi")?.scott_pi(options)
}

impl PairCounts {
    /// See [`scott_pi`].
    ///
    /// # Errors
    /// As [`scott_pi`].
    pub fn scott_pi(&self, options: &Options) -> Result<Estimate> {
        let credit = Credit::new(self.labels(), options)?;
        Table::of_pairs(self).framework(&credit, Some(ChanceModel::Fleiss), method(&credit), options)
    }
}
