use crate::error::{Error, Result};
use crate::search::{Procedure, Step};

/// How many reasoning paths the paper samples.
pub const SELF_AGREEMENT_PATHS: usize = 20;

/// What is known of a question before it is asked.
///
/// # Examples
/// ```
/// use probity::consistency::AgreementScenario;
/// assert!(!AgreementScenario::Unknown.allows_self_consistency());
/// assert!(AgreementScenario::FormatKnown.allows_self_consistency());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AgreementScenario {
    /// Scenario 1: neither the question's type nor the answer's format.
    Unknown,
    /// Scenario 2: the format of the answer only.
    FormatKnown,
    /// Scenario 3: type and format.
    BothKnown,
}

impl AgreementScenario {
    /// Whether self-consistency can be used at all: without a known format there is no trigger to find answers by.
    #[must_use]
    pub fn allows_self_consistency(self) -> bool {
        self != Self::Unknown
    }
}

/// The request of the second stage: the question, its solutions, and the call for the answer that most of them give.
///
/// # Source
/// Lin et al. 2023 (arXiv 2311.08154), section 3.2, for the parts and their order; the words are ours.
///
/// # Examples
/// ```
/// use probity::consistency::self_agreement_prompt;
/// let prompt = self_agreement_prompt("2 + 2?", &["It is 4.", "Four."]);
/// assert!(prompt.starts_with("Question: 2 + 2?\n\nSolution 1: It is 4.\n\nSolution 2: Four.\n\n"));
/// ```
#[must_use]
pub fn self_agreement_prompt<S: AsRef<str>>(question: &str, solutions: &[S]) -> String {
    let mut parts = vec![format!("Question: {}", question.trim())];
    let numbered = |(i, solution): (usize, &S)| format!("Solution {}: {}", i + 1, solution.as_ref().trim());
    parts.extend(solutions.iter().enumerate().map(numbered));
    let call =
        "Read all the solutions. Which final answer do most of them agree on? Reply with that answer only.";
    parts.push(call.to_string());
    parts.join("\n\n")
}

/// What an [`AskOneMoreTime`] run needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AskOneMoreTimeAsk {
    /// Another reasoning path, sampled.
    Path {
        /// Which, from 0.
        index: usize,
    },
    /// The answer that most paths agree on, decoded greedily.
    Agree {
        /// The request, from [`self_agreement_prompt`].
        prompt: String,
    },
}

/// The outcome of an [`AskOneMoreTime`] run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AskOneMoreTimeRun {
    /// The reasoning paths.
    pub paths: Vec<String>,
    /// The agreed answer, as the model gave it.
    pub answer: String,
}

/// Self-Agreement as a procedure: sample some reasoning paths, then ask one more time.
///
/// It needs no trigger and no extraction: the model that is asked last reads the answers out of the paths itself.
///
/// # Source
/// Lin et al. 2023 (arXiv 2311.08154), section 3. The paper samples [`SELF_AGREEMENT_PATHS`] paths at temperature 0.7
/// (or 0.5 with the 40 likeliest tokens) and averages five runs.
///
/// # Examples
/// ```
/// use probity::consistency::{AskOneMoreTime, AskOneMoreTimeAsk};
/// use probity::search::{Procedure, Step, replay};
/// let mut run = AskOneMoreTime::new("2 + 2?", 2)?;
/// assert_eq!(run.step(), Step::Ask(AskOneMoreTimeAsk::Path { index: 0 }));
/// let done = replay(&mut run, ["It is 4.", "Four.", "4"].map(String::from))?;
/// assert_eq!((done.paths.len(), done.answer.as_str()), (2, "4"));
/// assert!(run.answer("more".to_string()).is_err());
/// assert!(AskOneMoreTime::new("2 + 2?", 0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskOneMoreTime {
    question: String,
    paths: usize,
    answered: bool,
    run: AskOneMoreTimeRun,
}

impl AskOneMoreTime {
    /// A run over so many paths.
    ///
    /// # Errors
    /// [`Error::Argument`] without paths.
    pub fn new(question: &str, paths: usize) -> Result<Self> {
        if paths == 0 {
            return Err(Error::argument("number of paths", "1 or more", paths));
        }
        Ok(Self { question: question.to_string(), paths, answered: false, run: AskOneMoreTimeRun::default() })
    }
}

impl Procedure for AskOneMoreTime {
    type Ask = AskOneMoreTimeAsk;
    type Answer = String;
    type Done = AskOneMoreTimeRun;

    fn step(&self) -> Step<AskOneMoreTimeAsk, AskOneMoreTimeRun> {
        let index = self.run.paths.len();
        if index < self.paths {
            Step::Ask(AskOneMoreTimeAsk::Path { index })
        } else if self.answered {
            Step::Done(self.run.clone())
        } else {
            Step::Ask(AskOneMoreTimeAsk::Agree {
                prompt: self_agreement_prompt(&self.question, &self.run.paths),
            })
        }
    }

    fn answer(&mut self, text: String) -> Result<()> {
        if self.run.paths.len() < self.paths {
            self.run.paths.push(text);
        } else if self.answered {
            return Err(Error::argument("answer", "an open request", "a run that has ended"));
        } else {
            self.run.answer = text;
            self.answered = true;
        }
        Ok(())
    }
}
