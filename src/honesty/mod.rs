//! Honesty: does a model say what it knows, admit what it does not know, and stand by it?
//!
//! *What happened?* Each answer has an [`Outcome`]; a tally of them are [`OutcomeCounts`], and the same items before and
//! after a change (of training, of prompt, of premise) are a [`PairedRun`] with its [`OutcomeTransitions`].

mod outcome;

pub use outcome::{Outcome, OutcomeCounts, OutcomeTransitions, PairedRun};
