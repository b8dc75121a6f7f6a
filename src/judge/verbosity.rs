use crate::correlation::{Options, pearson};
use crate::error::Result;
use crate::inference::{Estimate, Level, proportion_difference, rate};
use crate::tally::Side;

/// A verdict on two answers of some lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LengthVerdict {
    /// The length of A, in whatever unit.
    pub length_a: u64,
    /// The length of B.
    pub length_b: u64,
    /// Who won: `Left` is A.
    pub verdict: Side,
}

/// Whether the longer of two answers won; none for ties and equal lengths.
fn longer_won(length_a: u64, length_b: u64, verdict: Side) -> Option<bool> {
    let longer = match length_a.cmp(&length_b) {
        std::cmp::Ordering::Greater => Side::Left,
        std::cmp::Ordering::Less => Side::Right,
        std::cmp::Ordering::Equal => return None,
    };
    (verdict != Side::Tie).then_some(verdict == longer)
}

/// Whether a judge prefers longer answers; see [`verbosity_bias`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct VerbosityBias {
    /// The share of pairs in which the longer answer won.
    pub longer_preferred: Result<Estimate>,
    /// The correlation of the difference in length (A minus B) with A's victory.
    pub point_biserial: Result<Estimate>,
}

/// How often the longer answer wins, and how the difference in length goes with who wins.
///
/// ```text
/// longer preferred = #(longer wins)/#(decided pairs of unequal length)      r = Pearson(length A − length B, [A wins])
/// ```
///
/// A figure above ½ is no bias yet: longer answers may be better. [`verbosity_bias_conditional`] holds the judge against
/// humans.
///
/// # Undefined
/// Without a decided pair of unequal length; the correlation also if the differences or the winners do not vary.
///
/// # Missing values
/// Ties and pairs of equal length are left out of both.
///
/// # Source
/// Zheng et al. 2023, section 3.3 (verbosity bias); the correlation as in reports of length bias.
///
/// # Errors
/// Never: what is undefined is so in its field.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::{LengthVerdict, verbosity_bias};
/// use probity::tally::Side;
/// let pair = |length_a, length_b, verdict| LengthVerdict { length_a, length_b, verdict };
/// let pairs = [pair(9, 3, Side::Left), pair(2, 8, Side::Left), pair(5, 5, Side::Left), pair(1, 2, Side::Tie)];
/// let found = verbosity_bias(&pairs, Level::default());
/// assert_eq!(found.longer_preferred?.value, 0.5);
/// assert!(found.point_biserial.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[must_use]
pub fn verbosity_bias(pairs: &[LengthVerdict], level: Level) -> VerbosityBias {
    let (mut longer, mut differences, mut wins) = (0, Vec::new(), Vec::new());
    for pair in pairs {
        let Some(won) = longer_won(pair.length_a, pair.length_b, pair.verdict) else { continue };
        longer += u64::from(won);
        differences.push(pair.length_a as f64 - pair.length_b as f64);
        wins.push(f64::from(u8::from(pair.verdict == Side::Left)));
    }
    let n = differences.len() as u64;
    VerbosityBias {
        longer_preferred: rate(
            "longer answer preferred",
            "the number of decided pairs of unequal length",
            longer,
            n,
            level,
        ),
        point_biserial: pearson(&differences, &wins, &Options::new().level(level)),
    }
}

/// A human's and a judge's verdict on two answers of some lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JudgedLengths {
    /// The length of A.
    pub length_a: u64,
    /// The length of B.
    pub length_b: u64,
    /// What the human says.
    pub human: Side,
    /// What the judge says.
    pub judge: Side,
}

/// A judge's accuracy by whether humans prefer the longer answer; see [`verbosity_bias_conditional`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ConditionalVerbosity {
    /// Accuracy where the human prefers the longer answer.
    pub when_longer: Result<Estimate>,
    /// Accuracy where the human prefers the shorter answer.
    pub when_shorter: Result<Estimate>,
    /// The first minus the second: above 0 the judge leans to longer answers, below 0 to shorter ones.
    pub gap: Result<Estimate>,
}

/// How much better a judge agrees with humans who prefer the longer answer than with humans who prefer the shorter one.
///
/// ```text
/// gap = P(judge = human | human prefers the longer) − P(judge = human | human prefers the shorter)
/// ```
///
/// A judge without a lean to length errs equally often on both sides. The gap's interval is Newcombe's of two independent
/// proportions.
///
/// # Undefined
/// An accuracy without a pair on its side; the gap without one of them.
///
/// # Missing values
/// Pairs of equal length and pairs that the human calls a tie are left out; a tie of the judge is an error of it.
///
/// # Source
/// Saito et al. 2023, *Verbosity Bias in Preference Labeling by Large Language Models* (after equal opportunity, Hardt et
/// al. 2016).
///
/// # Errors
/// Never: what is undefined is so in its field.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::{JudgedLengths, verbosity_bias_conditional};
/// use probity::tally::Side::{Left, Right};
/// let pair = |human, judge| JudgedLengths { length_a: 9, length_b: 3, human, judge };
/// let found = verbosity_bias_conditional(&[pair(Left, Left), pair(Right, Left)], Level::default());
/// assert_eq!(found.gap?.value, 1.0);
/// let one_sided = verbosity_bias_conditional(&[pair(Left, Left)], Level::default());
/// assert!(one_sided.gap.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[must_use]
pub fn verbosity_bias_conditional(pairs: &[JudgedLengths], level: Level) -> ConditionalVerbosity {
    // (right, all) where the human prefers the shorter, the longer answer.
    let mut sides = [(0u64, 0u64); 2];
    for pair in pairs {
        if let Some(longer) = longer_won(pair.length_a, pair.length_b, pair.human) {
            let (right, all) = &mut sides[usize::from(longer)];
            *right += u64::from(pair.judge == pair.human);
            *all += 1;
        }
    }
    let [shorter, longer] = sides;
    let accuracy = |metric, what, (right, all)| rate(metric, what, right, all, level);
    let gap = proportion_difference(longer, shorter, level);
    ConditionalVerbosity {
        when_longer: accuracy("accuracy when humans prefer the longer", "the number of such pairs", longer),
        when_shorter: accuracy(
            "accuracy when humans prefer the shorter",
            "the number of such pairs",
            shorter,
        ),
        gap: gap.map(|gap| Estimate { method: "verbosity gap", ..gap }),
    }
}
