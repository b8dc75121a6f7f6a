use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, rate};
use crate::num;

/// Critiques of questions that a policy is about equally sure of. From [`accuracy_by_certainty`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CertaintyBin {
    /// Questions in the bin.
    pub n: usize,
    /// Their mean certainty; `None` for an empty bin.
    pub mean_certainty: Option<f64>,
    /// Share of them that the critic judges rightly; undefined for an empty bin.
    pub accuracy: Result<Estimate>,
}

const MOST_BINS: usize = 1_000_000;

/// A critic's accuracy where the policy is less sure and where it is surer, in bins of equal size.
///
/// Questions are ordered by ascending certainty, ties by position, and cut at positions k·n/bins rounded down, so bins
/// differ by at most one question; with more bins than questions some are empty.
///
/// # Undefined
/// Without questions.
///
/// # Source
/// Luo et al. 2023 (arXiv 2310.04815), section 4.3; the cut is our specification.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::NotFinite`] for a certainty that is not finite;
/// [`Error::Argument`] for no bins or more than 1,000,000; [`Error::Undefined`] as above.
///
/// # Complexity
/// O(n log n + bins).
///
/// # Examples
/// ```
/// use probity::critique::accuracy_by_certainty;
/// use probity::inference::Level;
/// let bins = accuracy_by_certainty(&[0.9, 0.2, 0.7, 0.4], &[true, false, true, true], 2, Level::default())?;
/// assert!((bins[0].mean_certainty.unwrap() - 0.3).abs() < 1e-15);
/// assert_eq!((bins[0].accuracy.clone()?.value, bins[1].accuracy.clone()?.value), (0.5, 1.0));
/// assert!(accuracy_by_certainty(&[], &[], 2, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn accuracy_by_certainty(
    certainty: &[f64],
    judged_rightly: &[bool],
    bins: usize,
    level: Level,
) -> Result<Vec<CertaintyBin>> {
    const METRIC: &str = "critique accuracy by certainty";
    let n = certainty.len();
    num::check_same_length("critiques", n, judged_rightly.len())?;
    num::check_finite("certainties", certainty)?;
    if !(1..=MOST_BINS).contains(&bins) {
        return Err(Error::argument("bins", "from 1 to 1,000,000", bins));
    }
    if n == 0 {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "questions" }));
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| (certainty[a] + 0.0).total_cmp(&(certainty[b] + 0.0)));
    let cut = |k: usize| (k as u128 * n as u128 / bins as u128) as usize;
    let bin = |k: usize| {
        let part = &order[cut(k)..cut(k + 1)];
        let right = part.iter().filter(|&&i| judged_rightly[i]).count() as u64;
        let size = part.len();
        CertaintyBin {
            n: size,
            mean_certainty: (size > 0).then(|| num::sum(part.iter().map(|&i| certainty[i])) / size as f64),
            accuracy: rate(METRIC, "the number of questions in the bin", right, size as u64, level),
        }
    };
    Ok((0..bins).map(bin).collect())
}
