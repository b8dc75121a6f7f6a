use crate::ratings::Code;

/// One cell a rating slot: a code of the narrowest type that fits, or a number (NaN = missing).
#[doc(hidden)]
#[derive(Debug, Clone)]
#[allow(unnameable_types, reason = "only the sealed trait `Code` mentions it")]
pub enum Cells {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
    F64(Vec<f64>),
}

/// What a cell of a store can be.
pub(super) trait Cell: Copy {
    const MISSING: Self;

    fn is_missing(self) -> bool;
}

macro_rules! cell {
    ($($t:ty, $missing:expr, $is:expr);+) => {
        $(impl Cell for $t {
            const MISSING: Self = $missing;

            #[inline]
            fn is_missing(self) -> bool {
                $is(self)
            }
        })+
    };
}
cell!(u8, u8::MAX, |c| c == u8::MAX; u16, u16::MAX, |c| c == u16::MAX; u32, u32::MAX, |c| c == u32::MAX; f64, f64::NAN, f64::is_nan);

/// New cells from the vector of others, by the same expression for each type of cell.
macro_rules! over_cells {
    ($cells:expr, $v:pat => $body:expr) => {
        match $cells {
            Cells::U8($v) => Cells::U8($body),
            Cells::U16($v) => Cells::U16($body),
            Cells::U32($v) => Cells::U32($body),
            Cells::F64($v) => Cells::F64($body),
        }
    };
}
pub(super) use over_cells;

impl Cells {
    /// The code in a cell; `None` when missing or when the cells are numbers.
    #[inline]
    pub(crate) fn code(&self, i: usize) -> Option<u32> {
        match self {
            Self::U8(v) => v[i].present(),
            Self::U16(v) => v[i].present(),
            Self::U32(v) => v[i].present(),
            Self::F64(_) => None,
        }
    }

    #[inline]
    pub(super) fn is_missing(&self, i: usize) -> bool {
        match self {
            Self::U8(v) => v[i].is_missing(),
            Self::U16(v) => v[i].is_missing(),
            Self::U32(v) => v[i].is_missing(),
            Self::F64(v) => v[i].is_missing(),
        }
    }

    pub(super) fn count_present(&self) -> usize {
        fn count<T: Cell>(cells: &[T]) -> usize {
            cells.iter().filter(|cell| !cell.is_missing()).count()
        }
        match self {
            Self::U8(v) => count(v),
            Self::U16(v) => count(v),
            Self::U32(v) => count(v),
            Self::F64(v) => count(v),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::U8(v) => v.len(),
            Self::U16(v) => v.len(),
            Self::U32(v) => v.len(),
            Self::F64(v) => v.len(),
        }
    }

    /// Bytes of a cell.
    pub(super) fn cell_bytes(&self) -> usize {
        match self {
            Self::U8(_) => 1,
            Self::U16(_) => 2,
            Self::U32(_) => 4,
            Self::F64(_) => 8,
        }
    }

    /// Bytes that the code of one of so many categories takes.
    pub(super) fn code_bytes(categories: usize) -> usize {
        match categories {
            0..=255 => 1,
            256..=65_535 => 2,
            _ => 4,
        }
    }

    /// Codes in the narrowest type for `categories`.
    pub(crate) fn from_codes(categories: usize, codes: impl Iterator<Item = Option<u32>>) -> Self {
        fn narrow<C: Code>(codes: impl Iterator<Item = Option<u32>>) -> Cells {
            C::wrap(codes.map(|c| c.map_or(C::MISSING, C::truncate)).collect())
        }
        match Self::code_bytes(categories) {
            1 => narrow::<u8>(codes),
            2 => narrow::<u16>(codes),
            _ => narrow::<u32>(codes),
        }
    }
}
