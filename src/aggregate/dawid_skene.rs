use crate::aggregate::alignment::best_assignment;
use crate::aggregate::em::{Law, best_run};
use crate::aggregate::fit::{pooled, rename};
use crate::aggregate::judgments::Judgments;
use crate::aggregate::{ClassPrior, Fit, Options};
use crate::error::Result;
use crate::ratings::Ratings;

/// Dawid and Skene's model: each rater has a probability of every answer to every true category.
///
/// ```text
/// p(item) = Σₜ π(t) · Π p_r(l_r | t) over the raters r who judged it
/// E-step:  q(t | item) ∝ π(t) · Π p_r(l_r | t)
/// M-step:  p_r(l | t) = (Σ q(t | item) over the items that r called l  + s) / (Σ q(t | item) over the items of r  + s·K)
///          π(t) = mean of q(t | item)
/// ```
///
/// The fit starts from the shares of the votes and does M-step, then E-step; parameters are those of the last M-step,
/// posteriors and likelihood those of the E-step after it. Then the true categories are given the labels that the raters use
/// most for them (the assignment with the greatest diagonal of the pooled confusion matrix), unless the
/// [`ClassPrior`] is given, which says already which is which.
///
/// # Undefined
/// Without any judgment, and with fewer than two categories.
///
/// # Missing values
/// A missing rating says nothing. Ties of posteriors: see [`Consensus`](crate::aggregate::Consensus). Items that are
/// all split evenly are a point where the fit stands still; [`Options::starts`] leads away from it.
///
/// # Source
/// Dawid and Skene 1979, "Maximum likelihood estimation of observer error-rates using the EM algorithm", eqs 2.3 to 2.5, from the start
/// that they propose (3.1). crowd-kit 1.4.2 does the E-step first from the parameters of the same start, lifts
/// probabilities below 1e-10 to it, and stops by a bound that counts the prior once a judgment, so its number of
/// iterations is smaller than asked for; with its clipping out of the way the posteriors are the same.
///
/// # Errors
/// [`Error::Scale`](crate::Error::Scale) for numbers without categories and for tables of counts; [`Error::Length`](crate::Error::Length) if the given
/// prior has another number of categories; [`Error::Overflow`](crate::Error::Overflow) for more than 2²⁸ parameters;
/// [`Error::Undefined`](crate::Error::Undefined) as above.
///
/// # Complexity
/// An iteration takes time linear in categories × judgments of the distinct rows: items with the same judgments are worked on once.
///
/// # Examples
/// ```
/// use probity::aggregate::{Options, dawid_skene};
/// use probity::ratings::{Labels, Ratings};
/// // Two judges agree; the third says "yes" whatever it sees.
/// let labels = Labels::from_names(["no", "yes"])?;
/// let ratings = Ratings::from_codes(labels, 3, vec![0u8, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1])?;
/// let model = dawid_skene(&ratings, &Options::new())?;
/// assert_eq!(model.fit().consensus().labels(), [Some(0), Some(1), Some(0), Some(1)]);
/// assert!(model.error_rate(2, 0, 1).unwrap() > 0.99);
/// let alone = Ratings::from_codes(Labels::codes(1), 1, vec![0u8])?;
/// assert!(dawid_skene(&alone, &Options::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn dawid_skene(ratings: &Ratings, options: &Options) -> Result<DawidSkene> {
    let judgments = Judgments::for_model("the model of Dawid and Skene", ratings)?;
    let k = judgments.categories;
    let fixed_prior = options.fixed_prior(&ClassPrior::Estimated, k)?;
    let law = ErrorRates::new(&judgments, options.smoothing_or(0.0));
    let mut run = best_run(&judgments, &law, fixed_prior.as_deref(), options)?;
    let mut relabelled = false;
    if options.prior_is_symmetric() {
        let assignment = best_assignment(&pooled(&run.counts, k), k);
        relabelled = assignment.iter().enumerate().any(|(class, &label)| class != label);
        if relabelled {
            for rows in
                [&mut run.class_prior, &mut run.posteriors, &mut run.counts, &mut run.law.probabilities]
            {
                rename(rows, &assignment);
            }
        }
    }
    // A true category that no item of a rater's can have says nothing about the rater.
    let mut defined = vec![false; judgments.raters * k];
    for (at, count) in run.counts.iter().enumerate() {
        defined[at / (k * k) * k + at % k] |= *count > 0.0;
    }
    let fit = Fit::new(ratings, judgments, run.posteriors, run.class_prior, run.trace, relabelled, options);
    Ok(DawidSkene { fit, probabilities: run.law.probabilities, defined })
}

/// A fit of [`dawid_skene`].
///
/// # Examples
/// See [`dawid_skene`].
#[derive(Debug, Clone, PartialEq)]
pub struct DawidSkene {
    fit: Fit,
    /// (rater · categories + label) · categories + truth.
    probabilities: Vec<f64>,
    /// rater · categories + truth.
    defined: Vec<bool>,
}

impl DawidSkene {
    /// What the fit found about items and raters.
    #[must_use]
    pub fn fit(&self) -> &Fit {
        &self.fit
    }

    /// The probability that a rater says `label` of an item of the category `truth`, as the last M-step has it; `None` for
    /// what does not exist, and for a rater none of whose items can be of the category.
    ///
    /// [`Fit::raters`] has the same from the posteriors, which are one step on, with intervals.
    #[must_use]
    pub fn error_rate(&self, rater: usize, truth: u32, label: u32) -> Option<f64> {
        let k = self.fit.class_prior().len();
        let (truth, label) = (truth as usize, label as usize);
        if rater >= self.fit.raters().len() || truth >= k || label >= k || !self.defined[rater * k + truth] {
            return None;
        }
        self.probabilities.get((rater * k + label) * k + truth).copied()
    }
}

#[derive(Debug, Clone)]
struct ErrorRates {
    categories: usize,
    smoothing: f64,
    probabilities: Vec<f64>,
}

impl ErrorRates {
    fn new(judgments: &Judgments, smoothing: f64) -> Self {
        let k = judgments.categories;
        Self { categories: k, smoothing, probabilities: vec![1.0 / k as f64; judgments.raters * k * k] }
    }
}

impl Law for ErrorRates {
    fn maximise(&mut self, counts: &[f64], table: &mut [f64]) -> f64 {
        let (k, s) = (self.categories, self.smoothing);
        let mut totals = vec![0.0; k];
        for (counts, probabilities) in
            counts.chunks_exact(k * k).zip(self.probabilities.chunks_exact_mut(k * k))
        {
            totals.fill(s * k as f64);
            for row in counts.chunks_exact(k) {
                totals.iter_mut().zip(row).for_each(|(total, count)| *total += count);
            }
            for (row, counts) in probabilities.chunks_exact_mut(k).zip(counts.chunks_exact(k)) {
                for ((p, count), total) in row.iter_mut().zip(counts).zip(&totals) {
                    // Nothing speaks about a category without expected items: any probability is as good.
                    *p = if *total > 0.0 { (count + s) / total } else { 1.0 / k as f64 };
                }
            }
        }
        table.iter_mut().zip(&self.probabilities).for_each(|(ln_p, p)| *ln_p = p.ln());
        if s > 0.0 { s * crate::num::sum(table.iter().copied()) } else { 0.0 }
    }

    fn parameters(&self) -> &[f64] {
        &self.probabilities
    }
}
