//! Uncertainty: estimates with intervals, resampling, paired tests, multiplicity.
//!
//! *How sure is this figure, and would it come out again?* Every figure of the crate is an [`Estimate`]; a [`Level`] is
//! the confidence that its [`Interval`] has.

mod estimate;
<<<<<<< HEAD
mod hypothesis;
=======
mod f_distribution;
>>>>>>> relia
mod interval;
mod multiplicity;
mod paired;
mod permutation;

pub use estimate::{Chance, Estimate};
<<<<<<< HEAD
pub use hypothesis::TestResult;
pub use interval::{Interval, IntervalMethod, Level};
#[allow(unused_imports, reason = "the coefficients to come use them")]
pub(crate) use interval::{normal_p_value, normal_quantile, t_p_value, t_quantile};
pub use multiplicity::{Adjustment, adjust_p_values};
pub use paired::{McNemar, bowker, cochran_q, mcnemar, stuart_maxwell};
pub use permutation::{
    Alternative, Design, PermutationOptions, PermutationTest, permutation_mean_difference, permutation_test,
};
=======
#[allow(unused_imports, reason = "the coefficients to come use them")]
pub(crate) use f_distribution::{f_p_value, f_quantile};
pub use interval::{Interval, IntervalMethod, Level};
#[allow(unused_imports, reason = "the coefficients to come use them")]
pub(crate) use interval::{normal_p_value, normal_quantile, normal_upper, t_p_value, t_quantile};
>>>>>>> relia
