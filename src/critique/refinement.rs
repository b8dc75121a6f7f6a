use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, rate};

/// Digit runs that a refinement may lack against the shorter of solution and original.
const BARRIER_SLACK: usize = 2;

/// Whether a refined solution shows its work, and does not just state an answer.
///
/// With c(x) the number of maximal runs of ASCII digits in x:
///
/// ```text
/// c(refined) ≥ min(c(gold solution), c(original)) − 2
/// ```
///
/// # Source
/// Xi et al. 2024 (AutoMathCritique, arXiv 2411.16579), the released code.
///
/// # Examples
/// ```
/// use probity::critique::shortcut_barrier;
/// assert!(shortcut_barrier("1 2 3 4 5", "9 8 7 6", "1 + 2"));
/// assert!(!shortcut_barrier("1 2 3 4 5", "9 8 7 6", "The answer is 12."));
/// assert!(shortcut_barrier("1", "2", "none"));
/// ```
#[must_use]
pub fn shortcut_barrier(gold_solution: &str, original: &str, refined: &str) -> bool {
    let least = digit_runs(gold_solution).min(digit_runs(original));
    digit_runs(refined) + BARRIER_SLACK >= least
}

fn digit_runs(text: &str) -> usize {
    let runs = text.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit());
    runs.filter(|run| run[0].is_ascii_digit()).count()
}

/// What became of one refinement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refined {
    /// Whether its answer is right.
    pub right: bool,
    /// Whether it passes [`shortcut_barrier`].
    pub passes_barrier: bool,
}

/// Which refinements are accepted: those that are right and pass the barrier, at most `reserved` for one critique.
///
/// Walked in order. A refinement is accepted if fewer than `reserved` are accepted so far, or its critique differs from
/// that of the accepted one `reserved` places back; so the limit holds for each run of equal critiques.
///
/// # Source
/// AutoMathCritique (arXiv 2411.16579), the released code; `reserved` = 1 there.
///
/// # Errors
/// [`Error::Argument`] for `reserved` = 0; [`Error::Length`] if there is not one critique for each refinement.
///
/// # Examples
/// ```
/// use probity::critique::{Refined, accept_refinements};
/// let good = Refined { right: true, passes_barrier: true };
/// let short = Refined { right: true, passes_barrier: false };
/// assert_eq!(accept_refinements(&["a", "a", "a", "b"], &[short, good, good, good], 1)?, [false, true, false, true]);
/// assert!(accept_refinements(&["a"], &[good], 0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn accept_refinements<C: PartialEq>(
    critiques: &[C],
    refinements: &[Refined],
    reserved: usize,
) -> Result<Vec<bool>> {
    crate::num::check_same_length("critiques", refinements.len(), critiques.len())?;
    if reserved == 0 {
        return Err(Error::argument("refinements reserved for a critique", "at least 1", reserved));
    }
    let mut accepted: Vec<&C> = Vec::new();
    let accept = |(critique, refined): (_, &Refined)| {
        let room = accepted.len().checked_sub(reserved).is_none_or(|back| accepted[back] != critique);
        let accept = refined.right && refined.passes_barrier && room;
        if accept {
            accepted.push(critique);
        }
        accept
    };
    Ok(critiques.iter().zip(refinements).map(accept).collect())
}

/// One sampled response to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// It is right.
    Right,
    /// It is wrong, and these are its refinements under one critique.
    Wrong(Vec<Refined>),
}

/// A response that a round keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Kept {
    /// Position of the question.
    pub question: usize,
    /// Position of the sampled response.
    pub response: usize,
    /// Position of the refinement that is kept in its place; `None` for the response itself.
    pub refinement: Option<usize>,
}

/// What one round of self-improvement keeps. From [`critique_in_loop_select`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LoopSelection {
    /// Everything kept, by question, response, refinement.
    pub kept: Vec<Kept>,
    /// For each question, whether a sampled response is right.
    pub covered_without_critique: Vec<bool>,
    /// For each question, whether a response or a refinement is kept.
    pub covered_with_critique: Vec<bool>,
    /// Share of the questions in [`covered_without_critique`](Self::covered_without_critique).
    pub coverage_without_critique: Estimate,
    /// Share of the questions in [`covered_with_critique`](Self::covered_with_critique).
    pub coverage_with_critique: Estimate,
}

/// One round of critique in the loop, on recorded responses: right ones are kept, of a wrong one the refinements that
/// [`accept_refinements`] takes.
///
/// # Undefined
/// Without questions.
///
/// # Source
/// AutoMathCritique (arXiv 2411.16579), section 5 and the released code: what the critic adds is coverage of hard
/// questions. The intervals (Wilson) are ours.
///
/// # Errors
/// [`Error::Argument`] for `reserved` = 0; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::critique::{Refined, Response, critique_in_loop_select};
/// use probity::inference::Level;
/// let good = Refined { right: true, passes_barrier: true };
/// let questions = [vec![Response::Right], vec![Response::Wrong(vec![good, good])], vec![]];
/// let round = critique_in_loop_select(&questions, 1, Level::default())?;
/// assert_eq!((round.kept.len(), round.kept[1].refinement), (2, Some(0)));
/// assert_eq!(round.covered_with_critique, [true, true, false]);
/// assert!((round.coverage_without_critique.value - 1.0 / 3.0).abs() < 1e-15);
/// assert!(critique_in_loop_select::<Vec<Response>>(&[], 1, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn critique_in_loop_select<Q: AsRef<[Response]>>(
    questions: &[Q],
    reserved: usize,
    level: Level,
) -> Result<LoopSelection> {
    let mut kept = Vec::new();
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for (question, responses) in questions.iter().enumerate() {
        let before = kept.len();
        for (response, sampled) in responses.as_ref().iter().enumerate() {
            match sampled {
                Response::Right => kept.push(Kept { question, response, refinement: None }),
                Response::Wrong(refinements) => {
                    let accepted = accept_refinements(&vec![(); refinements.len()], refinements, reserved)?;
                    let positions = (0..accepted.len()).filter(|&i| accepted[i]);
                    kept.extend(positions.map(|i| Kept { question, response, refinement: Some(i) }));
                }
            }
        }
        without.push(responses.as_ref().contains(&Response::Right));
        with.push(kept.len() > before);
    }
    Ok(LoopSelection {
        kept,
        coverage_without_critique: coverage("coverage without critique", &without, level)?,
        coverage_with_critique: coverage("coverage with critique", &with, level)?,
        covered_without_critique: without,
        covered_with_critique: with,
    })
}

fn coverage(metric: &'static str, covered: &[bool], level: Level) -> Result<Estimate> {
    let n = covered.iter().filter(|&&c| c).count() as u64;
    rate(metric, "the number of questions", n, covered.len() as u64, level)
}

/// Coverage at each level of difficulty that occurs.
///
/// `difficulty` is what [`difficulty_levels`](crate::critique::difficulty_levels) gives, `covered` one of the columns
/// of [`LoopSelection`].
///
/// # Errors
/// [`Error::Length`](crate::Error::Length) if the two differ in length.
///
/// # Examples
/// ```
/// use probity::critique::coverage_by_difficulty;
/// use probity::inference::Level;
/// let by_level = coverage_by_difficulty(&[true, true, false], &[1, 3, 3], Level::default())?;
/// assert_eq!((by_level[&1].value, by_level[&3].value, by_level.get(&2)), (1.0, 0.5, None));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn coverage_by_difficulty(
    covered: &[bool],
    difficulty: &[usize],
    level: Level,
) -> Result<BTreeMap<usize, Estimate>> {
    crate::num::check_same_length("levels of difficulty", covered.len(), difficulty.len())?;
    let mut groups: BTreeMap<usize, Vec<bool>> = BTreeMap::new();
    for (&covered, &difficulty) in covered.iter().zip(difficulty) {
        groups.entry(difficulty).or_default().push(covered);
    }
    let of_level = |(difficulty, covered): (usize, Vec<bool>)| {
        Ok((difficulty, coverage("coverage of a level of difficulty", &covered, level)?))
    };
    groups.into_iter().map(of_level).collect()
}
