use crate::calibration::{Binning, Predictions, ReliabilityDiagram};
use crate::correlation::{Options, pearson};
use crate::error::{Error, Result, Undefined};
use crate::inference::Rate;
use crate::num;
use crate::search::first_greatest;
use crate::tally::BinClosure;

/// Class probabilities of a harmonizer, a row an item.
///
/// # Examples
/// ```
/// use probity::honesty::polar::Harmonizer;
/// let h = Harmonizer::from_rows(&[[0.7, 0.2, 0.1], [0.2, 0.2, 0.6]])?;
/// assert_eq!(h.predictions(), [0, 2]);
/// let scores = h.scores(&[Some(1), None])?;
/// assert_eq!(scores, [Some(0.8), None]);
/// // Two classes, by the probability of the second.
/// assert_eq!(Harmonizer::binary(&[0.25])?.scores(&[Some(0)])?, [Some(0.25)]);
/// assert!(h.scores(&[Some(3), None]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Harmonizer {
    classes: usize,
    /// Row after row.
    probabilities: Vec<f64>,
}

/// How far the probabilities of a row may be from 1 in total.
const TOTAL_TOLERANCE: f64 = 1e-5;

impl Harmonizer {
    /// From the probabilities of all classes.
    ///
    /// # Errors
    /// [`Error::Length`] for rows that differ in length; [`Error::Argument`] for a probability that is not from 0 to 1, and
    /// for a row without classes or whose total is not 1 within 10⁻⁵.
    pub fn from_rows<R: AsRef<[f64]>>(rows: &[R]) -> Result<Self> {
        let classes = rows.first().map_or(1, |row| row.as_ref().len());
        for (i, row) in rows.iter().enumerate() {
            let row = row.as_ref();
            num::check_same_length("a row of probabilities", classes, row.len())?;
            num::check_probabilities("class probability", row)?;
            let total = num::sum(row.iter().copied());
            if (total - 1.0).abs() > TOTAL_TOLERANCE {
                let found = format!("{total} in row {i}");
                return Err(Error::argument("total of the probabilities", "1 within 1e-5", found));
            }
        }
        let probabilities = rows.iter().flat_map(|row| row.as_ref().iter().copied()).collect();
        Ok(Self { classes, probabilities })
    }

    /// Of two classes, from the probability of the second.
    ///
    /// # Errors
    /// [`Error::Argument`] for a probability that is not from 0 to 1.
    pub fn binary(second: &[f64]) -> Result<Self> {
        num::check_probabilities("class probability", second)?;
        Ok(Self { classes: 2, probabilities: second.iter().flat_map(|p| [1.0 - p, *p]).collect() })
    }

    /// Items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.probabilities.len() / self.classes
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.probabilities.is_empty()
    }

    /// Classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The probabilities of each item.
    #[must_use]
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> + '_ {
        self.probabilities.chunks_exact(self.classes)
    }

    /// The most probable class of each item, the first of equals.
    #[must_use]
    pub fn predictions(&self) -> Vec<usize> {
        self.rows().map(|row| first_greatest(row).unwrap_or(0)).collect()
    }

    /// The POLAR score of each label: how likely it is wrong.
    ///
    /// ```text
    /// 1 − h(x)[label]
    /// ```
    ///
    /// # Missing values
    /// An abstention has no score.
    ///
    /// # Source
    /// POLAR, whose code computes it as the size of the gradient of the loss at the label.
    ///
    /// # Errors
    /// [`Error::Length`] if there is not one label an item; [`Error::Index`] for a label that is no class.
    pub fn scores(&self, labels: &[Option<usize>]) -> Result<Vec<Option<f64>>> {
        num::check_same_length("labels", self.len(), labels.len())?;
        let score = |(row, &label): (&[f64], &Option<usize>)| {
            label.map(|label| Ok(1.0 - probability(row, label)?)).transpose()
        };
        self.rows().zip(labels).map(score).collect()
    }

    /// That votes are rows of as many sources for as many items, and their labels classes. Gives the number of sources.
    pub(super) fn check_votes<R: AsRef<[Option<usize>]>>(&self, votes: &[R]) -> Result<usize> {
        num::check_same_length("rows of votes", self.len(), votes.len())?;
        let sources = votes.first().map_or(0, |row| row.as_ref().len());
        for row in votes {
            num::check_same_length("a row of votes", sources, row.as_ref().len())?;
            check_labels(row.as_ref(), self.classes)?;
        }
        if sources == 0 {
            return Err(Error::undefined("figures of sources", Undefined::Nothing { what: "votes" }));
        }
        Ok(sources)
    }
}

/// That all labels are classes.
pub(super) fn check_labels(labels: &[Option<usize>], classes: usize) -> Result<()> {
    match labels.iter().flatten().find(|label| **label >= classes) {
        None => Ok(()),
        Some(&index) => Err(Error::Index { what: "class", index, len: classes }),
    }
}

fn probability(row: &[f64], label: usize) -> Result<f64> {
    row.get(label).copied().ok_or(Error::Index { what: "class", index: label, len: row.len() })
}

/// The scores without those below 10⁻⁸, as the released code takes them.
///
/// # Source
/// microsoft/POLAR: it computes scores as gradients and takes the smallest for abstentions. The method itself keeps them.
///
/// # Examples
/// ```
/// use probity::honesty::polar::without_negligible;
/// assert_eq!(without_negligible(&[Some(0.0), Some(1e-7), None]), [None, Some(1e-7), None]);
/// assert!(without_negligible(&[]).is_empty());
/// ```
#[must_use]
pub fn without_negligible(scores: &[Option<f64>]) -> Vec<Option<f64>> {
    scores.iter().map(|score| score.filter(|score| *score >= 1e-8)).collect()
}

/// Scores as predictions that the label is wrong: the "confidence" is the risk, "right" are the errors.
///
/// # Missing values
/// An item without a score or without a label is left out.
///
/// # Errors
/// [`Error::Length`] if the three differ in length; [`Error::Argument`] for a score that is not from 0 to 1.
///
/// # Examples
/// ```
/// use probity::honesty::polar::errors;
/// let found = errors(&[Some(0.9), None, Some(0.1)], &[Some(1), None, Some(0)], &[0, 0, 0])?;
/// assert_eq!((found.confidences(), found.right()), (&[0.9, 0.1][..], &[true, false][..]));
/// assert!(errors(&[Some(0.9)], &[], &[0]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn errors(scores: &[Option<f64>], labels: &[Option<usize>], gold: &[usize]) -> Result<Predictions> {
    num::check_same_length("labels", scores.len(), labels.len())?;
    num::check_same_length("gold labels", scores.len(), gold.len())?;
    let both = scores.iter().zip(labels).zip(gold);
    let (risks, wrong) = both.filter_map(|((s, label), gold)| Some(((*s)?, (*label)? != *gold))).unzip();
    Predictions::new(risks, wrong)
}

/// The calibration chart of POLAR: error rate beside mean score, in bins of equal width that begin with their lower end;
/// ten in the paper.
///
/// The standard error of a bin's error rate is that of
/// [`accuracy_estimate`](crate::tally::ReliabilityBin::accuracy_estimate), the paper's calibration error is the
/// [`expected_calibration_error`](ReliabilityDiagram::expected_calibration_error) of the chart.
///
/// # Source
/// POLAR, calibration_bar of the released code: bin min(⌊10·score⌋, 9).
///
/// # Errors
/// [`Error::Argument`] for no bins or more than 2¹⁶.
///
/// # Examples
/// ```
/// use probity::honesty::polar::{calibration, errors};
/// let found = errors(&[Some(0.75), Some(0.25)], &[Some(1), Some(1)], &[0, 1])?;
/// let chart = calibration(&found, 10)?;
/// assert_eq!(chart.expected_calibration_error()?, 0.25);
/// assert_eq!((chart.bins()[7].hits, chart.bins()[0].items), (1, 0));
/// assert!(calibration(&found, 0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn calibration(errors: &Predictions, bins: usize) -> Result<ReliabilityDiagram> {
    ReliabilityDiagram::new(errors, Binning::EqualWidth { bins, closure: BinClosure::Left })
}

/// Items of similar risk. From [`correlation_r2`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RiskBin {
    /// Share of errors.
    pub error_rate: f64,
    /// Mean score.
    pub mean_score: f64,
}

/// Error rate beside risk, and how well they go together. From [`correlation_r2`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ErrorByRisk {
    /// The bins, the riskiest first.
    pub bins: Vec<RiskBin>,
    /// The squared correlation of error rate and mean score; undefined for fewer than four items, or if one is constant.
    pub r2: Result<f64>,
}

/// How well the score ranks by error rate: the squared correlation over bins of about √n items.
///
/// ```text
/// sorted by descending score, ⌊n/s⌋ bins of s = ⌊√n⌋ items, what remains is dropped; R² = (Pearson's r)²
/// ```
///
/// # Undefined
/// Without items. R² as said there.
///
/// # Ties
/// Equal scores keep the order in which they are given, so a cut through them depends on it.
///
/// # Source
/// POLAR, released code.
///
/// # Errors
/// [`Error::Undefined`] without items.
///
/// # Examples
/// ```
/// use probity::calibration::Predictions;
/// use probity::honesty::polar::correlation_r2;
/// let errors = Predictions::new(vec![0.9, 0.8, 0.2, 0.1, 0.0], vec![true, false, false, false, true])?;
/// let found = correlation_r2(&errors)?;
/// assert_eq!((found.bins.len(), found.bins[0].error_rate), (2, 0.5));
/// assert_eq!(found.r2?, 1.0);
/// let few = Predictions::new(vec![0.9; 3], vec![true; 3])?;
/// assert!(correlation_r2(&few)?.r2.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn correlation_r2(errors: &Predictions) -> Result<ErrorByRisk> {
    const METRIC: &str = "R² of error rate and score";
    let n = errors.len();
    if n == 0 {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "scored items" }));
    }
    let size = n.isqrt();
    let bin = |items: &[(f64, bool)]| RiskBin {
        error_rate: items.iter().filter(|item| item.1).count() as f64 / size as f64,
        mean_score: num::sum(items.iter().map(|item| item.0)) / size as f64,
    };
    let bins: Vec<RiskBin> = riskiest_first(errors).chunks_exact(size).map(bin).collect();
    let column = |of: fn(&RiskBin) -> f64| bins.iter().map(of).collect::<Vec<f64>>();
    let r2 = if n < 4 {
        let reason = Undefined::TooFew { what: "scored items", needed: 4, found: n as u64 };
        Err(Error::undefined(METRIC, reason))
    } else {
        pearson(&column(|bin| bin.error_rate), &column(|bin| bin.mean_score), &Options::new())
            .map(|r| r.value * r.value)
    };
    Ok(ErrorByRisk { bins, r2 })
}

/// Risks with errors, the riskiest first, equal ones as given.
fn riskiest_first(errors: &Predictions) -> Vec<(f64, bool)> {
    let mut items: Vec<(f64, bool)> = errors.iter().collect();
    items.sort_by(|a, b| b.0.total_cmp(&a.0));
    items
}

/// The error rate of the riskiest share of the items, for each share.
///
/// The riskiest ⌈share · n⌉ items are taken.
///
/// # Ties
/// Equal scores keep the order in which they are given.
///
/// # Source
/// POLAR, error rate of the top risks.
///
/// # Errors
/// [`Error::Argument`] for a share that is not from 0 to 1.
///
/// # Examples
/// ```
/// use probity::calibration::Predictions;
/// use probity::honesty::polar::top_risk_errors;
/// let errors = Predictions::new(vec![0.1, 0.9, 0.5, 0.3], vec![false, true, true, false])?;
/// let found = top_risk_errors(&errors, &[0.5, 1.0, 0.0])?;
/// assert_eq!((found[0].value()?, found[1].value()?), (1.0, 0.5));
/// assert!(found[2].value().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn top_risk_errors(errors: &Predictions, shares: &[f64]) -> Result<Vec<Rate>> {
    let sorted = riskiest_first(errors);
    let mut wrong = vec![0u64];
    for (_, is_wrong) in &sorted {
        wrong.push(wrong.last().copied().unwrap_or(0) + u64::from(*is_wrong));
    }
    let rate = |&share: &f64| {
        num::check_probability("share of items", share)?;
        // 0.07 · 100 is a little above 7.
        let taken = ((share * sorted.len() as f64 - 1e-9).ceil().max(0.0) as usize).min(sorted.len());
        let hits = wrong.get(taken).copied().unwrap_or(0);
        Rate::higher("error rate of the top risks", "items taken", hits, taken as u64)
    };
    shares.iter().map(rate).collect()
}

#[cfg(test)]
mod tests {
    use crate::critique::task_average;
    use crate::inference::Level;

    /// The twelve cells behind the averages of the logistic regression with the Chebyshev scalariser, as the notebook of
    /// the released code prints them: data sets by gpt-4, gpt-35-turbo, text-davinci-003.
    #[test]
    fn published_averages() {
        let ece = [
            [0.126_988, 0.035_31, 0.077_366],
            [0.152_621, 0.130_527, 0.123_211],
            [0.151_694, 0.067_565, 0.045_637],
            [0.026_163, 0.148_394, 0.051_535],
        ];
        let r2 = [
            [0.814_658, 0.610_356, 0.889_874],
            [0.868_875, 0.898_062, 0.905_634],
            [0.826_491, 0.960_274, 0.958_475],
            [0.966_248, 0.950_596, 0.926_155],
        ];
        for (cells, average) in [(ece, 0.0948), (r2, 0.8813)] {
            let of_models: Vec<f64> = (0..3)
                .map(|model| {
                    let column = cells.map(|row| row[model]);
                    task_average(&column, Level::default()).unwrap().value
                })
                .collect();
            let found = task_average(&of_models, Level::default()).unwrap().value;
            assert!((found - average).abs() < 5e-5, "{average}, found {found}");
        }
    }
}
