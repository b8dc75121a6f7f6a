use crate::error::Result;
use crate::inference::{Estimate, Level, mean_over_items};

/// One action several times in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Index of the first.
    pub start: usize,
    /// How many, at least 2.
    pub length: usize,
}

/// A group of actions several times in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    /// Index of the first action.
    pub start: usize,
    /// Actions in the group, at least 2.
    pub period: usize,
    /// How often the group comes, at least 2.
    pub repetitions: usize,
}

/// Where an attempt goes round in circles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repetitions {
    /// Every longest run of one action, in order.
    pub runs: Vec<Run>,
    /// The cycle that covers most actions; of several the one with the smaller period, then with the smaller start.
    pub longest_cycle: Option<Cycle>,
}

/// Finds the loops of an attempt: one action in a row, and a group of actions in a row.
///
/// A run of one action is also a cycle of period 2 if it is long enough.
///
/// # Source
/// Agent-R counts repeated actions to show that revision frees an agent from loops; this definition of a loop is ours.
///
/// # Complexity
/// O(actions²).
///
/// # Examples
/// ```
/// use probity::search::agent_r::{Cycle, Run, repeated_actions};
/// let found = repeated_actions(&["look", "go", "take", "go", "take", "take"]);
/// assert_eq!(found.runs, [Run { start: 4, length: 2 }]);
/// assert_eq!(found.longest_cycle, Some(Cycle { start: 1, period: 2, repetitions: 2 }));
/// assert_eq!(repeated_actions(&["look"; 1]).longest_cycle, None);
/// ```
#[must_use]
pub fn repeated_actions<T: PartialEq>(actions: &[T]) -> Repetitions {
    let mut runs = Vec::new();
    let mut start = 0;
    for run in actions.chunk_by(|a, b| a == b) {
        if run.len() > 1 {
            runs.push(Run { start, length: run.len() });
        }
        start += run.len();
    }
    let mut longest: Option<Cycle> = None;
    let covered = |cycle: Cycle| cycle.period * cycle.repetitions;
    for period in 2..=actions.len() / 2 {
        // A stretch where every action equals the one a period later repeats its first group.
        let mut start = 0;
        let same: Vec<bool> = actions.iter().zip(&actions[period..]).map(|(a, b)| a == b).collect();
        for stretch in same.chunk_by(|a, b| a == b) {
            let repetitions = stretch.len() / period + 1;
            let cycle = Cycle { start, period, repetitions };
            if stretch[0] && repetitions > 1 && longest.is_none_or(|l| covered(cycle) > covered(l)) {
                longest = Some(cycle);
            }
            start += stretch.len();
        }
    }
    Repetitions { runs, longest_cycle: longest }
}

/// Index of the first step that revises what was done before: the smaller, the timelier. `None` without a revision.
///
/// # Examples
/// ```
/// use probity::search::agent_r::revision_length;
/// assert_eq!(revision_length(&["go", "wait", "take"], |step| *step == "wait"), Some(1));
/// assert_eq!(revision_length(&["go"], |step| *step == "wait"), None);
/// ```
pub fn revision_length<T>(steps: &[T], is_revision: impl FnMut(&T) -> bool) -> Option<usize> {
    steps.iter().position(is_revision)
}

/// The mean revision length of some attempts, with a Student t interval over attempts, not below 0.
///
/// # Missing values
/// An attempt without a revision (`None`) is left out; how often attempts have one is a
/// [`proportion`](fn@crate::inference::proportion).
///
/// # Undefined
/// If no attempt has a revision. With one there is no standard error.
///
/// # Source
/// Agent-R, revision length of its analysis.
///
/// # Errors
/// [`Error::Undefined`](crate::Error::Undefined) as above.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::search::agent_r::mean_revision_length;
/// let e = mean_revision_length(&[Some(2), None, Some(5)], Level::default())?;
/// assert_eq!((e.value, e.items), (3.5, 2));
/// assert!(mean_revision_length(&[None], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn mean_revision_length(lengths: &[Option<usize>], level: Level) -> Result<Estimate> {
    let lengths: Vec<f64> = lengths.iter().flatten().map(|&length| length as f64).collect();
    mean_over_items("mean revision length", "revisions", &lengths, (0.0, f64::INFINITY), level)
}
