use std::fmt;

use arrow_array::cast::AsArray;
use arrow_array::{
    Array, BooleanArray, Float16Array, Float32Array, Float64Array, GenericStringArray, Int8Array, Int16Array,
    Int32Array, Int64Array, LargeStringArray, OffsetSizeTrait, StringArray, StringViewArray, UInt8Array,
    UInt16Array, UInt32Array, UInt64Array,
};
use arrow_schema::DataType;

/// What a column may hold, in words.
pub(super) const READABLE: &str = "text, numbers or booleans, perhaps in a dictionary";

/// Whether [`Cells`] reads columns of this type.
pub(super) fn is_readable(of: &DataType) -> bool {
    match of {
        DataType::Dictionary(_, values) => is_readable(values),
        of => {
            let is_number = of.is_integer() || of.is_floating();
            is_number || matches!(of, DataType::Null | DataType::Boolean) || of.is_string()
        }
    }
}

/// A column of a batch. The arrays share their buffers with the batch: nothing is copied.
pub(super) enum Cells {
    Null,
    Text(StringArray),
    LargeText(LargeStringArray),
    ViewedText(StringViewArray),
    Boolean(BooleanArray),
    I8(Int8Array),
    I16(Int16Array),
    I32(Int32Array),
    I64(Int64Array),
    U8(UInt8Array),
    U16(UInt16Array),
    U32(UInt32Array),
    U64(UInt64Array),
    F16(Float16Array),
    F32(Float32Array),
    F64(Float64Array),
    Entries { keys: Box<Self>, values: Box<Self> },
}

/// What is in a cell.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Missing,
    Text(&'a str),
    Number(Number),
}

/// A number as its type has it, so that it is written with the digits it needs and no more.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number {
    Boolean(bool),
    Signed(i64),
    Unsigned(u64),
    Single(f32),
    Double(f64),
}

impl Number {
    /// Bits that are the same for the same number of a column.
    #[inline]
    pub(super) fn bits(self) -> u64 {
        match self {
            Self::Boolean(x) => x.into(),
            Self::Signed(x) => x as u64,
            Self::Unsigned(x) => x,
            Self::Single(x) => x.to_bits().into(),
            Self::Double(x) => x.to_bits(),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(x) => x.fmt(f),
            Self::Signed(x) => x.fmt(f),
            Self::Unsigned(x) => x.fmt(f),
            Self::Single(x) => x.fmt(f),
            Self::Double(x) => x.fmt(f),
        }
    }
}

impl Cells {
    /// `None` if the type is none of those of [`is_readable`].
    pub(super) fn of(array: &dyn Array) -> Option<Self> {
        macro_rules! first_that_fits {
            ($($cells:ident($array:ty)),+ $(,)?) => {
                $(if let Some(array) = array.as_any().downcast_ref::<$array>() {
                    return Some(Self::$cells(array.clone()));
                })+
            };
        }
        first_that_fits!(
            Text(StringArray),
            LargeText(LargeStringArray),
            ViewedText(StringViewArray),
            Boolean(BooleanArray),
            I8(Int8Array),
            I16(Int16Array),
            I32(Int32Array),
            I64(Int64Array),
            U8(UInt8Array),
            U16(UInt16Array),
            U32(UInt32Array),
            U64(UInt64Array),
            F16(Float16Array),
            F32(Float32Array),
            F64(Float64Array),
        );
        if let Some(dictionary) = array.as_any_dictionary_opt() {
            let (keys, values) = (Self::of(dictionary.keys())?, Self::of(dictionary.values().as_ref())?);
            return Some(Self::Entries { keys: Box::new(keys), values: Box::new(values) });
        }
        (*array.data_type() == DataType::Null).then_some(Self::Null)
    }

    /// The entry of the dictionary in a row; `None` if there is no dictionary or nothing in the row.
    #[inline]
    pub(super) fn entry(&self, row: usize) -> Option<usize> {
        let Self::Entries { keys, .. } = self else { return None };
        match keys.value(row) {
            Value::Number(Number::Signed(key)) => usize::try_from(key).ok(),
            Value::Number(Number::Unsigned(key)) => usize::try_from(key).ok(),
            _ => None,
        }
    }

    /// Whether both are keys to the same values in memory.
    pub(super) fn has_dictionary_of(&self, other: &Self) -> bool {
        let (Self::Entries { values: a, .. }, Self::Entries { values: b, .. }) = (self, other) else {
            return false;
        };
        match (&**a, &**b) {
            (Self::Text(a), Self::Text(b)) => is_same(a, b),
            (Self::LargeText(a), Self::LargeText(b)) => is_same(a, b),
            _ => false,
        }
    }

    fn len(&self) -> usize {
        macro_rules! len_of {
            ($($cells:ident),+) => {
                match self {
                    Self::Null => 0,
                    $(Self::$cells(array) => array.len(),)+
                    Self::Entries { keys, .. } => keys.len(),
                }
            };
        }
        len_of!(Text, LargeText, ViewedText, Boolean, I8, I16, I32, I64, U8, U16, U32, U64, F16, F32, F64)
    }

    /// What is in a row of the batch. A NaN is missing.
    #[inline]
    pub(super) fn value(&self, row: usize) -> Value<'_> {
        macro_rules! cell {
            ($array:ident, $value:ident => $as:expr) => {
                if row < $array.len() && $array.is_valid(row) {
                    let $value = $array.value(row);
                    $as
                } else {
                    Value::Missing
                }
            };
        }
        let number = match self {
            Self::Null => return Value::Missing,
            Self::Text(array) => return cell!(array, text => Value::Text(text)),
            Self::LargeText(array) => return cell!(array, text => Value::Text(text)),
            Self::ViewedText(array) => return cell!(array, text => Value::Text(text)),
            Self::Entries { values, .. } => {
                let entry = self.entry(row).filter(|&entry| entry < values.len());
                return entry.map_or(Value::Missing, |entry| values.value(entry));
            }
            Self::Boolean(array) => cell!(array, x => Value::Number(Number::Boolean(x))),
            Self::I8(array) => cell!(array, x => Value::Number(Number::Signed(x.into()))),
            Self::I16(array) => cell!(array, x => Value::Number(Number::Signed(x.into()))),
            Self::I32(array) => cell!(array, x => Value::Number(Number::Signed(x.into()))),
            Self::I64(array) => cell!(array, x => Value::Number(Number::Signed(x))),
            Self::U8(array) => cell!(array, x => Value::Number(Number::Unsigned(x.into()))),
            Self::U16(array) => cell!(array, x => Value::Number(Number::Unsigned(x.into()))),
            Self::U32(array) => cell!(array, x => Value::Number(Number::Unsigned(x.into()))),
            Self::U64(array) => cell!(array, x => Value::Number(Number::Unsigned(x))),
            Self::F16(array) => cell!(array, x => Value::Number(Number::Single(x.to_f32()))),
            Self::F32(array) => cell!(array, x => Value::Number(Number::Single(x))),
            Self::F64(array) => cell!(array, x => Value::Number(Number::Double(x))),
        };
        match number {
            Value::Number(Number::Single(x)) if x.is_nan() => Value::Missing,
            Value::Number(Number::Double(x)) if x.is_nan() => Value::Missing,
            number => number,
        }
    }
}

/// Whether two arrays without gaps lie in the same place.
fn is_same<O: OffsetSizeTrait>(a: &GenericStringArray<O>, b: &GenericStringArray<O>) -> bool {
    a.nulls().is_none()
        && b.nulls().is_none()
        && a.offsets().ptr_eq(b.offsets())
        && a.values().ptr_eq(b.values())
}
