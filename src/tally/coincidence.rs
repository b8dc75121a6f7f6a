use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::ratings::{Labels, Ratings};
use crate::tally::stored::{Format, stored};
use crate::tally::unit::check_unit;
use crate::tally::{Patterns, Tally, UnitCounts, Units, add, check_labels};

/// Pairs of judgments within items, kept apart by the number of judgments `m` of the item.
///
/// Krippendorff's coincidences divide the pairs of an item by `m − 1`; as long as they are kept by `m` they are
/// integers, and so the tally merges exactly. Entry `(c, k)` with `c < k` of size `m` is Σ n_uc·n_uk over the items
/// with `m` judgments, entry `(c, c)` is Σ n_uc(n_uc − 1).
///
/// # Missing values
/// Items with fewer than two judgments hold no pair; they are counted in [`Coincidences::unpaired`].
///
/// # Examples
/// ```
/// use probity::ratings::{Labels, Ratings};
/// use probity::tally::Coincidences;
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, vec![0u8, 0, 1, 1, 1, 255])?;
/// let c = Coincidences::from_ratings(&ratings)?;
/// // Item 0 adds 2 pairs (0,0) and 2 pairs {0,1}, each divided by 2; item 1 adds 2 pairs (1,1).
/// assert_eq!(c.matrix(), [[1.0, 1.0], [1.0, 2.0]]);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Coincidences {
    labels: Labels,
    sizes: BTreeMap<u32, Size>,
    unpaired: u64,
}

/// Pairs and judgments in the items of one size.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Size {
    pub(crate) units: u64,
    /// (category, judgments), ascending, zeros left out.
    #[serde(with = "as_list")]
    pub(crate) totals: BTreeMap<u32, u64>,
    /// ((c, k), pairs) for c ≤ k, ascending, zeros left out.
    #[serde(with = "as_list")]
    pub(crate) pairs: BTreeMap<(u32, u32), u64>,
}

impl Size {
    /// Whether units, totals and pairs can belong to items of `m` judgments; in passing, that no sum of them overflows.
    fn is_consistent(&self, m: u32, categories: usize) -> bool {
        let known = |c: u32| (c as usize) < categories;
        let inside = self.pairs.iter().all(|(&(c, k), &n)| c <= k && known(k) && n > 0)
            && self.totals.iter().all(|(&c, &n)| known(c) && n > 0);
        let totals = self.totals.values().try_fold(0u64, |sum, &n| sum.checked_add(n));
        let pairs = self
            .pairs
            .iter()
            .try_fold(0u64, |sum, (&(c, k), &n)| sum.checked_add(if c == k { n } else { n.checked_mul(2)? }));
        let judgments = self.units.checked_mul(m.into());
        let ordered_pairs = judgments.and_then(|n| n.checked_mul(u64::from(m).checked_sub(1)?));
        m > 1
            && inside
            && self.units > 0
            && ordered_pairs.is_some()
            && totals == judgments
            && pairs == ordered_pairs
    }
}

/// As [`Size`], with a cell for every category and pair: for few categories.
struct Table {
    units: u64,
    totals: Vec<u64>,
    /// Cell `c · categories + k` for c ≤ k.
    pairs: Vec<u64>,
}

/// Cells up to which tables are used.
const DENSE_CELLS: usize = 1 << 22;

impl Table {
    fn new(categories: usize) -> Self {
        Self { units: 0, totals: vec![0; categories], pairs: vec![0; categories * categories] }
    }

    fn add_unit(&mut self, m: u32, unit: &[(u32, u32)], times: u64) -> Result<()> {
        add_units(&mut self.units, m, times)?;
        let (totals, pairs) = (&mut self.totals, &mut self.pairs);
        let categories = totals.len();
        count_pairs(
            unit,
            times,
            |c, n| totals[c as usize] += n,
            |c, k, n| pairs[c as usize * categories + k as usize] += n,
        );
        Ok(())
    }

    fn into_size(self) -> Size {
        let categories = self.totals.len().max(1);
        let used = |(_, n): &(usize, u64)| *n > 0;
        let pairs = self.pairs.into_iter().enumerate().filter(used);
        Size {
            units: self.units,
            totals: self.totals.into_iter().enumerate().filter(used).map(|(c, n)| (c as u32, n)).collect(),
            pairs: pairs.map(|(i, n)| (((i / categories) as u32, (i % categories) as u32), n)).collect(),
        }
    }
}

/// The judgments of an item, `None` if they are fewer than two.
fn size_of(unit: &[(u32, u32)]) -> Result<Option<u32>> {
    let m: u64 = unit.iter().map(|&(_, n)| u64::from(n)).sum();
    let m = u32::try_from(m).map_err(|_| Error::Overflow { what: "the judgments of an item" })?;
    Ok((m > 1).then_some(m))
}

/// Adds `times` items of `m` judgments, unless the greatest number that their pairs can reach overflows.
fn add_units(units: &mut u64, m: u32, times: u64) -> Result<()> {
    let sum = units
        .checked_add(times)
        .filter(|&sum| sum.checked_mul(m.into()).and_then(|n| n.checked_mul(m.into())).is_some());
    *units = sum.ok_or(Error::Overflow { what: "a count of a tally" })?;
    Ok(())
}

/// The judgments by category and the pairs of categories c ≤ k of `times` items.
#[inline]
fn count_pairs(
    unit: &[(u32, u32)],
    times: u64,
    mut total: impl FnMut(u32, u64),
    mut pair: impl FnMut(u32, u32, u64),
) {
    for (i, &(c, n)) in unit.iter().enumerate() {
        let n = u64::from(n);
        total(c, n * times);
        if n > 1 {
            pair(c, c, n * (n - 1) * times);
        }
        for &(k, other) in &unit[i + 1..] {
            pair(c, k, n * u64::from(other) * times);
        }
    }
}

/// Maps with keys that are not text, as lists of entries.
mod as_list {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K: Serialize, S: Serializer>(
        map: &BTreeMap<K, u64>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(super) fn deserialize<'de, K: Deserialize<'de> + Ord, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<K, u64>, D::Error> {
        let list = Vec::<(K, u64)>::deserialize(deserializer)?;
        let len = list.len();
        let map: BTreeMap<K, u64> = list.into_iter().collect();
        if map.len() == len { Ok(map) } else { Err(serde::de::Error::custom("expected each key once")) }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    labels: Labels,
    sizes: Vec<(u32, Size)>,
    unpaired: u64,
}

impl Format for Coincidences {
    type Body = Body;
    const NAME: &'static str = "probity.coincidences";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        let sizes = self.sizes.iter().map(|(&m, size)| (m, size.clone())).collect();
        Body { labels: self.labels.clone(), sizes, unpaired: self.unpaired }
    }

    fn from_body(Body { labels, sizes, unpaired }: Body) -> Result<Self, String> {
        if let Some(pair) = sizes.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
            return Err(format!("expected ascending sizes, found {} before {}", pair[0].0, pair[1].0));
        }
        let tally = Self { labels, sizes: sizes.into_iter().collect(), unpaired };
        if tally.is_consistent() {
            return Ok(tally);
        }
        Err("the pairs, the totals and the units of a size do not fit together".to_string())
    }
}
stored!(Coincidences);

impl Coincidences {
    /// An empty tally over some labels.
    #[must_use]
    pub fn new(labels: Labels) -> Self {
        Self { labels, sizes: BTreeMap::new(), unpaired: 0 }
    }

    /// Of some ratings, one unit an item.
    ///
    /// # Errors
    /// [`Error::Scale`] if the ratings are plain numbers (see [`Ratings::categorize`]; interval alpha needs no
    /// categories: [`crate::tally::UnitMoments`]).
    pub fn from_ratings(ratings: &Ratings) -> Result<Self> {
        Self::of_units(&Units::of_ratings(ratings)?)
    }

    /// Of a table of counts.
    ///
    /// # Errors
    /// [`Error::Overflow`] if a count leaves 64 bits.
    pub fn from_units(units: &UnitCounts) -> Result<Self> {
        Self::of_units(&Units::Counts(units))
    }

    /// Of patterns with their multiplicities.
    ///
    /// # Errors
    /// [`Error::Overflow`] if a count leaves 64 bits.
    pub fn from_patterns(patterns: &Patterns) -> Result<Self> {
        Self::of_units(&Units::Patterns(patterns))
    }

    pub(crate) fn of_units(units: &Units<'_>) -> Result<Self> {
        let mut tally = Self::new(units.labels().clone());
        let k = tally.labels.len();
        if k.saturating_mul(k).saturating_mul(units.most_sizes()) <= DENSE_CELLS {
            let mut tables = BTreeMap::new();
            units.try_for_each(|unit, times| {
                let Some(m) = size_of(unit)? else { return add(&mut tally.unpaired, times) };
                tables.entry(m).or_insert_with(|| Table::new(k)).add_unit(m, unit, times)
            })?;
            tally.sizes = tables.into_iter().map(|(m, table)| (m, table.into_size())).collect();
        } else {
            units.try_for_each(|unit, times| tally.add_unit(unit, times))?;
        }
        // Multiplicities from a file can be anything.
        if tally.is_consistent() { Ok(tally) } else { Err(Error::Overflow { what: "a count of a tally" }) }
    }

    /// Adds `times` items with these (category, count) pairs.
    fn add_unit(&mut self, unit: &[(u32, u32)], times: u64) -> Result<()> {
        let Some(m) = size_of(unit)? else { return add(&mut self.unpaired, times) };
        // Checked before an empty size is left behind.
        let mut units = self.sizes.get(&m).map_or(0, |size| size.units);
        add_units(&mut units, m, times)?;
        let size = self.sizes.entry(m).or_default();
        size.units = units;
        count_pairs(
            unit,
            times,
            |c, n| *size.totals.entry(c).or_default() += n,
            |c, k, n| *size.pairs.entry((c, k)).or_default() += n,
        );
        Ok(())
    }

    /// Whether every size can exist and the sums over all sizes stay within 64 bits.
    fn is_consistent(&self) -> bool {
        let mut sums = (self.unpaired, 0u64);
        let fits = self.sizes.iter().try_for_each(|(&m, size)| {
            let units = sums.0.checked_add(size.units)?;
            sums = (units, sums.1.checked_add(size.units.checked_mul(m.into())?)?);
            size.is_consistent(m, self.labels.len()).then_some(())
        });
        fits.is_some()
    }

    /// The categories.
    #[must_use]
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// Items with fewer than two judgments.
    #[must_use]
    pub fn unpaired(&self) -> u64 {
        self.unpaired
    }

    /// Items with two judgments or more.
    #[must_use]
    pub fn n_units(&self) -> u64 {
        self.sizes.values().map(|s| s.units).sum()
    }

    /// Judgments in items with two or more: Krippendorff's n.
    #[must_use]
    pub fn n_pairable(&self) -> u64 {
        self.sizes.iter().map(|(&m, s)| s.units * u64::from(m)).sum()
    }

    /// The largest number of judgments of an item that has two or more; 0 if none has.
    pub(crate) fn most_judgments(&self) -> u64 {
        self.sizes.last_key_value().map_or(0, |(&m, _)| m.into())
    }

    /// Pairable judgments by category: Krippendorff's n_c.
    #[must_use]
    pub fn totals(&self) -> Vec<u64> {
        let mut totals = vec![0; self.labels.len()];
        for size in self.sizes.values() {
            size.totals.iter().for_each(|(&c, &n)| totals[c as usize] += n);
        }
        totals
    }

    /// The same items under other labels; the sizes are this tally's with the labels' codes.
    pub(super) fn with_sizes(&self, labels: Labels, sizes: BTreeMap<u32, Size>) -> Self {
        Self { labels, sizes, unpaired: self.unpaired }
    }

    /// The sizes with their pairs, ascending.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = (u32, &Size)> {
        self.sizes.iter().map(|(&m, size)| (m, size))
    }

    /// Krippendorff's coincidence matrix o_ck: pairs divided by m − 1, both orders counted.
    #[must_use]
    pub fn matrix(&self) -> Vec<Vec<f64>> {
        let k = self.labels.len();
        let mut matrix = vec![vec![0.0; k]; k];
        for (m, size) in self.sizes() {
            for (&(c, l), &pairs) in &size.pairs {
                let share = pairs as f64 / (f64::from(m) - 1.0);
                matrix[c as usize][l as usize] += share;
                if c != l {
                    matrix[l as usize][c as usize] += share;
                }
            }
        }
        matrix
    }
}

impl Tally for Coincidences {
    /// The (category, count) pairs of one item: ascending, counts above 0.
    type Record<'a> = &'a [(u32, u32)];

    fn record(&mut self, unit: Self::Record<'_>) -> Result<()> {
        check_unit(&self.labels, unit)
            .map_err(|found| Error::argument("unit", "ascending categories with counts", found))?;
        self.add_unit(unit, 1)
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_labels(&self.labels, &other.labels)?;
        let mut merged = self.clone();
        add(&mut merged.unpaired, other.unpaired)?;
        for (&m, more) in &other.sizes {
            let size = merged.sizes.entry(m).or_default();
            add(&mut size.units, more.units)?;
            for (&c, &n) in &more.totals {
                add(size.totals.entry(c).or_default(), n)?;
            }
            for (&key, &n) in &more.pairs {
                add(size.pairs.entry(key).or_default(), n)?;
            }
        }
        if !merged.is_consistent() {
            return Err(Error::Overflow { what: "a count of a tally" });
        }
        *self = merged;
        Ok(())
    }

    fn records(&self) -> u64 {
        self.n_units() + self.unpaired
    }
}
