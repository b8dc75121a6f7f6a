//! Agreement between raters, with and without correction for chance.
mod brennan_prediger;
mod coefficient;
mod cohen;
mod conger;
mod credit;
mod difference;
mod fleiss;
mod framework;
mod gwet;
mod krippendorff;
mod krippendorff_bootstrap;
mod options;
mod percent;
mod scott;
mod table;
mod weights;

pub use brennan_prediger::{brennan_prediger, randolph_kappa};
pub use coefficient::Coefficient;
pub use cohen::{CohenKappa, cohen_kappa};
pub use conger::{CongerVariance, conger_expected_agreement, conger_kappa, conger_kappa_with};
pub use fleiss::{FleissKappa, FleissNull, fleiss_kappa};
pub use framework::ChanceModel;
pub use gwet::gwet_ac;
pub use krippendorff::krippendorff_alpha;
pub use krippendorff_bootstrap::krippendorff_bootstrap;
pub use options::Options;
pub use percent::{percent_agreement, unanimous_agreement};
pub use scott::scott_pi;
pub use weights::{WeightBasis, WeightMatrix, Weights};

pub(crate) use framework::of_ratings;
pub(crate) use table::two_raters;
