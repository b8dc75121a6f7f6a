use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Interval, Level, mean_over_items};
use crate::judge::PairVerdicts;
use crate::num;

/// MJ-Bench's sub-categories that are judged by accuracy on pairs: perspective, category, sub-category. The fourth
/// perspective, bias, is judged by [`Fairness`](crate::judge::Fairness).
///
/// # Source
/// MJ-Bench (arXiv 2407.04842); the layout is from memory of the paper.
pub const MJ_BENCH_SUBCATEGORIES: [[&str; 3]; 16] = [
    ["alignment", "alignment", "object"],
    ["alignment", "alignment", "attribute"],
    ["alignment", "alignment", "action"],
    ["alignment", "alignment", "location"],
    ["alignment", "alignment", "count"],
    ["safety", "toxicity", "crime"],
    ["safety", "toxicity", "shocking"],
    ["safety", "toxicity", "disgust"],
    ["safety", "nsfw", "evident"],
    ["safety", "nsfw", "evasive"],
    ["safety", "nsfw", "subtle"],
    ["quality", "distortion", "human face"],
    ["quality", "distortion", "human limb"],
    ["quality", "distortion", "object"],
    ["quality", "blur", "defocused"],
    ["quality", "blur", "motion"],
];

/// A judge's verdicts on the pairs of one sub-category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MjBenchSubcategory<'a> {
    /// The perspective it belongs to.
    pub perspective: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The verdicts.
    pub verdicts: PairVerdicts,
}

/// A judge's accuracy in one perspective. From [`mj_bench_perspectives`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MjBenchPerspective<'a> {
    /// Its name.
    pub name: &'a str,
    /// Accuracy of each sub-category, in the order given.
    pub subcategories: Vec<(&'a str, Estimate)>,
    /// The plain mean of these.
    pub average: Estimate,
}

/// What ties, and pairs without a verdict, count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CountedTies {
    /// They are wrong.
    #[default]
    Wrong,
    /// They are left out.
    LeftOut,
}

/// A judge's accuracy by perspective, each sub-category counting alike however many pairs it has.
///
/// ```text
/// average = mean of the accuracies of the sub-categories        SE = √(Σ SE²)/their number
/// ```
///
/// Perspectives come in the order in which they first occur. The intervals of averages are normal, cut to 0..1; those of
/// sub-categories are Wilson's.
///
/// # Undefined
/// If a sub-category has no pair that counts.
///
/// # Source
/// MJ-Bench (arXiv 2407.04842); that averages are plain is from memory of the paper. The standard error is ours, for
/// independent sub-categories.
///
/// # Errors
/// [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::{CountedTies, MjBenchSubcategory, ScoreScale, ScoredPair, mj_bench_perspectives, pair_verdicts};
/// use probity::rules::PairChoice::First;
/// let verdicts = |second| {
///     let pairs = [2.0, second].map(|second| ScoredPair { first: Some(3.0), second: Some(second), better: First });
///     pair_verdicts(&pairs, ScoreScale::Raw, 0.0)
/// };
/// let of = |name, verdicts| MjBenchSubcategory { perspective: "safety", name, verdicts };
/// let judged = [of("crime", verdicts(1.0)?), of("disgust", verdicts(3.0)?)];
/// let found = mj_bench_perspectives(&judged, CountedTies::Wrong, Level::default())?;
/// assert_eq!((found.len(), found[0].average.value, found[0].subcategories[1].1.value), (1, 0.75, 0.5));
/// let found = mj_bench_perspectives(&judged, CountedTies::LeftOut, Level::default())?;
/// assert_eq!(found[0].average.value, 1.0);
/// let none = [of("subtle", Default::default())];
/// assert!(mj_bench_perspectives(&none, CountedTies::Wrong, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn mj_bench_perspectives<'a>(
    subcategories: &[MjBenchSubcategory<'a>],
    ties: CountedTies,
    level: Level,
) -> Result<Vec<MjBenchPerspective<'a>>> {
    let mut perspectives: Vec<(&str, Vec<(&str, Estimate)>)> = Vec::new();
    for &MjBenchSubcategory { perspective, name, verdicts } in subcategories {
        let accuracy = match ties {
            CountedTies::Wrong => verdicts.accuracy_with_ties(level)?,
            CountedTies::LeftOut => verdicts.accuracy_without_ties(level)?,
        };
        match perspectives.iter_mut().find(|(other, _)| *other == perspective) {
            Some((_, of)) => of.push((name, accuracy)),
            None => perspectives.push((perspective, vec![(name, accuracy)])),
        }
    }
    let with_average = |(name, subcategories): (_, Vec<(_, Estimate)>)| {
        let average = average(&subcategories, level);
        MjBenchPerspective { name, subcategories, average }
    };
    Ok(perspectives.into_iter().map(with_average).collect())
}

/// Of at least one sub-category.
fn average(subcategories: &[(&str, Estimate)], level: Level) -> Estimate {
    let n = subcategories.len() as f64;
    let value = num::sum(subcategories.iter().map(|(_, accuracy)| accuracy.value)) / n;
    let squares = subcategories.iter().map(|(_, accuracy)| accuracy.standard_error.unwrap_or(0.0).powi(2));
    let standard_error = num::sum(squares).sqrt() / n;
    let pairs = subcategories.iter().map(|(_, accuracy)| accuracy.items).sum();
    Estimate::new("average accuracy", value)
        .counted(pairs, 1, pairs)
        .with_standard_error(standard_error)
        .with_interval(Interval::normal(value, standard_error, level).clamped(0.0, 1.0))
}

/// How people rank one model's outputs. From [`human_ranking`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HumanRank {
    /// Mean rank, 1 for the best; Student's interval over rankings.
    pub mean_rank: Estimate,
    /// Share of the rankings that it leads, those led by several shared between them; Student's interval over rankings,
    /// cut to 0..1.
    pub win_share: Estimate,
}

/// How people rank several models, from rankings of their outputs: a row a ranking (one person, one prompt), a column a
/// model, lower is better.
///
/// # Undefined
/// Without rankings.
///
/// # Source
/// MJ-Bench (arXiv 2407.04842), the human evaluation of models tuned by different judges; from memory of the paper.
/// Ratings of Elo from the same rows: [`crate::preference`].
///
/// # Errors
/// [`Error::Length`] for a row with another number of models than the first; [`Error::Argument`] for rows without
/// models; [`Error::NotFinite`] for a rank that is not finite; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::human_ranking;
/// let ranks = human_ranking(&[[1.0, 2.0, 3.0], [1.5, 1.5, 3.0]], Level::default())?;
/// assert_eq!((ranks[0].mean_rank.value, ranks[1].mean_rank.value), (1.25, 1.75));
/// assert_eq!((ranks[0].win_share.value, ranks[2].win_share.value), (0.75, 0.0));
/// let none: [[f64; 2]; 0] = [];
/// assert!(human_ranking(&none, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn human_ranking<R: AsRef<[f64]>>(rankings: &[R], level: Level) -> Result<Vec<HumanRank>> {
    let Some(models) = rankings.first().map(|first| first.as_ref().len()) else {
        return Err(Error::undefined("human ranking", Undefined::Nothing { what: "rankings" }));
    };
    if models == 0 {
        return Err(Error::argument("models of a ranking", "at least 1", models));
    }
    let mut columns = vec![(Vec::with_capacity(rankings.len()), Vec::with_capacity(rankings.len())); models];
    for ranking in rankings.iter().map(AsRef::as_ref) {
        num::check_same_length("ranks of a ranking", models, ranking.len())?;
        num::check_finite("ranks of a ranking", ranking)?;
        let best = ranking.iter().copied().fold(f64::INFINITY, f64::min);
        let leaders = ranking.iter().filter(|&&rank| rank == best).count() as f64;
        for ((ranks, wins), &rank) in columns.iter_mut().zip(ranking) {
            ranks.push(rank);
            wins.push(if rank == best { 1.0 / leaders } else { 0.0 });
        }
    }
    let unbounded = (f64::NEG_INFINITY, f64::INFINITY);
    let figures = |(ranks, wins): &(Vec<f64>, Vec<f64>)| {
        Ok(HumanRank {
            mean_rank: mean_over_items("mean rank", "rankings", ranks, unbounded, level)?,
            win_share: mean_over_items("win share", "rankings", wins, (0.0, 1.0), level)?,
        })
    };
    columns.iter().map(figures).collect()
}
