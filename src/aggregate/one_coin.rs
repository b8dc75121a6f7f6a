use crate::aggregate::alignment::best_assignment;
use crate::aggregate::em::{Law, best_run};
use crate::aggregate::fit::{pooled, rename};
use crate::aggregate::judgments::Judgments;
use crate::aggregate::{ClassPrior, Fit, Options};
use crate::error::Result;
use crate::ratings::Ratings;

/// The one-coin form of Dawid and Skene's model: each rater is right with one probability, whatever the truth, and
/// errs evenly.
///
/// ```text
/// p_r(l | t) = a_r if l = t, else (1 − a_r)/(K − 1)
/// M-step:  a_r = (Σ q(l_r | item) over the items of r  + s) / (items of r + 2s)
/// ```
///
/// Everything else is as [`dawid_skene`](crate::aggregate::dawid_skene) has it. Only two categories can exchange their
/// names here (each a_r becomes 1 − a_r); if the raters together are right in fewer than half of their judgments then, the
/// names are given back.
///
/// # Undefined
/// Without any judgment, and with fewer than two categories.
///
/// # Missing values
/// As [`dawid_skene`](crate::aggregate::dawid_skene).
///
/// # Source
/// Zhang, Chen, Zhou and Jordan 2016, "Spectral methods meet EM", JMLR 17, the one-coin model. crowd-kit 1.4.2 does the
/// E-step first and keeps probabilities between 1e-10 and 1 − 1e-10.
///
/// # Errors
/// As [`dawid_skene`](crate::aggregate::dawid_skene).
///
/// # Complexity
/// As [`dawid_skene`](crate::aggregate::dawid_skene).
///
/// # Examples
/// ```
/// use probity::aggregate::{Options, one_coin};
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_codes(Labels::codes(3), 3, vec![0u8, 0, 1, 2, 2, 2, 1, 1, 0, 0, 0, 0])?;
/// let model = one_coin(&ratings, &Options::new())?;
/// assert_eq!(model.fit().consensus().labels(), [Some(0), Some(2), Some(1), Some(0)]);
/// assert!(model.accuracy(0).unwrap() > model.accuracy(2).unwrap());
/// assert_eq!(model.accuracy(3), None);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn one_coin(ratings: &Ratings, options: &Options) -> Result<OneCoin> {
    let judgments = Judgments::for_model("the one-coin model", ratings)?;
    let k = judgments.categories;
    let fixed_prior = options.fixed_prior(&ClassPrior::Estimated, k)?;
    let law = Coins::new(&judgments, options.smoothing_or(0.0));
    let mut run = best_run(&judgments, &law, fixed_prior.as_deref(), options)?;
    let mut relabelled = false;
    if k == 2 && options.prior_is_symmetric() {
        let assignment = best_assignment(&pooled(&run.counts, k), k);
        relabelled = assignment == [1, 0];
        if relabelled {
            rename(&mut run.class_prior, &assignment);
            rename(&mut run.posteriors, &assignment);
            run.law.accuracies.iter_mut().for_each(|a| *a = 1.0 - *a);
        }
    }
    let fit = Fit::new(ratings, judgments, run.posteriors, run.class_prior, run.trace, relabelled, options);
    Ok(OneCoin { fit, accuracies: run.law.accuracies })
}

/// A fit of [`one_coin`].
///
/// # Examples
/// See [`one_coin`].
#[derive(Debug, Clone, PartialEq)]
pub struct OneCoin {
    fit: Fit,
    accuracies: Vec<f64>,
}

impl OneCoin {
    /// What the fit found about items and raters.
    #[must_use]
    pub fn fit(&self) -> &Fit {
        &self.fit
    }

    /// The probability that a rater is right, as the last M-step has it; `None` for a rater that does not exist or has no
    /// judgments. [`Fit::raters`] has the same from the posteriors, which are one step on, with intervals.
    #[must_use]
    pub fn accuracy(&self, rater: usize) -> Option<f64> {
        let judged = self.fit.raters().get(rater)?.judgments() > 0;
        self.accuracies.get(rater).copied().filter(|_| judged)
    }
}

#[derive(Debug, Clone)]
struct Coins {
    categories: usize,
    smoothing: f64,
    accuracies: Vec<f64>,
}

impl Coins {
    fn new(judgments: &Judgments, smoothing: f64) -> Self {
        let k = judgments.categories;
        Self { categories: k, smoothing, accuracies: vec![1.0 / k as f64; judgments.raters] }
    }
}

impl Law for Coins {
    fn maximise(&mut self, counts: &[f64], table: &mut [f64]) -> f64 {
        let (k, s) = (self.categories, self.smoothing);
        let mut penalty = 0.0;
        let raters = counts.chunks_exact(k * k).zip(table.chunks_exact_mut(k * k));
        for (accuracy, (counts, table)) in self.accuracies.iter_mut().zip(raters) {
            let right: f64 = counts.iter().step_by(k + 1).sum();
            let wrong = counts.iter().sum::<f64>() - right;
            let (right, wrong) = (right + s, wrong.max(0.0) + s);
            let all = right + wrong;
            let (mut ln_right, mut ln_wrong) = (accuracy.ln(), (1.0 - *accuracy).ln());
            if all > 0.0 {
                *accuracy = right / all;
                // Not of 1 − accuracy, which rounds to 0 where the smoothing is small.
                (ln_right, ln_wrong) = (right.ln() - all.ln(), wrong.ln() - all.ln());
            }
            if s > 0.0 {
                penalty += s * (ln_right + ln_wrong);
            }
            let ln_one_wrong = ln_wrong - ((k - 1) as f64).ln();
            let cells = table.iter_mut().enumerate();
            cells.for_each(|(at, ln_p)| *ln_p = if at % (k + 1) == 0 { ln_right } else { ln_one_wrong });
        }
        penalty
    }

    fn parameters(&self) -> &[f64] {
        &self.accuracies
    }
}
