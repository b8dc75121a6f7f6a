use crate::error::{Error, Result, Undefined};
use crate::inference::Level;
use crate::search::{Procedure, Step};
use crate::values::progress_gym_scores::{ChallengeScore, coevolve_score, follow_score, predict_score};
use crate::values::{Extrapolation, ValueVector};

/// One of the three challenges of ProgressGym.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Challenge {
    /// Keep up with changing values: [`follow_score`].
    Follow,
    /// Foresee them: [`predict_score`].
    Predict {
        /// Time steps ahead.
        ahead: usize,
    },
    /// Do not hold people back who listen to the examinee: [`coevolve_score`].
    Coevolve,
}

/// Which model the examinee is tuned from at each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TuneFrom {
    /// As it stands.
    #[default]
    Current,
    /// As it was at the beginning (independent tuning).
    Initial,
}

/// How the examinee learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProgressAlgorithm {
    /// From each step's preferences.
    Lifelong(TuneFrom),
    /// From preferences extrapolated from all steps so far.
    Extrapolative(TuneFrom, Extrapolation),
}

/// What a [`ProgressRun`] asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum ProgressAsk {
    /// Collect preferences of the human proxy up to this time and tune the examinee on them; then measure its values.
    TuneExaminee {
        /// The time, from 0.
        time: usize,
        /// Which model to start from.
        from: TuneFrom,
        /// How to extrapolate the preferences of the times up to this one; as observed, if not.
        extrapolation: Option<Extrapolation>,
    },
    /// Measure the values of the human proxy before anything is tuned.
    MeasureProxy,
    /// Tune the human proxy, on history and on the examinee's answers; then measure its values.
    TuneProxy {
        /// The time whose values it moves to, from 1.
        time: usize,
        /// Epochs on history.
        history_epochs: u32,
        /// Epochs on the examinee's answers.
        examinee_epochs: u32,
    },
}

/// The loop between an examinee and a judge: what is tuned when, and the score at the end.
///
/// Each answer is the value vector measured after what was asked for. At every time the examinee is tuned; under
/// [`Challenge::Coevolve`] the human proxy is tuned between times, one epoch on history and two on the examinee.
///
/// # Source
/// Qiu et al. 2024 (arXiv 2406.20087): judge and examinee, lifelong and extrapolative algorithms.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::search::replay;
/// use probity::values::{Challenge, ProgressAlgorithm, ProgressRun, TuneFrom, ValueVector};
/// let at = |x: f64| {
///     let mut components = [1.0; 19];
///     components[0] = x;
///     ValueVector::new(components)
/// };
/// let actual = vec![at(0.0)?, at(1.0)?, at(2.0)?];
/// let lifelong = ProgressAlgorithm::Lifelong(TuneFrom::Current);
/// let run = |challenge| ProgressRun::new(challenge, lifelong, actual.clone(), Level::default());
/// // An examinee that is always right.
/// let found = replay(&mut run(Challenge::Follow)?, actual.clone())?;
/// assert!((found.score.value - 1.0).abs() < 1e-12);
/// // Two steps ahead there is one target only.
/// assert_eq!(replay(&mut run(Challenge::Predict { ahead: 2 })?, vec![at(2.0)?])?.steps.len(), 1);
/// assert!(run(Challenge::Predict { ahead: 3 }).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ProgressRun {
    challenge: Challenge,
    actual: Vec<ValueVector>,
    level: Level,
    /// The vectors that are scored, in time.
    measured: Vec<ValueVector>,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    /// It asks for this, and then for the rest, last first.
    Asks {
        ask: ProgressAsk,
        rest: Vec<ProgressAsk>,
    },
    Done(ChallengeScore),
}

impl ProgressRun {
    /// Against the values that people had at each time.
    ///
    /// # Undefined
    /// Without times, with fewer than 3 under [`Challenge::Coevolve`], or if an actual vector is zero.
    ///
    /// # Errors
    /// [`Error::Argument`] if the prediction leaves the sequence; [`Error::Undefined`] as above.
    pub fn new(
        challenge: Challenge,
        algorithm: ProgressAlgorithm,
        actual: Vec<ValueVector>,
        level: Level,
    ) -> Result<Self> {
        actual.iter().try_for_each(|vector| vector.cosine(vector).map(drop))?;
        let found = actual.len() as u64;
        let needed = if challenge == Challenge::Coevolve { 3 } else { 1 };
        if found < needed {
            let reason = Undefined::TooFew { what: "time steps", needed, found };
            return Err(Error::undefined("ProgressGym's challenge", reason));
        }
        let times = match challenge {
            Challenge::Predict { ahead } => actual.len().saturating_sub(ahead),
            // After the last time nobody is left to influence.
            Challenge::Coevolve => actual.len() - 1,
            Challenge::Follow => actual.len(),
        };
        let (from, extrapolation) = match algorithm {
            ProgressAlgorithm::Lifelong(from) => (from, None),
            ProgressAlgorithm::Extrapolative(from, extrapolation) => (from, Some(extrapolation)),
        };
        let mut plan = Vec::new();
        for time in 0..times {
            plan.push(ProgressAsk::TuneExaminee { time, from, extrapolation });
            if challenge == Challenge::Coevolve {
                plan.push(ProgressAsk::TuneProxy { time: time + 1, history_epochs: 1, examinee_epochs: 2 });
            }
        }
        plan.reverse();
        let first =
            if challenge == Challenge::Coevolve { Some(ProgressAsk::MeasureProxy) } else { plan.pop() };
        let Some(ask) = first else {
            let found = format!("a target beyond the {} times given", actual.len());
            return Err(Error::argument("ahead", "a step inside the sequence", found));
        };
        Ok(Self { challenge, actual, level, measured: Vec::new(), state: State::Asks { ask, rest: plan } })
    }

    fn score(&self, measured: &[ValueVector]) -> Result<ChallengeScore> {
        match self.challenge {
            Challenge::Follow => follow_score(measured, &self.actual, self.level),
            Challenge::Predict { ahead } => predict_score(measured, &self.actual, 0, ahead, self.level),
            Challenge::Coevolve => coevolve_score(measured, &self.actual, self.level),
        }
    }
}

impl Procedure for ProgressRun {
    type Ask = ProgressAsk;
    type Answer = ValueVector;
    type Done = ChallengeScore;

    fn step(&self) -> Step<ProgressAsk, ChallengeScore> {
        match &self.state {
            State::Asks { ask, .. } => Step::Ask(*ask),
            State::Done(score) => Step::Done(score.clone()),
        }
    }

    /// # Errors
    /// [`Error::Argument`] after the end; [`Error::Undefined`] for a vector of zeros.
    fn answer(&mut self, answer: ValueVector) -> Result<()> {
        let State::Asks { ask, rest } = &self.state else {
            return Err(Error::argument("answer", "none after the end", "one more"));
        };
        answer.cosine(&answer)?;
        // Under coevolution people are scored, not the examinee.
        let of_examinee = matches!(ask, ProgressAsk::TuneExaminee { .. });
        let scored = of_examinee != (self.challenge == Challenge::Coevolve);
        let mut rest = rest.clone();
        let next = if let Some(ask) = rest.pop() {
            State::Asks { ask, rest }
        } else {
            let all: Vec<_> = self.measured.iter().copied().chain(scored.then_some(answer)).collect();
            State::Done(self.score(&all)?)
        };
        self.measured.extend(scored.then_some(answer));
        self.state = next;
        Ok(())
    }
}
