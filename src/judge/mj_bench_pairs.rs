use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, rate};
use crate::num;
use crate::rules::PairChoice;
use crate::tally::stored::{Format, stored};
use crate::tally::{Side, Tally, add_each, check_room, check_total};

/// On which scale thresholds are compared with a judge's scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ScoreScale {
    /// As the judge gives them.
    #[default]
    Raw,
    /// From 0 for the judge's least score of all given to 1 for the greatest, so that a threshold means the same for
    /// every judge.
    MinMax,
}

impl ScoreScale {
    /// The scores on this scale; `None` if they are all equal and the scale is theirs.
    pub(super) fn apply(self, scores: impl Iterator<Item = f64> + Clone) -> Option<impl Fn(f64) -> f64> {
        let (low, span) = match self {
            Self::Raw => (0.0, 1.0),
            Self::MinMax => {
                let low = scores.clone().fold(f64::INFINITY, f64::min);
                (low, scores.fold(f64::NEG_INFINITY, f64::max) - low)
            }
        };
        (span > 0.0 && span.is_finite()).then_some(move |score| (score - low) / span)
    }
}

/// A judge's scores of two outputs, and which one is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoredPair {
    /// Of the first; `None` if none could be read.
    pub first: Option<f64>,
    /// Of the second.
    pub second: Option<f64>,
    /// The better one.
    pub better: PairChoice,
}

/// How often a judge found the better of two outputs: right, wrong, tied, without a verdict.
///
/// # Missing values
/// Pairs without a verdict are counted apart. They count as ties do: wrong where ties are, left out where ties are.
///
/// # Source
/// MJ-Bench (arXiv 2407.04842): accuracy with and without ties.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::PairVerdicts;
/// use probity::rules::PairChoice::{First, Second};
/// use probity::tally::{Side, Tally};
/// let mut verdicts = PairVerdicts::default();
/// for (better, judged) in [(First, Some(Side::Left)), (Second, Some(Side::Left)), (First, Some(Side::Tie)), (First, None)] {
///     verdicts.record((better, judged))?;
/// }
/// let level = Level::default();
/// assert_eq!(verdicts.accuracy_with_ties(level)?.value, 0.25);
/// assert_eq!(verdicts.accuracy_without_ties(level)?.value, 0.5);
/// assert_eq!((verdicts.tie_rate(level)?.value, verdicts.unread()), (0.25, 1));
/// assert!(PairVerdicts::default().accuracy_with_ties(level).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PairVerdicts {
    counts: Body,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    correct: u64,
    wrong: u64,
    ties: u64,
    unread: u64,
}

impl Body {
    fn all(self) -> [u64; 4] {
        [self.correct, self.wrong, self.ties, self.unread]
    }

    fn all_mut(&mut self) -> [&mut u64; 4] {
        [&mut self.correct, &mut self.wrong, &mut self.ties, &mut self.unread]
    }
}

impl Format for PairVerdicts {
    type Body = Body;
    const NAME: &'static str = "probity.pair_verdicts";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        self.counts
    }

    fn from_body(counts: Body) -> Result<Self, String> {
        check_total(counts.all())?;
        Ok(Self { counts })
    }
}
stored!(PairVerdicts);

impl PairVerdicts {
    /// Pairs of which the better one was found.
    #[must_use]
    pub fn correct(&self) -> u64 {
        self.counts.correct
    }

    /// Pairs of which the other one was preferred.
    #[must_use]
    pub fn wrong(&self) -> u64 {
        self.counts.wrong
    }

    /// Pairs without a preference.
    #[must_use]
    pub fn ties(&self) -> u64 {
        self.counts.ties
    }

    /// Pairs without a verdict.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.counts.unread
    }

    /// The share of all pairs that are right, with Wilson's interval: ties are wrong.
    ///
    /// # Errors
    /// [`Error::Undefined`] without pairs.
    pub fn accuracy_with_ties(&self, level: Level) -> Result<Estimate> {
        rate("accuracy with ties", "the number of pairs", self.counts.correct, self.records(), level)
    }

    /// The share of the pairs with a preference that are right, with Wilson's interval.
    ///
    /// # Errors
    /// [`Error::Undefined`] without such a pair.
    pub fn accuracy_without_ties(&self, level: Level) -> Result<Estimate> {
        let Body { correct, wrong, .. } = self.counts;
        rate(
            "accuracy without ties",
            "the number of pairs with a preference",
            correct,
            correct + wrong,
            level,
        )
    }

    /// The share of all pairs that are ties, with Wilson's interval.
    ///
    /// # Errors
    /// [`Error::Undefined`] without pairs.
    pub fn tie_rate(&self, level: Level) -> Result<Estimate> {
        rate("tie rate", "the number of pairs", self.counts.ties, self.records(), level)
    }
}

impl Tally for PairVerdicts {
    /// Which of a pair is better, and which the judge prefers: the first is on the left.
    type Record<'a> = (PairChoice, Option<Side>);

    fn record(&mut self, (better, judged): Self::Record<'_>) -> Result<()> {
        check_room(self.records(), 1)?;
        let count = match (better, judged) {
            (_, None) => &mut self.counts.unread,
            (_, Some(Side::Tie)) => &mut self.counts.ties,
            (PairChoice::First, Some(Side::Left)) | (PairChoice::Second, Some(Side::Right)) => {
                &mut self.counts.correct
            }
            _ => &mut self.counts.wrong,
        };
        *count += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_room(self.records(), other.records())?;
        add_each(self.counts.all_mut(), other.counts.all());
        Ok(())
    }

    fn records(&self) -> u64 {
        self.counts.all().into_iter().sum()
    }
}

/// The verdicts that a judge's scores give: a tie where they differ by at most `threshold`, else the greater.
///
/// Scores that are all equal are ties on any scale.
///
/// # Undefined
/// Never: what is undefined without pairs is a figure of the tally. On the scale of a judge whose scores are all the same
/// every pair is a tie.
///
/// # Missing values
/// A pair without one of the scores has no verdict.
///
/// # Source
/// MJ-Bench (arXiv 2407.04842), `get_pred` of `utils/rm_utils.py`; its threshold for inference is 0. Min-max over all
/// scores of the judge on the split, before thresholds of judges are compared.
///
/// # Errors
/// [`Error::NotFinite`] for a score that is not finite; [`Error::Argument`] for a threshold below 0 or not finite.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::{ScoreScale, ScoredPair, pair_verdicts};
/// use probity::rules::PairChoice::{First, Second};
/// let pair = |first, second, better| ScoredPair { first: Some(first), second: Some(second), better };
/// let pairs = [pair(1.0, 0.5, First), pair(0.5, 1.0, Second), pair(2.0, 0.0, Second)];
/// let strict = pair_verdicts(&pairs, ScoreScale::Raw, 0.0)?;
/// assert_eq!((strict.correct(), strict.wrong(), strict.ties()), (2, 1, 0));
/// // A difference that equals the threshold is a tie.
/// let lenient = pair_verdicts(&pairs, ScoreScale::Raw, 0.5)?;
/// assert_eq!((lenient.correct(), lenient.wrong(), lenient.ties()), (0, 1, 2));
/// assert!(pair_verdicts(&pairs, ScoreScale::Raw, -0.1).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pair_verdicts(pairs: &[ScoredPair], scale: ScoreScale, threshold: f64) -> Result<PairVerdicts> {
    num::check_at_least_0("tie threshold", threshold)?;
    for (index, pair) in pairs.iter().enumerate() {
        if let Some(value) = [pair.first, pair.second].into_iter().flatten().find(|score| !score.is_finite())
        {
            return Err(Error::NotFinite { what: "scores of pairs", index, value: value.to_string() });
        }
    }
    let scaled = scale.apply(pairs.iter().flat_map(|pair| [pair.first, pair.second]).flatten());
    let difference = |first: f64, second: f64| scaled.as_ref().map_or(0.0, |on| on(first) - on(second));
    let mut verdicts = PairVerdicts::default();
    for pair in pairs {
        let judged = pair.first.zip(pair.second).and_then(|(first, second)| {
            let difference = difference(first, second);
            if difference.abs() <= threshold { Some(Side::Tie) } else { Side::of(difference) }
        });
        verdicts.record((pair.better, judged))?;
    }
    Ok(verdicts)
}

/// The verdicts under each of several thresholds: how accuracy and ties depend on what counts as a tie.
///
/// # Undefined
/// As [`pair_verdicts`].
///
/// # Source
/// MJ-Bench (arXiv 2407.04842), the ablation over ties; its grid could not be read. 0, 0.01, 0.02, 0.05, 0.1 and 0.2 of a
/// judge's range are sensible.
///
/// # Errors
/// As [`pair_verdicts`].
///
/// # Examples
/// ```
/// use probity::judge::{ScoreScale, ScoredPair, tie_thresholds};
/// use probity::rules::PairChoice::First;
/// let pair = |first, second| ScoredPair { first: Some(first), second: Some(second), better: First };
/// let pairs = [pair(10.0, 0.0), pair(5.0, 4.5)];
/// let found = tie_thresholds(&pairs, ScoreScale::MinMax, &[0.0, 0.1])?;
/// assert_eq!(found.iter().map(|verdicts| verdicts.ties()).collect::<Vec<_>>(), [0, 1]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn tie_thresholds(
    pairs: &[ScoredPair],
    scale: ScoreScale,
    thresholds: &[f64],
) -> Result<Vec<PairVerdicts>> {
    thresholds.iter().map(|&threshold| pair_verdicts(pairs, scale, threshold)).collect()
}
