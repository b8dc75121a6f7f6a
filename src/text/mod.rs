//! Texts: distances between them, and the named profiles that read an answer out of one.
//!
//! *How far apart are these two texts?* [`levenshtein`], and its two normalisations, which are not the same:
//! [`edit_similarity`] divides by the longer text, [`edit_ratio`] by both together.

mod distance;

pub use distance::{edit_ratio, edit_similarity, levenshtein, levenshtein_by};
