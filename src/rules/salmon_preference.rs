use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::rng::Stream;

/// Which of two outputs is preferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PairChoice {
    /// The first.
    First,
    /// The second.
    Second,
}

impl PairChoice {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    /// The sign's: above 0 the first, below 0 the second.
    pub(super) fn of_sign(x: f64) -> Option<Self> {
        match x {
            x if x > 0.0 => Some(Self::First),
            x if x < 0.0 => Some(Self::Second),
            _ => None,
        }
    }
}

/// How much one principle speaks for the first output, and which output it prefers.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SalmonScore {
    /// The relative score with the first output shown first, then with the second shown first.
    pub scores: [f64; 2],
    /// The output preferred in both orders.
    pub preference: Option<PairChoice>,
}

/// A principle's preference between two outputs from the logits of "a" and "b" in both orders.
///
/// ```text
/// s₁₂ = logit(a) − logit(b), first output shown as a        s₂₁ = logit(b) − logit(a), second output shown as a
/// ```
///
/// # Source
/// Sun et al. 2023 (SALMON, arXiv 2310.05910), `synthetic_preference.py`.
///
/// # Errors
/// [`Error::NotFinite`] for a logit that is not finite.
///
/// # Examples
/// ```
/// use probity::rules::{PairChoice, salmon_pair_preference};
/// assert_eq!(salmon_pair_preference([1.5, 0.5], [0.0, 0.25])?.preference, Some(PairChoice::First));
/// // The letter a is preferred whatever it stands for: no preference.
/// assert_eq!(salmon_pair_preference([1.0, 0.5], [1.0, 0.5])?.preference, None);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn salmon_pair_preference(
    first_shown_first: [f64; 2],
    second_shown_first: [f64; 2],
) -> Result<SalmonScore> {
    num::check_finite("logits", &[first_shown_first, second_shown_first].concat())?;
    let scores = [first_shown_first[0] - first_shown_first[1], second_shown_first[1] - second_shown_first[0]];
    let [one, other] = scores.map(PairChoice::of_sign);
    Ok(SalmonScore { scores, preference: one.filter(|_| one == other) })
}

/// The scores of all principles on one pair; `None` where a principle lacks one.
pub type SalmonScores = Vec<Option<[f64; 2]>>;

/// The population variance of all scores of each principle, both orders together.
///
/// # Undefined
/// Where a principle has no score, or its scores do not vary.
///
/// # Missing values
/// A pair without a score of a principle is left out for that principle.
///
/// # Source
/// Sun et al. 2023 (SALMON, arXiv 2310.05910), `aggregate_synthetic_preference.py`.
///
/// # Errors
/// [`Error::Length`] for a pair with another number of principles than the first; [`Error::NotFinite`] for a score that
/// is not finite; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::rules::salmon_variances;
/// assert_eq!(salmon_variances(&[vec![Some([1.0, 2.0])], vec![None], vec![Some([3.0, 2.0])]])?, [0.5]);
/// assert!(salmon_variances(&[vec![Some([1.0, 1.0])]]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn salmon_variances(pairs: &[SalmonScores]) -> Result<Vec<f64>> {
    const METRIC: &str = "variance of a principle's scores";
    let principles = pairs.first().map_or(0, Vec::len);
    let mut values = vec![Vec::new(); principles];
    for scores in pairs {
        num::check_same_length("scores of a pair", principles, scores.len())?;
        for (values, score) in values.iter_mut().zip(scores) {
            values.extend(score.iter().flatten());
        }
    }
    let variance = |values: &Vec<f64>| {
        num::check_finite("scores of a principle", values)?;
        if values.is_empty() {
            return Err(Error::undefined(METRIC, Undefined::Nothing { what: "scores" }));
        }
        let n = values.len() as f64;
        let mean = num::sum(values.iter().copied()) / n;
        let variance = num::sum(values.iter().map(|x| (x - mean) * (x - mean))) / n;
        if variance > 0.0 && variance.is_finite() {
            Ok(variance)
        } else {
            Err(Error::undefined(METRIC, Undefined::NoVariance { what: "a principle's score" }))
        }
    };
    values.iter().map(variance).collect()
}

/// Places of the pairs that have a score of every principle; the others are dropped once the variances are known.
///
/// # Examples
/// ```
/// use probity::rules::salmon_complete_pairs;
/// assert_eq!(salmon_complete_pairs(&[vec![Some([1.0, 2.0]), None], vec![Some([0.0, 0.0]); 2]]), [1]);
/// ```
#[must_use]
pub fn salmon_complete_pairs(pairs: &[SalmonScores]) -> Vec<usize> {
    (0..pairs.len()).filter(|&i| pairs[i].iter().all(Option::is_some)).collect()
}

/// One principle's say on a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SalmonVoice {
    /// Its scores in both orders.
    pub scores: [f64; 2],
    /// Whether it is negated.
    pub negated: bool,
    /// The variance of its scores over the data.
    pub variance: f64,
}

/// The label of a pair under some signed principles.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SalmonLabel {
    /// Scaled and signed scores of the principles.
    pub scores: Vec<f64>,
    /// Place of the principle that decides.
    pub dominant: usize,
    /// The output that it prefers; `None` if all scores are 0.
    pub preference: Option<PairChoice>,
}

/// The label of a pair by its dominant principle: the one with the most pronounced score.
///
/// ```text
/// z = mean(s₁₂, s₂₁) / variance if both have the same sign, else 0;  −z if negated
/// dominant = the first with the greatest |z|;  z > 0: the first output, z < 0: the second
/// ```
///
/// # Undefined
/// Without principles.
///
/// # Source
/// Sun et al. 2023 (SALMON, arXiv 2310.05910), `aggregate_synthetic_preference.py`, which divides by the variance, not by the
/// standard deviation.
///
/// # Errors
/// [`Error::Argument`] for a variance that is not above 0; [`Error::NotFinite`] for a score that is not finite;
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::rules::{PairChoice, SalmonVoice, salmon_label};
/// let concise = SalmonVoice { scores: [0.5, 0.7], negated: true, variance: 2.0 };
/// let ethical = SalmonVoice { scores: [0.2, -0.1], negated: false, variance: 1.0 };
/// let label = salmon_label(&[ethical, concise])?;
/// assert_eq!((label.dominant, label.preference), (1, Some(PairChoice::Second)));
/// // Orders that contradict each other give no label.
/// assert_eq!(salmon_label(&[ethical])?.preference, None);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn salmon_label(voices: &[SalmonVoice]) -> Result<SalmonLabel> {
    let mut scores = Vec::with_capacity(voices.len());
    for voice in voices {
        num::check_finite("scores of a principle", &voice.scores)?;
        num::check_positive("variance", voice.variance)?;
        let [one, other] = voice.scores.map(PairChoice::of_sign);
        let z = if one.is_some() && one == other {
            // Halves first: the sum of two large scores could leave the range.
            (0.5 * voice.scores[0] + 0.5 * voice.scores[1]) / voice.variance
        } else {
            0.0
        };
        if !z.is_finite() {
            return Err(Error::Overflow { what: "a scaled score" });
        }
        scores.push(if voice.negated { -z } else { z });
    }
    let mut dominant = None;
    for (i, z) in scores.iter().enumerate() {
        if dominant.is_none_or(|(_, greatest)| z.abs() > greatest) {
            dominant = Some((i, z.abs()));
        }
    }
    let Some((dominant, _)) = dominant else {
        return Err(Error::undefined("label of a pair", Undefined::Nothing { what: "principles" }));
    };
    let preference = PairChoice::of_sign(scores[dominant]);
    Ok(SalmonLabel { scores, dominant, preference })
}

/// How often each of `principles` principles decided, from the number of the principle behind each label.
///
/// # Errors
/// [`Error::Index`] for a number that there is not.
///
/// # Examples
/// ```
/// use probity::rules::salmon_main_reasons;
/// assert_eq!(salmon_main_reasons([0, 2, 2], 3)?, [1, 0, 2]);
/// assert!(salmon_main_reasons([3], 3).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn salmon_main_reasons(dominant: impl IntoIterator<Item = usize>, principles: usize) -> Result<Vec<u64>> {
    let mut counts = vec![0; principles];
    for index in dominant {
        let count = counts.get_mut(index);
        *count.ok_or(Error::Index { what: "principle", index, len: principles })? += 1;
    }
    Ok(counts)
}

/// Principles with their signs, drawn for one use of a pair: numbers below `principles`, and whether each is negated.
///
/// ```text
/// number of principles: geometric with parameter p (1, 2, ..), drawn again while it is above max
/// which ones: the first of a random order        negated: each with probability 1/2
/// ```
///
/// All are taken where there are fewer than drawn.
///
/// # Source
/// Sun et al. 2023 (SALMON, arXiv 2310.05910), `aggregate_synthetic_preference.py`, p = 0.2, max = 8, four draws a pair. The
/// truncated law is drawn from directly, not by drawing again, and the generator is ours.
///
/// # Errors
/// [`Error::Argument`] for p outside 0..1 (0 excluded) or a max of 0.
///
/// # Examples
/// ```
/// use probity::rng::Stream;
/// use probity::rules::salmon_draw_signed;
/// let drawn = salmon_draw_signed(8, 0.2, 8, &mut Stream::new(42, 0, 0))?;
/// assert!((1..=8).contains(&drawn.len()));
/// assert_eq!(salmon_draw_signed(8, 1.0, 8, &mut Stream::new(42, 0, 0))?.len(), 1);
/// assert!(salmon_draw_signed(0, 0.2, 8, &mut Stream::new(42, 0, 0))?.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn salmon_draw_signed(
    principles: usize,
    p: f64,
    max: usize,
    stream: &mut Stream,
) -> Result<Vec<(usize, bool)>> {
    if !(p > 0.0 && p <= 1.0) {
        return Err(Error::argument("p", "a number above 0, at most 1", p));
    }
    if max == 0 {
        return Err(Error::argument("max", "1 or more principles", max));
    }
    let mut order: Vec<usize> = (0..principles).collect();
    stream.shuffle(&mut order);
    // The k with 1 − (1 − p)^(k − 1) ≤ u·(1 − (1 − p)^max) < 1 − (1 − p)^k. The logarithm of the platform would do
    // differently elsewhere.
    let tail = -libm::expm1(max as f64 * libm::log1p(-p));
    let drawn = libm::ceil(libm::log1p(-stream.uniform() * tail) / libm::log1p(-p));
    let count = if drawn.is_finite() { (drawn as usize).clamp(1, max) } else { 1 };
    Ok(order.into_iter().take(count).map(|i| (i, stream.next_u32() & 1 == 1)).collect())
}

/// What SALMON's rules look at after the label is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SalmonEvidence<'a> {
    /// Whether each output says that it is a language model ([`SALMON_BOILERPLATE`]).
    pub boilerplate: [bool; 2],
    /// Whether the rule about that is followed: true with probability 1/2.
    pub coin: bool,
    /// Language of the instruction.
    pub instruction_language: &'a str,
    /// Languages of the outputs.
    pub languages: [&'a str; 2],
}

/// What marks an output that talks about itself.
pub const SALMON_BOILERPLATE: &str = "As an AI language model";

/// A label after the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SalmonOverride {
    /// The preferred output; `None` if the pair is dropped.
    pub preference: Option<PairChoice>,
    /// Whether a rule decided.
    pub by_rule: bool,
}

/// The rules that override the principles' label.
///
/// 1. If one output alone says that it is a language model and the coin says so, the other is preferred.
/// 2. If the first output is in another language than the instruction, the pair is dropped where the second is, too, and
///    the second is preferred otherwise; if the second alone is, the first is preferred.
///
/// # Source
/// Sun et al. 2023 (SALMON, arXiv 2310.05910), `aggregate_synthetic_preference.py`.
///
/// # Examples
/// ```
/// use probity::rules::{PairChoice, SalmonEvidence, salmon_override};
/// let evidence = SalmonEvidence {
///     boilerplate: [true, false], coin: true, instruction_language: "zh", languages: ["zh", "en"],
/// };
/// // The language has the last word.
/// assert_eq!(salmon_override(PairChoice::Second, &evidence).preference, Some(PairChoice::First));
/// let both_wrong = SalmonEvidence { languages: ["en", "en"], ..evidence };
/// assert_eq!(salmon_override(PairChoice::First, &both_wrong).preference, None);
/// ```
#[must_use]
pub fn salmon_override(preference: PairChoice, evidence: &SalmonEvidence<'_>) -> SalmonOverride {
    let by_boilerplate = match evidence.boilerplate {
        [true, false] if evidence.coin => Some(PairChoice::Second),
        [false, true] if evidence.coin => Some(PairChoice::First),
        _ => None,
    };
    let by_language = match evidence.languages.map(|language| language != evidence.instruction_language) {
        [true, true] => return SalmonOverride { preference: None, by_rule: by_boilerplate.is_some() },
        [true, false] => Some(PairChoice::Second),
        [false, true] => Some(PairChoice::First),
        [false, false] => None,
    };
    let by_rule = by_language.or(by_boilerplate);
    SalmonOverride { preference: Some(by_rule.unwrap_or(preference)), by_rule: by_rule.is_some() }
}

/// A label with noise: the other one where a uniform lies below `noise`, or below 2.5 times that after a rule decided.
///
/// # Source
/// Sun et al. 2023 (SALMON, arXiv 2310.05910), `aggregate_synthetic_preference.py`, noise 0.1.
///
/// # Errors
/// [`Error::Argument`] for a uniform or a noise outside 0..1.
///
/// # Examples
/// ```
/// use probity::rules::{PairChoice, salmon_noisy};
/// assert_eq!(salmon_noisy(PairChoice::First, false, 0.1, 0.2)?, PairChoice::First);
/// assert_eq!(salmon_noisy(PairChoice::First, true, 0.1, 0.2)?, PairChoice::Second);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn salmon_noisy(preference: PairChoice, by_rule: bool, noise: f64, uniform: f64) -> Result<PairChoice> {
    const AFTER_A_RULE: f64 = 2.5;
    for (name, x) in [("noise", noise), ("uniform", uniform)] {
        num::check_probability(name, x)?;
    }
    let share = if by_rule { noise * AFTER_A_RULE } else { noise };
    Ok(if uniform < share { preference.other() } else { preference })
}
