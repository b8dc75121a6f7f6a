//! Agreement between raters, with and without correction for chance.
//!
//! *How far do these raters agree, beyond what chance would give, and who or what stands out?*
//!
//! | question | entry |
//! |---|---|
//! | any number of raters, any scale, missing ratings | [`krippendorff_alpha`] |
//! | any number of raters, categories | [`fleiss_kappa`], [`gwet_ac`], [`brennan_prediger`], [`conger_kappa`], [`light_kappa`], [`percent_agreement`] |
//! | two raters, categories | [`cohen_kappa`], [`scott_pi`], [`matthews_correlation`] |
//! | numbers | [`icc`], [`lin_concordance`], [`bland_altman`], [`kendall_w`] |
//! | every coefficient by name; for every pair of raters; without each rater | [`Coefficient`], [`PairwiseTable`], [`LeaveOneOut`] |
//! | why is it low although we nearly always agree? | [`diagnose`] |
//! | which items and raters cause the disagreement? | [`krippendorff_contributions`] |
//! | is that good enough? | [`Landmarks`] |
//!
//! # Conventions
//! - 1 is perfect agreement, 0 what chance gives, and less than 0 is possible. A coefficient whose chance agreement is
//!   certain is [`Error::Undefined`](crate::Error::Undefined), never 0 or 1; observed and expected agreement are still to be had from the tallies.
//! - Categories are those of the [`Labels`](crate::ratings::Labels). Declare them: Brennan-Prediger, Randolph's kappa and AC1 depend on how
//!   many there are.
//! - Where a figure has a standard error in the literature, it comes with it; [`Bootstrap`](crate::inference::Bootstrap) takes any of them.
//! - Each coefficient is a function of ratings and a method of the [tally](crate::tally) that it reads, for counts that stream or
//!   come from elsewhere.
//!
//! # Sources
//! Gwet, *Handbook of Inter-Rater Reliability*, 4th ed. 2014; Krippendorff, *Content Analysis*, and "Computing
//! Krippendorff's alpha-reliability" (2011); Fleiss, Cohen and Everitt 1969; Shrout and Fleiss 1979; McGraw and Wong
//! 1996. Each function names its own, and where published programs differ.

mod alpha_parts;
mod bland_altman;
mod brennan_prediger;
mod by_rater;
mod coefficient;
mod cohen;
mod conger;
mod contributions;
mod credit;
mod diagnosis;
mod difference;
mod finding;
mod fleiss;
mod framework;
mod gwet;
mod icc;
mod kendall_w;
mod krippendorff;
mod krippendorff_bootstrap;
mod landmarks;
mod leave_one_out;
mod light;
mod lin;
mod matthews;
mod options;
mod pairwise;
mod pattern_coefficient;
mod percent;
mod scott;
mod table;
mod weights;

pub use bland_altman::{BlandAltman, bland_altman};
pub use brennan_prediger::{brennan_prediger, randolph_kappa};
pub use coefficient::Coefficient;
pub use cohen::{CohenKappa, cohen_kappa};
pub use conger::{CongerVariance, conger_expected_agreement, conger_kappa, conger_kappa_with};
pub use contributions::{Contribution, Contributions, krippendorff_contributions};
pub use diagnosis::{Diagnosis, Robust, diagnose};
pub use finding::Finding;
pub use fleiss::{FleissKappa, FleissNull, fleiss_kappa};
pub use framework::ChanceModel;
pub use gwet::gwet_ac;
pub use icc::{FTest, IccAnova, IccForm, icc};
pub use kendall_w::{KendallW, kendall_w};
pub use krippendorff::krippendorff_alpha;
pub use krippendorff_bootstrap::krippendorff_bootstrap;
pub use landmarks::{Band, Benchmark, Landmarks, Membership};
pub use leave_one_out::{LeaveOneOut, WithoutRater};
pub use light::{LightKappa, light_kappa};
pub use lin::{LinConcordance, Variance, lin_concordance};
pub use matthews::matthews_correlation;
pub use options::Options;
pub use pairwise::{Pair, PairwiseTable};
pub use pattern_coefficient::PatternCoefficient;
pub use percent::{percent_agreement, unanimous_agreement};
pub use scott::scott_pi;
pub use weights::{WeightBasis, WeightMatrix, Weights};

pub(crate) use framework::of_ratings;
pub(crate) use table::{Table, two_raters};
