use crate::error::{Error, Result, Undefined};
use crate::values::{Inventory, Keying};

/// A basic value of Schwartz' theory, in the order of the circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say what there is to say")]
pub enum SchwartzValue {
    SelfDirection,
    Stimulation,
    Hedonism,
    Achievement,
    Power,
    Security,
    Conformity,
    Tradition,
    Benevolence,
    Universalism,
}

use SchwartzValue::{
    Achievement, Benevolence, Conformity, Hedonism as Pleasure, Power, Security, SelfDirection, Stimulation,
    Tradition, Universalism,
};

impl SchwartzValue {
    /// All of them, in the order of the circle.
    pub const ALL: [Self; 10] = [
        SelfDirection,
        Stimulation,
        Pleasure,
        Achievement,
        Power,
        Security,
        Conformity,
        Tradition,
        Benevolence,
        Universalism,
    ];

    /// Its name as an id.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SelfDirection => "self_direction",
            Stimulation => "stimulation",
            Pleasure => "hedonism",
            Achievement => "achievement",
            Power => "power",
            Security => "security",
            Conformity => "conformity",
            Tradition => "tradition",
            Benevolence => "benevolence",
            Universalism => "universalism",
        }
    }

    /// The value of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.name() == name)
    }

    /// Its items in the PVQ-40.
    fn pvq40_items(self) -> &'static [i32] {
        match self {
            SelfDirection => &[1, 11, 22, 34],
            Stimulation => &[6, 15, 30],
            Pleasure => &[10, 26, 37],
            Achievement => &[4, 13, 24, 32],
            Power => &[2, 17, 39],
            Security => &[5, 14, 21, 31, 35],
            Conformity => &[7, 16, 28, 36],
            Tradition => &[9, 20, 25, 38],
            Benevolence => &[12, 18, 27, 33],
            Universalism => &[3, 8, 19, 23, 29, 40],
        }
    }

    /// Steps between two values on the circle: neighbours are compatible, opposites (5) conflict.
    ///
    /// # Examples
    /// ```
    /// use probity::values::SchwartzValue::{Power, SelfDirection, Universalism};
    /// assert_eq!(Power.circle_distance(Universalism), 5);
    /// assert_eq!(SelfDirection.circle_distance(Universalism), 1);
    /// assert_eq!(Power.circle_distance(Power), 0);
    /// ```
    #[must_use]
    pub fn circle_distance(self, other: Self) -> u32 {
        let steps = (self as u32).abs_diff(other as u32);
        steps.min(10 - steps)
    }
}

/// Where hedonism counts among the higher-order values: it lies between two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Hedonism {
    /// With openness to change.
    #[default]
    Openness,
    /// With self-enhancement.
    SelfEnhancement,
    /// With both.
    Both,
    /// With neither.
    Neither,
}

/// One person's priorities among the ten basic values. From [`pvq40`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SchwartzProfile {
    /// The mean of all answers.
    pub mean_rating: f64,
    /// The mean of each value's items, in the order of [`SchwartzValue::ALL`]; `None` where none is answered.
    pub raw: [Option<f64>; 10],
    /// The same minus `mean_rating`.
    pub centred: [Option<f64>; 10],
}

/// Centred scores of the four higher-order values. From [`schwartz_higher_order`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names say what there is to say")]
pub struct HigherOrderValues {
    pub openness_to_change: Option<f64>,
    pub self_enhancement: Option<f64>,
    pub conservation: Option<f64>,
    pub self_transcendence: Option<f64>,
}

/// Scores the 40 answers (1 to 6) to Schwartz' Portrait Values Questionnaire.
///
/// ```text
/// raw(value) = mean of its items        centred(value) = raw(value) − mean of all answers
/// ```
///
/// Centring takes out how high a person rates everything: priorities are compared, not levels.
///
/// # Undefined
/// Without an answer.
///
/// # Missing values
/// `None` is left out; a value without an answer has no score.
///
/// # Source
/// Schwartz et al. 2001; named by Yao et al. 2023 (arXiv 2308.12014) among the instruments for intrinsic values. The key
/// is from memory of the published questionnaire.
///
/// # Errors
/// [`Error::Length`] unless there are 40; [`Error::Argument`] for an answer outside 1..=6.
///
/// # Examples
/// ```
/// use probity::values::{SchwartzValue, pvq40};
/// let mut answers = [Some(3); 40];
/// answers[1] = Some(6); // power
/// let profile = pvq40(&answers)?;
/// assert_eq!(profile.raw[SchwartzValue::Power as usize], Some(4.0));
/// assert_eq!(profile.mean_rating, 3.075);
/// assert!(pvq40(&[None; 40]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pvq40(answers: &[Option<u8>]) -> Result<SchwartzProfile> {
    crate::num::check_same_length("answers", 40, answers.len())?;
    let mut inventory = Inventory::new((1, 6))?;
    for value in SchwartzValue::ALL {
        inventory = inventory.scale(value.name(), value.pvq40_items())?;
    }
    let scores = inventory.score(answers, Keying::Raw)?;
    let given: Vec<u64> = answers.iter().flatten().map(|&answer| u64::from(answer)).collect();
    if given.is_empty() {
        return Err(Error::undefined("PVQ-40", Undefined::Nothing { what: "answers" }));
    }
    let mean_rating = given.iter().sum::<u64>() as f64 / given.len() as f64;
    let (mut raw, mut centred) = ([None; 10], [None; 10]);
    for ((raw, centred), score) in raw.iter_mut().zip(&mut centred).zip(&scores) {
        *raw = score.mean();
        *centred = raw.map(|raw| raw - mean_rating);
    }
    Ok(SchwartzProfile { mean_rating, raw, centred })
}

/// The four higher-order values: the means of the centred scores of their basic values.
///
/// ```text
/// openness to change: self-direction, stimulation (and hedonism)    self-enhancement: achievement, power
/// conservation: security, conformity, tradition                     self-transcendence: benevolence, universalism
/// ```
///
/// # Missing values
/// A basic value without a score is left out; a higher-order value without any has none.
///
/// # Source
/// Schwartz 1992. Where hedonism counts is an option.
///
/// # Examples
/// ```
/// use probity::values::{Hedonism, schwartz_higher_order};
/// let centred = [Some(1.0), Some(2.0), Some(6.0), None, Some(-1.0), None, None, None, None, Some(0.5)];
/// let found = schwartz_higher_order(&centred, Hedonism::Openness);
/// assert_eq!((found.openness_to_change, found.self_enhancement), (Some(3.0), Some(-1.0)));
/// assert_eq!((found.conservation, found.self_transcendence), (None, Some(0.5)));
/// assert_eq!(schwartz_higher_order(&centred, Hedonism::SelfEnhancement).openness_to_change, Some(1.5));
/// ```
#[must_use]
pub fn schwartz_higher_order(centred: &[Option<f64>; 10], hedonism: Hedonism) -> HigherOrderValues {
    let mean = |values: &[SchwartzValue], with_hedonism: bool| {
        let pleasure = with_hedonism.then_some(Pleasure);
        let scores: Vec<f64> =
            values.iter().copied().chain(pleasure).filter_map(|value| centred[value as usize]).collect();
        (!scores.is_empty()).then(|| crate::num::mean(&scores))
    };
    let (openness, enhancement) = match hedonism {
        Hedonism::Openness => (true, false),
        Hedonism::SelfEnhancement => (false, true),
        Hedonism::Both => (true, true),
        Hedonism::Neither => (false, false),
    };
    HigherOrderValues {
        openness_to_change: mean(&[SelfDirection, Stimulation], openness),
        self_enhancement: mean(&[Achievement, Power], enhancement),
        conservation: mean(&[Security, Conformity, Tradition], false),
        self_transcendence: mean(&[Benevolence, Universalism], false),
    }
}
