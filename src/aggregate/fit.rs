use crate::aggregate::alignment::best_assignment;
use crate::aggregate::em::Trace;
use crate::aggregate::judgments::Judgments;
use crate::aggregate::{Consensus, Options, RaterReport};
use crate::ratings::Ratings;

/// What every annotator model finds: the items' posteriors, the frequencies of the categories, a report of each rater,
/// and how the iterations went.
///
/// # Missing values
/// An item without a judgment has no posterior, a rater without one has a report without figures; so has one whom shared
/// items link to fewer than two others.
///
/// # Examples
/// ```
/// use probity::aggregate::{Options, dawid_skene};
/// use probity::ratings::{Labels, Ratings};
/// // The third judge is wrong every other time.
/// let codes = vec![0u8, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 255, 255, 255];
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, codes)?;
/// let model = dawid_skene(&ratings, &Options::new())?;
/// let fit = model.fit();
/// assert_eq!(fit.consensus().labels(), [Some(0), Some(0), Some(1), Some(1), None]);
/// assert!(fit.converged() && fit.log_likelihoods().is_sorted_by(|a, b| a <= &(b + 1e-9)));
/// assert!(fit.raters()[2].accuracy()?.value < 0.6 && fit.raters()[0].accuracy()?.value > 0.9);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    consensus: Consensus,
    class_prior: Vec<f64>,
    raters: Vec<RaterReport>,
    trace: Trace,
    relabelled: bool,
    aligned: bool,
}

impl Fit {
    pub(super) fn new(
        ratings: &Ratings,
        judgments: Judgments,
        posteriors: Vec<f64>,
        class_prior: Vec<f64>,
        trace: Trace,
        relabelled: bool,
        options: &Options,
    ) -> Self {
        let counts = judgments.sums(&posteriors, |q| q);
        let doubts = judgments.sums(&posteriors, |q| q * (1.0 - q));
        let k = judgments.categories;
        let assignment = best_assignment(&pooled(&counts, k), k);
        let raters = RaterReport::of_all(ratings, &judgments, &counts, &doubts, options.level);
        let consensus = Consensus::new(judgments, posteriors);
        let aligned = assignment.iter().enumerate().all(|(class, &label)| class == label);
        Self { consensus, class_prior, raters, trace, relabelled, aligned }
    }

    /// The posterior of every item, and the labels.
    #[must_use]
    pub fn consensus(&self) -> &Consensus {
        &self.consensus
    }

    /// How frequent each true category is: as estimated, or as it was fixed.
    #[must_use]
    pub fn class_prior(&self) -> &[f64] {
        &self.class_prior
    }

    /// Every rater, in the order of the ratings: how good each is without gold labels.
    #[must_use]
    pub fn raters(&self) -> &[RaterReport] {
        &self.raters
    }

    /// The logarithm of the likelihood under the last parameters; of MACE by variational Bayes under its expected
    /// logarithms, which is no likelihood of any parameters.
    #[must_use]
    pub fn log_likelihood(&self) -> f64 {
        self.trace.ln_likelihoods.last().copied().unwrap_or(0.0)
    }

    /// [`log_likelihood`](Self::log_likelihood) after every iteration. Of a fit of greatest likelihood it never falls.
    #[must_use]
    pub fn log_likelihoods(&self) -> &[f64] {
        &self.trace.ln_likelihoods
    }

    /// What the fit makes as great as it can, after every iteration: the likelihood, the likelihood times the prior
    /// (smoothing, GLAD), or the evidence lower bound (variational Bayes), as logarithms. It never falls.
    #[must_use]
    pub fn objectives(&self) -> &[f64] {
        &self.trace.objectives
    }

    /// The iterations that were run.
    #[must_use]
    pub fn iterations(&self) -> usize {
        self.trace.objectives.len()
    }

    /// Whether the last iteration met the [`Convergence`](crate::aggregate::Convergence) asked for. If not, the fit
    /// ended at its greatest number of iterations.
    #[must_use]
    pub fn converged(&self) -> bool {
        self.trace.converged
    }

    /// Whether the true categories had drifted to other labels and were given back to those that the raters use most
    /// for them.
    ///
    /// The likelihood does not know which category is called what: exchanging the names of the categories in
    /// all parameters leaves it as it is. The fit starts from the shares of the votes, where the names are right, so that
    /// this is rare.
    #[must_use]
    pub fn relabelled(&self) -> bool {
        self.relabelled
    }

    /// Whether in the confusion matrix of all raters together no other naming of the true categories has a greater
    /// diagonal. If not, the raters are worse than another naming of their answers would make them.
    #[must_use]
    pub fn aligned(&self) -> bool {
        self.aligned
    }
}

/// All raters' expected counts, truth × label.
pub(super) fn pooled(counts: &[f64], k: usize) -> Vec<f64> {
    let mut pooled = vec![0.0; k * k];
    for (cell, row) in counts.chunks_exact(k).enumerate() {
        row.iter().enumerate().for_each(|(truth, count)| pooled[truth * k + cell % k] += count);
    }
    pooled
}

/// Moves the entries of every row of `k` from the truth where they stand to the label that it was assigned.
pub(super) fn rename(rows: &mut [f64], assignment: &[usize]) {
    let mut old = vec![0.0; assignment.len()];
    for row in rows.chunks_exact_mut(assignment.len().max(1)) {
        old.copy_from_slice(row);
        assignment.iter().zip(&old).for_each(|(&label, &x)| row[label] = x);
    }
}
