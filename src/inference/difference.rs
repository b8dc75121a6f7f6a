use std::ops::ControlFlow;

use crate::error::{Error, Result};
use crate::inference::resample::Prepared;
use crate::inference::{Bootstrap, Estimate, Replicates, Resample, Statistic, Unit, Weighted};
use crate::ratings::Ratings;

/// Two figures of the same items, and what a bootstrap says about their difference.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// The first figure.
    pub first: f64,
    /// The second figure.
    pub second: f64,
    /// First minus second, over the resamples.
    pub replicates: Replicates,
}

impl Difference {
    /// Two-sided p-value of the hypothesis that the two figures are equal.
    ///
    /// ```text
    /// p = min(1, 2·(min(#{d* ≤ 0}, #{d* ≥ 0}) + 1)/(B + 1))
    /// ```
    ///
    /// It is the level at which the percentile interval of the difference just reaches 0, whatever interval was asked
    /// for, and never below 2/(B + 1) with B replicates.
    ///
    /// # Source
    /// Davison and Hinkley, *Bootstrap Methods and their Application* (1997), chapters 4 and 5.
    #[must_use]
    pub fn p_value(&self) -> f64 {
        let values = self.replicates.values();
        let at_most = values.iter().filter(|&&d| d <= 0.0).count();
        let at_least = values.iter().filter(|&&d| d >= 0.0).count();
        (2.0 * (at_most.min(at_least) + 1) as f64 / (values.len() + 1) as f64).min(1.0)
    }

    /// First minus second as an estimate under a name, with standard error, interval and p-value.
    #[must_use]
    pub fn to_estimate(&self, method: &'static str) -> Estimate {
        self.replicates.to_estimate(method).with_p_value(self.p_value())
    }
}

/// The difference of two figures of the same data, by a bootstrap that draws both from each resample.
///
/// ```text
/// d = first(data) − second(data),   d* = first(resample) − second(resample)
/// ```
///
/// Figures of the same items move together: their difference is surer than their two intervals suggest, and drawing them
/// together keeps that.
///
/// # Undefined
/// Where either figure of the data is undefined. A resample in which either is undefined has no replicate; see
/// [`Bootstrap`].
///
/// # Missing values
/// As the figures treat them.
///
/// # Source
/// Efron and Tibshirani, *An Introduction to the Bootstrap* (1993).
///
/// # Errors
/// As [`Bootstrap::run_with`].
///
/// # Complexity
/// Twice that of [`Bootstrap`].
///
/// # Examples
/// ```
/// use std::ops::ControlFlow;
/// use probity::agreement::Options;
/// use probity::inference::{Bootstrap, bootstrap_difference};
/// use probity::ratings::{Labels, Ratings};
/// use probity::tally::PairCounts;
///
/// // Does a third rater agree better with the first than the second does?
/// let codes = [[0u8, 0, 0], [0, 1, 0], [1, 1, 1], [1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0], [1, 0, 0]];
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, codes.concat())?;
/// let kappa = |rater: usize| {
///     move |r: &Ratings| Ok(PairCounts::from_ratings(r, 0, rater)?.cohen_kappa(&Options::new())?.value)
/// };
/// let go_on = |_, _| ControlFlow::Continue(());
/// let third = bootstrap_difference(&ratings, &kappa(2), &kappa(1), &Bootstrap::new(1), go_on)?;
/// assert_eq!((third.first, third.second), (0.75, 0.0));
/// assert!(third.p_value() < 0.1);
/// let same = bootstrap_difference(&ratings, &kappa(1), &kappa(1), &Bootstrap::new(1), go_on)?;
/// assert_eq!((same.replicates.standard_error(), same.p_value()), (0.0, 1.0));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn bootstrap_difference<T, F, G, P>(
    data: &T,
    first: &F,
    second: &G,
    bootstrap: &Bootstrap,
    progress: P,
) -> Result<Difference>
where
    T: Resample,
    F: Statistic<T>,
    G: Statistic<T>,
    P: FnMut(u64, u64) -> ControlFlow<()> + Send,
{
    let unit = bootstrap.drawn_unit();
    let other = second.prepare(data, unit)?;
    difference(Prepared::new(data, first, unit)?, other, bootstrap, progress)
}

/// The difference of a figure of two sets of ratings of the same items: before and after, one panel and another.
///
/// As [`bootstrap_difference`]; an item is drawn with its ratings in both sets.
///
/// # Errors
/// As [`Bootstrap::run_with`]; [`Error::Length`] or [`Error::Argument`] if the two have not the same items in the same
/// order; [`Error::Argument`] unless the bootstrap draws items, the only thing that both share.
///
/// # Examples
/// ```
/// use std::ops::ControlFlow;
/// use probity::inference::{Bootstrap, bootstrap_difference_between};
/// use probity::ratings::{Labels, Ratings};
///
/// let before = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 1, 1, 0, 1, 1, 0, 1])?;
/// let after = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 0, 1, 1, 1, 1, 0, 1])?;
/// let unanimous = |r: &Ratings| {
///     let view = r.codes()?;
///     Ok((0..r.n_items()).filter(|&i| view.get(i, 0) == view.get(i, 1)).count() as f64)
/// };
/// let go_on = |_, _| ControlFlow::Continue(());
/// let gain = bootstrap_difference_between(&after, &before, &unanimous, &Bootstrap::new(1), go_on)?;
/// assert_eq!((gain.first, gain.second), (3.0, 1.0));
/// let fewer = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 1])?;
/// assert!(bootstrap_difference_between(&after, &fewer, &unanimous, &Bootstrap::new(1), go_on).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn bootstrap_difference_between<S, P>(
    first: &Ratings,
    second: &Ratings,
    statistic: &S,
    bootstrap: &Bootstrap,
    progress: P,
) -> Result<Difference>
where
    S: Statistic<Ratings>,
    P: FnMut(u64, u64) -> ControlFlow<()> + Send,
{
    let unit = bootstrap.drawn_unit();
    if unit != Unit::Items {
        return Err(Error::argument("unit", "items (two sets of ratings share nothing else)", "raters"));
    }
    crate::num::check_same_length("items of the second ratings", first.n_items(), second.n_items())?;
    let pairs = first.items().names().zip(second.items().names());
    if let Some((one, other)) = pairs.into_iter().find(|(one, other)| one != other) {
        let found = format!("{one:?} against {other:?}");
        return Err(Error::argument("items", "the same items in the same order in both ratings", found));
    }
    let other = statistic.prepare(second, unit)?;
    difference(Prepared::new(first, statistic, unit)?, other, bootstrap, progress)
}

/// Bootstraps the difference of two prepared figures that read the same weights.
fn difference(
    first: Prepared<'_>,
    second: Weighted<'_>,
    bootstrap: &Bootstrap,
    progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
) -> Result<Difference> {
    let weights = first.original();
    let (one, other) = ((first.figure)(&weights)?, second(&weights)?);
    let figure = first.figure;
    let both = Prepared {
        figure: Box::new(move |weights| Ok(figure(weights)? - second(weights)?)),
        drawn: first.drawn,
    };
    let replicates = bootstrap.run_prepared(&both, progress)?;
    Ok(Difference { first: one, second: other, replicates })
}
