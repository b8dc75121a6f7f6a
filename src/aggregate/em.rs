//! The one engine of Dawid-Skene, its one-coin form and MACE: expected counts, parameters, posteriors, and again.

use crate::aggregate::Options;
use crate::aggregate::judgments::Judgments;
use crate::error::{Error, Result};
use crate::num::{self, Sum};

/// A law of what a rater says of an item of a category.
pub(super) trait Law: Clone {
    /// Takes the parameters of greatest objective given how often each cell (rater · categories + code) is expected to
    /// come with each truth, in the order cell · categories + truth, and writes the logarithms of the probabilities that
    /// follow into `table`, in the same order.
    ///
    /// Answers with what the objective adds to the logarithm of the likelihood.
    fn maximise(&mut self, counts: &[f64], table: &mut [f64]) -> f64;

    /// What must stand still when the fit has converged.
    fn parameters(&self) -> &[f64];
}

/// A fit as the iterations left it.
#[derive(Debug, Clone)]
pub(super) struct Run<L> {
    pub(super) law: L,
    pub(super) class_prior: Vec<f64>,
    /// A row of posteriors for every distinct row of judgments.
    pub(super) posteriors: Vec<f64>,
    /// The expected counts that the posteriors make.
    pub(super) counts: Vec<f64>,
    pub(super) trace: Trace,
}

/// How the iterations went.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Trace {
    pub(super) ln_likelihoods: Vec<f64>,
    pub(super) objectives: Vec<f64>,
    pub(super) converged: bool,
}

impl Trace {
    /// Notes an iteration and whether it was the last that is needed; `change` is the greatest move of a parameter.
    pub(super) fn note(
        &mut self,
        ln_likelihood: f64,
        objective: f64,
        change: f64,
        judgments: &Judgments,
        options: &Options,
    ) -> Result<bool> {
        num::check_range("the likelihood of an annotator model", [&ln_likelihood, &objective])?;
        let before = self.objectives.last().copied();
        self.ln_likelihoods.push(ln_likelihood);
        self.objectives.push(objective);
        self.converged = before.is_some_and(|before| {
            let gain = (objective - before) / judgments.total as f64;
            options.convergence.reached(gain, change)
        });
        Ok(self.converged)
    }

    pub(super) fn objective(&self) -> f64 {
        self.objectives.last().copied().unwrap_or(f64::NEG_INFINITY)
    }
}

/// The fit of the start with the greatest objective.
pub(super) fn best_run<L: Law>(
    judgments: &Judgments,
    law: &L,
    fixed_prior: Option<&[f64]>,
    options: &Options,
) -> Result<Run<L>> {
    let shares = judgments.vote_shares(|_| 1.0);
    let mut best: Option<Run<L>> = None;
    for start in 0..options.starts {
        let found =
            run(judgments, law.clone(), judgments.start(&shares, options.seed, start), fixed_prior, options)?;
        if best.as_ref().is_none_or(|best| found.trace.objective() > best.trace.objective()) {
            best = Some(found);
        }
    }
    best.ok_or(Error::Argument { name: "starts", expected: "at least 1", found: "0".into() })
}

fn run<L: Law>(
    judgments: &Judgments,
    mut law: L,
    mut posteriors: Vec<f64>,
    fixed_prior: Option<&[f64]>,
    options: &Options,
) -> Result<Run<L>> {
    let k = judgments.categories;
    let mut counts = judgments.sums(&posteriors, |q| q);
    let mut table = vec![0.0; counts.len()];
    let mut class_prior = fixed_prior.map_or_else(|| vec![1.0 / k as f64; k], <[f64]>::to_vec);
    let mut trace = Trace::default();
    for _ in 0..options.iterations {
        let before = [law.parameters(), &class_prior].concat();
        let penalty = law.maximise(&counts, &mut table);
        if fixed_prior.is_none() {
            let items = judgments.items();
            class_prior = judgments.class_sums(&posteriors);
            class_prior.iter_mut().for_each(|p| *p /= items);
        }
        let ln_likelihood = expect(judgments, &class_prior, &table, &mut posteriors);
        counts = judgments.sums(&posteriors, |q| q);
        let moves =
            law.parameters().iter().chain(&class_prior).zip(&before).map(|(new, old)| (new - old).abs());
        let change = moves.fold(0.0, f64::max);
        if trace.note(ln_likelihood, ln_likelihood + penalty, change, judgments, options)? {
            break;
        }
    }
    Ok(Run { law, class_prior, posteriors, counts, trace })
}

/// The posteriors of every row and the logarithm of the likelihood of all items.
///
/// A category that the parameters exclude has a logarithm of −∞; one at least is left, since the parameters come from
/// posteriors that sum to 1.
fn expect(judgments: &Judgments, class_prior: &[f64], table: &[f64], posteriors: &mut [f64]) -> f64 {
    let k = judgments.categories;
    let ln_prior: Vec<f64> = class_prior.iter().map(|p| p.ln()).collect();
    let mut total = Sum::default();
    for ((cells, weight), row) in judgments.rows().zip(&judgments.weights).zip(posteriors.chunks_exact_mut(k))
    {
        row.copy_from_slice(&ln_prior);
        for &cell in cells {
            let at = cell as usize * k;
            row.iter_mut().zip(&table[at..at + k]).for_each(|(sum, ln_p)| *sum += ln_p);
        }
        total.add(weight * normalise(row));
    }
    total.value()
}

/// Makes probabilities of logarithms and answers with the logarithm of their sum.
pub(super) fn normalise(row: &mut [f64]) -> f64 {
    let peak = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for x in row.iter_mut() {
        *x = (*x - peak).exp();
        sum += *x;
    }
    row.iter_mut().for_each(|x| *x /= sum);
    peak + sum.ln()
}
