use statrs::function::gamma::{digamma, ln_gamma};

use crate::aggregate::em::{Law, best_run};
use crate::aggregate::judgments::Judgments;
use crate::aggregate::{ClassPrior, Fit, Options};
use crate::error::{Error, Result};
use crate::inference::{Estimate, expected_rate};
use crate::num;
use crate::ratings::Ratings;

/// How MACE is fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum MaceTraining {
    /// Variational Bayes with a Beta prior on knowing and a symmetric Dirichlet prior on the answers of those who don't.
    VariationalBayes {
        /// Imagined judgments by guess.
        guessing: f64,
        /// Imagined judgments by knowledge.
        knowing: f64,
        /// Imagined guesses of each answer.
        strategy: f64,
    },
    /// Plain EM, smoothed by [`Options::smoothing`] (0.01 / categories unless set).
    Em,
}

impl Default for MaceTraining {
    /// Variational Bayes with Beta(½, ½) and Dirichlet(10, …, 10).
    fn default() -> Self {
        Self::VariationalBayes { guessing: 0.5, knowing: 0.5, strategy: 10.0 }
    }
}

/// MACE, multi-annotator competence estimation: a rater either knows the answer or guesses by a strategy of its own.
///
/// ```text
/// p_r(l | t) = c_r·[l = t] + (1 − c_r)·ξ_r(l)
/// EM:    c_r = (expected judgments by knowledge + s) / (judgments + 2s)
///        ξ_r(l) = (expected guesses of l + s) / (guesses + s·K)
/// VB:    with exp(ψ(count + prior) − ψ(total)) in the places of c, 1 − c and ξ
/// ```
///
/// c is the competence. The true categories are equally frequent unless [`Options::class_prior`] says otherwise. The fit starts
/// from the shares of the votes, with an even chance of knowing and guessing; [`Options::starts`] adds others.
///
/// # Undefined
/// Without any judgment, and with fewer than two categories.
///
/// # Missing values
/// As [`dawid_skene`](crate::aggregate::dawid_skene).
///
/// # Source
/// Hovy, Berg-Kirkpatrick, Vaswani and Hovy 2013, "Learning whom to trust with MACE". The priors and the smoothing are
/// crowd-kit 1.4.2's, as is ψ of the expected counts. crowd-kit and the authors' program start at random parameters (10
/// starts; here 1, from the votes), stop by the number of iterations alone (50), and crowd-kit adds 1e-8 to every likelihood.
/// crowd-kit also orders what it counts by the names of raters and labels but reads it back in the order of their first
/// appearance, which mixes them up unless the two orders are the same.
///
/// # Errors
/// [`Error::Argument`] for a prior outside 1e-6 to 1e6; the others as [`dawid_skene`](crate::aggregate::dawid_skene).
///
/// # Complexity
/// As [`dawid_skene`](crate::aggregate::dawid_skene).
///
/// # Examples
/// ```
/// use probity::aggregate::{MaceTraining, Options, mace};
/// use probity::ratings::{Labels, Ratings};
/// // The third judge always says 1, the fourth is absent.
/// let codes = vec![0u8, 0, 1, 255, 1, 1, 1, 255, 0, 0, 1, 255, 2, 2, 1, 255, 2, 2, 1, 255];
/// let ratings = Ratings::from_codes(Labels::codes(3), 4, codes)?;
/// let model = mace(&ratings, MaceTraining::Em, &Options::new())?;
/// assert_eq!(model.fit().consensus().labels(), [Some(0), Some(1), Some(0), Some(2), Some(2)]);
/// assert!(model.competence(0)?.value > 0.9 && model.competence(2)?.value < 0.3);
/// assert!(model.strategy(2).unwrap()[1] > 0.9);
/// assert!(model.competence(3).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn mace(ratings: &Ratings, training: MaceTraining, options: &Options) -> Result<Mace> {
    if let MaceTraining::VariationalBayes { guessing, knowing, strategy } = training {
        check_prior("prior of guessing", guessing)?;
        check_prior("prior of knowing", knowing)?;
        check_prior("prior of the strategy", strategy)?;
    }
    let judgments = Judgments::for_model("MACE", ratings)?;
    let k = judgments.categories;
    let fixed_prior = options.fixed_prior(&ClassPrior::Uniform, k)?;
    let law = Spam::new(&judgments, training, options.smoothing_or(0.01 / k as f64));
    let mut run = best_run(&judgments, &law, fixed_prior.as_deref(), options)?;
    let fit = Fit::new(ratings, judgments, run.posteriors, run.class_prior, run.trace, false, options);
    let competences =
        fit.raters().iter().enumerate().map(|(rater, _)| run.law.competence(rater, &fit, options)).collect();
    Ok(Mace { fit, competences, strategies: run.law.parameters.split_off(run.law.raters), categories: k })
}

/// The bounds keep the divergence from the prior, a difference of ln Γ, to nine digits.
fn check_prior(name: &'static str, prior: f64) -> Result<()> {
    if (1e-6..=1e6).contains(&prior) {
        return Ok(());
    }
    Err(Error::argument(name, "a number from 1e-6 to 1e6", prior))
}

/// A fit of [`mace`].
///
/// # Examples
/// See [`mace`].
#[derive(Debug, Clone, PartialEq)]
pub struct Mace {
    fit: Fit,
    competences: Vec<Result<Estimate>>,
    strategies: Vec<f64>,
    categories: usize,
}

impl Mace {
    /// What the fit found about items and raters.
    #[must_use]
    pub fn fit(&self) -> &Fit {
        &self.fit
    }

    /// The probability that a rater knows rather than guesses, with an interval made as those of
    /// [`RaterReport`](crate::aggregate::RaterReport). By variational Bayes it is the posterior mean.
    ///
    /// # Errors
    /// [`Error::Index`] for a rater that does not exist; [`Error::Undefined`] for one without judgments or linked to fewer
    /// than two others.
    pub fn competence(&self, rater: usize) -> Result<Estimate> {
        let len = self.competences.len();
        self.competences.get(rater).cloned().unwrap_or(Err(Error::Index { what: "rater", index: rater, len }))
    }

    /// How often a rater that guesses gives each answer; `None` for a rater that does not exist.
    #[must_use]
    pub fn strategy(&self, rater: usize) -> Option<&[f64]> {
        self.strategies.chunks_exact(self.categories).nth(rater)
    }
}

#[derive(Debug, Clone)]
struct Spam {
    training: MaceTraining,
    smoothing: f64,
    categories: usize,
    raters: usize,
    /// The weight of knowing, by rater.
    knowing: Vec<f64>,
    /// The weight of guessing each answer, rater · categories + label.
    guessing: Vec<f64>,
    /// Competences, then strategies.
    parameters: Vec<f64>,
}

impl Spam {
    fn new(judgments: &Judgments, training: MaceTraining, smoothing: f64) -> Self {
        let (k, raters) = (judgments.categories, judgments.raters);
        let mut parameters = vec![0.5; raters];
        parameters.resize(raters + raters * k, 1.0 / k as f64);
        let guessing = vec![0.5 / k as f64; raters * k];
        Self { training, smoothing, categories: k, raters, knowing: vec![0.5; raters], guessing, parameters }
    }

    /// How likely a right answer is known.
    fn known(&self, rater: usize, label: usize) -> f64 {
        let (knowing, guessing) = (self.knowing[rater], self.guessing[rater * self.categories + label]);
        // Both are 0 only for an answer that was never given.
        if knowing + guessing > 0.0 { knowing / (knowing + guessing) } else { 0.0 }
    }

    fn competence(&self, rater: usize, fit: &Fit, options: &Options) -> Result<Estimate> {
        let report = &fit.raters()[rater];
        report.check_judged("competence")?;
        report.check_linked("competence")?;
        let (n, value) = (report.judgments() as f64, self.parameters[rater]);
        let doubt: f64 = (0..self.categories)
            .map(|label| {
                let (right, doubt) = report.right(label);
                // Σ qρ(1 − qρ), and Σ q² = Σ q − Σ q(1 − q).
                let known = self.known(rater, label);
                (known * right - known * known * (right - doubt)).max(0.0)
            })
            .sum();
        let estimate = expected_rate(
            "competence",
            "the number of judgments",
            value * n,
            n,
            doubt / n / n,
            options.level,
        )?;
        Ok(estimate.counted(report.judgments(), 1, report.judgments()))
    }
}

impl Law for Spam {
    fn maximise(&mut self, counts: &[f64], table: &mut [f64]) -> f64 {
        let k = self.categories;
        let mut penalty = 0.0;
        let mut guesses = vec![0.0; k];
        for rater in 0..self.raters {
            let counts = &counts[rater * k * k..(rater + 1) * k * k];
            // Only a right answer can be known.
            let mut known = 0.0;
            for (label, (row, guesses)) in counts.chunks_exact(k).zip(&mut guesses).enumerate() {
                let by_knowledge = row[label] * self.known(rater, label);
                known += by_knowledge;
                *guesses = (row.iter().sum::<f64>() - by_knowledge).max(0.0);
            }
            let guessed: f64 = guesses.iter().sum();
            let (competence, strategies) = self.parameters.split_at_mut(self.raters);
            let strategy = &mut strategies[rater * k..(rater + 1) * k];
            let guessing = &mut self.guessing[rater * k..(rater + 1) * k];
            match self.training {
                MaceTraining::Em => {
                    let s = self.smoothing;
                    let total = known + guessed + 2.0 * s;
                    let c = if total > 0.0 { (known + s) / total } else { 0.5 };
                    let guesses_total = guessed + s * k as f64;
                    for (p, n) in strategy.iter_mut().zip(&guesses) {
                        *p = if guesses_total > 0.0 { (n + s) / guesses_total } else { 1.0 / k as f64 };
                    }
                    let guess = if total > 0.0 { (guessed + s) / total } else { 0.5 };
                    (competence[rater], self.knowing[rater]) = (c, c);
                    guessing.iter_mut().zip(&*strategy).for_each(|(weight, p)| *weight = guess * p);
                    if s > 0.0 {
                        penalty += s * (c.ln() + guess.ln() + num::sum(strategy.iter().map(|p| p.ln())));
                    }
                }
                MaceTraining::VariationalBayes { guessing: alpha, knowing: beta, strategy: prior } => {
                    let ends = Dirichlet::of([guessed, known], [alpha, beta]);
                    let answers = Dirichlet::of(guesses.iter().copied(), std::iter::repeat(prior));
                    competence[rater] = ends.means[1];
                    strategy.copy_from_slice(&answers.means);
                    self.knowing[rater] = ends.ln_means[1].exp();
                    for (weight, ln_p) in guessing.iter_mut().zip(&answers.ln_means) {
                        *weight = (ends.ln_means[0] + ln_p).exp();
                    }
                    penalty -= ends.divergence + answers.divergence;
                }
            }
            let (knowing, guessing) = (self.knowing[rater], &self.guessing[rater * k..(rater + 1) * k]);
            for (label, guess) in guessing.iter().enumerate() {
                let row = &mut table[(rater * k + label) * k..(rater * k + label + 1) * k];
                row.fill(guess.ln());
                row[label] = (guess + knowing).ln();
            }
        }
        penalty
    }

    fn parameters(&self) -> &[f64] {
        &self.parameters
    }
}

/// A Dirichlet posterior.
struct Dirichlet {
    means: Vec<f64>,
    /// Expected logarithms.
    ln_means: Vec<f64>,
    /// From the prior, in nats.
    divergence: f64,
}

impl Dirichlet {
    fn of(counts: impl IntoIterator<Item = f64>, priors: impl IntoIterator<Item = f64>) -> Self {
        let cells: Vec<(f64, f64)> = counts.into_iter().zip(priors).collect();
        let total: f64 = cells.iter().map(|(count, prior)| count + prior).sum();
        let before: f64 = cells.iter().map(|cell| cell.1).sum();
        let psi = digamma(total);
        let means = cells.iter().map(|(count, prior)| (count + prior) / total).collect();
        let ln_means: Vec<f64> = cells.iter().map(|(count, prior)| digamma(count + prior) - psi).collect();
        let terms = cells
            .iter()
            .zip(&ln_means)
            .map(|((count, prior), ln_mean)| ln_gamma(*prior) - ln_gamma(count + prior) + count * ln_mean);
        let divergence = ln_gamma(total) - ln_gamma(before) + num::sum(terms);
        Self { means, ln_means, divergence }
    }
}
