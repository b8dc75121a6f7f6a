use crate::error::{Error, Result};
use crate::ratings::ids::Interner;
use crate::ratings::store::RaterIndex;
use crate::ratings::{Cells, Code, Labels, Layout, Ratings, Scale, parse_number};

/// What to do when one rater rates one item twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Duplicates {
    /// An error that names both rows.
    #[default]
    Error,
    /// The earlier row counts.
    KeepFirst,
    /// The later row counts.
    KeepLast,
}

/// Beyond this many distinct labels on a numeric scale, numbers are kept as numbers.
const MAX_NUMERIC_LABELS: usize = 65_535;

/// Collects rows `(item, rater, label)` in any order and makes [`Ratings`] of them.
///
/// Rows are numbered from 0 in the order of the calls; errors name them. Labels are taken from the data in their
/// natural order (numbers by value, text by letters) unless declared. On a numeric scale every label must be a finite
/// number; beyond 65,535 distinct ones the ratings are kept as plain numbers.
///
/// # Missing values
/// A row without a label registers its item and rater and is otherwise a missing rating.
///
/// # Examples
/// ```
/// use probity::ratings::{Duplicates, RatingsBuilder};
/// let mut rows = RatingsBuilder::new();
/// rows.push("q1", "ann", Some("good"))?;
/// rows.push("q1", "ann", Some("bad"))?;
/// let twice = rows.clone().build().unwrap_err();
/// assert_eq!(twice.to_string(), r#"item "q1", rater "ann": rated twice, in row 0 and in row 1"#);
/// let kept = rows.duplicates(Duplicates::KeepLast).build()?;
/// assert_eq!(kept.codes()?.get(0, 0), kept.labels().code("bad"));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct RatingsBuilder {
    scale: Scale,
    declared: Option<Labels>,
    duplicates: Duplicates,
    items: Interner,
    raters: Interner,
    labels: Interner,
    groups: Interner,
    /// The number behind each label, on numeric scales.
    numbers: Vec<f64>,
    item_of: Vec<u32>,
    rater_of: Narrow,
    group_of: Narrow,
    cells: Column,
}

impl Clone for Interner {
    fn clone(&self) -> Self {
        let mut copy = Self::default();
        for i in 0..self.len() {
            // The text fitted once, so it fits again.
            if copy.intern(self.name(i)).is_err() {
                break;
            }
        }
        copy
    }
}

/// Small integers that widen when they must.
#[derive(Debug, Clone)]
enum Narrow {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
}

impl Default for Narrow {
    fn default() -> Self {
        Self::U8(Vec::new())
    }
}

impl Narrow {
    fn push(&mut self, x: u32) {
        match self {
            Self::U8(v) if u8::try_from(x).is_ok() => return v.push(x as u8),
            Self::U16(v) if u16::try_from(x).is_ok() => return v.push(x as u16),
            Self::U32(v) => return v.push(x),
            Self::U8(v) => *self = Self::U16(v.iter().map(|&x| x.into()).collect()),
            Self::U16(v) => *self = Self::U32(v.iter().map(|&x| x.into()).collect()),
        }
        self.push(x);
    }

    fn get(&self, i: usize) -> u32 {
        match self {
            Self::U8(v) => v[i].into(),
            Self::U16(v) => v[i].into(),
            Self::U32(v) => v[i],
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::U8(v) => v.len(),
            Self::U16(v) => v.len(),
            Self::U32(v) => v.len(),
        }
    }
}

/// The labels of the rows: numbers of labels (shifted by one, 0 is missing), or plain numbers (NaN is missing).
#[derive(Debug, Clone)]
enum Column {
    Labels(Narrow),
    Numbers(Vec<f64>),
}

impl Default for Column {
    fn default() -> Self {
        Self::Labels(Narrow::default())
    }
}

impl Column {
    fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Labels(v) => v.get(row) == 0,
            Self::Numbers(v) => v[row].is_nan(),
        }
    }
}

impl RatingsBuilder {
    /// A builder on the nominal scale that takes the labels from the data and refuses duplicates.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the scale. Call before the first row.
    #[must_use]
    pub fn scale(mut self, scale: Scale) -> Self {
        self.scale = scale;
        self
    }

    /// Declares the labels and their order; any other label is an error. Call before the first row.
    #[must_use]
    pub fn labels(mut self, labels: Labels) -> Self {
        self.declared = Some(labels);
        self
    }

    /// Sets what happens when one rater rates one item twice.
    #[must_use]
    pub fn duplicates(mut self, duplicates: Duplicates) -> Self {
        self.duplicates = duplicates;
        self
    }

    /// Rows so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.item_of.len()
    }

    /// Whether there is no row yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.item_of.is_empty()
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`Error::UnknownLabel`] for a label outside the declared ones; [`Error::NotANumber`] on a numeric scale;
    /// [`Error::Overflow`] beyond 2³² items, raters or rows. The row is then not added.
    pub fn push(&mut self, item: &str, rater: &str, label: Option<&str>) -> Result<()> {
        self.push_in("", item, rater, label)
    }

    /// Adds a row that belongs to a group, for [`RatingsBuilder::build_groups`].
    ///
    /// # Errors
    /// As [`RatingsBuilder::push`].
    pub fn push_in(&mut self, group: &str, item: &str, rater: &str, label: Option<&str>) -> Result<()> {
        if self.len() >= u32::MAX as usize {
            return Err(Error::Overflow { what: "the number of rows (2³²)" });
        }
        self.push_label(label)?;
        let registered =
            (|| Ok((self.items.intern(item)?, self.raters.intern(rater)?, self.groups.intern(group)?)))();
        let (item, rater, group) = match registered {
            Ok(ids) => ids,
            Err(error) => {
                self.pop_label();
                return Err(error);
            }
        };
        self.item_of.push(item);
        self.rater_of.push(rater);
        // A single group costs nothing: the column starts with the second one.
        if group > 0 || self.group_of.len() > 0 {
            while self.group_of.len() + 1 < self.item_of.len() {
                self.group_of.push(0);
            }
            self.group_of.push(group);
        }
        Ok(())
    }

    fn pop_label(&mut self) {
        match &mut self.cells {
            Column::Labels(Narrow::U8(v)) => drop(v.pop()),
            Column::Labels(Narrow::U16(v)) => drop(v.pop()),
            Column::Labels(Narrow::U32(v)) => drop(v.pop()),
            Column::Numbers(v) => drop(v.pop()),
        }
    }

    fn number(&self, label: &str) -> Result<f64> {
        parse_number(label).ok_or_else(|| Error::NotANumber {
            row: self.len(),
            scale: self.scale.name(),
            label: label.to_string(),
        })
    }

    fn push_label(&mut self, label: Option<&str>) -> Result<()> {
        if let Column::Numbers(_) = &self.cells {
            let value = label.map_or(Ok(f64::NAN), |label| self.number(label))?;
            if let Column::Numbers(values) = &mut self.cells {
                values.push(value);
            }
            return Ok(());
        }
        let code = match label {
            None => 0,
            Some(label) => self.label_number(label)? + 1,
        };
        if let Column::Labels(column) = &mut self.cells {
            column.push(code);
            if self.declared.is_none() && self.scale.is_numeric() && self.labels.len() > MAX_NUMERIC_LABELS {
                let value = |i| match column.get(i) {
                    0 => f64::NAN,
                    code => self.numbers[code as usize - 1],
                };
                self.cells = Column::Numbers((0..column.len()).map(value).collect());
                self.labels = Interner::default();
            }
        }
        Ok(())
    }

    /// The declared code of a label, or its number by first appearance. New labels are checked once.
    fn label_number(&mut self, label: &str) -> Result<u32> {
        if let Some(declared) = &self.declared {
            // Numeric labels match by value too: `1.0` is `1`.
            let by_value = || {
                let value = parse_number(label)?;
                Some(declared.values()?.iter().position(|&v| v == value)? as u32)
            };
            return declared.code(label).or_else(by_value).ok_or_else(|| Error::UnknownLabel {
                row: self.len(),
                label: label.to_string(),
                declared: declared.names().join(", "),
            });
        }
        if self.scale.is_numeric() {
            let known = self.labels.len();
            let number = self.labels.intern(label)?;
            if number as usize == known {
                match self.number(label) {
                    Ok(value) => self.numbers.push(value + 0.0),
                    Err(error) => {
                        self.labels.forget_last();
                        return Err(error);
                    }
                }
            }
            return Ok(number);
        }
        self.labels.intern(label)
    }

    /// Makes ratings of all rows.
    ///
    /// # Errors
    /// [`Error::Duplicate`] unless another policy was chosen; errors of the scale as in [`Ratings::with_scale`].
    pub fn build(self) -> Result<Ratings> {
        let rows: Vec<u32> = Vec::new();
        let (labels, codes) = self.final_labels();
        self.assemble(labels, &codes, None, &rows)
    }

    /// Makes one [`Ratings`] a group, in the order in which the groups first occur. All share labels, items and raters,
    /// so that codes and positions mean the same in each; an item without a rating in a group stays there, unrated.
    ///
    /// # Errors
    /// As [`RatingsBuilder::build`].
    pub fn build_groups(self) -> Result<Vec<(String, Ratings)>> {
        let (labels, codes) = self.final_labels();
        let groups = self.groups.to_names();
        let mut rows = vec![Vec::new(); groups.len()];
        for row in 0..self.len() {
            rows[self.group(row)].push(row as u32);
        }
        let mut built = Vec::with_capacity(groups.len());
        for (group, rows) in groups.into_iter().zip(rows) {
            built.push((group, self.clone().assemble(labels.clone(), &codes, Some(()), &rows)?));
        }
        Ok(built)
    }

    fn group(&self, row: usize) -> usize {
        if self.group_of.len() == 0 { 0 } else { self.group_of.get(row) as usize }
    }

    /// The labels in their final order, and the final code of each label number.
    fn final_labels(&self) -> (Labels, Vec<u32>) {
        match (&self.declared, &self.cells) {
            (Some(declared), _) => (declared.clone(), (0..declared.len() as u32).collect()),
            (None, Column::Numbers(_)) => (Labels::codes(0), Vec::new()),
            (None, Column::Labels(_)) => Labels::sorted(&self.labels.to_names()),
        }
    }

    /// `subset`: only `rows` count; otherwise every row does.
    fn assemble(self, labels: Labels, codes: &[u32], subset: Option<()>, rows: &[u32]) -> Result<Ratings> {
        let Self { scale, duplicates, items, raters, item_of, rater_of, cells, .. } = self;
        let n_rows = if subset.is_some() { rows.len() } else { item_of.len() };
        let row_at = |k: usize| if subset.is_some() { rows[k] as usize } else { k };
        // Counting sort by item keeps the order of the rows within an item.
        let mut ends = vec![0u32; items.len() + 1];
        for k in 0..n_rows {
            let row = row_at(k);
            if !cells.is_missing(row) {
                ends[item_of[row] as usize + 1] += 1;
            }
        }
        for i in 0..items.len() {
            ends[i + 1] += ends[i];
        }
        let mut next = ends.clone();
        let mut order = vec![0u32; ends[items.len()] as usize];
        for k in 0..n_rows {
            let row = row_at(k);
            if !cells.is_missing(row) {
                let at = &mut next[item_of[row] as usize];
                order[*at as usize] = row as u32;
                *at += 1;
            }
        }
        drop(next);
        // Within an item: by rater, then resolve duplicates.
        let mut kept_ends = Vec::with_capacity(items.len());
        let mut kept = 0usize;
        for i in 0..items.len() {
            let range = ends[i] as usize..ends[i + 1] as usize;
            order[range.clone()].sort_by_key(|&row| rater_of.get(row as usize));
            let start = kept;
            for k in range {
                let row = order[k];
                let same =
                    kept > start && rater_of.get(order[kept - 1] as usize) == rater_of.get(row as usize);
                match duplicates {
                    Duplicates::Error if same => {
                        return Err(Error::Duplicate {
                            item: items.name(i).to_string(),
                            rater: raters.name(rater_of.get(row as usize) as usize).to_string(),
                            first: order[kept - 1] as usize,
                            second: row as usize,
                        });
                    }
                    Duplicates::KeepFirst if same => {}
                    Duplicates::KeepLast if same => order[kept - 1] = row,
                    _ => {
                        order[kept] = row;
                        kept += 1;
                    }
                }
            }
            kept_ends.push(kept as u32);
        }
        order.truncate(kept);
        let (items, raters) = (items.into_ids(), raters.into_ids());
        let width = match (&cells, labels.len()) {
            (Column::Numbers(_), _) => 8,
            (_, 0..=255) => 1,
            (_, 256..=65_535) => 2,
            _ => 4,
        };
        let rater_width = if raters.len() <= 1 << 16 { 2 } else { 4 };
        let dense = (items.len() as u128 * raters.len() as u128) * width
            <= order.len() as u128 * (width + rater_width) + items.len() as u128 * 4;
        let code_of = |row: u32| match &cells {
            Column::Labels(column) => codes.get((column.get(row as usize) as usize).wrapping_sub(1)).copied(),
            Column::Numbers(_) => None,
        };
        let slots = items.len() * if dense { raters.len() } else { 0 };
        let place = |values: &mut dyn FnMut(usize, u32)| {
            let mut item = 0;
            for (k, &row) in order.iter().enumerate() {
                while kept_ends[item] as usize <= k {
                    item += 1;
                }
                let rater = rater_of.get(row as usize) as usize;
                values(if dense { item * raters.len() + rater } else { k }, row);
            }
        };
        let n_cells = if dense { slots } else { order.len() };
        let filled = match &cells {
            Column::Numbers(values) => {
                let mut to = vec![f64::NAN; n_cells];
                place(&mut |cell, row| to[cell] = values[row as usize]);
                Cells::F64(to)
            }
            Column::Labels(_) => {
                fn fill<C: Code>(
                    n: usize,
                    place: impl Fn(&mut dyn FnMut(usize, u32)),
                    code_of: impl Fn(u32) -> Option<u32>,
                ) -> Cells {
                    let mut to = vec![C::MISSING; n];
                    place(&mut |cell, row| to[cell] = code_of(row).map_or(C::MISSING, C::truncate));
                    C::wrap(to)
                }
                match width {
                    1 => fill::<u8>(n_cells, place, code_of),
                    2 => fill::<u16>(n_cells, place, code_of),
                    _ => fill::<u32>(n_cells, place, code_of),
                }
            }
        };
        let layout = if dense {
            Layout::Dense
        } else {
            let owner = |&row: &u32| rater_of.get(row as usize);
            let raters = if rater_width == 2 {
                RaterIndex::U16(order.iter().map(|row| owner(row) as u16).collect())
            } else {
                RaterIndex::U32(order.iter().map(owner).collect())
            };
            Layout::Sparse { ends: kept_ends, raters }
        };
        Ratings::assemble(items, raters, scale, labels, layout, filled)
    }
}
