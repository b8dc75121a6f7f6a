use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level};
use crate::num;
use crate::preference::ChosenRejected;
use crate::reward::figures::share;

/// The greatest score of a judgment; the least is 1.
const HIGHEST: u8 = 5;

/// Which of a judge's sampled judgments are held for better than which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SrStrategy {
    /// Those with the gold score, against those that miss it by the margin at least.
    CorrectAnswer,
    /// The same with the most frequent score in place of the gold one; nothing if two are equally frequent.
    Majority,
    /// Those that another judge rates higher by the margin at least.
    MetaJudge,
}

/// Sampled judgments of one input.
///
/// # Missing values
/// A judgment that could not be parsed has no score and takes no part in pairs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SrJudgments {
    /// Score of each judgment, 1 to 5.
    pub scores: Vec<Option<u8>>,
    /// The gold score, for [`SrStrategy::CorrectAnswer`].
    pub gold: Option<u8>,
    /// Another judge's rating of each judgment, for [`SrStrategy::MetaJudge`].
    pub meta_scores: Option<Vec<Option<f64>>>,
}

/// How pairs of judgments are chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SrCuration {
    /// By what.
    pub strategy: SrStrategy,
    /// The least distance of scores, or of the other judge's ratings.
    pub margin: f64,
    /// Pairs of one input at most.
    pub max_pairs: Option<usize>,
}

impl SrCuration {
    /// With the margin 1, that is any disagreement between whole scores, and all pairs.
    #[must_use]
    pub fn new(strategy: SrStrategy) -> Self {
        Self { strategy, margin: 1.0, max_pairs: None }
    }
}

/// Pairs of judgments of one input to learn from; see [`sr_curate`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SrPairs {
    /// The score that the chosen judgments have; none for a majority that is not unique and for another judge's ratings.
    pub target: Option<u8>,
    /// Positions of the judgments of each pair, by the chosen and then the rejected one.
    pub pairs: Vec<ChosenRejected>,
}

/// Pairs of judgments to learn from.
///
/// # Missing values
/// Unparsed judgments and judgments that the other judge did not rate are ignored.
///
/// # Source
/// Trivedi et al., Self-rationalization, the three rules as the reviews of the paper describe them. What the margin
/// measures, and what becomes of pairs below it, the paper leaves open: here it is the distance of the rejected score
/// from the target (or of two ratings), and pairs below it are dropped.
///
/// # Errors
/// [`Error::Argument`] for scores outside 1..5, a margin that is negative or not finite, or a gold score or ratings that
/// the strategy needs and are not there; [`Error::Length`] for another number of ratings than judgments;
/// [`Error::NotFinite`] for a rating that is not finite.
///
/// # Complexity
/// As many pairs as there are, O(n²) at most.
///
/// # Examples
/// ```
/// use probity::reward::{SrCuration, SrJudgments, SrStrategy, sr_curate};
/// let judgments = SrJudgments { scores: [4, 5, 1].map(Some).to_vec(), gold: Some(4), meta_scores: None };
/// let wide = SrCuration { margin: 2.0, ..SrCuration::new(SrStrategy::CorrectAnswer) };
/// let pair = &sr_curate(&judgments, &wide)?.pairs[0];
/// assert_eq!((pair.chosen, pair.rejected), (0, 2));
/// let split = sr_curate(&judgments, &SrCuration::new(SrStrategy::Majority))?;
/// assert_eq!((split.target, split.pairs.len()), (None, 0));
/// assert!(sr_curate(&judgments, &SrCuration::new(SrStrategy::MetaJudge)).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn sr_curate(judgments: &SrJudgments, curation: &SrCuration) -> Result<SrPairs> {
    let scores = &judgments.scores;
    scores.iter().flatten().chain(&judgments.gold).try_for_each(|&score| check_score(score))?;
    let margin = curation.margin;
    num::check_at_least_0("margin", margin)?;
    let limit = curation.max_pairs.unwrap_or(usize::MAX);
    let target = match curation.strategy {
        SrStrategy::CorrectAnswer => {
            let missing = Error::argument("gold score", "one for correct-answer curation", "none");
            Some(judgments.gold.ok_or(missing)?)
        }
        SrStrategy::Majority => most_frequent(scores).unique(),
        SrStrategy::MetaJudge => {
            let ratings = ratings(judgments)?;
            let better = |i: usize, j: usize| match (ratings[i], ratings[j]) {
                (Some(a), Some(b)) => a > b && a - b >= margin,
                _ => false,
            };
            return Ok(SrPairs { target: None, pairs: pairs(scores.len(), limit, |_| true, better) });
        }
    };
    let found = target.map_or(Vec::new(), |target| {
        let is_chosen = |i: usize| scores[i] == Some(target);
        let better =
            |_, j: usize| scores[j].is_some_and(|s| s != target && f64::from(s.abs_diff(target)) >= margin);
        pairs(scores.len(), limit, is_chosen, better)
    });
    Ok(SrPairs { target, pairs: found })
}

fn check_score(score: u8) -> Result<()> {
    if (1..=HIGHEST).contains(&score) {
        return Ok(());
    }
    Err(Error::argument("score of a judgment", "1 to 5", score))
}

/// The other judge's ratings of the judgments that were parsed.
fn ratings(judgments: &SrJudgments) -> Result<Vec<Option<f64>>> {
    let missing = Error::argument("ratings of judgments", "those of another judge", "none");
    let ratings = judgments.meta_scores.as_ref().ok_or(missing)?;
    num::check_same_length("ratings of judgments", judgments.scores.len(), ratings.len())?;
    num::check_finite("ratings of judgments", &ratings.iter().flatten().copied().collect::<Vec<_>>())?;
    Ok(ratings.iter().zip(&judgments.scores).map(|(rating, score)| score.and(*rating)).collect())
}

fn pairs(
    n: usize,
    limit: usize,
    is_chosen: impl Fn(usize) -> bool,
    better: impl Fn(usize, usize) -> bool,
) -> Vec<ChosenRejected> {
    let better = &better;
    (0..n)
        .filter(|&i| is_chosen(i))
        .flat_map(|chosen| {
            (0..n)
                .filter(move |&j| better(chosen, j))
                .map(move |rejected| ChosenRejected { chosen, rejected })
        })
        .take(limit)
        .collect()
}

/// The most frequent scores, ascending.
struct Modes(Vec<u8>);

impl Modes {
    fn unique(&self) -> Option<u8> {
        match self.0.as_slice() {
            [mode] => Some(*mode),
            _ => None,
        }
    }
}

/// How often each score was given; the scores are checked.
fn frequencies(scores: &[Option<u8>]) -> [usize; HIGHEST as usize] {
    let mut counts = [0; HIGHEST as usize];
    scores.iter().flatten().for_each(|&score| counts[usize::from(score) - 1] += 1);
    counts
}

fn most_frequent(scores: &[Option<u8>]) -> Modes {
    let counts = frequencies(scores);
    let most = counts.iter().copied().max().unwrap_or(0);
    Modes((1..=HIGHEST).zip(counts).filter(|&(_, count)| count == most && most > 0).map(|(s, _)| s).collect())
}

/// Share of inputs that yield a pair.
///
/// # Undefined
/// Without inputs.
///
/// # Source
/// What one wants to know of a margin before using it; Wilson's interval.
///
/// # Errors
/// [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::{SrCuration, SrJudgments, SrStrategy, sr_curate, sr_yield};
/// let inputs = [[4, 4, 2], [3, 3, 3]].map(|scores| SrJudgments {
///     scores: scores.map(Some).to_vec(),
///     ..SrJudgments::default()
/// });
/// let curation = SrCuration::new(SrStrategy::Majority);
/// let curated = inputs.map(|judgments| sr_curate(&judgments, &curation).unwrap());
/// assert_eq!(sr_yield(&curated, Level::default())?.value, 0.5);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn sr_yield(curated: &[SrPairs], level: Level) -> Result<Estimate> {
    let hits = curated.iter().map(|input| !input.pairs.is_empty());
    share("inputs with a pair", "the number of inputs", hits, level)
}

/// One score from several judgments, in the ways that a trained judge is compared with; see [`sr_aggregate`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SrAggregate {
    /// Mean.
    pub mean: f64,
    /// Median, the middle of two for an even number.
    pub median: f64,
    /// The most frequent score; none if two are.
    pub majority: Option<u8>,
    /// The lowest of the most frequent scores.
    pub majority_lowest: u8,
    /// Entropy of the distribution of scores, natural logarithm: 0 for a judge who never wavers.
    pub entropy: f64,
}

/// Mean, median, mode and spread of sampled scores.
///
/// # Undefined
/// Without a parsed judgment.
///
/// # Missing values
/// Unparsed judgments are ignored.
///
/// # Source
/// Trivedi et al., the baselines of self-consistency; the entropy is for readers.
///
/// # Errors
/// [`Error::Argument`] for scores outside 1..5; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::reward::sr_aggregate;
/// let found = sr_aggregate(&[Some(4), Some(5), None, Some(5), Some(4)])?;
/// assert_eq!((found.mean, found.median, found.majority, found.majority_lowest), (4.5, 4.5, None, 4));
/// assert_eq!(sr_aggregate(&[Some(3)])?.entropy, 0.0);
/// assert!(sr_aggregate(&[None]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn sr_aggregate(scores: &[Option<u8>]) -> Result<SrAggregate> {
    scores.iter().flatten().try_for_each(|&score| check_score(score))?;
    let modes = most_frequent(scores);
    let reason = Undefined::Nothing { what: "parsed judgments" };
    let majority_lowest = *modes.0.first().ok_or(Error::undefined("aggregate score", reason))?;
    let mut ascending: Vec<f64> = scores.iter().flatten().map(|&score| f64::from(score)).collect();
    ascending.sort_unstable_by(f64::total_cmp);
    let n = ascending.len();
    let shares = frequencies(scores).map(|count| count as f64 / n as f64);
    Ok(SrAggregate {
        mean: num::mean(&ascending),
        median: f64::midpoint(ascending[(n - 1) / 2], ascending[n / 2]),
        majority: modes.unique(),
        majority_lowest,
        entropy: num::sum(shares.into_iter().filter(|p| *p > 0.0 && *p < 1.0).map(|p| -p * p.ln())),
    })
}
