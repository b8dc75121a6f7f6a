use crate::error::{Error, Result};
use crate::num;
use crate::rng::Stream;

/// What a tree search knows of one node.
///
/// # Examples
/// ```
/// use probity::search::Stats;
/// let stats = Stats { visits: 4, sum: 3.0, terminal: false };
/// assert_eq!((stats.mean(), Stats::default().mean()), (Some(0.75), None));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stats {
    /// How often a value was backed up through the node, N.
    pub visits: u64,
    /// The sum of these values, W.
    pub sum: f64,
    /// Whether nothing is left to search below it.
    pub terminal: bool,
}

impl Stats {
    /// W/N; `None` for a node that was never visited.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.visits > 0).then(|| self.sum / self.visits as f64)
    }
}

/// Upper confidence bound applied to trees: which child to follow.
///
/// ```text
/// score(child) = W/N + c·√(ln N_parent / N);  N = 0 comes before every other child
/// ```
///
/// # Source
/// Kocsis and Szepesvári 2006 without the factor 2 under the root, as Agent-R (c = 0.25) and AlphaLLM (c = 1) have it.
///
/// # Examples
/// ```
/// use probity::search::{Stats, Uct};
/// let child = |visits, sum| Stats { visits, sum, terminal: false };
/// let found = Uct::new(0.25)?.select(5, &[child(3, 2.1), child(2, 1.0), child(0, 0.0)])?;
/// assert_eq!(found.candidates, [2]);
/// assert!((found.scores[0].unwrap() - (0.7 + 0.25 * (5f64.ln() / 3.0).sqrt())).abs() < 1e-15);
/// assert_eq!(found.scores[2], None);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Uct {
    c: f64,
    skip_terminal: bool,
}

/// The outcome of one selection.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Every child's score; `None` for one that was never visited (it goes first) or was left out.
    pub scores: Vec<Option<f64>>,
    /// All children that share the highest score, in their order; empty if every child was left out.
    pub candidates: Vec<usize>,
}

impl Uct {
    /// The rule with exploration constant `c`.
    ///
    /// # Errors
    /// [`Error::Argument`] unless `c` is finite and not negative.
    pub fn new(c: f64) -> Result<Self> {
        if c >= 0.0 && c.is_finite() {
            return Ok(Self { c, skip_terminal: false });
        }
        Err(Error::argument("exploration constant", "a finite number of at least 0", c))
    }

    /// Whether terminal children are left out; by default they are not.
    #[must_use]
    pub fn skip_terminal(self, skip_terminal: bool) -> Self {
        Self { skip_terminal, ..self }
    }

    /// Scores some children and says which share the highest score.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a sum that is not finite; [`Error::Argument`] if the parent has fewer visits than one of
    /// its children.
    pub fn select(self, parent_visits: u64, children: &[Stats]) -> Result<Selection> {
        for (index, child) in children.iter().enumerate() {
            if !child.sum.is_finite() {
                let value = child.sum.to_string();
                return Err(Error::NotFinite { what: "value sums of children", index, value });
            }
            if child.visits > parent_visits {
                return Err(Error::argument("visits of a child", "at most its parent's", child.visits));
            }
        }
        let scores: Vec<_> = children.iter().map(self.scorer(parent_visits)).collect();
        let candidates = highest(scores.iter().copied().enumerate());
        let finite = |score: Option<f64>| score.filter(|s| s.is_finite());
        Ok(Selection { scores: scores.into_iter().map(finite).collect(), candidates })
    }

    /// What scores a child: infinite without visits, `None` if it is left out.
    #[inline]
    pub(super) fn scorer(self, parent_visits: u64) -> impl Fn(&Stats) -> Option<f64> {
        let Self { c, skip_terminal } = self;
        // Restored nodes may have more visits than their parent; one that never was visited explores nothing.
        let ln_parent = (parent_visits.max(1) as f64).ln();
        move |child| {
            if skip_terminal && child.terminal {
                return None;
            }
            let explored = |mean| mean + c * (ln_parent / child.visits as f64).sqrt();
            Some(child.mean().map_or(f64::INFINITY, explored))
        }
    }
}

/// All that share the highest score.
pub(crate) fn highest<I: Copy>(scores: impl Iterator<Item = (I, Option<f64>)>) -> Vec<I> {
    let mut greatest = f64::NEG_INFINITY;
    let mut candidates = Vec::new();
    for (id, score) in scores.filter_map(|(id, score)| Some((id, score?))) {
        if score > greatest {
            greatest = score;
            candidates.clear();
        }
        if score == greatest {
            candidates.push(id);
        }
    }
    candidates
}

/// What happens among equals.
///
/// # Examples
/// ```
/// use probity::search::Ties;
/// let mut first = Ties::First.breaker();
/// assert_eq!((first.pick(&["a", "b"]), first.pick::<u8>(&[])), (Some("a"), None));
/// let picks = |seed| {
///     let mut breaker = Ties::Seeded(seed).breaker();
///     (0..20).map(|_| breaker.pick(&[0, 1, 2]).unwrap()).collect::<Vec<_>>()
/// };
/// assert_eq!(picks(7), picks(7));
/// assert_ne!(picks(7), picks(8));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Ties {
    /// The first one.
    #[default]
    First,
    /// One at random, every one with the same chance, from this seed.
    Seeded(u64),
}

/// Keeps the random numbers of ties apart from those of other uses of the same seed.
const TIES_STREAM: u32 = 0x7469_6573;

impl Ties {
    /// What picks among equals, one pick after another.
    #[must_use]
    pub fn breaker(self) -> TieBreaker {
        TieBreaker {
            stream: match self {
                Self::First => None,
                Self::Seeded(seed) => Some(Stream::new(seed, TIES_STREAM, 0)),
            },
        }
    }
}

/// Picks among equals. Made by [`Ties::breaker`].
#[derive(Debug, Clone)]
pub struct TieBreaker {
    stream: Option<Stream>,
}

impl TieBreaker {
    /// One of the candidates; `None` if there is none. A single candidate uses up no random number.
    pub fn pick<T: Copy>(&mut self, candidates: &[T]) -> Option<T> {
        match &mut self.stream {
            Some(stream) if candidates.len() > 1 => {
                candidates.get(stream.below(candidates.len() as u64) as usize).copied()
            }
            _ => candidates.first().copied(),
        }
    }
}

/// Finite, and small enough that 2⁶⁴ of them still have a finite sum.
pub(super) fn check_value(value: f64) -> Result<()> {
    const MOST: f64 = 1e150;
    num::check_finite("values to back up", &[value])?;
    if value.abs() > MOST {
        return Err(Error::argument("value to back up", "a magnitude of at most 1e150", value));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_picks_in_every_version() {
        let mut breaker = Ties::Seeded(2026).breaker();
        let picks: Vec<usize> = (2..14).map(|n| breaker.pick(&(0..n).collect::<Vec<_>>()).unwrap()).collect();
        assert_eq!(picks, [0, 2, 1, 2, 0, 6, 6, 5, 6, 1, 6, 8]);
    }

    #[test]
    fn children_that_cannot_be() {
        let child = |visits, sum| Stats { visits, sum, terminal: false };
        let rule = Uct::new(1.0).unwrap();
        assert!(rule.select(2, &[child(3, 1.0)]).is_err());
        assert!(rule.select(2, &[child(1, f64::NAN)]).is_err());
        assert!(Uct::new(-1.0).is_err() && Uct::new(f64::INFINITY).is_err());
        assert_eq!(rule.select(0, &[]).unwrap().candidates, [0usize; 0]);
    }
}
