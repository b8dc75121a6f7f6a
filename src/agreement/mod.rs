//! Agreement between raters, with and without correction for chance.
mod options;
mod weights;

pub use options::Options;
pub use weights::{WeightBasis, WeightMatrix, Weights};
