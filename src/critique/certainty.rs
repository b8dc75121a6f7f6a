use std::hash::Hash;

use crate::error::{Error, Result, Undefined};
use crate::search::majority_vote;

/// How sure a policy is of its answers to one question. From [`answer_certainty`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct AnswerCertainty {
    /// Share of all samples, those without an answer included, that give the most frequent answer.
    pub top_share: f64,
    /// Count of the second most frequent answer over that of the most frequent: 0 with one answer, `None` with none.
    pub second_to_first: Option<f64>,
    /// ln([`second_to_first`](Self::second_to_first)), `None` with fewer than two answers.
    pub log_ratio: Option<f64>,
    /// Entropy of the answers in nats, over the samples that give one.
    pub entropy: f64,
    /// Distinct answers.
    pub distinct: usize,
}

/// How far the samples of one question agree.
///
/// ```text
/// top share = n₁/samples     second to first = n₂/n₁     entropy = −Σ (nᵢ/answers)·ln(nᵢ/answers)
/// ```
///
/// # Undefined
/// Without samples.
///
/// # Missing values
/// A sample without an answer stays in the denominator of the top share and out of everything else.
///
/// # Source
/// Luo et al. 2023 (arXiv 2310.04815), section 3.2.2, speaks of certainty; its formula could not be read. These are the
/// usual forms; the logarithm of the ratio is what the paper is remembered to use.
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::critique::answer_certainty;
/// let c = answer_certainty(&[Some("a"), None, Some("b"), Some("a")])?;
/// assert_eq!((c.top_share, c.second_to_first, c.distinct), (0.5, Some(0.5), 2));
/// assert_eq!(answer_certainty::<u8>(&[None])?.second_to_first, None);
/// assert!(answer_certainty::<u8>(&[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn answer_certainty<T: Eq + Hash>(answers: &[Option<T>]) -> Result<AnswerCertainty> {
    if answers.is_empty() {
        return Err(Error::undefined("answer certainty", Undefined::Nothing { what: "samples" }));
    }
    let Ok(vote) = majority_vote(answers) else {
        return Ok(AnswerCertainty {
            top_share: 0.0,
            second_to_first: None,
            log_ratio: None,
            entropy: 0.0,
            distinct: 0,
        });
    };
    let mut counts: Vec<f64> = vote.totals.iter().map(|t| t.1).collect();
    counts.sort_by(|a, b| b.total_cmp(a));
    let given = (vote.voters - vote.abstentions) as f64;
    let first = vote.winning();
    let second = counts.get(1).copied();
    Ok(AnswerCertainty {
        top_share: vote.share(),
        second_to_first: Some(second.unwrap_or(0.0) / first),
        log_ratio: second.map(|second| (second / first).ln()),
        // Subtracted from 0: a negated sum of one answer would be −0.
        entropy: 0.0 - crate::num::sum(counts.iter().map(|n| n / given * (n / given).ln())),
        distinct: counts.len(),
    })
}
