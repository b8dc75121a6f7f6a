use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::inference::{Estimate, Level, McNemar, rate};
use crate::num;
use crate::ratings::Labels;
use crate::tally::stored::{Format, stored};
use crate::tally::{PairCounts, Side, Tally, add_each, check_room, check_total};

/// How a judge answers when it is asked twice, the second time with the answers swapped; see [`position_bias`].
///
/// # Examples
/// ```
/// use probity::judge::PositionBias;
/// use probity::tally::{Side::{Left, Right, Tie}, Tally};
/// let mut shard = PositionBias::default();
/// shard.record((Left, Right))?;
/// let mut rest = PositionBias::default();
/// rest.record((Left, Left))?;
/// shard.merge(&rest)?;
/// assert_eq!((shard.consistent(), shard.toward_first(), shard.records()), (1, 1, 2));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PositionBias {
    /// `[shown place that won the first time][shown place that won the second time]`.
    cells: [[u64; 3]; 3],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    cells: [[u64; 3]; 3],
}

impl Format for PositionBias {
    type Body = Body;
    const NAME: &'static str = "probity.position_bias";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        Body { cells: self.cells }
    }

    fn from_body(Body { cells }: Body) -> Result<Self, String> {
        check_total(cells.as_flattened().iter().copied())?;
        Ok(Self { cells })
    }
}
stored!(PositionBias);

impl PositionBias {
    fn get(&self, first: Side, second: Side) -> u64 {
        self.cells[first as usize][second as usize]
    }

    /// Pairs with the same winner twice, or a tie twice.
    #[must_use]
    pub fn consistent(&self) -> u64 {
        self.get(Side::Left, Side::Right) + self.get(Side::Right, Side::Left) + self.get(Side::Tie, Side::Tie)
    }

    /// Pairs in which the answer shown first won twice.
    #[must_use]
    pub fn toward_first(&self) -> u64 {
        self.get(Side::Left, Side::Left)
    }

    /// Pairs in which the answer shown second won twice.
    #[must_use]
    pub fn toward_second(&self) -> u64 {
        self.get(Side::Right, Side::Right)
    }

    fn share(&self, metric: &'static str, part: u64, level: Level) -> Result<Estimate> {
        rate(metric, "the number of pairs judged twice", part, self.records(), level)
    }

    /// The share of pairs with the same winner twice, or a tie twice.
    ///
    /// # Errors
    /// [`crate::Error::Undefined`] without a pair.
    pub fn consistency(&self, level: Level) -> Result<Estimate> {
        self.share("consistency under swap", self.consistent(), level)
    }

    /// The share of pairs in which the answer shown first won twice. The p-value is that of the hypothesis that both places
    /// win twice equally often (exact, two-sided); there is none if neither does.
    ///
    /// # Errors
    /// As [`consistency`](Self::consistency).
    pub fn bias_toward_first(&self, level: Level) -> Result<Estimate> {
        let share = self.share("bias toward the first place", self.toward_first(), level)?;
        Ok(Estimate { p_value: self.direction()?, ..share })
    }

    /// The share of pairs in which the answer shown second won twice, with the p-value of
    /// [`bias_toward_first`](Self::bias_toward_first).
    ///
    /// # Errors
    /// As [`consistency`](Self::consistency).
    pub fn bias_toward_second(&self, level: Level) -> Result<Estimate> {
        let share = self.share("bias toward the second place", self.toward_second(), level)?;
        Ok(Estimate { p_value: self.direction()?, ..share })
    }

    /// The share of pairs with a tie in one order only.
    ///
    /// # Errors
    /// As [`consistency`](Self::consistency).
    pub fn other_inconsistent(&self, level: Level) -> Result<Estimate> {
        let rest = self.records() - self.consistent() - self.toward_first() - self.toward_second();
        self.share("tie in one order only", rest, level)
    }

    fn direction(&self) -> Result<Option<f64>> {
        let discordant = vec![0, self.toward_first(), self.toward_second(), 0];
        let table = PairCounts::from_counts(Labels::codes(2), discordant)?;
        match table.mcnemar(McNemar::Exact) {
            Ok(test) => Ok(Some(test.p_value)),
            Err(error) if error.is_undefined() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Tally for PositionBias {
    /// The place that won in each of the two orders: `Left` is what was shown first.
    type Record<'a> = (Side, Side);

    fn record(&mut self, (first, second): Self::Record<'_>) -> Result<()> {
        check_room(self.records(), 1)?;
        self.cells[first as usize][second as usize] += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_room(self.records(), other.records())?;
        add_each(self.cells.as_flattened_mut(), other.cells.as_flattened().iter().copied());
        Ok(())
    }

    fn records(&self) -> u64 {
        self.cells.as_flattened().iter().sum()
    }
}

/// Counts how a judge answers when answers are swapped: the place that won, in both orders.
///
/// ```text
/// consistent: the same answer twice (so another place), or a tie twice      toward first: the first place twice
/// toward second: the second place twice                                     other: a tie in one order only
/// ```
///
/// # Undefined
/// The figures, without a pair.
///
/// # Missing values
/// A pair with an unreadable verdict in either order is left out by the caller.
///
/// # Source
/// Zheng et al. 2023, *Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena*, section 3.3 and table 2. The test of
/// direction is added here.
///
/// # Errors
/// [`crate::Error::Overflow`] beyond 64 bits.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::position_bias;
/// use probity::tally::Side::{Left, Right, Tie};
/// let found = position_bias(&[(Left, Right), (Left, Left), (Tie, Tie), (Tie, Left)])?;
/// assert_eq!(found.consistency(Level::default())?.value, 0.5);
/// assert_eq!(found.bias_toward_first(Level::default())?.value, 0.25);
/// assert_eq!(found.other_inconsistent(Level::default())?.value, 0.25);
/// assert!(position_bias(&[])?.consistency(Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn position_bias(orders: &[(Side, Side)]) -> Result<PositionBias> {
    let mut tally = PositionBias::default();
    orders.iter().try_for_each(|&pair| tally.record(pair))?;
    Ok(tally)
}

/// One verdict from both orders: a winner only if both agree on it, otherwise a tie.
///
/// Takes the places that won and returns the answer: `Left` is the one that was shown first the first time.
///
/// # Source
/// Zheng et al. 2023, section 3.4.
///
/// # Examples
/// ```
/// use probity::judge::conservative_verdict;
/// use probity::tally::Side::{Left, Right, Tie};
/// assert_eq!(conservative_verdict(Right, Left), Right);
/// assert_eq!(conservative_verdict(Left, Left), Tie);
/// ```
#[must_use]
pub fn conservative_verdict(first: Side, second: Side) -> Side {
    if first == second.swapped() { first } else { Side::Tie }
}

/// Agreement of a judge with humans on pairs, with and without ties; see [`agreement_setups`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AgreementSetups {
    /// Ties are a third class (a random judge agrees in a third).
    pub with_ties: Result<Estimate>,
    /// Only the pairs in which both chose a winner (a random judge agrees in half).
    pub without_ties: Result<Estimate>,
}

impl AgreementSetups {
    /// What a judge reaches that draws among the three verdicts.
    pub const RANDOM_WITH_TIES: f64 = 1.0 / 3.0;
    /// What a judge reaches that draws among the two winners.
    pub const RANDOM_WITHOUT_TIES: f64 = 0.5;
}

/// Agreement of a judge with a human on the same pairs, in MT-Bench's two setups.
///
/// ```text
/// with ties: share of equal verdicts        without: the same among the pairs in which both chose a winner
/// ```
///
/// Intervals are Wilson's.
///
/// # Undefined
/// Each without a pair of its own; the other stands.
///
/// # Missing values
/// Pairs that one of them did not judge are left out.
///
/// # Source
/// Zheng et al. 2023, section 4.2, tables 5 and 6.
///
/// # Errors
/// [`crate::Error::Length`] if the slices differ in length.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::agreement_setups;
/// use probity::tally::Side::{Left, Right, Tie};
/// let (judge, human) = ([Some(Left), Some(Tie), Some(Left)], [Some(Left), Some(Left), Some(Right)]);
/// let found = agreement_setups(&judge, &human, Level::default())?;
/// assert_eq!((found.with_ties?.value, found.without_ties?.value), (1.0 / 3.0, 0.5));
/// let found = agreement_setups(&[Some(Tie)], &[Some(Left)], Level::default())?;
/// assert!(found.with_ties.is_ok() && found.without_ties.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn agreement_setups(
    judge: &[Option<Side>],
    human: &[Option<Side>],
    level: Level,
) -> Result<AgreementSetups> {
    num::check_same_length("verdicts of the human", judge.len(), human.len())?;
    let agreement = |metric, what, enters: fn(Side) -> bool| {
        let (mut same, mut pairs) = (0, 0);
        for (judge, human) in judge.iter().zip(human).filter_map(|(&j, &h)| Some((j?, h?))) {
            if enters(judge) && enters(human) {
                pairs += 1;
                same += u64::from(judge == human);
            }
        }
        rate(metric, what, same, pairs, level)
    };
    Ok(AgreementSetups {
        with_ties: agreement("agreement with ties", "the number of pairs that both judged", |_| true),
        without_ties: agreement("agreement without ties", "the number of pairs that both decided", |side| {
            side != Side::Tie
        }),
    })
}
