//! Agreement between raters, with and without correction for chance.
mod weights;

pub use weights::{WeightBasis, WeightMatrix, Weights};
