//! One label an item from several raters, and how good each rater is without gold labels.
//!
//! *What do the raters together say, and which of them can be trusted?*
//!
//! | question | entry |
//! |---|---|
//! | one label an item, every rater alike or by weights given | [`majority_labels`], [`weighted_labels`] |
//! | each rater errs in its own way: Dawid and Skene 1979 | [`dawid_skene`] |
//! | each rater errs evenly: the one-coin model | [`one_coin`] |
//! | some raters guess: MACE (Hovy et al. 2013) | [`mace`] |
//! | some items are hard: GLAD (Whitehill et al. 2009) | [`glad`] |
//! | how good is each judge without gold labels? | [`Fit::raters`] of any of these: accuracy and confusion matrix with intervals |
//!
//! Votes answer with a [`Consensus`], models with a [`Fit`] that has one, the [`RaterReport`]s, and the trace of the
//! iterations.
//!
//! # Conventions
//! - Categories are codes in the order of the labels; an item without a judgment has neither probabilities nor a label.
//!   Ties are told by [`Consensus::leading`]; [`Consensus::label`] takes the lowest code.
//! - Likelihoods are in nats and of all items. A fit ends by its [`Convergence`] or its greatest number of iterations, and
//!   says which ([`Fit::converged`], [`Fit::iterations`]).
//! - Models start from the shares of the votes, so that the categories keep their names, and check at the end that they did
//!   ([`Fit::relabelled`], [`Fit::aligned`]).
//! - Items with the same judgments are worked on once, in the order of their contents: no figure depends on the order
//!   of the items.
//! - All models take the raters for independent given the truth. Judges that share their errors look better than they are.

mod alignment;
mod consensus;
mod dawid_skene;
mod em;
mod fit;
mod glad;
mod glad_step;
mod judgments;
mod mace;
mod one_coin;
mod options;
mod rater_report;
mod vote;

pub use consensus::Consensus;
pub use dawid_skene::{DawidSkene, dawid_skene};
pub use fit::Fit;
pub use glad::{Glad, GladPriors, glad};
pub use mace::{Mace, MaceTraining, mace};
pub use one_coin::{OneCoin, one_coin};
pub use options::{ClassPrior, Convergence, Options};
pub use rater_report::RaterReport;
pub use vote::{majority_labels, weighted_labels};
