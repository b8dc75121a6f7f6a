use std::ops::ControlFlow;

use fearless_simd::Level;

use crate::agreement::by_rater::{ItemsByRater, check_identified};
use crate::agreement::coefficient::PairScorer;
use crate::agreement::table::Table;
use crate::agreement::{Coefficient, Options};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, parallel};
use crate::kernels::{PairCells, Planes, Tile, pair_tile};
use crate::ratings::{Cells, CodeView, Ids, Labels, Layout, Ratings, Scale};

/// A coefficient for every pair of raters, each on the items that both judged.
///
/// Only pairs that share an item are kept, so a crowd of thousands, few of whom ever meet, costs what its meetings
/// cost. The first rater of a pair is the one with the lower number.
///
/// # Undefined
/// A cell of its own: two raters without a common item, or whatever leaves the coefficient undefined, is the named
/// undefined result in that cell.
///
/// # Missing values
/// Pairwise deletion for every coefficient: what only one of the two judged does not enter, not even category shares.
///
/// # Complexity
/// O(items · raters²) on dense ratings, a large part of the memory bandwidth for at most eight categories; on sparse
/// ratings O(Σ m²) over the items' numbers of judgments.
///
/// # Examples
/// ```
/// use probity::agreement::{Coefficient, Options, PairwiseTable};
/// use probity::ratings::{Labels, Ratings};
/// let codes = vec![0u8, 0, 255, 1, 1, 255, 0, 1, 255, 255, 1, 1, 255, 0, 0];
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, codes)?;
/// let table = PairwiseTable::new(&ratings, Coefficient::CohenKappa, &Options::new())?;
/// assert_eq!((table.items(0, 1), table.items(2, 1), table.items(0, 2)), (3, 2, 0));
/// assert_eq!(table.get(1, 2)?.value, 1.0);
/// // Raters 0 and 2 never judged the same item.
/// assert!(table.get(0, 2).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PairwiseTable {
    coefficient: Coefficient,
    raters: Ids,
    /// Ascending by first and second rater.
    pairs: Vec<Pair>,
}

/// Two raters with at least one common item.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Pair {
    /// The rater with the lower number.
    pub first: usize,
    /// The other.
    pub second: usize,
    /// Items that both judged.
    pub items: u64,
    /// The coefficient of the two on those items, or why it is undefined.
    pub estimate: Result<Estimate>,
}

impl PairwiseTable {
    /// The table of some ratings.
    ///
    /// # Errors
    /// [`Error::Scale`] if the ratings are plain numbers (alpha takes those too) or came from counts and so have no
    /// identified raters; errors of the weights as in [`crate::agreement::Weights::matrix`]. What is undefined for a pair
    /// is not an error of the table.
    pub fn new(ratings: &Ratings, coefficient: Coefficient, options: &Options) -> Result<Self> {
        check_identified(ratings, "a pairwise table")?;
        if coefficient == Coefficient::KrippendorffAlpha && !ratings.is_categorical() {
            return Self::new(&ratings.categorize()?, coefficient, options);
        }
        let view = ratings.codes()?;
        let scorer = PairScorer::new(coefficient, ratings.labels(), ratings.scale(), options)?;
        let mut pairs = Vec::new();
        for_each_pair(view, |first, second, table, codes| {
            let estimate = match scorer.score(table, codes) {
                Err(error) if !error.is_undefined() => return Err(error),
                figure => figure,
            };
            pairs.push(Pair { first, second, items: table.total, estimate });
            Ok(())
        })?;
        Ok(Self { coefficient, raters: ratings.raters().clone(), pairs })
    }

    /// The table of `n` pairs in ascending order, of which `pair` gives the raters and their confusion matrix over all of
    /// the labels.
    pub(crate) fn of_tables(
        coefficient: Coefficient,
        (raters, labels, scale): (&Ids, &Labels, &Scale),
        options: &Options,
        threads: usize,
        n: usize,
        pair: impl Fn(usize) -> (usize, usize, Table) + Sync,
    ) -> Result<Self> {
        let scorer = PairScorer::new(coefficient, labels, scale, options)?;
        let quiet = |_, _| ControlFlow::Continue(());
        let pairs = parallel::map(n, threads, quiet, |at| {
            let (first, second, table) = pair(at);
            if table.total == 0 {
                return Ok(None);
            }
            match scorer.score(&table, None) {
                Err(error) if !error.is_undefined() => Err(error),
                estimate => Ok(Some(Pair { first, second, items: table.total, estimate })),
            }
        })?;
        Ok(Self { coefficient, raters: raters.clone(), pairs: pairs.into_iter().flatten().collect() })
    }

    /// Which coefficient it holds.
    #[must_use]
    pub fn coefficient(&self) -> Coefficient {
        self.coefficient
    }

    /// The names of the raters.
    #[must_use]
    pub fn raters(&self) -> &Ids {
        &self.raters
    }

    /// The pairs that share an item, ascending by first and second rater.
    #[must_use]
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    fn find(&self, a: usize, b: usize) -> Option<&Pair> {
        let key = (a.min(b), a.max(b));
        let at = self.pairs.binary_search_by_key(&key, |pair| (pair.first, pair.second)).ok()?;
        self.pairs.get(at)
    }

    /// Items that two raters both judged, in either order; 0 for raters that do not exist.
    #[must_use]
    pub fn items(&self, a: usize, b: usize) -> u64 {
        self.find(a, b).map_or(0, |pair| pair.items)
    }

    /// The coefficient of two raters, in either order.
    ///
    /// # Errors
    /// [`Error::Index`] for a rater that does not exist, [`Error::Argument`] for a rater with itself;
    /// [`Error::Undefined`] if they share no item or the coefficient is undefined for them.
    pub fn get(&self, a: usize, b: usize) -> Result<&Estimate> {
        let len = self.raters.len();
        if let Some(&index) = [a, b].iter().find(|&&rater| rater >= len) {
            return Err(Error::Index { what: "rater", index, len });
        }
        if a == b {
            return Err(Error::argument("raters", "two different raters", format!("{a} twice")));
        }
        match self.find(a, b) {
            Some(pair) => pair.estimate.as_ref().map_err(Clone::clone),
            None => Err(Error::undefined(self.coefficient.name(), Undefined::NothingPairable)),
        }
    }
}

/// Raters whose pairs are counted at a time.
const ROWS: usize = 8;

/// Hands over the table of every pair of raters with a common item, ascending; with the categories of its numbers if
/// those are not all the categories.
fn for_each_pair(
    view: CodeView<'_>,
    mut visit: impl FnMut(usize, usize, &Table, Option<&[u32]>) -> Result<()>,
) -> Result<()> {
    let ratings = view.ratings();
    let (Layout::Dense, Cells::U8(cells)) = (ratings.layout(), ratings.cells()) else {
        return for_each_meeting(view, |first, second, pairs| {
            let (table, codes) = table_of_pairs(pairs);
            visit(first, second, &table, Some(&codes))
        });
    };
    let (k, raters) = (ratings.n_categories(), ratings.n_raters());
    let level = Level::new();
    let planes = Planes::from_rows(level, k, raters, cells);
    for first in (0..raters).step_by(ROWS) {
        let tile = Tile { rows: first..raters.min(first + ROWS), columns: first..raters };
        let counts = pair_tile(level, &planes, PairCells::Full, &tile, 0..planes.words());
        for ((first, second), counts) in tile.pairs().zip(counts.chunks_exact((k * k).max(1))) {
            let table = Table::of_counts(k, counts);
            if table.total > 0 {
                visit(first, second, &table, None)?;
            }
        }
    }
    Ok(())
}

/// Collects for one rater at a time what those with higher numbers said about the same items.
fn for_each_meeting(
    view: CodeView<'_>,
    mut visit: impl FnMut(usize, usize, &mut Vec<(u32, u32)>) -> Result<()>,
) -> Result<()> {
    let raters = view.ratings().n_raters();
    let judged = ItemsByRater::new(view);
    let mut said: Vec<Vec<(u32, u32)>> = vec![Vec::new(); raters];
    let mut met = Vec::new();
    for first in 0..raters {
        for &item in judged.of(first) {
            let mut rest = view.item(item).skip_while(|&(rater, _)| rater < first);
            let Some((_, own)) = rest.next() else { continue };
            for (second, code) in rest {
                if said[second].is_empty() {
                    met.push(second);
                }
                said[second].push((own, code));
            }
        }
        met.sort_unstable();
        for second in met.drain(..) {
            visit(first, second, &mut said[second])?;
            said[second] = Vec::new();
        }
    }
    Ok(())
}

/// A table over the categories that occur in some pairs of codes, and those categories.
fn table_of_pairs(pairs: &mut [(u32, u32)]) -> (Table, Vec<u32>) {
    let mut codes: Vec<u32> = pairs.iter().flat_map(|&(x, y)| [x, y]).collect();
    codes.sort_unstable();
    codes.dedup();
    let place = |code: u32| codes.partition_point(|&c| c < code) as u32;
    pairs.sort_unstable();
    let cells = pairs
        .chunk_by(|left, right| left == right)
        .filter_map(|equal| {
            let &(x, y) = equal.first()?;
            Some((place(x), place(y), equal.len() as u64))
        })
        .collect();
    (Table::new(codes.len(), cells), codes)
}
