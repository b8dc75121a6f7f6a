use crate::error::{Error, Result};
use crate::search::{Procedure, Step};

/// What a [`LookBack`] run needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LookBackAsk {
    /// The model's reply to: which visual questions would verify this step? [`look_back_questions`] reads it.
    Questions {
        /// The step, from 0.
        step: usize,
    },
    /// The answer to a visual question about the image.
    Answer {
        /// The step it belongs to.
        step: usize,
        /// The question.
        question: String,
    },
    /// The model's own solution of the task, independent of the response.
    Solve,
    /// The critique, from everything so far.
    Synthesise {
        /// Everything so far.
        run: LookBackRun,
    },
}

/// A run of [`LookBack`], as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LookBackRun {
    /// For each step, the visual questions with their answers.
    pub checks: Vec<Vec<(String, String)>>,
    /// The model's own solution.
    pub solution: String,
    /// The critique.
    pub critique: String,
}

/// LookBack as a procedure: look at the image again for every step, solve the task, then criticise.
///
/// For each step it asks for visual questions, then for their answers; then for a solution of its own; then for the
/// critique. Every answer is text.
///
/// # Source
/// VISCO (arXiv 2412.02172), section 6, and its released code.
///
/// # Examples
/// ```
/// use probity::critique::{LookBack, LookBackAsk};
/// use probity::search::{Procedure, Step, replay};
/// let mut run = LookBack::new(2);
/// let recorded = ["1. Is the car red?\n2. Is it parked?", "yes", "no", "N/A", "Four.", "Step 1 is wrong."];
/// let done = replay(&mut run, recorded.map(String::from))?;
/// assert_eq!(done.checks[0][1], ("Is it parked?".to_string(), "no".to_string()));
/// assert_eq!((done.checks[1].len(), done.solution.as_str(), done.critique.as_str()), (0, "Four.", "Step 1 is wrong."));
/// assert!(run.answer("more".to_string()).is_err());
/// assert_eq!(LookBack::new(0).step(), Step::Ask(LookBackAsk::Solve));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookBack {
    steps: usize,
    /// The questions of the last step begun that have no answer yet.
    open: std::collections::VecDeque<String>,
    stage: Stage,
    run: LookBackRun,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Checking,
    Synthesising,
    Done,
}

impl LookBack {
    /// A run over a response of some steps.
    #[must_use]
    pub fn new(steps: usize) -> Self {
        let (open, run) = Default::default();
        Self { steps, open, stage: Stage::Checking, run }
    }
}

impl Procedure for LookBack {
    type Ask = LookBackAsk;
    type Answer = String;
    type Done = LookBackRun;

    fn step(&self) -> Step<LookBackAsk, LookBackRun> {
        let begun = self.run.checks.len();
        Step::Ask(match (self.stage, self.open.front()) {
            (Stage::Checking, Some(question)) => {
                LookBackAsk::Answer { step: begun.saturating_sub(1), question: question.clone() }
            }
            (Stage::Checking, None) if begun < self.steps => LookBackAsk::Questions { step: begun },
            (Stage::Checking, None) => LookBackAsk::Solve,
            (Stage::Synthesising, _) => LookBackAsk::Synthesise { run: self.run.clone() },
            (Stage::Done, _) => return Step::Done(self.run.clone()),
        })
    }

    fn answer(&mut self, text: String) -> Result<()> {
        match self.stage {
            Stage::Checking => {
                if let (Some(question), Some(checks)) = (self.open.pop_front(), self.run.checks.last_mut()) {
                    checks.push((question, text));
                } else if self.run.checks.len() < self.steps {
                    self.open = look_back_questions(&text).into_iter().map(String::from).collect();
                    self.run.checks.push(Vec::new());
                } else {
                    self.run.solution = text;
                    self.stage = Stage::Synthesising;
                }
            }
            Stage::Synthesising => {
                self.run.critique = text;
                self.stage = Stage::Done;
            }
            Stage::Done => return Err(Error::argument("answer", "an open request", "a run that has ended")),
        }
        Ok(())
    }
}

/// The visual questions of a reply: its numbered lines from the one that starts with "1." on, without the numbers; none
/// if the reply contains "N/A".
///
/// Lines without a number are left out, and so are numbers without a question.
///
/// # Source
/// VISCO (arXiv 2412.02172), the released code.
///
/// # Examples
/// ```
/// use probity::critique::look_back_questions;
/// assert_eq!(look_back_questions("Questions:\n1. Is it red?\n 2. Is it big?\n"), ["Is it red?", "Is it big?"]);
/// assert!(look_back_questions("1. Is it red?\nN/A").is_empty());
/// ```
#[must_use]
pub fn look_back_questions(reply: &str) -> Vec<&str> {
    if reply.contains("N/A") {
        return Vec::new();
    }
    reply.lines().map(str::trim).skip_while(|line| !line.starts_with("1.")).filter_map(numbered).collect()
}

/// What stands after the number of a numbered line.
fn numbered(line: &str) -> Option<&str> {
    let (number, question) = line.split_once('.')?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some(question.trim()).filter(|q| !q.is_empty())
}
