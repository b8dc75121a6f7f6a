use std::collections::HashMap;
use std::hash::Hash;

use crate::agreement::{Options, WeightBasis, Weights, krippendorff_alpha};
use crate::correlation::{self, spearman};
use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, mean_over_items, rate};
use crate::ratings::{Ratings, Scale};
use crate::tally::PairCounts;

/// A judge held against a human; see [`judge_vs_human`].
///
/// What is undefined for the data (a kappa of two constant raters) is so in its own field.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct JudgeVsHuman {
    /// How often each pair of labels occurs: the human's label, then the judge's.
    pub confusion: PairCounts,
    /// The share of items with the same label, with Wilson's interval.
    pub percent_agreement: Result<Estimate>,
    /// The share of items whose labels' values differ by at most 1.
    pub within_one: Result<Estimate>,
    /// Cohen's kappa.
    pub kappa: Result<Estimate>,
    /// Cohen's kappa with linear weights over all declared labels.
    pub kappa_linear: Result<Estimate>,
    /// Cohen's kappa with quadratic weights over all declared labels.
    pub kappa_quadratic: Result<Estimate>,
    /// Spearman's rho.
    pub spearman: Result<Estimate>,
    /// Krippendorff's alpha of nominal labels.
    pub alpha_nominal: Result<Estimate>,
    /// Krippendorff's alpha of ordered labels.
    pub alpha_ordinal: Result<Estimate>,
    /// Krippendorff's alpha of numbers.
    pub alpha_interval: Result<Estimate>,
    /// Leniency: the judge's mean value minus the human's, on the items that both judged.
    pub leniency: Result<Estimate>,
}

impl JudgeVsHuman {
    /// Of each label, the share of the human's and of the judge's labels on the items that both judged. A kappa near 0
    /// next to a high agreement is read with it: most items bear one label.
    ///
    /// `None` without such an item.
    #[must_use]
    pub fn prevalence(&self) -> Option<Vec<(f64, f64)>> {
        let total = self.confusion.total();
        let (human, judge) = self.confusion.marginals();
        let share = |n: u64| n as f64 / total as f64;
        (total > 0).then(|| human.into_iter().zip(judge).map(|(h, j)| (share(h), share(j))).collect())
    }
}

/// Holds a judge's labels against a human's: agreement, kappa plain and weighted, rank correlation and alpha in one call.
///
/// ```text
/// agreement = share equal          within one = share of |human − judge| ≤ 1          leniency = mean(judge − human)
/// kappa, weighted kappa: crate::agreement::cohen_kappa        rho: crate::correlation::spearman
/// alpha: crate::agreement::krippendorff_alpha of the two
/// ```
///
/// `human` and `judge` are positions of raters. Labels are numbers on a short scale; labels that nobody used still count in
/// the weights, so declare the whole scale. Weights are by the labels' values. `human` may be a consensus (see
/// [`unique_mode`]).
///
/// # Undefined
/// Field by field; the call itself only fails on wrong input.
///
/// # Missing values
/// Items that one of the two did not judge are left out.
///
/// # Source
/// Bedi et al. 2025, *Potential and Perils of Large Language Models as Judges of Unstructured Textual Data*, which names
/// the figures; the paper's scale (1 to 3) is from memory. Within one, leniency and prevalence are added here.
///
/// # Errors
/// [`Error::Index`] for a rater that does not exist, [`Error::Argument`] for one against itself; [`Error::Scale`] if the
/// labels are not numbers.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::judge_vs_human;
/// use probity::ratings::{Labels, Ratings};
/// let labels = Labels::from_values([1.0, 2.0, 3.0])?;
/// let ratings = Ratings::from_codes(labels.clone(), 2, vec![0u8, 0, 1, 1, 2, 1, 2, 2])?;
/// let found = judge_vs_human(&ratings, 0, 1, Level::default())?;
/// assert_eq!(found.percent_agreement?.value, 0.75);
/// assert_eq!((found.within_one?.value, found.leniency?.value), (1.0, -0.25));
///
/// // Two raters who never vary: agreement is 1, everything else is undefined.
/// let constant = Ratings::from_codes(labels, 2, vec![2u8; 8])?;
/// let found = judge_vs_human(&constant, 0, 1, Level::default())?;
/// assert_eq!(found.percent_agreement?.value, 1.0);
/// assert!(found.kappa.unwrap_err().is_undefined() && found.spearman.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn judge_vs_human(ratings: &Ratings, human: usize, judge: usize, level: Level) -> Result<JudgeVsHuman> {
    let ratings = if ratings.is_categorical() { ratings.clone() } else { ratings.categorize()? };
    if human == judge {
        return Err(Error::argument("judge", "another rater than the human", judge));
    }
    let confusion = PairCounts::from_ratings(&ratings, human, judge)?;
    let (x, y): (Vec<f64>, Vec<f64>) = ratings.values()?.pair(human, judge).map(|(_, h, j)| (h, j)).unzip();
    let codes = ratings.codes()?.pair(human, judge).flat_map(|(_, h, j)| [Some(h), Some(j)]);
    let pair = Ratings::from_options(ratings.labels().clone(), 2, &codes.collect::<Vec<_>>())?;
    let options = Options::new().level(level);
    let alpha = |scale| krippendorff_alpha(&pair.clone().with_scale(scale)?, &options);
    let weighted = |weights| {
        let basis = WeightBasis::Value;
        confusion.cohen_kappa(&options.clone().weights(weights).basis(basis))
    };
    let of_pairs = |metric, part: u64| {
        rate(metric, "the number of items that both judged", part, confusion.total(), level)
    };
    let near = x.iter().zip(&y).filter(|(h, j)| (*h - *j).abs() <= 1.0).count() as u64;
    let differences: Vec<f64> = x.iter().zip(&y).map(|(h, j)| j - h).collect();
    let anywhere = (f64::NEG_INFINITY, f64::INFINITY);
    Ok(JudgeVsHuman {
        percent_agreement: of_pairs("percent agreement", confusion.agreements()),
        within_one: of_pairs("agreement within one", near),
        kappa: confusion.cohen_kappa(&options),
        kappa_linear: weighted(Weights::Linear),
        kappa_quadratic: weighted(Weights::Quadratic),
        spearman: spearman(&x, &y, &correlation::Options::new().level(level)),
        alpha_nominal: alpha(Scale::Nominal),
        alpha_ordinal: alpha(Scale::Ordinal),
        alpha_interval: alpha(Scale::Interval),
        leniency: mean_over_items("leniency", "items that both judged", &differences, anywhere, level),
        confusion,
    })
}

/// Every other rater held against one human, by rater; see [`judge_vs_human`].
///
/// # Undefined
/// As [`judge_vs_human`].
///
/// # Errors
/// As [`judge_vs_human`].
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::judges_vs_human;
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_codes(Labels::from_values([1.0, 2.0])?, 3, vec![0u8, 0, 1, 1, 1, 0])?;
/// let found = judges_vs_human(&ratings, 0, Level::default())?;
/// let agreement = |at: usize| found[at].1.percent_agreement.clone().map(|e| e.value);
/// assert_eq!((found[0].0, agreement(0)?, found[1].0, agreement(1)?), (1, 1.0, 2, 0.0));
/// assert!(judges_vs_human(&ratings, 3, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn judges_vs_human(ratings: &Ratings, human: usize, level: Level) -> Result<Vec<(usize, JudgeVsHuman)>> {
    let raters = ratings.n_raters();
    if human >= raters {
        return Err(Error::Index { what: "rater", index: human, len: raters });
    }
    let judges = (0..raters).filter(|&judge| judge != human);
    judges.map(|judge| Ok((judge, judge_vs_human(ratings, human, judge, level)?))).collect()
}

/// What most annotators say, if no other answer is as frequent.
///
/// [`majority_vote`](crate::search::majority_vote) gives a tie to the first seen; a consensus that shall serve as a
/// reference has none then.
///
/// # Missing values
/// `None` is no vote. Without a vote there is no consensus.
///
/// # Source
/// The consensus of MT-Bench's human votes (Zheng et al. 2023). Of three annotators who all voted it is the strict majority.
///
/// # Examples
/// ```
/// use probity::judge::unique_mode;
/// assert_eq!(unique_mode(&[Some("tie"), Some("A"), None, Some("tie")]), Some(&"tie"));
/// assert_eq!(unique_mode(&[Some("A"), Some("B")]), None);
/// assert_eq!(unique_mode::<u8>(&[None]), None);
/// ```
#[must_use]
pub fn unique_mode<T: Eq + Hash>(votes: &[Option<T>]) -> Option<&T> {
    let mut counts: HashMap<&T, u64> = HashMap::new();
    for vote in votes.iter().flatten() {
        *counts.entry(vote).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    let mut modes = counts.into_iter().filter(|&(_, count)| count == most);
    let mode = modes.next()?;
    modes.next().is_none().then_some(mode.0)
}
