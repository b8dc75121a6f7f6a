//! Uncertainty: estimates with intervals, resampling, paired tests, multiplicity.
//!
//! *How sure is this figure, and would it come out again?* Every figure of the crate is an [`Estimate`]; a [`Level`] is
//! the confidence that its [`Interval`] has.

mod estimate;
mod interval;
mod proportion;

pub use estimate::{Chance, Estimate};
pub use interval::{Interval, IntervalMethod, Level};
#[allow(unused_imports, reason = "the coefficients to come use them")]
pub(crate) use interval::{normal_p_value, normal_quantile, t_p_value, t_quantile};
pub use proportion::{ProportionMethod, proportion, proportion_difference};
