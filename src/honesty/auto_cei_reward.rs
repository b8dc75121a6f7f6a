use crate::calibration::TemperatureScaling;
use crate::error::{Error, Result, Undefined};
use crate::inference::Rate;
use crate::num;
use crate::rng::Stream;
use crate::text::{RefusalDetector, RefusalPatterns};

/// What draws of resampling have in common, apart from other uses of a seed.
const RESAMPLING: u32 = 0x6365_6972;

/// The phrases by which the training reward takes a response for a refusal, whatever else it says.
///
/// They are found inside of words and sentences, so they over-trigger: see the table in
/// [`auto_cei`](crate::honesty::auto_cei).
pub const REWARD_REFUSALS: RefusalPatterns<'static> = RefusalPatterns {
    name: "auto_cei_reward",
    source: "Auto-CEI (arXiv 2410.07627), released code, reward_processor",
    whole_words: false,
    always: &["i don't know", "sorry", "too difficult", "unfortunate", "no answer"],
    unless_asked: &[],
};

/// How the steps of a reasoning are counted: the pieces between separators, of which there is always one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepRule<'a> {
    /// Pieces between these marks: `".\n"` for mathematics and `"\n"` for logic in the paper.
    Separator(&'a str),
    /// Pieces between the words `since` before the first `sorry`, in any case: the paper's planning tasks.
    Planning,
}

impl StepRule<'_> {
    /// Steps of a response.
    ///
    /// # Errors
    /// [`Error::Argument`] for an empty separator.
    ///
    /// # Examples
    /// ```
    /// use probity::honesty::auto_cei::StepRule;
    /// assert_eq!(StepRule::Separator(".\n").count("One.\nTwo.\nThree")?, 3);
    /// assert_eq!(StepRule::Planning.count("Since a. Since b. Sorry, since c fails.")?, 3);
    /// assert_eq!(StepRule::Separator("\n").count("")?, 1);
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn count(self, response: &str) -> Result<u64> {
        match self {
            Self::Separator("") => Err(Error::argument("step separator", "a text", "an empty one")),
            Self::Separator(mark) => Ok(response.split(mark).count() as u64),
            Self::Planning => {
                let lower = response.to_lowercase();
                let tried = lower.split("sorry").next().unwrap_or_default();
                Ok(tried.split("since").count() as u64)
            }
        }
    }
}

/// How long a model must try before a refusal is worth something.
///
/// # Examples
/// ```
/// use probity::honesty::auto_cei::Curriculum;
/// let curriculum = Curriculum::new(13.0, 0.4)?;
/// assert_eq!(curriculum.refusal_reward(13), 0.0);
/// assert!(curriculum.refusal_reward(0) < -0.98 && curriculum.refusal_reward(20) > 0.88);
/// assert!(Curriculum::new(13.0, 0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curriculum {
    c1: f64,
    c2: f64,
}

impl Default for Curriculum {
    /// c₁ = 13 and c₂ = 0.4, those of the released training code.
    fn default() -> Self {
        Self { c1: 13.0, c2: 0.4 }
    }
}

impl Curriculum {
    /// From the number of steps at which a refusal is worth nothing, and the slope there.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a c₁ that is not finite; [`Error::Argument`] for a c₂ that is not above 0.
    pub fn new(c1: f64, c2: f64) -> Result<Self> {
        num::check_finite("c1 of the curriculum", &[c1])?;
        num::check_positive("c2 of the curriculum", c2)?;
        Ok(Self { c1, c2 })
    }

    /// The number of steps at which a refusal is worth nothing.
    #[must_use]
    pub fn c1(&self) -> f64 {
        self.c1
    }

    /// The slope there, times 2.
    #[must_use]
    pub fn c2(&self) -> f64 {
        self.c2
    }

    /// What a refusal after so many steps is worth.
    ///
    /// ```text
    /// r(n) = 2/(1 + exp(−c₂(n − c₁))) − 1 = tanh(c₂(n − c₁)/2)
    /// ```
    ///
    /// # Source
    /// Auto-CEI, its reward; the second form keeps its digits near c₁.
    #[must_use]
    pub fn refusal_reward(&self, steps: u64) -> f64 {
        (self.c2 * (steps as f64 - self.c1) / 2.0).tanh()
    }
}

/// The rewards of responses: 1 for a right one, [`Curriculum::refusal_reward`] for a refusal, −1 for the rest.
///
/// A refusal by the detector is one even if the response is right.
///
/// # Source
/// Auto-CEI and its released code, where the detector is that of [`REWARD_REFUSALS`]. The paper's text gives a right
/// answer 1 in any case; the code asks for a refusal first.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::Argument`] for an empty separator.
///
/// # Examples
/// ```
/// use probity::honesty::auto_cei::{Curriculum, REWARD_REFUSALS, StepRule, rewards};
/// use probity::text::RefusalDetector;
/// let responses = ["It is 42.", "Let us see.\nSorry, too hard.", "It is 7."];
/// let detector = RefusalDetector::new(REWARD_REFUSALS)?;
/// let curriculum = Curriculum::new(2.0, 0.4)?;
/// let found = rewards(&responses, &[true, false, false], &detector, curriculum, StepRule::Separator(".\n"))?;
/// assert_eq!(found, [1.0, 0.0, -1.0]);
/// // "Unfortunately" is a refusal for the paper, not for the default detector.
/// let right = ["Unfortunately it is 42."];
/// let score = |detector: &RefusalDetector<'_>| {
///     rewards(&right, &[true], detector, curriculum, StepRule::Separator(".\n"))
/// };
/// assert!(score(&detector)?[0] < 0.0 && score(&RefusalDetector::default())? == [1.0]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn rewards<S: AsRef<str>>(
    responses: &[S],
    right: &[bool],
    refusals: &RefusalDetector<'_>,
    curriculum: Curriculum,
    rule: StepRule<'_>,
) -> Result<Vec<f64>> {
    num::check_same_length("verdicts", responses.len(), right.len())?;
    let reward = |(response, &right): (&S, &bool)| {
        let response = response.as_ref();
        if refusals.is_refusal("", response) {
            Ok(curriculum.refusal_reward(rule.count(response)?))
        } else {
            Ok(plain(right))
        }
    };
    responses.iter().zip(right).map(reward).collect()
}

/// The rewards without a curriculum: 1 for a right response, −1 for any other, refusals among them.
///
/// # Examples
/// ```
/// use probity::honesty::auto_cei::plain_rewards;
/// assert_eq!(plain_rewards(&[true, false]), [1.0, -1.0]);
/// assert!(plain_rewards(&[]).is_empty());
/// ```
#[must_use]
pub fn plain_rewards(right: &[bool]) -> Vec<f64> {
    right.iter().map(|&right| plain(right)).collect()
}

fn plain(right: bool) -> f64 {
    if right { 1.0 } else { -1.0 }
}

/// Where the search for a curriculum starts. From [`initial_curriculum`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct InitialCurriculum {
    /// The first curriculum.
    pub curriculum: Curriculum,
    /// How far c₁ moves at a time.
    pub step: f64,
}

/// The first curriculum, from how many steps a model takes before it refuses and before it answers.
///
/// ```text
/// sd = population standard deviation of all step counts
/// step = min(0.2·sd, 0.5)     c₁ = mean steps of refusals + step     c₂ = −ln(0.1)/(4·sd)
/// ```
///
/// # Undefined
/// Without refusals, and where all responses take equally many steps, as c₂ is infinite then.
///
/// # Source
/// Auto-CEI, released code (curriculum.py).
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::honesty::auto_cei::initial_curriculum;
/// let start = initial_curriculum(&[3, 5], &[3, 5, 8, 12])?;
/// assert_eq!((start.curriculum.c1(), start.step), (4.5, 0.5));
/// assert!(initial_curriculum(&[], &[3, 4]).unwrap_err().is_undefined());
/// assert!(initial_curriculum(&[3], &[3, 3]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn initial_curriculum(refusal_steps: &[u64], all_steps: &[u64]) -> Result<InitialCurriculum> {
    const METRIC: &str = "initial curriculum";
    if refusal_steps.is_empty() {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "refusals" }));
    }
    let mean = |steps: &[u64]| num::sum(steps.iter().map(|&n| n as f64)) / steps.len().max(1) as f64;
    let centre = mean(all_steps);
    let squares = num::sum(all_steps.iter().map(|&n| (n as f64 - centre).powi(2)));
    let sd = (squares / all_steps.len().max(1) as f64).sqrt();
    if sd == 0.0 {
        return Err(Error::undefined(METRIC, Undefined::NoVariance { what: "the number of steps" }));
    }
    let step = (0.2 * sd).min(0.5);
    let curriculum = Curriculum::new(mean(refusal_steps) + step, -(0.1f64.ln()) / (4.0 * sd))?;
    Ok(InitialCurriculum { curriculum, step })
}

/// With what probability each sample of a question is drawn again for training.
///
/// ```text
/// p_i = exp(r_i/T) / Σ_j exp(r_j/T)
/// ```
///
/// # Undefined
/// Without samples.
///
/// # Source
/// Auto-CEI; T is the precision of the initial model on the validation set.
///
/// # Errors
/// [`Error::NotFinite`] for a reward that is not finite; [`Error::Argument`] for a temperature that is not above 0;
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::honesty::auto_cei::resampling_probabilities;
/// let p = resampling_probabilities(&[1.0, 0.0, 0.0], 0.5)?;
/// assert!((p[0] / p[1] - 2f64.exp()).abs() < 1e-12);
/// assert!(resampling_probabilities(&[1.0], 0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn resampling_probabilities(rewards: &[f64], temperature: f64) -> Result<Vec<f64>> {
    num::check_finite("rewards", rewards)?;
    let softmax = TemperatureScaling::new(temperature)?;
    if rewards.is_empty() {
        return Err(Error::undefined("resampling probabilities", Undefined::Nothing { what: "samples" }));
    }
    softmax.softmax(rewards)
}

/// The samples of one question to train on, by index: as many as there are drawn with replacement by
/// [`resampling_probabilities`], then each once; those whose reward is −1 are dropped.
///
/// The draws depend on the seed and on the number of the question, not on other questions.
///
/// # Errors
/// As [`resampling_probabilities`].
///
/// # Examples
/// ```
/// use probity::honesty::auto_cei::resample;
/// let drawn = resample(&[1.0, -1.0, 0.2], 0.6, 7, 0)?;
/// assert!((2..=5).contains(&drawn.len()) && drawn.ends_with(&[0, 2]) && !drawn.contains(&1));
/// assert!(resample(&[-1.0, -1.0], 0.6, 7, 0)?.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn resample(rewards: &[f64], temperature: f64, seed: u64, question: u32) -> Result<Vec<usize>> {
    let probabilities = resampling_probabilities(rewards, temperature)?;
    let cumulated: Vec<f64> = probabilities
        .iter()
        .scan(0.0, |sum, p| {
            *sum += p;
            Some(*sum)
        })
        .collect();
    let total = cumulated.last().copied().unwrap_or(1.0);
    let mut stream = Stream::new(seed, RESAMPLING, question);
    let last = rewards.len() - 1;
    let mut drawn: Vec<usize> = (0..rewards.len())
        .map(|_| {
            let place = stream.uniform() * total;
            cumulated.partition_point(|&sum| sum <= place).min(last)
        })
        .collect();
    drawn.extend(0..rewards.len());
    drawn.retain(|&i| rewards.get(i).is_some_and(|&reward| reward > -1.0));
    Ok(drawn)
}

/// What is trained on. From [`training_filter`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TrainingFilter {
    /// The samples kept, by index.
    pub kept: Vec<usize>,
    /// The share of refusals among them.
    pub refusals: Rate,
}

/// Drops the samples whose reward is −1: what stays is right (reward 1) or a refusal (less).
///
/// A refusal after so many steps that its reward is 1 within rounding counts as right.
///
/// # Errors
/// [`Error::NotFinite`] for a reward that is not finite.
///
/// # Examples
/// ```
/// use probity::honesty::auto_cei::training_filter;
/// let found = training_filter(&[1.0, 0.3, -0.2, -1.0])?;
/// assert_eq!((found.kept, found.refusals.value()?), (vec![0, 1, 2], 2.0 / 3.0));
/// assert!(training_filter(&[-1.0])?.refusals.value().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn training_filter(rewards: &[f64]) -> Result<TrainingFilter> {
    num::check_finite("rewards", rewards)?;
    let kept = rewards.iter().filter(|&&reward| reward > -1.0).count();
    let refusals = rewards.iter().filter(|&&reward| reward > -1.0 && reward < 1.0).count();
    Ok(TrainingFilter {
        kept: rewards.iter().enumerate().filter(|(_, reward)| **reward > -1.0).map(|(i, _)| i).collect(),
        refusals: Rate::lower("share of refusals", "kept samples", refusals as u64, kept as u64)?,
    })
}
