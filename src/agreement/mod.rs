//! Agreement between raters, with and without correction for chance.
mod bland_altman;
mod icc;
mod kendall_w;
mod landmarks;
mod lin;
mod options;
mod weights;

pub use bland_altman::{BlandAltman, bland_altman};
pub use icc::{FTest, IccAnova, IccForm, icc};
pub use kendall_w::{KendallW, kendall_w};
pub use landmarks::{Band, Benchmark, Landmarks, Membership};
pub use lin::{LinConcordance, Variance, lin_concordance};
pub use options::Options;
pub use weights::{WeightBasis, WeightMatrix, Weights};
