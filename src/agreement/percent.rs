use crate::agreement::Options;
use crate::agreement::credit::Credit;
use crate::agreement::framework::{self, Observed, disagreement};
use crate::agreement::of_ratings;
use crate::agreement::table::Table;
use crate::error::{Error, Result, Undefined};
use crate::inference::Estimate;
use crate::ratings::Ratings;
use crate::tally::{PairCounts, Patterns, UnitCounts};

pub(crate) const METHOD: &str = "percent agreement";

/// The share of pairs of judgments of the same item that agree, averaged over items.
///
/// ```text
/// p_a = mean over items with r_i ≥ 2 of Σ_k n_ik(n*_ik − 1)/(r_i(r_i − 1)),   n*_ik = Σ_l w_kl n_il
/// ```
///
/// # Undefined
/// No item has two judgments.
///
/// # Missing values
/// Items with one judgment do not enter the value; they enter the standard error as Gwet's framework has it.
///
/// # Source
/// Gwet, *Handbook of Inter-Rater Reliability*, 4th ed., chapters 3 and 6; R irrCAC `pa.coeff.raw`. NLTK's `avg_Ao`
/// averages over pairs of raters instead, which is the same only when no rating is missing. R irr's `agree` asks
/// whether all raters agree: [`unanimous_agreement`].
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Scale`] if the ratings are plain numbers; errors of the weights as in
/// [`crate::agreement::Weights::matrix`], of the population as in [`Options::population`].
///
/// # Examples
/// ```
/// use probity::agreement::{Options, percent_agreement};
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, vec![0u8, 0, 1, 1, 1, 255, 1, 255, 255])?;
/// let agreement = percent_agreement(&ratings, &Options::new())?;
/// assert!((agreement.value - (1.0 / 3.0 + 1.0) / 2.0).abs() < 1e-15);
/// let single = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 255])?;
/// assert!(percent_agreement(&single, &Options::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn percent_agreement(ratings: &Ratings, options: &Options) -> Result<Estimate> {
    of_ratings(ratings, |patterns| patterns.percent_agreement(options))
}

/// The share of the items rated by every rater on which all raters agree.
///
/// ```text
/// #{i : all r raters rated i, and alike}/#{i : all r raters rated i}
/// ```
///
/// It falls with every rater more, however well they agree; [`percent_agreement`] does not.
///
/// # Undefined
/// No item was rated by every rater, or there is one rater only.
///
/// # Missing values
/// Listwise deletion: an item that any rater left out does not enter. Weights do not enter either.
///
/// # Source
/// R irr `agree`.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Scale`] if the ratings are plain numbers.
///
/// # Examples
/// ```
/// use probity::agreement::{Options, unanimous_agreement};
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, vec![0u8, 0, 1, 1, 1, 1, 0, 0, 255])?;
/// let all = unanimous_agreement(&ratings, &Options::new())?;
/// assert_eq!((all.value, all.items), (0.5, 2));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn unanimous_agreement(ratings: &Ratings, options: &Options) -> Result<Estimate> {
    const METHOD: &str = "unanimous agreement";
    let raters = ratings.n_raters() as u64;
    if raters < 2 {
        let reason = Undefined::TooFew { what: "raters", needed: 2, found: raters };
        return Err(Error::undefined(METHOD, reason));
    }
    let patterns = Patterns::from_ratings(ratings)?;
    let (mut complete, mut alike) = (0u64, 0u64);
    for (unit, times) in patterns.iter() {
        if unit.iter().map(|&(_, n)| u64::from(n)).sum::<u64>() == raters {
            complete += times;
            alike += if unit.len() == 1 { times } else { 0 };
        }
    }
    if complete == 0 {
        return Err(Error::undefined(METHOD, Undefined::Nothing { what: "items rated by every rater" }));
    }
    let figure =
        Estimate::new(METHOD, alike as f64 / complete as f64).counted(complete, raters, complete * raters);
    framework::linearised(figure, [(1.0, alike), (0.0, complete - alike)].into_iter(), options)
}

impl Patterns {
    /// See [`percent_agreement`]. The number of raters reported is the greatest of an item.
    ///
    /// # Errors
    /// As [`percent_agreement`].
    pub fn percent_agreement(&self, options: &Options) -> Result<Estimate> {
        let credit = Credit::new(self.labels(), options)?;
        framework::estimate(|| self.iter(), &credit, None, METHOD, options)
    }

    /// Observed agreement p_a: the value of [`percent_agreement`] alone.
    ///
    /// # Errors
    /// As [`percent_agreement`].
    pub fn observed_agreement(&self, options: &Options) -> Result<f64> {
        let credit = Credit::new(self.labels(), options)?;
        Ok(1.0 - Observed::of(|| self.iter(), &credit).observed("observed agreement")?)
    }
}

impl UnitCounts {
    /// The (weighted) share of agreeing pairs of judgments of each item: which items are disputed. `None` for an item
    /// with fewer than two judgments.
    ///
    /// # Errors
    /// Errors of the weights as in [`crate::agreement::Weights::matrix`].
    ///
    /// # Examples
    /// ```
    /// use probity::agreement::Options;
    /// use probity::ratings::Labels;
    /// use probity::tally::UnitCounts;
    /// let counts = UnitCounts::from_counts(Labels::codes(2), &[3, 0, 1, 1, 1, 0])?;
    /// assert_eq!(counts.item_agreement(&Options::new())?, [Some(1.0), Some(0.0), None]);
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn item_agreement(&self, options: &Options) -> Result<Vec<Option<f64>>> {
        let credit = Credit::new(self.labels(), options)?;
        let of_unit = |unit: &[(u32, u32)]| {
            let m = unit.iter().map(|&(_, n)| u64::from(n)).sum();
            (m > 1).then(|| 1.0 - disagreement(unit, m, &credit))
        };
        Ok(self.units().map(of_unit).collect())
    }
}

impl PairCounts {
    /// The (weighted) share of the items that both rated on which they agree; see [`percent_agreement`].
    ///
    /// # Errors
    /// As [`percent_agreement`].
    ///
    /// # Examples
    /// ```
    /// use probity::agreement::Options;
    /// use probity::ratings::Labels;
    /// use probity::tally::PairCounts;
    /// let counts = PairCounts::from_counts(Labels::codes(2), vec![2, 1, 0, 1])?;
    /// assert_eq!(counts.percent_agreement(&Options::new())?.value, 0.75);
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn percent_agreement(&self, options: &Options) -> Result<Estimate> {
        let credit = Credit::new(self.labels(), options)?;
        Table::of_pairs(self).framework(&credit, None, METHOD, options)
    }
}
