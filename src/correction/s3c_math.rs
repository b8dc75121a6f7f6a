//! S³c-Math: solutions in which a wrong step is noticed and put right on the spot.
//!
//! *Which sampled steps are real errors, and how does a solution look that recovers from them?* [`error_step_filter`]
//! decides on sampled steps, [`splice_step_corrections`] writes them into a solution with a reflection,
//! [`reflection_statistics`] says what reflections are worth. Training hides the wrong steps:
//! [`masked_nll`](crate::correction::masked_nll). How alike two steps are is [`crate::text::edit_similarity`].
//!
//! # Source
//! Yan et al. 2024, "S^3c-Math: Spontaneous Step-level Self-correction Makes Large Language Models Better Mathematical
//! Reasoners" (arXiv 2409.01524). The paper's text was not at hand: its pipeline and masking are from published
//! summaries; the validation rule (completions from a step) and the thresholds are our choice, and parameters.

use crate::correction::Segment;
use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, rate};
use crate::num;
use crate::text::edit_similarity;

/// Splits `n` items into folds: fold f holds the items i with i mod folds = f.
///
/// The paper uses five: a model fitted on four likely errs naturally on the fifth.
///
/// # Errors
/// [`Error::Argument`] unless there are from 1 to `n` folds.
///
/// # Examples
/// ```
/// use probity::correction::s3c_math::cross_folds;
/// assert_eq!(cross_folds(5, 2)?, [vec![0, 2, 4], vec![1, 3]]);
/// assert!(cross_folds(5, 0).is_err() && cross_folds(5, 6).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn cross_folds(n: usize, folds: usize) -> Result<Vec<Vec<usize>>> {
    if folds == 0 || folds > n {
        return Err(Error::argument("folds", "from 1 to the number of items", folds));
    }
    Ok((0..folds).map(|fold| (fold..n).step_by(folds).collect()).collect())
}

/// How it is known whether a sampled step is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence<'a> {
    /// Whether each completion from the right prefix and this step reached the right answer. One that did shows that
    /// the step is right; none at all shows nothing.
    Completions(&'a [bool]),
    /// A judge's word on whether the step is wrong; `None` if there is none.
    Wrong(Option<bool>),
}

/// A sampled next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepCandidate<'a> {
    /// Its text.
    pub step: &'a str,
    /// Whether it is wrong.
    pub evidence: Evidence<'a>,
}

/// When a sampled step is kept as an error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErrorStepRules {
    /// From this similarity on two steps are the same.
    pub similarity_threshold: f64,
    /// The most errors kept for one true step.
    pub max_errors: usize,
}

impl Default for ErrorStepRules {
    /// 0.9 and 2: our choice.
    fn default() -> Self {
        Self { similarity_threshold: 0.9, max_errors: 2 }
    }
}

/// What becomes of a sampled step, in the order in which the rules apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepDecision {
    /// It says what the true step says.
    LikeTrueStep,
    /// Nothing shows that it is wrong.
    NotValidated,
    /// It still leads to a right answer.
    StillRight,
    /// It says what an error kept before says.
    Duplicate,
    /// There are errors enough.
    Enough,
    /// It is an error to learn from.
    Kept,
}

/// Decides on sampled steps, in their order; the first rule that applies decides.
///
/// ```text
/// like the true step → not validated → still right → like an error kept before → enough errors → kept
/// ```
///
/// # Missing values
/// A candidate without completions, or without a judge's word, is not validated.
///
/// # Source
/// The rules are our reading of the pipeline of S³c-Math; the similarity is [`edit_similarity`].
///
/// # Errors
/// [`Error::Argument`] for a threshold outside 0..1.
///
/// # Complexity
/// Candidates, times the true step and the errors kept, times the product of two steps' lengths.
///
/// # Examples
/// ```
/// use probity::correction::s3c_math::{ErrorStepRules, Evidence, StepCandidate, StepDecision, error_step_filter};
/// let of = |step, evidence| StepCandidate { step, evidence };
/// let candidates = [
///     of("3 * 4 = 12.", Evidence::Completions(&[true])),
///     of("3 + 4 = 7", Evidence::Completions(&[false, false])),
///     of("so 4 / 3", Evidence::Wrong(None)),
/// ];
/// let decisions = error_step_filter("3 * 4 = 12", &candidates, ErrorStepRules::default())?;
/// assert_eq!(decisions, [StepDecision::LikeTrueStep, StepDecision::Kept, StepDecision::NotValidated]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn error_step_filter(
    true_step: &str,
    candidates: &[StepCandidate<'_>],
    rules: ErrorStepRules,
) -> Result<Vec<StepDecision>> {
    let threshold = rules.similarity_threshold;
    num::check_probability("similarity threshold", threshold)?;
    let mut kept: Vec<&str> = Vec::new();
    let mut decisions = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let decision = decide(true_step, candidate, &kept, rules);
        if decision == StepDecision::Kept {
            kept.push(candidate.step);
        }
        decisions.push(decision);
    }
    Ok(decisions)
}

fn decide(
    true_step: &str,
    candidate: &StepCandidate<'_>,
    kept: &[&str],
    rules: ErrorStepRules,
) -> StepDecision {
    let alike = |other: &str| edit_similarity(candidate.step, other) >= rules.similarity_threshold;
    if alike(true_step) {
        return StepDecision::LikeTrueStep;
    }
    let right = match candidate.evidence {
        Evidence::Completions([]) | Evidence::Wrong(None) => return StepDecision::NotValidated,
        Evidence::Completions(reached) => reached.contains(&true),
        Evidence::Wrong(Some(wrong)) => !wrong,
    };
    if right {
        StepDecision::StillRight
    } else if kept.iter().any(|error| alike(error)) {
        StepDecision::Duplicate
    } else if kept.len() >= rules.max_errors {
        StepDecision::Enough
    } else {
        StepDecision::Kept
    }
}

/// What a piece of a corrected solution is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// A right step that nothing went before.
    Step,
    /// A wrong step: read, not learnt.
    Error,
    /// What makes the model turn back.
    Reflection,
    /// The right step after it.
    Correction,
}

/// A wrong step with the reflection that notices it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepCorrection<'a> {
    /// The right step before which it goes.
    pub at: usize,
    /// The wrong step.
    pub wrong: &'a str,
    /// The reflection.
    pub reflection: &'a str,
}

/// Writes wrong steps and reflections into a right solution.
///
/// Before step i stand, for each correction at i in the order given, the wrong step (not learnt) and its reflection;
/// step i is then a correction.
///
/// # Source
/// S³c-Math: right prefix, wrong step, reflection, right step, rest; the loss is masked on the wrong step.
///
/// # Errors
/// [`Error::Index`] for a correction at a step that does not exist.
///
/// # Examples
/// ```
/// use probity::correction::s3c_math::{StepCorrection, StepKind, splice_step_corrections};
/// use probity::correction::loss_share;
/// let correction = StepCorrection { at: 1, wrong: "W2", reflection: "R2" };
/// let text = splice_step_corrections(&["S1", "S2"], &[correction])?;
/// let kinds: Vec<_> = text.iter().map(|segment| segment.role).collect();
/// assert_eq!(kinds, [StepKind::Step, StepKind::Error, StepKind::Reflection, StepKind::Correction]);
/// assert_eq!(loss_share(&text)?, 0.75);
/// assert!(splice_step_corrections(&["S1"], &[correction]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn splice_step_corrections<S: AsRef<str>>(
    steps: &[S],
    corrections: &[StepCorrection<'_>],
) -> Result<Vec<Segment<StepKind>>> {
    let mut of_step: Vec<Vec<&StepCorrection<'_>>> = vec![Vec::new(); steps.len()];
    for correction in corrections {
        let (index, len) = (correction.at, steps.len());
        of_step.get_mut(index).ok_or(Error::Index { what: "step", index, len })?.push(correction);
    }
    let mut segments = Vec::with_capacity(steps.len() + 2 * corrections.len());
    for (step, corrections) in steps.iter().zip(&of_step) {
        for correction in corrections {
            segments.push(Segment::read(StepKind::Error, correction.wrong));
            segments.push(Segment::learnt(StepKind::Reflection, correction.reflection));
        }
        let kind = if corrections.is_empty() { StepKind::Step } else { StepKind::Correction };
        segments.push(Segment::learnt(kind, step.as_ref()));
    }
    Ok(segments)
}

/// What a solution shows of spontaneous correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReflectiveSolution<'a> {
    /// For each reflection, whether the step after it differs from the one before.
    pub step_changed: &'a [bool],
    /// Whether the final answer is right; `None` if it could not be read.
    pub right: Option<bool>,
}

/// How often a model turns back by itself, and what it gains. From [`reflection_statistics`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReflectionStatistics {
    /// Share of solutions with a reflection.
    pub reflective: Estimate,
    /// Share of reflections that a changed step follows; undefined without reflections.
    pub step_changed: Result<Estimate>,
    /// Accuracy of the solutions with a reflection; undefined without such solutions.
    pub accuracy_with: Result<Estimate>,
    /// Accuracy of the solutions without one; undefined without such solutions.
    pub accuracy_without: Result<Estimate>,
}

/// How often reflections occur, how often they change a step, and how accurate solutions are with and without them.
///
/// All are shares with Wilson's interval. The two accuracies describe different problems, hard ones reflecting more
/// often: their difference is not the effect of a reflection.
///
/// # Undefined
/// Without solutions.
///
/// # Missing values
/// A final answer that could not be read is wrong.
///
/// # Source
/// Our own statistics for the paper's question of whether corrections are spontaneous.
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::correction::s3c_math::{ReflectiveSolution, reflection_statistics};
/// use probity::inference::Level;
/// let solutions = [
///     ReflectiveSolution { step_changed: &[true, false], right: Some(true) },
///     ReflectiveSolution { step_changed: &[], right: None },
/// ];
/// let found = reflection_statistics(&solutions, Level::default())?;
/// assert_eq!((found.reflective.value, found.step_changed?.value), (0.5, 0.5));
/// assert_eq!((found.accuracy_with?.value, found.accuracy_without?.value), (1.0, 0.0));
/// assert!(reflection_statistics(&[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn reflection_statistics(
    solutions: &[ReflectiveSolution<'_>],
    level: Level,
) -> Result<ReflectionStatistics> {
    let (with, without): (Vec<&ReflectiveSolution<'_>>, Vec<_>) =
        solutions.iter().partition(|s| !s.step_changed.is_empty());
    let accuracy = |method, what, solutions: &[&ReflectiveSolution<'_>]| {
        let right = solutions.iter().filter(|s| s.right == Some(true)).count();
        rate(method, what, right as u64, solutions.len() as u64, level)
    };
    let reflections = with.iter().flat_map(|s| s.step_changed);
    let changed = reflections.clone().filter(|changed| **changed).count() as u64;
    let all = solutions.len() as u64;
    Ok(ReflectionStatistics {
        reflective: rate(
            "share of solutions with a reflection",
            "the number of solutions",
            with.len() as u64,
            all,
            level,
        )?,
        step_changed: rate(
            "share of reflections with a changed step",
            "the number of reflections",
            changed,
            reflections.count() as u64,
            level,
        ),
        accuracy_with: accuracy(
            "accuracy with a reflection",
            "the number of solutions with a reflection",
            &with,
        ),
        accuracy_without: accuracy(
            "accuracy without a reflection",
            "the number of solutions without a reflection",
            &without,
        ),
    })
}
