use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, ListArray, StringArray, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Fields};
use probity::inference::Estimate;

use crate::error::{Result, of_core};

/// What a function gives for a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Output {
    /// A number.
    Figure,
    /// A figure with its interval.
    Interval,
    /// Several numbers under these names.
    Figures(&'static [&'static str]),
    /// Several figures with their intervals.
    Intervals(&'static [&'static str]),
    /// Text.
    Text,
    /// A figure with its interval for each contender.
    Contenders,
}

/// What is to be said of a group.
#[derive(Debug)]
pub(crate) enum Value {
    /// No row went into it.
    Empty,
    /// As many figures as the output has; undefined ones are errors.
    Figures(Vec<probity::Result<Estimate>>),
    Text(String),
    /// A figure for each name.
    Contenders(probity::Result<Vec<(String, Estimate)>>),
}

impl Value {
    /// Figures, of which the undefined ones are NULL; any other error is one of the query.
    pub(crate) fn figures(function: &str, figures: Vec<probity::Result<Estimate>>) -> Result<Self> {
        let wrong = figures.iter().find_map(|f| f.as_ref().err().filter(|error| !error.is_undefined()));
        wrong.map_or(Ok(()), |error| Err(of_core(function, error)))?;
        Ok(Self::Figures(figures))
    }
}

fn interval_fields() -> Fields {
    let number = |name| Field::new(name, DataType::Float64, true);
    let text = |name| Field::new(name, DataType::Utf8, true);
    Fields::from(vec![number("value"), number("lower"), number("upper"), text("method"), text("reason")])
}

fn contender_fields() -> Fields {
    let name = Field::new("contender", DataType::Utf8, false);
    std::iter::once(Arc::new(name)).chain(interval_fields().iter().cloned()).collect()
}

fn contenders_fields() -> Fields {
    let list = DataType::new_list(DataType::Struct(contender_fields()), true);
    Fields::from(vec![Field::new("strengths", list, true), Field::new("reason", DataType::Utf8, true)])
}

fn named(names: &[&str], data_type: &DataType) -> Fields {
    names.iter().map(|name| Field::new(*name, data_type.clone(), true)).collect()
}

/// A figure as one row of `interval_fields`; no figure is a row of NULLs.
#[derive(Debug, Default)]
struct Row<'a> {
    value: Option<f64>,
    ends: Option<(f64, f64)>,
    method: Option<&'static str>,
    reason: Option<&'a probity::Error>,
}

impl<'a> Row<'a> {
    fn of(estimate: &Estimate) -> Self {
        Self {
            value: Some(estimate.value),
            ends: estimate.interval.map(|interval| (interval.lower, interval.upper)),
            method: estimate.interval.map(|interval| interval.method.name()),
            reason: None,
        }
    }

    fn of_result(figure: &'a probity::Result<Estimate>) -> Self {
        match figure {
            Ok(estimate) => Self::of(estimate),
            Err(reason) => Self { reason: Some(reason), ..Self::default() },
        }
    }

    fn of_value(value: &'a Value, i: usize) -> Self {
        match value {
            Value::Figures(figures) => figures.get(i).map(Self::of_result).unwrap_or_default(),
            _ => Self::default(),
        }
    }
}

fn intervals(rows: &[Row<'_>]) -> Vec<ArrayRef> {
    let number = |of: fn(&Row<'_>) -> Option<f64>| Arc::new(rows.iter().map(of).collect::<Float64Array>());
    let reasons = rows.iter().map(|row| row.reason.map(ToString::to_string));
    vec![
        number(|row| row.value),
        number(|row| row.ends.map(|ends| ends.0)),
        number(|row| row.ends.map(|ends| ends.1)),
        Arc::new(rows.iter().map(|row| row.method).collect::<StringArray>()),
        Arc::new(reasons.collect::<StringArray>()),
    ]
}

impl Output {
    pub(crate) fn data_type(self) -> DataType {
        match self {
            Self::Figure => DataType::Float64,
            Self::Interval => DataType::Struct(interval_fields()),
            Self::Figures(names) => DataType::Struct(named(names, &DataType::Float64)),
            Self::Intervals(names) => DataType::Struct(named(names, &DataType::Struct(interval_fields()))),
            Self::Text => DataType::Utf8,
            Self::Contenders => DataType::Struct(contenders_fields()),
        }
    }

    /// One row a group.
    pub(crate) fn array(self, values: &[Value]) -> Result<ArrayRef> {
        let there = || values.iter().map(|value| !matches!(value, Value::Empty)).collect::<NullBuffer>();
        // The figure of a group by its number in the output.
        let figure = |value: &Value, i: usize| match value {
            Value::Figures(figures) => figures.get(i).and_then(|f| f.as_ref().ok()).map(|e| e.value),
            _ => None,
        };
        let figures = |i| Arc::new(values.iter().map(|v| figure(v, i)).collect::<Float64Array>()) as ArrayRef;
        let structs = |i, nulls| {
            let rows: Vec<Row<'_>> = values.iter().map(|v| Row::of_value(v, i)).collect();
            StructArray::try_new(interval_fields(), intervals(&rows), nulls)
        };
        Ok(match self {
            Self::Figure => figures(0),
            Self::Interval => Arc::new(structs(0, Some(there()))?),
            Self::Figures(names) => {
                let columns = (0..names.len()).map(figures).collect();
                Arc::new(StructArray::try_new(named(names, &DataType::Float64), columns, Some(there()))?)
            }
            Self::Intervals(names) => {
                let columns = (0..names.len()).map(|i| Ok(Arc::new(structs(i, None)?) as ArrayRef));
                let fields = named(names, &DataType::Struct(interval_fields()));
                Arc::new(StructArray::try_new(fields, columns.collect::<Result<_>>()?, Some(there()))?)
            }
            Self::Text => Arc::new(
                values
                    .iter()
                    .map(|value| if let Value::Text(text) = value { Some(text.as_str()) } else { None })
                    .collect::<StringArray>(),
            ),
            Self::Contenders => contenders(values, Some(there()))?,
        })
    }
}

fn contenders(values: &[Value], nulls: Option<NullBuffer>) -> Result<ArrayRef> {
    let (mut names, mut rows, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
    let (mut listed, mut reasons) = (Vec::new(), Vec::new());
    for value in values {
        let (list, reason) = match value {
            Value::Contenders(Ok(list)) => (Some(list), None),
            Value::Contenders(Err(reason)) => (None, Some(reason.to_string())),
            _ => (None, None),
        };
        listed.push(list.is_some());
        reasons.push(reason);
        let list = list.map_or(&[][..], Vec::as_slice);
        lengths.push(list.len());
        names.extend(list.iter().map(|(name, _)| Some(name.as_str())));
        rows.extend(list.iter().map(|(_, estimate)| Row::of(estimate)));
    }
    let mut columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from_iter(names))];
    columns.extend(intervals(&rows));
    let items = StructArray::try_new(contender_fields(), columns, None)?;
    let item = Arc::new(Field::new_list_field(DataType::Struct(contender_fields()), true));
    let offsets = OffsetBuffer::from_lengths(lengths);
    let lists = ListArray::try_new(item, offsets, Arc::new(items), Some(NullBuffer::from(listed)))?;
    let reasons = reasons.into_iter().collect::<StringArray>();
    let columns: Vec<ArrayRef> = vec![Arc::new(lists), Arc::new(reasons)];
    Ok(Arc::new(StructArray::try_new(contenders_fields(), columns, nulls)?))
}
