use crate::calibration::Predictions;
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Interval, Level, normal_p_value};
use crate::num;
use crate::tally::{MannWhitney, ScoreCounts};

/// Scores of positives and of negatives in order: what figures of discernment are read from.
///
/// Only the order of the scores matters, not their size, so any monotone transformation gives the same figures. Higher
/// scores mean "more likely positive".
///
/// # Missing values
/// NaN is an error that names its position; infinite scores are scores.
///
/// # Examples
/// ```
/// use probity::calibration::Ranking;
/// use probity::inference::Level;
/// let mut ranking = Ranking::new(&[0.9, 0.8], &[true, false])?;
/// ranking.merge(&Ranking::new(&[0.8, 0.1], &[true, false])?);
/// // Four pairs: three won, one tied.
/// assert_eq!(ranking.auroc(Level::default())?.value, 3.5 / 4.0);
/// assert_eq!(ranking.average_precision()?, 0.5 + 0.5 * 2.0 / 3.0);
/// let one_class = Ranking::new(&[0.3], &[true])?;
/// assert!(one_class.auroc(Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ranking {
    /// Ascending keys that order as the scores do.
    positives: Vec<u64>,
    negatives: Vec<u64>,
}

/// An integer that orders as the number does; −0 and 0 are the same. The number is not NaN.
fn key_of(x: f64) -> u64 {
    let bits = (x + 0.0).to_bits();
    bits ^ (((bits as i64 >> 63) as u64) | 1 << 63)
}

/// Items of the same score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tied {
    pub(crate) positives: u64,
    pub(crate) negatives: u64,
}

impl Ranking {
    /// Puts scores in order.
    ///
    /// # Errors
    /// [`Error::Length`] if the two differ in length; [`Error::NotFinite`] for NaN.
    ///
    /// # Complexity
    /// One sort.
    pub fn new(scores: &[f64], positive: &[bool]) -> Result<Self> {
        check_scores(scores, positive)?;
        let (mut positives, mut negatives) = (Vec::new(), Vec::new());
        for (&score, &positive) in scores.iter().zip(positive) {
            if positive { &mut positives } else { &mut negatives }.push(key_of(score));
        }
        positives.sort_unstable();
        negatives.sort_unstable();
        Ok(Self { positives, negatives })
    }

    /// The confidences as scores, what was right as the positives.
    #[must_use]
    pub fn of_predictions(predictions: &Predictions) -> Self {
        // Confidences are not NaN, and there are as many outcomes.
        Self::new(predictions.confidences(), predictions.right()).unwrap_or_default()
    }

    /// Adds the scores of others.
    #[allow(clippy::stable_sort_primitive, reason = "it finds the two ascending runs and only merges them")]
    pub fn merge(&mut self, other: &Self) {
        for (mine, more) in [(&mut self.positives, &other.positives), (&mut self.negatives, &other.negatives)]
        {
            mine.extend_from_slice(more);
            mine.sort();
        }
    }

    /// Positives.
    #[must_use]
    pub fn n_positives(&self) -> u64 {
        self.positives.len() as u64
    }

    /// Negatives.
    #[must_use]
    pub fn n_negatives(&self) -> u64 {
        self.negatives.len() as u64
    }

    /// Items of the same score, the highest score first.
    pub(super) fn descending(&self) -> impl Iterator<Item = Tied> + '_ {
        let (mut positives, mut negatives) = (self.positives.as_slice(), self.negatives.as_slice());
        std::iter::from_fn(move || {
            let key = positives.last().max(negatives.last()).copied()?;
            let take = |keys: &mut &[u64]| {
                let tied = keys.iter().rev().take_while(|&&other| other == key).count();
                *keys = &keys[..keys.len() - tied];
                tied as u64
            };
            Some(Tied { positives: take(&mut positives), negatives: take(&mut negatives) })
        })
    }

    /// The statistic of Mann and Whitney.
    #[must_use]
    pub fn mann_whitney(&self) -> MannWhitney {
        let (mut left, mut twice_wins) = (u128::from(self.n_negatives()), 0);
        for tied in self.descending() {
            let beaten = 2 * left - u128::from(tied.negatives);
            twice_wins += u128::from(tied.positives) * beaten;
            left -= u128::from(tied.negatives);
        }
        MannWhitney { positives: self.n_positives(), negatives: self.n_negatives(), twice_wins }
    }

    /// The area under the ROC curve: the chance that a positive scores above a negative, a tie counting half.
    ///
    /// ```text
    /// A = mean of V over positives = mean of W over negatives
    /// V of a positive: share of negatives below it, ties half     W of a negative: share of positives above it, ties half
    /// SE² = var(V)/n₊ + var(W)/n₋        sample variances, from two of each class on
    /// interval: A ± z·SE, cut to 0..1
    /// p-value: z = (A − ½)/√((n₊ + n₋ + 1 − t)/(12 n₊ n₋)), two-sided normal, of A = ½;
    ///          t = Σ (m³ − m)/(n(n − 1)) over groups of m equal scores
    /// ```
    ///
    /// # Undefined
    /// Without positives or without negatives. No standard error and no interval if positives and negatives do not overlap
    /// at all (DeLong's would be 0, as if the area were known); no p-value if all scores are equal.
    ///
    /// # Source
    /// DeLong, DeLong and Clarke-Pearson 1988; Mann and Whitney 1947 (p-value, with the variance for ties and without
    /// continuity correction). pROC's interval is the same.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn auroc(&self, level: Level) -> Result<Estimate> {
        auroc_of(self.mann_whitney(), || self.descending(), level)
    }

    /// Average precision: precision at each distinct score, weighted by the recall gained there.
    ///
    /// ```text
    /// AP = Σ_k (R_k − R_{k−1}) P_k
    /// ```
    ///
    /// # Undefined
    /// Without positives.
    ///
    /// # Ties
    /// Equal scores are one step: their order does not matter.
    ///
    /// # Source
    /// As scikit-learn's `average_precision_score`. A bootstrap gives an interval.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn average_precision(&self) -> Result<f64> {
        let curve = recall_precision("average precision", self.descending(), self.n_positives())?;
        let mut before = 0.0;
        Ok(num::sum(curve.map(|(recall, precision)| {
            let step = recall - before;
            before = recall;
            step * precision
        })))
    }

    /// The area under the precision-recall curve by trapezoids.
    ///
    /// ```text
    /// Σ over distinct scores, from the greatest, of (R_k − R_{k−1})(P_k + P_{k−1})/2        R_0 = 0, P_0 = 1
    /// ```
    ///
    /// # Undefined
    /// Without positives.
    ///
    /// # Source
    /// As `auc` of scikit-learn's `precision_recall_curve`. The straight lines are too optimistic (Davis and Goadrich
    /// 2006): prefer [`average_precision`](Self::average_precision).
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn area_under_precision_recall(&self) -> Result<f64> {
        precision_recall_trapezoids(self.descending(), self.n_positives())
    }
}

/// AUROC with what is said of it at [`Ranking::auroc`]; `descending` are all items, by equal scores.
fn auroc_of<I: Iterator<Item = Tied>>(
    found: MannWhitney,
    descending: impl Fn() -> I,
    level: Level,
) -> Result<Estimate> {
    let value = found.area()?;
    let items = found.positives + found.negatives;
    let (m, n) = (found.positives as f64, found.negatives as f64);
    let estimate = Estimate::new("AUROC", value).counted(items, 1, items);
    let (mut above, mut below) = (0u64, found.negatives);
    let [mut of_positives, mut of_negatives, mut ties] = [num::Sum::default(); 3];
    for tied in descending() {
        let v = (2 * below - tied.negatives) as f64 / 2.0 / n;
        let w = (2 * above + tied.positives) as f64 / 2.0 / m;
        of_positives.add(tied.positives as f64 * (v - value).powi(2));
        of_negatives.add(tied.negatives as f64 * (w - value).powi(2));
        let size = (tied.positives + tied.negatives) as f64;
        ties.add(size * size * size - size);
        above += tied.positives;
        below -= tied.negatives;
    }
    let all = m + n;
    let null = (all + 1.0 - ties.value() / (all * (all - 1.0))) / (12.0 * m * n);
    let estimate = if null > 1e-12 / (m * n) {
        estimate.with_p_value(normal_p_value((value - 0.5) / null.sqrt()))
    } else {
        estimate
    };
    let variance = of_positives.value() / (m - 1.0) / m + of_negatives.value() / (n - 1.0) / n;
    if m < 2.0 || n < 2.0 || variance <= 0.0 {
        return Ok(estimate);
    }
    let se = variance.sqrt();
    let interval = Interval::normal(value, se, level).clamped(0.0, 1.0);
    Ok(estimate.with_standard_error(se).with_interval(interval))
}

impl ScoreCounts {
    /// [`Ranking::auroc`] of scores of few levels.
    ///
    /// # Errors
    /// As [`Ranking::auroc`]; [`Error::Overflow`] as [`ScoreCounts::mann_whitney`].
    ///
    /// # Examples
    /// ```
    /// use probity::inference::Level;
    /// use probity::tally::ScoreCounts;
    /// let counts = ScoreCounts::from_levels(3, &[2, 1, 1, 0], &[1, 1, 0, 0])?;
    /// assert_eq!(counts.auroc(Level::default())?.value, 0.875);
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn auroc(&self, level: Level) -> Result<Estimate> {
        let tied = |&[negatives, positives]: &[u64; 2]| Tied { positives, negatives };
        auroc_of(self.mann_whitney()?, || self.levels().iter().rev().map(tied), level)
    }
}

/// Recall and precision with the threshold at each score at which there is an item, the highest first.
fn recall_precision(
    metric: &'static str,
    descending: impl Iterator<Item = Tied>,
    positives: u64,
) -> Result<impl Iterator<Item = (f64, f64)>> {
    if positives == 0 {
        return Err(Error::undefined(metric, Undefined::Nothing { what: "positives" }));
    }
    let (mut hits, mut found) = (0u64, 0u64);
    let point = move |tied: Tied| {
        hits += tied.positives;
        found += tied.positives + tied.negatives;
        (found > 0).then(|| (hits as f64 / positives as f64, hits as f64 / found as f64))
    };
    Ok(descending.filter_map(point))
}

/// The area under the precision-recall curve, by straight lines between its points; `positives` are all that there are.
pub(crate) fn precision_recall_trapezoids(
    descending: impl Iterator<Item = Tied>,
    positives: u64,
) -> Result<f64> {
    let curve = recall_precision("area under the precision-recall curve", descending, positives)?;
    let mut before = (0.0, 1.0);
    Ok(num::sum(curve.map(|point| {
        let trapezoid = (point.0 - before.0) * f64::midpoint(point.1, before.1);
        before = point;
        trapezoid
    })))
}

pub(super) fn check_scores(scores: &[f64], positive: &[bool]) -> Result<()> {
    num::check_same_length("classes", scores.len(), positive.len())?;
    match scores.iter().position(|score| score.is_nan()) {
        None => Ok(()),
        Some(index) => Err(Error::NotFinite { what: "scores", index, value: "NaN".to_string() }),
    }
}

/// The area under the ROC curve; see [`Ranking::auroc`].
///
/// # Undefined
/// Without positives or without negatives.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::NotFinite`] for NaN; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::calibration::auroc;
/// use probity::inference::Level;
/// let e = auroc(&[3.0, 2.0, 2.0, 1.0], &[true, true, false, false], Level::default())?;
/// assert_eq!(e.value, 0.875);
/// // V of the positives: 1 and 0.75; W of the negatives: 0.75 and 1.
/// assert_eq!(e.standard_error, Some((0.03125f64 / 2.0 + 0.03125 / 2.0).sqrt()));
/// assert!(auroc(&[3.0], &[true], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn auroc(scores: &[f64], positive: &[bool], level: Level) -> Result<Estimate> {
    Ranking::new(scores, positive)?.auroc(level)
}

/// Average precision; see [`Ranking::average_precision`].
///
/// # Undefined
/// Without positives.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::NotFinite`] for NaN; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::calibration::average_precision;
/// assert_eq!(average_precision(&[0.9, 0.8, 0.1], &[true, false, true])?, 0.5 + 0.5 * 2.0 / 3.0);
/// assert!(average_precision(&[0.9], &[false]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn average_precision(scores: &[f64], positive: &[bool]) -> Result<f64> {
    Ranking::new(scores, positive)?.average_precision()
}

/// The area under the precision-recall curve; see [`Ranking::area_under_precision_recall`].
///
/// # Undefined
/// Without positives.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::NotFinite`] for NaN; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::calibration::area_under_precision_recall;
/// let area = area_under_precision_recall(&[0.9, 0.8, 0.7], &[true, false, true])?;
/// assert!((area - (0.5 + 0.5 * (1.0 / 2.0 + 2.0 / 3.0) / 2.0)).abs() < 1e-15);
/// // One score for all: from precision 1 to the share of positives.
/// assert_eq!(area_under_precision_recall(&[0.5, 0.5], &[true, false])?, 0.75);
/// assert!(area_under_precision_recall(&[0.5], &[false]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn area_under_precision_recall(scores: &[f64], positive: &[bool]) -> Result<f64> {
    Ranking::new(scores, positive)?.area_under_precision_recall()
}
