use std::ops::ControlFlow;

use crate::error::{Error, Result};
use crate::search::Step;

/// A procedure without I/O: it says what it needs, is handed the answer, and goes on.
///
/// The same answers give the same run, whoever gives them: a model, a file, a test. [`drive`] runs one to its end and
/// [`replay`] runs it from recorded answers.
pub trait Procedure {
    /// What it asks for.
    type Ask;
    /// What it is handed.
    type Answer;
    /// What it ends with.
    type Done;

    /// What is needed next, or the result. Asking again changes nothing.
    fn step(&self) -> Step<Self::Ask, Self::Done>;

    /// Hands back what was asked for.
    ///
    /// # Errors
    /// If nothing was asked for, or the answer does not fit; the procedure then stands as before.
    fn answer(&mut self, answer: Self::Answer) -> Result<()>;
}

/// Runs a procedure to its end. `observe` sees it after every answer and can stop it; the procedure then stays as it
/// stands and can be driven on.
///
/// # Errors
/// Whatever `respond` returns; what the procedure says of an answer; [`Error::Cancelled`] if `observe` breaks off.
///
/// # Examples
/// ```
/// use std::ops::ControlFlow;
///
/// use probity::search::{Deepening, Schedule, drive, replay};
/// let fresh = || Ok::<_, probity::Error>(Deepening::new(Schedule::new(512, 2.0, 2_048)?, 12));
///
/// let (mut run, mut recorded) = (fresh()?, Vec::new());
/// let model = |ask: probity::search::Generate| {
///     recorded.push(ask.tokens / 2);
///     Ok::<_, probity::Error>(ask.tokens / 2)
/// };
/// let live = drive(&mut run, model, |_| ControlFlow::Continue(()))?;
/// assert_eq!(replay(&mut fresh()?, recorded)?, live);
///
/// let stopped = drive(&mut fresh()?, |_| Ok(1), |_| ControlFlow::Break(()));
/// assert_eq!(stopped, Err(probity::Error::Cancelled));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn drive<P: Procedure, E: From<Error>>(
    procedure: &mut P,
    mut respond: impl FnMut(P::Ask) -> Result<P::Answer, E>,
    mut observe: impl FnMut(&P) -> ControlFlow<()>,
) -> Result<P::Done, E> {
    loop {
        match procedure.step() {
            Step::Done(done) => return Ok(done),
            Step::Ask(ask) => procedure.answer(respond(ask)?)?,
        }
        if observe(procedure).is_break() {
            return Err(Error::Cancelled.into());
        }
    }
}

/// Runs a procedure from recorded answers, one for each request in turn.
///
/// # Errors
/// [`Error::Argument`] if the answers run out before the procedure ends, or some are left; what the procedure says of
/// an answer.
///
/// # Examples
/// ```
/// use probity::search::{Deepening, Schedule, replay};
/// let fresh = || Ok::<_, probity::Error>(Deepening::new(Schedule::new(512, 2.0, 1_024)?, 0));
/// assert_eq!(replay(&mut fresh()?, [512, 100])?.total_tokens, 612);
/// assert!(replay(&mut fresh()?, [512]).is_err() && replay(&mut fresh()?, [1, 2, 3]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn replay<P: Procedure>(
    procedure: &mut P,
    answers: impl IntoIterator<Item = P::Answer>,
) -> Result<P::Done> {
    let mut answers = answers.into_iter();
    let mut given = 0usize;
    let next = |_| {
        given += 1;
        answers.next().ok_or_else(|| {
            Error::argument("recorded answers", "an answer to every request", format!("{} only", given - 1))
        })
    };
    let done = drive(procedure, next, |_| ControlFlow::Continue(()))?;
    match answers.count() {
        0 => Ok(done),
        left => Err(Error::argument(
            "recorded answers",
            "as many as requests",
            format!("{left} that are left over"),
        )),
    }
}

/// Why a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// All its rounds are done.
    Rounds,
    /// Nothing is left to search.
    Exhausted,
    /// The budget of requests is spent.
    Budget,
}
