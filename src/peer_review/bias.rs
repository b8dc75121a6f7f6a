use crate::error::{Error, Result};
use crate::num;

/// How much more each evaluatee favours itself over another than that other one does, from each one's judgments of all.
///
/// ```text
/// PG(i, j) = P_i(i beats j) − P_j(i beats j)
/// ```
///
/// `win_rates[judge][i][j]` is the share in which `i` beats `j` when `judge` judges. Above 0 the two favour themselves;
/// PG is symmetric up to ties, as P(i beats j) = 1 − P(j beats i). The diagonal is 0.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// None: every evaluatee judges every pair.
///
/// # Source
/// Chu et al. 2024, *PRE*, the section on bias; from memory of the paper, which reports the matrix and that most entries are
/// above 0.
///
/// # Errors
/// [`Error::Length`] unless there are as many judges as evaluatees; [`Error::Argument`] for what is no share.
///
/// # Examples
/// ```
/// use probity::peer_review::preference_gap;
/// let (first, second) = (vec![vec![0.5, 0.75], vec![0.25, 0.5]], vec![vec![0.5, 0.5], vec![0.5, 0.5]]);
/// assert_eq!(preference_gap(&[first, second])?, [[0.0, 0.25], [0.25, 0.0]]);
/// assert!(preference_gap(&[vec![vec![0.5, 0.5]]]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn preference_gap(win_rates: &[Vec<Vec<f64>>]) -> Result<Vec<Vec<f64>>> {
    let n = win_rates.len();
    for judge in win_rates {
        num::check_same_length("evaluatees that a judge judged", n, judge.len())?;
        for row in judge {
            num::check_same_length("evaluatees that a judge judged", n, row.len())?;
            if let Some(bad) = row.iter().find(|rate| !(0.0..=1.0).contains(*rate)) {
                return Err(Error::argument("win rates", "shares from 0 to 1", bad));
            }
        }
    }
    let gap = |i: usize, j: usize| if i == j { 0.0 } else { win_rates[i][i][j] - win_rates[j][i][j] };
    Ok((0..n).map(|i| (0..n).map(|j| gap(i, j)).collect()).collect())
}
