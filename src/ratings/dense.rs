use crate::error::{Error, Result};
use crate::ratings::{Cells, Code, Ids, Labels, Layout, Ratings, Scale};

fn items_of(what: &'static str, cells: usize, raters: usize) -> Result<usize> {
    if raters == 0 && cells > 0 {
        return Err(Error::argument("raters", "at least 1", 0));
    }
    let items = cells.checked_div(raters).unwrap_or(0);
    crate::num::check_same_length(what, items * raters, cells)?;
    Ok(items)
}

impl Ratings {
    /// From a dense array of codes, item after item, without copying it.
    ///
    /// `codes[item · raters + rater]` is a position in `labels`, or [`Code::MISSING`]. The scale is nominal; see
    /// [`Ratings::with_scale`].
    ///
    /// # Errors
    /// [`Error::Length`] if the array is not whole rows; [`Error::Code`] for a code outside the labels.
    ///
    /// # Examples
    /// ```
    /// use probity::ratings::{Labels, Ratings};
    /// let r = Ratings::from_codes(Labels::codes(2), 3, vec![0u16, 1, u16::MAX])?;
    /// assert_eq!((r.n_items(), r.n_judgments()), (1, 2));
    /// assert!(Ratings::from_codes(Labels::codes(2), 3, vec![0u8, 1, 2]).is_err());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn from_codes<C: Code>(labels: Labels, raters: usize, codes: Vec<C>) -> Result<Self> {
        let items = items_of("codes (a multiple of the raters)", codes.len(), raters)?;
        let categories = labels.len();
        let bad = codes.iter().position(|c| c.present().is_some_and(|c| c as usize >= categories));
        if let Some(cell) = bad {
            let code = codes[cell].into();
            return Err(Error::Code {
                item: cell / raters,
                rater: cell % raters,
                code: u64::from(code),
                categories,
            });
        }
        Self::assemble(
            Ids::numbers(items),
            Ids::numbers(raters),
            Scale::Nominal,
            labels,
            Layout::Dense,
            C::wrap(codes),
        )
    }

    /// From optional codes, item after item.
    ///
    /// # Errors
    /// As [`Ratings::from_codes`].
    pub fn from_options(labels: Labels, raters: usize, codes: &[Option<u32>]) -> Result<Self> {
        Self::from_codes(labels, raters, codes.iter().map(|c| c.unwrap_or(u32::MISSING)).collect())
    }

    /// From a dense array of numbers, item after item, without copying it. NaN is a missing rating.
    ///
    /// # Errors
    /// [`Error::Length`] if the array is not whole rows; [`Error::NotFinite`] for an infinite number;
    /// [`Error::Argument`] if the scale's parameters are out of range. A custom scale needs categories:
    /// [`Error::Scale`].
    pub fn from_values(scale: Scale, raters: usize, values: Vec<f64>) -> Result<Self> {
        let items = items_of("values (a multiple of the raters)", values.len(), raters)?;
        if matches!(scale, Scale::Custom(_)) {
            return Err(Error::Scale {
                metric: "a custom disagreement",
                expected: "categorical ratings",
                found: "plain numbers",
            });
        }
        if let Some(index) = values.iter().position(|v| v.is_infinite()) {
            return Err(Error::NotFinite { what: "values", index, value: values[index].to_string() });
        }
        Self::assemble(
            Ids::numbers(items),
            Ids::numbers(raters),
            scale,
            Labels::codes(0),
            Layout::Dense,
            Cells::F64(values),
        )
    }

    /// From two vectors of codes of the same items.
    ///
    /// # Errors
    /// [`Error::Length`] if the vectors differ in length; [`Error::Code`] for a code outside the labels.
    pub fn from_pairs<C: Code>(labels: Labels, a: &[C], b: &[C]) -> Result<Self> {
        crate::num::check_same_length("the second rater's codes", a.len(), b.len())?;
        Self::from_codes(labels, 2, a.iter().zip(b).flat_map(|(&x, &y)| [x, y]).collect())
    }

    /// From a table of counts: `counts[item · categories + category]` raters chose that category for that item.
    ///
    /// Who chose is unknown, so the columns are slots: the first rating of every item, the second, and so on.
    /// Coefficients that need to know the rater refuse such ratings.
    ///
    /// # Errors
    /// [`Error::Length`] if the table is not whole rows; [`Error::Overflow`] if items × the most
    /// ratings of an item exceeds 2²⁸ ([`crate::tally::UnitCounts::from_counts`] has no such limit).
    ///
    /// # Examples
    /// ```
    /// use probity::ratings::{Labels, Ratings};
    /// let r = Ratings::from_counts(Labels::codes(2), &[3, 0, 1, 1])?;
    /// assert_eq!((r.n_items(), r.n_raters(), r.n_judgments()), (2, 3, 5));
    /// assert!(!r.has_identified_raters());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn from_counts(labels: Labels, counts: &[u32]) -> Result<Self> {
        let categories = labels.len();
        let items = items_of("counts (a multiple of the categories)", counts.len(), categories)?;
        let sizes: Vec<u64> =
            counts.chunks(categories.max(1)).map(|row| row.iter().map(|&n| u64::from(n)).sum()).collect();
        let raters = sizes.iter().copied().max().unwrap_or(0);
        // One byte or more a slot: a table of huge counts would take the machine's memory. `UnitCounts` holds such.
        if raters.checked_mul(items as u64).is_none_or(|cells| cells > 1 << 28) {
            return Err(Error::Overflow {
                what: "items × most ratings of an item (2²⁸; UnitCounts has no limit)",
            });
        }
        let raters = raters as usize;
        let codes = counts.chunks(categories.max(1)).zip(&sizes).flat_map(|(row, &size)| {
            let filled = row.iter().enumerate().flat_map(|(c, &n)| (0..n).map(move |_| Some(c as u32)));
            filled.chain((size as usize..raters).map(|_| None))
        });
        let cells = Cells::from_codes(categories, codes);
        let mut ratings = Self::assemble(
            Ids::numbers(items),
            Ids::numbers(raters),
            Scale::Nominal,
            labels,
            Layout::Dense,
            cells,
        )?;
        ratings.anonymous = true;
        Ok(ratings)
    }

    /// Plain numbers as categories: each distinct number becomes a numeric label. Categorical ratings are returned as
    /// they are.
    ///
    /// # Complexity
    /// O(n log n) in the number of judgments.
    ///
    /// # Errors
    /// None for ratings built by this crate.
    pub fn categorize(&self) -> Result<Self> {
        let Cells::F64(values) = &self.cells else { return Ok(self.clone()) };
        let mut distinct: Vec<f64> = values.iter().filter(|v| !v.is_nan()).map(|v| v + 0.0).collect();
        distinct.sort_unstable_by(f64::total_cmp);
        distinct.dedup();
        let code = |v: &f64| {
            distinct
                .binary_search_by(|d| d.total_cmp(&(v + 0.0)))
                .ok()
                .filter(|_| !v.is_nan())
                .map(|c| c as u32)
        };
        let cells = Cells::from_codes(distinct.len(), values.iter().map(code));
        Ok(Self { labels: Labels::from_values(distinct.iter().copied())?, cells, ..self.clone() })
    }
}
