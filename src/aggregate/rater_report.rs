use crate::aggregate::judgments::Judgments;
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, expected_rate};
use crate::ratings::Ratings;

/// How good a rater is by the posteriors of a fit, without gold labels.
///
/// ```text
/// n(t, l) = Σ p(t | item) over the items that the rater called l
/// accuracy = Σ n(l, l) / judgments          confusion(t, l) = n(t, l) / Σ n(t, ·)
/// ```
///
/// The intervals are Wilson's for n/(1 + B/V) judgments, where V = p(1 − p)/n is the variance of the share if the truth were
/// known and B what the truth's being uncertain adds: Σ q(1 − q)/n² over the posteriors q that enter. In V, p is
/// shrunk as Agresti and Coull do, so that a share of 0 or 1 keeps its length.
///
/// # Undefined
/// The accuracy without judgments, a confusion where no item of the true category is expected; both for a rater whom
/// shared items link to fewer than two others. One rater always seems right, and the agreement of two says nothing about
/// which of them errs: fits of either would answer with what they started from.
///
/// # Source
/// B + V is the total variance of multiple imputation (Rubin 1987) with the fitted parameters taken as known. It
/// covers what a rater's sample and the doubt about the truth add, not that the fit could have found other parameters.
/// With few raters an item the interval is therefore too short, however many the items. How often one of 95 % held the true
/// accuracy of raters who are right in 65 to 95 % (two categories, 300 simulated panels each):
///
/// | raters an item | Dawid-Skene: 20, 100, 500 items | one coin | MACE |
/// |---|---|---|---|
/// | 3 | 87, 83, 80 % | 81, 79, 80 % | 89, 78, 79 % |
/// | 5 | 91, 93, 93 % | 92, 93, 94 % | 92, 93, 93 % |
/// | 10 | 95, 95, 95 % | 95, 95, 96 % | 96, 96, 95 % |
///
/// With four categories Dawid-Skene and one coin hold it in 92 % with three raters and in 94 to 95 % with five (100 and 500
/// items). GLAD, with abilities and eases from its priors, holds the mean accuracy over items in 92 to 94 % with five raters and
/// in 94 to 97 % with ten and twenty (20, 100 and 500 items, 60 to 200 panels each).
///
/// Raters who err together make every one of them look better than it is; no interval shows that.
///
/// # Examples
/// ```
/// use probity::aggregate::{Options, one_coin};
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_codes(Labels::codes(2), 4, vec![0u8, 0, 0, 255, 1, 1, 0, 255, 1, 1, 1, 255, 0, 0, 1, 255])?;
/// let model = one_coin(&ratings, &Options::new())?;
/// let [first, .., worst, absent] = model.fit().raters() else { panic!("four raters") };
/// assert!(first.accuracy()?.value > worst.accuracy()?.value);
/// assert!((worst.confusion(0, 1)?.value - 0.5).abs() < 0.1);
/// assert!(absent.accuracy().unwrap_err().is_undefined());
/// // Two raters: that they agree in two of three says nothing about which of them errs.
/// let two = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 0, 1, 1, 0, 1])?;
/// let error = one_coin(&two, &Options::new())?.fit().raters()[0].accuracy().unwrap_err();
/// assert!(error.to_string().contains("at least 3 raters linked by shared items, found 2"), "{error}");
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RaterReport {
    name: String,
    categories: usize,
    judgments: u64,
    /// Expected judgments, truth × label.
    expected: Vec<f64>,
    /// The variances of the same.
    doubts: Vec<f64>,
    /// How many raters shared items link, this one among them.
    linked: u64,
    level: Level,
}

/// With fewer raters than this the likelihood leaves open how good each is.
const FEWEST_LINKED: u64 = 3;

impl RaterReport {
    pub(super) fn of_all(
        ratings: &Ratings,
        judgments: &Judgments,
        counts: &[f64],
        doubts: &[f64],
        level: Level,
    ) -> Vec<Self> {
        let k = judgments.categories;
        let mut numbers = vec![0.0; judgments.raters];
        for (cells, weight) in judgments.rows().zip(&judgments.weights) {
            cells.iter().for_each(|&cell| numbers[cell as usize / k] += weight);
        }
        let tables = counts.chunks_exact(k * k).zip(doubts.chunks_exact(k * k));
        let reports = numbers.into_iter().zip(linked(judgments)).enumerate().zip(tables);
        reports
            .map(|((rater, (judgments, linked)), (counts, doubts))| Self {
                name: ratings.raters().name(rater).into_owned(),
                categories: k,
                judgments: judgments as u64,
                expected: transposed(counts, k),
                doubts: transposed(doubts, k),
                linked,
                level,
            })
            .collect()
    }

    /// The rater's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rater's judgments.
    #[must_use]
    pub fn judgments(&self) -> u64 {
        self.judgments
    }

    /// How many of the judgments are expected to be of each true category (rows) and label (columns).
    #[must_use]
    pub fn expected_counts(&self) -> &[f64] {
        &self.expected
    }

    /// The share of the rater's judgments that are expected to be right.
    ///
    /// # Errors
    /// [`Error::Undefined`] without judgments, and for a rater linked to fewer than two others.
    pub fn accuracy(&self) -> Result<Estimate> {
        let diagonal = |cells: &[f64]| cells.iter().step_by(self.categories + 1).sum::<f64>();
        let whole = self.judgments as f64;
        let variance = diagonal(&self.doubts) / whole / whole;
        self.estimate(
            "expected accuracy",
            "the number of judgments",
            diagonal(&self.expected),
            whole,
            variance,
        )
    }

    /// The probability that the rater says `label` of an item of the category `truth`.
    ///
    /// # Errors
    /// [`Error::Index`] for a category that does not exist; [`Error::Undefined`] if no item of it is expected among those
    /// that the rater judged, and for a rater linked to fewer than two others.
    pub fn confusion(&self, truth: u32, label: u32) -> Result<Estimate> {
        let k = self.categories;
        let (truth, label) = (truth as usize, label as usize);
        if let Some(index) = [truth, label].into_iter().find(|&code| code >= k) {
            return Err(Error::Index { what: "category", index, len: k });
        }
        let row = truth * k..(truth + 1) * k;
        let (counts, doubts) = (&self.expected[row.clone()], &self.doubts[row]);
        let (whole, all_doubts) = (counts.iter().sum::<f64>(), doubts.iter().sum::<f64>());
        let p = if whole > 0.0 { counts[label] / whole } else { 0.0 };
        let (own, others) = (doubts[label], (all_doubts - doubts[label]).max(0.0));
        let variance = ((1.0 - p).powi(2) * own + p * p * others) / whole / whole;
        self.estimate("confusion", "the number of items of the category", counts[label], whole, variance)
    }

    fn estimate(
        &self,
        method: &'static str,
        denominator: &'static str,
        part: f64,
        whole: f64,
        imputation: f64,
    ) -> Result<Estimate> {
        let estimate = expected_rate(method, denominator, part, whole, imputation, self.level)?;
        self.check_linked(method)?;
        Ok(estimate.counted(self.judgments, 1, self.judgments))
    }

    /// How many of the answers `label` are expected to be right, and the variance of their number.
    pub(super) fn right(&self, label: usize) -> (f64, f64) {
        let at = label * (self.categories + 1);
        (self.expected[at], self.doubts[at])
    }

    /// Undefined unless the likelihood can tell how good the rater is.
    pub(super) fn check_linked(&self, metric: &'static str) -> Result<()> {
        if self.linked >= FEWEST_LINKED {
            return Ok(());
        }
        let what = "raters linked by shared items";
        Err(Error::undefined(metric, Undefined::TooFew { what, needed: FEWEST_LINKED, found: self.linked }))
    }

    /// Undefined as an estimate of a rater without judgments is.
    pub(super) fn check_judged(&self, metric: &'static str) -> Result<()> {
        if self.judgments > 0 {
            return Ok(());
        }
        Err(Error::undefined(metric, Undefined::Nothing { what: "judgments of the rater" }))
    }
}

/// To how many raters each one is linked by items that both judged, over any number of others, itself among them.
fn linked(judgments: &Judgments) -> Vec<u64> {
    fn root(above: &mut [usize], mut rater: usize) -> usize {
        while above[rater] != rater {
            above[rater] = above[above[rater]];
            rater = above[rater];
        }
        rater
    }
    let mut above: Vec<usize> = (0..judgments.raters).collect();
    for cells in judgments.rows() {
        let mut raters = cells.iter().map(|&cell| cell as usize / judgments.categories);
        let Some(first) = raters.next() else { continue };
        for other in raters {
            let (first, other) = (root(&mut above, first), root(&mut above, other));
            above[other] = first;
        }
    }
    let roots: Vec<usize> = (0..judgments.raters).map(|rater| root(&mut above, rater)).collect();
    let mut sizes = vec![0; judgments.raters];
    roots.iter().for_each(|&root| sizes[root] += 1);
    roots.into_iter().map(|root| sizes[root]).collect()
}

fn transposed(cells: &[f64], k: usize) -> Vec<f64> {
    (0..k * k).map(|at| cells[at % k * k + at / k]).collect()
}
