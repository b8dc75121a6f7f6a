use crate::agreement::by_rater::check_identified;
use crate::agreement::{Coefficient, Options, PairwiseTable};
use crate::error::{Error, Result, Undefined};
use crate::inference::Estimate;
use crate::num::Sum;
use crate::ratings::Ratings;

pub(crate) const METHOD: &str = "Light's kappa";

/// Light's kappa with the pairs that it is the mean of.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LightKappa {
    /// The mean of the pairs' kappas, or why it is undefined.
    pub estimate: Result<Estimate>,
    /// The mean of those kappas that are defined; `None` if none is.
    pub mean_of_defined: Option<f64>,
    /// Cohen's kappa of every pair, with the number of items that both judged.
    pub pairs: PairwiseTable,
}

/// The mean of Cohen's kappa over all pairs of raters.
///
/// ```text
/// kappa = 2/(r(r − 1)) · Σ_{g<h} kappa_gh
/// ```
///
/// No standard error: the pairs share raters and items, and no closed form is established. Bootstrap the items
/// ([`crate::inference::Bootstrap`]).
///
/// # Undefined
/// Fewer than two raters judged anything, or the kappa of any pair is undefined (the reason is that of such a pair). [`LightKappa::mean_of_defined`] leaves those pairs out, which changes what the mean is of.
///
/// # Missing values
/// Pairwise deletion: each pair on the items that both judged. Raters without a judgment are left out.
///
/// # Source
/// Light 1971, *Psychological Bulletin* 76. R irr's `kappam.light` drops every item with a missing rating instead; NLTK's
/// `multi_kappa` is [`crate::agreement::conger_kappa`].
///
/// # Errors
/// [`Error::Undefined`] as above; otherwise as [`PairwiseTable::new`].
///
/// # Complexity
/// As [`PairwiseTable`].
///
/// # Examples
/// ```
/// use probity::agreement::{Options, light_kappa};
/// use probity::ratings::{Labels, Ratings};
/// let codes = vec![0u8, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1, 1];
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, codes)?;
/// assert!((light_kappa(&ratings, &Options::new())?.value - (0.5 + 1.0 + 0.5) / 3.0).abs() < 1e-15);
/// // Two raters who never meet have no kappa, so the mean over all pairs does not exist.
/// let apart = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 255, 255, 1])?;
/// assert!(light_kappa(&apart, &Options::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn light_kappa(ratings: &Ratings, options: &Options) -> Result<Estimate> {
    LightKappa::new(ratings, options)?.estimate
}

impl LightKappa {
    /// Of some ratings.
    ///
    /// # Errors
    /// As [`PairwiseTable::new`]; what is undefined is in the result.
    ///
    /// # Examples
    /// ```
    /// use probity::agreement::{LightKappa, Options};
    /// use probity::ratings::{Labels, Ratings};
    /// let codes = vec![0u8, 0, 255, 1, 1, 255, 0, 1, 0];
    /// let light = LightKappa::new(&Ratings::from_codes(Labels::codes(2), 3, codes)?, &Options::new())?;
    /// assert_eq!(light.pairs.items(0, 1), 3);
    /// assert!(light.estimate.is_err() && light.mean_of_defined.is_some());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn new(ratings: &Ratings, options: &Options) -> Result<Self> {
        check_identified(ratings, METHOD)?;
        let pairs = PairwiseTable::new(ratings, Coefficient::CohenKappa, options)?;
        let view = ratings.codes()?;
        let mut judged = vec![false; ratings.n_raters()];
        let (mut items, mut judgments) = (0u64, 0u64);
        for item in 0..ratings.n_items() {
            let m = view.item(item).inspect(|&(rater, _)| judged[rater] = true).count() as u64;
            items += u64::from(m > 1);
            judgments += if m > 1 { m } else { 0 };
        }
        let raters = judged.iter().filter(|&&judged| judged).count() as u64;
        let mut sums = PairSums::default();
        pairs.pairs().iter().for_each(|pair| sums.add(&pair.estimate));
        let estimate =
            sums.mean(raters).map(|value| Estimate::new(METHOD, value).counted(items, raters, judgments));
        let mean_of_defined = (sums.defined > 0).then(|| sums.total.value() / sums.defined as f64);
        Ok(Self { estimate, mean_of_defined, pairs })
    }
}

/// What the mean over pairs needs of some pairs.
#[derive(Debug, Clone, Default)]
pub(crate) struct PairSums {
    pub(crate) total: Sum,
    pub(crate) defined: u64,
    /// Why the first undefined pair is so.
    pub(crate) reason: Option<Undefined>,
}

impl PairSums {
    pub(crate) fn add(&mut self, kappa: &Result<Estimate>) {
        match kappa {
            Ok(kappa) => {
                self.total.add(kappa.value);
                self.defined += 1;
            }
            Err(Error::Undefined { reason, .. }) if self.reason.is_none() => {
                self.reason = Some(reason.clone());
            }
            Err(_) => {}
        }
    }

    /// The mean over the pairs of so many raters, if all of them are defined.
    pub(crate) fn mean(&self, raters: u64) -> Result<f64> {
        let pairs = raters * raters.saturating_sub(1) / 2;
        if pairs == 0 {
            let reason = Undefined::TooFew { what: "raters", needed: 2, found: raters };
            return Err(Error::undefined(METHOD, reason));
        }
        if self.defined < pairs {
            // Pairs without a common item are not listed.
            return Err(Error::undefined(METHOD, self.reason.clone().unwrap_or(Undefined::NothingPairable)));
        }
        Ok(self.total.value() / pairs as f64)
    }
}
