//! Agreement between raters, with and without correction for chance.
mod difference;
mod krippendorff;
mod options;
mod weights;

pub use krippendorff::krippendorff_alpha;
pub use options::Options;
pub use weights::{WeightBasis, WeightMatrix, Weights};
