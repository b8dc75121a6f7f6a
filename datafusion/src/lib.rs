#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod accumulators;
mod aggregate;
mod arguments;
mod catalogue;
mod columns;
mod counting;
mod duels;
mod error;
mod lists;
mod names;
mod output;
mod pairs;
mod recorders;
mod records;
mod scalars;
mod tallies;

use std::sync::Arc;

use datafusion_common::Result;
use datafusion_expr::registry::FunctionRegistry;
use datafusion_expr::{AggregateUDF, ScalarUDF};

/// Every aggregate, to be registered wherever DataFusion keeps its functions.
///
/// # Examples
/// ```
/// let aggregates = probity_datafusion::all_aggregates();
/// assert!(aggregates.iter().any(|aggregate| aggregate.name() == "cohen_kappa_ci"));
/// ```
#[must_use]
pub fn all_aggregates() -> Vec<Arc<AggregateUDF>> {
    let specs = catalogue::aggregates().into_iter();
    specs.map(|spec| Arc::new(AggregateUDF::from(aggregate::Aggregate::new(spec)))).collect()
}

/// Every scalar function.
///
/// # Examples
/// ```
/// let names: Vec<String> =
///     probity_datafusion::all_scalars().iter().map(|scalar| scalar.name().to_string()).collect();
/// assert_eq!(names, ["verdict", "is_idk"]);
/// ```
#[must_use]
pub fn all_scalars() -> Vec<Arc<ScalarUDF>> {
    vec![Arc::new(ScalarUDF::from(scalars::Verdict::new())), Arc::new(ScalarUDF::from(scalars::IsIdk::new()))]
}

/// Registers all of them with a `SessionContext`, a `SessionState` or any other registry.
///
/// # Errors
/// If the registry takes no functions.
///
/// # Examples
/// ```
/// use datafusion::execution::FunctionRegistry;
/// use datafusion::prelude::SessionContext;
/// let mut context = SessionContext::new();
/// probity_datafusion::register_all(&mut context)?;
/// assert!(context.udafs().contains("krippendorff_alpha"));
/// # Ok::<(), datafusion::error::DataFusionError>(())
/// ```
pub fn register_all(registry: &mut dyn FunctionRegistry) -> Result<()> {
    for aggregate in all_aggregates() {
        registry.register_udaf(aggregate)?;
    }
    for scalar in all_scalars() {
        registry.register_udf(scalar)?;
    }
    Ok(())
}
