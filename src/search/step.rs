/// What a procedure says when it is asked how it stands: a request to the outside world, or its result.
///
/// Procedures of this crate do no I/O. One is driven in a loop: look at the step, carry the request out with a model, a
/// file or a test, hand the answer back, and look again.
#[derive(Debug, Clone, PartialEq)]
pub enum Step<Ask, Done> {
    /// It needs this before it can go on.
    Ask(Ask),
    /// It has ended.
    Done(Done),
}
