use crate::correlation::complete_pairs;
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items, rate};
use crate::num;

/// The win rates of a model against a baseline; see [`win_rate`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WinRate {
    /// Mean share of the win that goes to the model, with the standard error over items.
    pub win_rate: Estimate,
    /// The same with every preference rounded to win, loss or draw first.
    pub discrete: Estimate,
    /// Preferences above 1.5.
    pub wins: u64,
    /// Preferences below 1.5.
    pub losses: u64,
    /// Preferences of 1.5.
    pub draws: u64,
    /// Preferences that are missing or outside 1..=2.
    pub dropped: u64,
}

/// AlpacaEval's win rates, from preferences between 1 (the baseline wins) and 2 (the model wins).
///
/// ```text
/// win rate = mean(p − 1)      discrete = mean(1 if p > 1.5, ½ if p = 1.5, else 0)      SE = s/√n
/// ```
///
/// All rates are shares of 1; AlpacaEval prints them times 100. Intervals are Student's over items, cut to 0..1.
///
/// # Undefined
/// Without a preference from 1 to 2.
///
/// # Missing values
/// `None` and NaN are left out and counted, and so is what lies outside 1..=2, as AlpacaEval does. A preference of 0 is a
/// draw: old files say so.
///
/// # Source
/// Li et al. 2023, AlpacaEval (`metrics/winrate.py`, `helpers.py`).
///
/// # Errors
/// [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::preference::win_rate;
/// let found = win_rate(&[Some(0.0), Some(1.0), Some(2.0), Some(1.8), None], Level::default())?;
/// assert!((found.win_rate.value - 0.575).abs() < 1e-15);
/// assert_eq!((found.discrete.value, found.wins, found.draws, found.dropped), (0.625, 2, 1, 1));
/// assert!(win_rate(&[None::<f64>], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn win_rate<T: Into<Option<f64>> + Copy>(preferences: &[T], level: Level) -> Result<WinRate> {
    let shares: Vec<f64> = preferences.iter().filter_map(|&p| preference_share(p.into())).collect();
    let discrete: Vec<f64> = shares.iter().map(|&share| rounded(share)).collect();
    let count = |value: f64| discrete.iter().filter(|&&d| d == value).count() as u64;
    Ok(WinRate {
        win_rate: mean_over_items("win rate", "preferences", &shares, (0.0, 1.0), level)?,
        discrete: mean_over_items("discrete win rate", "preferences", &discrete, (0.0, 1.0), level)?,
        wins: count(1.0),
        losses: count(0.0),
        draws: count(0.5),
        dropped: (preferences.len() - shares.len()) as u64,
    })
}

/// The model's share of a win by a preference as [`win_rate`] takes it, `None` for one that is none.
///
/// # Examples
/// ```
/// use probity::preference::preference_share;
/// assert_eq!([Some(1.75), Some(0.0), Some(3.0), None].map(preference_share), [Some(0.75), Some(0.5), None, None]);
/// ```
#[must_use]
pub fn preference_share(preference: Option<f64>) -> Option<f64> {
    match preference {
        Some(0.0) => Some(0.5),
        Some(p) if (1.0..=2.0).contains(&p) => Some(p - 1.0),
        _ => None,
    }
}

fn rounded(share: f64) -> f64 {
    if share > 0.5 {
        1.0
    } else if share < 0.5 {
        0.0
    } else {
        0.5
    }
}

/// What equal scores of a chosen and a rejected response count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TiedScores {
    /// Half.
    #[default]
    Half,
    /// Nothing: the chosen response was not scored higher.
    Wrong,
    /// They are left out.
    Drop,
}

/// How often a reward model scores the chosen response above the rejected one; see [`pairwise_accuracy`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PairwiseAccuracy {
    /// The share of pairs.
    pub accuracy: Estimate,
    /// Pairs with both scores.
    pub pairs: u64,
    /// Pairs whose scores are equal.
    pub ties: u64,
}

/// The share of pairs in which the chosen response has the higher score.
///
/// The interval is Wilson's; where ties count half, Student's over pairs, cut to 0..1.
///
/// # Undefined
/// Without a pair, or if all are ties and ties are dropped.
///
/// # Missing values
/// Pairs without one of the scores (`None` or NaN) are left out.
///
/// # Source
/// The accuracy of reward-model benchmarks; RewardBench counts ties as wrong.
///
/// # Errors
/// [`Error::Length`] if there is not one rejected score a chosen one.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::preference::{TiedScores, pairwise_accuracy};
/// let (chosen, rejected) = ([3.0, 1.0, 2.0], [1.0, 1.0, 4.0]);
/// let accuracy = |ties| pairwise_accuracy(&chosen, &rejected, ties, Level::default());
/// assert_eq!(accuracy(TiedScores::Half)?.accuracy.value, 0.5);
/// assert_eq!(accuracy(TiedScores::Drop)?.accuracy.value, 0.5);
/// assert_eq!(accuracy(TiedScores::Wrong)?.accuracy.value, 1.0 / 3.0);
/// let none: [f64; 0] = [];
/// assert!(pairwise_accuracy(&none, &none, TiedScores::Half, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pairwise_accuracy<T: Into<Option<f64>> + Copy>(
    chosen: &[T],
    rejected: &[T],
    ties: TiedScores,
    level: Level,
) -> Result<PairwiseAccuracy> {
    let metric = "pairwise accuracy";
    num::check_same_length("rejected scores", chosen.len(), rejected.len())?;
    let (chosen, rejected) = complete_pairs(chosen, rejected)?;
    let pairs = chosen.len() as u64;
    if pairs == 0 {
        return Err(Error::undefined(metric, Undefined::Nothing { what: "pairs" }));
    }
    let count =
        |is: fn(&f64, &f64) -> bool| chosen.iter().zip(&rejected).filter(|(c, r)| is(c, r)).count() as u64;
    let (right, tied) = (count(|c, r| c > r), count(|c, r| c == r));
    let accuracy = match ties {
        TiedScores::Wrong => rate(metric, "the number of pairs", right, pairs, level)?,
        TiedScores::Drop => rate(metric, "the number of untied pairs", right, pairs - tied, level)?,
        TiedScores::Half => {
            let score = |(c, r): (&f64, &f64)| if c == r { 0.5 } else { f64::from(u8::from(c > r)) };
            let scores: Vec<f64> = chosen.iter().zip(&rejected).map(score).collect();
            mean_over_items(metric, "pairs", &scores, (0.0, 1.0), level)?
        }
    };
    Ok(PairwiseAccuracy { accuracy, pairs, ties: tied })
}
