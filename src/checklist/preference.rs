use crate::checklist::{Answered, Unanswered};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, estimate_from_influence, mean_over_items, rate};
use crate::num;
use crate::tally::Side;

/// The response that passes more of its checklist; a tie for equal pass rates.
///
/// Rates are compared exactly, so 2 of 4 ties with 3 of 6.
///
/// # Undefined
/// If no question counts for one of them.
///
/// # Missing values
/// By `unanswered`.
///
/// # Source
/// Cook et al. 2024 (TICK, arXiv 2410.03608).
///
/// # Errors
/// [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::checklist::{Unanswered, checklist_preference};
/// use probity::tally::Side;
/// let (all, half) = ([Some(true), Some(true)], [Some(true), None]);
/// assert_eq!(checklist_preference(&all, &half, Unanswered::Fails)?, Side::Left);
/// assert_eq!(checklist_preference(&all, &half, Unanswered::Dropped)?, Side::Tie);
/// assert!(checklist_preference(&all, &[], Unanswered::Fails).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn checklist_preference(
    left: &[Option<bool>],
    right: &[Option<bool>],
    unanswered: Unanswered,
) -> Result<Side> {
    let (left, right) = (Answered::from_answers(left), Answered::from_answers(right));
    let (of_left, of_right) = (left.asked(unanswered), right.asked(unanswered));
    if of_left == 0 || of_right == 0 {
        return Err(Error::undefined("preference by checklist", Undefined::Nothing { what: "questions" }));
    }
    let product = |passed: u64, asked: u64| u128::from(passed) * u128::from(asked);
    Ok(match product(left.passed, of_right).cmp(&product(right.passed, of_left)) {
        std::cmp::Ordering::Greater => Side::Left,
        std::cmp::Ordering::Less => Side::Right,
        std::cmp::Ordering::Equal => Side::Tie,
    })
}

/// Which of two responses passes more, instruction by instruction. From [`checklist_preferences`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ChecklistPreferences {
    /// The better side of each pair.
    pub sides: Vec<Side>,
    /// Wins of the left and half of the ties, as a share; Student's interval over pairs, cut to 0..1.
    pub win_rate: Estimate,
    /// Share of ties, which are frequent; Wilson's interval.
    pub tie_rate: Estimate,
}

/// The preferences that pass rates give for pairs of responses, with the left side's win rate.
///
/// ```text
/// win rate = (wins + ½·ties)/pairs
/// ```
///
/// # Undefined
/// Without pairs, or if no question counts for a response.
///
/// # Missing values
/// By `unanswered`.
///
/// # Source
/// Cook et al. 2024 (TICK, arXiv 2410.03608). Ratings of several systems from such wins: [`crate::preference`].
///
/// # Errors
/// [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::checklist::{Unanswered, checklist_preferences};
/// use probity::inference::Level;
/// let (yes, no) = (Some(true), Some(false));
/// let pairs = [([yes, yes], [yes, no]), ([yes, no], [no, yes])];
/// let found = checklist_preferences(&pairs, Unanswered::Fails, Level::default())?;
/// assert_eq!((found.win_rate.value, found.tie_rate.value), (0.75, 0.5));
/// let none: [([Option<bool>; 1], [Option<bool>; 1]); 0] = [];
/// assert!(checklist_preferences(&none, Unanswered::Fails, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn checklist_preferences<A: AsRef<[Option<bool>]>, B: AsRef<[Option<bool>]>>(
    pairs: &[(A, B)],
    unanswered: Unanswered,
    level: Level,
) -> Result<ChecklistPreferences> {
    let side = |(left, right): &(A, B)| checklist_preference(left.as_ref(), right.as_ref(), unanswered);
    let sides: Vec<Side> = pairs.iter().map(side).collect::<Result<_>>()?;
    let shares: Vec<f64> = sides.iter().map(|side| side.points(Side::Left)).collect();
    let ties = sides.iter().filter(|&&side| side == Side::Tie).count() as u64;
    Ok(ChecklistPreferences {
        win_rate: mean_over_items("win rate by checklist", "pairs", &shares, (0.0, 1.0), level)?,
        tie_rate: rate("tie rate", "the number of pairs", ties, sides.len() as u64, level)?,
        sides,
    })
}

/// How often a judge prefers what people prefer. From [`preference_agreement`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PreferenceAgreement {
    /// Share of equal preferences, a tie being a preference of its own; Wilson's interval.
    pub exact: Estimate,
    /// The same with half for a tie of one of the two only; Student's interval over pairs, cut to 0..1.
    pub half_credit: Estimate,
    /// Share of equal preferences where people have one: a judge's tie is wrong there; Wilson's interval.
    ///
    /// # Errors
    /// [`Error::Undefined`] if people are tied everywhere.
    pub without_human_ties: Result<Estimate>,
}

/// The agreement of a judge's preferences with people's, under three rules for ties.
///
/// Graded preferences become sides with [`Side::of`].
///
/// # Undefined
/// Without pairs.
///
/// # Source
/// Cook et al. 2024 (TICK, arXiv 2410.03608): exact agreement. Without human ties it is the response-level agreement
/// of PROFILE (arXiv 2410.06965).
///
/// # Errors
/// [`Error::Length`] unless there is one of each for every pair; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::checklist::preference_agreement;
/// use probity::inference::Level;
/// use probity::tally::Side::{Left, Right, Tie};
/// let found = preference_agreement(&[Left, Tie, Right, Left], &[Left, Tie, Left, Tie], Level::default())?;
/// assert_eq!((found.exact.value, found.half_credit.value), (0.5, 0.625));
/// assert_eq!(found.without_human_ties?.value, 1.0 / 3.0);
/// assert!(preference_agreement(&[], &[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn preference_agreement(human: &[Side], judge: &[Side], level: Level) -> Result<PreferenceAgreement> {
    num::check_same_length("preferences of the judge", human.len(), judge.len())?;
    let pairs = || human.iter().zip(judge);
    let credits: Vec<f64> = pairs().map(|(human, &judge)| human.half_tie_credit(judge)).collect();
    let same = pairs().filter(|(h, j)| h == j).count() as u64;
    let decided = || pairs().filter(|(h, _)| **h != Side::Tie);
    let same_decided = decided().filter(|(h, j)| h == j).count() as u64;
    let n = human.len() as u64;
    Ok(PreferenceAgreement {
        exact: rate("exact agreement", "the number of pairs", same, n, level)?,
        half_credit: mean_over_items(
            "agreement with half credit for ties",
            "pairs",
            &credits,
            (0.0, 1.0),
            level,
        )?,
        without_human_ties: rate(
            "agreement without human ties",
            "the number of pairs that people are decided on",
            same_decided,
            decided().count() as u64,
            level,
        ),
    })
}

/// How a pair counts in [`weighted_pairwise_agreement`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum AgreementWeight {
    /// By the strength of the human preference; a judge's tie earns half of it.
    HumanStrength,
    /// Alike; what is earned falls linearly with the distance of the two grades.
    LinearDistance {
        /// The distance that earns nothing: 4 on the scale −2..2.
        max_distance: f64,
    },
}

/// The agreement of graded preferences, weighted (WPRA).
///
/// ```text
/// human strength:   Σ|h|·c / Σ|h|          c = 1 same sign, ½ judge tied, 0 opposite
/// linear distance:  mean(1 − |h − j|/d)    d: the greatest distance
/// ```
///
/// Grades are above 0 for the first response, below 0 for the second; the paper's people gave −2..2. 1 for identical
/// grades. The interval is Student's over pairs, cut to 0..1.
///
/// # Undefined
/// Without pairs; weighted by human strength, if all human preferences are ties.
///
/// # Source
/// Cook et al. 2024 (TICK, arXiv 2410.03608) names the figure. Its formula could not be read: both weights are ours.
///
/// # Errors
/// [`Error::Length`] unless there is one of each for every pair; [`Error::NotFinite`] for a grade that is not finite;
/// [`Error::Argument`] for a greatest distance that is not above 0 or that two grades exceed; [`Error::Undefined`] as
/// said.
///
/// # Examples
/// ```
/// use probity::checklist::{AgreementWeight, weighted_pairwise_agreement};
/// use probity::inference::Level;
/// let (human, judge) = ([2.0, -1.0, 1.0], [1.0, 0.0, -1.0]);
/// let strength = weighted_pairwise_agreement(&human, &judge, AgreementWeight::HumanStrength, Level::default())?;
/// assert_eq!(strength.value, 0.625);
/// let linear = AgreementWeight::LinearDistance { max_distance: 4.0 };
/// let linear = weighted_pairwise_agreement(&human, &judge, linear, Level::default())?;
/// assert!((linear.value - 2.0 / 3.0).abs() < 1e-15);
/// let tied = weighted_pairwise_agreement(&[0.0], &[1.0], AgreementWeight::HumanStrength, Level::default());
/// assert!(tied.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn weighted_pairwise_agreement(
    human: &[f64],
    judge: &[f64],
    weight: AgreementWeight,
    level: Level,
) -> Result<Estimate> {
    num::check_same_length("preferences of the judge", human.len(), judge.len())?;
    num::check_finite("preferences of people", human)?;
    num::check_finite("preferences of the judge", judge)?;
    match weight {
        AgreementWeight::HumanStrength => by_strength(human, judge, level),
        AgreementWeight::LinearDistance { max_distance } => by_distance(human, judge, max_distance, level),
    }
}

fn by_strength(human: &[f64], judge: &[f64], level: Level) -> Result<Estimate> {
    let metric = "WPRA by human strength";
    let credit = |h: f64, j: f64| match (Side::of(h), Side::of(j)) {
        (h, j) if h == j => 1.0,
        (_, Some(Side::Tie)) => 0.5,
        _ => 0.0,
    };
    let pairs = || human.iter().zip(judge).map(|(&h, &j)| (h.abs(), credit(h, j)));
    let earned = num::sum(pairs().map(|(strength, credit)| strength * credit));
    let strength = num::sum(pairs().map(|(strength, _)| strength));
    let reason = Undefined::ZeroDenominator { what: "the strength of all human preferences" };
    let value = num::ratio(metric, earned, strength, reason)?;
    let mean = strength / human.len() as f64;
    let influence: Vec<f64> = pairs().map(|(strength, credit)| strength * (credit - value) / mean).collect();
    Ok(estimate_from_influence(metric, value, &influence, level, Some((0.0, 1.0))))
}

fn by_distance(human: &[f64], judge: &[f64], max_distance: f64, level: Level) -> Result<Estimate> {
    num::check_positive("greatest distance", max_distance)?;
    let credit = |(h, j): (&f64, &f64)| match (h - j).abs() {
        distance if distance <= max_distance => Ok(1.0 - distance / max_distance),
        distance => Err(Error::argument("distance of two grades", "at most the greatest distance", distance)),
    };
    let credits: Vec<f64> = human.iter().zip(judge).map(credit).collect::<Result<_>>()?;
    mean_over_items("WPRA by linear distance", "pairs", &credits, (0.0, 1.0), level)
}
