//! Texts: distances between them, and the named profiles that read an answer out of one.
//!
//! *How far apart are these two texts?* [`levenshtein`], and its two normalisations, which are not the same:
//! [`edit_similarity`] divides by the longer text, [`edit_ratio`] by both together.
//!
//! *How much of one text is in the other?* [`rouge_l`].
//!
//! *What did the model answer, and is it the right answer?* Every paper reads answers in its own way, and its figures
//! hold for that way only. So there is one profile a paper, and none is a default:
//!
//! | profile | answer of a response | equality |
//! |---|---|---|
//! | RealCritic (2501.14492) | [`realcritic_extract_answer`], [`realcritic_normalize`], [`qualified_verdict`] | [`math_equal`] |
//! | AutoMathCritique (2411.16579) | [`mathcritique_extract_response`], [`mathcritique_extract_gold`] | [`mathcritique_compare`] |
//! | SCL (2410.04055) | [`scl_extract_answer`] | the same string |
//!
//! All of them take time linear in the text, whatever it is.

mod arithmetic;
mod complex;
mod distance;
mod equality;
mod expression;
mod latex;
mod math_equal;
mod mathcritique;
mod number_words;
mod realcritic_extract;
mod realcritic_normalize;
mod rouge;
mod scl;

pub(crate) use distance::edit_parts;
pub use distance::{edit_ratio, edit_similarity, levenshtein, levenshtein_by};
pub use equality::Equality;
pub use math_equal::math_equal;
pub use mathcritique::{
    MathCritiqueComparison, MathCritiqueDataset, mathcritique_compare, mathcritique_extract_gold,
    mathcritique_extract_response,
};
pub use realcritic_extract::{qualified_verdict, realcritic_extract_answer};
pub use realcritic_normalize::realcritic_normalize;
pub use rouge::{rouge_l, rouge_words};
pub use scl::{SclVariant, scl_extract_answer};
