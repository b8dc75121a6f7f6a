use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema};
use datafusion_common::ScalarValue;
use datafusion_expr::ColumnarValue;
use datafusion_expr::function::AccumulatorArgs;

use crate::error::{Place, Result};

/// What an argument of a function may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A category, or the name of an item or a contender: text, a number or a boolean.
    Label,
    /// The categories that an item was given: a list of labels.
    Labels,
    /// A number.
    Number,
    /// A number from 0 to 1, or an integer level.
    Score,
    /// A boolean, or the integers 0 and 1.
    Flag,
    /// Text.
    Text,
    /// A literal integer; optional if it has a default.
    Count(Option<u64>),
    /// A literal among these; the first is the default.
    Choice(&'static [&'static str]),
}

/// An argument of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

impl Kind {
    fn is_optional(self) -> bool {
        matches!(self, Self::Count(Some(_)) | Self::Choice(_))
    }

    fn is_literal(self) -> bool {
        matches!(self, Self::Count(_) | Self::Choice(_))
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Label => "text, a number or a boolean",
            Self::Labels => "a list of text, numbers or booleans (array_agg makes one)",
            Self::Number => "a number",
            Self::Score => "a number from 0 to 1, or an integer level",
            Self::Flag => "a boolean, or the integers 0 and 1",
            Self::Text => "text",
            Self::Count(_) => "a literal integer",
            Self::Choice(_) => "a literal text",
        }
    }

    /// The type that a value of this type is read as, `None` if it cannot be.
    fn coerced(self, found: &DataType) -> Option<DataType> {
        use DataType::{
            Boolean, Dictionary, FixedSizeList, Float64, Int64, LargeList, LargeUtf8, List, Null, UInt64,
            Utf8, Utf8View,
        };
        if let Dictionary(_, value) = found {
            return self.coerced(value);
        }
        let text = || match found {
            Utf8 | Utf8View => Some(found.clone()),
            LargeUtf8 => Some(Utf8View),
            Null => Some(Utf8),
            _ => None,
        };
        match self {
            Self::Label => text().or_else(|| match found {
                Boolean => Some(Boolean),
                // Numbers beyond the signed range keep their digits as text.
                UInt64 => Some(Utf8),
                _ if found.is_integer() => Some(Int64),
                _ if found.is_floating() => Some(Float64),
                _ => None,
            }),
            Self::Labels => match found {
                Null => Some(DataType::new_list(Utf8, true)),
                List(item) => {
                    let coerced = Self::Label.coerced(item.data_type())?;
                    let same = coerced == *item.data_type();
                    Some(if same { found.clone() } else { DataType::new_list(coerced, true) })
                }
                LargeList(item) | FixedSizeList(item, _) => {
                    let coerced = Self::Label.coerced(item.data_type())?;
                    Some(List(Arc::new(Field::new_list_field(coerced, true))))
                }
                _ => None,
            },
            Self::Number => (found.is_numeric() || found.is_null()).then_some(Float64),
            Self::Score | Self::Flag if found.is_integer() => Some(Int64),
            Self::Score => (found.is_floating() || found.is_null()).then_some(Float64),
            Self::Flag => (*found == Boolean || found.is_null()).then_some(Boolean),
            Self::Text | Self::Choice(_) => text(),
            Self::Count(_) => found.is_integer().then_some(Int64),
        }
    }
}

/// The types that the arguments are read as.
pub(crate) fn coerce(
    function: &'static str,
    arguments: &[Argument],
    found: &[DataType],
) -> Result<Vec<DataType>> {
    let needed = arguments.iter().filter(|a| !a.kind.is_optional()).count();
    if !(needed..=arguments.len()).contains(&found.len()) {
        let names: Vec<&str> = arguments.iter().map(|a| a.name).collect();
        return datafusion_common::plan_err!(
            "{function}: expected {needed} to {} arguments ({}), found {}",
            arguments.len(),
            names.join(", "),
            found.len()
        );
    }
    let typed = arguments.iter().zip(found).enumerate().map(|(i, (argument, found))| {
        let place = Place { function, position: i + 1, argument: argument.name };
        argument.kind.coerced(found).ok_or_else(|| place.plan(argument.kind.expected(), found))
    });
    typed.collect()
}

/// The values of literal arguments.
#[derive(Debug)]
pub(crate) struct Literals {
    function: &'static str,
    arguments: &'static [Argument],
    values: Vec<Option<ScalarValue>>,
}

impl Literals {
    /// Reads them from a call.
    pub(crate) fn new(
        function: &'static str,
        arguments: &'static [Argument],
        call: &AccumulatorArgs<'_>,
    ) -> Result<Self> {
        let nothing = RecordBatch::new_empty(Arc::new(Schema::empty()));
        let read = |(i, argument): (usize, &Argument)| {
            let Some(expression) = call.exprs.get(i).filter(|_| argument.kind.is_literal()) else {
                return Ok(None);
            };
            if let Ok(ColumnarValue::Scalar(value)) = expression.evaluate(&nothing) {
                return Ok(Some(value));
            }
            let place = Place { function, position: i + 1, argument: argument.name };
            Err(place.plan(argument.kind.expected(), expression))
        };
        let values = arguments.iter().enumerate().map(read).collect::<Result<_>>()?;
        Ok(Self { function, arguments, values })
    }

    pub(crate) fn function(&self) -> &'static str {
        self.function
    }

    /// Where an argument stands.
    pub(crate) fn place(&self, name: &'static str) -> Place {
        let at = self.arguments.iter().position(|a| a.name == name).unwrap_or(0);
        Place { function: self.function, position: at + 1, argument: name }
    }

    fn value(&self, name: &'static str) -> (Place, Option<&ScalarValue>, Option<Kind>) {
        let place = self.place(name);
        let at = place.position - 1;
        let kind = self.arguments.get(at).map(|a| a.kind);
        (place, self.values.get(at).and_then(Option::as_ref), kind)
    }

    /// A literal integer.
    pub(crate) fn count(&self, name: &'static str) -> Result<usize> {
        match self.value(name) {
            (_, None, Some(Kind::Count(Some(default)))) => Ok(default as usize),
            (place, Some(value), _) => match value {
                ScalarValue::Int64(Some(n)) if *n >= 0 => Ok(*n as usize),
                other => Err(place.plan("an integer of at least 0", other)),
            },
            (place, None, _) => Err(place.plan("a literal integer", "nothing")),
        }
    }

    /// A literal choice.
    pub(crate) fn choice(&self, name: &'static str) -> Result<&'static str> {
        let (place, value, kind) = self.value(name);
        let Some(Kind::Choice(allowed)) = kind else { return Err(place.plan("a choice", "none")) };
        let expected = || format!("one of {}", allowed.join(", "));
        let Some(value) = value else {
            return allowed.first().copied().ok_or_else(|| place.plan("a choice", "none"));
        };
        let given = value.try_as_str().flatten();
        let chosen = given.and_then(|given| allowed.iter().find(|name| **name == given));
        chosen.copied().ok_or_else(|| place.plan(expected(), value))
    }
}
