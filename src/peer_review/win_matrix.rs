use crate::error::{Error, Result, Undefined};
use crate::tally::Comparisons;

/// The share of comparisons that each evaluatee won against each other one, ties counting half.
///
/// ```text
/// win rate(a, b) = (a's wins over b + ½ ties)/(comparisons of a and b)        win rate(b, a) = 1 − win rate(a, b)
/// ```
///
/// # Undefined
/// For two that were never compared, and for one against itself.
///
/// # Missing values
/// A comparison without a verdict is not recorded.
///
/// # Source
/// Chu et al. 2024, *PRE*. The official table has at row and column the share in which the *column* wins, and 0 on the
/// diagonal: [`column_over_row`](Self::column_over_row).
///
/// # Examples
/// ```
/// use probity::peer_review::WinMatrix;
/// use probity::ratings::Labels;
/// use probity::tally::{Comparison, Comparisons, Side};
/// let games = [(Side::Left), Side::Left, Side::Tie, Side::Right];
/// let games = games.map(|winner| Comparison { left: 0, right: 1, winner });
/// let matrix = WinMatrix::new(&Comparisons::from_comparisons(Labels::from_names(["a", "b", "c"])?, &games)?);
/// assert_eq!((matrix.win_rate(0, 1)?, matrix.win_rate(1, 0)?), (0.625, 0.375));
/// assert_eq!(matrix.column_over_row(0, 1)?, 0.375);
/// assert!(matrix.win_rate(0, 2).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct WinMatrix {
    evaluatees: usize,
    /// Row over column, row after row.
    rates: Vec<Option<f64>>,
}

impl WinMatrix {
    /// Of some comparisons.
    #[must_use]
    pub fn new(comparisons: &Comparisons) -> Self {
        let n = comparisons.n_contenders();
        let rate = |a: usize, b: usize| {
            if a == b {
                return None;
            }
            let (wins, ties) = (comparisons.wins(a, b), comparisons.ties(a, b));
            let total = wins + ties + comparisons.wins(b, a);
            (total > 0).then(|| (wins as f64 + 0.5 * ties as f64) / total as f64)
        };
        let rates = (0..n).flat_map(|a| (0..n).map(move |b| (a, b))).map(|(a, b)| rate(a, b)).collect();
        Self { evaluatees: n, rates }
    }

    /// How many evaluatees there are.
    #[must_use]
    pub fn n_evaluatees(&self) -> usize {
        self.evaluatees
    }

    /// The share of their comparisons that `a` won against `b`.
    ///
    /// # Errors
    /// [`Error::Undefined`] if they were never compared or are the same; [`Error::Index`] if one does not exist.
    pub fn win_rate(&self, a: usize, b: usize) -> Result<f64> {
        let n = self.evaluatees;
        if a.max(b) >= n {
            return Err(Error::Index { what: "evaluatee", index: a.max(b), len: n });
        }
        let nothing = Undefined::Nothing { what: "comparisons of the two" };
        self.rates[a * n + b].ok_or_else(|| Error::undefined("win rate", nothing))
    }

    /// The share in which the evaluatee of the column won against that of the row: the official table.
    ///
    /// # Errors
    /// As [`win_rate`](Self::win_rate).
    pub fn column_over_row(&self, row: usize, column: usize) -> Result<f64> {
        self.win_rate(column, row)
    }
}
