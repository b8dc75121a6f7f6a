use std::hash::Hash;

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, McNemar, ProportionMethod, proportion};
use crate::ratings::Labels;
use crate::search::majority_vote;
use crate::tally::{PairCounts, Tally};

/// One question answered both ways; a sample without an answer is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScalingQuestion<'a, T> {
    /// The answer to find.
    pub gold: &'a T,
    /// Answers after one correction each.
    pub corrected: &'a [Option<T>],
    /// Answers sampled in parallel, without a correction.
    pub parallel: &'a [Option<T>],
}

/// The same number of answers spent in two ways.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ComputeScaling {
    /// Accuracy of the vote over K corrected answers.
    pub corrected: Estimate,
    /// Accuracy of the vote over 2K parallel answers.
    pub parallel: Estimate,
    /// The first minus the second, with the p-value of McNemar's mid-p test where a question tells them apart.
    pub gain: Estimate,
    /// Right (1) or wrong (0), by the corrected vote (first) and the parallel one (second).
    pub table: PairCounts,
}

/// A vote over K corrected answers against one over 2K answers sampled in parallel, which cost the same.
///
/// Each vote takes the first K or 2K of the samples; the most frequent answer wins, the first seen on ties. Call it for
/// every K to draw the curve.
///
/// # Undefined
/// Without questions.
///
/// # Missing values
/// A sample without an answer does not vote; a question without any vote is wrong.
///
/// # Source
/// Kumar et al. 2024, "Training Language Models to Self-Correct via Reinforcement Learning" (SCoRe, arXiv 2409.12917),
/// section 6.2. The intervals (Wilson; Bonett and Price for the gain) are ours.
///
/// # Errors
/// [`Error::Argument`] for K = 0; [`Error::Length`] if a question has fewer samples; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::search::{ScalingQuestion, compute_scaling};
/// let questions = [
///     ScalingQuestion {
///         gold: &"7",
///         corrected: &[Some("7"), Some("7")],
///         parallel: &[Some("5"), Some("7"), Some("5"), None],
///     },
///     ScalingQuestion { gold: &"2", corrected: &[None, None], parallel: &[Some("2"), None, None, None] },
/// ];
/// let found = compute_scaling(&questions, 2, Level::default())?;
/// assert_eq!((found.corrected.value, found.parallel.value, found.gain.value), (0.5, 0.5, 0.0));
/// assert!(compute_scaling(&questions, 3, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn compute_scaling<T: Eq + Hash>(
    questions: &[ScalingQuestion<'_, T>],
    k: usize,
    level: Level,
) -> Result<ComputeScaling> {
    if k == 0 || k > usize::MAX / 2 {
        return Err(Error::argument("k of a vote", "at least 1", k));
    }
    if questions.is_empty() {
        return Err(Error::undefined("compute scaling", Undefined::Nothing { what: "questions" }));
    }
    let mut table = PairCounts::new(Labels::codes(2));
    for question in questions {
        let corrected = right(question.gold, question.corrected, k, "corrected answers of a question")?;
        let parallel = right(question.gold, question.parallel, 2 * k, "parallel answers of a question")?;
        table.record((Some(corrected.into()), Some(parallel.into())))?;
    }
    let (first, second) = table.marginals();
    let accuracy = |method, right: &[u64]| {
        let right = right.get(1).copied().unwrap_or_default();
        let estimate = proportion(right, table.total(), ProportionMethod::Wilson, level)?;
        Ok::<_, Error>(Estimate { method, ..estimate })
    };
    let gain = Estimate { method: "gain of correcting", ..table.paired_difference(level)? };
    let gain = match table.mcnemar(McNemar::MidP) {
        Ok(test) => gain.with_p_value(test.p_value),
        Err(_) => gain,
    };
    Ok(ComputeScaling {
        corrected: accuracy("accuracy of the corrected vote", &first)?,
        parallel: accuracy("accuracy of the parallel vote", &second)?,
        gain,
        table,
    })
}

/// Whether the vote over the first `n` samples finds the answer.
fn right<T: Eq + Hash>(gold: &T, samples: &[Option<T>], n: usize, what: &'static str) -> Result<bool> {
    let voters = samples.get(..n).ok_or(Error::Length { what, expected: n, found: samples.len() })?;
    match majority_vote(voters) {
        Ok(vote) => Ok(vote.winner == gold),
        Err(error) if error.is_undefined() => Ok(false),
        Err(error) => Err(error),
    }
}
