use crate::ratings::{Cells, Code};

/// Small integers that widen when they must.
#[derive(Debug, Clone)]
pub(crate) enum Narrow {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
}

impl Default for Narrow {
    fn default() -> Self {
        Self::U8(Vec::new())
    }
}

/// The same expression for each width.
macro_rules! narrow {
    ($self:expr, $v:ident => $body:expr) => {
        match $self {
            Narrow::U8($v) => $body,
            Narrow::U16($v) => $body,
            Narrow::U32($v) => $body,
        }
    };
}

impl Narrow {
    #[inline]
    pub(super) fn push(&mut self, x: u32) {
        match self {
            Self::U8(v) if u8::try_from(x).is_ok() => v.push(x as u8),
            Self::U16(v) if u16::try_from(x).is_ok() => v.push(x as u16),
            Self::U32(v) => v.push(x),
            _ => self.widen(x),
        }
    }

    #[cold]
    fn widen(&mut self, x: u32) {
        match self {
            Self::U8(v) => *self = Self::U16(v.iter().map(|&x| x.into()).collect()),
            Self::U16(v) => *self = Self::U32(v.iter().map(|&x| x.into()).collect()),
            Self::U32(_) => {}
        }
        self.push(x);
    }

    pub(super) fn pop(&mut self) {
        narrow!(self, v => drop(v.pop()));
    }

    #[inline]
    pub(crate) fn get(&self, i: usize) -> u32 {
        match self {
            Self::U8(v) => v[i].into(),
            Self::U16(v) => v[i].into(),
            Self::U32(v) => v[i],
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        narrow!(self, v => v.len())
    }

    /// Sets one of the numbers; what is new before it is 0.
    #[cfg(feature = "io")]
    pub(crate) fn set(&mut self, i: usize, x: u32) {
        while self.len() <= i {
            self.push(0);
        }
        // Widens where it must.
        self.push(x);
        self.pop();
        narrow!(self, v => v[i] = x as _);
    }

    pub(super) fn truncate(&mut self, len: usize) {
        narrow!(self, v => v.truncate(len));
    }

    /// Whether what starts at `second` repeats what lies between `first` and it, to the end.
    #[inline]
    pub(super) fn repeats(&self, first: usize, second: usize) -> bool {
        narrow!(self, v => v[first..second] == v[second..])
    }
}

/// The labels of the rows: numbers of labels (shifted by one, 0 is missing), or plain numbers (NaN is missing).
#[derive(Debug, Clone)]
pub(super) enum Column {
    Labels(Narrow),
    Numbers(Vec<f64>),
}

impl Default for Column {
    fn default() -> Self {
        Self::Labels(Narrow::default())
    }
}

impl Column {
    pub(super) fn pop(&mut self) {
        match self {
            Self::Labels(v) => v.pop(),
            Self::Numbers(v) => drop(v.pop()),
        }
    }

    /// The same as a row of another column says.
    pub(super) fn push_from(&mut self, other: &Self, row: usize) {
        match (&mut *self, other) {
            (Self::Labels(to), Self::Labels(from)) => to.push(from.get(row)),
            (Self::Numbers(to), Self::Numbers(from)) => to.push(from[row]),
            // Only an empty column is of another kind.
            (_, Self::Labels(from)) => {
                let mut to = Narrow::default();
                to.push(from.get(row));
                *self = Self::Labels(to);
            }
            (_, Self::Numbers(from)) => *self = Self::Numbers(vec![from[row]]),
        }
    }

    /// The cells of the rows, of the width that the categories need; in place unless that is another than the labels
    /// met so far have had. `codes` are those of the label numbers.
    pub(super) fn into_cells(self, categories: usize, codes: &[u32]) -> Cells {
        fn recode<C: Code>(mut cells: Vec<C>, codes: &[u32]) -> Cells {
            let missing = std::iter::once(C::MISSING);
            let table: Vec<C> = missing.chain(codes.iter().map(|&code| C::truncate(code))).collect();
            for cell in &mut cells {
                *cell = table[(*cell).into() as usize];
            }
            C::wrap(cells)
        }
        let column = match self {
            Self::Numbers(values) => return Cells::F64(values),
            Self::Labels(column) => column,
        };
        match (column, Cells::code_bytes(categories)) {
            (Narrow::U8(v), 1) => recode(v, codes),
            (Narrow::U16(v), 2) => recode(v, codes),
            (Narrow::U32(v), 4) => recode(v, codes),
            (column, _) => {
                let code = |i| column.get(i).checked_sub(1).map(|number| codes[number as usize]);
                Cells::from_codes(categories, (0..column.len()).map(code))
            }
        }
    }
}
