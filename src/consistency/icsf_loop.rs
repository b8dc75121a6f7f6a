use crate::error::{Error, Result};
use crate::search::{Procedure, Step};

/// A run of [`SelfFeedback`], as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SelfFeedbackRun<R, F> {
    /// The responses y₀, y₁, .., in order.
    pub responses: Vec<R>,
    /// The feedback on each response that was evaluated, in order.
    pub feedback: Vec<F>,
    /// Whether the stop test ended the run; else its iterations are used up.
    pub stopped: bool,
}

/// What a [`SelfFeedback`] run needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SelfFeedbackAsk<R, F> {
    /// The first response.
    Respond,
    /// Whether the last response is good enough.
    Stop(SelfFeedbackRun<R, F>),
    /// Feedback on the last response: self-evaluation.
    Evaluate(SelfFeedbackRun<R, F>),
    /// The next response, from all responses and all feedback: self-update.
    Update(SelfFeedbackRun<R, F>),
}

/// What a [`SelfFeedback`] run is handed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SelfFeedbackAnswer<R, F> {
    /// To [`SelfFeedbackAsk::Respond`] and [`SelfFeedbackAsk::Update`].
    Response(R),
    /// To [`SelfFeedbackAsk::Stop`].
    Stop(bool),
    /// To [`SelfFeedbackAsk::Evaluate`].
    Feedback(F),
}

/// Self-Feedback as a procedure: respond, then evaluate and update until the response is good enough or the iterations
/// are used up.
///
/// ```text
/// y₀; while i < T and not stop(yᵢ): fᵢ = evaluate(x, yᵢ); yᵢ₊₁ = update(x, y₀..yᵢ, f₀..fᵢ)
/// ```
///
/// The stop test comes before each iteration and not after the last, so T = 0 ends with y₀ untested. The responses may
/// be anything: texts, decoding paths, hidden states; the feedback is a scalar, a text, a contrast or an outside word
/// ([`Signal`](crate::consistency::Signal)). An update that trains the model is an update too: the next response comes
/// from the model trained.
///
/// # Source
/// Liang et al. 2024 (arXiv 2407.14507), equations 5 to 8 and algorithm 1.
///
/// # Examples
/// ```
/// use probity::consistency::{SelfFeedback, SelfFeedbackAnswer, SelfFeedbackAsk};
/// use probity::search::{Procedure, Step, replay};
/// use SelfFeedbackAnswer::{Feedback, Response, Stop};
/// let recorded = [Response("6"), Stop(false), Feedback("count again"), Response("5"), Stop(true)];
/// let done = replay(&mut SelfFeedback::new(3), recorded)?;
/// assert_eq!((done.responses, done.feedback, done.stopped), (vec!["6", "5"], vec!["count again"], true));
/// // Without iterations the first response stands.
/// let done = replay(&mut SelfFeedback::<_, &str>::new(0), [Response("6")])?;
/// assert_eq!((done.responses.len(), done.stopped), (1, false));
/// assert!(SelfFeedback::<&str, &str>::new(1).answer(Stop(true)).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfFeedback<R, F> {
    iterations: usize,
    tested: bool,
    run: SelfFeedbackRun<R, F>,
}

impl<R, F> SelfFeedback<R, F> {
    /// A run of at most so many iterations after the first response.
    #[must_use]
    pub fn new(max_iterations: usize) -> Self {
        let run = SelfFeedbackRun { responses: Vec::new(), feedback: Vec::new(), stopped: false };
        Self { iterations: max_iterations, tested: false, run }
    }

    fn stage(&self) -> Stage {
        let done = self.run.feedback.len();
        match self.run.responses.len() {
            0 => Stage::Respond,
            _ if self.run.stopped => Stage::Done,
            // Feedback without a response after it.
            n if n == done => Stage::Update,
            _ if done >= self.iterations => Stage::Done,
            _ if self.tested => Stage::Evaluate,
            _ => Stage::Stop,
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    Respond,
    Stop,
    Evaluate,
    Update,
    Done,
}

impl<R: Clone, F: Clone> Procedure for SelfFeedback<R, F> {
    type Ask = SelfFeedbackAsk<R, F>;
    type Answer = SelfFeedbackAnswer<R, F>;
    type Done = SelfFeedbackRun<R, F>;

    fn step(&self) -> Step<Self::Ask, Self::Done> {
        let run = || self.run.clone();
        Step::Ask(match self.stage() {
            Stage::Respond => SelfFeedbackAsk::Respond,
            Stage::Stop => SelfFeedbackAsk::Stop(run()),
            Stage::Evaluate => SelfFeedbackAsk::Evaluate(run()),
            Stage::Update => SelfFeedbackAsk::Update(run()),
            Stage::Done => return Step::Done(run()),
        })
    }

    fn answer(&mut self, answer: Self::Answer) -> Result<()> {
        match (self.stage(), answer) {
            (Stage::Respond | Stage::Update, SelfFeedbackAnswer::Response(response)) => {
                self.run.responses.push(response);
                self.tested = false;
            }
            (Stage::Stop, SelfFeedbackAnswer::Stop(stop)) => {
                self.run.stopped = stop;
                self.tested = true;
            }
            (Stage::Evaluate, SelfFeedbackAnswer::Feedback(feedback)) => self.run.feedback.push(feedback),
            (stage, answer) => {
                let (expected, found) = (expects(stage), name(&answer));
                return Err(Error::argument("answer", expected, found));
            }
        }
        Ok(())
    }
}

fn expects(stage: Stage) -> &'static str {
    match stage {
        Stage::Respond | Stage::Update => "a response",
        Stage::Stop => "the outcome of the stop test",
        Stage::Evaluate => "feedback",
        Stage::Done => "none, the run has ended",
    }
}

fn name<R, F>(answer: &SelfFeedbackAnswer<R, F>) -> &'static str {
    match answer {
        SelfFeedbackAnswer::Response(_) => "a response",
        SelfFeedbackAnswer::Stop(_) => "the outcome of a stop test",
        SelfFeedbackAnswer::Feedback(_) => "feedback",
    }
}
