//! Columns of the types that [`crate::arguments`] lets through, read row by row.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, StringArray, StringViewArray,
};
use arrow::datatypes::{Float64Type, Int64Type};
use datafusion_common::internal_err;

use crate::error::{Place, Result};

/// The column of an argument.
pub(crate) fn column(place: Place, columns: &[ArrayRef]) -> Result<&ArrayRef> {
    let Some(column) = columns.get(place.position - 1) else {
        return internal_err!("{}: column {} is not there", place.function, place.position);
    };
    Ok(column)
}

fn mismatch<T>(place: Place, column: &ArrayRef) -> Result<T> {
    Err(place.value("a column of another type", column.data_type()))
}

fn present<A: Array>(array: &A, row: usize) -> bool {
    array.is_valid(row)
}

/// Text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Texts<'a> {
    Plain(&'a StringArray),
    View(&'a StringViewArray),
}

impl<'a> Texts<'a> {
    pub(crate) fn new(place: Place, columns: &'a [ArrayRef]) -> Result<Self> {
        let column = column(place, columns)?;
        Self::of(column).map_or_else(|| mismatch(place, column), Ok)
    }

    fn of(column: &'a ArrayRef) -> Option<Self> {
        column.as_string_opt().map(Self::Plain).or_else(|| column.as_string_view_opt().map(Self::View))
    }

    pub(crate) fn get(self, row: usize) -> Option<&'a str> {
        match self {
            Self::Plain(array) => present(array, row).then(|| array.value(row)),
            Self::View(array) => present(array, row).then(|| array.value(row)),
        }
    }
}

/// Numbers; none is missing but by NULL.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers<'a>(&'a Float64Array);

impl<'a> Numbers<'a> {
    pub(crate) fn new(place: Place, columns: &'a [ArrayRef]) -> Result<Self> {
        let column = column(place, columns)?;
        column.as_primitive_opt::<Float64Type>().map_or_else(|| mismatch(place, column), |a| Ok(Self(a)))
    }

    pub(crate) fn get(self, row: usize) -> Option<f64> {
        present(self.0, row).then(|| self.0.value(row))
    }
}

/// Booleans, or the integers 0 and 1.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Flags<'a> {
    Booleans(&'a BooleanArray),
    Integers(&'a Int64Array, Place),
}

impl<'a> Flags<'a> {
    pub(crate) fn new(place: Place, columns: &'a [ArrayRef]) -> Result<Self> {
        let column = column(place, columns)?;
        if let Some(array) = column.as_boolean_opt() {
            return Ok(Self::Booleans(array));
        }
        let integers = column.as_primitive_opt::<Int64Type>();
        integers.map_or_else(|| mismatch(place, column), |array| Ok(Self::Integers(array, place)))
    }

    pub(crate) fn get(self, row: usize) -> Result<Option<bool>> {
        match self {
            Self::Booleans(array) => Ok(present(array, row).then(|| array.value(row))),
            Self::Integers(array, _) if !present(array, row) => Ok(None),
            Self::Integers(array, place) => match array.value(row) {
                0 => Ok(Some(false)),
                1 => Ok(Some(true)),
                other => Err(place.value("a boolean, 0 or 1", other)),
            },
        }
    }
}

/// Scores from 0 to 1 put into so many levels of equal width, or integer levels below that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scores<'a> {
    place: Place,
    levels: usize,
    column: ScoreColumn<'a>,
}

#[derive(Debug, Clone, Copy)]
enum ScoreColumn<'a> {
    Levels(&'a Int64Array),
    Shares(&'a Float64Array),
}

impl<'a> Scores<'a> {
    pub(crate) fn new(place: Place, levels: usize, columns: &'a [ArrayRef]) -> Result<Self> {
        let found = column(place, columns)?;
        let levelled = found.as_primitive_opt::<Int64Type>().map(ScoreColumn::Levels);
        let read = levelled.or_else(|| found.as_primitive_opt::<Float64Type>().map(ScoreColumn::Shares));
        read.map_or_else(|| mismatch(place, found), |column| Ok(Self { place, levels, column }))
    }

    pub(crate) fn get(self, row: usize) -> Result<Option<usize>> {
        let levels = self.levels;
        match self.column {
            ScoreColumn::Levels(array) if present(array, row) => {
                let value = array.value(row);
                let level = usize::try_from(value).ok().filter(|&level| level < levels);
                level.map(Some).ok_or_else(|| self.place.value(format_args!("a level below {levels}"), value))
            }
            ScoreColumn::Shares(array) if present(array, row) => {
                let value = array.value(row);
                if (0.0..=1.0).contains(&value) {
                    return Ok(Some(((value * levels as f64) as usize).min(levels.saturating_sub(1))));
                }
                Err(self.place.value("a score from 0 to 1", value))
            }
            _ => Ok(None),
        }
    }
}
