//! What every public type promises without saying so: that it can be sent to another thread, shared, printed for
//! debugging, and how large it is.

use std::fmt::Debug;
use std::mem::size_of;

use probity::agreement::{
    ChanceModel, Coefficient, CohenKappa, FTest, IccAnova, IccForm, KendallW, Options, WeightBasis,
    WeightMatrix, Weights,
};
use probity::inference::{
    Adjustment, Alternative, Bootstrap, BootstrapInterval, Chance, Design, Difference, Estimate, Interval,
    IntervalMethod, Jackknife, Kinds, Level, McNemar, PermutationOptions, PermutationTest, Replicates,
    TestResult, Unit,
};
use probity::ratings::{Ids, Labels, Ratings, RatingsBuilder, Scale};
use probity::rng::Stream;
use probity::tally::{Coincidences, Moments, PairCounts, Patterns, TwoWayMoments, UnitCounts, UnitMoments};
use probity::{Error, Undefined};

fn shared<T: Send + Sync + Debug + 'static>() {}
fn value<T: Send + Sync + Debug + Clone + PartialEq + 'static>() {}
fn small<T: Send + Sync + Debug + Copy + PartialEq + 'static>() {}

macro_rules! all {
    ($check:ident: $($t:ty),+ $(,)?) => { $($check::<$t>();)+ };
}

#[test]
fn types_are_send_sync_and_debug() {
    all!(shared: Ratings, RatingsBuilder, Stream, Bootstrap);
    all!(value: Error, Undefined, Labels, Scale, Ids, Options, Weights, WeightMatrix, Coefficient, Estimate, CohenKappa,
        KendallW, Kinds, Jackknife, Replicates, Difference);
    all!(value: PairCounts, UnitCounts, Patterns, Coincidences, Moments, UnitMoments, TwoWayMoments);
    all!(small: Level, Interval, IntervalMethod, Chance, ChanceModel, WeightBasis, IccForm, IccAnova, FTest, Unit,
        BootstrapInterval, TestResult, McNemar, Alternative, Design, PermutationOptions, PermutationTest, Adjustment);
}

#[test]
fn errors_are_errors() {
    fn error<T: std::error::Error + Send + Sync + Clone + 'static>() {}
    error::<Error>();
    error::<Undefined>();
    let boxed: Box<dyn std::error::Error + Send + Sync> = Box::new(Error::Cancelled);
    assert!(boxed.is::<Error>());
}

/// Sizes that callers feel: results come by the million in pairwise tables, errors in every `Result`.
#[test]
fn types_are_of_the_size_expected() {
    assert_eq!(size_of::<Level>(), 8);
    assert_eq!(size_of::<Option<Chance>>(), 24);
    assert_eq!(size_of::<Interval>(), 32);
    assert!(size_of::<Estimate>() <= 168, "{}", size_of::<Estimate>());
    assert!(size_of::<Error>() <= 72, "{}", size_of::<Error>());
    assert!(size_of::<probity::Result<f64>>() <= 72, "{}", size_of::<probity::Result<f64>>());
    assert!(size_of::<TestResult>() <= 64, "{}", size_of::<TestResult>());
}
