use std::ops::{ControlFlow, Range};

use crate::agreement::{Coefficient, Options, PairwiseTable, Table, Weights};
use crate::compute::backend::Cpu;
use crate::compute::resident::About;
use crate::compute::{ComputeError, Resident, Result};
use crate::error::Error;
use crate::inference::parallel;
use crate::kernels::{PairCells, Planes, Tile, pair_tile};
use crate::ratings::{Ids, Labels};
use crate::tally::{PairCounts, check_identified_as};

/// What is counted of every pair of raters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cells {
    /// Items on which both chose the same category, and items that both judged: about three times as fast as all cells
    /// of five categories.
    Agreement,
    /// The whole confusion matrix.
    Full,
}

impl Cells {
    pub(super) fn kernel(self) -> PairCells {
        match self {
            Self::Agreement => PairCells::Agreement,
            Self::Full => PairCells::Full,
        }
    }
}

/// Raters a side of a task.
const TILE: usize = 32;
/// Words of items from which a task is worth a thread of its own.
const SEGMENT: usize = 1 << 12;
/// Most counts of a table: 4 GiB.
const MOST_COUNTS: u64 = 1 << 29;

/// Exact counts for every pair of raters.
///
/// Pairs are in ascending order: (0, 1), (0, 2), .., (1, 2), ... The counts are the same on any backend, with any number
/// of threads.
///
/// # Missing values
/// Pairwise deletion: an item counts for a pair if both judged it. How many only one of them judged is in
/// [`PairTables::pair`].
///
/// # Examples
/// ```
/// use probity::compute::{Backend, Cells};
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, vec![0u8, 0, 1, 1, 1, 255])?;
/// let tables = Backend::cpu().load(&ratings)?.pair_tables(Cells::Full)?;
/// assert_eq!((tables.items(0, 1), tables.agreements(0, 1)), (2, 2));
/// assert_eq!(tables.pair(1, 2)?.missing(), (1, 0, 0));
/// assert!(tables.pair(0, 3).is_err());
/// # Ok::<(), probity::compute::ComputeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PairTables {
    /// For scoring; no part of what was counted.
    threads: usize,
    about: About,
    cells: Cells,
    n_items: u64,
    /// Items that each rater judged.
    judged: Vec<u64>,
    width: usize,
    counts: Vec<u64>,
}

/// Equal if the same was counted of the same, wherever that was.
impl PartialEq for PairTables {
    fn eq(&self, other: &Self) -> bool {
        let counted = |t: &Self| (t.cells, t.n_items, t.width);
        counted(self) == counted(other)
            && self.about == other.about
            && self.judged == other.judged
            && self.counts == other.counts
    }
}

/// The place of a pair, first < second, among all pairs of `raters`.
pub(super) fn place(raters: usize, first: usize, second: usize) -> usize {
    first * (2 * raters - first - 1) / 2 + (second - first - 1)
}

/// Counts a pair and counts of all pairs, if there is room for them.
pub(super) fn size(cells: Cells, categories: usize, raters: usize) -> Result<(usize, usize)> {
    let pairs = raters as u128 * (raters as u128).saturating_sub(1) / 2;
    let width = cells.kernel().width(categories).unwrap_or(usize::MAX);
    let needed = u64::try_from(pairs.saturating_mul(width as u128)).unwrap_or(u64::MAX);
    check_counts(needed)?;
    Ok((width, needed as usize))
}

/// Refuses more counts than there shall be.
pub(super) fn check_counts(needed: u64) -> Result<()> {
    if needed > MOST_COUNTS {
        return Err(ComputeError::Limit { what: "counts of all pairs", needed, available: MOST_COUNTS });
    }
    Ok(())
}

impl PairTables {
    /// Counts of all pairs, in order, found on any device.
    pub(super) fn of_counts(
        cpu: &Cpu,
        about: &About,
        planes: &Planes,
        cells: Cells,
        counts: Vec<u64>,
    ) -> Self {
        let valid = |rater| planes.plane(rater, planes.bits()).iter();
        let judged = |rater| valid(rater).map(|word| u64::from(word.count_ones())).sum();
        Self {
            threads: cpu.threads,
            about: about.clone(),
            cells,
            n_items: planes.items() as u64,
            judged: (0..planes.raters()).map(judged).collect(),
            width: cells.kernel().width(planes.categories()).unwrap_or(0),
            counts,
        }
    }

    /// What was counted.
    #[must_use]
    pub fn cells(&self) -> Cells {
        self.cells
    }

    /// The raters.
    #[must_use]
    pub fn raters(&self) -> &Ids {
        &self.about.raters
    }

    /// The categories.
    #[must_use]
    pub fn labels(&self) -> &Labels {
        &self.about.labels
    }

    /// Items, judged or not.
    #[must_use]
    pub fn n_items(&self) -> u64 {
        self.n_items
    }

    /// The pairs in order.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let raters = self.about.raters.len();
        (0..raters).flat_map(move |i| (i + 1..raters).map(move |j| (i, j)))
    }

    /// The counts of all pairs, one after the other: two of a pair for [`Cells::Agreement`] (agreements, common items),
    /// the confusion matrix row by row for [`Cells::Full`].
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    fn of(&self, a: usize, b: usize) -> &[u64] {
        let raters = self.about.raters.len();
        if a == b || a >= raters || b >= raters {
            return &[];
        }
        let at = place(raters, a.min(b), a.max(b)) * self.width;
        self.counts.get(at..at + self.width).unwrap_or(&[])
    }

    /// Items that two raters both judged; 0 for raters that do not exist, and for a rater with itself.
    #[must_use]
    pub fn items(&self, a: usize, b: usize) -> u64 {
        match self.cells {
            Cells::Agreement => self.of(a, b).get(1).copied().unwrap_or(0),
            Cells::Full => self.of(a, b).iter().sum(),
        }
    }

    /// Items on which two raters chose the same category.
    #[must_use]
    pub fn agreements(&self, a: usize, b: usize) -> u64 {
        match self.cells {
            Cells::Agreement => self.of(a, b).first().copied().unwrap_or(0),
            Cells::Full => self.of(a, b).iter().step_by(self.about.labels.len() + 1).sum(),
        }
    }

    /// The tally of two raters, with what only one of them judged.
    ///
    /// # Errors
    /// [`Error::Index`] for a rater that does not exist; [`Error::Argument`] for a rater with itself;
    /// [`ComputeError::Shape`] unless all cells were counted.
    pub fn pair(&self, first: usize, second: usize) -> Result<PairCounts> {
        let len = self.about.raters.len();
        if let Some(&index) = [first, second].iter().find(|&&rater| rater >= len) {
            return Err(Error::Index { what: "rater", index, len }.into());
        }
        if first == second {
            let found = format!("{first} twice");
            return Err(Error::argument("raters", "two different raters", found).into());
        }
        if self.cells != Cells::Full {
            return Err(ComputeError::shape("pair tables", "all cells (Cells::Full)", "agreement only"));
        }
        let (k, counts) = (self.about.labels.len(), self.of(first, second));
        let cells: Vec<u64> = if first < second {
            counts.to_vec()
        } else {
            (0..k * k).map(|at| counts[at % k * k + at / k]).collect()
        };
        let both: u64 = cells.iter().sum();
        let (a, b) = (self.judged[first], self.judged[second]);
        let missing = [a - both, b - both, self.n_items + both - a - b];
        Ok(PairCounts::from_counts(self.about.labels.clone(), cells)?.with_missing(missing))
    }

    /// A coefficient of every pair, each on the items that both judged, weighted if the options say so.
    ///
    /// The pairs are scored on as many threads as they were counted with on the CPU.
    ///
    /// From agreement alone there are percent agreement and the coefficients of Brennan and Prediger and of Randolph,
    /// without weights.
    ///
    /// # Undefined
    /// A cell of its own, as in [`PairwiseTable`].
    ///
    /// # Errors
    /// As [`PairwiseTable::new`]; [`ComputeError::Shape`] where the cells counted do not give the coefficient.
    ///
    /// # Examples
    /// ```
    /// use probity::agreement::{Coefficient, Options};
    /// use probity::compute::{Backend, Cells};
    /// use probity::ratings::{Labels, Ratings};
    /// let ratings = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 0, 1, 1, 1, 0, 1, 1])?;
    /// let resident = Backend::cpu().load(&ratings)?;
    /// let brief = resident.pair_tables(Cells::Agreement)?;
    /// let share = brief.coefficient(Coefficient::PercentAgreement, &Options::new())?;
    /// assert_eq!(share.get(0, 1)?.value, 0.75);
    /// // Kappa needs to know which categories were confused.
    /// assert!(brief.coefficient(Coefficient::CohenKappa, &Options::new()).is_err());
    /// let kappa = resident.pair_tables(Cells::Full)?.coefficient(Coefficient::CohenKappa, &Options::new())?;
    /// assert_eq!(kappa.get(1, 0)?.value, 0.5);
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn coefficient(&self, coefficient: Coefficient, options: &Options) -> Result<PairwiseTable> {
        check_identified_as("a pairwise table", self.about.identified)?;
        let k = self.about.labels.len();
        let brief = matches!(
            coefficient,
            Coefficient::PercentAgreement | Coefficient::BrennanPrediger | Coefficient::RandolphKappa
        ) && *options.chosen_weights() == Weights::Identity;
        if self.cells == Cells::Agreement && !brief {
            let what = "unweighted percent agreement, Brennan-Prediger or Randolph (else Cells::Full)";
            return Err(ComputeError::shape("a coefficient of agreements alone", what, coefficient.name()));
        }
        let pairs: Vec<(usize, usize)> = self.pairs().collect();
        let table = |at: usize| {
            let (first, second) = pairs[at];
            let counts = &self.counts[at * self.width..(at + 1) * self.width];
            let table = match self.cells {
                Cells::Full => Table::of_counts(k, counts),
                Cells::Agreement => {
                    // These coefficients see equal and unequal only: any two categories stand for them.
                    let cells = [(0, 0, counts[0]), (0, 1, counts[1] - counts[0])];
                    Table::new(k.max(2), cells.into_iter().filter(|cell| cell.2 > 0).collect())
                }
            };
            (first, second, table)
        };
        let about = (&self.about.raters, &self.about.labels, &self.about.scale);
        Ok(PairwiseTable::of_tables(coefficient, about, options, self.threads, pairs.len(), table)?)
    }
}

/// The tasks of a job: pairs of blocks of raters, and of words of items when there are few blocks.
fn tasks(planes: &Planes, threads: usize) -> Vec<(Tile, Range<usize>)> {
    let (raters, words) = (planes.raters(), planes.words());
    let block = |start| start..raters.min(start + TILE);
    let starts = || (0..raters).step_by(TILE);
    let tiles = starts().flat_map(|i| starts().skip(i / TILE).map(move |j| (i, j)));
    let tiles: Vec<Tile> = tiles.map(|(i, j)| Tile { rows: block(i), columns: block(j) }).collect();
    let wanted = (4 * threads).div_ceil(tiles.len().max(1));
    let segments = if threads > 1 { wanted.min(words / SEGMENT).max(1) } else { 1 };
    let length = words.div_ceil(segments).max(1);
    let parts = || (0..words.max(1)).step_by(length).map(move |start| start..words.min(start + length));
    tiles.iter().flat_map(|tile| parts().map(move |part| (tile.clone(), part))).collect()
}

/// The counts of all pairs.
pub(super) fn count_pairs(
    cpu: &Cpu,
    planes: &Planes,
    cells: Cells,
    progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
) -> Result<Vec<u64>> {
    let (width, total) = size(cells, planes.categories(), planes.raters())?;
    let tasks = tasks(planes, cpu.threads);
    let parts = parallel::map_blocks(tasks.len(), 1, cpu.threads, progress, |at| {
        let (tile, words) = &tasks[at];
        Ok(pair_tile(cpu.level, planes, cells.kernel(), tile, words.clone()))
    })?;
    let mut counts = vec![0; total];
    for ((tile, _), part) in tasks.iter().zip(&parts) {
        for ((i, j), found) in tile.pairs().zip(part.chunks_exact(width.max(1))) {
            let at = place(planes.raters(), i, j) * width;
            counts[at..at + width].iter_mut().zip(found).for_each(|(count, found)| *count += found);
        }
    }
    Ok(counts)
}

impl Resident {
    /// Counts every pair of raters.
    ///
    /// # Errors
    /// [`ComputeError::Limit`] beyond 2²⁹ counts.
    ///
    /// # Complexity
    /// raters² · items · (categories² or, for [`Cells::Agreement`], log₂ categories) / 64 word operations up to 16
    /// categories; beyond, all cells are counted item by item.
    pub fn pair_tables(&self, cells: Cells) -> Result<PairTables> {
        self.pair_tables_with(cells, |_, _| ControlFlow::Continue(()))
    }

    /// As [`pair_tables`](Self::pair_tables); `progress` hears how many parts of the job are done of how many.
    ///
    /// # Errors
    /// As [`pair_tables`](Self::pair_tables); [`Error::Cancelled`] when `progress` says `Break`.
    pub fn pair_tables_with(
        &self,
        cells: Cells,
        progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
    ) -> Result<PairTables> {
        check_identified_as("pair tables", self.about.identified)?;
        #[cfg(feature = "gpu")]
        if let Some(gpu) = &self.gpu {
            let (_, total) = size(cells, self.planes.categories(), self.planes.raters())?;
            let counts = gpu.count_pairs(&self.planes, cells.kernel(), total, progress)?;
            return Ok(PairTables::of_counts(&self.cpu, &self.about, &self.planes, cells, counts));
        }
        let counts = count_pairs(&self.cpu, &self.planes, cells, progress)?;
        Ok(PairTables::of_counts(&self.cpu, &self.about, &self.planes, cells, counts))
    }
}
