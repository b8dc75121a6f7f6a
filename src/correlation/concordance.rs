use std::ops::{AddAssign, Mul};

use crate::correlation::order::Order;
use crate::correlation::pairs::check_rankable;
use crate::correlation::table::Table;
use crate::error::{Error, Result};
use crate::tally::PairCounts;

/// The greatest number of pairs of values for which every sum below stays inside 127 bits.
const MAX: u64 = 1 << 42;

/// How many pairs of observations two variables order alike, how many the other way round, and how many are tied.
///
/// What every coefficient of concordance, its standard error and its test are computed from: integers only, so the order
/// of the observations does not matter to any bit.
///
/// ```text
/// concordant   (x − x')(y − y') > 0
/// discordant   (x − x')(y − y') < 0
/// ties_x       x = x', whatever y
/// ties_y       y = y', whatever x
/// ties_both    x = x' and y = y'
/// concordant + discordant + ties_x + ties_y − ties_both = n(n − 1)/2
/// ```
///
/// # Missing values
/// NaN is an error; [`complete_pairs`](crate::correlation::complete_pairs) drops incomplete pairs. Infinite values are
/// ordered like any other.
///
/// # Source
/// Kendall 1938. The number of discordant pairs in O(n log n): Knight 1966; here each observation's own numbers are
/// found, as the standard errors need them. Counts are 128 bits wide: 64 overflow in the sums over ties of a few million
/// observations.
///
/// # Complexity
/// O(n log n); O(n + K²) if both variables have at most 64 distinct values; O(K²) from a table.
///
/// # Examples
/// ```
/// use probity::correlation::Concordance;
/// let c = Concordance::from_pairs(&[1.0, 2.0, 2.0, 3.0], &[1.0, 3.0, 2.0, 2.0])?;
/// assert_eq!((c.concordant(), c.discordant()), (3, 1));
/// assert_eq!((c.ties_x(), c.ties_y(), c.ties_both()), (1, 1, 0));
/// assert!(Concordance::from_pairs(&[1.0], &[1.0]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concordance {
    pub(super) n: u64,
    pub(super) levels_x: u64,
    pub(super) levels_y: u64,
    pub(super) sums: Sums,
}

/// Sums over observations, each against all others: `d` its concordant minus its discordant pairs, `a` those that differ
/// in both variables, `u` those that differ in x, `v` those that differ in y; and of their products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sums<T = i128> {
    d: T,
    a: T,
    pub(super) u: T,
    pub(super) v: T,
    pub(super) dd: T,
    pub(super) da: T,
    pub(super) aa: T,
    pub(super) du: T,
    pub(super) dv: T,
    pub(super) uu: T,
    pub(super) uv: T,
    pub(super) vv: T,
}

impl<T: Copy + From<i64> + Mul<Output = T> + AddAssign> Sums<T> {
    #[inline]
    fn add(&mut self, times: T, [d, a, u, v]: [i64; 4]) {
        let product = |x: i64, y: i64| times * (T::from(x) * T::from(y));
        self.d += product(d, 1);
        self.a += product(a, 1);
        self.u += product(u, 1);
        self.v += product(v, 1);
        self.dd += product(d, d);
        self.da += product(d, a);
        self.aa += product(a, a);
        self.du += product(d, u);
        self.dv += product(d, v);
        self.uu += product(u, u);
        self.uv += product(u, v);
        self.vv += product(v, v);
    }
}

impl Sums {
    /// Without ties each observation differs from all others, so that two sums give the twelve.
    fn untied(n: i64, order: &Order) -> Self {
        let (mut d, mut dd) = (0, 0);
        order.for_each(|place| {
            let net = place.net_untied(n);
            d += i128::from(net);
            dd += i128::from(net * net);
        });
        let apart = i128::from(n - 1);
        let all = i128::from(n) * apart;
        let (da, aa) = (d * apart, all * apart);
        Self { d, a: all, u: all, v: all, dd, da, aa, du: da, dv: da, uu: aa, uv: aa, vv: aa }
    }

    fn include(&mut self, part: Sums<i64>) {
        self.d += i128::from(part.d);
        self.a += i128::from(part.a);
        self.u += i128::from(part.u);
        self.v += i128::from(part.v);
        self.dd += i128::from(part.dd);
        self.da += i128::from(part.da);
        self.aa += i128::from(part.aa);
        self.du += i128::from(part.du);
        self.dv += i128::from(part.dv);
        self.uu += i128::from(part.uu);
        self.uv += i128::from(part.uv);
        self.vv += i128::from(part.vv);
    }
}

impl Concordance {
    /// Of the pairs `(x[i], y[i])`.
    ///
    /// # Errors
    /// [`Error::Length`] if the slices differ in length; [`Error::NotFinite`] for NaN; [`Error::Undefined`] for fewer than
    /// two pairs; [`Error::Overflow`] from 2³¹ pairs on, if the values are not few.
    pub fn from_pairs(x: &[f64], y: &[f64]) -> Result<Self> {
        check_rankable("concordance", x, y)?;
        if let Some(table) = Table::from_pairs(x, y) {
            return Self::from_levels(&table);
        }
        let n = x.len() as i64;
        let order = Order::new(x, y)?;
        let (levels_x, levels_y) = order.levels();
        if levels_x == n as u64 && levels_y == n as u64 {
            return Ok(Self { n: n as u64, levels_x, levels_y, sums: Sums::untied(n, &order) });
        }
        let mut sums = Sums::default();
        // No factor exceeds n, so that the products of so many places add up in 64 bits.
        let block = i64::MAX / (n * n);
        let (mut part, mut filled) = (Sums::<i64>::default(), 0);
        order.for_each(|place| {
            let (u, v) = (n - i64::from(place.tied_x), n - i64::from(place.tied_y));
            part.add(1, [place.net(n), place.comparable(n), u, v]);
            filled += 1;
            if filled == block {
                sums.include(std::mem::take(&mut part));
                filled = 0;
            }
        });
        sums.include(part);
        Ok(Self { n: n as u64, levels_x, levels_y, sums })
    }

    /// Of two raters' codes, ordered as their labels are. Items that only one rated do not enter.
    ///
    /// # Errors
    /// [`Error::Undefined`] for fewer than two items that both rated; [`Error::Overflow`] beyond 2⁴² of them.
    ///
    /// # Examples
    /// ```
    /// use probity::correlation::Concordance;
    /// use probity::ratings::Labels;
    /// use probity::tally::PairCounts;
    /// let labels = Labels::from_names(["bad", "fair", "good"])?;
    /// let table = PairCounts::from_counts(labels, vec![5, 1, 0, 2, 4, 1, 0, 1, 6])?;
    /// let c = Concordance::from_table(&table)?;
    /// assert_eq!((c.n(), c.concordant(), c.discordant()), (20, 105, 3));
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn from_table(counts: &PairCounts) -> Result<Self> {
        crate::correlation::pairs::check_enough("concordance", counts.total())?;
        Self::from_levels(&Table::compact(counts.labels().len(), counts.counts()))
    }

    fn from_levels(table: &Table) -> Result<Self> {
        let (rows, columns) = (table.rows(), table.columns);
        let n = table.counts.iter().fold(0u64, |total, &count| total.saturating_add(count));
        if n > MAX {
            return Err(Error::Overflow { what: "the number of pairs" });
        }
        // below[i][j]: observations in the first i rows and the first j columns.
        let width = columns + 1;
        let mut below = vec![0i64; (rows + 1) * width];
        for i in 0..rows {
            let mut row = 0;
            for j in 0..columns {
                row += table.counts[i * columns + j] as i64;
                below[(i + 1) * width + j + 1] = below[i * width + j + 1] + row;
            }
        }
        let below = |i: usize, j: usize| below[i * width + j];
        let total = n as i64;
        let mut sums = Sums::default();
        for i in 0..rows {
            for j in 0..columns {
                let low_low = below(i, j);
                let high_high = total - below(i + 1, columns) - below(rows, j + 1) + below(i + 1, j + 1);
                let low_high = below(i, columns) - below(i, j + 1);
                let high_low = below(rows, j) - below(i + 1, j);
                let (alike, opposed) = (low_low + high_high, low_high + high_low);
                let u = total - (below(i + 1, columns) - below(i, columns));
                let v = total - (below(rows, j + 1) - below(rows, j));
                let times = table.counts[i * columns + j];
                sums.add(times.into(), [alike - opposed, alike + opposed, u, v]);
            }
        }
        Ok(Self { n, levels_x: rows as u64, levels_y: columns as u64, sums })
    }

    /// Observations.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Distinct values of x and of y.
    #[must_use]
    pub fn levels(&self) -> (u64, u64) {
        (self.levels_x, self.levels_y)
    }

    /// Pairs of observations, n(n − 1)/2.
    #[must_use]
    pub fn pairs(&self) -> u128 {
        let n = u128::from(self.n);
        n * n.saturating_sub(1) / 2
    }

    /// Pairs that both variables order alike.
    #[must_use]
    pub fn concordant(&self) -> u128 {
        ((self.sums.a + self.sums.d) / 4) as u128
    }

    /// Pairs that the variables order in opposite ways.
    #[must_use]
    pub fn discordant(&self) -> u128 {
        ((self.sums.a - self.sums.d) / 4) as u128
    }

    /// Pairs with equal x, among them those with equal y.
    #[must_use]
    pub fn ties_x(&self) -> u128 {
        self.pairs() - self.apart_x() as u128
    }

    /// Pairs with equal y, among them those with equal x.
    #[must_use]
    pub fn ties_y(&self) -> u128 {
        self.pairs() - self.apart_y() as u128
    }

    /// Pairs with equal x and equal y.
    #[must_use]
    pub fn ties_both(&self) -> u128 {
        // Not apart in x, or not in y: all but the comparable ones.
        let tied = self.pairs() - self.comparable() as u128;
        self.ties_x() + self.ties_y() - tied
    }

    /// Concordant minus discordant pairs: Kendall's S.
    pub(super) fn s(&self) -> i128 {
        self.sums.d / 2
    }

    /// Concordant plus discordant pairs.
    pub(super) fn comparable(&self) -> i128 {
        self.sums.a / 2
    }

    /// Pairs that differ in x.
    pub(super) fn apart_x(&self) -> i128 {
        self.sums.u / 2
    }

    /// Pairs that differ in y.
    pub(super) fn apart_y(&self) -> i128 {
        self.sums.v / 2
    }
}
