//! Uncertainty: estimates with intervals, resampling, paired tests, multiplicity.
//!
//! *How sure is this figure, and would it come out again?* Every figure of the crate is an [`Estimate`]; a [`Level`] is
//! the confidence that its [`Interval`] has. Where the literature gives no standard error, [`Bootstrap`] and
//! [`Jackknife`] compute one for any [`Statistic`] of anything that can be drawn again ([`Resample`]).
//!
//! *What share is this, and is more of it good?* A [`Rate`] has its counts and its [`Direction`]; [`proportion`] gives any
//! share an interval.
//!
//! *Is this difference real?* [`mcnemar`] for two systems judged right or wrong on the same items, [`cochran_q`] for
//! several, [`permutation_test`] for any statistic, [`bootstrap_difference`] for two coefficients on the same items;
//! [`adjust_p_values`] where there are many tests.
//!
//! *How many items (and raters) do I need?* A [`Plan`] says it for a wanted half-width or power: [`items_for_proportion`]
//! (accuracy), [`items_for_proportion_difference`], [`items_for_paired_difference`] and [`items_for_mcnemar`],
//! [`items_for_win_rate`], [`items_for_kappa`], [`items_for_binary_kappa`], [`items_for_fleiss_kappa`] (also Krippendorff's
//! nominal alpha), [`items_for_icc`], [`items_for_correlation`]; [`items_from_pilot`] for any other figure.

mod binomial;
mod bootstrap;
mod cochran;
mod difference;
mod draw;
mod estimate;
mod f_distribution;
mod hypothesis;
mod interval;
mod jackknife;
mod multiplicity;
mod over_items;
mod paired;
pub(crate) mod parallel;
mod permutation;
mod planning;
mod planning_correlation;
mod planning_difference;
mod planning_fleiss;
mod planning_icc;
mod planning_kappa;
mod planning_pilot;
mod planning_share;
mod planning_win_rate;
mod poisson;
mod proportion;
mod rate;
mod replicates;
mod resample;

pub use bootstrap::{Bootstrap, Unit};
pub use cochran::cochran_q;
pub use difference::{Difference, bootstrap_difference, bootstrap_difference_between};
pub(crate) use draw::Multinomial;
pub use estimate::{Chance, Estimate};
pub(crate) use f_distribution::{f_p_value, f_quantile};
pub use hypothesis::TestResult;
pub use interval::{Interval, IntervalMethod, Level};
pub(crate) use interval::{normal_p_value, normal_quantile, normal_upper, t_p_value, t_quantile};
pub use jackknife::Jackknife;
pub use multiplicity::{Adjustment, adjust_p_values};
pub(crate) use over_items::{estimate_from_counted, estimate_from_influence, mean_over_items};
pub use paired::{McNemar, bowker, mcnemar, stuart_maxwell};
pub use permutation::{
    Alternative, Design, PermutationOptions, PermutationTest, permutation_mean_difference, permutation_test,
};
pub use planning::Plan;
pub use planning_correlation::{PlannedCorrelation, items_for_correlation, items_for_correlation_power};
pub use planning_difference::{
    items_for_mcnemar, items_for_paired_difference, items_for_proportion_difference,
    items_for_proportion_difference_power,
};
pub use planning_fleiss::{items_for_fleiss_kappa, raters_for_fleiss_kappa};
pub use planning_icc::{items_for_icc, items_for_icc_power, raters_for_icc};
pub use planning_kappa::{
    items_for_binary_kappa, items_for_binary_kappa_power, items_for_kappa, items_for_kappa_power,
};
pub use planning_pilot::items_from_pilot;
pub use planning_share::items_for_proportion;
pub use planning_win_rate::{items_for_win_rate, items_for_win_rate_power};
pub use poisson::{PoissonTally, item_key};
pub use proportion::{ProportionMethod, proportion, proportion_difference};
pub(crate) use proportion::{expected_rate, rate};
pub use rate::{Direction, Rate};
pub(crate) use replicates::quantile;
pub use replicates::{BootstrapInterval, Replicates};
pub use resample::{Kinds, Resample, Statistic, Weighted};
