//! Uncertainty: estimates with intervals, resampling, paired tests, multiplicity.
//!
//! *How sure is this figure, and would it come out again?* Every figure of the crate is an [`Estimate`]; a [`Level`] is
//! the confidence that its [`Interval`] has. Where the literature gives no standard error, [`Bootstrap`] and
//! [`Jackknife`] compute one for any [`Statistic`] of anything that can be drawn again ([`Resample`]).

mod binomial;
mod bootstrap;
mod draw;
mod estimate;
mod f_distribution;
mod interval;
mod jackknife;
mod parallel;
mod replicates;
mod resample;

pub use bootstrap::{Bootstrap, Unit};
pub(crate) use draw::Multinomial;
pub use estimate::{Chance, Estimate};
#[allow(unused_imports, reason = "the coefficients to come use them")]
pub(crate) use f_distribution::{f_p_value, f_quantile};
pub use interval::{Interval, IntervalMethod, Level};
pub(crate) use interval::{normal_p_value, normal_quantile, normal_upper, t_p_value, t_quantile};
pub use jackknife::Jackknife;
pub use replicates::{BootstrapInterval, Replicates};
pub use resample::{Kinds, Resample, Statistic, Weighted};
