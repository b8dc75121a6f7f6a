//! Agreement between raters, with and without correction for chance.
mod contributions;
mod difference;
mod krippendorff;
mod options;
mod weights;

pub use contributions::{Contribution, Contributions, krippendorff_contributions};
pub use krippendorff::krippendorff_alpha;
pub use options::Options;
pub use weights::{WeightBasis, WeightMatrix, Weights};
