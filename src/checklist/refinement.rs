use crate::checklist::{Unanswered, pass_rate};
use crate::error::{Error, Result};
use crate::num;
use crate::search::{Procedure, Step, first_greatest};

/// Revisions after the first answer that STICK's figures show.
///
/// # Source
/// From memory of the paper.
pub const STICK_REVISIONS: usize = 4;

/// What a [`SelfRefinement`] needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefinementAsk<R> {
    /// The first response.
    Draft,
    /// The answers to all questions of the checklist about a response.
    Evaluate {
        /// The round, 0 for the first response.
        round: usize,
        /// The response.
        response: R,
    },
    /// A better response, given the questions that the last one did not pass.
    Revise {
        /// The round that the new response will be.
        round: usize,
        /// The last response.
        response: R,
        /// Positions of the questions that it did not pass.
        failed: Vec<usize>,
    },
}

/// What a [`SelfRefinement`] is handed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefinementAnswer<R> {
    /// A response.
    Response(R),
    /// Answers to the questions of the checklist.
    Answers(Vec<Option<bool>>),
}

/// A response with its evaluation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RefinementRound<R> {
    /// The response.
    pub response: R,
    /// The answers about it.
    pub answers: Vec<Option<bool>>,
    /// Its pass rate; what is unanswered is not passed.
    pub pass_rate: f64,
    /// Positions of the questions that it did not pass.
    pub failed: Vec<usize>,
}

/// The rounds of a [`SelfRefinement`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RefinementTrace<R> {
    /// The rounds in order, the first response first.
    pub rounds: Vec<RefinementRound<R>>,
    /// The round with the greatest pass rate, the first on ties.
    pub best: usize,
}

/// Self-refinement with a checklist (STICK) as a procedure: answer, evaluate, feed back what failed, answer again.
///
/// It ends when a response passes every question or the revisions are used up, and keeps the best round. Responses are
/// of any kind: a text, or a key of what the caller keeps.
///
/// # Missing values
/// A question without an answer is not passed, and is fed back.
///
/// # Source
/// Cook et al. 2024 (STICK, arXiv 2410.03608). A refinement by unstructured critique gives a trace of the same kind.
///
/// # Examples
/// ```
/// use probity::checklist::{RefinementAnswer::{Answers, Response}, RefinementAsk, STICK_REVISIONS, SelfRefinement};
/// use probity::search::{Procedure, Step, replay};
/// let (yes, no) = (Some(true), Some(false));
/// let mut run = SelfRefinement::new(2, STICK_REVISIONS)?;
/// run.answer(Response("draft"))?;
/// // Every question needs an answer, if only a missing one.
/// assert!(run.answer(Answers(vec![yes])).is_err());
/// run.answer(Answers(vec![yes, None]))?;
/// assert_eq!(run.step(), Step::Ask(RefinementAsk::Revise { round: 1, response: "draft", failed: vec![1] }));
/// run.answer(Response("better"))?;
/// run.answer(Answers(vec![yes, yes]))?;
/// let Step::Done(trace) = run.step() else { panic!("all questions are passed") };
/// assert_eq!((trace.best, trace.rounds[1].pass_rate, trace.rounds.len()), (1, 1.0, 2));
///
/// // A revision can be worse: the first response is kept.
/// let recorded = [Response("a"), Answers(vec![yes, no]), Response("b"), Answers(vec![no, no])];
/// assert_eq!(replay(&mut SelfRefinement::new(2, 1)?, recorded)?.best, 0);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SelfRefinement<R> {
    questions: usize,
    revisions: usize,
    rounds: Vec<RefinementRound<R>>,
    /// The response of the next round, before its evaluation.
    open: Option<R>,
}

impl<R> SelfRefinement<R> {
    /// A run over a checklist of so many questions, with at most so many revisions of the first response.
    ///
    /// # Errors
    /// [`Error::Argument`] for a checklist without questions.
    pub fn new(questions: usize, revisions: usize) -> Result<Self> {
        if questions == 0 {
            return Err(Error::argument("questions of the checklist", "at least 1", questions));
        }
        Ok(Self { questions, revisions, rounds: Vec::new(), open: None })
    }

    fn has_ended(&self) -> bool {
        let all_passed = self.rounds.last().is_some_and(|round| round.failed.is_empty());
        self.open.is_none() && (all_passed || self.rounds.len() > self.revisions)
    }
}

impl<R: Clone> Procedure for SelfRefinement<R> {
    type Ask = RefinementAsk<R>;
    type Answer = RefinementAnswer<R>;
    type Done = RefinementTrace<R>;

    fn step(&self) -> Step<Self::Ask, Self::Done> {
        if self.has_ended() {
            let rates: Vec<f64> = self.rounds.iter().map(|round| round.pass_rate).collect();
            let best = first_greatest(&rates).unwrap_or(0);
            return Step::Done(RefinementTrace { rounds: self.rounds.clone(), best });
        }
        let round = self.rounds.len();
        Step::Ask(match (&self.open, self.rounds.last()) {
            (Some(response), _) => RefinementAsk::Evaluate { round, response: response.clone() },
            (None, None) => RefinementAsk::Draft,
            (None, Some(last)) => {
                RefinementAsk::Revise { round, response: last.response.clone(), failed: last.failed.clone() }
            }
        })
    }

    fn answer(&mut self, answer: Self::Answer) -> Result<()> {
        if self.has_ended() {
            return Err(Error::argument("answer", "an open request", "a run that has ended"));
        }
        match (self.open.take(), answer) {
            (None, RefinementAnswer::Response(response)) => self.open = Some(response),
            (Some(response), RefinementAnswer::Answers(answers)) => {
                if let Err(error) =
                    num::check_same_length("answers to the checklist", self.questions, answers.len())
                {
                    self.open = Some(response);
                    return Err(error);
                }
                let failed = (0..answers.len()).filter(|&question| answers[question] != Some(true)).collect();
                let pass_rate = pass_rate(&answers, Unanswered::Fails)?;
                self.rounds.push(RefinementRound { response, answers, pass_rate, failed });
            }
            (open, answer) => {
                self.open = open;
                let (expected, found) = match answer {
                    RefinementAnswer::Response(_) => ("answers to the checklist", "a response"),
                    RefinementAnswer::Answers(_) => ("a response", "answers to the checklist"),
                };
                return Err(Error::argument("answer", expected, found));
            }
        }
        Ok(())
    }
}
