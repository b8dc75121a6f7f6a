use crate::error::{Error, Result};
use crate::ratings::columns::{Column, Narrow};
use crate::ratings::ids::Interner;
use crate::ratings::rows::{Frame, Rows};
use crate::ratings::{Code, Ids, Labels, Ratings, Scale, parse_number};

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

/// A row that does not count because the same rater rated the same item in another row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DroppedRow {
    /// The row left out, counted from 0.
    pub row: usize,
    /// The row that counts instead.
    pub kept: usize,
}

/// Ratings of all rows, ratings of the rows of each group, and the rows that do not count.
#[cfg(feature = "io")]
pub(crate) struct Built {
    pub(crate) ratings: Ratings,
    pub(crate) groups: Vec<(String, Ratings)>,
    pub(crate) dropped: Vec<DroppedRow>,
}

/// A name, or the number that the builder gave to it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Name<'a> {
    #[cfg_attr(not(feature = "io"), expect(dead_code, reason = "only files repeat themselves in numbers"))]
    Known(u32),
    New(&'a str),
}

/// The numbers that the builder gave to the names of a row.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "io"), expect(dead_code, reason = "only readers of files reuse the numbers"))]
pub(crate) struct RowNumbers {
    pub(crate) group: u32,
    pub(crate) item: u32,
    pub(crate) rater: u32,
    /// `None` without a label, and where labels are kept as plain numbers.
    pub(crate) label: Option<u32>,
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
    rows: Rows,
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
        self.rows.len()
    }

    /// Whether there is no row yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 0
    }

    /// The number of an item that has a row.
    #[cfg(feature = "io")]
    pub(crate) fn item_number(&self, item: &str) -> Option<u32> {
        self.items.get(item)
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
    #[inline]
    pub fn push_in(&mut self, group: &str, item: &str, rater: &str, label: Option<&str>) -> Result<()> {
        self.push_named([group, item, rater].map(Name::New), label.map(Name::New)).map(drop)
    }

    /// As [`RatingsBuilder::push_in`] for group, item, rater and label, each a name or a number given earlier.
    #[inline]
    pub(crate) fn push_named(&mut self, names: [Name<'_>; 3], label: Option<Name<'_>>) -> Result<RowNumbers> {
        if self.len() >= u32::MAX as usize {
            return Err(Error::Overflow { what: "the number of rows (2³²)" });
        }
        let label = self.push_label(label)?;
        let number = |names: &mut Interner, name: Name<'_>| match name {
            Name::Known(number) => Ok(number),
            Name::New(name) => names.intern(name),
        };
        let [group, item, rater] = names;
        let registered = (|| {
            let (item, rater) = (number(&mut self.items, item)?, number(&mut self.raters, rater)?);
            Ok(RowNumbers { group: number(&mut self.groups, group)?, item, rater, label })
        })();
        match &registered {
            Ok(row) => self.rows.push(row.item, row.rater, row.group),
            Err(_) => self.rows.cells.pop(),
        }
        registered
    }

    fn number(&self, label: &str) -> Result<f64> {
        parse_number(label).ok_or_else(|| Error::NotANumber {
            row: self.len(),
            scale: self.scale.name(),
            label: label.to_string(),
        })
    }

    /// Adds the cell of a row; its number unless it is missing or a plain number.
    #[inline]
    fn push_label(&mut self, label: Option<Name<'_>>) -> Result<Option<u32>> {
        if let Column::Numbers(_) = &self.rows.cells {
            let value = match label {
                None => f64::NAN,
                Some(Name::New(label)) => self.number(label)?,
                Some(Name::Known(number)) => self.numbers[number as usize],
            };
            if let Column::Numbers(values) = &mut self.rows.cells {
                values.push(value);
            }
            return Ok(None);
        }
        let number = match label {
            None => None,
            Some(Name::Known(number)) => Some(number),
            Some(Name::New(label)) => Some(self.label_number(label)?),
        };
        if let Column::Labels(column) = &mut self.rows.cells {
            column.push(number.map_or(0, |number| number + 1));
            if self.declared.is_none() && self.scale.is_numeric() && self.labels.len() > MAX_NUMERIC_LABELS {
                let value = |i| match column.get(i) {
                    0 => f64::NAN,
                    code => self.numbers[code as usize - 1],
                };
                self.rows.cells = Column::Numbers((0..column.len()).map(value).collect());
                self.labels = Interner::default();
            }
        }
        Ok(number)
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
            if let Some(known) = self.labels.get(label) {
                return Ok(known);
            }
            let value = self.number(label)?;
            let number = self.labels.intern(label)?;
            self.numbers.push(value + 0.0);
            return Ok(number);
        }
        self.labels.intern(label)
    }

    /// Makes ratings of all rows.
    ///
    /// # Complexity
    /// O(rows) where raters come in order within an item, else the time of sorting each item's rows by rater. While rows come
    /// item by item, the builder holds little more than the result: a byte an item, and the raters of the items that have
    /// others than the item before (or the same in another order). With the first row of an earlier item each row takes 3 to
    /// 8 bytes (item, rater and label, 1 to 4 each by how many are distinct), and building holds the result beside them, with 4
    /// bytes a row more where it is sparse or a judgment is repeated.
    ///
    /// # Errors
    /// [`Error::Duplicate`] unless another policy was chosen; errors of the scale as in [`Ratings::with_scale`].
    pub fn build(self) -> Result<Ratings> {
        Ok(self.build_with_dropped()?.0)
    }

    /// Makes ratings of all rows and says which rows a duplicate made void.
    ///
    /// # Errors
    /// As [`RatingsBuilder::build`].
    ///
    /// # Examples
    /// ```
    /// use probity::ratings::{DroppedRow, Duplicates, RatingsBuilder};
    /// let mut rows = RatingsBuilder::new().duplicates(Duplicates::KeepLast);
    /// rows.push("q1", "ann", Some("good"))?;
    /// rows.push("q1", "ann", Some("bad"))?;
    /// assert_eq!(rows.build_with_dropped()?.1, [DroppedRow { row: 0, kept: 1 }]);
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn build_with_dropped(self) -> Result<(Ratings, Vec<DroppedRow>)> {
        let (labels, codes) = self.final_labels();
        let Self { scale, duplicates, items, raters, rows, .. } = self;
        let (items, raters) = (items.into_ids(), raters.into_ids());
        rows.assemble(Frame { items, raters, scale, labels, duplicates }, &codes)
    }

    /// Makes one [`Ratings`] a group, in the order in which the groups first occur. All share labels, items and raters,
    /// so that codes and positions mean the same in each; an item without a rating in a group stays there, unrated.
    ///
    /// # Errors
    /// As [`RatingsBuilder::build`].
    pub fn build_groups(&self) -> Result<Vec<(String, Ratings)>> {
        let (labels, codes) = self.final_labels();
        let frame = Frame {
            items: self.items.to_ids(),
            raters: self.raters.to_ids(),
            scale: self.scale.clone(),
            labels,
            duplicates: self.duplicates,
        };
        self.rows.assemble_groups(self.groups.to_names(), &frame, &codes)
    }

    /// What [`RatingsBuilder::build_groups`] and [`RatingsBuilder::build_with_dropped`] make, with one copy of the names.
    #[cfg(feature = "io")]
    pub(crate) fn build_with_groups(self) -> Result<Built> {
        let (labels, codes) = self.final_labels();
        let Self { scale, duplicates, items, raters, groups, rows, .. } = self;
        let frame = Frame { items: items.into_ids(), raters: raters.into_ids(), scale, labels, duplicates };
        let groups = rows.assemble_groups(groups.to_names(), &frame, &codes)?;
        let (ratings, dropped) = rows.assemble(frame, &codes)?;
        Ok(Built { ratings, groups, dropped })
    }

    /// The labels in their final order, and the final code of each label number.
    fn final_labels(&self) -> (Labels, Vec<u32>) {
        match (&self.declared, &self.rows.cells) {
            (Some(declared), _) => (declared.clone(), (0..declared.len() as u32).collect()),
            (None, Column::Numbers(_)) => (Labels::codes(0), Vec::new()),
            (None, Column::Labels(_)) => Labels::sorted(&self.labels.to_names()),
        }
    }
}

impl Ratings {
    /// From rows (item, rater, code) of numbers in any order; the code [`Code::MISSING`](crate::ratings::Code::MISSING)
    /// is a missing rating. The scale is nominal; see [`Ratings::with_scale`].
    ///
    /// # Errors
    /// [`Error::Index`] for an item or rater outside `0..items` and `0..raters`; [`Error::Code`] for a code outside the labels;
    /// [`Error::Duplicate`] if a rater rated an item twice; [`Error::Overflow`] beyond 2³² rows.
    ///
    /// # Examples
    /// ```
    /// use probity::ratings::{Labels, Ratings};
    /// let r = Ratings::from_rows(Labels::codes(2), 3, 2, &[(2, 1, 0), (0, 0, 1)])?;
    /// assert_eq!((r.n_items(), r.n_judgments()), (3, 2));
    /// assert_eq!(r.codes()?.get(2, 1), Some(0));
    /// let twice = Ratings::from_rows(Labels::codes(2), 3, 2, &[(0, 0, 1), (0, 0, 1)]).unwrap_err();
    /// assert_eq!(twice.to_string(), r#"item "0", rater "0": rated twice, in row 0 and in row 1"#);
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn from_rows(labels: Labels, items: usize, raters: usize, rows: &[(u32, u32, u32)]) -> Result<Self> {
        if rows.len() >= u32::MAX as usize {
            return Err(Error::Overflow { what: "the number of rows (2³²)" });
        }
        let (mut columns, mut cells) = (Rows::default(), Narrow::default());
        for &(item, rater, code) in rows {
            for (what, index, len) in [("item", item as usize, items), ("rater", rater as usize, raters)] {
                if index >= len {
                    return Err(Error::Index { what, index, len });
                }
            }
            // Shifted by one: 0 is missing.
            let cell = match code.present() {
                None => 0,
                Some(code) if (code as usize) < labels.len() => code + 1,
                Some(code) => {
                    return Err(Error::Code {
                        item: item as usize,
                        rater: rater as usize,
                        code: code.into(),
                        categories: labels.len(),
                    });
                }
            };
            cells.push(cell);
            columns.push(item, rater, 0);
        }
        columns.cells = Column::Labels(cells);
        let codes: Vec<u32> = (0..labels.len() as u32).collect();
        let frame = Frame {
            items: Ids::numbers(items),
            raters: Ids::numbers(raters),
            scale: Scale::Nominal,
            labels,
            duplicates: Duplicates::Error,
        };
        Ok(columns.assemble(frame, &codes)?.0)
    }
}
