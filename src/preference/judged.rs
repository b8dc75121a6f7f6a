use crate::error::Result;
use crate::num;

/// Which of two responses is preferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preferred {
    /// The first.
    First,
    /// The second.
    Second,
}

/// Positions of the responses of a pair in the list that it was chosen from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChosenRejected {
    /// Of the preferred response.
    pub chosen: usize,
    /// Of the other.
    pub rejected: usize,
}

/// The greatest and the least of the scores that are there, the first of each on ties; `None` if they are one response,
/// as with fewer than two scores or all of them equal.
pub(super) fn greatest_and_least(scores: impl Iterator<Item = Option<f64>>) -> Option<ChosenRejected> {
    let mut found: Option<((usize, f64), (usize, f64))> = None;
    for (i, score) in scores.enumerate() {
        let Some(score) = score else { continue };
        found = match found {
            None => Some(((i, score), (i, score))),
            Some((best, least)) => Some((
                if score > best.1 { (i, score) } else { best },
                if score < least.1 { (i, score) } else { least },
            )),
        };
    }
    let ((chosen, _), (rejected, _)) = found?;
    (chosen != rejected).then_some(ChosenRejected { chosen, rejected })
}

/// How probable a judge finds it that the first of two responses is better.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct JudgePreference {
    /// The mean over the orders of presentation that were judged.
    pub probability: f64,
    /// The probability in the given order less that in the swapped one, if both were judged: 0 for a judge who does not
    /// mind positions.
    pub position_gap: Option<f64>,
}

/// From the log-probabilities of the two verdict tokens, that which names the first response first, in each order.
pub(super) fn judge_preference(given: [f64; 2], swapped: Option<[f64; 2]>) -> Result<JudgePreference> {
    let preference = |[first, second]: [f64; 2]| {
        num::check_finite("log-probabilities of verdict tokens", &[first, second])?;
        Ok(num::sigmoid(first - second))
    };
    let given = preference(given)?;
    let Some(swapped) = swapped.map(preference).transpose()? else {
        return Ok(JudgePreference { probability: given, position_gap: None });
    };
    Ok(JudgePreference { probability: f64::midpoint(given, swapped), position_gap: Some(given - swapped) })
}
