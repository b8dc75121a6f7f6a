use crate::calibration::{Tied, area_under_precision_recall, precision_recall_trapezoids};
use crate::correlation::{self, pearson, spearman};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Bootstrap, Estimate, Kinds, Level, Resample, proportion_difference, rate};
use crate::num;

/// How true a sentence is, as an annotator sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Factuality {
    /// Accurate: 0.
    Accurate,
    /// Minor inaccuracy: ½.
    Minor,
    /// Major inaccuracy: 1.
    Major,
}

impl Factuality {
    /// The number that stands for it in means.
    #[must_use]
    pub fn value(self) -> f64 {
        match self {
            Self::Accurate => 0.0,
            Self::Minor => 0.5,
            Self::Major => 1.0,
        }
    }
}

/// A passage of judged and scored sentences, for [`evaluate_detection`].
#[derive(Debug, Clone, PartialEq)]
pub struct DetectionPassage {
    /// What the annotators say of each sentence.
    pub labels: Vec<Factuality>,
    /// What the detector says; higher speaks for hallucination.
    pub scores: Vec<f64>,
}

/// One of the three detection tasks.
#[derive(Debug, Clone, Copy)]
enum Task {
    NonFact,
    NonFactStar,
    Factual,
}

/// A passage with this mean label or more is wrong throughout and not part of NonFact*.
pub const WRONG_THROUGHOUT: f64 = 0.99;

/// How well a detector does one task.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TaskScore {
    /// Area under the precision-recall curve, by trapezoids.
    pub auc_pr: Estimate,
    /// Share of sentences to find: the area of a detector that guesses.
    pub random: Estimate,
    /// Passages that take part.
    pub passages: usize,
}

/// How well a detector finds hallucinations. From [`evaluate_detection`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Detection {
    /// Anything inaccurate against the rest.
    pub nonfact: Result<TaskScore>,
    /// Major inaccuracies against the rest, without passages that are wrong throughout.
    pub nonfact_star: Result<TaskScore>,
    /// Accurate sentences against the rest, by the score turned round.
    pub factual: Result<TaskScore>,
    /// Over passages: the mean label with the mean score.
    pub pearson: Result<Estimate>,
    /// The same by ranks.
    pub spearman: Result<Estimate>,
}

/// The three detection tasks and the ranking of passages, as SelfCheckGPT and SelfCheckAgent report them.
///
/// | task | positive | passages | score |
/// |---|---|---|---|
/// | NonFact | minor or major | all | as given |
/// | NonFact* | major | mean label below 0.99 | as given |
/// | Factual | accurate | all | turned round |
///
/// ```text
/// area = Σ over distinct scores, from the greatest, of (Rᵢ − Rᵢ₋₁)(Pᵢ + Pᵢ₋₁)/2,   R₀ = 0, P₀ = 1
/// ```
///
/// The area is that of straight lines between the points of the curve
/// ([`area_under_precision_recall`](crate::calibration::area_under_precision_recall)), which is not average precision. The areas'
/// intervals are those of the bootstrap given, over passages: sentences of a passage share a topic. An area has none
/// where too many resamples have no sentence to find, as with few passages.
///
/// # Undefined
/// A task without sentences to find; a correlation of fewer than two passages, or of labels or scores that do not vary.
///
/// # Missing values
/// NaN is an error. A passage without sentences is an error.
///
/// # Source
/// Manakul, Liusie and Gales 2023 (arXiv 2303.08896), section 7; SelfCheckAgent (arXiv 2502.01812); the released
/// notebooks of both for the threshold 0.99 and the trapezoids.
///
/// # Errors
/// [`Error::Length`] unless each sentence has a score; [`Error::Argument`] for a passage without sentences;
/// [`Error::NotFinite`]; [`Error::Undefined`] without passages; those of the bootstrap.
///
/// # Examples
/// ```
/// use probity::consistency::{DetectionPassage, Factuality::{Accurate, Major, Minor}, evaluate_detection};
/// use probity::inference::Bootstrap;
/// let passages = [
///     DetectionPassage { labels: vec![Accurate, Major], scores: vec![1.0, 4.0] },
///     DetectionPassage { labels: vec![Major, Minor], scores: vec![5.0, 3.0] },
///     DetectionPassage { labels: vec![Major, Major], scores: vec![2.0, 6.0] },
/// ];
/// let found = evaluate_detection(&passages, &Bootstrap::new(1).resamples(100)?)?;
/// assert_eq!((found.nonfact?.auc_pr.value, found.factual?.auc_pr.value), (1.0, 1.0));
/// let star = found.nonfact_star?;
/// assert_eq!((star.passages, star.random.value), (2, 0.5)); // the last passage is wrong throughout
/// assert!(evaluate_detection(&[], &Bootstrap::new(1)).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn evaluate_detection(passages: &[DetectionPassage], bootstrap: &Bootstrap) -> Result<Detection> {
    if passages.is_empty() {
        return Err(Error::undefined("detection", Undefined::Nothing { what: "passages" }));
    }
    let (mut mean_labels, mut mean_scores) = (Vec::new(), Vec::new());
    for (i, passage) in passages.iter().enumerate() {
        num::check_same_length("scores of a passage", passage.labels.len(), passage.scores.len())?;
        num::check_finite("scores of a passage", &passage.scores)?;
        if passage.labels.is_empty() {
            return Err(Error::argument(
                "sentences of a passage",
                "at least one",
                format!("none in passage {i}"),
            ));
        }
        let n = passage.labels.len() as f64;
        mean_labels.push(num::sum(passage.labels.iter().map(|l| l.value())) / n);
        mean_scores.push(num::sum(passage.scores.iter().copied()) / n);
    }
    let all: Vec<&DetectionPassage> = passages.iter().collect();
    let mixed = passages.iter().zip(&mean_labels).filter(|(_, mean)| **mean < WRONG_THROUGHOUT);
    let mixed: Vec<&DetectionPassage> = mixed.map(|(passage, _)| passage).collect();
    // A task that does not exist is part of the result; a bootstrap that went wrong is not.
    let score = |task, passages: &[&DetectionPassage]| match task_score(task, passages, bootstrap) {
        Err(error) if !error.is_undefined() => Err(error),
        found => Ok(found),
    };
    let options = correlation::Options::new().level(bootstrap.confidence());
    Ok(Detection {
        nonfact: score(Task::NonFact, &all)?,
        nonfact_star: score(Task::NonFactStar, &mixed)?,
        factual: score(Task::Factual, &all)?,
        pearson: pearson(&mean_labels, &mean_scores, &options),
        spearman: spearman(&mean_labels, &mean_scores, &options),
    })
}

fn task_score(task: Task, passages: &[&DetectionPassage], bootstrap: &Bootstrap) -> Result<TaskScore> {
    let mut sentences = Vec::new();
    for (passage, of) in passages.iter().enumerate() {
        for (&label, &score) in of.labels.iter().zip(&of.scores) {
            let (positive, score) = match task {
                Task::NonFact => (label != Factuality::Accurate, score),
                Task::NonFactStar => (label == Factuality::Major, score),
                Task::Factual => (label == Factuality::Accurate, -score),
            };
            sentences.push(Sentence { score, positive, passage });
        }
    }
    let positives = sentences.iter().filter(|s| s.positive).count() as u64;
    let total = sentences.len() as u64;
    let level = bootstrap.confidence();
    let random = rate("share of sentences to find", "the number of sentences", positives, total, level)?;
    sort(&mut sentences);
    let curve = Curve { sentences: &sentences, weights: vec![1; passages.len()] };
    let figure = |curve: &Curve<'_>| area(curve.sentences, |s| curve.weights[s.passage]);
    let value = figure(&curve)?;
    let auc_pr = match bootstrap.run(&curve, &figure) {
        Ok(found) => found.to_estimate(AUC_PR),
        // The area exists, its spread does not.
        Err(error) if error.is_undefined() => Estimate::new(AUC_PR, value),
        Err(error) => return Err(error),
    };
    let auc_pr = auc_pr.counted(passages.len() as u64, 1, total);
    Ok(TaskScore { auc_pr, random, passages: passages.len() })
}

const AUC_PR: &str = "area under the precision-recall curve";

#[derive(Debug, Clone, Copy)]
struct Sentence {
    score: f64,
    positive: bool,
    passage: usize,
}

/// From the greatest score down.
fn sort(sentences: &mut [Sentence]) {
    sentences.sort_unstable_by(|a, b| (b.score + 0.0).total_cmp(&(a.score + 0.0)));
}

/// Sorted sentences, each as often as its passage is drawn.
struct Curve<'a> {
    sentences: &'a [Sentence],
    weights: Vec<u64>,
}

impl Resample for Curve<'_> {
    fn kinds(&self) -> Result<Kinds> {
        Ok(Kinds::singles(self.weights.len()))
    }

    fn reweighted(&self, items: &[u64], _raters: Option<&[u64]>) -> Result<Self> {
        num::check_same_length("weights of passages", self.weights.len(), items.len())?;
        Ok(Self { sentences: self.sentences, weights: items.to_vec() })
    }
}

/// The area under the curve of sorted sentences with weights.
fn area(sorted: &[Sentence], weight: impl Fn(&Sentence) -> u64) -> Result<f64> {
    let positives = sorted.iter().filter(|s| s.positive).map(&weight).sum();
    let steps = sorted.chunk_by(|a, b| a.score == b.score).map(|tied| {
        let mut step = Tied { positives: 0, negatives: 0 };
        for sentence in tied {
            *(if sentence.positive { &mut step.positives } else { &mut step.negatives }) += weight(sentence);
        }
        step
    });
    precision_recall_trapezoids(steps, positives)
}

/// The area under the precision-recall curve of finite scores: what SelfCheckGPT and its successors report.
///
/// As [`area_under_precision_recall`], which takes infinite scores too.
///
/// # Undefined
/// Without positives.
///
/// # Missing values
/// NaN is an error.
///
/// # Source
/// scikit-learn's `auc` of its `precision_recall_curve`, as the released notebooks of SelfCheckGPT use it.
///
/// # Errors
/// [`Error::Length`]; [`Error::NotFinite`]; [`Error::Undefined`] as above.
///
/// # Complexity
/// One sort.
///
/// # Examples
/// ```
/// use probity::consistency::precision_recall_area;
/// // (0, 1) → (½, 1) → (½, ½) → (1, ⅔)
/// let area = precision_recall_area(&[0.9, 0.8, 0.7], &[true, false, true])?;
/// assert!((area - (0.5 + 0.5 * (1.0 / 2.0 + 2.0 / 3.0) / 2.0)).abs() < 1e-15);
/// // One score for all: from precision 1 to the share of positives.
/// assert_eq!(precision_recall_area(&[0.5, 0.5], &[true, false])?, 0.75);
/// assert!(precision_recall_area(&[0.5], &[false]).unwrap_err().is_undefined());
/// assert!(precision_recall_area(&[f64::INFINITY], &[true]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn precision_recall_area(scores: &[f64], positive: &[bool]) -> Result<f64> {
    num::check_same_length("labels", scores.len(), positive.len())?;
    num::check_finite("scores", scores)?;
    area_under_precision_recall(scores, positive)
}

/// The mean of the shares of hallucinations found and of true sentences left alone, where a score of the threshold or
/// more is a find.
///
/// ```text
/// (TPR + TNR)/2 = (1 + TPR − FPR)/2
/// ```
///
/// # Intervals
/// Newcombe's interval of the difference TPR − FPR of two independent proportions, on the scale of the figure.
///
/// # Undefined
/// Without hallucinations, or without true sentences.
///
/// # Source
/// The usual definition; SelfCheckAgent (arXiv 2502.01812) reports it at ½.
///
/// # Errors
/// [`Error::Length`]; [`Error::NotFinite`]; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::balanced_accuracy;
/// use probity::inference::Level;
/// let labels = [true, true, false, false, false, false];
/// let found = balanced_accuracy(&[0.9, 0.2, 0.5, 0.1, 0.1, 0.3], &labels, 0.5, Level::default())?;
/// assert_eq!(found.value, (0.5 + 0.75) / 2.0);
/// assert!(balanced_accuracy(&[0.9], &[true], 0.5, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn balanced_accuracy(
    scores: &[f64],
    hallucinated: &[bool],
    threshold: f64,
    level: Level,
) -> Result<Estimate> {
    num::check_same_length("labels", scores.len(), hallucinated.len())?;
    num::check_finite("scores", scores)?;
    num::check_finite("threshold", &[threshold])?;
    let counts = |kind: bool| {
        let of = scores.iter().zip(hallucinated).filter(|(_, h)| **h == kind);
        of.fold((0, 0), |(found, all), (&score, _)| (found + u64::from(score >= threshold), all + 1))
    };
    let (true_positives, false_positives) = (counts(true), counts(false));
    for (what, (_, all)) in
        [("the number of hallucinations", true_positives), ("the number of true sentences", false_positives)]
    {
        if all == 0 {
            return Err(Error::undefined("balanced accuracy", Undefined::ZeroDenominator { what }));
        }
    }
    let difference = proportion_difference(true_positives, false_positives, level)?;
    let scale = |x: f64| f64::midpoint(1.0, x);
    let mut estimate = Estimate::new("balanced accuracy", scale(difference.value));
    estimate = estimate.counted(scores.len() as u64, 1, scores.len() as u64);
    if let Some(error) = difference.standard_error {
        estimate = estimate.with_standard_error(error / 2.0);
    }
    if let Some(interval) = difference.interval {
        let method = interval.method;
        let ends =
            crate::inference::Interval::new(scale(interval.lower), scale(interval.upper), level, method);
        estimate = estimate.with_interval(ends);
    }
    Ok(estimate)
}
