use crate::error::{Error, Result};
use crate::reward::self_rationalization::{SrCuration, SrJudgments, SrPairs, sr_curate};
use crate::search::{Procedure, Step};

/// What the loop needs next.
#[derive(Debug, Clone, PartialEq)]
pub enum SrAsk {
    /// Judgments of one input, sampled from the judge as it stands.
    Judge {
        /// The iteration, from 0.
        iteration: usize,
        /// The input.
        input: usize,
        /// How many judgments.
        samples: usize,
        /// At which temperature.
        temperature: f64,
    },
    /// A judge trained by DPO on the pairs of this iteration.
    Train {
        /// The iteration, from 0.
        iteration: usize,
        /// Pairs of judgments of each input.
        pairs: Vec<SrPairs>,
    },
}

/// What it is handed.
#[derive(Debug, Clone, PartialEq)]
pub enum SrAnswer {
    /// To [`SrAsk::Judge`].
    Judgments(SrJudgments),
    /// To [`SrAsk::Train`]: the judge is the trained one from now on.
    Trained,
}

/// How [`SrLoop`] runs.
///
/// # Source
/// Two iterations and the temperature 1 are the paper's; ten samples are from memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SrLoopOptions {
    /// How pairs are chosen.
    pub curation: SrCuration,
    /// Rounds of judging and training.
    pub iterations: usize,
    /// Judgments an input.
    pub samples: usize,
    /// Temperature of sampling.
    pub temperature: f64,
}

impl SrLoopOptions {
    /// The defaults with a rule of curation.
    #[must_use]
    pub fn new(curation: SrCuration) -> Self {
        Self { curation, iterations: 2, samples: 10, temperature: 1.0 }
    }
}

/// The loop of self-rationalization: judge every input several times, choose pairs, train, and again with the trained
/// judge. It ends with the pairs of every iteration.
///
/// # Source
/// Trivedi et al., Self-rationalization. The paper uses other amounts of data in its two iterations and merges weights:
/// both are up to whoever answers.
///
/// # Errors
/// [`Error::Argument`] for options of 0 at construction, and for an answer to something else than was asked; otherwise as
/// [`sr_curate`].
///
/// # Examples
/// ```
/// use probity::reward::{SrAnswer, SrAsk, SrCuration, SrJudgments, SrLoop, SrLoopOptions, SrStrategy};
/// use probity::search::{Procedure, replay};
/// let options = SrLoopOptions { iterations: 1, ..SrLoopOptions::new(SrCuration::new(SrStrategy::Majority)) };
/// let judgments = SrJudgments { scores: [4, 4, 1].map(Some).to_vec(), ..SrJudgments::default() };
/// let answers = [SrAnswer::Judgments(judgments), SrAnswer::Trained];
/// let done = replay(&mut SrLoop::new(1, options)?, answers)?;
/// assert_eq!(done[0][0].pairs.len(), 2);
/// assert!(SrLoop::new(1, options)?.answer(SrAnswer::Trained).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SrLoop {
    inputs: usize,
    options: SrLoopOptions,
    finished: Vec<Vec<SrPairs>>,
    current: Vec<SrPairs>,
}

impl SrLoop {
    /// A loop over so many inputs.
    ///
    /// # Errors
    /// See the type.
    pub fn new(inputs: usize, options: SrLoopOptions) -> Result<Self> {
        let counts = [("inputs", inputs), ("iterations", options.iterations), ("samples", options.samples)];
        if let Some((name, _)) = counts.into_iter().find(|(_, count)| *count == 0) {
            return Err(Error::argument(name, "at least 1", 0));
        }
        if !(options.temperature >= 0.0 && options.temperature.is_finite()) {
            let expected = "a finite number of at least 0";
            return Err(Error::argument("temperature", expected, options.temperature));
        }
        Ok(Self { inputs, options, finished: Vec::new(), current: Vec::new() })
    }
}

impl Procedure for SrLoop {
    type Ask = SrAsk;
    type Answer = SrAnswer;
    type Done = Vec<Vec<SrPairs>>;

    fn step(&self) -> Step<SrAsk, Self::Done> {
        let SrLoopOptions { iterations, samples, temperature, .. } = self.options;
        let (iteration, input) = (self.finished.len(), self.current.len());
        if iteration == iterations {
            Step::Done(self.finished.clone())
        } else if input < self.inputs {
            Step::Ask(SrAsk::Judge { iteration, input, samples, temperature })
        } else {
            Step::Ask(SrAsk::Train { iteration, pairs: self.current.clone() })
        }
    }

    fn answer(&mut self, answer: SrAnswer) -> Result<()> {
        let is_over = self.finished.len() == self.options.iterations;
        let judging = self.current.len() < self.inputs;
        match answer {
            SrAnswer::Judgments(judgments) if judging && !is_over => {
                self.current.push(sr_curate(&judgments, &self.options.curation)?);
                Ok(())
            }
            SrAnswer::Trained if !judging && !is_over => {
                self.finished.push(std::mem::take(&mut self.current));
                Ok(())
            }
            SrAnswer::Judgments(_) => Err(unasked("judgments")),
            SrAnswer::Trained => Err(unasked("a trained judge")),
        }
    }
}

fn unasked(found: &'static str) -> Error {
    Error::argument("answer", "what was asked for", found)
}
