use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items, rate};
use crate::num;
use crate::tally::stored::{Format, stored};
use crate::tally::{Side, Tally, add_each, check_room, check_total};

/// Buckets of the distance of two ratings: 0, 1, 2, and 3 or more.
const GAPS: usize = 4;

/// Which of two answers ratings prefer: the one that is rated higher.
///
/// # Undefined
/// Never: equal ratings are a tie.
///
/// # Missing values
/// None if a rating is missing or NaN.
///
/// # Source
/// Bansal et al. 2023, *Peering Through Preferences* (`scripts/consistency.py`).
///
/// # Examples
/// ```
/// use probity::judge::implied_verdict;
/// use probity::tally::Side;
/// assert_eq!(implied_verdict(Some(6.0), Some(4.0)), Some(Side::Left));
/// assert_eq!(implied_verdict(Some(4.0), Some(4.0)), Some(Side::Tie));
/// assert_eq!(implied_verdict(Some(4.0), None), None);
/// ```
#[must_use]
pub fn implied_verdict(a: Option<f64>, b: Option<f64>) -> Option<Side> {
    match a?.partial_cmp(&b?)? {
        std::cmp::Ordering::Greater => Some(Side::Left),
        std::cmp::Ordering::Less => Some(Side::Right),
        std::cmp::Ordering::Equal => Some(Side::Tie),
    }
}

/// How often ratings of two answers and a ranking of the same two say the same: the table of implied and given verdicts.
///
/// ```text
/// consistency   = (both A + both B + both equal)/pairs         inconsistency = 1 − consistency
/// reversals     = (A against B, either way)/pairs              one side equal = (exactly one says equal)/pairs
/// when both decide: agreement = (both A + both B)/(pairs in which neither says equal)
/// ```
///
/// "Equal" is an answer of its own: equal ratings against a ranking that prefers one answer are inconsistent. Intervals are
/// Wilson's.
///
/// # Undefined
/// A figure without a pair in its denominator.
///
/// # Missing values
/// A pair without one of its ratings (`None` or NaN) or without a ranking is counted as skipped. Of a pair that was rated
/// or ranked several times the paper keeps the first: record it once.
///
/// # Source
/// Bansal et al. 2023, *Peering Through Preferences*, section 4 (`scripts/consistency.py`), which prints the consistency.
/// The other figures and the split by distance are read off the same table.
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::RatingRanking;
/// use probity::tally::Side;
/// let table = RatingRanking::from_pairs(&[
///     (Some(6.0), Some(4.0), Some(Side::Left)),
///     (Some(5.0), Some(5.0), Some(Side::Right)),
///     (Some(2.0), Some(7.0), Some(Side::Left)),
///     (None, Some(7.0), Some(Side::Left)),
/// ])?;
/// let level = Level::default();
/// assert_eq!(table.consistency(level)?.value, 1.0 / 3.0);
/// assert_eq!(table.reversals(level)?.value, 1.0 / 3.0);
/// assert_eq!((table.compared(), table.skipped(), table.both_decided()), (3, 1, 2));
/// assert_eq!(table.consistency_at_distance(3, level)?.value, 0.0);
/// assert!(RatingRanking::default().consistency(level).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RatingRanking {
    /// `[distance][implied by ratings][ranking]`.
    cells: [[[u64; 3]; 3]; GAPS],
    skipped: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    cells: [[[u64; 3]; 3]; GAPS],
    skipped: u64,
}

impl Format for RatingRanking {
    type Body = Body;
    const NAME: &'static str = "probity.rating_ranking";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        Body { cells: self.cells, skipped: self.skipped }
    }

    fn from_body(Body { cells, skipped }: Body) -> Result<Self, String> {
        check_total(cells.as_flattened().as_flattened().iter().copied().chain([skipped]))?;
        Ok(Self { cells, skipped })
    }
}
stored!(RatingRanking);

/// Two ratings and a ranking of the same answers.
type RatedAndRanked = (Option<f64>, Option<f64>, Option<Side>);

impl RatingRanking {
    /// From pairs of answers, each with two ratings and a ranking.
    ///
    /// # Errors
    /// As recording one by one.
    pub fn from_pairs(pairs: &[RatedAndRanked]) -> Result<Self> {
        let mut table = Self::default();
        pairs.iter().try_for_each(|&pair| table.record(pair))?;
        Ok(table)
    }

    /// Pairs in which ratings imply one verdict and the ranking says another (or the same).
    #[must_use]
    pub fn get(&self, implied: Side, ranking: Side) -> u64 {
        self.cells.iter().map(|table| table[implied as usize][ranking as usize]).sum()
    }

    /// Pairs with both ratings and a ranking.
    #[must_use]
    pub fn compared(&self) -> u64 {
        self.cells.as_flattened().as_flattened().iter().sum()
    }

    /// Pairs that lack a rating or a ranking.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Pairs in which neither protocol says equal.
    #[must_use]
    pub fn both_decided(&self) -> u64 {
        let decided = [Side::Left, Side::Right];
        decided.iter().flat_map(|&i| decided.map(|r| self.get(i, r))).sum()
    }

    fn same(&self) -> u64 {
        [Side::Left, Side::Right, Side::Tie].iter().map(|&s| self.get(s, s)).sum()
    }

    fn share(&self, metric: &'static str, part: u64, level: Level) -> Result<Estimate> {
        rate(metric, "the number of compared pairs", part, self.compared(), level)
    }

    /// The share of pairs in which both say the same.
    ///
    /// # Errors
    /// [`Error::Undefined`] without a compared pair.
    pub fn consistency(&self, level: Level) -> Result<Estimate> {
        self.share("consistency of ratings and rankings", self.same(), level)
    }

    /// The share of pairs in which they differ.
    ///
    /// # Errors
    /// As [`consistency`](Self::consistency).
    pub fn inconsistency(&self, level: Level) -> Result<Estimate> {
        self.share("inconsistency of ratings and rankings", self.compared() - self.same(), level)
    }

    /// The share of pairs in which they prefer opposite answers.
    ///
    /// # Errors
    /// As [`consistency`](Self::consistency).
    pub fn reversals(&self, level: Level) -> Result<Estimate> {
        let reversed = self.get(Side::Left, Side::Right) + self.get(Side::Right, Side::Left);
        self.share("reversals between ratings and rankings", reversed, level)
    }

    /// The share of pairs in which exactly one of them says equal.
    ///
    /// # Errors
    /// As [`consistency`](Self::consistency).
    pub fn one_side_equal(&self, level: Level) -> Result<Estimate> {
        let undecided = self.compared() - self.both_decided() - self.get(Side::Tie, Side::Tie);
        self.share("pairs that one protocol calls equal", undecided, level)
    }

    /// Agreement on the pairs in which both decide.
    ///
    /// # Errors
    /// [`Error::Undefined`] without such a pair.
    pub fn agreement_when_both_decided(&self, level: Level) -> Result<Estimate> {
        let metric = "agreement of ratings and rankings when both decide";
        let same = self.get(Side::Left, Side::Left) + self.get(Side::Right, Side::Right);
        rate(metric, "the number of pairs that both decide", same, self.both_decided(), level)
    }

    /// How often ratings call answers equal.
    ///
    /// # Errors
    /// As [`consistency`](Self::consistency).
    pub fn equal_rate_ratings(&self, level: Level) -> Result<Estimate> {
        let equal = [Side::Left, Side::Right, Side::Tie].iter().map(|&r| self.get(Side::Tie, r)).sum();
        self.share("ratings that are equal", equal, level)
    }

    /// How often rankings call answers equal.
    ///
    /// # Errors
    /// As [`consistency`](Self::consistency).
    pub fn equal_rate_rankings(&self, level: Level) -> Result<Estimate> {
        let equal = [Side::Left, Side::Right, Side::Tie].iter().map(|&i| self.get(i, Side::Tie)).sum();
        self.share("rankings that say equal", equal, level)
    }

    /// Consistency of the pairs whose ratings are this far apart: 0, 1, 2, or 3 and more; distances between whole numbers
    /// are rounded down.
    ///
    /// # Errors
    /// [`Error::Undefined`] without a pair at this distance; [`Error::Index`] for a distance above 3.
    pub fn consistency_at_distance(&self, distance: usize, level: Level) -> Result<Estimate> {
        let missing = Error::Index { what: "distance of ratings", index: distance, len: GAPS };
        let table = self.cells.get(distance).ok_or(missing)?;
        let same = (0..3).map(|i| table[i][i]).sum();
        let pairs = table.as_flattened().iter().sum();
        rate("consistency by distance", "the number of pairs at this distance", same, pairs, level)
    }
}

impl Tally for RatingRanking {
    /// The rating of A, the rating of B, and the ranking of the two.
    type Record<'a> = RatedAndRanked;

    fn record(&mut self, (a, b, ranking): Self::Record<'_>) -> Result<()> {
        check_room(self.records(), 1)?;
        match (implied_verdict(a, b), a, b, ranking) {
            (Some(implied), Some(a), Some(b), Some(ranking)) => {
                // Two infinite ratings are as far apart as can be, or equal.
                let distance = if a == b { 0.0 } else { (a - b).abs() };
                let bucket = (distance as usize).min(GAPS - 1);
                self.cells[bucket][implied as usize][ranking as usize] += 1;
            }
            _ => self.skipped += 1,
        }
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_room(self.records(), other.records())?;
        let others = other.cells.as_flattened().as_flattened().iter().copied();
        add_each(self.cells.as_flattened_mut().as_flattened_mut(), others);
        self.skipped += other.skipped;
        Ok(())
    }

    fn records(&self) -> u64 {
        self.compared() + self.skipped
    }
}

/// One verdict from the replies to a question that was put twice, the second time with the answers swapped.
///
/// ```text
/// (a) then (b): A        (b) then (a): B        (a) twice or (b) twice: equal        anything else: none
/// ```
///
/// The same letter twice means that the place decided, not the answer. The tests run in this order, so a reply that holds
/// both letters goes to the first that fits.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// A reply without a letter gives no verdict.
///
/// # Source
/// Bansal et al. 2023 (`scripts/llm_feedback_rankings.py`).
///
/// # Examples
/// ```
/// use probity::judge::order_debiased_verdict;
/// use probity::tally::Side;
/// assert_eq!(order_debiased_verdict("(a) is better", "(b)"), Some(Side::Left));
/// assert_eq!(order_debiased_verdict("(a)", "(a)"), Some(Side::Tie));
/// assert_eq!(order_debiased_verdict("neither", "(a)"), None);
/// ```
#[must_use]
pub fn order_debiased_verdict(first: &str, swapped: &str) -> Option<Side> {
    let says = |first_letter, second_letter| first.contains(first_letter) && swapped.contains(second_letter);
    if says("(a)", "(b)") {
        Some(Side::Left)
    } else if says("(b)", "(a)") {
        Some(Side::Right)
    } else if says("(a)", "(a)") || says("(b)", "(b)") {
        Some(Side::Tie)
    } else {
        None
    }
}

/// A model's win rate over a reference, from rankings.
///
/// ```text
/// win rate = mean(1 if the model wins, ½ if equal, 0 if it loses)      SE = s/√n
/// ```
///
/// `model` says on which side the model is. The interval is Student's over items, cut to 0..1; the paper prints
/// 1.96 · SE as half width, in percent.
///
/// # Undefined
/// Without a verdict. With one there is no standard error.
///
/// # Missing values
/// `None` is left out.
///
/// # Source
/// Bansal et al. 2023 (`scripts/calc_win_rate_from_rankings_eval.py`).
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Argument`] if the model is on neither side.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::win_rate_from_rankings;
/// use probity::tally::Side;
/// let verdicts = [Some(Side::Right), Some(Side::Tie), None];
/// assert_eq!(win_rate_from_rankings(&verdicts, Side::Right, Level::default())?.value, 0.75);
/// assert!(win_rate_from_rankings(&[None], Side::Right, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn win_rate_from_rankings(verdicts: &[Option<Side>], model: Side, level: Level) -> Result<Estimate> {
    if model == Side::Tie {
        return Err(Error::argument("side of the model", "left or right", model.name()));
    }
    let scores: Vec<f64> = verdicts.iter().flatten().map(|&verdict| verdict.points(model)).collect();
    mean_over_items("win rate from rankings", "verdicts", &scores, (0.0, 1.0), level)
}

/// A model's win rate over a reference, from ratings of both on the same instructions.
///
/// As [`win_rate_from_rankings`], of the verdicts that the ratings imply. Both slices have an entry an instruction; of an
/// instruction that was rated several times the paper keeps the first.
///
/// # Undefined
/// Without an instruction that has both ratings.
///
/// # Missing values
/// An instruction without one of the ratings is left out.
///
/// # Source
/// Bansal et al. 2023 (`scripts/calc_win_rate_from_ratings_eval.py`).
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Length`] if there is not one rating of the model a rating of the reference.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::win_rate_from_ratings;
/// let (reference, model) = ([Some(3.0), Some(5.0), None], [Some(5.0), Some(5.0), Some(7.0)]);
/// assert_eq!(win_rate_from_ratings(&reference, &model, Level::default())?.value, 0.75);
/// assert!(win_rate_from_ratings(&reference, &[], Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn win_rate_from_ratings(
    reference: &[Option<f64>],
    model: &[Option<f64>],
    level: Level,
) -> Result<Estimate> {
    num::check_same_length("ratings of the model", reference.len(), model.len())?;
    let verdicts: Vec<_> = reference.iter().zip(model).map(|(&r, &m)| implied_verdict(r, m)).collect();
    let estimate = win_rate_from_rankings(&verdicts, Side::Right, level)?;
    Ok(Estimate { method: "win rate from ratings", ..estimate })
}

/// The agreement of two annotators of pairs, in which a tie agrees by half with a preference.
///
/// ```text
/// mean of: 1 if both say the same, ½ if exactly one says equal, 0 if they prefer opposite answers
/// ```
///
/// The interval is Student's over pairs, cut to 0..1. It is not corrected for chance: two annotators who always say equal
/// agree fully.
///
/// # Undefined
/// Without a pair that both judged.
///
/// # Missing values
/// Pairs that one of them did not judge are left out.
///
/// # Source
/// Bansal et al. 2023, section 3; the credits are from memory of the text.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Length`] if the slices differ in length.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::half_tie_agreement;
/// use probity::tally::Side::{Left, Right, Tie};
/// let (first, second) = ([Some(Left), Some(Tie), Some(Left)], [Some(Left), Some(Left), Some(Right)]);
/// assert_eq!(half_tie_agreement(&first, &second, Level::default())?.value, 0.5);
/// assert!(half_tie_agreement(&[None], &[Some(Left)], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn half_tie_agreement(first: &[Option<Side>], second: &[Option<Side>], level: Level) -> Result<Estimate> {
    num::check_same_length("verdicts of the second annotator", first.len(), second.len())?;
    let both = first.iter().zip(second).filter_map(|(&a, &b)| Some(a?.half_tie_credit(b?)));
    mean_over_items(
        "agreement with half ties",
        "pairs that both judged",
        &both.collect::<Vec<_>>(),
        (0.0, 1.0),
        level,
    )
}

/// The mean over every two annotators of [`half_tie_agreement`]; two who judged no common pair are left out.
///
/// Every two annotators weigh the same, however many pairs they share. There is no standard error: two agreements that
/// share an annotator are not independent.
///
/// # Undefined
/// If no two annotators judged a common pair.
///
/// # Missing values
/// As [`half_tie_agreement`].
///
/// # Source
/// As [`half_tie_agreement`].
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Length`] if the annotators' verdicts differ in number.
///
/// # Examples
/// ```
/// use probity::judge::half_tie_agreement_of_annotators;
/// use probity::tally::Side::{Left, Right, Tie};
/// let annotators = [vec![Some(Left)], vec![Some(Left)], vec![Some(Tie)], vec![None]];
/// assert_eq!(half_tie_agreement_of_annotators(&annotators)?.value, 2.0 / 3.0);
/// assert!(half_tie_agreement_of_annotators(&[vec![Some(Right)]]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn half_tie_agreement_of_annotators<V: AsRef<[Option<Side>]>>(annotators: &[V]) -> Result<Estimate> {
    let metric = "agreement with half ties of every two annotators";
    let mut agreements = Vec::new();
    for (i, first) in annotators.iter().enumerate() {
        for second in &annotators[i + 1..] {
            match half_tie_agreement(first.as_ref(), second.as_ref(), Level::default()) {
                Ok(found) => agreements.push(found),
                Err(error) if error.is_undefined() => {}
                Err(error) => return Err(error),
            }
        }
    }
    if agreements.is_empty() {
        return Err(Error::undefined(metric, Undefined::NothingPairable));
    }
    let mean = num::sum(agreements.iter().map(|a| a.value)) / agreements.len() as f64;
    let items = annotators.first().map_or(0, |first| first.as_ref().len()) as u64;
    let judgments = annotators.iter().flat_map(AsRef::as_ref).flatten().count() as u64;
    Ok(Estimate::new(metric, mean).counted(items, annotators.len() as u64, judgments))
}
