//! Agreement between raters, with and without correction for chance.
mod icc;
mod kendall_w;
mod options;
mod weights;

pub use icc::{FTest, IccAnova, IccForm, icc};
pub use kendall_w::{KendallW, kendall_w};
pub use options::Options;
pub use weights::{WeightBasis, WeightMatrix, Weights};
