use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::plan_err;
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion_expr::{
    Accumulator, AggregateUDFImpl, DocSection, Documentation, GroupsAccumulator, Signature, Volatility,
};

use crate::accumulators::{Grouped, Single};
use crate::arguments::{Literals, coerce};
use crate::catalogue::Spec;
use crate::counting::Counting;
use crate::error::Result;

/// An aggregate of the catalogue as DataFusion sees it. It has no state of its own: it travels by name.
#[derive(Debug)]
pub(crate) struct Aggregate {
    spec: Spec,
    signature: Signature,
    documentation: Documentation,
}

impl PartialEq for Aggregate {
    fn eq(&self, other: &Self) -> bool {
        self.spec.name == other.spec.name
    }
}

impl Eq for Aggregate {}

impl Hash for Aggregate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.spec.name.hash(state);
    }
}

impl Aggregate {
    pub(crate) fn new(spec: Spec) -> Self {
        let names: Vec<&str> = spec.arguments.iter().map(|argument| argument.name).collect();
        let syntax = format!("{}({})", spec.name, names.join(", "));
        let section = DocSection { include: true, label: "Probity", description: None };
        Self {
            spec,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: Documentation::builder(section, spec.about, syntax).build(),
        }
    }

    fn counts(&self, call: &AccumulatorArgs<'_>) -> Result<Box<dyn Counting>> {
        if call.is_distinct {
            return plan_err!("{}: DISTINCT is not supported: every row is a judgment", self.spec.name);
        }
        (self.spec.make)(&Literals::new(self.spec.name, self.spec.arguments, call)?)
    }
}

impl AggregateUDFImpl for Aggregate {
    fn name(&self) -> &str {
        self.spec.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.spec.output.data_type())
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        coerce(self.spec.name, self.spec.arguments, found)
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let field = |(name, data_type)| Field::new(format_state_name(args.name, name), data_type, true);
        Ok((self.spec.state)().into_iter().map(field).map(Arc::new).collect())
    }

    fn accumulator(&self, call: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(self.counts(&call)?, self.spec.output)))
    }

    fn groups_accumulator_supported(&self, call: AccumulatorArgs<'_>) -> bool {
        !call.is_distinct
    }

    fn create_groups_accumulator(&self, call: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Grouped::new(self.counts(&call)?, self.spec.output)))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
