//! Taxonomies: trees of labels, what is scored or coded under them, and how far coders agree.
//!
//! *Which parts of a field does this benchmark cover, what do its leaves add up to, and would another coder see it so?* A
//! [`Taxonomy`] is a tree of labels; [`Taxonomy::roll_up`] carries scores of leaves upwards, [`CodeCounts`] tallies the
//! codes that items carry (coverage, gaps, co-occurrence, branches), [`label_set_agreement`] and [`kappa_by_code`]
//! compare two coders. A [`CrossWalk`] leads from one taxonomy to another.
//!
//! | paper | entry |
//! |---|---|
//! | From Instructions to Intrinsic Human Values: A Survey of Alignment Goals (2308.12014) | [`alignment_goals`], [`schwartz_values`], [`moral_foundations`]; the instruments it names: [`crate::values`] |
//! | Towards Bidirectional Human-AI Alignment (2406.09264) | [`bidirectional_alignment`], [`CodeCounts`], [`CodeCounts::directions`], [`code_trend`], [`prisma_flow`] |
//! | Trustworthy LLMs: a Survey and Guideline (2308.05374) | [`trustworthiness`], [`Taxonomy::roll_up`]; its measured sub-categories: [`crate::values`] |
//!
//! # Conventions
//! A label's id is a path: `safety.violence` is the child of `safety`. Nodes stand in the order in which they were given,
//! parents before children. What has no score has none (`None`), and is not 0.

mod codes;
mod cross_walk;
mod label_agreement;
mod prisma;
mod published;
mod roll_up;
mod tree;

pub use codes::{CodeCounts, Directions, code_trend};
pub use cross_walk::{CrossWalk, Relation};
pub use label_agreement::{LabelSetAgreement, kappa_by_code, label_set_agreement};
pub use prisma::{PrismaCounts, PrismaFlow, PrismaProblem, prisma_flow};
pub use published::{
    alignment_goals, bidirectional_alignment, moral_foundations, schwartz_values, trustworthiness,
};
pub use roll_up::{RollUp, RolledUp};
pub use tree::{Label, Taxonomy};
