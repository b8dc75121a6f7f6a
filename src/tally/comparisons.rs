use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::ratings::Labels;
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, add, check_labels, check_room};

/// Who won a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The left contender.
    Left,
    /// The right contender.
    Right,
    /// Neither.
    Tie,
}

impl Side {
    /// The side that a graded preference, or a difference of left minus right, is for: above 0 the left, below 0 the
    /// right; `None` for NaN.
    ///
    /// # Examples
    /// ```
    /// use probity::tally::Side;
    /// assert_eq!([2.0, -0.5, -0.0].map(Side::of), [Side::Left, Side::Right, Side::Tie].map(Some));
    /// assert_eq!(Side::of(f64::NAN), None);
    /// ```
    #[must_use]
    pub fn of(preference: f64) -> Option<Self> {
        preference.partial_cmp(&0.0).map(|order| match order {
            std::cmp::Ordering::Greater => Self::Left,
            std::cmp::Ordering::Less => Self::Right,
            std::cmp::Ordering::Equal => Self::Tie,
        })
    }

    /// `left`, `right`, `tie`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Tie => "tie",
        }
    }

    /// The result when the contenders change sides.
    #[must_use]
    pub fn swapped(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
            Self::Tie => Self::Tie,
        }
    }

    /// What a side earns from this result: 1, ½ or 0.
    pub(crate) fn points(self, side: Self) -> f64 {
        match self {
            Self::Tie => 0.5,
            winner => f64::from(u8::from(winner == side)),
        }
    }

    /// How far two verdicts agree where a tie agrees by half with a preference: 1, ½ or 0.
    pub(crate) fn half_tie_credit(self, other: Self) -> f64 {
        match (self == Self::Tie, other == Self::Tie) {
            (true, true) => 1.0,
            (false, false) => f64::from(u8::from(self == other)),
            _ => 0.5,
        }
    }
}

/// One comparison; contenders are positions in a list of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Comparison {
    /// The contender on the left.
    pub left: u32,
    /// The contender on the right.
    pub right: u32,
    /// Who won.
    pub winner: Side,
}

/// The most contenders a tally of comparisons holds: it keeps a cell for every two.
const MOST: usize = 1 << 13;

/// How often each contender beat each other one, and how often the two tied: what every rating of contenders that does
/// not depend on the order of play is computed from.
///
/// # Design
/// Dense: 12 bytes for every two of n contenders, so that a comparison is one addition. Up to 8,192 contenders.
///
/// # Missing values
/// A comparison without a verdict is none: it is not recorded.
///
/// # Examples
/// ```
/// use probity::ratings::Labels;
/// use probity::tally::{Comparison, Comparisons, Side, Tally};
/// let names = Labels::from_names(["pizza", "sushi", "tacos"])?;
/// let mut all = Comparisons::new(names.clone())?;
/// all.record(Comparison { left: 0, right: 1, winner: Side::Left })?;
/// all.record(Comparison { left: 2, right: 0, winner: Side::Tie })?;
/// assert_eq!((all.wins(0, 1), all.wins(1, 0), all.ties(0, 2), all.records()), (1, 0, 1, 2));
///
/// let mut more = Comparisons::new(names)?;
/// more.record(Comparison { left: 1, right: 0, winner: Side::Right })?;
/// all.merge(&more)?;
/// assert_eq!(all.wins(0, 1), 2);
/// assert!(all.record(Comparison { left: 1, right: 1, winner: Side::Tie }).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Comparisons {
    contenders: Labels,
    /// `winner · n + loser`.
    wins: Vec<u64>,
    /// Of each two, the later one's row of the lower triangle.
    ties: Vec<u64>,
    total: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    contenders: Labels,
    /// `[winner · n + loser]`.
    wins: Vec<u64>,
    /// Contender 1 with 0, 2 with 0, 2 with 1, 3 with 0, ...
    ties: Vec<u64>,
}

impl Format for Comparisons {
    type Body = Body;
    const NAME: &'static str = "probity.comparisons";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        Body { contenders: self.contenders.clone(), wins: self.wins.clone(), ties: self.ties.clone() }
    }

    fn from_body(Body { contenders, wins, ties }: Body) -> Result<Self, String> {
        Self::from_counts(contenders, wins, ties).map_err(|error| error.to_string())
    }
}
stored!(Comparisons);

impl Comparisons {
    /// An empty tally of these contenders.
    ///
    /// # Errors
    /// [`Error::Argument`] for more than 8,192 contenders.
    pub fn new(contenders: Labels) -> Result<Self> {
        let n = contenders.len();
        if n > MOST {
            return Err(Error::argument("contenders", "at most 8192", n));
        }
        Ok(Self { contenders, wins: vec![0; n * n], ties: vec![0; n * n.saturating_sub(1) / 2], total: 0 })
    }

    /// From the comparisons of a file or a run.
    ///
    /// # Errors
    /// As [`new`](Self::new) and as recording one by one.
    pub fn from_comparisons(contenders: Labels, comparisons: &[Comparison]) -> Result<Self> {
        let mut tally = Self::new(contenders)?;
        comparisons.iter().try_for_each(|&comparison| tally.record(comparison))?;
        Ok(tally)
    }

    /// From counts: `wins[winner · n + loser]`, and of ties the lower triangle row by row (contender 1 with 0, 2 with 0, 2
    /// with 1, 3 with 0, ..).
    ///
    /// # Errors
    /// [`Error::Length`] unless there is a count a cell, [`Error::Argument`] for wins against oneself or too many
    /// contenders, [`Error::Overflow`] if the total leaves 64 bits.
    pub fn from_counts(contenders: Labels, wins: Vec<u64>, ties: Vec<u64>) -> Result<Self> {
        let mut tally = Self::new(contenders)?;
        crate::num::check_same_length("wins (contenders × contenders)", tally.wins.len(), wins.len())?;
        crate::num::check_same_length("ties (every two contenders)", tally.ties.len(), ties.len())?;
        let n = tally.n_contenders();
        if let Some(i) = (0..n).find(|i| wins[i * n + i] > 0) {
            return Err(Error::argument(
                "wins",
                "0 on the diagonal",
                format!("{} for contender {i}", wins[i * n + i]),
            ));
        }
        for &count in wins.iter().chain(&ties) {
            add(&mut tally.total, count)?;
        }
        (tally.wins, tally.ties) = (wins, ties);
        Ok(tally)
    }

    /// The names of the contenders, by number.
    #[must_use]
    pub fn contenders(&self) -> &Labels {
        &self.contenders
    }

    /// The number of contenders.
    #[must_use]
    pub fn n_contenders(&self) -> usize {
        self.contenders.len()
    }

    /// How often `winner` beat `loser`; 0 for contenders that there are not.
    #[must_use]
    pub fn wins(&self, winner: usize, loser: usize) -> u64 {
        let n = self.n_contenders();
        if winner.max(loser) < n { self.wins[winner * n + loser] } else { 0 }
    }

    /// How often two contenders tied; 0 for contenders that there are not.
    #[must_use]
    pub fn ties(&self, a: usize, b: usize) -> u64 {
        if a == b { 0 } else { self.ties.get(below_diagonal(a, b)).copied().unwrap_or(0) }
    }

    /// How often two contenders were compared.
    #[must_use]
    pub fn played(&self, a: usize, b: usize) -> u64 {
        self.wins(a, b) + self.wins(b, a) + self.ties(a, b)
    }

    /// Every two contenders that were compared: the first, the second, the first's wins, the second's, and ties.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize, [u64; 3])> {
        let n = self.n_contenders();
        let pairs = (1..n).flat_map(|b| (0..b).map(move |a| (a, b)));
        pairs
            .map(move |(a, b)| {
                (a, b, [self.wins[a * n + b], self.wins[b * n + a], self.ties[below_diagonal(a, b)]])
            })
            .filter(|(_, _, counts)| counts.iter().any(|&n| n > 0))
    }
}

/// The cell of two different contenders in a lower triangle.
fn below_diagonal(a: usize, b: usize) -> usize {
    let (low, high) = (a.min(b), a.max(b));
    high * high.saturating_sub(1) / 2 + low
}

impl Tally for Comparisons {
    type Record<'a> = Comparison;

    fn record(&mut self, Comparison { left, right, winner }: Comparison) -> Result<()> {
        let (n, left, right) = (self.n_contenders(), left as usize, right as usize);
        if left.max(right) >= n {
            return Err(Error::Index { what: "contender", index: left.max(right), len: n });
        }
        if left == right {
            return Err(Error::argument("comparison", "two contenders", format!("contender {left} twice")));
        }
        check_room(self.total, 1)?;
        match winner {
            Side::Left => self.wins[left * n + right] += 1,
            Side::Right => self.wins[right * n + left] += 1,
            Side::Tie => self.ties[below_diagonal(left, right)] += 1,
        }
        self.total += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_labels(&self.contenders, &other.contenders)?;
        check_room(self.total, other.total)?;
        let cells = self.wins.iter_mut().chain(&mut self.ties);
        cells.zip(other.wins.iter().chain(&other.ties)).for_each(|(mine, more)| *mine += more);
        self.total += other.total;
        Ok(())
    }

    fn records(&self) -> u64 {
        self.total
    }
}
