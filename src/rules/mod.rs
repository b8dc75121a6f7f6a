//! Rules: what ought to hold of a text, a judgment or a conversation, and the verdict on whether it does.
//!
//! *Does this record keep these rules, and why not?* A [`RuleSet`] is data: each [`Rule`] has a text for people and a
//! [`Check`] for machines, from JSON or from code. [`RuleSet::compile`] checks it for mistakes and turns all its patterns
//! into one automaton; [`CompiledRules::judge`] gives the [`Verdict`] on a [`Record`]: a [`Decision`] with its reasons,
//! errors and what could not be decided, never a bare `bool`. What needs a model is read from recorded [`Answer`]s;
//! what the host program knows comes in as a [`HostCheck`].
//!
//! *Which rules ever fire, occur together, oppose each other?* An [`Evaluator`] gives the [`Outcomes`] of record after
//! record, [`RuleCounts`] and [`RulePairs`] tally them.
//!
//! | paper | entry |
//! |---|---|

mod compile;
mod counts;
mod evaluate;
mod explain;
mod host;
#[cfg(feature = "io")]
mod load;
mod measure;
mod pairs;
mod patterns;
mod policy;
mod problem;
mod record;
mod required;
mod rule;
mod rule_set;
mod sample;
mod sha256;
mod validate;
mod verdict;

pub use compile::CompiledRules;
pub use counts::RuleCounts;
pub use evaluate::{Evaluator, Outcomes};
pub use host::HostCheck;
pub use pairs::{Conflict, RulePairs};
pub use policy::Policy;
pub use problem::{Problem, ProblemKind, RuleSetError};
pub use record::{Answer, Record};
pub use rule::{Check, Element, Overlap, Polarity, Provenance, RESPONSE, Rule, Scope, Weighted};
pub use rule_set::RuleSet;
pub use sample::draw_by_weight;
pub use verdict::{Decision, Finding, Verdict};
